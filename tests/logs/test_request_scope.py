"""What one request was found to hold goes from its later lines, and from no others."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.integrations import asgi, wsgi

KEYS = vp.KeyRing.generate()
CALL = {"caller_name": "Zebulon Quartermain", "From": "+14155550132", "CallStatus": "completed"}
LINE = "hung up on Zebulon before the transfer"


@pytest.fixture
def redact():
    """Give a redactor that shows free text but for what is found in it."""
    return vp.Redactor(vp.policies.debug(KEYS))


@pytest.fixture
def lines(redact):
    """Give a protected logger and what its handler wrote."""
    written = []

    class _Kept(logging.Handler):
        def emit(self, record):
            written.append(record.getMessage())

    logger = logging.getLogger("tests.request_scope")
    logger.propagate = False
    handler = _Kept()
    logger.addHandler(handler)
    with vp.logs.protect(redact, logger):
        yield logger, written
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        "Quartermain, Zebulon asked for a callback",
        "state=done who=zebulon",
        "ZEBULON QUARTERMAIN again",
    ],
)
def test_a_name_of_the_record_goes_from_later_lines(redact, line):
    """A name that no rule for texts would know is looked for until the scope ends."""
    with vp.logs.request_scope():
        redact(CALL)
        inside = redact.text(line)
    assert "zebulon" not in inside.lower()
    assert "quartermain" not in inside.lower()


def test_nothing_is_remembered_outside(redact):
    """Before, after and without a scope a line comes out as ever."""
    before = redact.text(LINE)
    with vp.logs.request_scope():
        redact(CALL)
    assert before == redact.text(LINE)
    redact(CALL)
    assert before == redact.text(LINE)


def test_records_of_one_request_know_each_other(redact):
    """A later record is searched for the names of an earlier one."""
    with vp.logs.request_scope():
        redact(CALL)
        note = redact({"note": LINE, "CallStatus": "completed"})
    assert "Zebulon" not in str(note)
    assert "completed" == note["CallStatus"]


def test_lines_of_a_protected_logger(redact, lines):
    """A line that was clean before the request is looked at again within it."""
    logger, written = lines
    logger.error(LINE)
    logger.error(LINE)
    with vp.logs.request_scope():
        redact(CALL)
        logger.error(LINE)
        logger.error("the record: %s", {"note": LINE})
    logger.error(LINE)
    assert ["Zebulon" in line for line in written] == [True, True, False, False, True]


def test_tasks_and_threads_are_apart(redact):
    """What one task finds is not looked for in another, nor in a thread beside it."""

    async def one(name, line):
        with vp.logs.request_scope():
            redact({"caller_name": name})
            await asyncio.sleep(0)
            return redact.text(line)

    async def both():
        return await asyncio.gather(
            one("Zebulon Quartermain", LINE), one("Ottoline Marchbanks", LINE)
        )

    own, other = asyncio.run(both())
    assert "Zebulon" not in own
    assert "Zebulon" in other
    seen = []
    with vp.logs.request_scope():
        redact(CALL)
        thread = threading.Thread(target=lambda: seen.append(redact.text(LINE)))
        thread.start()
        thread.join()
    assert "Zebulon" in seen[0]


def test_a_scope_within_a_scope_begins_empty(redact):
    """The inner scope knows nothing of the outer one, which goes on afterwards."""
    with vp.logs.request_scope():
        redact(CALL)
        with vp.logs.request_scope():
            assert "Zebulon" in redact.text(LINE)
        assert "Zebulon" not in redact.text(LINE)


def test_the_values_are_gone_at_the_end(redact):
    """A task that outlives the request finds an empty memory; its repr shows a count only."""
    from voxvalley_privacy.redaction import memory_of_request

    with vp.logs.request_scope():
        redact(CALL)
        memory = memory_of_request()
        assert "Zebulon" not in repr(memory)
        assert memory.needles
    assert () == memory.needles
    assert memory.known() is None


def test_the_number_of_values_is_bounded(redact):
    """Past its limit a scope keeps no more values."""
    with vp.logs.request_scope(limit=1):
        redact({"caller_name": "Zebulon Quartermain"})
        redact({"caller_name": "Ottoline Marchbanks"})
        assert "Zebulon" not in redact.text(LINE)
        assert "Ottoline" in redact.text("hung up on Ottoline before the transfer")


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "64", None])
def test_a_limit_that_is_none(limit):
    """Anything but a whole number of 1 or more is refused."""
    with (
        pytest.raises(vp.ConfigurationError, match="limit"),
        vp.logs.request_scope(limit=limit),
    ):
        pass


@pytest.mark.parametrize(("remember", "shown"), [(True, False), (False, True)])
def test_asgi_middleware(redact, remember, shown):
    """With `remember=True` each request of an ASGI app is a scope, also with both kinds off."""
    seen = []

    async def app(scope, receive, send):
        redact(CALL)
        seen.append(redact.text(LINE))

    policy = vp.LogPolicy({}, redact=redact)
    middleware = asgi.LogMiddleware(app, policy, write=print, remember=remember)
    asyncio.run(middleware({"type": "http"}, None, None))
    assert shown is ("Zebulon" in seen[0])
    assert "Zebulon" in redact.text(LINE)


@pytest.mark.parametrize(("remember", "shown"), [(True, False), (False, True)])
def test_wsgi_middleware(redact, remember, shown):
    """With `remember=True` each call of a WSGI app is a scope, also with both kinds off."""
    seen = []

    def app(environ, start_response):
        redact(CALL)
        seen.append(redact.text(LINE))
        return []

    policy = vp.LogPolicy({}, redact=redact)
    middleware = wsgi.LogMiddleware(app, policy, write=print, remember=remember)
    list(middleware({}, None))
    assert shown is ("Zebulon" in seen[0])
    assert "Zebulon" in redact.text(LINE)
