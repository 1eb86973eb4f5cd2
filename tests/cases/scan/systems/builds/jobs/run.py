import requests
from flask import Flask

app = Flask(__name__)

@app.route("/")
def count():
    return requests.post("http://depot:8080/count").text

if __name__ == "__main__":
    app.run()
