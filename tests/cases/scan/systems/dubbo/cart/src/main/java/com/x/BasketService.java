package com.x;

import org.apache.dubbo.config.annotation.DubboService;

@DubboService(version = "1.0.0")
public class BasketService implements CartService {
    public String view(String user) {
        return user;
    }
}
