from __future__ import annotations

import asyncio
import collections
import contextlib
import copy
import csv
import functools
import inspect
import io
import json
import pickle
import queue
import traceback
from pathlib import Path

import pytest

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from tests.records.doubles import Raising, Wild
from tests.records.formats.streams import DEBUG, KEYS, NUMBER, OTHER, debug
from voxvalley_privacy.records._wrap import wrap

CALL = debug("twilio.call")
CDR = debug("asterisk.cdr_csv")
RECORD = {"sid": "CA1", "from": NUMBER, "to": OTHER, "status": "busy"}
OURS = str(Path(vp.__file__).parent)


def save_call(record, *, tag="x"):
    """Save a call."""
    return record, tag


async def save_later(record, tag="x"):
    """Save a call later."""
    await asyncio.sleep(0)
    return record, tag


# Objects ------------------------------------------------------------------------------------------------------------------


def test_a_dict_writer_writes_treated_rows():
    """Rows are treated on their way; the header is the writer's own."""
    out = io.StringIO(newline="")
    writer = wrap(csv.DictWriter(out, list(RECORD)), CALL)
    writer.writeheader()
    writer.writerow(RECORD)
    writer.writerows([RECORD, RECORD])

    assert [CALL(RECORD)] * 3 == list(csv.DictReader(io.StringIO(out.getvalue())))


def test_a_dict_writer_fills_in_for_dropped_fields():
    """A field that the policy drops comes out as the writer's restval."""
    out = io.StringIO(newline="")
    writer = wrap(
        csv.DictWriter(out, ["sid", "body"], restval="-"),
        vp.Redactor(vp.policies.analytics(KEYS), "twilio.message"),
    )
    writer.writerow({"sid": "SM1", "body": "hello"})

    assert "hello" not in out.getvalue()
    assert out.getvalue().endswith(",-\r\n")


def test_a_csv_writer_goes_by_the_schemas_order():
    """Rows that are lists are read by the column order of their length, whatever their cells are."""
    out = io.StringIO(newline="")
    order = CDR.schema.column_orders[1]
    cells = [
        "",
        NUMBER,
        OTHER,
        "default",
        "",
        "",
        "Dial",
        "",
        "2026-11-23 10:00:00",
        "",
        "",
        60,
        55,
        "BUSY",
        "",
        "",
        "1.1",
        "",
        7,
    ]
    writer = wrap(csv.writer(out), CDR)
    writer.writerow(cells)
    writer.writerows(iter([cells, tuple(cells)]))

    treated = CDR(dict(zip(order, cells, strict=True)))
    assert [[str(treated.get(name, "")) for name in order]] * 3 == list(
        csv.reader(io.StringIO(out.getvalue()))
    )


def test_a_csv_writer_without_an_order_goes_by_text():
    """Without a known order every cell is treated by what is found in it, and rows keep their width."""
    out = io.StringIO(newline="")
    wrap(csv.writer(out), DEBUG).writerow(["CA1", f"call {NUMBER}", 3, None])
    wrap(csv.writer(out), CDR).writerow([NUMBER, "x"])

    assert_no_canary(out.getvalue(), NUMBER)
    assert [4, 2] == [len(row) for row in csv.reader(io.StringIO(out.getvalue()))]


def test_a_header_row_of_a_csv_writer_stays():
    """A row of nothing but the schema's names is a header."""
    out = io.StringIO(newline="")
    wrap(csv.writer(out), CDR).writerow(CDR.schema.columns)

    assert list(CDR.schema.columns) == next(csv.reader(io.StringIO(out.getvalue())))


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "  \n"])
def test_a_json_text_is_treated_as_a_record(end):
    """What is written as JSON is treated by its fields and ends as it did."""
    out = io.StringIO(newline="")
    wrapped = wrap(out, CALL)

    assert len(out.getvalue()) == 0
    assert wrapped.write(json.dumps(RECORD) + end) == len(out.getvalue())
    assert json.dumps(CALL(RECORD)) + end == out.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        f"call {NUMBER}\n",
        f'{{"from": "{NUMBER}"\n',
        f'{{"from": "{NUMBER}"}}\n{{"from": "{NUMBER}"}}\n',
        f"{{}}\n{NUMBER}\n",
        f'[{{"from": "{NUMBER}"}}]',
        f'"{NUMBER}"',
        NUMBER,
        f'{{"x": NaN, "from": "{NUMBER}"}}',
    ],
)
def test_any_other_text_is_treated_too(text):
    """Plain lines, broken JSON and several JSON lines in one call hold no number afterwards, and as many lines."""
    texts, raw = io.StringIO(), io.BytesIO()
    wrap(texts, DEBUG).write(text)
    wrap(raw, DEBUG).write(text.encode())

    assert_no_canary(texts.getvalue(), NUMBER)
    assert text.count("\n") == texts.getvalue().count("\n")
    assert texts.getvalue().encode() == raw.getvalue()


def test_json_dump_into_a_wrapped_file_is_treated_piece_by_piece():
    """What json.dump writes in pieces stays JSON and holds no number."""
    out = io.StringIO()
    json.dump([RECORD], wrap(out, DEBUG))

    assert_no_canary(out.getvalue(), NUMBER)
    assert "CA1" == json.loads(out.getvalue())[0]["sid"]


def test_queues_and_lists_take_treated_records():
    """put, put_nowait, append, appendleft, extend and send treat what they are given."""
    waiting, listed, double = queue.Queue(), [], collections.deque()
    wrap(waiting, CALL).put(RECORD)
    wrap(waiting, CALL).put(item=RECORD)
    wrap(waiting, CALL).put_nowait(RECORD)
    wrap(listed, CALL).append(RECORD)
    wrap(listed, CALL).extend([RECORD, RECORD])
    wrap(double, CALL).appendleft(RECORD)
    sent = []

    class Pipe:
        def send(self, record, *, urgent=False):
            sent.append((record, urgent))

    wrap(Pipe(), CALL).send(RECORD, urgent=True)

    expected = CALL(RECORD)
    assert [expected] * 3 == [waiting.get() for _ in range(3)]
    assert [expected] * 3 == listed
    assert [expected] == list(double)
    assert [(expected, True)] == sent


def test_what_stands_beside_the_record_is_treated_too():
    """A producer takes the topic first and the record after it, as a dict, a text or bytes; flags and objects pass."""

    class Producer:
        def send(self, topic, value=None, key=None, *, timeout=None, loop=None):
            return topic, value, key, timeout, loop

    producer, loop = wrap(Producer(), CALL), object()

    for value in (
        RECORD,
        [RECORD],
        json.dumps(RECORD),
        json.dumps(RECORD).encode(),
        bytearray(NUMBER, "ascii"),
    ):
        for sent in (
            producer.send("calls", value, NUMBER, timeout=2.5, loop=loop),
            producer.send(topic="calls", value=value, key=NUMBER, timeout=2.5, loop=loop),
        ):
            assert ("calls", 2.5, loop) == (sent[0], *sent[3:])
            assert_no_canary(repr(sent[1:3]), NUMBER)


def test_writelines_is_treated_line_by_line():
    """No method that writes passes anything by."""
    out = io.StringIO()
    wrap(out, DEBUG).writelines([f"{NUMBER}\n", "x\n"])

    assert_no_canary(out.getvalue(), NUMBER)
    assert out.getvalue().endswith("\nx\n")


def test_an_async_queue_is_treated():
    """A put that is a coroutine function stays one."""

    async def main():
        waiting = asyncio.Queue()
        await wrap(waiting, CALL).put(RECORD)
        return waiting.get_nowait()

    assert CALL(RECORD) == asyncio.run(main())


def test_everything_else_is_the_targets_own():
    """Attributes, length, truth, iteration, items and membership are the target's, to read and to set."""
    writer = csv.DictWriter(io.StringIO(), ["a"])
    wrapped = wrap(writer, DEBUG)
    wrapped.restval = "-"
    listed = wrap([1, 2], DEBUG)

    assert ("-", ["a"]) == (writer.restval, wrapped.fieldnames)
    assert (2, [1, 2], 1, True, False) == (
        len(listed),
        list(listed),
        listed[0],
        2 in listed,
        bool(wrap([], DEBUG)),
    )
    assert wrap(io.StringIO(), DEBUG)
    with pytest.raises(AttributeError):
        _ = wrapped.nothing
    del wrapped.restval
    assert not hasattr(writer, "restval")


def test_a_with_statement_keeps_the_redactor_in_front(tmp_path):
    """What a context manager hands out is wrapped, whether it is the target or another object."""
    path = tmp_path / "calls.jsonl"
    with wrap(path.open("w"), CALL) as out:
        out.write(json.dumps(RECORD))
    assert CALL(RECORD) == json.loads(path.read_text())

    listed = []
    with wrap(Manager(listed), CALL) as inner:
        inner.append(RECORD)
    assert [CALL(RECORD)] == listed


class Manager:
    """Hand out a list, now or later; it has a method of ours itself."""

    def __init__(self, listed):
        self.listed = listed

    def send(self, record):
        self.listed.append(record)

    def __enter__(self):
        return self.listed

    def __exit__(self, *error):
        return False

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        return True

    def __call__(self, record):
        return record


def test_an_async_with_statement_keeps_the_redactor_in_front():
    """The same, awaited; what the target's exit returns counts."""

    async def main():
        listed = []
        async with wrap(Manager(listed), CALL) as inner:
            inner.send(RECORD)
            raise KeyError
        return listed

    assert [CALL(RECORD)] == asyncio.run(main())


def test_an_object_that_is_a_callable_too_is_treated_both_ways():
    """A callable with a method of ours treats what it is called with as well."""
    assert CALL(RECORD) == wrap(Manager([]), CALL)(RECORD)


# Callables ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda f: f(RECORD, tag=1),
        lambda f: f(record=RECORD, tag=1),
        lambda f: f(tag=1, record=RECORD),
    ],
)
def test_a_callable_gets_a_treated_record(call):
    """The record is treated by position and by name; other arguments and the result are as they were."""
    assert (CALL(RECORD), 1) == call(wrap(save_call, CALL))


def test_a_callable_of_fields_gets_them_treated_as_a_record():
    """What is passed as `**record` is treated as one record."""
    assert CALL(RECORD) == wrap(lambda **fields: fields, CALL)(**RECORD)


def test_a_call_without_a_record_goes_through():
    """Nothing is made up."""
    assert () == wrap(lambda *args: args, CALL)()


@pytest.mark.parametrize("target", [save_later, functools.partial(save_later, tag="x")])
def test_a_coroutine_function_is_awaited(target):
    """An async callable stays async."""
    wrapped = wrap(target, CALL)

    assert inspect.iscoroutinefunction(wrapped.__call__)
    assert (CALL(RECORD), "x") == asyncio.run(wrapped(RECORD))


def test_an_object_with_an_async_call_is_awaited():
    """A callable object with an async `__call__` is async too."""

    class Saver:
        async def __call__(self, record):
            return record

    assert CALL(RECORD) == asyncio.run(wrap(Saver(), CALL)(RECORD))


def test_bound_methods_and_builtins_are_callables():
    """A bound method and a builtin are wrapped as callables."""
    listed = []
    wrap(listed.append, CALL)(RECORD)

    assert [CALL(RECORD)] == listed


def test_metadata_is_the_callables_own():
    """Name, docstring and signature are those of what is wrapped."""
    wrapped = wrap(save_call, CALL)

    assert ("save_call", "Save a call.") == (wrapped.__name__, wrapped.__doc__)
    assert inspect.signature(save_call) == inspect.signature(wrapped)


def test_the_input_is_not_changed():
    """Wrapping copies."""
    before = copy.deepcopy(RECORD)
    wrap(save_call, CALL)(RECORD)

    assert before == RECORD


# Faults -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [save_call, [], save_later, csv.writer(io.StringIO())])
def test_wrapping_twice_is_an_error(target):
    """One redactor stands in front of a target, and a second is refused with words."""
    wrapped = wrap(target, CALL)

    with pytest.raises(vp.ConfigurationError, match="wrapped already"):
        wrap(wrapped, CALL)


@pytest.mark.parametrize("target", [None, 5, object(), "x", {}])
def test_what_takes_no_records_is_refused(target):
    """A target needs a method of ours or a call."""
    with pytest.raises(vp.ConfigurationError, match="must be a callable"):
        wrap(target, CALL)


class Failing:
    """Fail on everything."""

    def write(self, text):
        raise OSError("disk full")

    def writerows(self, rows):
        for _ in rows:
            raise OSError("disk full")

    def writerow(self, row):
        raise OSError("disk full")

    def append(self, record):
        raise OSError("disk full")

    def __call__(self, record, *rest):
        raise OSError("disk full")

    async def later(self, record):
        await asyncio.sleep(0)
        raise OSError("disk full")


@pytest.mark.parametrize(
    "call",
    [
        lambda box: wrap(Failing(), DEBUG).write(f"x {box[0]['from']}"),
        lambda box: wrap(Failing(), DEBUG).writerow(box.pop()),
        lambda box: wrap(Failing(), DEBUG).writerow(row=box.pop()),
        lambda box: wrap(Failing(), DEBUG).writerows([box.pop()]),
        lambda box: wrap(Failing(), DEBUG).append(box.pop()),
        lambda box: wrap(Failing(), DEBUG)(box.pop()),
        lambda box: wrap(Failing().__call__, DEBUG)(box.pop()),
        lambda box: wrap(Failing().__call__, DEBUG)(record=box.pop()),
        lambda box: asyncio.run(wrap(Failing().later, DEBUG)(box.pop())),
    ],
)
def test_b4_64_the_targets_error_comes_out_unchanged_and_no_frame_of_ours_shows_the_record(call):
    """Of the frames in the traceback, those of this library hold nothing of the record."""
    with pytest.raises(OSError, match="disk full") as caught:
        call([dict(RECORD)])

    ours = [
        frame
        for frame, _ in traceback.walk_tb(caught.tb)
        if frame.f_code.co_filename.startswith(OURS)
    ]
    assert ours
    for frame in ours:
        assert_no_canary(repr(frame.f_locals), NUMBER)
        assert_no_canary(
            repr([list(v) if isinstance(v, map) else v for v in frame.f_locals.get("args", ())]),
            NUMBER,
        )
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("value", "expected"), [(RECORD, {"[FAULT]": "[FAULT]"}), (f"x {NUMBER}", "[FAULT]")]
)
def test_a_redactor_that_raises_passes_placeholders_on(value, expected):
    """When the redactor fails, the target gets a placeholder and no error."""
    listed = wrap([], Raising())
    listed.append(value)
    wrap(save_call, Raising())(value)

    assert [expected] == list(listed)


def test_a_redactor_that_raises_keeps_the_width_of_rows():
    """A row becomes as many placeholders."""
    out = io.StringIO(newline="")
    wrap(csv.writer(out), Raising()).writerow([NUMBER, "x"])
    wrap(csv.writer(out), Wild("x")).writerow([NUMBER, "x"])

    assert "[FAULT],[FAULT]\r\n" * 2 == out.getvalue()


def test_reprs_show_no_content():
    """A stand-in names what it stands for, and nothing in it."""
    assert "<wrapped list>" == repr(wrap([NUMBER], DEBUG))
    assert "<wrapped save_call>" == repr(wrap(save_call, DEBUG))
    assert "<wrapped list.append>" == repr(wrap([NUMBER], DEBUG).append)


def test_stand_ins_copy_and_pickle_as_wraps_of_copies():
    """A copy is wrapped too; a pickle is when the redactor can be pickled."""
    redact = vp.Redactor(vp.policies.labels())
    listed = copy.copy(wrap([], redact))
    listed.append(RECORD)
    again = pickle.loads(pickle.dumps(wrap(save_call, redact)))

    assert [redact(RECORD)] == list(listed)
    assert (redact(RECORD), "x") == again(RECORD)


def test_str_subclasses_and_buffers_are_treated():
    """A text that overrides its methods and bytes of any kind are read by what they hold."""

    class Text(str):
        __slots__ = ()

        def strip(self, *_):
            raise AssertionError

    listed = wrap([], DEBUG)
    for value in (
        Text(f"call {NUMBER}"),
        bytearray(NUMBER.encode()),
        memoryview(NUMBER.encode() * 2)[::1],
    ):
        listed.append(value)

    assert_no_canary(repr(list(listed)), NUMBER)
    assert [str, bytes, bytes] == [type(item) for item in listed]


def test_suppressing_targets_still_close():
    """closing() and the like work on a stand-in."""
    out = io.StringIO()
    with contextlib.closing(wrap(out, DEBUG)) as wrapped:
        wrapped.write("x")

    assert out.closed


def test_iterators_stay_iterators():
    """A stand-in steps, now or awaited, as its target does."""

    class Channel:
        async def send(self, record):
            return record

        async def __aiter__(self):
            yield 1

    async def main():
        return [item async for item in wrap(Channel(), DEBUG)]

    assert "a\n" == next(wrap(io.StringIO("a\nb\n"), DEBUG))
    assert [1] == asyncio.run(main())


def test_a_callable_without_a_signature_takes_the_record_by_position():
    """Some builtins do not tell the names of their arguments."""
    assert [("sid", "CA1")] == [
        pair for pair in wrap(dict, CALL)(RECORD).items() if pair[0] == "sid"
    ]
