module example.org/chat

go 1.21

require (
	github.com/redis/go-redis/v9 v9.5.0
	github.com/spf13/cobra v1.8.0
)
