module github.com/acme/cart

go 1.24

require github.com/redis/go-redis/v9 v9.0.0

require (
	github.com/aws/aws-sdk-go-v2/service/s3 v1.0.0
	github.com/acme/lib v0.0.0 // ours
	golang.org/x/sys v0.1.0 // indirect
)

replace github.com/acme/lib => ./lib
replace (
	golang.org/x/net => golang.org/x/net v0.2.0
)
