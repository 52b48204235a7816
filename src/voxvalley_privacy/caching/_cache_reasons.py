"""Why a copy may be kept or not: every code of this room, with its sentence and its source."""

from __future__ import annotations

from ..decisions import Obligation, Reason

__all__ = ["CONTENT_NOT_CACHED"]

# `LogPolicy` is told by `cached=decision`; the duty stands here for logs that are not ours.
CONTENT_NOT_CACHED = Obligation(
    code="log.content_not_cached",
    text="The notification log keeps metadata only, unless it is redacted.",
)


ALLOWED = Reason(
    code="cache.permitted",
    text="The web server permits a copy and the settings allow it.",
    citation="RFC 9111, 3",
)
PRESENT = Reason(code="cache.present", text="A copy is kept and fresh.")
KIND_OFF = Reason(
    code="cache.kind_off", text="The settings do not allow copies of this kind of content."
)
KIND_IN_CALL = Reason(
    code="cache.kind_off",
    text="The settings do not allow copies of this kind of content from a call in progress, and "
    "the request does not say that there is none.",
)
KIND_MISMATCH = Reason(
    code="cache.kind_mismatch",
    text="The content type, the path and the declared kind do not agree.",
    citation="RFC 9110, 8.3",
)
METHOD = Reason(
    code="cache.method", text="Only answers to GET are kept.", citation="RFC 9110, 9.2.3"
)
STATUS = Reason(
    code="cache.status", text="Answers with this status are not kept.", citation="RFC 9111, 3"
)
PARTIAL = Reason(
    code="cache.partial", text="Parts of an answer are not kept.", citation="RFC 9111, 3.3"
)
SET_COOKIE = Reason(
    code="cache.set_cookie",
    text="The response sets a cookie, so it is meant for one person.",
    citation="RFC 9111, 7.3",
)
VARY = Reason(
    code="cache.vary",
    text="The answer depends on something that is not part of its key.",
    citation="RFC 9111, 4.1",
)
PEOPLE = Reason(
    code="cache.request",
    text="It cannot be determined whom the answer is about, so it could not be forgotten.",
)
REQUEST = Reason(
    code="cache.request",
    text="The request cannot be distinguished from others with certainty.",
    citation="RFC 9111, 2",
)
MALFORMED = Reason(
    code="cache.malformed",
    text="A field cannot be read, so it permits nothing.",
    citation="RFC 9111, 4.2.1",
)
UNKNOWN = Reason(
    code="cache.unknown_directive",
    text="An unknown directive may be a restriction.",
    citation="RFC 9111, 5.2.3",
)
NO_STORE = Reason(
    code="cache.no_store",
    text="The request or the response says no-store.",
    citation="RFC 9111, 5.2.2.5",
)
PRIVATE = Reason(
    code="cache.private",
    text="The response says private, so no shared copy may be kept.",
    citation="RFC 9111, 5.2.2.7",
)
NO_CACHE = Reason(
    code="cache.no_cache",
    text="The response says no-cache: a copy may not be reused without asking, so none is kept.",
    citation="RFC 9111, 5.2.2.4",
)
CREDENTIALS = Reason(
    code="cache.credentials",
    text="The request carried credentials, in a field or in its address, or a cookie.",
    citation="RFC 9111, 3.5",
)
NO_PERMISSION = Reason(
    code="cache.no_permission",
    text="The web server names no lifetime, so it permits no copy.",
    citation="RFC 9111, 4.2.2",
)
EXPIRED = Reason(code="cache.expired", text="The lifetime is over.", citation="RFC 9111, 4.2")
TOO_LARGE = Reason(code="cache.too_large", text="The content is larger than the settings allow.")
INCOMPLETE = Reason(
    code="cache.incomplete",
    text="The content is not as long as its Content-Length says.",
    citation="RFC 9112, 8",
)
CLOCK = Reason(code="error.clock", text="The clock failed, or returned a time without a time zone.")
INPUT = Reason(
    code="error.input",
    text="The request or the response is not of the expected types, or a function of the app "
    "about them failed.",
)
ERASED = Reason(
    code="cache.erased",
    text="Copies of this person or tenant were erased after this one was begun, or the store has "
    "no room.",
)
STORE = Reason(
    code="error.store", text="The store failed, or did not answer within its time budget."
)
KEYS = Reason(code="error.keys", text="No key is available to protect the copy.")
ABSENT = Reason(code="cache.absent", text="No copy is kept under this request.")
UNREADABLE = Reason(
    code="cache.unreadable", text="The kept copy does not open under this request, key and tenant."
)
REQUESTED = Reason(
    code="cache.requested",
    text="The request asks for an answer from the web server itself.",
    citation="RFC 9111, 5.2.1",
)
