package main

import (
	"log"
	"net/http"
	"os"

	"acme.example/chosen/blobs"
	"acme.example/chosen/keys"
)

func main() {
	manager, err := keys.For(os.Getenv("KEY_MANAGER"))
	if err != nil {
		log.Fatal(err)
	}
	store, err := blobs.For(blobs.Load())
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		b, err := manager.Decrypt(r.Context(), nil)
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		if err := store.Put(r.Context(), b); err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		w.Write(b)
	})
	log.Fatal(http.ListenAndServe(":80", nil))
}
