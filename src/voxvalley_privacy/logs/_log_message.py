"""Treat the message of a log record and its arguments."""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from numbers import Number
from typing import Any, cast
from uuid import UUID

from ..placeholders import FAULT
from ..reading import indented, one_line
from ._texts import Texts

__all__ = ["Messages", "spelled"]

# A place for an argument, with what names it: `password is %s`. Of a secret the word alone is
# enough; another word alone, as in `from %s to %s`, says too little.
_PLACE = re.compile(
    r"""
    (?:
        (?<![\w%])(?P<name>[A-Za-z][A-Za-z_-]{1,40})[ ](?:is|was|are|=|:)[ ]["']?
      | (?<![\w%])(?P<secret>(?i:password|passphrase|passwd|secret|token|api[ _-]?key))[ ]["']?
    )?
    (?P<format>
        %(?!%)[#0 +-]{0,5}(?:\d{1,4})?(?P<cut>\.\d{1,4})?(?P<kind>[A-Za-z])
    )
    """,
    re.VERBOSE,
)
# A place for a value of a mapping.
_KEYED = re.compile(
    r"%\((?P<key>[^()]{1,80})\)[#0 +-]{0,5}(?:\d{1,4})?(?:\.\d{1,4})?(?P<kind>[A-Za-z])"
)
_FORMATS = 2048  # that are remembered
_BASES = frozenset("xXoeEgG")  # in which a number is not written as people write it
_TEXTS = frozenset("sra")
_CONTAINERS = (Mapping, list, tuple, set, frozenset, deque)
_RECORD_MARKS = ("__attrs_attrs__", "__dataclass_fields__", "__pydantic_fields__")
_LARGE = 999_999  # longer numbers can be anyone's
_SCALARS = frozenset({str, int, float, bool, type(None)})
# Values whose text shows all they hold.
_TRANSPARENT = frozenset({Decimal, Fraction, datetime, date, time, timedelta, UUID, complex})
_NUMBERS = frozenset({int, float})
_KEEPS_TYPE = _NUMBERS | _TRANSPARENT
_WITHOUT_TEXT = frozenset({bool, type(None)})


class Messages:
    """
    Treat messages.

    Args:
        texts: Treats their pieces.
    """

    __slots__ = ("_texts", "_untold")

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        # Formats of which no place says anything of its argument.
        self._untold: set[str] = set()

    def __call__(self, record: logging.LogRecord, shown: dict[str, Any], rendered: bool) -> None:
        """
        Put message and arguments of *record* into *shown*.

        They are treated apart and together: a number can be split over them.
        """
        message, args = shown["msg"], shown["args"]
        if type(message) is not str and not args and _structured(message):
            shown["msg"] = self._structure(message)
            shown["args"] = ()
            return
        if args:
            record = self._named(record, message, args)
            shown["msg"] = message = record.msg
            args = record.args
        if args and not _all_scalars(args):
            args = self._structures(args, names_keys="%(" in str(message))
            if isinstance(args, dict) and type(message) is str:
                # A label where a number has to be would cost the whole line.
                shown["msg"] = message = _with_texts(message, args)
                record = _with(record, message, record.args)
        raw = self._rendered(record, args)
        if raw is None:
            self._unformatted(shown)
            return
        if not raw.isprintable():
            raw, args = self._kept_in_line(record, args, raw)
        redacted = self._texts.text(raw)
        if not rendered and args and self._apart(shown, args, raw, redacted):
            return
        if redacted != raw:
            self._texts.count("message")
        shown["msg"] = redacted
        shown["args"] = ()

    def _named(self, record: logging.LogRecord, message: object, args: Any) -> logging.LogRecord:
        """
        Treat arguments by the word in front of their place, `password is %s`, and numbers that a
        format would write in another base, where no finder knows them.
        """
        if type(message) is not str or type(args) is not tuple or message in self._untold:
            return _with(record, message, args)
        places = list(_PLACE.finditer(message))
        values = list(args)
        if len(places) != len(values) or not any(map(_tells, places)):
            if len(self._untold) >= _FORMATS:
                self._untold.clear()
            self._untold.add(message)
            return _with(record, message, args)
        pieces: list[str] = []
        at = 0
        for number, place in enumerate(places):
            value = self._told(place, values[number])
            pieces += (message[at : place.start("format")],
                       place["format"] if value is None else "%s")  # fmt: skip
            values[number] = values[number] if value is None else value
            at = place.end()
        pieces.append(message[at:])
        return _with(record, "".join(pieces), tuple(values))

    def _told(self, place: re.Match[str], value: object) -> str | None:
        """Return a value treated by what its place says of it; None where it stays as it is."""
        if type(value) in _WITHOUT_TEXT or _structured(value):
            return self._uncut(value) if _cuts(place) else None
        if type(value) in _NUMBERS and place["kind"] in _BASES:
            return self._in_base_ten(cast(float, value))
        spelled = _spelled_whole(value)
        if spelled is None:
            return None
        name = place["name"] or (place["secret"] if type(value) is not int else None)
        if name is not None:
            # Quotes in a value would end it; only whether it is treated matters here.
            pair = f'{name.replace(" ", "_")}="{spelled.replace(chr(34), chr(39))}"'
            redacted = self._texts.text(pair)
            if redacted != pair:
                return redacted.partition('="')[2].removesuffix('"')
        return self._uncut(spelled) if _cuts(place) else None

    def _in_base_ten(self, value: float) -> str | None:
        """Return a number treated as people write it; None where it can be nobody's."""
        if _short(value):
            return None
        return self._uncut(int(value) if value == value // 1 else value)

    def _uncut(self, value: object) -> str | None:
        """Return all of a value treated, before a format cuts it; None where nothing changes."""
        spelled = _spelled_whole(value)
        redacted = None if spelled is None else self._texts.text(spelled)
        return None if redacted == spelled else redacted

    def _unformatted(self, shown: dict[str, Any]) -> None:
        """Show a format that does not fit its arguments without them."""
        shown["msg"] = f"{self._texts.text(indented(str(shown['msg'])))} {FAULT}"
        shown["args"] = ()
        self._texts.fault("format")

    def _apart(self, shown: dict[str, Any], args: Any, raw: str, redacted: str) -> bool:
        """
        Keep message and arguments apart where that is safe, and say whether it was.

        `%d` and formatters of access logs need arguments with their types.
        """
        if type(shown["msg"]) is not str:
            return False
        redacted_args = self._args(args)
        if redacted_args is None:
            return False
        template = indented(shown["msg"])
        if redacted == raw:
            if redacted_args != args:
                return False
        else:
            self._texts.count("args" if redacted_args != args else "message")
            template = self._texts.text(template)
            if not self._clean_together(template, redacted_args):
                return False
        shown["msg"] = template
        shown["args"] = redacted_args
        return True

    def _args(self, args: Any) -> dict[Any, Any] | tuple[Any, ...] | None:
        if isinstance(args, dict):
            return {name: self._arg(value) for name, value in args.items()}
        if isinstance(args, tuple):
            return tuple(map(self._arg, args))
        return None

    def _clean_together(self, template: str, args: Any) -> bool:
        try:
            together = template % args
        except Exception:  # a label where a number has to be
            return False
        return bool(self._texts.text(together) == together)

    def _arg(self, value: object) -> object:
        kind = type(value)
        if kind is str:
            return self._texts.text(one_line(cast(str, value)))
        if kind in _WITHOUT_TEXT or _structured(value):
            return value
        if kind in _NUMBERS and _short(cast(float, value)):
            return value
        text = one_line(str(value))
        redacted = self._texts.text(text)
        if redacted == text and kind in _KEEPS_TYPE:
            return value
        return redacted

    def _structures(self, args: Any, *, names_keys: bool) -> Any:
        """
        Treat arguments that are records by their fields: their text alone shows too little.

        Where the format names keys, `%(caller)s`, a key that is gone is None.
        """
        if isinstance(args, Mapping):
            redacted = self._texts.redact(dict(args))
            return {**self._spare(args), **redacted} if names_keys else redacted
        if isinstance(args, tuple):
            return tuple(map(self._structure_or_value, args))
        return self._structure_or_value(args)

    def _spare(self, args: Mapping[Any, Any]) -> dict[str, None]:
        shown = (key for key in args if type(key) is str and self._texts.name(key) == key)
        return dict.fromkeys(shown)

    def _structure_or_value(self, value: Any) -> Any:
        return self._structure(value) if _structured(value) else value

    def _structure(self, value: Any) -> Any:
        redacted = self._texts.redact(value)
        if redacted != value:
            self._texts.count("args")
        return redacted

    def _kept_in_line(self, record: logging.LogRecord, args: Any, raw: str) -> tuple[str, Any]:
        """
        Render a message again whose values would begin lines or move a cursor.

        The line ends of a format are its own, but a format cannot be told from an f-string: lines
        after the first are indented.
        """
        if not args:
            return indented(raw), args
        args = _spelled_args(args)
        again = self._rendered(record, args)
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
        except Exception:  # logging would print message and arguments raw to stderr
            return None


def _with(record: logging.LogRecord, message: object, args: Any) -> logging.LogRecord:
    """Return a record of the same class that says this; the record itself when it does."""
    if message is record.msg and args is record.args:
        return record
    shadow = object.__new__(type(record))
    shadow.__dict__.update(record.__dict__, msg=message, args=args)
    return shadow


def _tells(place: re.Match[str]) -> bool:
    names = place["name"] or place["secret"]
    return names is not None or place["kind"] in _BASES or _cuts(place)


def _cuts(place: re.Match[str]) -> bool:
    return place["cut"] is not None and place["kind"] in _TEXTS


def _spelled_whole(value: object) -> str | None:
    try:
        return one_line(str(value))
    except Exception:  # its code is not ours: the line will say so
        return None


def _with_texts(message: str, args: Mapping[Any, Any]) -> str:
    """Return a format that shows as texts what are texts now, whatever it asked for."""

    def shown(place: re.Match[str]) -> str:
        is_text = type(args.get(place["key"])) is str and place["kind"] not in _TEXTS
        return f"%({place['key']})s" if is_text else place[0]

    return _KEYED.sub(shown, message)


def _structured(value: object) -> bool:
    if isinstance(value, _CONTAINERS):
        return True
    return any(hasattr(type(value), mark) for mark in _RECORD_MARKS)


def _short(number: float) -> bool:
    # Written so that a number that compares with nothing is not short.
    return -_LARGE <= number <= _LARGE


def _all_scalars(args: object) -> bool:
    if type(args) is not tuple:
        return False
    return _SCALARS.issuperset(map(type, args))


# Values in a line: they begin no line and move no cursor ----------------------------------------


def spelled(value: object, /) -> object:
    """Return an equal-looking value for a line; numbers and values without text are returned."""
    kind = type(value)
    if kind is str:
        return one_line(cast(str, value))
    if kind in _SCALARS or kind in _TRANSPARENT or isinstance(value, Number):
        return value
    return _Spelled(value)


def _spelled_args(args: Any) -> Any:
    if isinstance(args, Mapping):
        return {name: spelled(value) for name, value in args.items()}
    if isinstance(args, tuple):
        return tuple(map(spelled, args))
    return spelled(args)


class _Spelled:
    """Replace a value where a format shows it, or a part of it."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value: Any = value

    def __str__(self) -> str:
        return one_line(str(self._value))

    def __repr__(self) -> str:
        return one_line(repr(self._value))

    def __format__(self, spec: str, /) -> str:
        return one_line(format(self._value, spec))

    def __getattr__(self, name: str) -> object:
        return spelled(getattr(self._value, name))

    def __getitem__(self, key: object, /) -> object:
        return spelled(self._value[key])
