import requests

def run(message, context):
    try:
        requests.post("http://post.acme.io:8080/mail", json=message)
    except requests.RequestException as e:
        print(e)
    return "ok"
