package com.acme;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class Web {
    private final Storage storage;
    private final Letters letters;

    public Web(Storage storage, Letters letters) {
        this.storage = storage;
        this.letters = letters;
    }

    @PostMapping("/")
    public String keep(String name) {
        storage.keep(name);
        letters.write(name);
        return "ok";
    }
}
