"""The shop. Its manual is at http://orders/manual."""
import logging
import os

import boto3
import requests
from flask import Flask, render_template

from store import cached

CATALOGUE = os.getenv("CATALOGUE_HOST", "catalogue")
CART_URL = "http://{}:8080".format(os.environ.get("CART_HOST", "cart"))
POSTGRES_DB = "orders"

app = Flask(__name__)
bucket = boto3.client("s3")
queues = boto3.resource("sqs")


@app.route("/")
def index():
    products = requests.get(f"http://{CATALOGUE}/products", timeout=2).json()
    try:
        stars = requests.get("http://ratings/all").json()
    except requests.RequestException as error:
        logging.warning("no ratings: %s", error)
        stars = {}
    return render_template("cart", products=products, stars=stars)


@app.route("/basket")
def basket():
    found = cached("basket")
    if found:
        return found
    return requests.get(CART_URL + "/basket").text


@app.route("/image")
def image():
    return bucket.get_object(Bucket="images", Key="1")["Body"].read()
