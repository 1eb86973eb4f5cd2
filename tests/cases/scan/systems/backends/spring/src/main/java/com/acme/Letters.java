package com.acme;

public interface Letters {
    void write(String name);
}
