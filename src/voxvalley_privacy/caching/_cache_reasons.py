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
    text="The settings do not allow copies of this kind of content from a call in progress.",
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
    text="The answer sets a cookie, so it is for one person.",
    citation="RFC 9111, 7.3",
)
VARY = Reason(
    code="cache.vary",
    text="The answer depends on something that is not part of its key.",
    citation="RFC 9111, 4.1",
)
REQUEST = Reason(
    code="cache.request",
    text="The request cannot be told apart from others for sure.",
    citation="RFC 9111, 2",
)
MALFORMED = Reason(
    code="cache.malformed",
    text="A field cannot be read, so it permits nothing.",
    citation="RFC 9111, 4.2.1",
)
UNKNOWN = Reason(
    code="cache.unknown_directive",
    text="A directive is not known here and may restrict.",
    citation="RFC 9111, 5.2.3",
)
NO_STORE = Reason(
    code="cache.no_store",
    text="No copy may be kept: no-store is said.",
    citation="RFC 9111, 5.2.2.5",
)
PRIVATE = Reason(
    code="cache.private",
    text="No shared copy may be kept: private is said.",
    citation="RFC 9111, 5.2.2.7",
)
NO_CACHE = Reason(
    code="cache.no_cache",
    text="No copy may be reused unasked, so none is kept.",
    citation="RFC 9111, 5.2.2.4",
)
CREDENTIALS = Reason(
    code="cache.credentials",
    text="The request carried credentials or a cookie.",
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
CLOCK = Reason(code="error.clock", text="The clock gave no time with a time zone.")
INPUT = Reason(
    code="error.input", text="The request or the response is not made of the types it should be."
)
ERASED = Reason(
    code="cache.erased",
    text="Copies of this person or tenant were erased after this one was begun.",
)
STORE = Reason(code="error.store", text="The store did not take or give the copy.")
KEYS = Reason(code="error.keys", text="No key is available to protect the copy.")
ABSENT = Reason(code="cache.absent", text="No copy is kept under this request.")
UNREADABLE = Reason(
    code="cache.unreadable", text="What is kept does not open under this request, key and tenant."
)
REQUESTED = Reason(
    code="cache.requested",
    text="The request asks for an answer from the web server itself.",
    citation="RFC 9111, 5.2.1",
)
