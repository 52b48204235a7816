"""How a line is cut into parts by its format, and the schema of these parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple, TypeAlias

import attrs

from ..schemas import Field, Schema, get, names
from ..vocabulary import DataCategory
from ._line_format import Format, formats, style_of

__all__ = ["TEXTS", "Cutter", "Part", "end_of", "field_of", "replaced", "schema_of"]

TEXTS = frozenset({DataCategory.FREE_TEXT, DataCategory.RAW_MESSAGE})


class Part(NamedTuple):
    """A part of a line: its place, what it is, its field in a record, the place of its key."""

    start: int
    end: int
    category: DataCategory | None
    field: str
    key: tuple[int, int] | None = None


# The number of a group, its name, what it is, and its values that are nobody's.
_Group: TypeAlias = "tuple[int, str, DataCategory, frozenset[str]]"


def _outer_parts(matched: re.Match[str], groups: tuple[_Group, ...]) -> list[Part]:
    parts = []
    for index, name, category, plain in groups:
        start, end = matched.span(index)
        if start >= 0 and not (plain and matched[index] in plain):
            parts.append(Part(start, end, category, name))
    return parts


@attrs.frozen(slots=False)
class Cutter:
    """Cut lines by one format and those that it names."""

    log: Format

    @cached_property
    def others(self) -> tuple[Cutter, ...]:
        return tuple(Cutter(formats()[name]) for name in self.log.also)

    @cached_property
    def inner(self) -> dict[str, tuple[Cutter, ...]]:
        return {
            group: tuple(Cutter(formats()[name]) for name in within)
            for group, within in self.log.inner.items()
        }

    def cut(self, text: str, start: int = 0) -> list[Part] | None:
        """Return the parts of *text*, which begins at *start* of its line; None if it is other."""
        for regex in self.log.lines:
            matched = regex.match(text)
            if matched is not None:
                return list(self._parts(matched, start))
        return None

    @cached_property
    def _plans(self) -> tuple[tuple[re.Pattern[str], tuple[_Group, ...]], ...]:
        return tuple((regex, tuple(self._groups_of(regex))) for regex in self.log.lines)

    def _groups_of(self, regex: re.Pattern[str]) -> Iterator[_Group]:
        for name, index in regex.groupindex.items():
            category = self.log.fields.get(name)
            if category is not None:
                yield index, name, category, frozenset(self.log.plain.get(name, ()))

    def outer(self, text: str) -> list[Part] | None:
        """Return the groups of *text* as they are, without a look into them."""
        for regex, groups in self._plans:
            matched = regex.match(text)
            if matched is not None:
                return _outer_parts(matched, groups)
        return None

    def inside(self, group: str, value: str) -> list[Part]:
        """Return the parts of a group."""
        return list(self._part(group, value, 0))

    def _groups(self, matched: re.Match[str]) -> Iterator[str]:
        for group, value in matched.groupdict().items():
            known = value is not None and group in self.log.fields
            if known and value not in self.log.plain.get(group, ()):
                yield group

    def _parts(self, matched: re.Match[str], start: int) -> Iterator[Part]:
        for group in self._groups(matched):
            yield from self._part(group, matched[group], start + matched.start(group))

    def _part(self, group: str, value: str, start: int) -> Iterator[Part]:
        for inner in self.inner.get(group, ()):
            parts = inner.cut(value, start)
            if parts is not None:
                yield from parts
                return
        for regex in self.log.messages.get(group, ()):
            matched = regex.match(value)
            if matched is not None:
                yield from self._parts(matched, start)
                return
        if group in self.log.pairs:
            yield from self.paired(self.log.pairs[group], group, value, start)
        else:
            yield self._named(group, start, start + len(value))

    def _named(self, name: str, start: int, end: int, key: tuple[int, int] | None = None) -> Part:
        category = self.log.fields.get(name)
        field = name if category is None else field_of(self.log, name)
        return Part(start, end, category, field, key)

    def paired(self, style: str, group: str, value: str, start: int) -> Iterator[Part]:
        """Yield the pairs in *value*, and what is between them, which nobody may miss."""
        after = 0
        for pair in style_of(style).finditer(value):
            yield from self._between(group, value, after, pair.start(), start)
            after = pair.end()
            yield from self._pair(pair, group, start)
        yield from self._between(group, value, after, len(value), start)

    def _pair(self, pair: re.Match[str], group: str, start: int) -> Iterator[Part]:
        groups = pair.groupdict()
        held = "quoted" if groups.get("quoted") is not None else "value"
        begin, end = pair.span(held)
        key = groups.get("key")
        if key is None:
            field = field_of(self.log, group)
            yield Part(start + begin, start + end, DataCategory.FREE_TEXT, field)
        elif begin < end:
            at = (start + pair.start("key"), start + pair.end("key"))
            yield self._named(key, start + begin, start + end, at)

    def _between(self, group: str, value: str, begin: int, end: int, start: int) -> Iterator[Part]:
        if any(map(str.isalnum, value[begin:end])):
            yield Part(
                start + begin, start + end, DataCategory.FREE_TEXT, field_of(self.log, group)
            )


def field_of(log: Format, name: str) -> str:
    """Return the field that a group of a format is in a record of its lines."""
    return f"{log.name}_{name}".replace(".", "_")


def schema_of(log: Format, /) -> Schema:
    """Return the schema of the parts that lines of a format are cut into."""
    fields: dict[str, Field] = {}
    for each in _all_of(log):
        if each.schema in names():
            fields |= get(each.schema).fields
        for name, category in each.fields.items():
            # What is cut further, or searched, is a text where it comes out whole.
            shown = DataCategory.FREE_TEXT if category in TEXTS else category
            fields[field_of(each, name)] = Field(shown, name)
    return Schema(log.name, fields)


def _all_of(log: Format) -> Iterator[Format]:
    yield log
    for name in (*log.also, *(name for within in log.inner.values() for name in within)):
        yield from _all_of(formats()[name])


def end_of(line: str) -> str:
    """Return the carriage return at the end of a line, if there is one."""
    return "\r" if line.endswith("\r") else ""


def replaced(line: str, changes: list[tuple[int, int, str]]) -> str:
    """Return a line with other texts in some places: start, end, text."""
    if len(changes) == 1:
        ((start, end, shown),) = changes
        return line[:start] + shown + line[end:]
    pieces = []
    after = 0
    for start, end, shown in sorted(changes):
        pieces += [line[after:start], shown]
        after = end
    return "".join([*pieces, line[after:]])
