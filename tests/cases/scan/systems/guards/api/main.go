package main

import (
	"context"
	"log"
	"net/http"
	"time"
)

type server struct{ client *http.Client }

var bounded = &server{client: &http.Client{Timeout: 2 * time.Second}}

func main() {
	http.HandleFunc("/", page)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func page(w http.ResponseWriter, r *http.Request) {
	if err := prices(r.Context()); err != nil {
		http.Error(w, "no prices", http.StatusBadGateway)
	}
}
func prices(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, "GET", "http://prices/all", nil)
	if err != nil {
		return err
	}
	if _, err := http.DefaultClient.Do(request); err != nil {
		return err
	}
	if err := bounded.stock(); err != nil {
		return err
	}
	_, err = http.Get("http://slow/all")
	return err
}

func (s *server) stock() error {
	_, err := s.client.Get("http://stock/all")
	return err
}
