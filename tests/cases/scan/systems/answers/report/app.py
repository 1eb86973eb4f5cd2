import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

from flask import Flask
from requests import get

app = Flask(__name__)
executor = ThreadPoolExecutor()


def rates():
    return get("http://rates/today")


def news():
    return get("http://news/today")


@app.route("/report")
def report():
    future = executor.submit(rates())
    # What this thread finds out, nobody waits for.
    executor.submit(news())
    return future.result().text
