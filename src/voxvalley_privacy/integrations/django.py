"""Django: error pages and error mails without personal data."""

from __future__ import annotations

import sys
from functools import cache
from pkgutil import resolve_name
from typing import Any

from django.conf import settings
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from .. import policies
from ..logs.adapters import FAULT, Redact, Texts, checked, guards, treated_error
from ..redaction import Redactor

__all__ = ["Reporter", "ReporterFilter"]

_SETTING = "VOXVALLEY_PRIVACY_REDACT"


@cache
def _texts_of(redact: Any) -> Texts:
    if redact is None:
        return Texts(Redactor(policies.labels()))
    redactor: Redact = resolve_name(redact) if isinstance(redact, str) else redact
    return Texts(checked(redactor, f"settings.{_SETTING}"))


def _texts() -> Texts:
    """Return what treats texts, by the setting `VOXVALLEY_PRIVACY_REDACT`."""
    return _texts_of(getattr(settings, _SETTING, None))


@guards
class ReporterFilter(SafeExceptionReporterFilter):
    """
    Leave only treated values in error pages and mails, also with `DEBUG = True`.

    `Reporter` uses it. The redactor is the setting `VOXVALLEY_PRIVACY_REDACT`: an object, or where
    it is, such as `"shop.privacy:redact"`. Without the setting, personal data becomes labels.
    """

    def is_active(self, request: Any) -> bool:
        """Be active in every mode."""
        return True

    def get_post_parameters(self, request: Any) -> Any:
        """Return what was posted, treated by name."""
        return {} if request is None else _record(request.POST.dict())

    def get_safe_request_meta(self, request: Any) -> Any:
        """Return the headers and the environment of a request, treated by name."""
        return _record(super().get_safe_request_meta(request))

    def get_safe_cookies(self, request: Any) -> Any:
        """Return the names of cookies, without their values."""
        return dict.fromkeys(getattr(request, "COOKIES", {}), self.cleansed_substitute)

    def get_safe_settings(self) -> Any:
        """Return no settings: they hold addresses, keys and names of people."""
        return {}

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> Any:
        """Return no variables."""
        return ()


@guards
class Reporter(ExceptionReporter):
    """
    Report a treated copy of an exception: the setting `DEFAULT_EXCEPTION_REPORTER`.

    It keeps types, places and the stack; messages and what was posted are treated, and neither
    variables nor settings are shown. A mail from a guarded handler holds the exception that is
    being handled, and nothing of the request but its path: the guard hands on no objects.
    """

    def __init__(
        self, request: Any, exc_type: Any, exc_value: Any, tb: Any, is_email: bool = False
    ) -> None:
        if is_email and exc_type is None:
            # A guarded handler gets no exception; Django logs it while it handles it.
            handled = sys.exception()
            exc_value, tb = handled or exc_value, getattr(handled, "__traceback__", None)
        if isinstance(exc_value, BaseException):
            exc_value = treated_error(exc_value, _texts(), tb)
            exc_type, tb = type(exc_value), exc_value.__traceback__
        elif exc_value is not None:
            exc_value = _text(exc_value)
        super().__init__(request, exc_type, exc_value, tb, is_email)
        self.filter: SafeExceptionReporterFilter = ReporterFilter()

    def get_traceback_data(self) -> Any:
        """Return what the page shows, with addresses and queries treated."""
        shown = super().get_traceback_data()
        shown["filtered_GET_items"] = _record(_pairs(shown.get("request_GET_items"))).items()
        shown["request_GET_items"] = shown["filtered_GET_items"]
        shown["request_FILES_items"] = ()
        shown["request_insecure_uri"] = _text(shown.get("request_insecure_uri") or "")
        if self.request is None:
            return shown
        shown["request"] = _Request(self.request)
        shown["user_str"] = FAULT if shown.get("user_str") is None else _text(shown["user_str"])
        return shown


class _Request:
    """The parts of a request that the page shows."""

    def __init__(self, request: Any) -> None:
        self.META = _record(dict(getattr(request, "META", {})))
        self.method = getattr(request, "method", "")
        self.path_info = _text(getattr(request, "path_info", ""))
        self.get_full_path = self.path_info
        self.COOKIES = dict.fromkeys(getattr(request, "COOKIES", {}), FAULT)
        self.FILES: dict[str, object] = {}


def _pairs(items: Any) -> dict[str, Any]:
    return dict(items or ())


def _record(record: Any) -> dict[Any, Any]:
    try:
        return _texts().record("extra", dict(record))
    except Exception:  # a fault gives less, never raw, and never reaches the page
        _texts().fault()
        return {}


def _text(value: object) -> str:
    try:
        return _texts().part("message", str(value))
    except Exception:  # as above
        _texts().fault()
        return FAULT
