package main

import (
	"log"
	"os"

	amqp "github.com/rabbitmq/amqp091-go"
)

const exchange = "stock-moved"

func main() {
	conn, err := amqp.Dial(os.Getenv("AMQP_URL"))
	if err != nil {
		log.Fatal(err)
	}
	ch, err := conn.Channel()
	if err != nil {
		log.Fatal(err)
	}
	queue, err := ch.QueueDeclare("audit", true, false, false, false, nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := ch.QueueBind(queue.Name, "all", exchange, false, nil); err != nil {
		log.Fatal(err)
	}
	messages, err := ch.Consume(queue.Name, "", true, false, false, false, nil)
	if err != nil {
		log.Fatal(err)
	}
	for message := range messages {
		log.Printf("moved: %s", message.Body)
	}
}
