"""Search of outputs: for the values of a record, for made-up values, and by the finders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from ..categories import CATEGORIES
from ..detection import find_in_text
from ..policies import labels
from ..redaction import Redactor
from ..schemas import Schema
from ..vocabulary import DataCategory
from .decodings import bytes_as_text, squeezed, unaccented, views
from .made_up import canaries_in
from .output_texts import plain

__all__ = ["HIDDEN", "Needles", "categories_in", "needles_of", "safe_name"]

_TELLING_DIGITS = 6  # this many digits of a number in a row give it away
_WORD = 3  # letters from which a word of a name is looked for
_LONG_WORD = 6  # letters from which a word is looked for inside of others
_NAME_WORDS = 4  # a longer text is not a name
_SHINGLE = 3  # words in a row that give a message away

_LABEL = re.compile(rf"\[({'|'.join(DataCategory.__members__)})\]")
_LETTERS = re.compile(r"[^\W\d_]+")
# Chinese, Japanese, Thai, Lao, Burmese and Khmer stand without spaces between words.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_UNSPACED_RUN = 6  # characters of such a script in a row that give a message away
_NON_DIGITS = re.compile(r"\D+")
_DIGIT_RUNS = re.compile(r"\d{6,}")
HIDDEN = "[hidden: personal data was found here]"


def categories_in(text: str, /, *, finders: bool = True) -> frozenset[DataCategory]:
    """
    Return the categories of personal data that can be read in a text.

    Args:
        text: Any text.

        finders: Whether the finders look, too; otherwise only made-up values are looked for, as in
            octets, where any run of digits may be chance.
    """
    categories = {hit.category for hit in canaries_in(text)}
    if finders:
        categories |= {
            finding.category
            for finding in find_in_text(text)
            if _is_value(text[finding.start : finding.end], finding.category)
        }
    return frozenset(categories)


def _is_value(part: str, category: DataCategory) -> bool:
    """Whether a finding is more than what a redactor left, such as `token=[CREDENTIAL]`."""
    # Runs of encoded letters are decoded and searched; a long word of code is not a message.
    if category is DataCategory.RAW_MESSAGE:
        return False
    return any(map(str.isalnum, _LABEL.sub("", part)))


def safe_name(name: str, /) -> str:
    """Return the name of a file, logger or host as a message may show it."""
    return HIDDEN if categories_in(name) else name


# Values of one record
# --------------------------------------------------------------------------------------------------


@attrs.frozen
class _Needle:
    """One personal value: where it is in its record, and the parts that give it away."""

    path: str
    category: str
    digits: frozenset[str]  # looked for with nothing between them
    words: frozenset[str]  # looked for in folded form

    def is_in(self, folded: str, bare: str) -> bool:
        if any(part in bare for part in self.digits):
            return True
        return any(_has_word(word, folded, bare) for word in self.words)


def _has_word(word: str, folded: str, bare: str) -> bool:
    # A short name is part of many words: "Ann" of "planned". Scripts without spaces have no words.
    if len(word) < _LONG_WORD and word.isalpha() and not _UNSPACED.search(word):
        return word in _LETTERS.findall(folded)
    return word in folded or word in bare


@attrs.frozen
class Needles:
    """The personal values of a record; the repr shows how many, not which."""

    needles: tuple[_Needle, ...] = attrs.field(repr=lambda needles: f"<{len(needles)} hidden>")

    def find(self, text: str, /) -> tuple[tuple[str, str], ...]:
        """Return path and category of each value that can be read in *text*."""
        pairs = [_folded(view) for view in views(text)]
        return tuple(
            (needle.path, needle.category)
            for needle in self.needles
            if any(needle.is_in(folded, bare) for folded, bare in pairs)
        )


def _folded(view: str) -> tuple[str, str]:
    folded = unaccented(view).casefold()
    return folded, squeezed(folded)


def needles_of(
    record: object, /, schema: Schema | str | None = None, *, allow: Iterable[str] = ()
) -> Needles:
    """
    Return what is looked for, so that no personal value of a record comes out.

    Args:
        record: A record, or a text.

        schema: Its schema; None if names and values of fields say what they are.

        allow: Categories that may come out.
    """
    allowed = {str(category) for category in allow}
    record = plain(record)
    redacted = Redactor(labels(), schema)(record)
    needles = [
        _needle(path, category, part)
        for path, part, category in _changed(record, redacted, "")
        if category not in allowed
    ]
    return Needles(tuple(needle for needle in needles if needle.digits or needle.words))


def _changed(record: Any, redacted: Any, path: str) -> Iterator[tuple[str, str, str]]:
    """Yield what labels replace in a record: the path, the part and its category."""
    if isinstance(record, Mapping):
        pairs = _fields(record, redacted)
    elif isinstance(record, list | tuple):
        pairs = _items(record, redacted)
    else:
        yield from _changed_value(record, redacted, path)
        return
    for step, value, other in pairs:
        yield from _changed(value, other, f"{path}{step}".lstrip("."))


def _fields(record: Mapping[Any, Any], redacted: Any) -> Iterator[tuple[str, Any, Any]]:
    kept = redacted if isinstance(redacted, Mapping) else {}
    for key, value in record.items():
        yield f".{key}", value, kept.get(key)


def _items(record: Sequence[Any], redacted: Any) -> Iterator[tuple[str, Any, Any]]:
    others = redacted
    # A list that was treated as a whole has no items to compare with.
    if not isinstance(redacted, list | tuple) or len(redacted) != len(record):
        others = [redacted] * len(record)
    for value, other in zip(record, others, strict=True):
        yield "[]", value, other


def _changed_value(value: object, redacted: object, path: str) -> Iterator[tuple[str, str, str]]:
    if value is None or isinstance(value, bool) or value == redacted:
        return
    text = bytes_as_text(value) if isinstance(value, bytes) else str(value)
    for part, category in _removed(text, redacted):
        if part != f"[{category}]":
            yield path, part, category


def _removed(text: str, redacted: object) -> Iterator[tuple[str, str]]:
    """Yield the parts of a text that were replaced, and the category of each."""
    pieces = _LABEL.split(redacted) if isinstance(redacted, str) else ["", "UNKNOWN", ""]
    kept, categories = pieces[::2], pieces[1::2]
    at = len(kept[0])
    for category, following in zip(categories, kept[1:], strict=True):
        end = text.find(following, at) if following else len(text)
        if end < 0:  # the redacted text is written in another way: all of it is looked for
            end = len(text)
        yield text[at:end], category
        at = end + len(following)


def _needle(path: str, category: str, text: str) -> _Needle:
    bare = _NON_DIGITS.sub("", text)
    # The words beside a number identify nobody, but for a name before it.
    if CATEGORIES[DataCategory(category)].number and len(bare) >= _TELLING_DIGITS:
        names = (
            _name_words(unaccented(text).casefold()) if category == DataCategory.NAME_ADDR else ()
        )
        return _Needle(path, category, frozenset(_windows(bare)), frozenset(names))
    named = category == DataCategory.PERSON_NAME
    folded = unaccented(text).casefold()
    words = _name_words if named and len(folded.split()) <= _NAME_WORDS else _shingles
    return _Needle(path, category, frozenset(_tails(text)), frozenset(words(folded)))


def _windows(digits: str) -> Iterator[str]:
    for at in range(len(digits) - _TELLING_DIGITS + 1):
        yield digits[at : at + _TELLING_DIGITS]


def _tails(text: str) -> Iterator[str]:
    """Yield the end of each long run of digits in a value that is more than a number."""
    for run in _DIGIT_RUNS.findall(text):
        yield run[-_TELLING_DIGITS - 1 :]


def _name_words(text: str) -> Iterator[str]:
    for word in _LETTERS.findall(text):
        if len(word) >= _WORD or _UNSPACED.match(word):
            yield word


def _shingles(text: str) -> Iterator[str]:
    """Yield runs of three words of a message, and of a shorter value the whole."""
    words = text.split()
    yield from _unspaced_runs("".join(words))
    if len(words) <= _SHINGLE:
        if len(text) >= _WORD:  # one or two characters are in every output
            yield text
        return
    for at in range(len(words) - _SHINGLE + 1):
        yield " ".join(words[at : at + _SHINGLE])


def _unspaced_runs(text: str) -> Iterator[str]:
    """Yield parts of a message in a script without spaces, of which it would be one word."""
    for at in range(len(text) - _UNSPACED_RUN + 1):
        part = text[at : at + _UNSPACED_RUN]
        if len(_UNSPACED.findall(part)) == _UNSPACED_RUN:
            yield part
