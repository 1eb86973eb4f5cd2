package main

import (
	"context"
	"log"
	"net/http"

	"acme.example/signer/keys"
	"github.com/sethvargo/go-envconfig"
)

func main() {
	var cfg keys.Config
	if err := envconfig.Process(context.Background(), &cfg); err != nil {
		log.Fatal(err)
	}
	manager, err := keys.For(context.Background(), &cfg)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		b, err := manager.Decrypt(r.Context(), nil)
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		w.Write(b)
	})
	log.Fatal(http.ListenAndServe(":80", nil))
}
