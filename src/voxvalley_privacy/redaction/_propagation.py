"""
Values that typed fields of a record call personal, looked for in its other fields.

The test that nearly every record ends with is cheap: the last seven digits of each number against
the digits of all kept texts, names and addresses against the texts in lower case. Only where that
hits is the record walked again, with the values known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from ..detection import KnownValues, find_in_text, fold, known_values, merged
from ..detection.findings import Finding
from ..reading import Needle
from ..vocabulary import DataCategory
from ._treat import Treater

__all__ = ["PLUS_NUMBER", "Known", "suspicious"]

# Nothing but a phone number is written with a plus and eight digits or more; zones have four.
PLUS_NUMBER = re.compile(r"\+[0-9]{8,}")


_NOT_DIGITS = bytes(set(range(256)) - set(b"0123456789"))


def suspicious(needles: Iterable[Needle], kept: Sequence[str], scanned: Sequence[str]) -> bool:
    """
    Tell whether a kept text may hold a number, or any text one of *needles*; a false alarm costs
    time only.
    """
    texts = "\0".join([*kept, *scanned])
    if not texts.isascii():
        texts = fold(texts).text
    if "%" in texts:
        texts = f"{texts}\0{unquote(texts)}"
    if "+" in texts and PLUS_NUMBER.search(texts) is not None:
        return True
    digits = texts.encode("ascii", "replace").translate(None, _NOT_DIGITS).decode()
    lower = texts.lower()
    for last, folded, _, category, words in needles:
        if last:
            if last in digits:
                return True
            continue
        if folded in lower:
            return True
        # Words of a name count in free texts only.
        if scanned and category is DataCategory.PERSON_NAME and _holds_any(lower, words):
            return True
    return False


def _holds_any(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


class Known:
    """The values that one record's fields call personal, found in any spelling."""

    __slots__ = ("_names", "_needles", "_scanned", "_swept")

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._needles: tuple[Needle, ...] = tuple(dict.fromkeys(needles))
        pairs = [(needle.value, needle.category) for needle in self._needles]
        self._scanned = known_values(pairs)
        # A word of a name may be the name of an application or a state; in kept fields only the
        # whole name counts.
        self._swept = known_values(
            [pair for pair in pairs if pair[1] is not DataCategory.PERSON_NAME]
        )
        self._names = tuple(
            value.casefold() for value, category in pairs if category is DataCategory.PERSON_NAME
        )

    @property
    def in_texts(self) -> KnownValues | None:
        """The values as the finders look for them in a text that nobody described."""
        return self._scanned

    def concerns(self, text: str, /) -> bool:
        """Tell whether *text* may hold one of the values; most texts of a record hold none."""
        return suspicious(self._needles, (), (text,))

    def scan(self, text: str, treater: Treater, /) -> str:
        """Treat everything personal in an unknown text, known values included."""
        return treater.text(text, self._scanned)

    def sweep(self, text: str, treater: Treater, /) -> str:
        """
        Treat in a kept text the known values, and what can only be a number: fields do not always
        hold what they should.
        """
        found = list(find_in_text(text[: treater.limit], finders=(), known=self._swept))
        found += [
            Finding(*match.span(), DataCategory.PHONE_NUMBER)
            for match in PLUS_NUMBER.finditer(text)
        ]
        made = treater.replace(text, merged(found)) if found else text
        names = self._whole_names(made)
        return treater.replace(made, names) if names else made

    def _whole_names(self, text: str) -> list[Finding]:
        folded = text.casefold()
        if len(folded) != len(text):
            # Folding moved the offsets; a name in a kept field is then told as it is written only.
            folded = text
        found: list[Finding] = []
        for name in self._names:
            at = folded.find(name)
            while at >= 0:
                end = at + len(name)
                if not (folded[at - 1 : at].isalpha() or folded[end : end + 1].isalpha()):
                    found.append(Finding(at, end, DataCategory.PERSON_NAME))
                at = folded.find(name, end)
        return merged(found)
