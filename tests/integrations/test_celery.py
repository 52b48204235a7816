"""What Celery keeps of tasks: messages, failures, events; with its own worker and memory backend."""

from __future__ import annotations

import itertools
import json

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, clean
from voxvalley_privacy import logs

celery = pytest.importorskip("celery")

from voxvalley_privacy.integrations.app_logs import AppLogs  # noqa: E402 - as below
from voxvalley_privacy.integrations.celery import protect_tasks  # noqa: E402 - only where Celery is

NAME = "Zoe Example"
_ids = itertools.count()
REDACT = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()))


@pytest.fixture
def tasks():
    """Give an app with a task that fails; its signals are disconnected afterwards."""
    app = celery.Celery(
        "calls", broker="memory://", backend="cache+memory://", set_as_current=False
    )
    app.conf.update(result_extended=True)
    receivers = list(celery.signals.before_task_publish.receivers or ())
    yield app
    celery.signals.before_task_publish.receivers[:] = receivers


def _stored(app, state, result, **request):
    backend = app.backend
    fields = {"task": "dial", "args": [CANARY], "kwargs": {"caller_name": NAME}, "hostname": "w"}
    context = celery.app.task.Context({**fields, **request})
    task_id = f"task-{next(_ids)}"
    backend.store_result(task_id, result, state, traceback=f"call {CANARY}", request=context)
    meta = json.loads(backend.get(backend.get_key_for_task(task_id)))
    # Five digits of a clock in a row are five digits of the canary once in an hour.
    meta.pop("date_done")
    return meta


def test_a_failure_is_stored_treated(tasks):
    """The stored failure keeps its class and loses the number, also of a backend used before."""
    assert tasks.backend is not None
    protected = protect_tasks(tasks, REDACT)
    meta = _stored(tasks, "FAILURE", KeyError(f"no route to {CANARY}"))
    clean(json.dumps(meta))
    assert NAME not in json.dumps(meta)
    assert "KeyError" == meta["result"]["exc_type"]
    assert "dial" == meta["name"]
    assert protected.stats().changed["exception"]


def test_a_failure_can_be_raised_again(tasks):
    """The caller of a failed task gets an exception of the same class."""
    protect_tasks(tasks, REDACT)
    meta = _stored(tasks, "FAILURE", KeyError(CANARY))
    error = tasks.backend.exception_to_python(meta["result"])
    assert isinstance(error, KeyError)
    clean(str(error))


@pytest.mark.parametrize(("results", "kept"), [(False, True), (True, False)])
def test_results_stay_unless_asked(tasks, results, kept):
    """A result is what the caller asked for: it is treated only when the app says so."""
    protect_tasks(tasks, REDACT, results=results)
    meta = _stored(tasks, "SUCCESS", {"From": CANARY})
    assert kept is (CANARY == meta["result"]["From"])


def test_message_headers_are_treated(tasks):
    """The texts of arguments that travel beside a task are treated by name; the arguments stay."""
    protect_tasks(tasks, REDACT)
    seen = {}

    def keep(headers=None, body=None, **_):
        seen.update(headers=dict(headers), body=body)

    celery.signals.before_task_publish.connect(keep)

    @tasks.task(name="dial")
    def dial(number, caller_name=""):
        return number

    dial.apply_async((CANARY,), {"caller_name": NAME})
    texts = seen["headers"]["argsrepr"] + seen["headers"]["kwargsrepr"]
    clean(texts)
    assert NAME not in texts
    assert (CANARY,) == tuple(seen["body"][0])


def test_events_are_treated(tasks):
    """What a worker sends of a task has its texts treated, and its numbers and names kept."""
    protect_tasks(tasks, REDACT)
    sent = []
    with tasks.connection() as connection:
        dispatcher = tasks.events.Dispatcher(connection, enabled=True)
        dispatcher._publish = lambda event, *_, **__: sent.append(event)
        dispatcher.send("task-failed", uuid="one", exception=f"ValueError('{CANARY}')", runtime=0.5)
    (event,) = sent
    clean(str(event["exception"]))
    assert ("one", 0.5) == (event["uuid"], event["runtime"])


class _Fails:
    def __call__(self, record):
        raise ValueError(CANARY)

    def text(self, text):
        raise ValueError(CANARY)


def test_a_fault_gives_placeholders(tasks):
    """With a redactor that fails nothing raw is stored and nothing is raised."""
    protected = protect_tasks(tasks, _Fails(), results=True)
    clean(json.dumps(_stored(tasks, "FAILURE", ValueError(CANARY))))
    meta = _stored(tasks, "SUCCESS", {"From": CANARY})
    clean(json.dumps(meta))
    assert "[FAULT]" == meta["result"]
    assert protected.stats().faults["redactor"]


def test_settings_are_checked(tasks):
    """Something that is not an app or not a redactor is refused; asked twice it is the same."""
    with pytest.raises(vp.ConfigurationError, match="Celery app"):
        protect_tasks(object(), REDACT)
    with pytest.raises(vp.ConfigurationError, match="protect_tasks"):
        protect_tasks(tasks, "labels")
    assert protect_tasks(tasks, REDACT) is protect_tasks(tasks, REDACT)


def test_verify_names_an_app_without_protection(tasks):
    """`verify()` names a Celery app until its tasks are protected."""

    def named():
        return [gap.where for gap in logs.verify() if gap.code == "celery.unguarded"]

    assert any("calls" in where for where in named())
    before = len(named())
    protect_tasks(tasks, REDACT)
    assert before - 1 == len(named())


def test_messages_with_a_redactor_that_fails(tasks):
    """Texts of arguments become placeholders; a message without headers is left alone."""
    protected = protect_tasks(tasks, _Fails())
    headers = {"argsrepr": f"('{CANARY}',)", "kwargsrepr": "{}"}
    protected.publish(headers=headers, body=((CANARY,), {}, {}))
    assert {"argsrepr": "[FAULT]", "kwargsrepr": "[FAULT]"} == headers
    protected.publish(headers=None)
    short = {"id": "one"}
    protected.publish(headers=short)
    assert {"id": "one"} == short


def test_events_that_are_published_at_once(tasks):
    """`publish()` of a dispatcher treats its fields too; a field without text stays."""
    protected = protect_tasks(tasks, REDACT)
    assert {"traceback": None, "uuid": "one"} == protected.event({"traceback": None, "uuid": "one"})
    sent = []
    with tasks.connection() as connection:
        dispatcher = tasks.events.Dispatcher(connection, enabled=True)
        dispatcher._publish = lambda event, *_, **__: sent.append(event)
        dispatcher.publish("task-received", {"uuid": "one", "args": f"('{CANARY}',)"}, None)
    clean(str(sent))
    assert 1 == len(sent)


def test_a_success_without_a_traceback(tasks):
    """A stored success has no traceback, and no request when it was stored by hand."""
    protect_tasks(tasks, REDACT)
    task_id = f"task-{next(_ids)}"
    tasks.backend.store_result(task_id, 3, "SUCCESS")
    meta = tasks.backend.get_task_meta(task_id)
    assert (3, None) == (meta["result"], meta["traceback"])


def test_protecting_an_app_twice_with_other_settings_is_refused():
    """Settings that would have no effect are an error; equal ones give the same protection."""
    app = celery.Celery("twice", broker="memory://", backend="cache+memory://")
    redact = vp.Redactor(vp.policies.labels())
    protected = protect_tasks(app, redact)
    assert protected is protect_tasks(app, redact)
    with pytest.raises(vp.ConfigurationError, match="protected already"):
        protect_tasks(app, redact, results=True)
    with pytest.raises(vp.ConfigurationError, match="protected already"):
        protect_tasks(app, vp.Redactor(vp.policies.debug(vp.KeyRing.generate())))
    by_policy = AppLogs(vp.LogPolicy({}, redact=redact), kinds={})
    other = celery.Celery("thrice", broker="memory://", backend="cache+memory://")
    assert by_policy.celery(other) is by_policy.celery(other)
