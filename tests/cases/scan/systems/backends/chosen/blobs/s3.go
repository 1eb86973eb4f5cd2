package blobs

import (
	"bytes"
	"context"

	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/s3"
)

func init() {
	Register("s3", NewS3)
}

type s3Store struct{ svc *s3.S3 }

func NewS3(ctx context.Context, _ *Config) (Store, error) {
	s, err := session.NewSession()
	if err != nil {
		return nil, err
	}
	return &s3Store{s3.New(s)}, nil
}

func (s *s3Store) Put(ctx context.Context, b []byte) error {
	_, err := s.svc.PutObjectWithContext(ctx, &s3.PutObjectInput{Body: bytes.NewReader(b)})
	return err
}
