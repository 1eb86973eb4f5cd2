package com.acme.shop;

import org.springframework.retry.annotation.Retryable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestTemplate;

@RestController
public class Mailer {
    private final RestTemplate rest = new RestTemplate();

    @Retryable
    @PostMapping("/mail")
    public String mail(String text) {
        return rest.postForObject("http://mail/send", text, String.class);
    }
}
