module acme.example/api

go 1.22
