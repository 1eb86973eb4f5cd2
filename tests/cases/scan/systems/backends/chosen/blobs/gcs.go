package blobs

import (
	"context"

	"cloud.google.com/go/storage"
)

func init() {
	Register("gcs", NewGCS)
}

type gcsStore struct{ c *storage.Client }

func NewGCS(ctx context.Context, _ *Config) (Store, error) {
	c, err := storage.NewClient(ctx)
	if err != nil {
		return nil, err
	}
	return &gcsStore{c}, nil
}

func (g *gcsStore) Put(ctx context.Context, b []byte) error {
	w := g.c.Bucket("b").Object("o").NewWriter(ctx)
	if _, err := w.Write(b); err != nil {
		return err
	}
	return w.Close()
}
