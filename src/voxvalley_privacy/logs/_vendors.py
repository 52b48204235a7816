"""
Loggers of well-known packages that print requests, parameters or protocol units.

Read from the packages' sources; a level is the lowest at which personal data is in the text.
"""

from __future__ import annotations

import logging

import attrs

__all__ = ["LEAKY", "LeakyLogger"]


@attrs.frozen
class LeakyLogger:
    """
    Say what a logger prints.

    Args:
        name: Its name; its children are meant too.

        level: From which level on.

        prints: What.

        encoded: It prints in a form in which no finder sees a number, so that a guarded handler does not help.
    """

    name: str
    level: int
    prints: str
    encoded: bool = False


_DEBUG, _INFO = logging.DEBUG, logging.INFO

LEAKY = (
    LeakyLogger("twilio.http_client", _INFO, "the addresses, forms and headers of API requests"),
    LeakyLogger("vonage", _DEBUG, "API requests and responses"),
    LeakyLogger("vonage_http_client", _DEBUG, "API requests and responses"),
    LeakyLogger("telnyx", _DEBUG, "API requests and responses"),
    LeakyLogger("messagebird", _DEBUG, "API requests and responses"),
    LeakyLogger(
        "smpplib",
        _DEBUG,
        "protocol units in hexadecimal, with numbers and message bodies",
        encoded=True,
    ),
    LeakyLogger(
        "smpp",
        _DEBUG,
        "protocol units in hexadecimal, with numbers and message bodies",
        encoded=True,
    ),
    LeakyLogger("urllib3", _DEBUG, "addresses with their queries"),
    LeakyLogger("requests", _DEBUG, "addresses with their queries"),
    LeakyLogger("httpx", _INFO, "addresses with their queries"),
    LeakyLogger("httpcore", _DEBUG, "request and response headers"),
    LeakyLogger("hpack", _DEBUG, "request and response headers"),
    LeakyLogger("aiohttp.access", _INFO, "client addresses and request lines"),
    LeakyLogger("uvicorn.access", _INFO, "client addresses and request lines"),
    LeakyLogger("gunicorn.access", _INFO, "client addresses and request lines"),
    LeakyLogger("werkzeug", _INFO, "client addresses and request lines"),
    LeakyLogger("django.server", _INFO, "request lines"),
    LeakyLogger("django.db.backends", _DEBUG, "statements with their parameters"),
    LeakyLogger("sqlalchemy.engine", _INFO, "statements with their parameters"),
    LeakyLogger("pymongo.command", _DEBUG, "commands with their documents"),
    LeakyLogger("botocore", _DEBUG, "requests and responses with their bodies"),
    LeakyLogger("boto3", _DEBUG, "requests and their parameters"),
    LeakyLogger("celery.app.trace", _INFO, "what tasks return"),
    LeakyLogger("celery.worker.strategy", _DEBUG, "arguments of tasks"),
    LeakyLogger("websockets", _DEBUG, "frames with their content"),
    LeakyLogger("pika", _DEBUG, "frames with their content"),
    LeakyLogger("kafka", _DEBUG, "requests with their content"),
    LeakyLogger("openai", _DEBUG, "requests with their content"),
)
