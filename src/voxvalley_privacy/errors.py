"""
Every error this library raises on purpose.

    PrivacyError                    the base; never raised itself
    ├── ConfigurationError          also ValueError; settings are wrong, all faults at once
    ├── InvalidToken                also ValueError; a token of other keys, or a changed one
    ├── KeyUnavailable              also LookupError; the key a token names is unknown or destroyed
    ├── NotPicklable                also TypeError; the object holds key bytes
    ├── StoreError                  also OSError; a store did not do what was asked
    │   ├── StoreUnavailable        it cannot be reached, is locked, full or read-only
    │   ├── stores.Conflict         the stream has grown, or another event has the key
    │   └── StoreCorrupt            its content is not what was written; two kinds of the ledger:
    │       ├── StorePartial        events of a stream were left out
    │       └── StoreStale          it answered with less than it held before
    ├── caching.MalformedHeader     also ValueError; a header that decides cannot be read
    └── Denied                      also PermissionError; `Decision.require()` without an allow

No message holds a personal value or a key byte.
"""

from __future__ import annotations

__all__ = [
    "ConfigurationError",
    "Denied",
    "InvalidToken",
    "KeyUnavailable",
    "NotPicklable",
    "PrivacyError",
    "StoreCorrupt",
    "StoreError",
    "StoreUnavailable",
]


class PrivacyError(Exception):
    """Catch everything this library raises on purpose; it is never raised itself."""


class ConfigurationError(PrivacyError, ValueError):
    """
    Say which setting is wrong, where, and how to correct it.

    Args:
        message: One fault, or the head line of *faults*.

        faults: Pairs of path and message, such as `("plan.body[2]", "'keep' must be at least 0")`.
    """

    def __init__(self, message: str = "", /, *, faults: tuple[tuple[str, str], ...] = ()) -> None:
        # All of it is in args, so that the error survives pickling.
        super().__init__(message, faults)
        self.message = message
        self.faults = faults

    def __str__(self) -> str:
        faults = [f"{path}: {fault}" for path, fault in self.faults]
        return "\n".join(filter(None, [self.message, *faults]))

    def __reduce__(self) -> tuple[object, ...]:
        return (_configuration_error, (self.message, self.faults))


def _configuration_error(message: str, faults: tuple[tuple[str, str], ...]) -> ConfigurationError:
    return ConfigurationError(message, faults=faults)


class InvalidToken(PrivacyError, ValueError):
    """Refuse a token: one constant message for every reason, so that it gives no hint."""

    def __init__(self) -> None:
        super().__init__("The token was not made by these keys for this use, or was changed.")

    def __reduce__(self) -> tuple[object, ...]:
        return (InvalidToken, ())


class KeyUnavailable(PrivacyError, LookupError):
    """
    Name the key id that a key ring cannot serve.

    Args:
        key_id: The id; ids are public.

        state: `unknown` or `destroyed`.
    """

    def __init__(self, key_id: str, state: str) -> None:
        super().__init__(key_id, state)
        self.key_id = key_id
        self.state = state

    def __str__(self) -> str:
        return f"Key {self.key_id!r} is {self.state} in this key ring."


class NotPicklable(PrivacyError, TypeError):
    """Refuse to pickle key bytes; keys of `from_env` or `from_file` pickle as a reference."""


class StoreError(PrivacyError, OSError):
    """A store did not do what it was asked to do."""


class StoreUnavailable(StoreError):
    """The store cannot be reached, is locked, full or read-only."""


class StoreCorrupt(StoreError):
    """The content of the store is not what was written to it."""


class Denied(PrivacyError, PermissionError):
    """
    Stop an act that a decision did not allow.

    Args:
        decision: The `voxvalley_privacy.Decision`; it holds no personal data.
    """

    def __init__(self, decision: object) -> None:
        super().__init__(decision)
        self.decision = decision

    def __str__(self) -> str:
        return f"Not allowed: {self.decision}"
