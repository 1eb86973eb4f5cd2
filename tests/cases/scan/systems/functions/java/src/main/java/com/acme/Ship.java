package com.acme;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class Ship {
    private final HttpClient client = HttpClient.newHttpClient();

    public String handle(String order) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://carrier.acme.io:8080/ship")).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
