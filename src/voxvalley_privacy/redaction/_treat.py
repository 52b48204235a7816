"""Treat one value: a typed one by its category, a text by what is found in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ..actions import (
    Action,
    Drop,
    Exposure,
    Keep,
    Label,
    LooksThrough,
    Parse,
    Scan,
    Seal,
    exposure,
)
from ..categories import LISTS, NUMBERS
from ..detection import (
    BODY_CODE,
    DEFAULT_FINDERS,
    Finder,
    KnownValues,
    find_in_text,
    find_people,
    may_name_people,
    merged,
)
from ..detection.findings import Finding
from ..errors import InvalidToken, KeyUnavailable
from ..names import shows
from ..phone import canonical
from ..placeholders import OMIT, TRUNCATED, label_of
from ..policies import Policy
from ..reading import PARSERS, Needle, Remembered, name_addr, needle_of, preset
from ..vocabulary import DataCategory
from ._stats import Tally

__all__ = ["SEAL_BEHIND", "Treater"]

# The seal behind what is shown with it: six letters of key id, 64 of commitment, 32 of tag, and 32
# for each block.
SEAL_BEHIND = re.compile(
    r" (?P<token>seal[a-z]{1,32}A[bcdfghjkmnprtvwx]{102}(?:[bcdfghjkmnprtvwx]{32})++)"
)


# How far past the budget a text is read, so that a finding that reaches over the edge is seen
# whole.
_MARGIN = 256
_ROUNDS = 4  # of looking again at what came out


class Treater:
    """Carry out a policy on single values; holds no value itself, and says how many others may."""

    __slots__ = (
        "actions",
        "finders",
        "labels",
        "limit",
        "region",
        "remembered",
        "scanned_for",
        "sealed_with",
        "shows_text",
        "tally",
    )

    def __init__(
        self, policy: Policy, tally: Tally, finders: tuple[Finder, ...] = (), memo: int = 0
    ) -> None:
        self.actions: dict[DataCategory, Action] = dict(policy.actions)
        self.limit: int = policy.budget.text
        self.region: str | None = policy.region
        self.tally: Tally = tally
        # What fields and headers have in memory, all of them together.
        self.remembered: Remembered = Remembered(memo)
        # Without finders of a user the passes share what they look at.
        self.finders: tuple[Finder, ...] = DEFAULT_FINDERS + finders if finders else DEFAULT_FINDERS
        # Whether a text that nobody described is shown at all, with what is found in it treated.
        free = policy.actions[DataCategory.FREE_TEXT]
        self.shows_text: bool = isinstance(free, LooksThrough) or exposure(free) is Exposure.ALL
        # Category -> the label that any value of it becomes; of the others, what looks into values
        # and what shows more than one thing.
        self.labels: dict[DataCategory, str] = {
            category: label_of(category) if action.text is None else action.text
            for category, action in policy.actions.items()
            if isinstance(action, Label)
        }
        self.scanned_for: frozenset[DataCategory] = frozenset(
            category for category, action in policy.actions.items() if isinstance(action, Scan)
        )
        self.sealed_with: dict[DataCategory, Seal] = {
            category: action
            for category, action in policy.actions.items()
            if isinstance(action, Seal) and action.show is not None
        }

    def typed(self, text: str, category: DataCategory, /) -> tuple[object, Needle | None]:
        """
        Return what the policy makes of a value of *category*, and what tells the value in another
        field.

        What is made is OMIT where the value goes.
        """
        if category in NUMBERS:
            number = canonical(text, region=self.region)
            if number is not None:
                # A name in front of the number is looked for, too.
                value = text if "<" in text else number
                needle = Needle(number[-7:], "", value, category)
                return self._number(text, number, category), needle
        made = self._made(text, category)
        # A value that stays or means no data identifies nobody.
        return made, None if made is text else needle_of(text, category)

    def _number(self, text: str, number: str, category: DataCategory) -> object:
        action = self.actions[category]
        if isinstance(action, Drop):
            return OMIT
        # Actions that work on the canonical form are spared finding it again.
        of_number = getattr(action, "of_number", None)
        if of_number is None:
            return action(text, category)
        return of_number(number, category)

    def _made(self, text: str, category: DataCategory) -> object:
        action = self.actions[category]
        if isinstance(action, Drop):
            return OMIT
        if isinstance(action, Keep):
            return text
        ready = preset(text, category)
        if ready is not None:
            return ready
        if isinstance(action, Scan):
            return self.scanned(text, category)
        if isinstance(action, Parse):
            return self._parsed(text, category)
        if "," in text and category in LISTS:
            return self._listed(text, category)
        return action(text, category)

    def scanned(self, text: str, category: DataCategory, /) -> str:
        """
        Return what is left of a text of *category* that is looked through; a body that is nothing
        but a code is one finding.
        """
        if category is DataCategory.CONTENT and BODY_CODE.fullmatch(text.strip()) is not None:
            return self.part(text, DataCategory.ONE_TIME_CODE)
        return self.text(text)

    def _parsed(self, text: str, category: DataCategory) -> object:
        parser = PARSERS.get(category)
        if parser is None:
            return self.text(text)
        if category is DataCategory.NAME_ADDR and DataCategory.SIP_URI in self.sealed_with:
            parts = name_addr(text, whole=True)
        else:
            parts = parser(text)
        if parts is None:
            return label_of(category)
        return self.replace(text, parts)

    def _listed(self, text: str, category: DataCategory) -> object:
        """
        Treat each of `+14155550132,+14155550133`; one part that is not plainly a number hides the
        whole.
        """
        parts = [part.strip() for part in text.split(",")]
        if not all(parts) or len(parts) > 1000:
            return self.actions[category](text, category)
        return ",".join(self.part(part, category) for part in parts)

    def part(self, text: str, category: DataCategory, /) -> str:
        """
        Treat a piece of a longer text: what would be left out of a record leaves its label here.
        """
        label = self.labels.get(category)
        # A label is the same for any value, so none is looked into.
        if label is not None and "," not in text:
            return self._labelled(text, category, label)
        redacted = self.typed(text, category)[0]
        if isinstance(redacted, str):
            return redacted
        return label_of(category)

    def _labelled(self, text: str, category: DataCategory, label: str) -> str:
        if category in NUMBERS and canonical(text, region=self.region) is not None:
            return label
        ready = preset(text, category)
        if ready is None:
            return label
        return ready

    def text(self, text: str, known: KnownValues | None = None, /) -> str:
        """Return *text* with every finding treated, cut at the budget."""
        if len(text) > self.limit:
            return self._truncated(text, known)
        findings = self.findings(text, known)
        if not findings:
            return text
        return self.settled(text, findings)

    def _truncated(self, text: str, known: KnownValues | None) -> str:
        """Treat a text up to the budget; a finding that reaches over the edge goes whole."""
        self.tally.add(self.tally.faults, "truncated")
        findings = self.findings(text[: self.limit + _MARGIN], known)
        cut = min((f.start for f in findings if f.end > self.limit > f.start), default=self.limit)
        # A run that touches the edge may go on behind it.
        while cut and cut > self.limit - _MARGIN and not text[cut - 1].isspace():
            cut -= 1
        return self.settled(text[:cut], [f for f in findings if f.end <= cut]) + TRUNCATED

    def settled(
        self, text: str, findings: Sequence[Finding], /, *, head: str = "", tail: str = ""
    ) -> str:
        """
        Replace findings, and look again at what came out until there is nothing new in it.

        What stood beside a finding may be one itself now that a label or a token is its neighbour;
        treating the result once more must change nothing. Where *text* is a part, *head* and *tail*
        are what stands around it.
        """
        made, spans = self._replaced(text, findings, {})
        for _ in range(_ROUNDS):
            again = find_in_text(head + made + tail, finders=self.finders)
            fresh, cut = _fresh(
                _within(again, len(head), len(made)) if head or tail else again, spans
            )
            if not fresh:
                break
            joined = merged([*cut, *fresh])
            ready = {span: made[span.start : span.end] for span in set(spans).difference(cut)}
            # Of what was made, no part is treated: a part of a token opens nothing.
            ready |= {one: label_of(one.category) for one in set(joined).difference(fresh)}
            made, spans = self._replaced(made, joined, ready)
        return made

    def find(self, text: str, /) -> tuple[Finding, ...]:
        """Return the findings in *text*, up to the budget."""
        return self.findings(text[: self.limit])

    def would_show(self, category: DataCategory, text: str, /) -> bool:
        """Whether the policy shows a value of *category* that looks like one."""
        return isinstance(self.actions[category], Keep) and shows(category, text)

    def findings(self, text: str, known: KnownValues | None = None, /) -> tuple[Finding, ...]:
        """
        Return what is personal in prose: numbers and addresses by shape, people by their place.
        """
        findings = find_in_text(text, finders=self.finders, known=known)
        if not may_name_people(text):
            return findings
        return tuple(merged([*findings, *find_people(text)]))

    def found(self, text: str, finding: Finding, /) -> str:
        """Return what a finding in *text* is replaced by."""
        if finding.category in self.sealed_with and self._sealed_end(text, finding):
            # What is shown before its own seal was treated already.
            return text[finding.start : finding.end]
        return self._replaced(text[finding.start : finding.end], [_moved(finding)], {})[0]

    def sweep(self, text: str, known: KnownValues, /) -> str:
        """Return a kept *text* without the values that other fields of the record call personal."""
        findings = find_in_text(text, finders=(), known=known)
        if not findings:
            return text
        return self.replace(text, findings)

    def replace(self, text: str, findings: Iterable[Finding], /) -> str:
        """Return *text* with each finding replaced by what the policy makes of it."""
        return self._replaced(text, findings, {})[0]

    def _replaced(
        self, text: str, findings: Iterable[Finding], ready: Mapping[Finding, str], /
    ) -> tuple[str, list[Finding]]:
        """Replace findings, some by what is *ready*; return where in the new text they stand."""
        pieces: list[str] = []
        spans: list[Finding] = []
        at = size = 0
        for finding in sorted({*findings, *ready}) if ready else findings:
            start, end, category = finding
            if start < at:  # a part of a sealed value
                continue
            if ready and finding in ready:
                made = ready[finding]
            elif category in self.sealed_with and (sealed := self._sealed_end(text, finding)) > end:
                end = sealed
                made = text[start:end]
            else:
                self.tally.add(self.tally.found, category)
                made = self._found_part(text[start:end], category)
            pieces += (text[at:start], made)
            size += start - at + len(made)
            spans.append(Finding(size - len(made), size, category))
            at = end
        pieces.append(text[at:])
        return "".join(pieces), spans

    def _found_part(self, text: str, category: DataCategory) -> str:
        # Scanning what was found again would not end.
        if category in self.scanned_for:
            return label_of(category)
        return self.part(text, category)

    def _sealed_end(self, text: str, finding: Finding, /) -> int:
        """
        Return the offset after the seal of what was found, if it is what this policy shows with
        that seal; else 0.
        """
        seal = self.sealed_with[finding.category]
        behind = SEAL_BEHIND.match(text, finding.end)
        if behind is None:
            return 0
        try:
            category, value = seal.sealer.unseal(behind["token"])
        except (InvalidToken, KeyUnavailable):
            return 0
        if seal.show is None:
            return 0
        if seal.show(value, category) != text[finding.start : finding.end]:
            return 0
        return behind.end()


def _moved(finding: Finding) -> Finding:
    return Finding(0, finding.end - finding.start, finding.category)


def _within(found: Sequence[Finding], start: int, size: int, /) -> list[Finding]:
    """Return what of the findings lies in a part of a text, with the offsets of the part."""
    return [
        Finding(max(one.start - start, 0), min(one.end - start, size), one.category)
        for one in found
        if one.end > start and one.start - start < size
    ]


def _fresh(
    found: Sequence[Finding], spans: Sequence[Finding], /
) -> tuple[list[Finding], list[Finding]]:
    """
    Return the findings that are not just what was made of their like, and the spans that they
    touch.
    """
    fresh: list[Finding] = []
    cut: list[Finding] = []
    first = 0
    for one in found:
        while first < len(spans) and spans[first].end <= one.start:
            first += 1
        at = first
        while at < len(spans) and spans[at].start < one.end:
            at += 1
        touched = spans[first:at]
        # A network is found again in the address that was cut to it.
        if not (
            touched
            and touched[0].category is one.category
            and touched[0].start <= one.start
            and one.end <= touched[0].end
        ):
            fresh.append(one)
            cut += touched
    return fresh, cut
