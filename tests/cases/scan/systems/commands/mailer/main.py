import os
import smtplib

import click


@click.group()
def cli():
    pass


@cli.command("send")
def send():
    while True:
        with smtplib.SMTP(os.environ["SMTP_HOST"]) as server:
            server.sendmail("a@example.org", "b@example.org", "hello")


@cli.command()
def write_drafts():
    print("a draft")


if __name__ == "__main__":
    cli()
