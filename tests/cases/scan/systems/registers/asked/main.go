package main

import (
	"log"
	"net/http"

	"acme.example/asked/keys"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		manager, err := keys.For(r)
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		b, err := manager.Decrypt(r.Context(), nil)
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		w.Write(b)
	})
	log.Fatal(http.ListenAndServe(":80", nil))
}
