"""Flask: the app's logs and Werkzeug's are guarded, requests logged as a log policy says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import ConfigurationError
from ..logs import Protection, protect
from ..logs.adapters import LogPolicy, Redact, checked
from ..vocabulary import LogKind
from .wsgi import LogMiddleware

__all__ = ["protect_app"]


def protect_app(
    app: Any,
    redact: Redact,
    /,
    *,
    policy: LogPolicy | None = None,
    write: Callable[[LogKind, Mapping[str, object]], object] | None = None,
) -> Protection:
    """
    Protect what a Flask app logs.

    Guards the handlers of every logger, of the app and of Werkzeug among them. With a log policy,
    requests and responses are logged as it says.

    Args:
        app: The Flask app.

        redact: A redactor.

        policy: Has rules for `APP_REQUEST` and `APP_RESPONSE`. Omitted: neither is logged.

        write: Called with the kind and the treated record. Omitted: logged at level INFO by the
            app's logger.

    Returns:
        The protection; `remove()` takes the guards off.

    Raises:
        voxvalley_privacy.ConfigurationError: If *app* is not a Flask app, *redact* is not a
            redactor, or *policy* is not a log policy.
    """
    redact = checked(redact, "protect_app()")
    if not hasattr(app, "wsgi_app"):
        raise ConfigurationError("protect_app(): the first argument must be a Flask app.")
    if write is not None and policy is None:
        raise ConfigurationError("protect_app(): 'write' has no effect without 'policy'.")
    if policy is not None:
        app.wsgi_app = LogMiddleware(app.wsgi_app, policy, write=write or _Logged(app.logger))
    # Werkzeug adds a handler of its own when it logs its first request; it is guarded then.
    return protect(redact)


class _Logged:
    """Write records to a logger."""

    def __init__(self, logger: Any) -> None:
        self._logger = logger

    def __call__(self, kind: LogKind, record: Mapping[str, object]) -> None:
        self._logger.info("%s %s", kind.value, dict(record))
