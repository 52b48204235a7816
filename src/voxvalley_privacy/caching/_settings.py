"""Settings that contradict the cache policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from ..errors import ConfigurationError
from ..vocabulary import ContentKind, LogKind
from ._cache_policy import CachePolicy

__all__ = ["check_settings"]

# Where the text of a kind of content would be logged.
_LOGGED_AS = {ContentKind.XML: LogKind.APP_RESPONSE}
_NO_LOGS: Mapping[LogKind, str] = MappingProxyType({})
_NO_RETENTION: Mapping[ContentKind, timedelta] = MappingProxyType({})


def check_settings(
    policy: CachePolicy,
    /,
    *,
    redaction: bool = False,
    content_in_query: bool = False,
    logs: Mapping[LogKind, str] = _NO_LOGS,
    retention: Mapping[ContentKind, timedelta] = _NO_RETENTION,
) -> None:
    """
    Refuse settings of an app that contradict its cache policy.

    Args:
        policy: What may be kept.

        redaction: Whether records are redacted.

        content_in_query: Whether content, such as the text of a message, arrives in the query of a
            GET.

        logs: The mode of each log, such as `off`.

        retention: How long records with each kind of content are kept.

    Raises:
        voxvalley_privacy.ConfigurationError: If any of them contradict; all faults at once, each
            with its reason.
    """
    faults = tuple(_faults(policy, redaction and content_in_query, logs, retention))
    if faults:
        raise ConfigurationError("The cache contradicts other settings.", faults=faults)


def _faults(
    policy: CachePolicy,
    raw_in_query: bool,
    logs: Mapping[LogKind, str],
    retention: Mapping[ContentKind, timedelta],
) -> Iterator[tuple[str, str]]:
    if raw_in_query:
        yield (
            "content_in_query",
            "content in the query of a GET is in every access log on its way: let it come by POST",
        )
    for kind, lifetime in policy.lifetimes:
        log = _LOGGED_AS.get(kind)
        if log is not None and logs.get(log) == "off":
            yield (
                f"lifetimes[{kind}]",
                f"copies of {kind} are kept, but the log {log!r} is off: keep neither, or both",
            )
        longest = retention.get(kind)
        if longest is not None and lifetime > longest:
            yield (
                f"lifetimes[{kind}]",
                "a copy would outlive the record: the lifetime is above the retention",
            )
