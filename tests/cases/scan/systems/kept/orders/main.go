package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/segmentio/kafka-go"
	"github.com/spf13/viper"
)

func main() {
	viper.SetConfigName("config")
	viper.AddConfigPath("./config")
	if err := viper.ReadInConfig(); err != nil {
		log.Fatal(err)
	}
	w := &kafka.Writer{Addr: kafka.TCP(os.Getenv("KAFKA_ADDR")), Topic: viper.GetString("kafka.topics.placed")}
	http.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) {
		if err := w.WriteMessages(context.Background(), kafka.Message{Value: []byte("x")}); err != nil {
			http.Error(rw, err.Error(), 500)
		}
	})
	log.Fatal(http.ListenAndServe(":80", nil))
}
