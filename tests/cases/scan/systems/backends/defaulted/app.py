import os

import boto3
from flask import Flask, request
from google.cloud import pubsub_v1

app = Flask(__name__)


class Sqs:
    def __init__(self):
        self.client = boto3.client("sqs")

    def publish(self, text):
        return self.client.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=text)


class PubSub:
    def __init__(self):
        self.client = pubsub_v1.PublisherClient()

    def publish(self, text):
        return self.client.publish("topic", text).result()


def bus():
    kind = os.environ.get("BUS_KIND", "sqs")
    if kind == "pubsub":
        return PubSub()
    return Sqs()


@app.route("/", methods=["POST"])
def send():
    bus().publish(request.data)
    return "ok"
