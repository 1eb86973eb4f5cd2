package blobs

import (
	"context"
	"fmt"

	"github.com/sethvargo/go-envconfig"
)

type Store interface {
	Put(ctx context.Context, b []byte) error
}

type Config struct {
	Type   string `env:"BLOBS, default=gcs" json:"type"`
	Bucket string `env:"BUCKET"`
}

type make_ func(ctx context.Context, c *Config) (Store, error)

var stores = make(map[string]make_)

func Register(name string, f make_) {
	if _, ok := stores[name]; ok {
		panic(name)
	}
	stores[name] = f
}

func Load() *Config {
	var c Config
	if err := envconfig.Process(context.Background(), &c); err != nil {
		panic(err)
	}
	return &c
}

func For(c *Config) (Store, error) {
	name := c.Type
	f, ok := stores[name]
	if !ok {
		return nil, fmt.Errorf("unknown store %q", name)
	}
	return f(context.Background(), c)
}
