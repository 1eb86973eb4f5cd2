module acme.io/catalog

go 1.24
