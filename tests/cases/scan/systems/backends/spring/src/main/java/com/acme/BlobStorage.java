package com.acme;

import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Service;

@Service
@ConditionalOnProperty(name = "storage.type", havingValue = "azure", matchIfMissing = true)
public class BlobStorage implements Storage {
    private final BlobServiceClient client = new BlobServiceClientBuilder().buildClient();

    public void keep(String name) {
        client.createBlobContainer(name);
    }
}
