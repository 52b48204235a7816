"""Celery: task messages, stored failures and events without personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celery import signals

from ..errors import ConfigurationError
from ..logs.adapters import FAULT, LogStats, Redact, Texts, checked, guards, treated_error

__all__ = ["ProtectedTasks", "protect_tasks"]

_SHOWN = 1024  # characters of arguments in a message header; Celery's own limit
_ATTRIBUTE = "voxvalley_privacy_tasks"  # `verify()` looks for it
_TEXTS_OF_EVENTS = ("args", "kwargs", "result", "exception", "traceback")


@guards
class ProtectedTasks:
    """
    The protected parts of one Celery app. Built by `protect_tasks()`.

    Args:
        app: The Celery app.

        redact: Treats arguments, errors and tracebacks.

        results: Whether results of tasks that succeed are treated too.
    """

    def __init__(self, app: Any, redact: Redact, *, results: bool) -> None:
        self._app = app
        self._texts = Texts(redact)
        self._results = bool(results)

    def stats(self) -> LogStats:
        """Return what was treated so far, in counts."""
        return self._texts.stats()

    def is_of(self, redact: Redact, *, results: bool) -> bool:
        """Whether it was built from equal settings."""
        return self._texts.redact == redact and self._results is bool(results)

    def install(self) -> None:
        """Treat messages, what the backend stores, and events from now on."""
        signals.before_task_publish.connect(self.publish, weak=False)
        self._app.events.Dispatcher = self._dispatcher(self._app.events.Dispatcher)
        build = self._app._get_backend  # noqa: SLF001 - there is no public hook
        self._app._get_backend = lambda: self._backend(build())  # noqa: SLF001 - as above
        existing = getattr(self._app, "_backend", None)
        if existing is not None:
            self._backend(existing)

    # Messages -----------------------------------------------------------------------------------

    def publish(self, headers: Any = None, body: Any = None, **_: Any) -> None:
        """Treat the texts of arguments in the headers of a message; workers log and send them."""
        if not isinstance(headers, dict):
            return
        self._texts.called()
        for at, name in enumerate(("argsrepr", "kwargsrepr")):
            if name in headers:
                headers[name] = self._arguments(body, at)

    def _arguments(self, body: Any, at: int) -> str:
        try:
            arguments = body[at]
            redacted = self._texts.redact(arguments)
            if redacted != arguments:
                self._texts.count("args")
            return self._texts.text(repr(redacted))[:_SHOWN]
        except Exception:  # a fault gives less, never raw, and never reaches the call path
            self._texts.fault()
            return FAULT

    # The result backend -------------------------------------------------------------------------

    def _backend(self, backend: Any) -> Any:
        """Let a backend store treated failures, and treated arguments where it stores any."""
        encode, meta_of = backend.encode_result, backend._get_result_meta  # noqa: SLF001 - as above

        def encode_result(result: Any, state: str) -> Any:
            return encode(self._stored(result), state)

        def get_result_meta(
            result: Any, state: str, traceback: Any, request: Any, *args: Any, **kwargs: Any
        ) -> Any:
            shown = _Request(request, self._texts)
            return meta_of(result, state, self._line(traceback), shown, *args, **kwargs)

        backend.encode_result = encode_result
        backend._get_result_meta = get_result_meta  # noqa: SLF001 - as above
        return backend

    def _stored(self, result: Any) -> Any:
        if isinstance(result, BaseException):
            return treated_error(result, self._texts)
        return self._treated(result) if self._results else result

    def _treated(self, value: Any) -> Any:
        try:
            return self._texts.redact(value)
        except Exception:  # as above
            self._texts.fault()
            return FAULT

    def _line(self, text: Any) -> Any:
        if text is None:
            return None
        try:
            return self._texts.part("exception", str(text))
        except Exception:  # as above
            self._texts.fault()
            return FAULT

    # Events -------------------------------------------------------------------------------------

    def _dispatcher(self, dispatcher: type[Any]) -> type[Any]:
        protected = self

        class _Dispatcher(dispatcher):  # type: ignore[misc]  # its class is only known here
            """Send treated events."""

            def send(self, type: str, *args: Any, **fields: Any) -> Any:  # noqa: A002 - its name
                return super().send(type, *args, **protected.event(fields))

            def publish(self, type: str, fields: Any, *args: Any, **settings: Any) -> Any:  # noqa: A002 - as above
                return super().publish(type, protected.event(fields), *args, **settings)

        return _Dispatcher

    def event(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of an event, its texts treated."""
        shown = dict(fields)
        for name in _TEXTS_OF_EVENTS:
            if name in shown:
                shown[name] = self._line(shown[name])
        return shown


class _Request:
    """The request of a task, with treated arguments; the rest is read from it."""

    def __init__(self, request: Any, texts: Texts) -> None:
        self._request = request
        self._texts = texts

    @property
    def args(self) -> Any:
        return self._argument(getattr(self._request, "args", None))

    @property
    def kwargs(self) -> Any:
        return self._argument(getattr(self._request, "kwargs", None))

    def _argument(self, value: Any) -> Any:
        try:
            return self._texts.redact(value)
        except Exception:  # a fault gives less, never raw, and never reaches the call path
            self._texts.fault()
            return FAULT

    def __bool__(self) -> bool:
        return bool(self._request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)


def protect_tasks(app: Any, redact: Redact, /, *, results: bool = False) -> ProtectedTasks:
    """
    Treat what Celery writes about the tasks of an app, besides its logs.

    These are the texts of arguments in message headers, failures and arguments that the result
    backend stores, and events. Arguments and results themselves stay: tasks and callers need them.
    Call it before workers start; `vp.logs.protect(redact)` guards the logs.

    Args:
        app: The Celery app.

        redact: A redactor.

        results: Whether stored results are treated too, for apps that keep them only for support.

    Returns:
        The protection, with its counts; asked for twice with equal settings, the same one.

    Raises:
        voxvalley_privacy.ConfigurationError: If *app* is not a Celery app or is protected with
            other settings, or *redact* is not a redactor.
    """
    redact = checked(redact, "protect_tasks()")
    if not hasattr(app, "_get_backend") or not hasattr(app, "events"):
        raise ConfigurationError("protect_tasks(): the first argument must be a Celery app.")
    known = getattr(app, _ATTRIBUTE, None)
    if isinstance(known, ProtectedTasks):
        if known.is_of(redact, results=results):
            return known
        raise ConfigurationError(
            "protect_tasks(): this app is protected already, with another redactor or 'results'."
        )
    protected = ProtectedTasks(app, redact, results=results)
    protected.install()
    setattr(app, _ATTRIBUTE, protected)
    return protected
