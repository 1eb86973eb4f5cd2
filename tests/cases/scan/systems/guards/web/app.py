import logging

import requests
from flask import Flask
from tenacity import retry

app = Flask(__name__)


@retry
def prices():
    return requests.get("http://prices/all", timeout=2).json()


@app.route("/")
def page():
    try:
        requests.get("http://stock/all", timeout=5)
    except requests.RequestException:
        logging.warning("no stock")
    # This one waits for as long as it takes.
    slow = requests.get("http://slow/all").json()
    return {"prices": prices(), "slow": slow}
