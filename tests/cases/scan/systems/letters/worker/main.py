import os

import pika


def main():
    connection = pika.BlockingConnection(pika.ConnectionParameters(host=os.environ["RABBIT_HOST"]))
    channel = connection.channel()
    # What can't be worked off goes to `dead`: an exchange of the same broker, not the component of that name.
    channel.queue_declare(
        queue="orders",
        arguments={"x-dead-letter-exchange": "dead", "x-dead-letter-routing-key": "orders"},
    )
    channel.basic_consume(queue="orders", on_message_callback=lambda *message: None)
    channel.start_consuming()


if __name__ == "__main__":
    main()
