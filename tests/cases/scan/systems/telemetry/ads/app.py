import os

import requests
from flask import Flask
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

app = Flask(__name__)
exporter = OTLPSpanExporter()


@app.route("/seen")
def seen():
    return requests.post(os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/logs", json={}).text
