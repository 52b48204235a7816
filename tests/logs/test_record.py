"""What of a record a handler sees: FAULTS B4, rows 60 to 67 and 69."""

from __future__ import annotations

import io
import itertools
import json
import logging
import threading
import traceback
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, DIGITS, Capture, Written, clean, last, values
from voxvalley_privacy import logs


def test_b4_60_number_split_over_format_and_arguments(written):
    """A number that only the rendered message has in one piece is treated."""
    written.log.warning("call from +1%s%s", "415", "5550132")
    written.log.warning("call from +1%s", 4155550132)
    clean(written.text)


def test_b4_60_split_over_arguments_with_types_kept(captured):
    """It is treated too where a handler reads message and arguments apart."""
    captured.log.warning("call from +1%s%s", "415", "5550132")
    record = last(captured)
    clean(record.getMessage() + record.msg + str(record.args))


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((5,), (5,)),
        ((5.5,), (5.5,)),
        ((None,), (None,)),
        ((True,), (True,)),
        ((Decimal("1.5"),), (Decimal("1.5"),)),
    ],
)
def test_b4_61_types_of_arguments_are_kept(captured, args, expected):
    """Harmless arguments reach a handler as they are."""
    captured.log.warning("value %s", *args)
    assert expected == last(captured).args
    assert "value %s" == last(captured).msg


def test_b4_61_whole_number_stays_one(written, captured):
    """`%d` finds a number, and a number that is a phone number is treated."""
    for one in (written, captured):
        one.log.warning("%d of %d, %05.1f", 5, 12, 3.5)
    assert "5 of 12, 003.5" in written.text
    assert "5 of 12, 003.5" == last(captured).getMessage()
    captured.log.warning("from %d", 14155550132)
    clean(last(captured).getMessage() + str(last(captured).args))


def test_b4_61_arguments_as_mapping(captured):
    """A single mapping is treated by its fields, and every name in the format finds something."""
    captured.log.warning(
        "%(from)s %(n)d %(caller_name)s", {"from": CANARY, "n": 5, "caller_name": "Bob Smith"}
    )
    text = last(captured).getMessage()
    clean(text)
    assert " 5 " in text
    assert "Bob" not in text


def test_b4_61_no_arguments_and_empty_ones(captured):
    """A message without arguments may hold percent signs."""
    captured.log.warning("100 % done %s")
    assert "100 % done %s" == last(captured).getMessage()
    captured.log.warning("empty %s", {})
    assert "empty {}" == last(captured).getMessage()


def test_b4_61_generator_is_not_consumed(captured):
    """A generator among the arguments is left to the app."""
    numbers = iter([CANARY])
    captured.log.warning("pending %s", numbers)
    assert [CANARY] == list(numbers)
    clean(last(captured).getMessage())


def test_b4_61_records_in_arguments_are_treated_by_field(written):
    """A dict or an attrs object is treated by its fields before it is rendered."""

    @attrs.frozen
    class Call:
        caller_name: str
        to: str

    written.log.warning("cdr %s", {"caller_name": "Bob Smith", "to": CANARY, "duration": 5})
    written.log.warning("call %s", Call("Bob Smith", CANARY))
    clean(written.text)
    assert "Bob" not in written.text
    assert "'duration': 5" in written.text


@pytest.mark.parametrize("args", [(), ("a", "b"), ("x", CANARY)])
def test_b4_62_bad_format_prints_nothing_raw(written, capsys, args):
    """A format that does not fit its arguments costs the arguments, not the line, and prints nothing to stderr."""
    written.log.warning("bad %d %d %d +14155550132", *args or (CANARY,))
    captured = capsys.readouterr()
    assert "" == captured.err
    clean(written.text)
    assert "[FAULT]" in written.text


def test_b4_62_handler_that_fails_prints_nothing_raw(redact, capsys):
    """The standard report of a handler's error shows neither record nor source lines."""

    class Broken:
        def write(self, text):
            raise OSError(f"cannot write to {CANARY}")

    made = Written(handler=logging.StreamHandler(Broken()))
    with logs.protect(redact, made.log):
        made.log.warning("call +14155550132 %s", CANARY)
    shown = capsys.readouterr().err
    assert "Logging error in StreamHandler" in shown
    clean(shown)


def test_b4_63_extra_is_treated_after_the_record_factory(captured):
    """Extras are treated as one record, by name and by what they hold."""
    extra = {
        "caller": CANARY,
        "note": f"call {CANARY}",
        "n": 5,
        "cdr": {"from": CANARY, "duration": 9},
    }
    captured.log.warning("done", extra=extra)
    record = last(captured)
    clean(json.dumps([record.caller, record.note, record.cdr]))
    assert (5, 9) == (record.n, record.cdr["duration"])
    assert {"from": CANARY, "duration": 9} == extra["cdr"]


def test_b4_63_dropped_extra_leaves_a_place(redact):
    """A field that the policy drops is None, so that a format that names it does not lose the line."""
    made = Written(fmt="%(message)s %(password)s %(made_up)s")
    strict = vp.Redactor(vp.policies.analytics(vp.KeyRing.generate()))
    with logs.protect(strict, made.log):
        made.log.warning("done", extra={"password": "secret", "made_up": "lamp"})
    assert "[FREE_TEXT] None None\n" == made.text


def test_b4_63_extra_with_a_number_as_name(captured):
    """A name that is a number does not reach the handler."""
    captured.log.warning("done", extra={CANARY: 1})
    clean(values(last(captured)))


def test_b4_63_what_filters_add_is_treated(redact):
    """What a filter of the handler itself adds is treated as well."""

    class Adds(logging.Filter):
        def filter(self, record):
            record.caller = CANARY
            return True

    made = Written(fmt="%(message)s %(caller)s")
    made.handler.addFilter(Adds())
    with logs.protect(redact, made.log):
        made.log.warning("done")
    clean(made.text)
    assert made.text.startswith("done ")


def test_filters_still_decide(written):
    """A handler's own filter still drops what it drops."""
    written.handler.addFilter(lambda record: "keep" in record.msg)
    written.log.warning("drop this")
    written.log.warning("keep this")
    assert "drop" not in written.text
    assert "keep this" in written.text


def _errors():
    class Url(OSError):
        pass

    yield "KeyError", lambda: {}[CANARY]
    yield "int", lambda: int(f"{CANARY}x")
    yield "json", lambda: json.loads(f'{{"to": "{CANARY}",}}')
    yield "unicode", lambda: f"{CANARY}é".encode("ascii")
    yield "url", lambda: (_ for _ in ()).throw(Url(f"https://example.com/call?to={CANARY}"))


@pytest.mark.parametrize(
    ("name", "fail"), list(_errors()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_b4_64_values_in_exceptions(written, captured, name, fail):
    """What exceptions quote is treated in the traceback; the live exception is untouched."""
    for one in (written, captured):
        try:
            fail()
        except Exception as error:
            live = error
            before = repr(error)
            one.log.exception("failed")
        assert before == repr(live)
    clean(written.text)
    assert "Traceback (most recent call last):" in written.text
    assert last(captured).exc_info is None
    clean(last(captured).exc_text)


def test_b4_64_pydantic(written):
    """Pydantic quotes its input; it is treated."""
    pydantic = pytest.importorskip("pydantic")

    class Call(pydantic.BaseModel):
        to: int

    try:
        Call(to=f"to {CANARY}")
    except pydantic.ValidationError:
        written.log.exception("failed")
    clean(written.text)


def _chained():
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            error.add_note(f"seen at {CANARY}")
            raise ValueError(f"for {CANARY}") from error
    except ValueError as error:
        try:
            raise TypeError("shown")
        except TypeError as last_error:
            last_error.__context__ = error
            raise


def test_b4_65_causes_contexts_and_notes(written):
    """The whole chain is rendered, treated, the oldest first."""
    try:
        _chained()
    except TypeError:
        written.log.exception("failed")
    clean(written.text)
    assert (
        written.text.index("KeyError")
        < written.text.index("ValueError")
        < written.text.index("TypeError")
    )
    assert "seen at" in written.text
    assert "direct cause" in written.text
    assert "During handling" in written.text


def test_b4_65_suppressed_context_stays_out(written):
    """`raise ... from None` hides its context here too."""
    try:
        try:
            raise KeyError("secret")
        except KeyError:
            raise ValueError("shown") from None
    except ValueError:
        written.log.exception("failed")
    assert "secret" not in written.text.split("ValueError")[0]


def test_b4_65_cycle(written):
    """A chain that comes back to itself ends."""
    first, second = ValueError("first"), ValueError(CANARY)
    first.__cause__, second.__cause__ = second, first
    written.log.error("failed", exc_info=first)
    clean(written.text)
    assert "[CYCLE]" in written.text


@pytest.mark.parametrize("levels", [3, 10_000])
def test_b4_65_groups_deeper_than_the_stack(written, levels):
    """Groups in groups are rendered to a bound, whatever their depth."""
    group: BaseException = ValueError(CANARY)
    for _ in range(levels):
        group = ExceptionGroup(f"for {CANARY}", [group])
    written.log.error("failed", exc_info=group)
    clean(written.text)
    assert "ExceptionGroup" in written.text
    assert ("[DEPTH]" in written.text) is (levels > 3)
    while group is not None:  # or the interpreter's own clean-up recurses
        group = group.exceptions[0] if isinstance(group, ExceptionGroup) else None


def test_b4_65_wide_group_long_chain_and_hostile_str(written):
    """Width, length and an exception that cannot be shown end in placeholders."""

    class Hostile(Exception):
        def __str__(self):
            raise RuntimeError(CANARY)

    errors: list[Exception] = [ValueError(str(n)) for n in range(40)]
    for before, after in itertools.pairwise(errors):
        after.__cause__ = before
    written.log.error("failed", exc_info=ExceptionGroup("many", [Hostile(), *errors]))
    written.log.error("failed", exc_info=errors[-1])
    clean(written.text)
    assert "[BUDGET]" in written.text
    assert "Hostile: [FAULT]" in written.text


def test_b4_66_cached_traceback_is_not_reused(redact):
    """What an earlier handler cached in the record is not shown, and nothing of ours is cached for a later one."""
    made = Written()
    plain = logging.StreamHandler(first := io.StringIO())
    seen = []
    # Nothing that a logger calls is left unguarded, so the earlier handler is called by a filter.
    made.log.addFilter(lambda record: seen.append(record) or plain.emit(record) or True)
    with logs.protect(redact, made.log):
        try:
            int(f"{CANARY}x")
        except ValueError:
            made.log.exception("failed %s", CANARY)
    assert CANARY in first.getvalue()
    assert CANARY in seen[0].exc_text
    assert CANARY in seen[0].message
    clean(made.text)


def test_b4_67_literals_in_source_lines_and_stack(written):
    """Source lines of a traceback or a stack that hold a number are treated."""
    try:
        dict(x=1)["+14155550132"]  # noqa: C408
    except KeyError:
        written.log.exception("failed")
    written.log.warning("where +14155550132", stack_info=True)
    clean(written.text)
    assert "Stack (most recent call last)" in written.text


@pytest.mark.parametrize("rendered", [True, False])
def test_b4_69_names_of_threads_loggers_and_files(redact, rendered):
    """Every text that a record carries is treated, whoever reads it."""
    fmt = "%(name)s %(threadName)s %(processName)s %(funcName)s %(pathname)s %(filename)s %(module)s %(levelname)s"
    made = Written(fmt=fmt) if rendered else Written(handler=Capture())
    with logs.protect(redact, made.log):
        record = logging.makeLogRecord(
            {
                "name": f"call-{CANARY}",
                "threadName": f"call-{CANARY}",
                "processName": f"worker {CANARY}",
                "taskName": f"task {CANARY}",
                "funcName": f"f {CANARY}",
                "pathname": f"/calls/{CANARY}.py",
                "filename": f"{CANARY}.py",
                "module": CANARY,
                "levelname": f"L {CANARY}",
                "lineno": CANARY,
                "process": CANARY,
                "msg": "done",
                "levelno": logging.INFO,
            }
        )
        made.log.handle(record)
    clean(made.text if rendered else values(made.handler.records[-1]))


def test_b4_69_running_thread(written):
    """The name of a real thread is treated."""
    thread = threading.Thread(target=written.log.warning, args=("done",), name=f"call-{CANARY}")
    thread.start()
    thread.join()
    clean(written.text)
    assert "done" in written.text


def test_message_object_that_is_a_record(captured):
    """A dict as message stays a dict, for formatters that merge it."""
    captured.log.warning({"from": CANARY, "duration": 5})
    assert 5 == last(captured).msg["duration"]
    clean(str(last(captured).msg))


def test_message_object_with_text_of_its_own(captured):
    """Any other object is rendered and treated as text."""

    class Message:
        def __str__(self):
            return f"call {CANARY}"

    captured.log.warning(Message())
    clean(last(captured).getMessage())
    assert isinstance(last(captured).msg, str)


def test_record_class_with_its_own_way_to_render(written):
    """A record class that renders braces keeps doing so."""

    class Brace(logging.LogRecord):
        def getMessage(self):  # noqa: N802
            return self.msg.format(*self.args)

    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(Brace)
    try:
        written.log.warning("call {} {}", CANARY, {"from": CANARY})  # noqa: PLE1205
    finally:
        logging.setLogRecordFactory(before)
    clean(written.text)
    assert "call " in written.text


def test_record_itself_is_never_changed(written):
    """The record is the same before and after, for handlers that are not ours."""
    record = logging.makeLogRecord(
        {"msg": "call %s", "args": (CANARY,), "caller": CANARY, "exc_text": CANARY, "levelno": 20}
    )
    before = dict(record.__dict__)
    written.log.handle(record)
    assert before == record.__dict__
    clean(written.text)


def test_access_log_formatter_gets_its_five_arguments(redact):
    """A formatter that unpacks the arguments of an access log gets as many, treated."""

    class Access(logging.Formatter):
        def format(self, record):
            client, method, path, version, status = record.args
            return f"{client} {method} {path} {version} {status:d}"

    made = Written()
    made.handler.setFormatter(Access())
    with logs.protect(redact, made.log):
        made.log.info(
            '%s - "%s %s HTTP/%s" %d', "203.0.113.9:80", "GET", f"/calls?to={CANARY}", "1.1", 200
        )
    assert made.text.strip().endswith("200")
    clean(made.text)
    assert "203.0.113.9" not in made.text


@given(
    st.lists(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.binary()), max_size=4),
    st.text(),
)
def test_any_message_and_arguments(args, template):
    """Whatever is logged, a line comes out and nothing comes back; treating it twice changes nothing."""
    redact = vp.Redactor(vp.policies.labels())
    treat = logs._record.Treatment(redact, vp.redaction._stats.Tally())
    record = logging.makeLogRecord({"msg": template, "args": tuple(args)})
    once = treat(record)
    again = treat(once)
    assert once.getMessage() == again.getMessage()
    assert once.getMessage() == treat(record, rendered=True).getMessage() or once.args


def test_traceback_of_nothing():
    """What is no exception gives no text."""
    render = logs._traceback.render
    assert "" == render(None)
    assert "" == render((None, None, None))
    assert "ValueError" == render((ValueError, None, None))
    assert "ValueError" == render(ValueError())
    try:
        raise ValueError("here")
    except ValueError as error:
        expected = "".join(traceback.format_exception(error)).strip()
        shown = (render(error), render((type(error), error, error.__traceback__)))
    assert (expected, expected) == shown


def test_digits_are_those_of_the_canary():
    """The oracle looks for the canary these tests plant."""
    assert CANARY.endswith(DIGITS)
    with pytest.raises(AssertionError):
        clean(f"x {CANARY}")


@pytest.mark.parametrize("args", [CANARY, [CANARY], {CANARY}, 5])
def test_arguments_that_are_no_tuple(captured, args):
    """Records made by hand may carry anything as arguments."""
    captured.log.handle(logging.makeLogRecord({"msg": "call %s", "args": args, "levelno": 30}))
    clean(last(captured).getMessage() + str(last(captured).args))
    assert last(captured).getMessage().startswith("call ")


def test_message_that_is_personal_only_as_a_whole(captured):
    """Where treated pieces still make up a number, the rendered message stands alone."""
    captured.log.warning("+1 415 %s %s %s", "555", "0132", CANARY)
    clean(last(captured).getMessage() + last(captured).msg + str(last(captured).args))
    assert () == last(captured).args


def test_extras_that_come_back_as_no_record():
    """A redactor that does not give a record for the extras leaves placeholders in their place."""

    class Odd:
        def __call__(self, record):
            return "x"

        def text(self, text):
            return text

    treat = logs._record.Treatment(Odd(), vp.redaction._stats.Tally())
    assert "[FAULT]" == treat(logging.makeLogRecord({"msg": "done", "caller": CANARY})).caller


def test_origins_are_remembered_to_a_bound(monkeypatch):
    """However many names of threads there are, not more than a bound are remembered."""
    monkeypatch.setattr(logs._record, "_REMEMBERED", 3)
    treat = logs._record.Treatment(vp.Redactor(vp.policies.labels()), vp.redaction._stats.Tally())
    for letter in "abcdefgh":
        treat(logging.makeLogRecord({"msg": "done", "threadName": letter}))
    assert len(treat._clean) <= 3


def test_exceptions_are_rendered_to_a_bound():
    """Groups of long chains stop at the bound of all exceptions."""
    members = []
    for _ in range(14):
        link = None
        for step in range(12):
            after = ValueError(f"step {step}")
            after.__cause__, link = link, after
        members.append(link)
    shown = logs._traceback.render(ExceptionGroup("all", members))
    assert "[BUDGET]" in shown
    assert shown.count("ValueError: ") <= 100


def test_names_of_extras_that_hold_numbers_leave_no_place(captured):
    """A name that would itself show a number is left out with its value."""
    strict = vp.Redactor(vp.policies.analytics(vp.KeyRing.generate()))
    made = Written(handler=Capture())
    with logs.protect(strict, made.log):
        made.log.warning("done", extra={"call14155550132": "x", "plain": "x"})
    record = last(made)
    assert not [name for name in record.__dict__ if "4155550132" in name]
    assert record.plain is None


def test_octets_of_smpp_are_hidden(written):
    """Protocol units in hexadecimal, which no finder reads, are replaced where smpplib prints them."""
    for name in ("smpp.Client.7", "smpplib.client"):
        log = logging.getLogger(f"{written.log.name}.x")
        record = log.makeRecord(
            name,
            logging.DEBUG,
            "f",
            1,
            ">>%s (%d bytes)",
            (CANARY.encode().hex().encode(), 24),
            None,
        )
        log.handle(record)
        assert ">>b'[BYTES]' (24 bytes)" in written.text
    clean(written.text)
    assert CANARY.encode().hex() not in written.text


def test_octets_of_others_stay(written):
    """Hexadecimal ids of other loggers stay as they are."""
    written.log.warning("trace 4bf92f3577b34da6a3ce929d0e0e4736")
    assert "4bf92f3577b34da6a3ce929d0e0e4736" in written.text


def test_octets_in_a_format_that_does_not_fit(written):
    """A format that does not fit its arguments leaves the format."""
    log = logging.getLogger(f"{written.log.name}.x")
    log.handle(log.makeRecord("smpp", logging.DEBUG, "f", 1, "%d of %d", (CANARY,), None))
    assert "%d of %d" in written.text
    clean(written.text)


_STARTED = ("Started %s [%d]", "Started \x1b[36m%s\x1b[0m [\x1b[36m%d\x1b[0m]")


@pytest.mark.parametrize(
    ("what", "shown"), [("server", "Started \x1b[36mserver"), (CANARY, "Star")]
)
def test_colored_lines_of_uvicorn(what, shown):
    """On a terminal uvicorn formats its message with colors: it fits its arguments, treated."""
    formatter = pytest.importorskip("uvicorn.logging").DefaultFormatter("%(message)s")
    formatter.use_colors = True
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    log = logging.getLogger("uvicorn.colored")
    log.propagate = False
    log.setLevel("INFO")
    log.addHandler(handler)
    with logs.protect(vp.Redactor(vp.policies.labels()), log):
        log.info(_STARTED[0], what, 4711, extra={"color_message": _STARTED[1]})
        log.info("to you", extra={"color_message": f"to {CANARY}"})
    started, other = out.getvalue().splitlines()
    assert started.startswith(shown)
    assert "4711" in started
    assert "to you" == other
    clean(out.getvalue())
