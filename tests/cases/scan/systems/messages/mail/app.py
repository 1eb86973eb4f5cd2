import os

from kafka import KafkaConsumer

TOPIC = os.getenv("TOPIC", "orders")


def main():
    consumer = KafkaConsumer(TOPIC, bootstrap_servers=os.environ["BROKER"])
    for message in consumer:
        print("mail for", message.value)


if __name__ == "__main__":
    main()
