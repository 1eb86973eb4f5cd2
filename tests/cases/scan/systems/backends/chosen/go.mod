module acme.example/chosen

go 1.22
