"""Messages for Kafka and AMQP: the clients' own classes, and a broker on this machine."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

import voxvalley_privacy as vp
from benchmarks import brokers
from tests.records.formats.streams import NUMBER, debug
from voxvalley_privacy.records import wrap

CALL = debug("twilio.call")
RECORD = {"sid": "CA1", "from": NUMBER, "status": "busy"}
BODY = json.dumps(RECORD).encode()
CLEAN = json.dumps(CALL(RECORD)).encode()
DIGITS = NUMBER[-10:].encode()


@pytest.fixture
def producer():
    """Give a Kafka producer behind a redactor, and what its broker was sent."""
    kafka = pytest.importorskip("kafka")
    with brokers.kafka("calls.v1.2026-11-25") as broker:
        made = kafka.KafkaProducer(
            bootstrap_servers=f"127.0.0.1:{broker.port}",
            enable_idempotence=False,
        )
        try:
            yield wrap(made, CALL), broker
        finally:
            made.close()


def test_a_kafka_producer_sends_treated_records(producer):
    """Value, key and headers are treated on their way; topic, partition and time stay."""
    calls, broker = producer
    sent = calls.send(
        "calls.v1.2026-11-25",
        BODY,
        key=NUMBER.encode(),
        headers=[("From", NUMBER.encode()), ("trace", b"4bf92f35")],
        partition=0,
        timestamp_ms=1_795_617_482_436,
    ).get(timeout=20)

    assert ("calls.v1.2026-11-25", 0, 1_795_617_482_436) == (
        sent.topic,
        sent.partition,
        sent.timestamp,
    )
    assert CLEAN in broker.received
    assert b"4bf92f35" in broker.received
    assert DIGITS not in broker.received


def test_a_serializer_gets_treated_records():
    """A record that the producer's own serializer writes is treated before."""
    kafka = pytest.importorskip("kafka")
    from kafka.serializer import Serializer

    class Json(Serializer):
        def serialize(self, *given):
            return json.dumps(given[-1]).encode()

    with brokers.kafka("calls") as broker:
        calls = kafka.KafkaProducer(
            bootstrap_servers=f"127.0.0.1:{broker.port}",
            enable_idempotence=False,
            value_serializer=Json(),
        )
        wrap(calls, CALL).send("calls", value=RECORD).get(timeout=20)
        calls.close()

    assert CLEAN in broker.received
    assert DIGITS not in broker.received


@pytest.fixture
def connection():
    """Give an AMQP connection, and what its broker was sent."""
    pika = pytest.importorskip("pika")
    with brokers.amqp() as broker:
        opened = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", broker.port))
        try:
            yield opened, broker
        finally:
            opened.close()


def test_a_pika_channel_publishes_treated_records(connection):
    """Body, headers and ids are treated; exchange, routing key and expiration stay."""
    from pika import BasicProperties

    opened, broker = connection
    channel = wrap(opened.channel(), CALL)
    properties = BasicProperties(
        headers={"From": NUMBER, "trace": "4bf92f35"},
        correlation_id=f"call-{NUMBER}",
        expiration="86400000",
        user_id="guest",
    )
    channel.basic_publish("", "calls.2026-11-25", BODY, properties)
    opened.process_data_events(0)
    opened.channel()  # a round trip: the broker has read all

    assert CLEAN in broker.received
    assert DIGITS not in broker.received
    for stays in (b"calls.2026-11-25", b"4bf92f35", b"86400000", b"guest"):
        assert stays in broker.received
    assert NUMBER == properties.headers["From"]


def test_a_number_in_a_routing_key_is_treated(connection):
    """A routing key that holds a number is treated, its other words stay."""
    opened, broker = connection
    wrap(opened.channel(), CALL).basic_publish("", f"calls.{NUMBER}.done", b"{}")
    opened.channel()

    assert DIGITS not in broker.received
    assert b"calls.+1********42.done" in broker.received


class _Sender:
    """Take messages as clients of other brokers do."""

    def publish(self, topic, payload=None, qos=0, properties=None, *rest, **named):
        return topic, payload, qos, properties, rest, named


def test_places_and_contents_go_by_their_names():
    """Arguments are treated by name or place; what the client does not name is treated too."""
    sent = wrap(_Sender(), CALL).publish("calls/2026-11-25", RECORD, 1, None, NUMBER, to=NUMBER)
    assert (
        "calls/2026-11-25",
        CALL(RECORD),
        1,
        None,
        ("+1********42",),
        {"to": "+1********42"},
    ) == sent
    named = wrap(_Sender(), CALL).publish(topic=b"calls", payload=RECORD)
    assert (b"calls", CALL(RECORD)) == named[:2]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("calls.v1.2026-11-25", "calls.v1.2026-11-25"),
        ("calls/2026/11/25", "calls/2026/11/25"),
        ("eu-west-1:calls_v2", "eu-west-1:calls_v2"),
        ("orders.10.20.30", "orders.10.20.30"),
        ("..", ".."),
        (f"calls.{NUMBER}.x", "calls.+1********42.x"),
    ],
)
def test_words_of_places(place, expected):
    """Versions, dates and short numbers in names of places stay; numbers of people do not."""
    assert expected == wrap(_Sender(), CALL).publish(place)[0]


@pytest.mark.parametrize("place", ["415.555.0142", "calls.415.555.0142", "call 415.555.0142 back"])
def test_dotted_numbers_in_places(place):
    """A number is one in several words too, and in the subject of a letter."""
    assert "0142" not in wrap(_Sender(), CALL).publish(place)[0]


def test_the_first_argument_that_is_no_place_is_the_record():
    """An object is treated as a record where a client gives its argument a name of its own."""

    class Other:
        def send(self, letter, topic=""):
            return letter

        def publish(self, queue, letter):
            return letter

    letter = SimpleNamespace(number=NUMBER)
    for sent in (
        wrap(Other(), CALL).send(letter, topic="calls"),
        wrap(Other(), CALL).send(letter=letter),
        wrap(Other(), CALL).publish("calls", letter),
    ):
        assert "5550132" not in repr(sent)


def test_a_function_that_takes_the_topic_first():
    """A bound method or a function whose first argument is a place gets its record treated."""

    def publish(topic, record, *, key=None):
        return topic, record, key

    assert ("calls.2026-11-25", CALL(RECORD), CALL.text(NUMBER)) == wrap(publish, CALL)(
        "calls.2026-11-25", RECORD, key=NUMBER
    )
    assert CALL(RECORD) == wrap(_Sender().publish, CALL)("calls", RECORD)[1]


def test_what_cannot_be_copied_is_left_out():
    """Properties that cannot be copied are not sent as they are."""

    class Stuck(SimpleNamespace):
        def __copy__(self):
            raise TypeError

    given = Stuck(headers={"From": NUMBER})
    assert wrap(_Sender(), CALL).publish("calls", RECORD, 0, given)[3] is None


def test_a_redactor_that_fails_sends_placeholders():
    """After a fault a placeholder is sent, and nothing raw."""

    def broken(record):
        raise ValueError(NUMBER)

    sent = wrap(_Sender(), broken).publish(
        f"calls.{NUMBER}", RECORD, 0, SimpleNamespace(headers={"From": NUMBER})
    )
    assert "5550132" not in repr(sent)


def test_clients_without_names_are_treated_as_before():
    """Where a method does not name a place, all its texts are treated."""

    class Other:
        def send(self, *args):
            return args

    assert ("calls", "+1********42") == wrap(Other(), CALL).send("calls", NUMBER)
    assert vp.wrap is wrap
