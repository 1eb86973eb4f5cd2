package stores

import (
	"context"
	"os"

	"github.com/redis/go-redis/v9"
)

var client = redis.NewClient(&redis.Options{Addr: os.Getenv("CACHE_ADDR")})

func Open() error {
	return client.Ping(context.Background()).Err()
}

func Remember(path string) error {
	return client.Set(context.Background(), path, 1, 0).Err()
}
