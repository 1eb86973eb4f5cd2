package com.acme;

import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Service;

@Service
@Profile("!aws")
public class Mail implements Letters {
    private final Firestore firestore = FirestoreOptions.getDefaultInstance().getService();

    public void write(String name) {
        firestore.collection("mail").document(name).delete();
    }
}
