"""Actions: what is done to a value."""

from __future__ import annotations

from . import styles
from ._keyed import (
    IpPseudonym,
    Pseudonym,
    Seal,
    ip_pseudonym,
    pseudonym,
    seal,
    token_action,
    unsafe_format_preserving,
    unseal,
)
from ._plain import (
    Action,
    Drop,
    Exposure,
    Keep,
    Label,
    LooksThrough,
    Parse,
    Scan,
    country,
    drop,
    exposure,
    keep,
    label,
    mask,
    parse,
    scan,
)
from ._reductions import bucket, generalize, host_only, strip_query, truncate

__all__ = [
    "Action",
    "Drop",
    "Exposure",
    "IpPseudonym",
    "Keep",
    "Label",
    "LooksThrough",
    "Parse",
    "Pseudonym",
    "Scan",
    "Seal",
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
    "pseudonym",
    "scan",
    "seal",
    "strip_query",
    "styles",
    "token_action",
    "truncate",
    "unsafe_format_preserving",
    "unseal",
]
