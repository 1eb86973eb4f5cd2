package main

import (
	"log"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		found, err := http.Get("http://never:8080/x")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer found.Body.Close()
		w.WriteHeader(http.StatusOK)
	})
	log.Fatal(http.ListenAndServe(":80", nil))
}
