package keys

import (
	"context"
	"fmt"
	"net/http"
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

// The request says which.
func For(r *http.Request) (Manager, error) {
	name := r.URL.Query().Get("keys")
	f, ok := managers[name]
	if !ok {
		return nil, fmt.Errorf("unknown key manager %q", name)
	}
	return f(r.Context())
}
