"""
Small servers on this machine that speak just enough of a protocol for one real client.

They answer every request, and keep the octets that came: `received`.
"""

from __future__ import annotations

import contextlib
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["Broker", "amqp", "kafka", "redis", "smsc"]

Reply = Callable[[bytes], bytes]
Take = Callable[[int], bytes]


class Broker:
    """One server: where it listens, and what it was sent."""

    def __init__(self) -> None:
        self.port = 0
        self.received = b""


@contextlib.contextmanager
def _serving(serve: Callable[[Broker, Take, Callable[[bytes], Any]], None]) -> Iterator[Broker]:
    """Run *serve* for each connection: with a function that takes octets, and one that sends."""
    broker = Broker()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            def take(size: int) -> bytes:
                octets = self.rfile.read(size)
                if len(octets) < size:
                    raise EOFError
                broker.received += octets
                return octets

            with contextlib.suppress(EOFError, OSError):
                serve(broker, take, self.request.sendall)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    broker.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield broker
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# Kafka: Produce 3, Metadata 4, ApiVersions 0 ------------------------------------------------------

_PRODUCE, _METADATA, _API_VERSIONS = 0, 3, 18
_UNSUPPORTED_VERSION = 35


def kafka(topic: str) -> contextlib.AbstractContextManager[Broker]:
    """Run a broker with one topic of one partition, which takes every record."""

    def serve(broker: Broker, take: Take, send: Callable[[bytes], Any]) -> None:
        while True:
            (size,) = struct.unpack(">i", take(4))
            request = take(size)
            key, version, correlation = struct.unpack_from(">hhi", request)
            body = _kafka_answer(key, version, topic.encode(), broker.port)
            send(struct.pack(">ii", len(body) + 4, correlation) + body)

    return _serving(serve)


def _text(value: bytes) -> bytes:
    return struct.pack(">h", len(value)) + value


def _kafka_answer(key: int, version: int, topic: bytes, port: int) -> bytes:
    if key == _API_VERSIONS:
        error = _UNSUPPORTED_VERSION if version else 0
        versions = ((_PRODUCE, 3, 3), (_METADATA, 4, 4), (_API_VERSIONS, 0, 0))
        listed = b"".join(struct.pack(">hhh", *each) for each in versions)
        return struct.pack(">hi", error, len(versions)) + listed
    if key == _METADATA:
        node = struct.pack(">iii", 0, 1, 0) + _text(b"127.0.0.1") + struct.pack(">ih", port, -1)
        partition = struct.pack(">hiiiiii", 0, 0, 0, 1, 0, 1, 0)
        listed = struct.pack(">h", 0) + _text(topic) + struct.pack(">?i", False, 1) + partition
        return node + struct.pack(">hii", -1, 0, 1) + listed
    placed = struct.pack(">iihqq", 1, 0, 0, 0, -1)
    return struct.pack(">i", 1) + _text(topic) + placed + struct.pack(">i", 0)


# AMQP 0-9-1 ---------------------------------------------------------------------------------------


def amqp() -> contextlib.AbstractContextManager[Broker]:
    """Run a broker that takes every message, gives it to nobody, and has no queues."""
    from pika import frame, spec

    answers = {
        spec.Connection.StartOk: spec.Connection.Tune(channel_max=9, frame_max=131_072),
        spec.Connection.Open: spec.Connection.OpenOk(),
        spec.Channel.Open: spec.Channel.OpenOk(),
        spec.Channel.Close: spec.Channel.CloseOk(),
        spec.Connection.Close: spec.Connection.CloseOk(),
    }

    def serve(broker: Broker, take: Take, send: Callable[[bytes], Any]) -> None:
        take(8)
        start = spec.Connection.Start(server_properties={"product": "Example"})
        send(frame.Method(0, start).marshal())
        while True:
            head = take(7)
            (size,) = struct.unpack(">i", head[3:])
            received = frame.decode_frame(head + take(size + 1))[1]
            method = getattr(received, "method", None)
            answer = answers.get(type(method))
            if isinstance(method, spec.Queue.Declare):
                answer = spec.Channel.Close(404, f"NOT_FOUND - no queue '{method.queue}'", 50, 10)
            if answer is not None:
                send(frame.Method(received.channel_number, answer).marshal())

    return _serving(serve)


# SMPP ---------------------------------------------------------------------------------------------

_RESPONSE = 0x80000000
_WITHOUT_BODY = (0x6, 0x15)  # unbind, enquire_link


def smsc() -> contextlib.AbstractContextManager[Broker]:
    """Run a message center that accepts every request."""

    def serve(broker: Broker, take: Take, send: Callable[[bytes], Any]) -> None:
        while True:
            size, command, _, sequence = struct.unpack(">4I", take(16))
            take(size - 16)
            body = b"" if command in _WITHOUT_BODY else b"id1\0"
            send(struct.pack(">4I", 16 + len(body), command | _RESPONSE, 0, sequence) + body)

    return _serving(serve)


# Redis --------------------------------------------------------------------------------------------


def redis() -> contextlib.AbstractContextManager[Broker]:
    """Run a server that refuses writes, as one that is a replica does."""

    def serve(broker: Broker, take: Take, send: Callable[[bytes], Any]) -> None:
        def line() -> bytes:
            octets = b""
            while not octets.endswith(b"\r\n"):
                octets += take(1)
            return octets[:-2]

        while True:
            words = []
            for _ in range(int(line()[1:])):
                words.append(take(int(line()[1:]) + 2)[:-2].upper())
            read_only = words[0] in (b"SET", b"HSET")
            send(
                b"-READONLY You can't write against a read only replica.\r\n"
                if read_only
                else b"+OK\r\n"
            )

    return _serving(serve)
