"""Names of fields that hold passwords, keys and codes: they are never handed to anybody."""

from __future__ import annotations

from functools import lru_cache

from ..names import judge
from ..vocabulary import DataCategory

__all__ = ["SECRETS", "is_credential", "without_credentials"]

SECRETS = frozenset([DataCategory.CREDENTIAL, DataCategory.ONE_TIME_CODE])


def is_credential(name: str) -> bool:
    """Whether a field's name says that it holds a password, key or code."""
    return judge((name,)).category in SECRETS


@lru_cache(maxsize=1024)
def without_credentials(names: frozenset[str]) -> frozenset[str]:
    """Return the names without those of passwords, keys and codes; asked for every record."""
    return frozenset(name for name in names if not is_credential(name))
