"""Send bytes through a stream and look at what comes out."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import voxvalley_privacy as vp
from voxvalley_privacy.records._frames import StreamReport

KEYS = vp.KeyRing.generate()
DEBUG = vp.Redactor(vp.policies.debug(KEYS))
NUMBER = "+12025550142"
OTHER = "+447700900123"


def through(
    stream: Callable[..., StreamReport], data: bytes, redact: Any = DEBUG, **settings: Any
) -> tuple[bytes, StreamReport]:
    """Return what *stream* makes of *data*, and its report, whose counts must match."""
    out = io.BytesIO()
    report = stream(io.BytesIO(data), out, redact, **settings)
    assert report.records_in == report.records_out
    return out.getvalue(), report


def debug(schema: str) -> vp.Redactor:
    """Return a redactor for developers' logs of one schema."""
    return vp.Redactor(vp.policies.debug(KEYS), schema)
