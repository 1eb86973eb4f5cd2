package com.acme;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Service;
import software.amazon.awssdk.services.s3.S3Client;

@Service
@ConditionalOnProperty(name = "storage.type", havingValue = "s3")
public class S3Storage implements Storage {
    private final S3Client client = S3Client.create();

    public void keep(String name) {
        client.putObject(b -> b.bucket("b").key(name), null);
    }
}
