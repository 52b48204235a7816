"""
Normalization with a map back: the text that a reader would read, and where in the original it is.

A text is folded only where it can hide something. Each step lists edits (start, end, replacement);
applying them carries the original offsets of every character along, so a finding in the folded text
covers all of the original that made it, with the invisible characters, tags and escapes inside.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ._outlines import shape_of

__all__ = [
    "Folded",
    "fold",
    "folded",
    "may_hide",
]

# Encodings and disguises that a digit, a dot or an at sign can wear
# --------------------------------------------------------------------------------------------------

# Escapes by the mark that begins them, each one character, or one run of UTF-8 bytes above ASCII
ESCAPES = {
    # %2B · %E2%80%8B · %u002B
    "%": re.compile(
        r"%(?:[0-7][0-9A-Fa-f]|[89A-Fa-f][0-9A-Fa-f](?:%[89A-Fa-f][0-9A-Fa-f]){0,3}"
        r"|u[0-9A-Fa-f]{4})"
    ),
    # &#43; · &plus;
    "&": re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8}(?=;));?"),
    # \u002b · \x2b · \n
    "\\": re.compile(r"\\{1,8}(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[nrtbf\"/])"),
    # Three of =2B or more, one between two digits, a soft line end
    "=": re.compile(
        r"=(?:[0-9A-F]{2}(?:=[0-9A-F]{2}){2,59}|\r?\n|2[0-9A-F](?<=[0-9].{3})(?=[0-9(]))"
    ),
}

ANSI = re.compile(r"\x1b(?:\[[0-9;?]*+[ -/]*+[@-~]|\][^\x07\x1b]{0,200}\x07?)")

# Tags in a row: <b> · </td><td> · <!-- x -->
TAGS = re.compile(r"(?:<(?:/?[A-Za-z][A-Za-z0-9]{0,10}(?:\s[^<>]{0,200}|/)?|!--[^<>]{0,100}--)>)++")

# A tag that does not end a word.
INLINE_TAG = re.compile(
    r"</?(?:a|b|big|bdi|bdo|code|em|font|i|mark|s|small|span|strong|sub|sup|tt|u|wbr)[\s/>]",
    re.IGNORECASE,
)

# Beyond ASCII: all but the control characters, letters and signs that have nothing to fold; digits
# of all scripts are here.
EXOTIC = re.compile(
    r"[^\x00-\x9f\u00a1-\u00a9\u00ab\u00ac\u00ae-\u00b1\u00b4-\u00b8\u00bb\u00bf-\u024f\u0370-\u0482"
    r"\u048a-\u0556\u0561-\u0587\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\u2018-\u2022"
    r"\u2026\u20a0-\u20bf\uac00-\ud7a3]"
)
EXOTICS = re.compile(f"{EXOTIC.pattern}{EXOTIC.pattern}*+")

# A digit with such a letter behind it, and digits among which letters stand that look like digits.
MAY_CONFUSE = re.compile(r"[0-9](?=[-._/)OoIl|ОоΟοІӀ])[-._/)]?[OoIl|ОоΟοІӀ]")
CONFUSED = re.compile(r"[0-9](?:[\W_]?[0-9]|[-._/)]?[OoIl|ОоΟοІӀ](?![^\W\dOoIlОоΟοІӀ])){6,}+")

# A line end with more blanks behind it than a run of digits may have between two
INDENT = re.compile(r"(?<=[0-9])[ \t]{0,3}\r?\n[ \t]{1,64}(?=[0-9(+])")

# A mark, and what makes it one that can hide something in plain ASCII. The entities of markup that
# texts are full of do so only right behind a digit, beside an at sign, or escaped twice.
HIDES = {
    "&": re.compile(
        r"""
        & (?: \#[0-9xX] | amp;[\#A-Za-z] | (?:apos|gt|lt|quot);@
            | (?!(?:amp|apos|gt|lt|quot);)[A-Za-z]{2,8};
            | (?<=[0-9]&) | (?<=[0-9][\W_]&) | (?<=[0-9][\W_]{2}&) | (?<=[0-9][\W_]{3}&) | (?<=@&) )
        """,
        re.VERBOSE,
    ),
    "=": re.compile(r"=(?:[0-9A-F]{2}|\r?\n)"),
    "\n": re.compile(r"\n[ \t]"),
    "%": re.compile(r"%[0-9A-Fa-fu]"),
    "<": re.compile(r"<[A-Za-z/!]"),
    "\\": re.compile(r"\\[uxnrtbf\"/\\]"),
    "\x1b": ANSI,
}

# The same, mark by mark, as what is taken out
HIDERS = {**ESCAPES, "<": TAGS, "\x1b": ANSI, "\n": INDENT}


# A folded text and the way back
# --------------------------------------------------------------------------------------------------

_ROUNDS = 3  # of decoding
_SHORT = 6  # characters of an escape of one character, such as \u0031
_NATIONAL = 9  # digits; a value with more is a whole one beside a bar
_WIDEST = 4  # characters that one may fold to; U+FDFA would make eighteen

_CELL = {ord(char): "0" for char in "OoОоΟο"} | {ord(char): "1" for char in "Il|ІӀ"}

_CELLS = frozenset(map(chr, _CELL))
_FEW = 3  # one of so many at least is a digit, or the letters are words

_Edit = tuple[int, int, str]


class _Step:
    """
    The edits of one pass, in order and not overlapping.

    Where a character comes from is worked out when it is asked for.
    """

    __slots__ = ("_begins", "_edits")

    def __init__(self, edits: list[_Edit], /) -> None:
        self._edits = edits
        self._begins: list[int] = []

    def applied(self, text: str, /) -> str:
        """Return the text with the edits made."""
        parts: list[str] = []
        at = 0
        for start, end, new in self._edits:
            if at < start:
                parts.append(text[at:start])
            parts.append(new)
            at = end
        parts.append(text[at:])
        return "".join(parts)

    def back(self, at: int, /) -> tuple[int, int]:
        """Return the part of the text before that the character at this offset comes from."""
        if not self._begins:
            moved = 0
            for start, end, new in self._edits:
                self._begins.append(start + moved)
                moved += len(new) - (end - start)
        place = bisect_right(self._begins, at) - 1
        if place < 0:
            return at, at + 1
        start, end, new = self._edits[place]
        inside = at - self._begins[place]
        if inside >= len(new):
            start = end + inside - len(new)
        elif len(new) == end - start:  # character by character
            start += inside
        else:
            return start, end
        return start, start + 1


class Folded:
    """
    Hold a folded text and the way back.

    Args:
        text: What a reader would read.

        steps: How it was made of the original.
    """

    __slots__ = ("_steps", "text")

    def __init__(self, text: str, steps: tuple[_Step, ...] = (), /) -> None:
        self.text: str = text
        self._steps = steps

    def __repr__(self) -> str:
        return f"Folded(<{len(self.text)} hidden>)"

    def back(self, start: int, end: int, /) -> tuple[int, int]:
        """Return the part of the original that a part of the folded text comes from."""
        last = end - 1
        for step in reversed(self._steps):
            start, last = step.back(start)[0], step.back(last)[1] - 1
        return start, last + 1

    def end(self, at: int, /) -> int:
        """Return the offset in the original after what the text before *at* comes from."""
        return self.back(at - 1, at)[1]

    def edited(self, edits: Iterable[_Edit], /) -> Folded:
        """Apply edits that are in order and do not overlap."""
        listed = list(edits)
        if not listed:
            return self
        step = _Step(listed)
        return Folded(step.applied(self.text), (*self._steps, step))


def may_hide(text: str, shape: str, /) -> bool:
    """Say whether anything in a text could be folded; for plain texts, folding costs no more."""
    if not text.isascii() and EXOTIC.search(text) is not None:
        return True
    for mark in _HIDING:
        if mark in text and _hides(text, mark):
            return True
    may_confuse = "0O" in shape or "0-O" in shape or "|" in text
    return may_confuse and MAY_CONFUSE.search(text) is not None


_HIDING = tuple(HIDES)


def _hides(text: str, mark: str, /) -> bool:
    if HIDES[mark].search(text) is None:
        return False
    return HIDERS[mark].search(text) is not None


def fold(text: str, /) -> Folded:
    """
    Return the text that a reader would read.

    Escapes are decoded in up to three rounds, terminal codes and tags are taken out, digits of every
    script, wide forms, dashes and spaces become ASCII, format characters and combining marks go, and
    letters that look like digits become digits in a run of seven.

    Returns:
        The folded text with its map back. Where nothing hides, the text itself.
    """
    return folded(text) if may_hide(text, shape_of(text)) else Folded(text)


def folded(text: str, /) -> Folded:
    """Fold a text that `may_hide` something."""
    read = _decoded_text(Folded(text))
    for mark, edits_of in _STEPS:
        if mark in read.text:
            read = read.edited(edits_of(read.text))
    if not read.text.isascii():
        read = read.edited(_exotic(read.text))
    if MAY_CONFUSE.search(read.text) is not None:
        read = read.edited(_confused(read.text))
    return read


def _decoded_text(read: Folded, /) -> Folded:
    """Decode escapes inside escapes, as far as the rounds go."""
    for _ in range(_ROUNDS):
        before = read
        for mark, pattern in ESCAPES.items():
            if mark in read.text:
                read = read.edited(_escapes(pattern, read.text))
        if read is before:
            break
    return read


def _codes(text: str, /) -> Iterator[_Edit]:
    for match in ANSI.finditer(text):
        yield *match.span(), ""


def _indents(text: str, /) -> Iterator[_Edit]:
    for match in INDENT.finditer(text):
        yield *match.span(), "\n"


def _escapes(pattern: re.Pattern[str], text: str, /) -> Iterator[_Edit]:
    for match in pattern.finditer(text):
        escape = match[0]
        # A long escape may spell a number, which no memo keeps.
        new = _decoded_char(escape) if len(escape) <= _SHORT else _decoded(escape)
        if new != escape:
            yield *match.span(), new


_LETTERS = {"n": "\n", "r": "\n", "t": "\t", '"': '"', "/": "/"}  # of an escape with a backslash


def _decoded(escape: str, /) -> str:
    """Decode one escape; one that decodes to nothing stays as it is."""
    mark = escape[0]
    if mark == "&":
        return html.unescape(escape)
    if mark == "\\":
        code = escape.lstrip("\\")
        return chr(int(code[1:], 16)) if code[0] in "ux" else _LETTERS.get(code[0], " ")
    if escape[1] == "u":
        return chr(int(escape, 0))
    if escape[-1] == "\n":  # a soft line end
        return ""
    return bytes.fromhex(escape.replace(mark, "")).decode("utf-8", "replace")


_decoded_char = lru_cache(maxsize=2048)(_decoded)


def _tags(text: str, /) -> Iterator[_Edit]:
    read: dict[str, str] = {}  # a page has few different tags
    for match in TAGS.finditer(text):
        tag = match[0]
        if tag not in read:
            # A number does not go on in another cell or element.
            read[tag] = "" if INLINE_TAG.match(tag) else "\t"
        yield *match.span(), read[tag]


_STEPS = (("\x1b", _codes), ("<", _tags), ("\n", _indents))


def _exotic(text: str, /) -> Iterator[_Edit]:
    for match in EXOTICS.finditer(text):
        start, end = match.span()
        clear = [*map(_folded_char, match[0])]
        if set(map(len, clear)) == {1}:
            yield start, end, "".join(clear)
            continue
        for at, (char, new) in enumerate(zip(match[0], clear, strict=True), start):
            if new != char:
                yield at, at + 1, new


@lru_cache(maxsize=2048)
def _folded_char(char: str, /) -> str:
    """
    Fold one character.

    Source: Unicode 15, UAX #44 (general categories, numeric types) and UAX #15 (NFKC).
    """
    category = unicodedata.category(char)
    if category in {"Cf", "Mn", "Me"}:
        return ""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if category == "Pd" or char == "\u2212":
        return "-"
    if category[0] == "Z":
        return " "
    compatible = unicodedata.normalize("NFKC", char)
    return compatible if compatible.isascii() and len(compatible) <= _WIDEST else char


def _confused(text: str, /) -> Iterator[_Edit]:
    for match in CONFUSED.finditer(text):
        run = match[0]
        clear = run.translate(_CELL)
        if clear != run and not _is_list(run) and _is_number(run, clear):
            start = match.start()
            # The first can be such a letter, too, if it is not the end of a word.
            if text[start - 1 : start] in _CELLS and not text[start - 2 : start - 1].isalnum():
                start -= 1
            yield start, match.end(), text[start : match.end()].translate(_CELL)


def _is_number(run: str, clear: str, /) -> bool:
    """Tell digits with a few letters among them from words with a few digits."""
    return _FEW * sum(map(str.isdigit, run)) >= sum(map(str.isdigit, clear))


def _is_list(run: str, /) -> bool:
    """Tell bars between values from a bar in place of a one: 1790290925|1774073564|3."""
    if "|" not in run:
        return False
    return run.count("|") > 1 or any(len(value) > _NATIONAL for value in run.split("|"))
