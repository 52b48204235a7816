"""The test kit reads outputs of every kind, and says so where it cannot read one."""

from __future__ import annotations

import asyncio
import base64
import bz2
import dataclasses
import gzip
import io
import logging
import lzma
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import urllib3
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse, StreamingResponse
from starlette.routing import Route
from werkzeug.wrappers import Response

import voxvalley_privacy as vp
from voxvalley_privacy.testing import (
    PrivacyCanary,
    PrivacyGuard,
    assert_clean,
    assert_fails_closed,
    assert_no_personal_data,
    canary,
)

NUMBER = canary("PARTY_NUMBER")
RECORD = {
    "From": "+14155550132",
    "ProfileName": "Zoë Müller",
    "Body": "please meet me at the old harbour tonight",
}
WEBHOOK = "twilio.message_webhook"
SHOWN = RECORD["From"]


@dataclasses.dataclass
class _Silent:
    number: str = dataclasses.field(repr=False)


class _Mute:
    def __str__(self) -> str:
        raise ValueError(SHOWN)

    __repr__ = __str__


# Outputs --------------------------------------------------------------------------------------

_OUTPUTS: dict[str, Callable[[Path], object]] = {
    "answer": lambda _: httpx.Response(200, text=SHOWN),
    "header": lambda _: httpx.Response(200, headers={"x-caller": SHOWN}),
    "octets in memory": lambda _: io.BytesIO(SHOWN.encode()),
    "path": lambda folder: _written(folder),
    "open file": lambda _: io.TextIOWrapper(io.BytesIO(SHOWN.encode())),
    "dataclass": lambda _: _Silent(SHOWN),
    "log record": lambda _: logging.makeLogRecord({"msg": "from %s", "args": (SHOWN,)}),
    "deep": lambda _: _nested(100),
    "bz2": lambda _: bz2.compress(SHOWN.encode()),
    "xz": lambda _: lzma.compress(SHOWN.encode()),
    "two members": lambda _: gzip.compress(b"head ") + gzip.compress(SHOWN.encode()),
    "twice": lambda _: bz2.compress(gzip.compress(SHOWN.encode())),
    "octal": lambda _: "".join(f"\\{octet:03o}" for octet in SHOWN.encode()),
    "long escapes": lambda _: "".join(f"\\U{octet:08x}" for octet in SHOWN.encode()),
    "javascript": lambda _: "".join(f"\\u{{{octet:x}}}" for octet in SHOWN.encode()),
    "dump": lambda _: SHOWN.encode().hex(":"),
    "octets in a list": lambda _: str([hex(octet) for octet in SHOWN.encode()]),
    "base32": lambda _: base64.b32encode(f"from {SHOWN}.".encode()).decode(),
    "no accents": lambda _: "ZOE MULLER",
    "errors in a group": lambda _: ExceptionGroup("two", [ValueError(SHOWN)]),
}


def _written(folder: Path) -> Path:
    path = folder / "calls.txt"
    path.write_text(SHOWN)
    return path


def _nested(depth: int) -> object:
    output: Any = SHOWN
    for _ in range(depth):
        output = [output]
    return output


@pytest.mark.parametrize("output", _OUTPUTS.values(), ids=_OUTPUTS)
def test_a_value_is_seen_in_outputs_of_every_kind(
    tmp_path: Path, output: Callable[[Path], object]
) -> None:
    """What only a short `repr()` hides is not clean."""
    with pytest.raises(AssertionError, match="personal values"):
        assert_clean(output(tmp_path), RECORD, schema=WEBHOOK)


@pytest.mark.parametrize(
    ("output", "record"),
    [
        ("佐藤花子さんから電話", {"ProfileName": "佐藤花子"}),
        ("昨日は佐藤さんと", {"ProfileName": "佐藤"}),
        ("โทรหาสมชายด่วน", {"ProfileName": "สมชาย"}),
        ("「今夜港で会いましょう」と", {"Body": "今夜港で会いましょう、お願いします"}),
        ("Zoe Muller", {"ProfileName": "Zoe\u0308 Mu\u0308ller"}),
    ],
)
def test_names_and_messages_are_seen_in_every_script(output: str, record: dict[str, str]) -> None:
    """Scripts without spaces have no words to compare, and accents come and go."""
    with pytest.raises(AssertionError, match="personal values"):
        assert_clean(output, record, schema=WEBHOOK)


@pytest.mark.parametrize(
    "output",
    [_Mute(), [_Mute()], (text for text in [SHOWN]), iter([SHOWN]), map(str, [SHOWN])],
    ids=["mute", "mute inside", "generator", "iterator", "map"],
)
@pytest.mark.parametrize("check", [assert_no_personal_data, lambda out: assert_clean(out, RECORD)])
def test_what_cannot_be_read_is_not_clean(check: Callable[[object], None], output: object) -> None:
    """The failure says why, and holds no value."""
    with pytest.raises(AssertionError) as failure:
        check(output)
    assert SHOWN not in str(failure.value)
    assert "search" in str(failure.value)


def test_an_output_that_holds_itself_is_searched_once() -> None:
    """A cycle ends."""
    output: list[Any] = ["call ended"]
    output += [output, output]
    assert_no_personal_data(output)


def test_depth_is_no_place_to_hide() -> None:
    """Finders look as deep as the search for one record does."""
    with pytest.raises(AssertionError, match="PHONE_NUMBER"):
        assert_no_personal_data(_nested(100))


# Answers of apps ------------------------------------------------------------------------------


async def _sms(request: Any) -> RedirectResponse:
    form = await request.form()
    return RedirectResponse(f"/thanks?from={form['From'].strip('+')}", 303)


async def _thanks(_request: Any) -> PlainTextResponse:
    return PlainTextResponse("thanks")


def _redirected(record: dict[str, Any]) -> object:
    routes = [Route("/sms", _sms, methods=["POST"]), Route("/thanks", _thanks)]
    transport = httpx.ASGITransport(Starlette(routes=routes))
    client = httpx.AsyncClient(transport=transport, base_url="http://app", follow_redirects=True)
    return asyncio.run(client.post("/sms", data=record))


def _two_cookies(record: dict[str, Any]) -> object:
    answer = Response("ok")
    answer.set_cookie("first", "1")
    answer.set_cookie("second", record["From"].strip("+"))
    return answer


def _django_cookie(record: dict[str, Any]) -> object:
    answer = HttpResponse("ok")
    answer.set_cookie("caller", record["From"].strip("+"))
    return answer


def _django_chain(record: dict[str, Any]) -> object:
    answer = HttpResponse("ok")
    answer.redirect_chain = [(f"/thanks?from={record['From'].strip('+')}", 302)]  # type: ignore[attr-defined]
    return answer


_ANSWERS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "redirect": (_redirected, "headers of a redirect"),
    "chain of Django": (_django_chain, "headers of a redirect"),
    "second cookie": (_two_cookies, "headers of the response"),
    "cookie of Django": (_django_cookie, "cookies of the response"),
    "stream of Django": (
        lambda record: StreamingHttpResponse([record["From"].encode()]),
        "body of the response",
    ),
    "reason": (
        lambda record: Response("ok", status=f"200 {record['From']}"),
        "status of the response",
    ),
}


@pytest.fixture(scope="module", autouse=True)
def _django() -> None:
    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["*"])


@pytest.mark.parametrize(("post", "place"), _ANSWERS.values(), ids=_ANSWERS)
def test_every_part_of_an_answer_is_searched(
    tmp_path: Path, post: Callable[[dict[str, Any]], object], place: str
) -> None:
    """What a vendor or a browser would see is looked at, with what came before it."""
    guard = PrivacyGuard(tmp_path)
    PrivacyCanary(guard).feed(post, WEBHOOK)
    assert any(leak.place.startswith(place) for leak in guard.leaks)


def test_a_stream_of_django_can_be_read_after_the_search(tmp_path: Path) -> None:
    """The test itself reads the answer as it was."""
    answer = PrivacyCanary(PrivacyGuard(tmp_path)).feed(
        lambda _: StreamingHttpResponse([b"a", b"b"]), WEBHOOK
    )
    assert b"ab" == b"".join(answer)


def test_a_body_that_nobody_read_fails_the_test(tmp_path: Path) -> None:
    """Not looked at is not clean."""
    with pytest.raises(AssertionError, match="not searched"):
        PrivacyCanary(PrivacyGuard(tmp_path)).feed(
            lambda _: StreamingResponse(iter(["ok"])), WEBHOOK
        )


async def _awaited(_record: dict[str, Any]) -> Any:
    async def read() -> bytes:
        answer._body = SHOWN.encode()
        return answer._body

    answer = SimpleNamespace(status=200, headers={}, read=read, _body=None)
    return answer


@pytest.mark.anyio
async def test_an_answer_that_is_awaited_is_read(tmp_path: Path, anyio_backend: str) -> None:
    """Aiohttp gives a body to those who await it."""
    guard = PrivacyGuard(tmp_path)
    await PrivacyCanary(guard).feed_async(_awaited, WEBHOOK)
    assert [True] == [leak.place.startswith("body") for leak in guard.leaks]


# Files ----------------------------------------------------------------------------------------


def _zip(name: str, content: bytes, comment: bytes = b"") -> bytes:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
        archive.comment = comment
    return octets.getvalue()


_OTHER = "call zoe@example.com"  # no canary: only finders see it
_FILES = {
    "bz2": bz2.compress(NUMBER.encode()),
    "xz": lzma.compress(NUMBER.encode()),
    "gzip of a text": gzip.compress(_OTHER.encode()),
    "gzip of two": gzip.compress(b"head\n") + gzip.compress(NUMBER.encode()),
    "name in an archive": _zip(f"{NUMBER}.txt", b""),
    "comment": _zip("a", b"", NUMBER.encode()),
    "archive in an archive": _zip("a.zip", _zip("a", _OTHER.encode())),
    "archive in gzip": gzip.compress(_zip("a", NUMBER.encode())),
    "latin-1": f"café, {_OTHER}".encode("latin-1"),
    "utf-16": _OTHER.encode("utf-16"),
}


@pytest.mark.parametrize("content", _FILES.values(), ids=_FILES)
def test_files_are_opened_to_the_last_wrapping(tmp_path: Path, content: bytes) -> None:
    """Encodings and archives hide nothing."""
    (tmp_path / "file.bin").write_bytes(content)
    assert 1 == len(PrivacyGuard(tmp_path).leaks)


def test_a_link_is_a_name_and_a_file(tmp_path: Path) -> None:
    """What an app writes through a link is searched, and so is what the link is called."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "elsewhere.txt").write_text(NUMBER)
    (folder / "link").symlink_to(tmp_path / "elsewhere.txt")
    (folder / NUMBER).symlink_to("/nowhere")
    places = [leak.place for leak in PrivacyGuard(folder).leaks]
    assert ["name of a file in tmp_path", "file link, line 1"] == places


def _broken() -> bytes:
    octets = bytearray(_zip("a", NUMBER.encode() * 50))
    octets[40] ^= 0xFF
    return bytes(octets)


def _encrypted() -> bytes:
    octets = bytearray(_zip("a", NUMBER.encode()))
    octets[6] |= 1
    octets[octets.find(b"PK\x01\x02") + 8] |= 1
    return bytes(octets)


@pytest.mark.parametrize(
    "content",
    [_broken(), _encrypted(), _zip("a", b"x")[:-4], b"\x1f\x8b\x08"],
    ids=["broken", "encrypted", "cut short", "gzip"],
)
def test_a_broken_archive_hides_no_other_file(tmp_path: Path, content: bytes) -> None:
    """The search goes on with the next file."""
    (tmp_path / "a.zip").write_bytes(content)
    (tmp_path / "b.txt").write_text(NUMBER)
    assert "file b.txt, line 1" in [leak.place for leak in PrivacyGuard(tmp_path).leaks]


# Logs and requests ----------------------------------------------------------------------------


@pytest.fixture
def guard(tmp_path: Path) -> Iterator[PrivacyGuard]:
    """Watch one block of code."""
    guard = PrivacyGuard(tmp_path)
    guard.start()
    yield guard
    guard.stop()


def _places(guard: PrivacyGuard) -> str:
    return " | ".join(leak.place for leak in guard.leaks)


@pytest.mark.parametrize("where", ["extra", "argument", "message", "error"])
def test_a_value_without_a_text_never_raises_into_the_app(guard: PrivacyGuard, where: str) -> None:
    """The record is searched for all that can be read of it."""
    logger = logging.getLogger("app.mute")
    logger.propagate = True
    if where == "extra":
        logger.info("from %s", NUMBER, extra={"mute": _Mute()})
    elif where == "argument":
        logging.Handler.handle(guard._watch._handler, _record("%s %s", NUMBER, _Mute()))
    elif where == "message":
        logging.Handler.handle(guard._watch._handler, _record(_Mute(), NUMBER))
    else:
        logger.info("from %s", NUMBER, exc_info=type("Mute", (_Mute, ValueError), {})())
    assert "(message)" in _places(guard)


def _record(message: Any, *args: object) -> logging.LogRecord:
    return logging.LogRecord("app", logging.INFO, __file__, 1, message, args, None)


def test_names_of_loggers_and_threads_are_searched(guard: PrivacyGuard) -> None:
    """Formatters write them."""
    thread = threading.Thread(target=logging.getLogger("app").warning, args=["x"], name=NUMBER)
    thread.start()
    thread.join()
    logging.getLogger(f"call.{NUMBER}").warning("x")
    assert 2 == _places(guard).count("(names)")


def test_loggers_that_change_while_a_test_runs_are_followed(guard: PrivacyGuard) -> None:
    """An app sets up its logging when it starts, which is in the test."""
    own = logging.getLogger("app.own")
    own.propagate = False
    handlers = logging.getLogger().handlers[:]
    try:
        own.warning("from %s", NUMBER)
        logging.getLogger().handlers.clear()
        logging.getLogger("other").warning("from %s", NUMBER)
    finally:
        own.propagate = True
        logging.getLogger().handlers[:] = handlers
    assert ["'app.own'", "'other'"] == [
        name for name in ("'app.own'", "'other'") if name in _places(guard)
    ]


@pytest.mark.parametrize("body", [[b"from=", NUMBER.encode()], bytearray(NUMBER.encode())])
def test_bodies_in_pieces_are_searched(guard: PrivacyGuard, body: Any) -> None:
    """A list of octets is a body as well."""
    with pytest.raises(urllib3.exceptions.HTTPError):
        urllib3.HTTPConnectionPool("127.0.0.1", 9, retries=False).urlopen("POST", "/", body)
    assert "request to 127.0.0.1 (body)" in _places(guard)


def test_the_host_of_a_request_is_searched(guard: PrivacyGuard) -> None:
    """Names of hosts are asked for in the clear."""
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200)))
    client.get(f"http://{NUMBER.strip('+')}.example.com/")
    assert "(host)" in _places(guard)


def test_a_pool_keeps_the_headers_that_it_has(
    guard: PrivacyGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard changes nothing of a request, and sees what the pool adds."""
    sent: list[Any] = []
    pool = urllib3.HTTPConnectionPool("127.0.0.1", 9, headers={"x-caller": NUMBER}, retries=False)
    monkeypatch.setattr(pool, "_make_request", lambda *_, **rest: sent.append(rest["headers"]))
    with pytest.raises(AttributeError):  # what is sent was kept; there is no answer to read
        pool.urlopen("GET", "/")
    assert [{"x-caller": NUMBER}] == sent
    assert "header 'x-caller'" in _places(guard)


# Rules ----------------------------------------------------------------------------------------


def _raises_later(store: vp.EventStore) -> Any:
    calls = iter([vp.Decision.allow(vp.Reason(code="daytime", text="It is day."))])
    return lambda _context: next(calls)


def test_a_rule_that_raises_fails_the_assertion() -> None:
    """An error of the rule is a failure in words, without its message."""
    with pytest.raises(AssertionError, match="the rule raised StopIteration"):
        assert_fails_closed(_raises_later, 1, store=vp.stores.memory, within=timedelta(seconds=5))


def test_no_fault_tests_nothing() -> None:
    """An empty list of faults is a mistake."""
    with pytest.raises(AssertionError, match="nothing is tested"):
        assert_fails_closed(_raises_later, 1, store=vp.stores.memory, faults=())
