module example.com/put

go 1.22

require github.com/go-redis/redis/v8 v8.11.5
