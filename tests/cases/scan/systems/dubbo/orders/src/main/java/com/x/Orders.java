package com.x;

import javax.ws.rs.core.Service;

public class Orders implements OrderService {
    private CartService cartService;

    public String place(String user) {
        return cartService.view(user);
    }
}
