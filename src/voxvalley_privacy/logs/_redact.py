"""What the logs need of a redactor."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from ..errors import ConfigurationError

__all__ = ["Redact", "checked"]


@runtime_checkable
class Redact(Protocol):
    """Treat records and texts; `voxvalley_privacy.Redactor` does."""

    def __call__(self, record: Any, /) -> Any:
        """Return a treated copy of *record*."""

    def text(self, text: str, /) -> str:
        """Return *text* treated."""


def checked(redact: object, where: str, /) -> Redact:
    """
    Return *redact* if it can be used.

    Raises:
        voxvalley_privacy.ConfigurationError: If it cannot be called, or has no `text()`.
    """
    if isinstance(redact, type) or not isinstance(redact, Redact) or not callable(redact.text):
        raise ConfigurationError(
            f"{where}: 'redact' must be a redactor, as vp.Redactor(vp.policies.debug(keys))."
        )
    return redact
