package com.acme;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Service;
import software.amazon.awssdk.services.ses.SesClient;

@Service
@Profile("aws")
public class Ses implements Letters {
    private final SesClient client = SesClient.create();

    public void write(String name) {
        client.sendEmail(b -> b.source(name));
    }
}
