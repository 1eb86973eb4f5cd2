package main

import (
	"context"
	"log"
	"os"

	"github.com/segmentio/kafka-go"
	"github.com/spf13/viper"
)

// The file that it reads is not there; the one beside it is another.
func main() {
	viper.SetConfigName("config")
	viper.AddConfigPath("./config")
	if err := viper.ReadInConfig(); err != nil {
		log.Fatal(err)
	}
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{os.Getenv("KAFKA_ADDR")}, Topic: viper.GetString("kafka.topics.placed")})
	for {
		m, err := r.ReadMessage(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		log.Println(string(m.Value))
	}
}
