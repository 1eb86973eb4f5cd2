from nameko.rpc import RpcProxy
from nameko.web.handlers import http

from labels import make_label


class Gateway:
    name = "gateway"

    orders = RpcProxy("orders")
    # Not the name of anything that runs.
    extras = RpcProxy("extras")
    # A function of a name like that is no client.
    label = make_label("prices")

    @http("GET", "/orders/<int:number>")
    def order(self, request, number):
        return self.orders.get_order(number)
