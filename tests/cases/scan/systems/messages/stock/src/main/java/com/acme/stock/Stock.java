package com.acme.stock;

import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;

@Component
public class Stock {
    private static final String MOVED = "stock-moved";
    private final RabbitTemplate rabbit;

    public Stock(RabbitTemplate rabbit) {
        this.rabbit = rabbit;
    }

    @KafkaListener(topics = "${orders.topic:orders-made}")
    public void taken(String order) {
        rabbit.convertAndSend(MOVED, "all", order);
    }
}
