package keys

import (
	"context"
	"fmt"
)

type Manager interface {
	Decrypt(ctx context.Context, b []byte) ([]byte, error)
}

const amazon = "AWS_KMS"

func For(name string) (Manager, error) {
	switch name {
	case amazon:
		return NewAWS()
	case "GOOGLE_CLOUD_KMS", "GCP":
		return NewGoogle()
	}
	return nil, fmt.Errorf("unknown key manager %q", name)
}
