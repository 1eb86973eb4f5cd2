import os

import boto3
from flask import Flask
from google.cloud import storage

app = Flask(__name__)


class Amazon:
    def __init__(self, kind):
        self.kind = kind
        self.client = boto3.client("s3")

    def get(self, name):
        return self.client.get_object(Bucket="b", Key=name)


class Google:
    def __init__(self, kind):
        self.kind = kind.mime_type
        self.client = storage.Client()

    def get(self, name):
        return self.client.bucket("b").blob(name).download_as_bytes()


STORES = {"s3": Amazon, "gcs": Google}


def store():
    kind = os.environ["STORE"]
    return STORES[kind](kind)


@app.get("/<name>")
def get(name):
    return store().get(name)
