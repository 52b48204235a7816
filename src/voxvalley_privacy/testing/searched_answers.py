"""The parts of an app's answer that a browser or a vendor would see, those of redirects as well."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from http.cookies import BaseCookie
from typing import Any

__all__ = ["body_of_answer", "is_answer", "parts_of_answer", "read_answer", "status_of"]

_BODIES = ("get_data", "content", "text", "body")


def status_of(answer: Any, /) -> int | None:
    """Return the status of an answer of any framework; None for another value."""
    for name in ("status_code", "status_int", "status"):
        status = getattr(answer, name, None)
        if type(status) is int:
            return status
    return None


def is_answer(output: object, /) -> bool:
    """Whether an output is the answer of an app: it has a status and headers."""
    return status_of(output) is not None and hasattr(output, "headers")


async def read_answer(answer: Any, /) -> None:
    """Read the body of an answer that has to be awaited; it can be read again."""
    read = getattr(answer, "read", None) or getattr(answer, "aread", None)
    if is_answer(answer) and inspect.iscoroutinefunction(read):
        await read()


def parts_of_answer(answer: Any, /) -> Iterator[tuple[str, object]]:
    """
    Yield what is in an answer, and in those before it that the client followed.

    Raises:
        AssertionError: If the body is a stream that nobody has read, as then it was not searched.
    """
    for earlier in _earlier(answer):
        for part, content in _own_parts(earlier, str(status_of(earlier))):
            yield f"{part} of a redirect", content
    redirects = getattr(answer, "redirect_chain", None)  # of Django: address and status
    if redirects:
        yield "headers of a redirect", [str(address) for address, *_ in redirects]
    for part, content in _own_parts(answer, str(status_of(answer))):
        yield f"{part} of the response", content


def _earlier(answer: Any) -> list[Any]:
    history = getattr(answer, "history", None)
    listed = history if isinstance(history, list | tuple) else ()
    return [each for each in listed if is_answer(each)]


def _own_parts(answer: Any, status: str) -> Iterator[tuple[str, object]]:
    reason = getattr(answer, "reason_phrase", None) or getattr(answer, "status", None)
    if isinstance(reason, str) and reason != status:
        yield "status", reason
    yield "headers", _headers(answer)
    # Django keeps cookies apart from headers; those of httpx are read from its headers.
    cookies = vars(answer).get("cookies") if hasattr(answer, "__dict__") else None
    if isinstance(cookies, BaseCookie):
        yield "cookies", cookies.output()
    yield "body", body_of_answer(answer)


def _headers(answer: Any) -> dict[str, list[object]]:
    """Return all headers: one that is sent twice, such as a cookie, has two values."""
    headers: dict[str, list[object]] = {}
    for name, value in answer.headers.items():
        headers.setdefault(str(name), []).append(value)
    return headers


def body_of_answer(answer: Any, /) -> object:
    """
    Return the body of a response of Flask, Django, aiohttp, httpx, requests or Starlette.

    Raises:
        AssertionError: If it is a stream that nobody has read.
    """
    if hasattr(answer, "streaming_content"):
        return _streamed(answer)
    for name in ("_body", *_BODIES) if inspect.iscoroutinefunction(_read(answer)) else _BODIES:
        part = _part(answer, name)
        if part is not None:
            return part
    raise AssertionError(
        f"The body of {type(answer).__name__} is a stream, so it was not searched. Read it, "
        "and return its text."
    )


def _read(answer: Any) -> Any:
    return getattr(answer, "read", None)


def _part(answer: Any, name: str) -> object:
    try:
        part = getattr(answer, name, None)
    except Exception:  # httpx: the answer is a stream, which may be read here
        part = answer.read()
    if inspect.iscoroutinefunction(part):
        return None
    return part() if callable(part) else part


def _streamed(answer: Any) -> object:
    """Read a stream of Django's, and put what it held in its place."""
    pieces = answer.streaming_content
    if hasattr(pieces, "__aiter__"):
        raise AssertionError("The body is an asynchronous stream, so it was not searched.")
    content = b"".join(pieces)
    answer.streaming_content = [content]
    return content
