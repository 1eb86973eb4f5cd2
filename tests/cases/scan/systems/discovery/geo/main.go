package main

import "example.com/shop/registry"

const name = "srv-geo"

func main() {
	registry.New().Register(name, "10.0.0.1", 8080)
	select {}
}
