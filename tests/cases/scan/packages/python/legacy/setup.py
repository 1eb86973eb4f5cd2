from setuptools import setup
setup(
    name="legacy-x",
    install_requires=[
        "elasticsearch[async]>=8",
        'nats-py',
    ],
    extras_require={"a": ["not-read"]},
)
