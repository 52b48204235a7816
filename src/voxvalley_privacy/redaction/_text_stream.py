"""One text that comes in pieces: treated as the whole, given back as pieces."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from types import TracebackType
from typing import Self

from ..actions import Scan
from ..detection import Folded, find_in_text, fold, merged
from ..detection.findings import Finding
from ..errors import ConfigurationError
from ..placeholders import BUDGET, BYTES, FAULT, TRUNCATED, label_of
from ..vocabulary import DataCategory
from ._redactor import Redactor

__all__ = ["DIGIT_GROUPS", "EDGE_DIGITS", "HOT", "OPENING", "TextStream", "treated_pieces"]

# What the text behind it may still make part of a finding, or excuse: digits, address marks,
# quotes, assignments, armor. Folded text only.
HOT = re.compile(r"[0-9@:=\"]|-----")

# A tag or a terminal code that may still be open.
OPENING = re.compile(r"<(?=[A-Za-z/!])|\x1b|<\Z")

# Digits with at most three other characters between two of them; a cut inside would change what
# each is taken for.
DIGIT_GROUPS = re.compile(r"[0-9](?:[\W_]{0,3}+[0-9])*+")

# Three digits or more that a piece begins with, whatever marks stand among them.
EDGE_DIGITS = re.compile(r"[\W_]{0,3}+(?P<digits>\d(?:[\W_]{0,3}+\d){2,}+)")


_BEHIND = 256  # characters already passed on that still say what the next ones are
# characters behind a digit that can still change what it is: the longest spaced IBAN, the words
# around a code
_AHEAD = 96
_TAG = 256  # the longest tag or terminal code that is taken out between two digits
_STUB = 64  # characters kept of the head of what is too long to hold
_LEAST, _MOST = 1024, 32768
# The finders skip a text without digits and marks; the whole of which this is a part may have some.
_WAKE = "\n\n\n:"


class TextStream:
    """
    Treat text that arrives in chunks, as transcripts and live logs do.

    Nothing is passed on that could be the head of a finding, however the text was cut into chunks.
    A stream reads prose: what numbers, addresses and credentials look like. Names and values in
    JSON, forms and the like are read by `redact.text` of the whole, or by `vp.wrap` line by line.
    Where words decide, a stream sees 256 characters back, and hides more rather than less; only
    what the whole shows to be personal when labels have moved two words closer to each other, a
    stream may not see.

    Leaving a `with` block forgets what is held back; call `close()` inside it to get the rest. Text
    only: decode bytes with an incremental decoder first. One stream serves one source; it is not
    for use by several threads at once.

    Args:
        redact: A `voxvalley_privacy.Redactor`.

        hold: How many characters are held back at most, 1,024 to 32,768. What is longer and has no
            place to cut comes out as
            `[BUDGET]`, to its end.

    Raises:
        voxvalley_privacy.ConfigurationError: If *redact* is not a redactor, its policy shows no
            text, or *hold* is out of range.
    """

    __slots__ = ("_behind", "_due", "_held", "_hold", "_lost", "_redact", "_shown")

    def __init__(self, redact: Redactor, /, *, hold: int = 8192) -> None:
        if not isinstance(redact, Redactor):
            raise ConfigurationError("TextStream(): give it a vp.Redactor.")
        if not redact._engine.treater.shows_text:  # noqa: SLF001
            raise ConfigurationError(
                f"TextStream(): the policy {redact.policy.name!r} shows no free text, so nothing of "
                "a stream would be left; use 'debug', 'support' or 'labels'."
            )
        if not _LEAST <= hold <= _MOST:
            raise ConfigurationError(
                f"TextStream(): 'hold' must be {_LEAST} to {_MOST} characters."
            )
        self._redact = redact
        self._hold = hold
        self._forget()

    def __repr__(self) -> str:
        return f"TextStream(<{len(self._held)} held>)"

    def feed(self, chunk: str, /) -> str:
        """Take the next chunk and return what can be passed on now, often nothing. Never raises."""
        if not isinstance(chunk, str):
            chunk = f" {BYTES} "
        text = str.__str__(chunk)
        step = self._hold // 2
        return "".join([self._fed(text[at : at + step]) for at in range(0, len(text), step)])

    def close(self) -> str:
        """Return the rest, treated; the stream can be used again for another text."""
        try:
            made = self._passed(last=True)
        except (
            Exception
        ):  # a fault gives less, never raw, and never an exception into the call path
            made = self._given_up(FAULT, "fault")
        self._forget()
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._forget()

    def _forget(self) -> None:
        self._behind = self._held = ""
        self._shown = ""  # what came out for what stands behind
        self._lost = False  # in the rest of something that was given up
        self._due = 0

    def _fed(self, text: str) -> str:
        self._held += text
        # Looking again only after some growth, and when there is a new place to cut, keeps the time
        # low for single characters.
        if len(self._held) < self._due or not (
            len(self._held) > self._hold or any(map(str.isspace, text))
        ):
            return ""
        try:
            made = self._passed()
        except Exception:  # as in close()
            made = self._given_up(FAULT, "fault")
        self._due = len(self._held) + len(self._held) // 8
        return made

    def _passed(self, *, last: bool = False) -> str:
        found = self._findings()
        if last and not self._lost:
            return self._treated(len(self._held), found)
        places = self._places(found, last=last)
        if self._lost:
            # What was given up ends at the first place to cut.
            cut = min(places, default=0)
            if not cut:
                return self._trimmed(found)
            blank = self._held[cut - 1]
            self._move(cut)
            self._lost = False
            return blank + self._passed(last=last)
        cut = next(places, 0)
        made = self._treated(cut, found)
        if len(self._held) - cut > self._hold:
            self._move(cut)
            return made + self._given_up(BUDGET, "budget", self._findings())
        self._move(cut)
        return made

    def _move(self, cut: int) -> None:
        self._behind = (self._behind + self._held[:cut])[-_BEHIND:]
        self._held = self._held[cut:]

    def _findings(self) -> list[Finding]:
        """
        Find in what is held, knowing what stood before; offsets are those of what is held, below 0
        for what began before.
        """
        base, end = len(self._behind), len(self._held)
        finders = self._redact._engine.treater.finders  # noqa: SLF001
        found = find_in_text(self._behind + self._held + _WAKE, finders=finders)
        return [
            Finding(one.start - base, min(one.end - base, end), one.category)
            for one in found
            if one.end > base and one.start - base < end
        ]

    def _treated(self, cut: int, found: list[Finding]) -> str:
        inside = [
            Finding(max(one.start, 0), one.end, one.category) for one in found if one.end <= cut
        ]
        treater = self._redact._engine.treater  # noqa: SLF001
        made = self._held[:cut]
        if inside:
            # What comes behind will be treated as well by the time that anyone reads both.
            tail, at = "", cut
            for one in found[len(inside) :]:
                tail, at = tail + self._held[at : one.start] + label_of(one.category), one.end
            made = treater.settled(
                made, inside, head=self._shown, tail=tail + self._held[at:] + _WAKE
            )
        self._shown = (self._shown + made)[-_BEHIND:]
        return made

    def _places(self, found: list[Finding], *, last: bool) -> Iterator[int]:
        """
        Give, last first, the offsets from which on no text to come can change what stands before
        them.
        """
        text = self._behind + self._held
        folded = fold(text)
        base = len(self._behind)
        at = len(folded.text) if last else _settled(folded, text)
        clusters = [match.span() for match in DIGIT_GROUPS.finditer(folded.text)]
        above = list(found)
        while at > 0 and (place := folded.end(at)) > base:
            while clusters and clusters[-1][0] >= at:
                clusters.pop()
            while above and above[-1].start >= place - base:
                above.pop()
            if clusters and clusters[-1][1] > at:
                at = clusters[-1][0]
            # What reaches the end goes on behind it.
            elif above and (above[-1].end > place - base or above[-1].end == len(self._held)):
                at = _before(folded, above[-1].start + base, at)
            else:
                # A blank in an escape, or one that folding takes out, may stand inside
                # a word.
                if folded.text[at - 1].isspace() and text[place - 1].isspace():
                    yield place - base
                at -= 1

    def _given_up(self, placeholder: str, reason: str, found: Sequence[Finding] = ()) -> str:
        """Drop what is held, up to the next place to cut."""
        self._redact._engine.tally.add(self._redact._engine.tally.faults, reason)  # noqa: SLF001
        made, self._lost = "" if self._lost else placeholder, True
        return made + self._trimmed(found)

    def _trimmed(self, found: Sequence[Finding]) -> str:
        """
        Keep of what was given up the head, if something open began there, and the end: they tell
        how far it goes.
        """
        if len(self._held) > 2 * _BEHIND:
            text = self._behind + self._held
            if not found or found[-1].end < len(self._held):
                self._behind = text[-3 * _BEHIND : -2 * _BEHIND]
            else:
                start = len(self._behind) + found[-1].start
                self._behind = text[max(0, start - _STUB) : start + _STUB]
            self._held = self._held[-2 * _BEHIND :]
        return ""


def _settled(folded: Folded, text: str) -> int:
    """Return the offset in the folded text up to which enough is known of what follows."""
    size = len(folded.text)
    hot = HOT.search(folded.text, max(0, size - _AHEAD))
    at = size if hot is None else hot.start()
    opening = OPENING.search(text, max(0, len(text) - _TAG))
    return at if opening is None else _before(folded, opening.start(), at)


def _before(folded: Folded, place: int, at: int) -> int:
    """
    Return the last offset in the folded text, at most *at*, that does not lie behind *place* in the
    original.
    """
    return bisect_right(range(1, at + 1), place, key=folded.end)


_EDGE = 64  # characters from an edge in which digits touch it


def treated_pieces(redact: Redactor, pieces: Sequence[str], category: DataCategory, /) -> list[str]:
    """
    Treat the pieces of one text of *category*, and return as many.

    Where the policy scans texts of the category, findings are those of the joined text; one that
    lies in two pieces is treated in the first and gone from the others. Three digits or more that
    touch an edge between pieces are hidden as well: nobody knows that the pieces belong together
    but the one who sent them.
    """
    treater = redact._engine.treater  # noqa: SLF001
    if not isinstance(treater.actions[category], Scan):
        return [treater.part(piece, category) for piece in pieces]
    whole = "".join(pieces)
    if len(whole) > treater.limit:
        return [TRUNCATED for _ in pieces]
    edges = [0]
    for piece in pieces:
        edges.append(edges[-1] + len(piece))
    found = merged([*find_in_text(whole, finders=treater.finders), *_at_edges(whole, edges[1:-1])])
    made = []
    for start, end in pairwise(edges):
        # A finding is replaced whole, in the piece where it begins.
        bounds = [
            (max(one.start, start), min(one.end, end), one)
            for one in found
            if one.start < end and one.end > start
        ]
        out, at = "", start
        for left, right, one in bounds:
            out += whole[at:left]
            if one.start >= start:
                out += treater.replace(
                    whole[one.start : one.end], [Finding(0, one.end - one.start, one.category)]
                )
            at = right
        made.append(out + whole[at:end])
    return made


def _at_edges(whole: str, edges: Sequence[int]) -> list[Finding]:
    found = []
    for edge in edges:
        after = EDGE_DIGITS.match(whole[edge : edge + _EDGE])
        before = EDGE_DIGITS.match(whole[max(0, edge - _EDGE) : edge][::-1])
        if after is not None:
            found.append(
                Finding(edge + after.start("digits"), edge + after.end(), DataCategory.PHONE_NUMBER)
            )
        if before is not None:
            found.append(
                Finding(
                    edge - before.end(), edge - before.start("digits"), DataCategory.PHONE_NUMBER
                )
            )
    return found
