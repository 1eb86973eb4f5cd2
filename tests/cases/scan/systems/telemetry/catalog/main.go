package main

import (
	"context"
	"log"

	"acme.io/catalog/tracing"
)

func main() {
	if err := tracing.Start(context.Background()); err != nil {
		log.Print(err)
	}
}
