"""RADIUS detail files: a line with the time, then a line per attribute, then a blank line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import attrs

from ..placeholders import label_of
from ..vocabulary import DataCategory
from ._border import UNPARSEABLE, Guard, Redact, Tally
from ._frames import Destination, Reader, Source, StreamReport, blocks, run
from ._text_lines import decoded_lines

__all__ = ["radius_stream", "redact_radius"]

_RECORDS = 200  # in a batch
_MAX_LINES = 5_000  # of a record; what follows is the next one
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

    Lines that are no attribute come out as `[UNPARSEABLE]` in their record. A dropped attribute is left out. Memory is
    constant.

    Args:
        src: Path or open file, UTF-8; what is not comes out as U+FFFD and is counted.

        dst: Path or open file. A path is written beside and put in place at the end; on an error it stays as it was.

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
        pairs = [(name, value) for name, _, value, _ in filter(None, parsed)]
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
        # A line that only may be the time must not hold what a text must not: nothing else says what it is.
        if (
            attribute is not None
            and not attribute[1]
            and self.guard.text(attribute[2], tally) != attribute[2]
        ):
            return None
        return attribute


# Name, operator (empty for the line with the time), value, whether the value was quoted.
_Attribute = tuple[str, str, str, bool]


def _parsed(line: str) -> _Attribute | None:
    """Return what a line says, or None when it is neither an attribute nor the line with the time."""
    text = line.strip()
    if not text or len(text) > _MAX_LINE:
        return None
    name, _, rest = text.partition(" ")
    operator, _, value = rest.partition(" ")
    if operator in _OPERATORS:
        value = value.strip()
        quoted = len(value) >= 2 and value[0] == value[-1] == '"'
        return name, operator, _unescaped(value[1:-1]) if quoted else value, quoted
    is_time = (
        line[0] not in " \t" and len(text) <= 40 and ":" in text and any(c.isdigit() for c in text)
    )
    return (_TIME, "", text, False) if is_time else None


def _written(name: str, value: Any, attribute: _Attribute) -> Iterator[str]:
    _, operator, before, quoted = attribute
    if not operator:
        # Without this line the record could not be read.
        yield label_of(DataCategory.TIMESTAMP) if value is None else str(value).replace("\n", " ")
    elif value is not None:
        text = str(value)
        yield f"\t{name} {operator} " + (
            f'"{_escaped(text)}"' if quoted or text != before else text
        )


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    out: list[str] = []
    i = 0
    while i < len(text):
        char, after = text[i], text[i + 1 : i + 4]
        if char != "\\" or not after:
            out.append(char)
            i += 1
        elif len(after) == 3 and all(c in "01234567" for c in after):
            out.append(chr(int(after, 8)))
            i += 4
        else:
            out.append(_ESCAPES.get(after[0], after[0]))
            i += 2
    return "".join(out)


def _escaped(text: str) -> str:
    for char, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(char, escape)
    return text
