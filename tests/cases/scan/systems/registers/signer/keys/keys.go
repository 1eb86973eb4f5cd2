package keys

import (
	"context"
	"fmt"
)

type Manager interface {
	Decrypt(ctx context.Context, b []byte) ([]byte, error)
}

type ManagerFunc func(ctx context.Context) (Manager, error)

var managers = make(map[string]ManagerFunc)

func Register(name string, f ManagerFunc) {
	if _, ok := managers[name]; ok {
		panic(name)
	}
	managers[name] = f
}

type Config struct {
	Type string `env:"KEY_MANAGER, default=FILESYSTEM"`
}

func For(ctx context.Context, cfg *Config) (Manager, error) {
	name := cfg.Type
	f, ok := managers[name]
	if !ok {
		return nil, fmt.Errorf("unknown key manager %q", name)
	}
	return f(ctx)
}
