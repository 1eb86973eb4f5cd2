package keys

import (
	"context"

	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/kms"
)

func init() {
	Register("AWS_KMS", NewAWS)
}

var _ Manager = (*AWS)(nil)

type AWS struct{ svc *kms.KMS }

type awsVersion struct{ name string }

func NewAWS(ctx context.Context) (Manager, error) {
	s, err := session.NewSession()
	if err != nil {
		return nil, err
	}
	return &AWS{svc: kms.New(s)}, nil
}

func (a *AWS) Versions(ctx context.Context, b []byte) ([]awsVersion, error) {
	input := kms.DecryptInput{CiphertextBlob: b}
	o, err := a.svc.DecryptWithContext(ctx, &input)
	if err != nil {
		return nil, err
	}
	return []awsVersion{{name: *o.KeyId}}, nil
}

func (a *AWS) Decrypt(ctx context.Context, b []byte) ([]byte, error) {
	input := kms.DecryptInput{CiphertextBlob: b}
	o, err := a.svc.DecryptWithContext(ctx, &input)
	if err != nil {
		return nil, err
	}
	return o.Plaintext, nil
}
