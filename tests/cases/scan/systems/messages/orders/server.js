const express = require('express')
const { Kafka } = require('kafkajs')
const { Subject } = require('rxjs')

const kafka = new Kafka({ brokers: [process.env.BROKER] })
const producer = kafka.producer()
const topic = process.env.ORDERS_TOPIC || 'orders'
const app = express()
const inside = new Subject()

// Within the program; no broker sees it.
inside.subscribe((order) => console.log('mail-sent', order))

app.post('/orders', async (req, res) => {
  await producer.send({ topic, messages: [{ value: JSON.stringify(req.body) }] })
  inside.next(req.body)
  res.send('mail-sent')
})

producer.connect().then(() => app.listen(8080))
