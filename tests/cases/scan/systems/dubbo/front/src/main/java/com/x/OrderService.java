package com.x;

public interface OrderService {
    String place(String user);
}
