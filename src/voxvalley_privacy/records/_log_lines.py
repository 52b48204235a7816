"""Logs and traces, line by line: each line is cut by its format, treated, and stays that line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias, TypeVar, cast

import attrs

from ..actions import keep
from ..placeholders import TRUNCATED, label_of
from ..reading import one_line
from ..redaction import Redactor
from ..vocabulary import DataCategory
from ._border import Guard, Redact, Tally
from ._fixed_width import Row
from ._frames import LINE_LIMIT, OVERLONG, Reader, blocks
from ._line_cutter import TEXTS, Cutter, Part, end_of, field_of, replaced, schema_of
from ._line_format import SIP_START, Format, formats, style_of
from ._line_ids import with_id, with_ids, without_id, without_ids
from ._line_parts import LineParts, is_name
from ._log_blocks import whole_entries
from ._text_lines import decoded_lines

__all__ = ["LogLines", "log_stream"]

_OVERLONG = OVERLONG.decode()
# They identify nobody in the rest of the line, and are treated by themselves.
_ALONE = frozenset({DataCategory.TIMESTAMP, DataCategory.STATUS})
_REMEMBERED = 20_000  # texts, of at most 400 characters each
_LONGEST_REMEMBERED = 400
_LONGEST_BLOCK = 2_000  # lines of a SIP message or of a block of pairs
_TEXT = "text"
_SIP = "sip.message"

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_Record: TypeAlias = "tuple[tuple[str, ...], tuple[str, ...]]"

# A time that is nothing else, or epoch seconds.
_TIME = re.compile(
    r"""
    (?: [A-Z][a-z]{2}\ [ \d]\d | \d{4}([-/.])\d\d\1\d\d | \d\d/[A-Z][a-z]{2}/\d{4} )  # the day
    [ T:] \d\d:\d\d:\d\d (?: [.,:]\d{1,9} )?                                           # the time
    (?: \ ?Z | \ ?[+-]\d\d:?\d\d | \ [A-Z]{2,5} )?                                     # the zone
    | 1\d{9}                                                                          # an epoch
    """,
    re.VERBOSE,
)
# A line between messages of a trace.
_RULE = re.compile(r" {0,4}-{20,}")
# Read from one place with `match`, or whole with `fullmatch`; never searched for.
WHOLE = frozenset({"_TIME", "_RULE"})


def log_stream(
    reader: Reader, redact: Redact, log: Format | None
) -> tuple[Iterator[bytes], LogLines]:
    """Return the blocks of a log, each of whole entries, and the work to be done on each."""
    return whole_entries(blocks(reader), log), LogLines.of(redact, log)


# Treating -----------------------------------------------------------------------------------------


@attrs.define(eq=False)
class LogLines:
    """Treat a block of whole entries of a log: one line in, one line out."""

    guard: Guard
    log: Format | None
    _kept: frozenset[DataCategory] = frozenset()
    _known: dict[tuple[str, str], str] = attrs.field(factory=dict, repr=False)
    _records: dict[_Record, list[tuple[str, str]]] = attrs.field(factory=dict, repr=False)
    _parts: LineParts = attrs.field(default=None, repr=False, init=False)
    _treats: dict[tuple[str, str], Callable[[str, str, Tally], str]] = attrs.field(
        factory=dict, repr=False, init=False
    )

    def __attrs_post_init__(self) -> None:
        fields = {} if self.log is None else schema_of(self.log).fields
        categories = {name: field.category for name, field in fields.items()}
        self._parts = LineParts.of(self.guard, categories)

    @property
    def _remembers(self) -> bool:
        # What only looks, and counts, is to see every line.
        return isinstance(self.guard.redact, Redactor)

    @classmethod
    def of(cls, redact: Redact, log: Format | None) -> LogLines:
        """Return the work for a redactor; the format's own schema takes the place of its schema."""
        if log is not None and isinstance(redact, Redactor):
            redact = attrs.evolve(redact, schema=schema_of(log))
        return cls(Guard(redact), log, _kept_by(redact))

    def __getstate__(self) -> tuple[Any, ...]:
        # What was seen is not sent to workers.
        name = self.log.name if self.log is not None and self.log.pinned else self.log
        return (self.guard, name)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.guard, log = state
        self.log = formats()[log] if isinstance(log, str) else log
        self._kept = _kept_by(self.guard.redact)
        self._known, self._records = {}, {}
        self._treats = {}
        self.__attrs_post_init__()

    def __call__(self, block: bytes, /) -> tuple[bytes, Tally]:
        tally = Tally()
        before = self.guard.faults()
        lines = decoded_lines(block, tally)
        redacted = self.treated(lines, tally)
        tally.records_out = tally.records_in
        tally.faults.update(self.guard.faults() - before)
        return "\n".join(redacted).encode("utf-8", "replace"), tally

    def treated(self, lines: Sequence[str], tally: Tally, /) -> list[str]:
        """Return *lines* treated, as many as came in."""
        cutter = None if self.log is None else Cutter(self.log)
        has_pairs = self.log is not None and bool(self.log.style)
        redacted: list[str] = []
        while len(redacted) < len(lines):
            at = len(redacted)
            bare = lines[at].removesuffix("\r")
            if "SIP/2.0" in bare and SIP_START.match(bare):
                redacted += self._message(lines[at : self._end_of_message(lines, at)], tally)
            elif has_pairs and self._is_pair(bare):
                redacted += self._block(lines[at : self._end_of_block(lines, at)], tally)
            else:
                redacted.append(self._line(bare, cutter, tally) + lines[at][len(bare) :])
        return redacted

    def _line(self, line: str, cutter: Cutter | None, tally: Tally) -> str:
        if not line.strip():
            return line
        tally.records_in += 1
        if line == _OVERLONG or len(line) > LINE_LIMIT:
            tally.marked["too_long"] += 1
            return TRUNCATED
        for each in () if cutter is None else (cutter, *cutter.others):
            if each.log.widths:
                row = Row.of(each.log, line)
                if row is not None:
                    return self._row(line, row, tally)
                continue
            groups = each.outer(line)
            if groups is not None and self._is_safe(line, each, tally):
                tally.layouts[each.log.name] += 1
                return self._grouped(line, groups, each, tally)
        tally.layouts[_TEXT] += 1
        return one_line(self._text(line, tally))

    def _is_safe(self, line: str, cutter: Cutter, tally: Tally) -> bool:
        """Whether nothing personal is outside of the parts that a format of one's own names."""
        if cutter.log.pinned:
            return True
        frame = []
        after = 0
        for part in sorted(cutter.cut(line) or ()):
            frame.append(line[after : part.start])
            after = max(after, part.end)
        frame.append(line[after:])
        return all(self._text(text, tally) == text for text in frame if text.strip())

    def _row(self, line: str, row: Row, tally: Tally) -> str:
        """Return a line of fixed widths; each column keeps its own."""
        tally.layouts[row.log.name] += 1
        parts = row.parts(line)
        changes = self._together(line, parts, tally) if parts else []
        return replaced(
            line,
            [
                row.changed(line, part, one_line(shown))
                for part, (_, _, shown) in zip(parts, changes, strict=True)
            ],
        )

    # Parts

    def _grouped(self, line: str, groups: list[Part], cutter: Cutter, tally: Tally) -> str:
        """Return a line with its groups treated."""
        times: list[Part] = []
        rest: list[Part] = []
        for group in groups:
            (times if group.category in _ALONE else rest).append(group)
        if len(rest) != 1:
            return one_line(self._spliced(line, cutter.cut(line) or [], tally))
        # The usual line: a time, and a message that was seen with other times.
        (message,) = rest
        value = line[message.start : message.end]
        shown = self._remembered(message.field, value, tally, self._insides(cutter, message.field))
        changes = [(message.start, message.end, shown)]
        for time in times:
            if not self._stays(line, time):
                part = time._replace(field=field_of(cutter.log, time.field))
                changes.append((part.start, part.end, one_line(self._alone(line, part, tally))))
        return replaced(line, changes)

    def _stays(self, line: str, part: Part) -> bool:
        """Whether a part is a time and nothing else, which the policy shows."""
        if part.category not in self._kept:
            return False
        return _TIME.fullmatch(line, part.start, part.end) is not None

    def _insides(self, cutter: Cutter, group: str) -> Callable[[str, str, Tally], str]:
        inside = self._treats.get((cutter.log.name, group))
        if inside is None:
            inside = partial(self._inside, cutter, group)
            self._treats[cutter.log.name, group] = inside
        return inside

    def _inside(self, cutter: Cutter, group: str, _: str, value: str, tally: Tally) -> str:
        return self._spliced(value, cutter.inside(group, value), tally)

    def _spliced(self, line: str, parts: list[Part], tally: Tally) -> str:
        """Return a line with its parts treated, and all else as it was."""
        changes = [
            (part.start, part.end, self._alone(line, part, tally))
            for part in parts
            if part.category in _ALONE
        ]
        rest = [part for part in parts if part.category not in _ALONE]
        if all(part.category in TEXTS for part in rest):
            changes += [
                (part.start, part.end, self._text(line[part.start : part.end], tally))
                for part in rest
            ]
        else:
            changes += self._together(line, rest, tally)
        return replaced(line, changes)

    def _together(self, line: str, parts: list[Part], tally: Tally) -> list[tuple[int, int, str]]:
        """Treat parts as one record: what one of them calls personal goes from the others."""
        values = tuple(line[part.start : part.end] for part in parts)
        fields = tuple(part.field for part in parts)
        shown = self._recalled(fields, values, tally)
        changes = []
        for part, (name, value) in zip(parts, shown, strict=True):
            changes.append((part.start, part.end, value))
            if part.key is not None and name != part.field and not is_name(part.field):
                changes.append((*part.key, name))
        return changes

    def _recalled(
        self, fields: tuple[str, ...], values: tuple[str, ...], tally: Tally
    ) -> list[tuple[str, str]]:
        """Return the names and values that a record of *fields* has when it is treated."""
        if not self._remembers:
            return self._parts(fields, values, tally)
        plain, ids = without_ids(values)
        known = self._records.get((fields, plain))
        if known is None:
            known = self._parts(fields, plain, tally)
            if sum(map(len, plain)) <= _LONGEST_REMEMBERED:
                _keep(self._records, (fields, plain), known)
        shown = with_ids(tuple(value for _, value in known), ids)
        if shown is None:
            return self._parts(fields, values, tally)
        return list(zip((name for name, _ in known), shown, strict=True))

    def _alone(self, line: str, part: Part, tally: Tally) -> str:
        value = line[part.start : part.end]
        if self._stays(line, part):
            return value
        return self._remembered(part.field, value, tally, self._field)

    def _field(self, name: str, value: str, tally: Tally) -> str:
        ((_, shown),) = self._parts((name,), (value,), tally)
        return shown

    def _text(self, text: str, tally: Tally) -> str:
        return self._remembered("", text, tally, self._whole)

    def _whole(self, _: str, text: str, tally: Tally) -> str:
        return self.guard.text(text, tally)

    def _remembered(
        self, name: str, value: str, tally: Tally, treat: Callable[[str, str, Tally], str]
    ) -> str:
        """Return a value treated, in one line; the ids of channels do not make it another value."""
        if not self._remembers:
            return one_line(treat(name, value, tally))
        plain, ids = without_id(value)
        known = self._known.get((name, plain))
        if known is None:
            known = one_line(treat(name, plain, tally))
            if len(plain) <= _LONGEST_REMEMBERED:
                _keep(self._known, (name, plain), known)
        shown = with_id(known, ids) if ids else known
        return one_line(treat(name, value, tally)) if shown is None else shown

    # Entries of several lines

    def _message(self, lines: Sequence[str], tally: Tally) -> list[str]:
        """Return the lines of a SIP message, treated as one, and as many."""
        tally.records_in += sum(1 for line in lines if line.strip())
        tally.layouts[_SIP] += sum(1 for line in lines if line.strip())
        bare = [line.removesuffix("\r") for line in lines]
        indent = bare[0][: len(bare[0]) - len(bare[0].lstrip())]
        # ngrep writes the end of a line as a dot.
        dot = "." if bare[0].endswith(("SIP/2.0.", "OK.")) else ""
        plain = [line.removeprefix(indent).removesuffix(dot) for line in bare]
        message = self.guard.text("\r\n".join([*plain, "", ""]), tally).split("\r\n")
        redacted = [one_line(line) for line in message[: len(lines)]]
        redacted += [label_of(DataCategory.RAW_MESSAGE)] * (len(lines) - len(redacted))
        return [
            indent + line + dot + end_of(before) if before.strip() else before
            for line, before in zip(redacted, lines, strict=True)
        ]

    def _end_of_message(self, lines: Sequence[str], start: int) -> int:
        end = start + 1
        last = min(len(lines), start + _LONGEST_BLOCK)
        while end < last and not self._ends_message(lines[end].removesuffix("\r")):
            end += 1
        while end > start + 1 and not lines[end - 1].strip():
            end -= 1
        return end

    def _ends_message(self, line: str) -> bool:
        if SIP_START.match(line) or _RULE.match(line):
            return True
        return any(regex.match(line) for regex in self._frames)

    @property
    def _frames(self) -> tuple[re.Pattern[str], ...]:
        if self.log is None or self.log.style:
            return ()
        others = (formats()[name] for name in self.log.also)
        return (*self.log.lines, *(line for other in others for line in other.lines))

    def _is_pair(self, line: str) -> bool:
        if self.log is None or not self.log.style:
            return False
        return style_of(self.log.style).match(line) is not None

    def _end_of_block(self, lines: Sequence[str], start: int) -> int:
        end = start
        last = min(len(lines), start + _LONGEST_BLOCK)
        while end < last and self._is_pair(lines[end].removesuffix("\r")):
            end += 1
        return end

    def _block(self, lines: Sequence[str], tally: Tally) -> list[str]:
        """Return a block of pairs, treated as one record."""
        log = cast("Format", self.log)
        tally.records_in += len(lines)
        tally.layouts[log.name] += len(lines)
        whole = "\n".join(line.removesuffix("\r") for line in lines)
        parts: list[Part] = []
        start = 0
        for line in whole.split("\n"):
            parts += Cutter(log).paired(log.style, "", line, start)
            start += len(line) + 1
        changes = [
            (begin, end, one_line(shown))
            for begin, end, shown in self._together(whole, parts, tally)
        ]
        redacted = replaced(whole, changes).split("\n")
        return [line + end_of(before) for line, before in zip(redacted, lines, strict=True)]


def _kept_by(redact: Redact) -> frozenset[DataCategory]:
    if not isinstance(redact, Redactor):
        return frozenset()
    is_kept = redact.policy.actions[DataCategory.TIMESTAMP] is keep
    return frozenset({DataCategory.TIMESTAMP} if is_kept else ())


def _keep(known: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = value
