module acme.example/open

go 1.22
