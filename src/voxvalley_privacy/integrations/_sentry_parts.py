"""Parts of a Sentry event that the SDK fills by itself, and attachments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..logs.adapters import Texts, one_line

__all__ = ["OF_TRACE", "of_machine", "of_sampling", "without_raw_attachments"]

# What the SDK writes into a context of the machine. Anything else in it is the app's, also where
# an app calls a context of its own `profile`. The name of a device is that of its owner.
_VERSIONS = ("version", "build", "type")
_OF_MACHINE: dict[str, frozenset[str]] = {
    "runtime": frozenset({*_VERSIONS, "name", "raw_description"}),
    "os": frozenset({*_VERSIONS, "name", "raw_description", "kernel_version", "rooted"}),
    "browser": frozenset({*_VERSIONS, "name"}),
    "gpu": frozenset({*_VERSIONS, "name", "vendor_name", "api_type"}),
    "device": frozenset(
        {
            "type",
            "arch",
            "brand",
            "family",
            "manufacturer",
            "model",
            "processor_count",
            "memory_size",
            "free_memory",
            "storage_size",
            "free_storage",
            "simulator",
        }
    ),
    "app": frozenset(
        {"type", "app_name", "app_version", "app_build", "app_start_time", "in_foreground"}
    ),
    "culture": frozenset({"type", "calendar", "locale", "is_24_hour_format", "timezone"}),
    "profile": frozenset({"type", "profiler_id"}),
}
# What a server compares of the sampling of a trace. Headers of a request can add anything.
_OF_SAMPLING = frozenset(
    {
        "trace_id",
        "public_key",
        "sample_rate",
        "sample_rand",
        "sampled",
        "release",
        "environment",
        "org_id",
        "replay_id",
    }
)
# What the SDK writes into the context of a trace.
OF_TRACE = frozenset(
    {
        "trace_id",
        "span_id",
        "parent_span_id",
        "op",
        "status",
        "description",
        "origin",
        "data",
        "tags",
        "sampled",
        "start_timestamp",
        "timestamp",
        "type",
    }
)
_MOST_BYTES = 262_144  # of an attachment that is treated


def of_machine(name: str, context: Mapping[str, Any], /) -> dict[str, Any]:
    """Return the fields of a context that the SDK itself writes."""
    known = _OF_MACHINE.get(name, frozenset())
    return {
        key: value
        for key, value in context.items()
        if key in known and isinstance(value, str | bool | int | float)
    }


def of_sampling(sampling: Mapping[str, Any], texts: Texts, /) -> dict[str, Any]:
    """Return what a server compares of the sampling of a trace, and the treated transaction."""
    kept = {name: value for name, value in sampling.items() if name in _OF_SAMPLING}
    if "transaction" in sampling:
        kept["transaction"] = texts.part("message", one_line(str(sampling["transaction"])))
    return kept


def without_raw_attachments(hint: object, texts: Texts, /) -> None:
    """Replace the attachments of an event: those that are texts by treated ones, the rest go."""
    attachments = hint.get("attachments") if isinstance(hint, dict) else None
    if not isinstance(hint, dict) or not attachments:
        return
    # Gone first: a fault must not leave them.
    hint["attachments"] = []
    treated = [_treated(attachment, texts) for attachment in attachments]
    hint["attachments"] = [attachment for attachment in treated if attachment is not None]


def _treated(attachment: Any, texts: Texts) -> Any:
    try:
        data = attachment.bytes() if callable(attachment.bytes) else attachment.bytes
        if data is None:
            with open(attachment.path, "rb") as file:
                data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES or b"\0" in data:
            return None
        return type(attachment)(
            bytes=texts.part("attachment", data.decode()).encode(),
            filename=texts.name(one_line(str(attachment.filename))),
            content_type=attachment.content_type,
            add_to_transactions=attachment.add_to_transactions,
        )
    except Exception:  # neither a text nor a file that can be read
        return None
