package main

import (
	"log"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

func main() {
	for {
		if err := work(); err != nil {
			log.Printf("trying again: %v", err)
			time.Sleep(time.Second)
		}
	}
}

func work() error {
	conn, err := amqp.Dial("amqp://guest:guest@rabbitmq:5672/")
	if err != nil {
		return err
	}
	ch, err := conn.Channel()
	if err != nil {
		return err
	}
	messages, err := ch.Consume("orders", "", true, false, false, false, nil)
	if err != nil {
		return err
	}
	for message := range messages {
		log.Printf("%s", message.Body)
	}
	return nil
}
