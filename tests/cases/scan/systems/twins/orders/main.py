import os

import psycopg2
from flask import Flask

app = Flask(__name__)


@app.route("/orders")
def orders():
    with psycopg2.connect("postgresql://db/orders") as connection:
        return connection.execute("select 1").fetchall()


if __name__ == "__main__":
    app.run()
