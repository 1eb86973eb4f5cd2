import requests
from fastapi import FastAPI

from settings import settings

app = FastAPI()


@app.get("/stock/{item}")
def stock(item: str):
    return requests.get(f"{settings.supplier_url}/items/{item}", timeout=3).json()
