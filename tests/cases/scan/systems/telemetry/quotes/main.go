package main

import (
	"context"
	"log"

	"acme.io/quotes/tracing"
)

func main() {
	if err := tracing.Start(context.Background()); err != nil {
		log.Print(err)
	}
}
