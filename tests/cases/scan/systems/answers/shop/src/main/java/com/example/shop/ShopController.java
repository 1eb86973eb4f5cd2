package com.example.shop;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class ShopController {
    @Autowired
    private Calls calls;

    @PostMapping("/orders")
    public String order(String id) throws Exception {
        Future<String> paid = calls.pay("http://payment/charge");
        Future<String> shipped = calls.ship("http://shipping/send");
        // Nobody asks what became of this one.
        calls.count("http://points/add");
        calls.note("http://audit/orders");
        String stock = calls.stock("http://stock/take");
        if (stock.equals("")) {
            throw new IllegalStateException("nothing in stock");
        }
        String hint = calls.hint("http://hints/for");
        if (hint.isEmpty()) {
            hint = "no hints today";
        }
        return paid.get(3, TimeUnit.SECONDS) + shipped.get() + stock + hint;
    }
}
