"""What the logs need of a redactor."""

from __future__ import annotations

from ..errors import ConfigurationError
from ..protocols import Redact

__all__ = ["Redact", "checked"]


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
