"""RADIUS detail files: a line with the time, then a line per attribute, then a blank line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import attrs

from ..placeholders import label_of
from ..vocabulary import DataCategory
from ._border import UNPARSEABLE, Guard, Redact, Tally
from ._frames import Destination, Reader, Source, StreamReport, blocks, run
from ._text_lines import decoded_lines

__all__ = ["radius_stream", "redact_radius"]

_RECORDS = 200  # in a batch
_MAX_LINES = 5_000  # of a record; the lines after them are the next one
_MAX_LINE = 1 << 16  # characters; an attribute has 253 octets at most
_OPERATORS = frozenset({"=", ":=", "+=", "=="})
_TIME = "Event-Timestamp"


def redact_radius(
    src: Source,
    dst: Destination,
    redact: Redact,
    /,
    *,
    jobs: int = 1,
    progress: Callable[[int], object] | None = None,
) -> StreamReport:
    """
    Treat each record of a RADIUS detail file.

    Lines that are not an attribute come out as `[UNPARSEABLE]` in their record. A dropped attribute
    is left out. Memory is constant.

    Args:
        src: Path or open file, UTF-8; other bytes come out as U+FFFD and are counted.

        dst: Path or open file. A path is written to a temporary file and replaced at the end;
            after an error it is as it was.

        redact: A `voxvalley_privacy.Redactor`, best with the schema `radius.acct`.

        jobs: Worker processes, 1 or more.

        progress: Called with the number of bytes read so far.

    Returns:
        The counts, records out always equal to records in.
    """
    return run(src, dst, partial(radius_stream, redact=redact), jobs=jobs, progress=progress)


def radius_stream(reader: Reader, redact: Redact) -> tuple[Iterator[_Batch], _RadiusRecords]:
    """Return the records of a detail file in batches and the work to be done on each batch."""
    return _batches(reader), _RadiusRecords(Guard(redact))


@attrs.frozen
class _Batch:
    records: list[list[str]]
    tally: Tally


def _batches(reader: Reader) -> Iterator[_Batch]:
    batch = _Batch([[]], Tally())
    for block in blocks(reader):
        lines = decoded_lines(block, batch.tally)
        if not lines[-1]:
            lines.pop()
        for line in lines:
            record = batch.records[-1]
            record.append(line)
            if not line.strip() or len(record) >= _MAX_LINES:
                if len(batch.records) >= _RECORDS:
                    yield batch
                    batch = _Batch([], Tally())
                batch.records.append([])
    yield batch


@attrs.frozen
class _RadiusRecords:
    guard: Guard

    def __call__(self, batch: _Batch, /) -> tuple[bytes, Tally]:
        tally = batch.tally
        before = self.guard.faults()
        out = [line for record in batch.records for line in self._record(record, tally)]
        tally.records_out = tally.records_in
        tally.faults.update(self.guard.faults() - before)
        return "".join([line + "\n" for line in out]).encode("utf-8", "replace"), tally

    def _record(self, lines: list[str], tally: Tally) -> Iterator[str]:
        parsed = [self._parsed(line, tally) for line in lines]
        pairs = [(attribute.name, attribute.value) for attribute in filter(None, parsed)]
        if not pairs and not any(line.strip() for line in lines):
            yield from lines
            return
        tally.records_in += 1
        treated = iter(self.guard.pairs(pairs, tally))
        broken = False
        for line, attribute in zip(lines, parsed, strict=True):
            if not line.strip():
                yield line
            elif attribute is None:
                broken = True
                yield f"\t{UNPARSEABLE}"
            else:
                yield from _written(*next(treated), attribute)
        tally.marked["unparseable"] += broken

    def _parsed(self, line: str, tally: Tally) -> _Attribute | None:
        attribute = _parsed(line)
        if attribute is None or attribute.operator:
            return attribute
        # A line that may be the time is a guess: it must pass as a text does.
        return attribute if self.guard.text(attribute.value, tally) == attribute.value else None


class _Attribute(NamedTuple):
    """One line of a record; the line with the time has no operator."""

    name: str
    operator: str
    value: str
    quoted: bool


def _parsed(line: str) -> _Attribute | None:
    """Return the attribute of a line; None when it is neither one nor the line with the time."""
    text = line.strip()
    if not text or len(text) > _MAX_LINE:
        return None
    name, _, rest = text.partition(" ")
    operator, _, value = rest.partition(" ")
    if operator not in _OPERATORS:
        is_time = line[0] not in " \t" and _may_be_time(text)
        return _Attribute(_TIME, "", text, quoted=False) if is_time else None
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return _Attribute(name, operator, _unescaped(value[1:-1]), quoted=True)
    return _Attribute(name, operator, value, quoted=False)


def _may_be_time(text: str) -> bool:
    if len(text) > 40 or ":" not in text:
        return False
    return any(map(str.isdigit, text))


def _written(name: str, value: Any, attribute: _Attribute) -> Iterator[str]:
    if not attribute.operator:
        # Without this line the record could not be read.
        value = label_of(DataCategory.TIMESTAMP) if value is None else value
        yield str(value).replace("\n", " ")
    elif value is not None:
        text = str(value)
        if attribute.quoted or text != attribute.value:
            text = f'"{_escaped(text)}"'
        yield f"\t{name} {attribute.operator} {text}"


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
# A backslash and three octal digits, or a backslash and one character.
_ESCAPE = re.compile(r"\\(?:([0-7]{3})|(.))", re.DOTALL)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_meant, text)


def _meant(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 8))
    return _ESCAPES.get(escape[2], escape[2])


def _escaped(text: str) -> str:
    for char, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(char, escape)
    return text
