module acme.example/orders

go 1.22

require (
	github.com/segmentio/kafka-go v0.4.47
	github.com/spf13/viper v1.18.0
)
