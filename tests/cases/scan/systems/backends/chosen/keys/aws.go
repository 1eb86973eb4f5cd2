package keys

import (
	"context"

	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/kms"
)

var _ Manager = (*awsKMS)(nil)

type awsKMS struct{ svc *kms.KMS }

func NewAWS() (Manager, error) {
	s, err := session.NewSession()
	if err != nil {
		return nil, err
	}
	return &awsKMS{kms.New(s)}, nil
}

func (a *awsKMS) Decrypt(ctx context.Context, b []byte) ([]byte, error) {
	o, err := a.svc.DecryptWithContext(ctx, &kms.DecryptInput{CiphertextBlob: b})
	if err != nil {
		return nil, err
	}
	return o.Plaintext, nil
}
