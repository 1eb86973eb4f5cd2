package keys

import (
	"context"

	kms "cloud.google.com/go/kms/apiv1"
	"cloud.google.com/go/kms/apiv1/kmspb"
)

func init() {
	Register("GOOGLE_CLOUD_KMS", NewGoogle)
}

var _ Manager = (*Google)(nil)

type Google struct{ c *kms.KeyManagementClient }

type version struct{ name string }

func NewGoogle(ctx context.Context) (Manager, error) {
	c, err := kms.NewKeyManagementClient(ctx)
	if err != nil {
		return nil, err
	}
	return &Google{c: c}, nil
}

func (g *Google) Version(ctx context.Context, b []byte) (*version, error) {
	r, err := g.c.Decrypt(ctx, &kmspb.DecryptRequest{Ciphertext: b})
	if err != nil {
		return nil, err
	}
	return &version{name: r.String()}, nil
}

func (g *Google) Decrypt(ctx context.Context, b []byte) ([]byte, error) {
	r, err := g.c.Decrypt(ctx, &kmspb.DecryptRequest{Ciphertext: b})
	if err != nil {
		return nil, err
	}
	return r.Plaintext, nil
}
