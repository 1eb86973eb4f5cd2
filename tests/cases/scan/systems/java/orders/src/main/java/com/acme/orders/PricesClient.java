package com.acme.orders;

import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.GetMapping;

@FeignClient(name = "prices")
public interface PricesClient {
    @GetMapping("/prices")
    String prices();
}
