import os

import pika
from flask import Flask

app = Flask(__name__)


@app.post("/orders")
def place():
    connection = pika.BlockingConnection(pika.ConnectionParameters(host=os.environ["RABBIT_HOST"]))
    channel = connection.channel()
    channel.basic_publish(exchange="", routing_key="orders", body=b"x")
    return "ok"
