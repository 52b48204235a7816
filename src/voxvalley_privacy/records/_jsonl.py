"""JSON lines: every line is parsed and written anew, never spliced."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import attrs

from ._border import UNPARSEABLE, Guard, Redact, Tally
from ._frames import LINE_LIMIT, OVERLONG, Destination, Reader, Source, StreamReport, blocks, run
from ._text_lines import decoded_lines

__all__ = [
    "MARKED",
    "NOT_JSON",
    "JsonWriter",
    "jsonl_stream",
    "parse_json",
    "parse_json_at",
    "redact_jsonl",
    "to_bytes",
    "treated",
]

_BLANK = " \t\r\n"  # JSON's own white space

_OVERLONG = OVERLONG.decode()
MARKED = {UNPARSEABLE: UNPARSEABLE}
_MAX_DIGITS = 4000  # int() refuses more than 4,300, as does every sane reader


def redact_jsonl(
    src: Source,
    dst: Destination,
    redact: Redact,
    /,
    *,
    ensure_ascii: bool = False,
    jobs: int = 1,
    progress: Callable[[int], object] | None = None,
) -> StreamReport:
    """
    Treat each line of a JSON lines file as a record.

    A line that is no JSON comes out as `{"[UNPARSEABLE]": "[UNPARSEABLE]"}`; blank lines stay blank. Of a repeated key
    the last value counts and the others are gone. Memory is constant; a line above 8 MiB is marked, not parsed.

    Args:
        src: Path or open file, binary or text. Taken as UTF-8; what is not comes out as U+FFFD and is counted.

        dst: Path or open file. A path is written beside and put in place at the end; on an error it stays as it was.

        redact: A `voxvalley_privacy.Redactor`.

        ensure_ascii: Escape everything that is not ASCII.

        jobs: Worker processes, 1 or more; the bytes written are the same for any number. Programs that use more than
            one need the `if __name__ == "__main__":` of the multiprocessing docs.

        progress: Called with the number of bytes read so far.

    Returns:
        The counts, records out always equal to records in.

    Raises:
        voxvalley_privacy.ConfigurationError: If *jobs* is less than 1, or more with keys that have no reference.

        ChildProcessError: If a worker process dies.
    """
    make = partial(jsonl_stream, redact=redact, ensure_ascii=ensure_ascii)
    return run(src, dst, make, jobs=jobs, progress=progress)


def jsonl_stream(
    reader: Reader, redact: Redact, *, ensure_ascii: bool = False
) -> tuple[Iterator[bytes], _JsonLines]:
    """Return the blocks of a JSON lines file and the work to be done on each."""
    return blocks(reader), _JsonLines(
        Guard(redact), JsonWriter.like(reader.head(), ensure_ascii=ensure_ascii)
    )


# What some readers take for a line end or a command to a terminal, and JSON lets stand.
_LINE_ENDS = {code: f"\\u{code:04x}" for code in (*range(0x80, 0xA0), 0x2028, 0x2029)}


@attrs.frozen
class JsonWriter:
    """Write JSON the way the input was written: with or without spaces and, where asked, with its indent."""

    spaced: bool
    ensure_ascii: bool = False
    indent: int | None = None
    _encoder: json.JSONEncoder = attrs.field(init=False, eq=False, repr=False)

    @_encoder.default
    def _make_encoder(self) -> json.JSONEncoder:
        separators = ("," if self.indent or not self.spaced else ", ", ": " if self.spaced else ":")
        return json.JSONEncoder(
            ensure_ascii=self.ensure_ascii,
            allow_nan=False,
            separators=separators,
            indent=self.indent,
        )

    @classmethod
    def like(
        cls, head: bytes, /, *, ensure_ascii: bool = False, document: bool = False
    ) -> JsonWriter:
        """Return a writer in the style of *head*; only of a *document* the indent is looked at."""
        indent = None
        if document:
            line = head.lstrip()[1:].lstrip(b"\r").partition(b"\n")
            indent = min(len(line[2]) - len(line[2].lstrip(b" ")), 8) if not line[0].strip() else 0
        return cls(b'": ' in head, ensure_ascii, indent or None)

    def __call__(self, value: Any, /) -> str:
        made = self._encoder.encode(value)
        # Outside of its strings JSON has none of them, so what it says stays the same.
        return made if made.isascii() or made.isprintable() else made.translate(_LINE_ENDS)

    def or_marked(self, value: Any, tally: Tally, /) -> str:
        """Return *value* as JSON, or the marked record when it cannot be written."""
        try:
            return self(value)
        except (ValueError, TypeError, RecursionError):
            tally.marked["unwritable"] += 1
        return self(MARKED)


@attrs.frozen
class _JsonLines:
    guard: Guard
    write: JsonWriter

    def __call__(self, block: bytes, /) -> tuple[bytes, Tally]:
        tally = Tally()
        before = self.guard.faults()
        lines = decoded_lines(block, tally)
        record, write, decode = self.guard.record, self.write, _FAST.raw_decode
        for i, line in enumerate(lines):
            # The common line: an object from its first character to its last.
            if line[:1] == "{" and len(line) <= LINE_LIMIT:
                try:
                    value, end = decode(line)
                    if end == len(line) or line[end:] == "\r":
                        lines[i] = write(record(value, tally)) + line[end:]
                        tally.records_in += 1
                        continue
                except (ValueError, TypeError, RecursionError):
                    pass
            lines[i] = self._other(line, tally)
        tally.records_out = tally.records_in
        tally.faults.update(self.guard.faults() - before)
        return to_bytes("\n".join(lines)), tally

    def _other(self, line: str, tally: Tally, /) -> str:
        """Return any other line treated: blank, indented, with CRLF, a list, broken."""
        body = line.strip(_BLANK)
        if not body:
            return line
        tally.records_in += 1
        end = "\r" if line.endswith("\r") else ""
        if body == _OVERLONG or len(line) > LINE_LIMIT:
            tally.marked["too_long"] += 1
            return self.write(MARKED) + end
        value = parse_json(body, tally)
        if value is NOT_JSON:
            tally.marked["unparseable"] += 1
            return self.write(MARKED) + end
        return self.write.or_marked(treated(value, self.guard, tally), tally) + end


def treated(value: Any, guard: Guard, tally: Tally, /) -> Any:
    """Return a parsed JSON value treated, whatever it is."""
    if isinstance(value, dict | list):
        return guard.record(value, tally)
    return guard.value(value, tally)


def to_bytes(text: str, /) -> bytes:
    """Encode *text*; a lone surrogate becomes the escape that JSON has for it."""
    return text.encode("utf-8", "backslashreplace")


def parse_json(text: str, tally: Tally, /) -> Any:
    """
    Return the value of a JSON text, or `NOT_JSON`.

    NaN, infinities, numbers that overflow to one and integers of more than 4,000 digits are `[UNPARSEABLE]` in it.
    """
    found = parse_json_at(text, 0)
    if found is None or found.end != len(text):
        return NOT_JSON
    tally.marked["number"] += found.strange
    return found.value


class Parsed(NamedTuple):
    """A JSON value, where its text ends, and whether a number in it was none."""

    value: Any
    end: int
    strange: bool


def parse_json_at(text: str, at: int, /) -> Parsed | None:
    """Return the JSON value that starts at *at*; None when there is none, or not all of it."""
    for decoder in (_FAST, _LENIENT):
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        return Parsed(value, end, decoder is _LENIENT)
    return None


def _finite(text: str) -> float:
    if math.isfinite(number := float(text)):
        return number
    raise ValueError


def _refused(_: str) -> float:
    raise ValueError


def _finite_or_mark(text: str) -> float | str:
    return number if math.isfinite(number := float(text)) else UNPARSEABLE


def _short_or_mark(text: str) -> int | str:
    return int(text) if len(text) <= _MAX_DIGITS else UNPARSEABLE


def _mark(_: str) -> str:
    return UNPARSEABLE


class _NotJson:
    """What is no JSON text; None is one."""


NOT_JSON = _NotJson()
_FAST = json.JSONDecoder(parse_constant=_refused, parse_float=_finite)
_LENIENT = json.JSONDecoder(
    parse_constant=_mark, parse_float=_finite_or_mark, parse_int=_short_or_mark
)
