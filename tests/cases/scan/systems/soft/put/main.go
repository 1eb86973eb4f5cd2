package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/go-redis/redis/v8"
)

type prices struct{ client redis.UniversalClient }

func (p *prices) keep(ctx context.Context, key, value string) {
	if err := p.client.HSetNX(ctx, "prices", key, value).Err(); err != nil {
		log.Println(err)
		return
	}
	log.Println("kept", key)
}

func main() {
	all := &prices{redis.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{os.Getenv("REDIS_ADDR")}})}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		all.keep(r.Context(), "pear", "3")
		w.Write([]byte("3"))
	})
	log.Fatal(http.ListenAndServe(":80", nil))
}
