package com.example.shop;

import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncResult;
import org.springframework.stereotype.Service;
import org.springframework.web.client.RestTemplate;

@Service
public class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    private final RestTemplate rest = new RestTemplate();

    @Async
    public Future<String> pay(String url) {
        return new AsyncResult<>(rest.getForObject(url, String.class));
    }

    @Async
    public Future<String> ship(String url) {
        return new AsyncResult<>(rest.getForObject(url, String.class));
    }

    @Async
    public Future<String> count(String url) {
        return new AsyncResult<>(rest.getForObject(url, String.class));
    }

    @Async
    public void note(String url) {
        rest.getForObject(url, String.class);
    }

    public String stock(String url) {
        String found = "";
        try {
            found = rest.getForObject(url, String.class);
        } catch (Exception e) {
            LOG.warn("no stock", e);
        }
        return found;
    }

    public String hint(String url) {
        String found = "";
        try {
            found = rest.getForObject(url, String.class);
        } catch (Exception e) {
            LOG.warn("no hints", e);
        }
        return found;
    }
}
