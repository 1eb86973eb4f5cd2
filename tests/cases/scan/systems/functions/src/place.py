import requests

def handler(event, _):
    requests.post("http://ledger.acme.io:8080/orders", json=event)
    return "ok"

def forgotten(event):
    requests.post("http://never.acme.io:8080/orders", json=event)
