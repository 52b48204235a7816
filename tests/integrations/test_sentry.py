"""What leaves for Sentry: FAULTS_2 B15, row 211; a real client with a transport that keeps what it gets."""

from __future__ import annotations

import json
import logging
import pickle
import warnings

import hypothesis
import pytest
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, clean
from voxvalley_privacy import logs

sentry_sdk = pytest.importorskip("sentry_sdk")

from sentry_sdk.integrations.logging import LoggingIntegration  # noqa: E402 - only where Sentry is
from sentry_sdk.integrations.modules import ModulesIntegration  # noqa: E402 - as above
from sentry_sdk.transport import Transport  # noqa: E402 - as above

from voxvalley_privacy.integrations.sentry import before_send  # noqa: E402 - as above

_DSN = "https://key@o0.ingest.example.com/1"
_patched = []
NAME = "Zoe Example"


class _Kept(Transport):
    """A transport that keeps what it is given."""

    def __init__(self, options=None):
        super().__init__(options)
        self.items = []

    def capture_envelope(self, envelope):
        for item in envelope.items:
            content = item.payload.json
            if content is None:
                content = json.loads(item.payload.get_bytes())
            self.items.append((item.type, content))


@pytest.fixture
def redact():
    """Give the redactor of an engineer's log."""
    return vp.Redactor(vp.policies.debug(vp.KeyRing.generate()))


@pytest.fixture
def sentry():
    """Start a client and give what it sends, by kind; afterwards Sentry is off again."""
    before = logging.Logger.__dict__["callHandlers"]

    def start(hook, **options):
        transport = _Kept()
        settings = {
            "before_send": hook,
            "before_send_transaction": hook,
            "before_send_log": hook,
            "before_send_metric": hook,
            "before_breadcrumb": hook,
            "enable_logs": True,
            "traces_sample_rate": 1.0,
            "release": "calls@1.2.3",
            "environment": "test",
            "default_integrations": False,
            "integrations": [LoggingIntegration(), ModulesIntegration()],
        }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sentry_sdk.init(_DSN, transport=transport, **{**settings, **options})
        # Sentry patches the method once in a process; the fixture takes the patch off again.
        for patched in _patched:
            logging.Logger.callHandlers = patched
        return transport

    with sentry_sdk.isolation_scope():
        yield start
        sentry_sdk.init(default_integrations=False)
    current = logging.Logger.__dict__["callHandlers"]
    if current is not before:
        _patched[:] = [current]
        logging.Logger.callHandlers = before


def _call(number):
    """Fail as a call would."""
    other = {"caller_name": NAME, "number": number}
    raise ValueError(f"no route to {other['number']}")


def _an_app_fails():
    with (
        sentry_sdk.isolation_scope() as scope,
        sentry_sdk.start_transaction(op="task", name=f"call {CANARY}"),
    ):
        with sentry_sdk.start_span(op="http.client", name=f"GET /x?To=%2B{CANARY[1:]}") as span:
            span.set_data("to", CANARY)
        sentry_sdk.add_breadcrumb(message=f"dial {CANARY}", data={"caller_name": NAME, "n": 3})
        scope.set_user({"id": "4711", "ip_address": "203.0.113.9", "email": "zoe@example.com"})
        scope.set_tag("caller", CANARY)
        scope.set_context("call", {"from": CANARY, "status": "busy"})
        scope.set_extra("cdr", {"caller_name": NAME})
        log = logging.getLogger("calls")
        log.setLevel(logging.INFO)
        log.info("dialing %s", CANARY)
        try:
            _call(CANARY)
        except ValueError:
            log.exception("failed for %s", CANARY, extra={"cdr": {"from": CANARY}})
    sentry_sdk.flush()


def _of(transport, kind):
    return [content for name, content in transport.items if name == kind]


def test_b15_211_nothing_personal_is_sent(sentry, redact):
    """Events, transactions, spans, breadcrumbs and log entries hold no number and no name."""
    transport = sentry(before_send(redact), send_default_pii=True)
    _an_app_fails()
    assert {"event", "transaction", "log"} <= {kind for kind, _ in transport.items}
    sent = json.dumps(transport.items)
    clean(sent)
    for personal in (NAME, "203.0.113.9", "zoe@example.com"):
        assert personal not in sent


def test_b15_211_without_the_hook_it_is_sent(sentry):
    """Without the hook the same app sends the number: the test can fail."""
    transport = sentry(None)
    _an_app_fails()
    with pytest.raises(AssertionError):
        clean(json.dumps(transport.items))


def test_b15_211_what_groups_and_locates_survives(sentry, redact):
    """Template, type, release, versions of modules, ids of traces and places in the source stay."""
    transport = sentry(before_send(redact))
    _an_app_fails()
    (event,) = _of(transport, "event")
    assert "failed for %s" == event["logentry"]["message"]
    assert "calls@1.2.3" == event["release"]
    assert event["modules"]["attrs"]
    (exception,) = event["exception"]["values"]
    assert "ValueError" == exception["type"]
    assert exception["value"].startswith("no route to ")
    frames = exception["stacktrace"]["frames"]
    assert "_call" == frames[-1]["function"]
    assert frames[-1]["filename"].endswith("test_sentry.py")
    assert frames[-1]["context_line"].strip().startswith("raise ValueError")
    assert all("vars" not in frame for frame in frames)
    (transaction,) = _of(transport, "transaction")
    trace = transaction["contexts"]["trace"]
    assert trace["trace_id"] == event["contexts"]["trace"]["trace_id"]
    (span,) = transaction["spans"]
    assert span["parent_span_id"] == trace["span_id"]
    assert span["data"]["thread.id"].isdigit()
    assert "busy" == event["contexts"]["call"]["status"]
    crumbs = event["breadcrumbs"]["values"]
    assert 3 == crumbs[0]["data"]["n"]


def test_b15_211_log_entries_keep_their_template(sentry, redact):
    """A log entry keeps its template and its place; its arguments are treated."""
    transport = sentry(before_send(redact))
    _an_app_fails()
    entries = [entry for batch in _of(transport, "log") for entry in batch["items"]]
    attributes = entries[0]["attributes"]
    assert "dialing %s" == attributes["sentry.message.template"]["value"]
    assert CANARY != attributes["sentry.message.parameter.0"]["value"]
    assert "calls" == attributes["logger.name"]["value"]


def test_a_request_is_treated(redact):
    """Query and body of a request are treated by name, cookies are left out, its method stays."""
    event = {
        "event_id": "0" * 32,
        "request": {
            "method": "POST",
            "url": f"https://app.example.com/sms/{CANARY}",
            "query_string": f"From=%2B{CANARY[1:]}&page=2",
            "cookies": {"session": "abc"},
            "headers": {"Authorization": "Bearer abc", "Host": "app.example.com"},
            "data": {"From": CANARY, "Body": "my pin is 4821"},
        },
        "threads": {"values": [{"id": 139927446784896, "name": f"call {CANARY}"}]},
    }
    sent = before_send(redact)(event, {})
    clean(json.dumps(sent))
    assert "POST" == sent["request"]["method"]
    assert "2" == sent["request"]["query_string"]["page"]
    assert "cookies" not in sent["request"]
    assert "Bearer abc" not in json.dumps(sent)
    assert 139927446784896 == sent["threads"]["values"][0]["id"]
    assert CANARY == event["request"]["data"]["From"]


class _Fails:
    def __call__(self, record):
        raise ValueError(CANARY)

    def text(self, text):
        raise ValueError(CANARY)


def test_a_fault_keeps_the_event_and_drops_the_rest(sentry):
    """With a redactor that fails an event says where and when; nothing else is sent."""
    hook = before_send(_Fails())
    transport = sentry(hook)
    _an_app_fails()
    clean(json.dumps(transport.items))
    (event,) = _of(transport, "event")
    assert "[FAULT]" == event["logentry"]["message"]
    assert "calls@1.2.3" == event["release"]
    assert {"event"} == {kind for kind, _ in transport.items}
    assert hook.stats().faults["redactor"]


def test_verify_knows_the_hook(sentry, redact):
    """`verify()` names what is sent raw, and nothing when the hook is set for all."""

    def codes():
        return {gap.code for gap in logs.verify() if gap.code.startswith("sentry")}

    sentry(before_send(redact))
    assert set() == codes()
    sentry(None, before_send_transaction=None, before_send_log=None, trace_lifecycle="stream")
    assert {
        "sentry.events",
        "sentry.transactions",
        "sentry.logs",
        "sentry.metrics",
        "sentry.spans",
    } <= codes()


def test_metrics_keep_their_value_and_lose_numbers(sentry, redact):
    """Attributes of a metric are treated; its value stays, whatever digits it has."""
    transport = sentry(before_send(redact))
    sentry_sdk.metrics.gauge("bytes.sent", 4155550132, attributes={"to": CANARY})
    sentry_sdk.flush()
    ((_, sent),) = [item for item in transport.items if item[0] == "trace_metric"]
    (metric,) = sent["items"]
    assert ("bytes.sent", 4155550132) == (metric["name"], metric["value"])
    clean(json.dumps(metric["attributes"]))
    assert "calls@1.2.3" == metric["attributes"]["sentry.release"]["value"]


def test_log_entries_keep_the_release(sentry, redact):
    """A release with an `@` in it is no mail address, neither in events nor in log entries."""
    transport = sentry(before_send(redact))
    sentry_sdk.logger.info("call from {number}", number=CANARY)
    sentry_sdk.flush()
    ((_, sent),) = [item for item in transport.items if item[0] == "log"]
    attributes = sent["items"][0]["attributes"]
    assert "calls@1.2.3" == attributes["sentry.release"]["value"]
    clean(json.dumps(sent))


def _streamed(transport):
    with sentry_sdk.traces.start_span(name=f"call {CANARY}", attributes={"to": CANARY}):
        pass
    sentry_sdk.flush()
    return json.dumps([sent for kind, sent in transport.items if kind == "span"])


def test_spans_that_are_sent_one_by_one(sentry, redact):
    """They are treated, and after a fault they are not sent as they were."""

    class _Broken:
        def __call__(self, record):
            raise ValueError

        def text(self, text):
            raise ValueError

    treated = before_send(redact)
    sent = _streamed(sentry(treated, trace_lifecycle="stream", before_send_span=treated))
    assert "call +1********32" in sent
    clean(sent)
    broken = before_send(_Broken())
    sent = _streamed(sentry(broken, trace_lifecycle="stream", before_send_span=broken))
    assert "[FAULT]" in sent
    clean(sent)


def test_settings_are_checked():
    """Something that is not a redactor is refused when the hook is built."""
    with pytest.raises(vp.ConfigurationError, match="before_send"):
        before_send("labels")


def test_what_is_sent_can_be_pickled(redact):
    """The treated copy holds plain values only."""
    event = {"event_id": "0" * 32, "message": f"call {CANARY}", "level": "error"}
    assert "error" == pickle.loads(pickle.dumps(before_send(redact)(event)))["level"]


_VALUES = st.recursive(
    st.sampled_from([CANARY, f"call {CANARY}", 3, None, True, 0.5]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "to", "n"]), inner)
    ),
    max_leaves=8,
)
_EVENTS = st.fixed_dictionaries(
    {"event_id": st.just("0" * 32)},
    optional={
        "message": _VALUES,
        "logentry": st.fixed_dictionaries(
            {"message": st.just("to %s")}, optional={"params": _VALUES}
        ),
        "tags": st.dictionaries(st.sampled_from(["caller", "n"]), _VALUES),
        "extra": _VALUES,
        "user": _VALUES,
        "contexts": st.dictionaries(st.sampled_from(["call", "trace", "runtime"]), _VALUES),
        "breadcrumbs": st.lists(
            st.fixed_dictionaries({"message": _VALUES}, optional={"data": _VALUES}), max_size=2
        ),
        "exception": st.lists(
            st.fixed_dictionaries({"type": st.just("ValueError"), "value": _VALUES}), max_size=2
        ),
        "spans": st.lists(
            st.fixed_dictionaries({"description": _VALUES}, optional={"data": _VALUES}), max_size=2
        ),
        "request": _VALUES,
        "fingerprint": st.lists(st.just(f"to {CANARY}"), max_size=2),
        "unheard_of": _VALUES,
    },
)


@hypothesis.given(_EVENTS)
@hypothesis.settings(
    deadline=None, max_examples=100, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
def test_no_event_raises_or_leaks(event):
    """Whatever an event holds, of whatever type: no number is sent, nothing is raised or changed."""
    before = json.dumps(event)
    sent = before_send(vp.Redactor(vp.policies.labels()))(event, {})
    clean(json.dumps(sent))
    assert "0" * 32 == sent["event_id"]
    assert before == json.dumps(event)


@pytest.mark.parametrize("policy", ["analytics", "public"])
def test_templates_survive_a_policy_that_shows_no_text(policy):
    """Under a strict policy templates, types and places stay; messages are labels."""
    redact = vp.Redactor(getattr(vp.policies, policy)(vp.KeyRing.generate()))
    frame = {"function": "dial", "filename": "calls.py", "lineno": 3, "vars": {"n": CANARY}}
    event = {
        "event_id": "0" * 32,
        "logentry": {"message": "no route to %s", "params": [CANARY]},
        "exception": {
            "values": [
                {"type": "ValueError", "value": "Zoe is busy", "stacktrace": {"frames": [frame]}}
            ]
        },
    }
    sent = before_send(redact)(event, {})
    (exception,) = sent["exception"]["values"]
    assert "no route to %s" == sent["logentry"]["message"]
    assert ("ValueError", "[FREE_TEXT]") == (exception["type"], exception["value"])
    assert [{"function": "dial", "filename": "calls.py", "lineno": 3}] == exception["stacktrace"][
        "frames"
    ]
    clean(json.dumps(sent))


def test_parts_without_a_shape():
    """A stack without frames, an id that is not an id, and a number for a name are treated too."""
    event = {
        "event_id": "0" * 32,
        "trace_id": f"call {CANARY}",
        "stacktrace": None,
        "contexts": {"runtime": {"name": "CPython", "build": 3, "path": ["a"], "x": {"y": 1}}},
        "tags": {"sentry.flags": [CANARY], "thread.id": "x" * 40},
    }
    sent = before_send(vp.Redactor(vp.policies.labels()))(event, {})
    clean(json.dumps(sent))
    assert sent["stacktrace"] is None
    runtime = {"name": "CPython", "build": 3, "path": ["a"], "x": {"y": 1}}
    assert runtime == sent["contexts"]["runtime"]
    assert "[FAULT]" == sent["tags"]["thread.id"]


@pytest.mark.parametrize("name", ["profile", "app", "device", "runtime", "trace", "call"])
def test_a_context_of_the_app_is_treated_whatever_it_is_called(sentry, redact, name):
    """What the SDK does not write into a context is the app's, also a number that is no text."""
    transport = sentry(before_send(redact))
    with sentry_sdk.isolation_scope() as scope:
        scope.set_context(name, {"caller_name": NAME, "from": int(CANARY[1:]), "to": [CANARY]})
        sentry_sdk.capture_message("x")
    clean(json.dumps(transport.items))
    assert NAME not in json.dumps(transport.items)


def test_attachments_that_are_texts_are_treated_and_others_go(redact, tmp_path):
    """A log that an app attaches keeps its other words; a recording is not sent."""
    from sentry_sdk.attachments import Attachment

    path = tmp_path / "call.log"
    path.write_text(f"no route to {CANARY}")
    hint = {
        "attachments": [
            Attachment(bytes=f"dial {CANARY}".encode(), filename=f"{CANARY}.txt"),
            Attachment(bytes=lambda: f"ring {CANARY}".encode(), filename="b.txt"),
            Attachment(path=str(path)),
            Attachment(bytes=b"\0\xff", filename="call.wav"),
            Attachment(path=str(tmp_path / "none.log")),
        ]
    }
    before_send(redact)({"event_id": "0" * 32}, hint)
    sent = [attachment.bytes.decode() for attachment in hint["attachments"]]
    clean("".join(sent) + repr(hint["attachments"]))
    assert ["dial", "ring", "no"] == [text.split()[0] for text in sent]


def test_sampling_of_a_request_carries_no_more_than_its_own_fields(redact):
    """Headers of a request can add any field to the sampling of a trace."""
    sampling = {"trace_id": "0" * 32, "sample_rate": "1.0", "user_id": CANARY, "user": NAME}
    event = {"event_id": "0" * 32, "contexts": {"trace": {"dynamic_sampling_context": sampling}}}
    sent = before_send(redact)(event)["contexts"]["trace"]["dynamic_sampling_context"]
    assert {"trace_id": "0" * 32, "sample_rate": "1.0"} == sent


def test_metrics_are_treated(sentry, redact):
    """A metric keeps its value and kind, and its name and attributes are treated."""
    metrics = pytest.importorskip("sentry_sdk.metrics")
    transport = sentry(before_send(redact))
    metrics.count(f"calls {CANARY}", 3, attributes={"caller_name": NAME, "from": CANARY})
    sentry_sdk.flush()
    shown = json.dumps(transport.items)
    clean(shown)
    assert NAME not in shown
    assert '"value": 3' in shown


def test_words_and_numbers_of_the_protocol_are_no_way_out(redact):
    """Kind and level of a breadcrumb, line of a frame, and unit of a measurement are looked at."""
    event = {
        "event_id": "0" * 32,
        "level": CANARY,
        "platform": CANARY,
        "breadcrumbs": [{"type": CANARY, "level": CANARY}],
        "exception": [{"stacktrace": {"frames": [{"lineno": CANARY, "function": "f"}]}}],
        "measurements": {CANARY: {"value": 1.5, "unit": CANARY}},
    }
    sent = before_send(redact)(event)
    clean(json.dumps(sent))
    assert [1.5] == [measured["value"] for measured in sent["measurements"].values()]
