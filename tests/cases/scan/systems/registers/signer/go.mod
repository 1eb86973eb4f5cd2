module acme.example/signer

go 1.22

require (
	cloud.google.com/go/kms v1.15.0
	github.com/aws/aws-sdk-go v1.50.0
)
