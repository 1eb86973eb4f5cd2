package main

import (
	"context"
	"log"
	"net/http"
	"os"

	secretmanager "cloud.google.com/go/secretmanager/apiv1"
	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"
	"github.com/aws/aws-sdk-go/aws/session"
	aws "github.com/aws/aws-sdk-go/service/secretsmanager"
)

type secrets interface {
	Value(ctx context.Context, name string) (string, error)
}

type amazon struct{ c *aws.SecretsManager }

func (a *amazon) Value(ctx context.Context, name string) (string, error) {
	o, err := a.c.GetSecretValueWithContext(ctx, &aws.GetSecretValueInput{SecretId: &name})
	if err != nil {
		return "", err
	}
	return *o.SecretString, nil
}

type google struct{ c *secretmanager.Client }

func (g *google) Value(ctx context.Context, name string) (string, error) {
	r, err := g.c.AccessSecretVersion(ctx, &secretmanagerpb.AccessSecretVersionRequest{Name: name})
	if err != nil {
		return "", err
	}
	return string(r.Payload.Data), nil
}

func pick(kind string) secrets {
	if kind == "aws" {
		return &amazon{aws.New(session.Must(session.NewSession()))}
	} else if kind == "google" {
		c, err := secretmanager.NewClient(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		return &google{c}
	}
	return nil
}

func main() {
	s := pick(os.Getenv("SECRETS_KIND"))
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		v, err := s.Value(r.Context(), r.Method)
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		switch r.Method {
		case "GET":
			w.Write([]byte(v))
		case "POST":
			if _, err := s.Value(r.Context(), "other"); err != nil {
				http.Error(w, err.Error(), 500)
			}
		}
	})
	log.Fatal(http.ListenAndServe(":80", nil))
}
