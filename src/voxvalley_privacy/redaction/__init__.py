"""Redaction: actions, policies, schemas, and the redactor that carries them out."""

from __future__ import annotations

from . import policies, schemas, styles
from ._actions import Action, Exposure, country, drop, exposure, keep, label, mask, parse, scan
from ._explain import Explained, Explanation
from ._findings import Finding
from ._keyed import ip_pseudonym, pseudonym, seal, unsafe_format_preserving, unseal
from ._placeholders import OMIT
from ._policy import Budget, Policy
from ._redactor import Redactor, scrub
from ._reductions import bucket, generalize, host_only, strip_query, truncate
from ._stats import Stats
from ._stream import TextStream
from .schemas import Field, Schema

__all__ = [
    "OMIT",
    "Action",
    "Budget",
    "Explained",
    "Explanation",
    "Exposure",
    "Field",
    "Finding",
    "Policy",
    "Redactor",
    "Schema",
    "Stats",
    "TextStream",
    "bucket",
    "country",
    "drop",
    "exposure",
    "generalize",
    "host_only",
    "ip_pseudonym",
    "keep",
    "label",
    "mask",
    "parse",
    "policies",
    "pseudonym",
    "scan",
    "schemas",
    "scrub",
    "seal",
    "strip_query",
    "styles",
    "truncate",
    "unsafe_format_preserving",
    "unseal",
]
