package com.x;

public interface CartService {
    String view(String user);
}
