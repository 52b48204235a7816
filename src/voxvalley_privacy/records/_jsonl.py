"""JSON lines, each parsed and written anew; how JSON is parsed and written."""

from __future__ import annotations

import json
import math
import re
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

_BLANKS = re.compile(f"[{_BLANK}]*")

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

    A line that is not JSON comes out as `{"[UNPARSEABLE]": "[UNPARSEABLE]"}`; blank lines stay
    blank. Of a repeated key the last value counts and the others are dropped. Memory is constant; a
    line above 8 MiB is marked, not parsed.

    Args:
        src: Path or open file, binary or text. Read as UTF-8; other bytes come out as U+FFFD and
            are counted.

        dst: Path or open file. A path is written to a temporary file and replaced at the end;
            after an error it is as it was.

        redact: A `voxvalley_privacy.Redactor`.

        ensure_ascii: Escape all characters that are not ASCII.

        jobs: Worker processes, 1 or more; the bytes written are the same for any number. Programs
            that use several need the `if __name__ == "__main__":` of the multiprocessing docs.

        progress: Called with the number of bytes read so far.

    Returns:
        The counts, records out always equal to records in.

    Raises:
        voxvalley_privacy.ConfigurationError: If *jobs* is less than 1, or above 1
            with keys that were not loaded by reference.

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


# Some readers take these for a line end or a command to a terminal; JSON does not escape them.
_LINE_ENDS = {code: f"\\u{code:04x}" for code in (*range(0x80, 0xA0), 0x2028, 0x2029)}


@attrs.frozen
class JsonWriter:
    """Write JSON as the input was written: with or without spaces, a document with its indent."""

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
        indent = _indent_of(head) if document else None
        return cls(b'": ' in head, ensure_ascii, indent)

    @property
    def line_break(self) -> str:
        """Break the line before a value one level down; empty where values share a line."""
        return "\n" + " " * self.indent if self.indent else ""

    def __call__(self, value: Any, /) -> str:
        text = self._encoder.encode(value)
        if text.isascii() or text.isprintable():
            return text
        # JSON has none of them outside of its strings, so its meaning stays the same.
        return text.translate(_LINE_ENDS)

    def or_marked(self, value: Any, tally: Tally, /) -> str:
        """Return *value* as JSON, or the marked record when it cannot be written."""
        try:
            return self(value)
        except (ValueError, TypeError, RecursionError):
            tally.marked["unwritable"] += 1
        return self(MARKED)


def _indent_of(head: bytes) -> int | None:
    """Return the spaces before the first key or item of a document that has a line for each."""
    opening, _, following = head.lstrip()[1:].lstrip(b"\r").partition(b"\n")
    if opening.strip():
        return None
    return min(len(following) - len(following.lstrip(b" ")), 8) or None


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
        values = _values(body, tally)
        if not values:
            tally.marked["unparseable"] += 1
            return self.write(MARKED) + end
        tally.records_in += len(values) - 1
        written = [
            self.write.or_marked(treated(value, self.guard, tally), tally) + space
            for value, space in values
        ]
        return "".join(written) + end


def _values(text: str, tally: Tally) -> list[tuple[Any, str]]:
    """Return the values of a line with the space after each; none where it is not JSON alone."""
    values: list[tuple[Any, str]] = []
    at = strange = 0
    while at < len(text):
        parsed = parse_json_at(text, at)
        if parsed is None:
            return []
        at = _BLANKS.match(text, parsed.end).end()  # type: ignore[union-attr] # matches nothing too
        values.append((parsed.value, text[parsed.end : at]))
        strange += parsed.strange
    if len(values) > 1 and not all(isinstance(value, dict | list) for value, _ in values):
        return []
    tally.marked["number"] += strange
    return values


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

    NaN, infinities, numbers that overflow and integers of more than 4,000 digits become
    `[UNPARSEABLE]` in it.
    """
    found = parse_json_at(text, 0)
    if found is None or found.end != len(text):
        return NOT_JSON
    tally.marked["number"] += found.strange
    return found.value


class Parsed(NamedTuple):
    """A JSON value, where its text ends, and whether a number in it could not be read."""

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
    """The result for a text that is not JSON; None is the value of one that is."""


NOT_JSON = _NotJson()
_FAST = json.JSONDecoder(parse_constant=_refused, parse_float=_finite)
_LENIENT = json.JSONDecoder(
    parse_constant=_mark, parse_float=_finite_or_mark, parse_int=_short_or_mark
)
