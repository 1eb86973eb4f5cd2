package main

import (
	"log"
	"net/http"

	"github.com/caarlos0/env/v11"
)

type Prices struct {
	URL string `env:"PRICES_URL,required"`
}

type Tax struct {
	URL string `env:"TAX_URL"`
}

type Config struct {
	Prices Prices
	Tax    Tax
}

type server struct {
	cfg Config
}

func main() {
	cfg := Config{}
	if err := env.Parse(&cfg); err != nil {
		log.Fatal(err)
	}
	s := &server{cfg: cfg}
	http.HandleFunc("/order", s.order)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func (s *server) order(w http.ResponseWriter, r *http.Request) {
	resp, err := http.Get(s.cfg.Prices.URL + r.URL.Path)
	if err != nil {
		http.Error(w, "no prices", http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	if _, err := http.Get(s.cfg.Tax.URL + "/vat"); err != nil {
		log.Printf("no tax: %v", err)
	}
	w.WriteHeader(http.StatusOK)
}
