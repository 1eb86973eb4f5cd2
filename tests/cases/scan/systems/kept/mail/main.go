package main

import (
	"context"
	"log"
	"os"

	"github.com/segmentio/kafka-go"
	"github.com/spf13/viper"
)

type Topics struct {
	Placed string `mapstructure:"placed"`
}

type Kafka struct {
	Topics Topics `mapstructure:"topics"`
}

type Config struct {
	Kafka Kafka `mapstructure:"kafka"`
}

func load() *Config {
	viper.SetConfigFile("config.yaml")
	if err := viper.ReadInConfig(); err != nil {
		log.Fatal(err)
	}
	cfg := &Config{}
	if err := viper.Unmarshal(cfg); err != nil {
		log.Fatal(err)
	}
	return cfg
}

func main() {
	cfg := load()
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{os.Getenv("KAFKA_ADDR")}, Topic: cfg.Kafka.Topics.Placed})
	for {
		m, err := r.ReadMessage(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		log.Println(string(m.Value))
	}
}
