from nameko.rpc import rpc


class Orders:
    name = "orders"

    @rpc
    def get_order(self, number):
        return {"number": number}
