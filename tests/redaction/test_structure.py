"""FAULTS B3: shapes that records come in, and shapes meant to break what walks them."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import io
import ipaddress
import json
import pathlib
import threading
import types
import uuid
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import attrs
import pydantic
import pytest

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary

KEYS = vp.KeyRing.generate()
NUMBER = "+14155550132"
DIGITS = "4155550132"


@pytest.fixture
def redact() -> vp.Redactor:
    """Make a redactor without a schema, under the policy for engineers."""
    return vp.Redactor(vp.policies.debug(KEYS))


def _nested(depth: int, leaf: object) -> object:
    made = leaf
    for _ in range(depth):
        made = {"inner": made}
    return made


def _unnest(value: object) -> None:
    # Freeing a million levels at once is the interpreter's business, not ours; take them apart here.
    while isinstance(value, dict) and value:
        value = value.popitem()[1]


@pytest.mark.parametrize("depth", [10_000, 1_000_000])
def test_b3_39_deep_nesting(redact: vp.Redactor, depth: int) -> None:
    """Ten thousand and a million levels end in a placeholder, without an exception."""
    record = _nested(depth, NUMBER)
    made = redact(record)
    _unnest(record)

    assert "[DEPTH]" in json.dumps(made)
    assert 1 == redact.stats().faults["depth"]


def test_b3_40_past_the_depth_nothing_raw(redact: vp.Redactor) -> None:
    """What is deeper than the budget is a placeholder, not the value."""
    assert_no_canary(json.dumps(redact(_nested(70, NUMBER))), DIGITS)


def test_b3_41_cycles(redact: vp.Redactor) -> None:
    """A record that contains itself ends in a placeholder, through dicts and lists."""
    record: dict[str, Any] = {"a": [NUMBER]}
    record["self"] = record
    record["a"].append(record["a"])

    made = redact(record)

    assert "[CYCLE]" == made["self"]
    assert "[CYCLE]" == made["a"][1]


def test_b3_42_shared_references(redact: vp.Redactor) -> None:
    """Thirty levels that double, 2^30 paths, stop at the node budget."""
    node: object = NUMBER
    for _ in range(30):
        node = [node, node]

    made = json.dumps(redact({"x": node}))

    assert "[BUDGET]" in made
    assert_no_canary(made, DIGITS)


def test_b3_43_b9_146_a_million_fields(redact: vp.Redactor) -> None:
    """A million fields stop at the node budget, and the rest does not come through."""
    made = redact({f"field{chr(97 + i % 26)}{i}": NUMBER for i in range(1_000_000)})

    assert "[BUDGET]" == made["[BUDGET]"]
    assert len(made) <= redact.policy.budget.nodes + 1


def test_b3_44_huge_integers(redact: vp.Redactor) -> None:
    """An integer of five thousand digits is never turned into text."""
    assert "[UNKNOWN]" == redact({"x": 10**5000})["x"]


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        float("-inf"),
        -0.0,
        True,
        False,
        None,
        3,
        -7,
        decimal.Decimal("1.5"),
    ],
)
def test_b3_45_plain_scalars(redact: vp.Redactor, value: object) -> None:
    """Scalars that can hold no number come through as they are, with their type."""
    made = redact({"x": value})["x"]

    assert type(value) is type(made)
    assert repr(value) == repr(made)


@pytest.mark.parametrize("value", [complex(1, 2), decimal.Decimal("sNaN")])
def test_b3_45_odd_scalars(redact: vp.Redactor, value: object) -> None:
    """Scalars without a plain text form become a placeholder, never an exception."""
    assert isinstance(redact({"x": value})["x"], str)


@pytest.mark.parametrize(
    "number",
    [14155550132, 14155550132.0, decimal.Decimal(14155550132), decimal.Decimal("1.4155550132E10")],
)
@pytest.mark.parametrize("field", ["to", "unheard_of"])
def test_b1_19_numbers_that_are_numbers(redact: vp.Redactor, number: object, field: str) -> None:
    """A phone number as int, float or Decimal goes like one as text."""
    assert_no_canary(json.dumps(redact({field: number}), default=str), DIGITS)


def test_b3_45_measures_stay(redact: vp.Redactor) -> None:
    """Times and amounts under names that say so are left alone."""
    record = {
        "start_time": 1_700_000_000,
        "created_at": 1_700_000_000_123,
        "size_bytes": 8_388_608,
        "x": 42,
    }

    assert record == redact(record)


@pytest.mark.parametrize(
    "value",
    [
        NUMBER.encode(),
        bytearray(NUMBER.encode()),
        memoryview(b"0" + NUMBER.encode())[1:],
        memoryview(b"ab" * 20)[::2],
        b"\xff\xfe4155550132",
    ],
)
def test_b3_46_bytes(redact: vp.Redactor, value: object) -> None:
    """Bytes are read as text or replaced; what they were stays as it was."""
    before = bytes(value)  # type: ignore[call-overload]
    made = redact({"to": value, "x": value})

    assert_no_canary(repr(made), DIGITS)
    assert before == bytes(value)  # type: ignore[call-overload]


def test_b3_46_files(redact: vp.Redactor) -> None:
    """File-like objects are not read."""
    stream = io.BytesIO(NUMBER.encode())

    assert "[OBJECT" in redact({"x": stream})["x"]  # type: ignore[operator]
    assert NUMBER.encode() == stream.read()


def test_b3_47_iterators(redact: vp.Redactor) -> None:
    """Generators are not consumed."""
    numbers: Iterator[str] = (n for n in [NUMBER])
    made = redact({"x": numbers})

    assert [NUMBER] == list(numbers)
    assert_no_canary(repr(made), DIGITS)


class Call(NamedTuple):
    """A record as a named tuple."""

    to: str
    note: str


@pytest.mark.parametrize(
    "value",
    [
        (NUMBER, 1), Call(NUMBER, "x"), {NUMBER}, frozenset({NUMBER}), collections.deque([NUMBER], maxlen=3), [NUMBER],
        collections.OrderedDict(to=NUMBER), {"to": NUMBER},
    ],
)  # fmt: skip
def test_b3_48_containers(redact: vp.Redactor, value: object) -> None:
    """Containers keep their type, and nothing of what they hold comes through."""
    made = redact({"x": value})["x"]

    assert type(value) is type(made)
    assert_no_canary(repr(made), DIGITS)


def test_b3_48_defaultdict_does_not_grow(redact: vp.Redactor) -> None:
    """A defaultdict gets no new keys by being looked at."""
    record: collections.defaultdict[str, list[str]] = collections.defaultdict(
        list, {"to": [NUMBER]}
    )
    made = redact({"x": record})["x"]

    assert ["to"] == list(record)
    assert list is made.default_factory


@pytest.mark.parametrize("view", [types.MappingProxyType({"to": NUMBER}), collections.ChainMap({"to": NUMBER}), {"to": NUMBER}.values(),
                                  {NUMBER: 1}.keys(), {NUMBER: 1}.items()])  # fmt: skip
def test_b3_48_views(redact: vp.Redactor, view: object) -> None:
    """Views and read-only mappings are copied, or replaced."""
    assert_no_canary(repr(redact({"x": view})), DIGITS)


def test_b3_49_keys(redact: vp.Redactor) -> None:
    """Keys that hold numbers are treated, and stay apart."""
    made = redact(
        {
            "+14155550132": 3,
            "+14155550232": 4,
            "+14155550332": 5,
            "plain": 6,
            14155550432: 7,
            b"+14155550532": 8,
        }
    )

    assert [3, 4, 5, 6, 7, 8] == list(made.values())
    assert_no_canary(repr(made), DIGITS)
    assert "4155550432" not in repr(made)


@pytest.mark.parametrize(
    "key",
    [
        "user_password",
        "Password",
        "pass-word",
        "X-API-Key",
        "x_api_key",
        "xApiKey",
        "AUTHTOKEN",
        "client.secret",
    ],
)
def test_b3_50_names_of_credentials(redact: vp.Redactor, key: str) -> None:
    """Credentials are dropped under every spelling of their names."""
    assert {} == redact({key: "kjq8472913"})


def test_b3_50_odd_keys(redact: vp.Redactor) -> None:
    """Keys of any type come through when they say nothing."""
    record = {None: 1, True: 2, 7: 3, b"x": 4, vp.Channel.SMS: 5, ("a", "b"): 6}

    assert list(record.values()) == list(redact(record).values())


@attrs.frozen
class AttrsCall:
    """A record as an attrs class."""

    to: str
    caller_name: str
    status: str = "completed"


@dataclasses.dataclass(frozen=True, slots=True)
class DataCall:
    """A record as a dataclass with slots."""

    to: str
    caller_name: str
    status: str = "completed"


class PydanticCall(pydantic.BaseModel):
    """A record as a pydantic model whose validator would refuse a mask."""

    to: str = pydantic.Field(pattern=r"\+\d+")
    caller_name: str
    status: str = "completed"


@pytest.mark.parametrize("kind", [AttrsCall, DataCall, PydanticCall])
def test_b3_51_objects(redact: vp.Redactor, kind: type[Any]) -> None:
    """attrs, dataclass and pydantic records come out as the same class, treated; inside another record too."""
    call = kind(to=NUMBER, caller_name="Zebulon Quartermain")
    for made in (redact(call), redact({"x": call})["x"]):
        assert kind is type(made)
        assert ("+1********32", None, "completed") == (made.to, made.caller_name, made.status)
    assert NUMBER == call.to
    assert "Zebulon" not in repr(redact(call))


class Row:
    """An object that is nothing of the above."""

    def __init__(self) -> None:
        self.to = NUMBER

    def __repr__(self) -> str:
        return self.to


def test_b3_51_unknown_objects(redact: vp.Redactor) -> None:
    """An unknown object becomes a placeholder with its class, and its repr is not called."""
    assert "[OBJECT " == str(redact({"x": Row()})["x"])[:8]
    assert_no_canary(repr(redact({"x": Row()})), DIGITS)
    assert_no_canary(repr(redact({"x": type(f"call{DIGITS}", (), {})()})), DIGITS)


class Who(enum.Enum):
    """An enum whose value is a number."""

    CALLER = NUMBER


@pytest.mark.parametrize(
    "value", [Who.CALLER, pathlib.Path(f"/rec/{NUMBER}.wav"), ipaddress.ip_address("192.0.2.217")]
)
def test_b3_52_values_that_are_data(redact: vp.Redactor, value: object) -> None:
    """Enums, paths and addresses are judged by what they hold."""
    made = repr(redact({"x": value}))

    assert_no_canary(made, DIGITS)
    assert "192.0.2.217" not in made


@pytest.mark.parametrize(
    "value",
    [
        dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC),
        dt.date(2026, 11, 23),
        dt.timedelta(seconds=3),
        uuid.UUID(int=5),
    ],
)
def test_b3_52_values_that_are_not(redact: vp.Redactor, value: object) -> None:
    """Times and UUIDs come through as they are."""
    assert value == redact({"x": value})["x"]


class Hostile(str):
    """A text that fails in every way it can."""

    __slots__ = ()

    def __str__(self) -> str:
        raise ValueError(NUMBER)

    __repr__ = __str__

    def __iter__(self) -> Iterator[str]:
        while True:
            yield NUMBER

    def __len__(self) -> int:
        raise ValueError(NUMBER)

    def __eq__(self, other: object) -> bool:
        raise ValueError(NUMBER)

    def __hash__(self) -> int:
        raise ValueError(NUMBER)


class HostileDict(dict[str, object]):
    """A dict that fails in every way it can."""

    def items(self) -> Any:
        raise ValueError(NUMBER)

    __iter__ = keys = values = __len__ = __getitem__ = get = copy = items  # type: ignore[assignment]


class Masked:
    """An object that lies about its class."""

    @property
    def __class__(self) -> Any:
        raise ValueError(NUMBER)


HOSTILE: dict[str, Callable[[], object]] = {
    "text": lambda: Hostile(NUMBER),
    "dict": lambda: HostileDict(to=NUMBER),
    "class": Masked,
    "list": lambda: [Hostile("x")],
    "nested": lambda: {"y": HostileDict(z=Hostile(NUMBER))},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_b3_53_hostile_objects(redact: vp.Redactor, name: str) -> None:
    """Objects that raise the number from every method neither raise nor leak."""
    value = HOSTILE[name]()
    assert_no_canary(json.dumps(redact({"x": value}), default=lambda o: object.__repr__(o)), DIGITS)
    assert_no_canary(json.dumps(redact(value), default=lambda o: object.__repr__(o)), DIGITS)


def test_b3_54_changed_while_walked(redact: vp.Redactor) -> None:
    """A dict that another thread changes gives a treated copy of some moment."""
    record: dict[str, object] = {f"k{chr(97 + i)}": NUMBER for i in range(20)}
    stop = threading.Event()

    def churn() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            record[f"new{chr(97 + n % 26)}"] = NUMBER
            record.pop(f"new{chr(97 + (n + 13) % 26)}", None)

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        shown = [repr(redact(record)) for _ in range(300)]
    finally:
        stop.set()
        thread.join()

    for one in shown:
        assert DIGITS not in one
    assert {} == dict(redact.stats().faults)


def test_b3_55_text_subclasses(redact: vp.Redactor) -> None:
    """A subclass of str is read as the text it is."""

    class Lazy(str):
        __slots__ = ()

    assert_no_canary(repr(redact({"to": Lazy(NUMBER), "x": Lazy(f"call {NUMBER}")})), DIGITS)


def test_b3_56_pairs(redact: vp.Redactor) -> None:
    """Headers as pairs, and fields as name and value, are read as the field they name."""
    record = {
        "headers": [["X-Api-Key", "kjq8472913"], ("From", "alice"), ["Via", "x"]],
        "fields": [{"name": "password", "value": "kjq8472913"}],
    }
    made = json.dumps(redact(record))

    assert "kjq8472913" not in made
    assert "alice" not in made
    assert "Via" in made


def test_b3_57_same_value_in_a_kept_field() -> None:
    """A value of a personal field goes from kept fields too."""
    redact = vp.Redactor(vp.policies.debug(KEYS), "twilio.call")
    made = redact(
        {
            "to": NUMBER,
            "status": f"failed for {NUMBER}",
            "caller_name": "Zebulon Quartermain",
            "answered_by": "Zebulon Quartermain",
        }
    )

    assert_no_canary(repr(made), DIGITS)
    assert "Zebulon" not in repr(made)


def test_json_in_json_in_json(redact: vp.Redactor) -> None:
    """B1-11: three levels of JSON in texts are treated field by field."""
    inner = json.dumps({"password": "kjq8472913", "to": NUMBER})
    made = json.dumps(redact({"raw": json.dumps({"body2": inner})}))

    assert "kjq8472913" not in made
    assert_no_canary(made, DIGITS)


def test_form_in_a_field(redact: vp.Redactor) -> None:
    """B1-13: a form body in a text is treated field by field."""
    made = redact({"raw": "From=%2B14155550132&Body=hello+there&Password=kjq8472913"})["raw"]

    assert "From=%2B1" == made[:9]
    assert "kjq8472913" not in made
    assert_no_canary(made, DIGITS)


def test_input_is_not_changed(redact: vp.Redactor) -> None:
    """The record that came in is the same afterwards."""
    record = {
        "to": NUMBER,
        "list": [{"to": NUMBER}],
        "set": {NUMBER},
        "raw": '{"to": "+14155550132"}',
    }
    before = repr(record)
    redact(record)

    assert before == repr(record)


@pytest.mark.parametrize("number", ["+1********32", "********32", "+20******42"])
def test_masked_number_stays_one(number: str) -> None:
    """A number that was masked before is no name."""
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()), schema="asterisk.cdr_csv")

    assert {"clid": number} == redact({"clid": number})
