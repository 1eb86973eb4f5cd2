package com.acme.orders;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestTemplate;

/** Takes orders, as <a href="http://mailer/docs">the manual</a> says. */
@RestController
public class OrdersController {
    private static final Logger LOG = LoggerFactory.getLogger(OrdersController.class);

    @Value("${STOCK_URL}")
    private String stockUrl;

    private final RestTemplate rest = new RestTemplate();
    private final PricesClient pricesClient;

    public OrdersController(PricesClient pricesClient) {
        this.pricesClient = pricesClient;
    }

    @GetMapping("/order")
    public String order() {
        String stock = rest.getForObject(stockUrl + "/stock", String.class);
        String prices = pricesClient.prices();
        try {
            rest.postForObject("http://mailer/send", stock, String.class);
        } catch (Exception e) {
            LOG.warn("no mail", e);
        }
        return stock + prices;
    }
}
