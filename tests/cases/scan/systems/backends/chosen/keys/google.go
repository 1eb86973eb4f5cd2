package keys

import (
	"context"

	kms "cloud.google.com/go/kms/apiv1"
	"cloud.google.com/go/kms/apiv1/kmspb"
)

var _ Manager = (*googleKMS)(nil)

type googleKMS struct{ c *kms.KeyManagementClient }

func NewGoogle() (Manager, error) {
	c, err := kms.NewKeyManagementClient(context.Background())
	if err != nil {
		return nil, err
	}
	return &googleKMS{c}, nil
}

func (g *googleKMS) Decrypt(ctx context.Context, b []byte) ([]byte, error) {
	r, err := g.c.Decrypt(ctx, &kmspb.DecryptRequest{Ciphertext: b})
	if err != nil {
		return nil, err
	}
	return r.Plaintext, nil
}
