module github.com/acme/lib
