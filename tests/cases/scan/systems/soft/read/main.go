package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/go-redis/redis/v8"
)

type prices struct{ client redis.UniversalClient }

func (p *prices) find(ctx context.Context, key string) (string, error) {
	found, err := p.client.HGet(ctx, "prices", key).Bytes()
	if err != nil {
		return "", fmt.Errorf("no price of %s: %w", key, err)
	}
	return string(found), nil
}

func main() {
	all := &prices{redis.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{os.Getenv("REDIS_ADDR")}})}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if price, err := all.find(r.Context(), "pear"); err == nil && price != "" {
			w.Write([]byte(price))
			return
		}
		w.Write([]byte("the list price"))
	})
	log.Fatal(http.ListenAndServe(":80", nil))
}
