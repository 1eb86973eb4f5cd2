package com.acme;

public interface Storage {
    void keep(String name);
}
