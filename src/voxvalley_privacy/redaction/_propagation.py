"""
Values that typed fields of a record call personal, looked for in its other fields.

The test that nearly every record ends with is cheap: the last seven digits of each number against
the digits of all kept texts, names and addresses against the texts in lower case. Only where that
hits is the record walked again, with the values known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from ..categories import NUMBERS
from ..detection import KnownValues, find_in_text, fold, known_values, merged
from ..detection.findings import Finding
from ..reading import Needle
from ..vocabulary import DataCategory
from ._treat import Treater

__all__ = [
    "LOOK",
    "PLUS_NUMBER",
    "Known",
    "folded_text",
    "marks_of",
    "readable",
    "spellings",
    "suspicious",
]

# Nothing but a phone number is written with a plus and eight digits or more; zones have four.
PLUS_NUMBER = re.compile(r"\+[0-9]{8,}")


# A run of letters, as the words of a name are.
WORD = re.compile(r"[^\W\d_]+")

# A name that was treated, maybe with its seal behind it.
_TREATED = re.compile(r"\[[A-Z_]{2,30}\]")

# Read from the beginning of a value with `match`, and never searched for.
WHOLE = frozenset({"_TREATED"})

_JOINTS = "_-"  # between the words of an identifier
_FEW = 32  # values up to which each is looked for by itself, which is one call into C
_BEGINNING = 4  # letters by which a value is looked up
_SHORT = 2  # letters by which one is that has no more than three
_NAME = 3  # letters from which a word of a name is looked for
_NOT_DIGITS = bytes(set(range(256)) - set(b"0123456789"))

# In place of a text that has to be read or searched together with its record.
LOOK = "\x01"


def suspicious(needles: Iterable[Needle], kept: Sequence[str], scanned: Sequence[str]) -> bool:
    """
    Whether a kept text may hold a number, or any text one of *needles*.

    A false alarm costs time only.
    """
    texts = folded_text("\0".join([*kept, *scanned]))
    if "+" in texts and PLUS_NUMBER.search(texts) is not None:
        return True
    distinct = dict.fromkeys(needles)
    if len(distinct) > _FEW:
        return next(Needles(distinct).in_readable(texts), None) is not None
    shown = _searched(texts)
    return any(mark in shown for needle in distinct for mark in marks_of(needle))


def marks_of(needle: Needle | None, /) -> tuple[str, ...]:
    """Return the texts of which one stands in any other text that holds the value."""
    if needle is None:
        return ()
    if needle.digits and not _has_brackets(needle):
        return (needle.digits,)
    marks = {needle.digits, needle.folded, _user_of(needle), *_words_of(needle)} - {""}
    # A text that holds a mark holds any part of it, too.
    return tuple(mark for mark in marks if not any(o in mark for o in marks if o != mark))


def readable(text: str, /) -> str:
    """Return what the marks of values are looked for in; it begins with LOOK if no mark decides."""
    plain = folded_text(text)
    if "+" in plain and PLUS_NUMBER.search(plain) is not None:
        return LOOK
    return _searched(plain)


def _searched(text: str) -> str:
    return f"{text.lower()}\0{_digits_of(text)}"


def folded_text(text: str) -> str:
    """Return a text folded, with what its percent escapes say behind it."""
    if not text.isascii():
        text = fold(text).text
    if "%" in text:
        text = f"{text}\0{unquote(text)}"
    return text


def _digits_of(text: str) -> str:
    return text.encode("ascii", "replace").translate(None, _NOT_DIGITS).decode()


def _has_brackets(needle: Needle) -> bool:
    """Whether a value is an address in brackets, with a name in front of it."""
    if needle.category is DataCategory.NAME_ADDR:
        return True
    return "<" in needle.value and needle.category in NUMBERS


def _words_of(needle: Needle) -> tuple[str, ...]:
    """Return the words of a name, also of the name in front of an address."""
    if not _has_brackets(needle):
        return needle.words
    name = _name_before(needle).casefold()
    return tuple(word for word in WORD.findall(name) if len(word) >= _NAME)


def _name_before(needle: Needle) -> str:
    """Return the name in front of an address, where nobody has treated it yet."""
    display, bracket, _ = needle.value.partition("<")
    name = display.strip(" \"'") if bracket else ""
    return "" if _TREATED.match(name) else name


def _user_of(needle: Needle) -> str:
    """Return the user of an address, which is looked for by itself, too."""
    user, at, _ = _address_of(needle).casefold().partition("@")
    return user.rpartition(":")[2].lstrip("<") if at and " " not in user else ""


def _address_of(needle: Needle) -> str:
    _, bracket, address = needle.value.partition("<")
    if not bracket or not _has_brackets(needle):
        return needle.value
    return address.partition(">")[0].strip()


def spellings(needle: Needle, /) -> tuple[str, ...]:
    """Return the texts of which one is in every text that holds the value, but in digits."""
    return tuple(filter(None, (needle.folded, _user_of(needle), *_words_of(needle))))


def _values_of(needle: Needle) -> list[tuple[str, DataCategory]]:
    """Return what is looked for of a value; a name in front of an address is a name."""
    if "<" not in needle.value or not _has_brackets(needle):
        return [(needle.value, needle.category)]
    return [
        (_name_before(needle), DataCategory.PERSON_NAME),
        (_address_of(needle), needle.category),
    ]


class Needles:
    """
    Values to look for, found in a text in a time that does not grow with their number.

    Numbers are looked up by their last digits, names by their words, the rest by its beginning.
    """

    __slots__ = ("_beginnings", "_digits", "_lengths", "_parts", "_words")

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._digits: dict[str, list[Needle]] = {}
        self._words: dict[str, Needle] = {}
        self._parts: dict[str, Needle] = {}
        # The lengths of the parts that begin with the same letters.
        self._beginnings: dict[int, dict[str, set[int]]] = {_BEGINNING: {}, _SHORT: {}}
        for needle in needles:
            self._add(needle)
        self._lengths = tuple({len(digits) for digits in self._digits})

    def _add(self, needle: Needle) -> None:
        if needle.digits:
            self._digits.setdefault(needle.digits, []).append(needle)
        # A word that several names have is found by the first of them.
        for word in _words_of(needle):
            self._words.setdefault(word, needle)
        for part in dict.fromkeys((needle.folded, _user_of(needle))):
            if part.isascii() and part.isalpha() and len(part) < _BEGINNING:
                self._words.setdefault(part, needle)
            elif part:
                self._parts.setdefault(part, needle)
                # Two ideographs, or `z.q`, are short, and no words of their own.
                size = _BEGINNING if len(part) >= _BEGINNING else _SHORT
                self._beginnings[size].setdefault(part[:size], set()).add(len(part))

    def in_text(self, text: str, /) -> tuple[Needle, ...]:
        """Return the values that *text* may hold, each once."""
        return tuple(dict.fromkeys(self.in_readable(folded_text(text))))

    def in_readable(self, text: str, /) -> Iterator[Needle]:
        """Yield the values that a folded text may hold, some of them several times."""
        digits = _digits_of(text)
        for length in self._lengths:
            for at in range(len(digits) - length + 1):
                yield from self._digits.get(digits[at : at + length], ())
        lower = text.lower()
        for word in set(WORD.findall(lower)):
            if word in self._words:
                yield self._words[word]
        for size, beginnings in self._beginnings.items():
            for at in range(len(lower) - size + 1 if beginnings else 0):
                for length in beginnings.get(lower[at : at + size], ()):
                    part = lower[at : at + length]
                    if part in self._parts:
                        yield self._parts[part]


class Known:
    """The values that one record's fields call personal, found in any spelling."""

    __slots__ = ("_needles",)

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._needles = Needles(dict.fromkeys(needles))

    def in_text(self, text: str, /) -> KnownValues | None:
        """Return the values that a text may hold, as the finders look for them."""
        return _looked_for(self._needles.in_text(text))

    def concerns(self, text: str, /) -> bool:
        """Whether *text* may hold one of the values; most texts of a record hold none."""
        readable = folded_text(text)
        if "+" in readable and PLUS_NUMBER.search(readable) is not None:
            return True
        return next(self._needles.in_readable(readable), None) is not None

    def scan(self, text: str, treater: Treater, /) -> str:
        """Treat everything personal in an unknown text, known values included."""
        return treater.text(text, self.in_text(text))

    def sweep(self, text: str, treater: Treater, /) -> str:
        """
        Treat in a kept text the known values, and what can only be a number: fields do not always
        hold what they should.
        """
        needles = self._needles.in_text(text)
        known = _looked_for(needles)
        found = find_in_text(text[: treater.limit], finders=(), known=known)
        apart = _JOINTS if len(found) == 1 else ""
        findings = [finding for finding in found if not _is_apart(text, finding, apart)]
        findings += [
            Finding(*match.span(), DataCategory.PHONE_NUMBER)
            for match in PLUS_NUMBER.finditer(text)
        ]
        swept = treater.replace(text, merged(findings)) if findings else text
        names = _whole_names(swept, needles)
        return treater.replace(swept, names) if names else swept


def _looked_for(needles: Iterable[Needle]) -> KnownValues | None:
    return known_values([pair for needle in needles for pair in _values_of(needle)])


def _is_apart(text: str, finding: Finding, joints: str) -> bool:
    """
    Whether a word of a name is the whole of a kept field, or a part of a host, a path or an
    identifier.

    It may be the name of an application, a state or a domain there: `messaging_profile`.
    """
    if finding.category in NUMBERS:
        return _is_in_a_host(text, finding)
    if finding.category is not DataCategory.PERSON_NAME:
        return False
    before = text[max(finding.start - 1, 0) : finding.start]
    after = text[finding.end : finding.end + 1]
    if not before and not after:
        return True
    # A mark that ends the text joins nothing.
    ends = finding.end + 1 == len(text)
    return before in {*"/.@", *joints} or after in ({*joints} if ends else {*"/.", *joints})


def _is_in_a_host(text: str, finding: Finding) -> bool:
    """Whether a sender that is one word, as brands are, is a label: `api.acme.example`."""
    if not text[finding.start : finding.end].isalpha():
        return False
    before, after = text[max(finding.start - 2, 0) : finding.start], text[finding.end :][:2]
    return (before[1:] == "." and before[0].isalnum()) or (after[:1] == "." and after[1:].isalnum())


def _whole_names(text: str, needles: Iterable[Needle]) -> list[Finding]:
    folded = text.casefold()
    if len(folded) != len(text):
        # Folding moved the offsets; a name in a kept field is then told as it is written only.
        folded = text
    findings: list[Finding] = []
    pairs = [pair for needle in needles for pair in _values_of(needle)]
    names = [value.casefold() for value, category in pairs if category is DataCategory.PERSON_NAME]
    for name in filter(None, names):
        findings += [
            Finding(at, at + len(name), DataCategory.PERSON_NAME) for at in _words_at(folded, name)
        ]
    return merged(findings)


def _words_at(text: str, name: str) -> Iterator[int]:
    """Yield where a name stands by itself in a text."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not (text[at - 1 : at].isalpha() or text[end : end + 1].isalpha()):
            yield at
        at = text.find(name, end)
