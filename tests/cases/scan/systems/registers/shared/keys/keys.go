package keys

import (
	"context"
	"fmt"
	"os"
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

// Holds for the whole package.
var chosen = os.Getenv("KEY_MANAGER")

func For(ctx context.Context) (Manager, error) {
	f, ok := managers[chosen]
	if !ok {
		return nil, fmt.Errorf("unknown key manager %q", chosen)
	}
	return f(ctx)
}
