"""Treat the message of a log record and its arguments."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping
from typing import Any, cast

from ..placeholders import FAULT
from ..reading import indented, one_line
from ._spelled import OPEN, SCALARS, spelled
from ._texts import Texts

__all__ = ["Messages"]

_CONTAINERS = (Mapping, list, tuple, set, frozenset, deque)
_RECORD_MARKS = ("__attrs_attrs__", "__dataclass_fields__", "__pydantic_fields__")
_LARGE = 999_999


class Messages:
    """
    Treat messages.

    Args:
        texts: Treats their pieces.
    """

    __slots__ = ("_texts",)

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __call__(self, record: logging.LogRecord, made: dict[str, Any], rendered: bool) -> None:
        """Put message and arguments of *record* into *made*, treated apart and together: a number can be split over them."""
        message, args = made["msg"], made["args"]
        if type(message) is not str and not args and _structured(message):
            made["msg"] = self._structure(message)
            made["args"] = ()
            return
        if args and not (type(args) is tuple and SCALARS.issuperset(map(type, args))):
            args = self._structures(args)
        raw = self._rendered(record, args)
        if raw is not None and not raw.isprintable():
            raw, args = self._kept_in_line(record, args, raw)
        if raw is None:
            made["msg"] = f"{self._texts.text(indented(str(message)))} {FAULT}"
            made["args"] = ()
            self._texts.fault("format")
            return
        text = self._texts.text(raw)
        if not rendered and args and type(message) is str and self._apart(made, args, raw, text):
            return
        if text != raw:
            self._texts.count("message")
        made["msg"] = text
        made["args"] = ()

    def _apart(self, made: dict[str, Any], args: Any, raw: str, text: str) -> bool:
        """Keep message and arguments apart, with the types that `%d` and formatters of access logs need, where that is safe."""
        shown: Any
        if isinstance(args, dict):
            shown = {name: self._arg(value) for name, value in args.items()}
        elif isinstance(args, tuple):
            shown = tuple(map(self._arg, args))
        else:
            return False
        template = indented(made["msg"])
        if text == raw:
            if shown == args:
                made["msg"] = template
                made["args"] = shown
                return True
            return False
        self._texts.count("args" if shown != args else "message")
        template = self._texts.text(template)
        try:
            together = template % shown
        except Exception:  # a label where a number has to be
            return False
        if self._texts.text(together) != together:
            return False
        made["msg"] = template
        made["args"] = shown
        return True

    def _arg(self, value: object) -> object:
        kind = type(value)
        if kind is str:
            return self._texts.text(one_line(cast(str, value)))
        if value is None or kind is bool or _structured(value):
            return value
        if kind in (int, float) and not abs(cast(float, value)) > _LARGE:
            return value
        text = one_line(str(value))
        treated = self._texts.text(text)
        return value if treated == text and (kind in (int, float) or kind in OPEN) else treated

    def _structures(self, args: Any) -> Any:
        """Treat arguments that are records by their fields; what a text shows of them alone would be too little to go by."""
        if isinstance(args, Mapping):
            treated = self._texts.redact(dict(args))
            return {key: treated.get(key) for key in args}
        if not isinstance(args, tuple):
            return self._structure(args) if _structured(args) else args
        return tuple(self._structure(value) if _structured(value) else value for value in args)

    def _structure(self, value: Any) -> Any:
        treated = self._texts.redact(value)
        if treated != value:
            self._texts.count("args")
        return treated

    def _kept_in_line(self, record: logging.LogRecord, args: Any, raw: str) -> tuple[str, Any]:
        """
        Render a message anew whose values would begin lines or move a cursor: what they hold is spelled out.

        The line ends of a format are its own, but nobody can tell a format from an f-string: lines after the first are indented.
        """
        if isinstance(args, Mapping):
            args = {name: spelled(value) for name, value in args.items()}
        elif args:
            args = tuple(map(spelled, args)) if isinstance(args, tuple) else spelled(args)
        again = self._rendered(record, args) if args else raw
        return one_line(raw) if again is None else indented(again), args

    def _rendered(self, record: logging.LogRecord, args: Any) -> str | None:
        """Return the message as text; None when its format does not fit its arguments."""
        try:
            if args is record.args:
                return str(record.getMessage())
            # A record class of the app's own may render in its own way.
            shadow = object.__new__(type(record))
            shadow.__dict__.update(record.__dict__, args=args)
            return str(shadow.getMessage())
        except Exception:  # stdlib would print message and arguments raw to stderr
            return None


def _structured(value: object) -> bool:
    return isinstance(value, _CONTAINERS) or any(
        hasattr(type(value), mark) for mark in _RECORD_MARKS
    )
