package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/go-redis/redis/v8"
)

type prices struct{ client redis.UniversalClient }

// Its loss is logged, and the request gets no answer.
func (p *prices) answer(ctx context.Context, w http.ResponseWriter) {
	found, err := p.client.HGet(ctx, "prices", "pear").Bytes()
	if err != nil {
		log.Println(err)
		return
	}
	w.Write(found)
}

func main() {
	all := &prices{redis.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{os.Getenv("REDIS_ADDR")}})}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		all.answer(r.Context(), w)
	})
	log.Fatal(http.ListenAndServe(":80", nil))
}
