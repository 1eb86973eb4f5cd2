"""Asks other services. See http://not-a-text.example for more."""
import os
import sys
from azure.storage import blob as store
import requests as http
from .local import helper

CART = os.getenv("CART_HOST", "cart")
URL = f"http://{CART}:{os.environ['CART_PORT']}/items"  #~text http://{CART}:{os.environ.CART_PORT}/items
OLD = "http://%s/%d" % (CART, 5)  #~text http://{CART}/5
NEW = "http://{}/{path}".format(CART, path="x")  #~text http://{CART}/x


class Shop(Base):
    """Never http://not-a-text.example."""

    def __init__(self, redis: "redis.Redis"):
        self.redis = redis

    def passed(self):
        return http.get(URL + "/all").json()  #~ get Passed ~text {URL}/all

    def raised(self):
        try:
            return self.redis.get("a")  #~ get Passed
        except ConnectionError as error:
            raise Unavailable() from error

    def replaced(self):
        try:
            return self.redis.hgetall("b")  #~ hgetall Replaced
        except Exception:
            return {}

    def ignored(self):
        try:
            self.redis.set("c", 1)  #~ set Ignored
        except Exception as e:
            logger.warning("no cache: %s", e)
        try:
            self.redis.delete("c")  #~ delete Ignored
        except:
            pass

    def local_failure_only(self):
        try:
            return json.loads(http.get(URL))  #~ get Passed
        except (ValueError, KeyError):
            return None

    def answered(self):
        try:
            return http.post(URL)  #~ post Fatal
        except Exception as e:
            return jsonify({"error": str(e)}), 500

    def inner_first(self):
        try:
            try:
                http.put(URL)  #~ put Replaced
            except Timeout:
                raise
        except Exception:
            self.state = "stale"


def wait_for_ever():
    while True:
        try:
            return connect("amqp://mq")  #~ connect Fatal
        except Exception:
            time.sleep(1)


def three_times():
    for _ in range(3):
        try:
            return connect_once()  #~ connect_once Passed
        except Exception:
            time.sleep(1)
    raise Unavailable()


@app.route("/items", methods=["GET"])
def items():
    threading.Thread(target=worker).start()
    asyncio.create_task(http.later(URL))  #~ later Detached
    return helper()


if __name__ == "__main__":
    try:
        serve()  #~ serve Fatal
    except Exception:
        sys.exit(1)
