import os

import boto3
import pika
import redis
from flask import Flask, request
from google.cloud import storage

app = Flask(__name__)


class S3:
    def __init__(self):
        self.client = boto3.client("s3")

    def keep(self, data):
        self.client.put_object(Bucket="b", Key="k", Body=data)


class Gcs:
    def __init__(self):
        self.client = storage.Client()

    def keep(self, data):
        self.client.bucket("b").blob("k").upload_from_string(data)


STORES = {
    "s3": S3,
    "gcs": Gcs,
}


def over_redis(data):
    redis.from_url(os.environ["CACHE_URL"]).rpush("jobs", data)


def over_rabbit(data):
    channel = pika.BlockingConnection(pika.URLParameters(os.environ["BUS_URL"])).channel()
    channel.basic_publish("", "jobs", data)


def send(data):
    match os.environ["QUEUE_KIND"].lower():
        case "redis":
            over_redis(data)
        case "rabbit" | "amqp":
            over_rabbit(data)
        case _:
            raise ValueError("no such queue")


store = STORES[os.environ["KIND"]]()


@app.route("/", methods=["POST"])
def keep():
    store.keep(request.data)
    send(request.data)
    return "ok"
