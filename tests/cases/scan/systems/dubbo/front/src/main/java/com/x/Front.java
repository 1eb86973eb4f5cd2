package com.x;

import org.apache.dubbo.config.annotation.DubboReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class Front {
    private static final Logger log = LoggerFactory.getLogger(Front.class);

    @DubboReference(version = "1.0.0", check = false)
    private CartService cartService;

    @DubboReference(check = false)
    private OrderService orderService;

    @DubboReference(check = false)
    private MailService mailService;

    @GetMapping("/")
    public String index() {
        String last = "";
        try {
            last = orderService.place("me");
        } catch (RuntimeException e) {
            log.warn("no order", e);
        }
        return cartService.view("me") + last;
    }
}
