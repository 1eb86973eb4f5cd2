module acme.io/quotes

go 1.24
