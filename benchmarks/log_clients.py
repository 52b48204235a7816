"""
Clients of vendors, brokers and stores for the table of apps: what they log, and what they raise.

Each is the real package, against a server on this machine; `log_apps` runs them.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks import brokers

__all__ = ["CLIENTS"]

NUMBER = "+14155550132"
_TEXT = f"Your caller is {NUMBER}"


def _log(app: Any, name: str, level: int = logging.DEBUG) -> None:
    """Write what a package logs to the output of the app."""
    log = logging.getLogger(name)
    log.setLevel(level)
    log.addHandler(app.handler())


def _log_failure(app: Any) -> None:
    log = logging.getLogger("calls")
    log.addHandler(app.handler())
    log.exception("failed")  # noqa: LOG004 - its callers handle the exception


# Vendors ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _web(answer: bytes, *, kind: str = "application/json", status: int = 200) -> Iterator[Any]:
    """Run a web server that gives every request the same answer."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET  # noqa: N815 - the name is the method

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()


def _url(server: Any) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def _twilio(app: Any) -> None:
    from twilio.rest import Client

    _log(app, "twilio.http_client", logging.INFO)
    with _web(b'{"messages": [], "next_page_uri": null}') as server, app.channel("request"):
        client = Client("AC" + "0" * 32, "token")
        client.api.base_url = _url(server)
        client.messages.list(to=NUMBER, limit=1)


def _plivo(app: Any) -> None:
    import plivo

    # The package has no logger of its own: urllib3 below it prints its requests.
    _log(app, "urllib3")
    with _web(b'{"objects": [], "meta": {}, "api_id": "1"}') as server, app.channel("request"):
        # Each call of the client begins with its own address again.
        plivo.rest.client.PLIVO_API_BASE_URI = f"{_url(server)}/v1/Account"
        client = plivo.RestClient("MA" + "X" * 18, "token")
        client.messages.list(to_number=NUMBER)


def _vonage(app: Any) -> None:
    import vonage
    from vonage_sms import SmsMessage

    _log(app, "vonage")
    sent = {
        "to": NUMBER[1:], "message-id": "1", "status": "0", "remaining-balance": "1.0",
        "message-price": "0.1", "network": "0",
    }  # fmt: skip
    answer = json.dumps({"message-count": "1", "messages": [sent]}).encode()
    with _web(answer) as server, tempfile.TemporaryDirectory() as folder:
        os.environ["REQUESTS_CA_BUNDLE"] = _with_tls(server, Path(folder))
        client = vonage.Vonage(
            vonage.Auth(api_key="00000000", api_secret="x" * 16),
            vonage.HttpClientOptions(rest_host=f"localhost:{server.server_port}"),
        )
        with app.channel("request"):
            client.sms.send(SmsMessage(to=NUMBER[1:], from_="Example", text=_TEXT))


def _with_tls(server: Any, folder: Path) -> str:
    """Let a server speak TLS with a certificate that is made here, and return where that is."""
    import ssl

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    both = folder / "both.pem"
    both.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(encoding)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return str(both)


_PUBLISHED = b"""<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
<PublishResult><MessageId>1</MessageId></PublishResult>
<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishResponse>"""


def _boto3(app: Any) -> None:
    import boto3

    _log(app, "botocore")
    with _web(_PUBLISHED, kind="text/xml") as server, app.channel("request"):
        client = boto3.client(
            "sns",
            endpoint_url=_url(server),
            region_name="us-east-1",
            aws_access_key_id="example",
            aws_secret_access_key="example",
        )
        client.publish(PhoneNumber=NUMBER, Message=_TEXT)


def _aiohttp_client(app: Any) -> None:
    import asyncio

    from aiohttp import ClientResponseError, ClientSession

    async def fetch(url: str) -> None:
        async with ClientSession(raise_for_status=True) as session:
            await session.get(url)

    with _web(b"{}", status=404) as server, app.channel("exception"):
        try:
            asyncio.run(fetch(f"{_url(server)}/sms?From=%2B{NUMBER[1:]}"))
        except ClientResponseError:
            _log_failure(app)


# Brokers, message centers, stores -----------------------------------------------------------------


def _kafka(app: Any) -> None:
    import kafka

    _log(app, "kafka")
    with brokers.kafka("calls") as broker, app.channel("frame"):
        producer = kafka.KafkaProducer(
            bootstrap_servers=f"127.0.0.1:{broker.port}", enable_idempotence=False
        )
        producer.send("calls", _TEXT.encode(), key=NUMBER.encode()).get(timeout=30)
        producer.close()


def _pika(app: Any) -> None:
    import pika

    _log(app, "pika")
    with brokers.amqp() as broker:
        opened = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", broker.port))
        # Messages are not printed; what the broker says of them is.
        with app.channel("answer"), contextlib.suppress(pika.exceptions.ChannelClosedByBroker):
            opened.channel().queue_declare(f"calls.{NUMBER}", passive=True)
        opened.close()


def _smpplib(app: Any) -> None:
    import warnings

    from smpplib.client import Client

    warnings.simplefilter("ignore", DeprecationWarning)
    _log(app, "smpp")
    with brokers.smsc() as center, app.channel("protocol unit"):
        client = Client("127.0.0.1", center.port)
        client.connect()
        client.bind_transmitter(system_id="example", password="example")
        client.send_message(
            source_addr="100", destination_addr=NUMBER, short_message=_TEXT.encode()
        )
        client.read_once()
        client.unbind()
        client.disconnect()


def _redis(app: Any) -> None:
    import redis

    with brokers.redis() as server, app.channel("exception"):
        client = redis.Redis(port=server.port, protocol=2)
        try:
            with client.pipeline(transaction=False) as pipe:
                pipe.set(f"caller:{NUMBER}", _TEXT)
                pipe.execute()
        except redis.RedisError:
            _log_failure(app)


# Tests --------------------------------------------------------------------------------------------

_TEST = """
import logging

from texts import CALLER


def test_call():
    logging.getLogger("calls").warning("call from %s", CALLER)
    raise AssertionError
"""
_CONFTEST = """
import voxvalley_privacy as vp

vp.logs.protect(vp.Redactor(vp.policies.labels()))
"""


def _pytest(app: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "texts.py").write_text(f"CALLER = {NUMBER!r}\n", encoding="utf-8")
        Path(folder, "test_call.py").write_text(_TEST, encoding="utf-8")
        if app.protected:
            Path(folder, "conftest.py").write_text(_CONFTEST, encoding="utf-8")
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_call.py"],
            cwd=folder,
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    _, _, captured = ended.stdout.partition("Captured log call")
    app.written["captured log"] = captured


CLIENTS: dict[str, tuple[str, Callable[[Any], None]]] = {
    "twilio": ("twilio", _twilio),
    "plivo": ("plivo", _plivo),
    "vonage": ("vonage", _vonage),
    "boto3": ("boto3", _boto3),
    "smpplib": ("smpplib", _smpplib),
    "aiohttp client": ("aiohttp", _aiohttp_client),
    "redis": ("redis", _redis),
    "kafka-python": ("kafka", _kafka),
    "pika": ("pika", _pika),
    "pytest": ("pytest", _pytest),
}
