"""
Formats of log lines and traces: how a line is cut, and what each part of it is.

The built-in ones are data (`facts/line_formats.json`), each with its source. `Format` makes one's
own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from types import MappingProxyType
from typing import Any, cast

import attrs

from ..errors import ConfigurationError
from ..facts import line_formats
from ..placeholders import shown
from ..vocabulary import DataCategory

__all__ = ["Format", "format_named", "formats", "guess_log"]


def _compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    patterns = (patterns,) if isinstance(patterns, str) else tuple(patterns)
    try:
        return tuple(re.compile(_spelled_out(pattern)) for pattern in patterns)
    except (re.error, TypeError):
        pass
    raise ConfigurationError("Format(): 'lines' and 'messages' must be regular expressions.")


# The name of a part, such as <DATE>; groups have names in lower case.
_PART = re.compile(r"<([A-Z]{2,10})>")


def _spelled_out(pattern: str) -> str:
    parts = line_formats()["parts"]
    return _PART.sub(lambda part: parts.get(part[1], part[0]), pattern)


def _messages(
    given: Mapping[str, Iterable[str]],
) -> Mapping[str, tuple[re.Pattern[str], ...]]:
    return MappingProxyType({group: _compiled(lines) for group, lines in given.items()})


def _fields(given: Mapping[str, str]) -> Mapping[str, DataCategory]:
    strange = [name for name, category in given.items() if category not in DataCategory.__members__]
    if strange:
        raise ConfigurationError(f"Format(): there is no category for {', '.join(strange)}.")
    return MappingProxyType({name: DataCategory[category] for name, category in given.items()})


def _lists(given: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: tuple(values) for name, values in given.items()})


def _widths(given: Iterable[Iterable[Any]]) -> tuple[tuple[str, int], ...]:
    widths = tuple(map(tuple, given))
    if all(map(_is_width, widths)):
        names = list(filter(None, (name for name, _ in widths)))
        if len(set(names)) == len(names):
            return cast("tuple[tuple[str, int], ...]", widths)
    raise ConfigurationError(
        "Format(): 'widths' must be pairs of a name, which is not there twice, and a width from 1;"
        ' the name "" is for what is between columns.'
    )


def _is_width(pair: tuple[Any, ...]) -> bool:
    if len(pair) != 2:
        return False
    name, width = pair
    return isinstance(name, str) and type(width) is int and width >= 1


def _frozen(given: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(given))


@attrs.frozen(eq=False)
class Format:
    """
    Say how a line is cut, and what its parts are.

    Args:
        name: A dotted name, `system.log`.

        lines: Regular expressions with named groups; a line has to match one from its start. The
            names in angle brackets of the built-in formats can be used: `<DATE>`, `<LEVEL>`.

        fields: Group -> `DataCategory` or its name. Groups of free text are searched.

        messages: Group -> expressions that are tried on it; the groups of the first that matches
            take its place.

        pairs: Group -> the style in which it holds names and values: `attribute`, `brackets`,
            `columns`, `commas`, `header`, `logfmt`, `semicolons` or `structured`.

        inner: Group -> built-in formats that are tried on it.

        also: Built-in formats whose lines come between these.

        plain: Group -> values of it that are nobody's, such as `-`.

        widths: For columns of fixed width: names with the numbers of their characters, in order,
            `(("at", 4), ("", 1), ("caller", 15))`. Columns keep their width: a treated value that
            is longer becomes asterisks. *lines*, where there are any, say which lines are rows.

        style: The style of a format without *lines*, whose blocks of pairs end at an empty line.

        first: An expression that the first line of such a block matches.

        schema: The schema that names of pairs follow, where there is one of this name.

        reads: For a format of whole files: the format of `redact_file()` that reads it.

    Raises:
        voxvalley_privacy.ConfigurationError: If an expression, a category or a style does not
            exist, or a field is neither a group nor a column.
    """

    name: str
    lines: tuple[re.Pattern[str], ...] = attrs.field(default=(), converter=_compiled)
    fields: Mapping[str, DataCategory] = attrs.field(factory=dict, converter=_fields)
    title: str = attrs.field(default="", kw_only=True)
    source: str = attrs.field(default="", kw_only=True)
    status: str = attrs.field(default="", kw_only=True)
    note: str = attrs.field(default="", kw_only=True)
    samples: tuple[Any, ...] = attrs.field(default=(), converter=tuple, kw_only=True, repr=False)
    messages: Mapping[str, tuple[re.Pattern[str], ...]] = attrs.field(
        factory=dict, converter=_messages, kw_only=True
    )
    pairs: Mapping[str, str] = attrs.field(factory=dict, converter=_frozen, kw_only=True)
    inner: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_lists, kw_only=True)
    also: tuple[str, ...] = attrs.field(default=(), converter=tuple, kw_only=True)
    plain: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_lists, kw_only=True)
    widths: tuple[tuple[str, int], ...] = attrs.field(default=(), converter=_widths, kw_only=True)
    style: str = attrs.field(default="", kw_only=True)
    first: tuple[re.Pattern[str], ...] = attrs.field(default=(), converter=_compiled, kw_only=True)
    schema: str | None = attrs.field(default=None, kw_only=True)
    reads: str = attrs.field(default="", kw_only=True)
    trace: bool = attrs.field(default=False, kw_only=True)
    # Expressions of the built-in formats let nothing personal through outside of their groups.
    _pinned: bool = attrs.field(default=False, kw_only=True, repr=False, alias="_pinned")

    def __attrs_post_init__(self) -> None:
        styles = line_formats()["styles"]
        strange = {*self.pairs.values(), *filter(None, [self.style])} - set(styles)
        if strange:
            raise ConfigurationError(
                f"Format(): the style of pairs must be one of {', '.join(sorted(styles))}."
            )
        if not (self.lines or self.widths or self.style or self.reads):
            raise ConfigurationError(f"Format(): {self.name} needs 'lines' or 'widths'.")
        if unused := self._without_group():
            raise ConfigurationError(
                f"Format(): no group and no column has the name of {', '.join(unused)}."
            )
        known = set(line_formats()["formats"])
        missing = {*self.also, *(name for names in self.inner.values() for name in names)} - known
        if missing:
            raise ConfigurationError("Format(): 'also' and 'inner' must be built-in formats.")

    def _without_group(self) -> list[str]:
        """Return the names of fields that nothing in a line can have."""
        if self._pinned or self.style or self.pairs or self.reads:
            return []
        texts = chain(self.lines, *self.messages.values())
        names = {name for regex in texts for name in regex.groupindex}
        return sorted(set(self.fields) - names - {name for name, _ in self.widths})

    def __reduce__(self) -> tuple[object, ...]:
        # A worker process makes it anew: mappings that cannot be changed cannot be sent.
        values = {field.alias: getattr(self, field.name) for field in attrs.fields(Format)}
        return (_rebuild, ({str(name): _plain(value) for name, value in values.items()},))

    @property
    def pinned(self) -> bool:
        """Whether what is outside of the groups of *lines* is fixed, as in built-in formats."""
        return self._pinned


def _rebuild(settings: dict[str, Any]) -> Format:
    return Format(**settings)


def _plain(value: Any) -> Any:
    """Return a setting in the form in which it was given."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if isinstance(value, DataCategory):
        return value.name
    return value.pattern if isinstance(value, re.Pattern) else value


@cache
def formats() -> Mapping[str, Format]:
    """Return the built-in formats of logs and traces by their names."""
    tables = line_formats()
    listed = {name: _built_in(name, row) for name, row in tables["formats"].items()}
    listed |= {name: _built_in(name, row) for name, row in tables["files"].items()}
    return MappingProxyType(dict(sorted(listed.items())))


def _built_in(name: str, row: Mapping[str, Any]) -> Format:
    known = {field.alias for field in attrs.fields(Format)}
    settings = {key: value for key, value in row.items() if key in known and value is not None}
    return Format(name, **settings, _pinned=True)


def format_named(name: str | Format, /) -> Format:
    """
    Return a built-in format by its name.

    Raises:
        voxvalley_privacy.ConfigurationError: If there is none.
    """
    if isinstance(name, Format):
        return name
    if name not in formats():
        raise ConfigurationError(
            f"There is no format {shown(name)}; 'voxvalley-privacy formats' lists them."
        )
    return formats()[name]


# Told from the lines ------------------------------------------------------------------------------

_LINES = 200
_FEWEST = 0.5  # share of the lines that a format must fit
_FEWEST_FRAMES = 0.02  # share in traces, where most lines are those of messages
# Anything looks like these; only a file in which nearly every line fits is one.
_LOOSE = {"json.prefixed": 0.8, "logfmt": 0.9, "python.logging": 0.5, "smpp.receipt": 0.8}
# The start line of a request or response (RFC 3261, section 7).
SIP_START = re.compile(
    r"[ \t]{0,40}(?:[A-Z]{3,12} [a-z]{2,6}:[^ ]{1,4000} SIP/2\.0|SIP/2\.0 \d{3}\b)"
)
# Matched at the start of a line only.
WHOLE = frozenset({"SIP_START"})


def guess_log(head: bytes, /) -> str | None:
    """
    Return the name of the format that the lines of a log or trace have; None when unsure.

    Args:
        head: The first bytes, unpacked and in UTF-8; 64 KiB are enough.
    """
    text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    lines = [line.rstrip("\r") for line in text.split("\n")[:_LINES] if line.strip()]
    if not lines:
        return None
    shares = {name: _share(each, lines) for name, each in formats().items()}
    fitting = {name: share for name, share in shares.items() if share >= _needed(name, lines)}
    # The tight formats first: what is loose fits their lines too.
    return min(fitting, key=lambda name: (name in _LOOSE, -fitting[name], name), default=None)


def _needed(name: str, lines: list[str]) -> float:
    if formats()[name].trace and any(map(SIP_START.match, lines)):
        return _FEWEST_FRAMES
    return _LOOSE.get(name, _FEWEST)


def _share(known: Format, lines: list[str]) -> float:
    if known.style:
        return _block_share(known, lines)
    fitting = sum(1 for line in lines if any(regex.match(line) for regex in known.lines))
    messages = sum(1 for line in lines if SIP_START.match(line))
    if messages and known.also:
        # A log with messages in it: the heads are few.
        return 1.0 if fitting and known.lines[0].match(lines[0]) else fitting / len(lines)
    return fitting / len(lines)


def _block_share(known: Format, lines: list[str]) -> float:
    if not any(regex.match(lines[0]) for regex in known.first):
        return 0.0
    style = style_of(known.style)
    return sum(1 for line in lines if style.match(line)) / len(lines)


@cache
def style_of(name: str, /) -> re.Pattern[str]:
    """Return the expression of a style of pairs."""
    return re.compile(line_formats()["styles"][name])
