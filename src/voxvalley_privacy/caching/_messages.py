"""Requests and responses as plain values: no client library is needed to ask about them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import attrs

from ..errors import ConfigurationError
from ..vocabulary import ContentKind
from ._headers import Headers, headers_of
from ._request_key import WHOLE_QUERY, QueryRule, request_text

__all__ = ["Request", "Response", "checked_before"]


def _hidden(value: str | bytes | tuple[str, ...]) -> str:
    return f"<{len(value)} hidden>"


def _subjects(subjects: str | Iterable[str]) -> tuple[str, ...]:
    if subjects == ():  # of every answer from the cache
        return ()
    # One text is one person, and no row of letters: a copy that forget() does not find would stay.
    if isinstance(subjects, str):
        return (subjects,)
    with suppress(TypeError):
        people = tuple(subjects)
        if all(issubclass(kind, str) for kind in map(type, people)):
            return people
    raise ConfigurationError("Response(): 'subjects' must be texts, as numbers in any spelling.")


def _octets(body: bytes) -> bytes:
    if isinstance(body, bytes):
        return body
    if isinstance(body, bytearray | memoryview):
        return bytes(body)
    raise ConfigurationError("'body' must be bytes, as it was sent.")


def _is_text(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str):
        raise ConfigurationError(f"Request(): {attribute.name!r} must be a text.")


@attrs.frozen(kw_only=True)
class Request:
    """
    Hold a request whose response may be kept.

    Args:
        method: As sent; upper and lower case are different methods.

        url: Absolute, as sent.

        headers: Pairs of name and value, as sent.

        body: As sent.

        in_call: Whether it was made while the call that it is about goes on; None if that is not
            known, which counts as yes.

    Raises:
        voxvalley_privacy.ConfigurationError: If something is of another type.
    """

    method: str = attrs.field(validator=_is_text)
    url: str = attrs.field(repr=_hidden, validator=_is_text)
    headers: Headers = attrs.field(factory=Headers, converter=headers_of)
    body: bytes = attrs.field(default=b"", repr=_hidden, converter=_octets)
    in_call: bool | None = None
    _texts: dict[object, str | None] = attrs.field(init=False, eq=False, repr=False, factory=dict)

    def text(self, unkeyed: frozenset[str], query: QueryRule = WHOLE_QUERY, /) -> str | None:
        """Return the canonical text of this request, made once: see `request_text`."""
        form: object = unkeyed
        if query is not WHOLE_QUERY:
            form = (unkeyed, query)
        if form not in self._texts:
            self._texts[form] = request_text(
                self.method,
                self.url,
                self.headers,
                self.body,
                unkeyed=unkeyed,
                query=query,
            )
        return self._texts[form]


@attrs.frozen(kw_only=True)
class Response:
    """
    Hold a response that may be kept.

    Args:
        status: The status code.

        headers: Pairs of name and value, as received.

        body: As received: octets, not text.

        kind: What it holds. None if that is told by the content type alone.

        subjects: Phone numbers, or other ids, of the people whom it is about; one text is one of
            them.

    Raises:
        voxvalley_privacy.ConfigurationError: If something is of another type.
    """

    status: int
    headers: Headers = attrs.field(factory=Headers, converter=headers_of)
    body: bytes = attrs.field(default=b"", repr=_hidden, converter=_octets)
    kind: ContentKind | None = None
    subjects: tuple[str, ...] = attrs.field(default=(), converter=_subjects, repr=_hidden)


_set = object.__setattr__


def checked_before(
    status: int, headers: Headers, body: bytes, kind: ContentKind | None, /
) -> Response:
    """
    Return a response of a sealed copy, whose parts were checked when it was kept.

    A tenth of what a hit costs is saved by not checking them again.
    """
    response = object.__new__(Response)
    _set(response, "status", status)
    _set(response, "headers", headers)
    _set(response, "body", body)
    _set(response, "kind", kind)
    _set(response, "subjects", ())
    return response
