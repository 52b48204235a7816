"""Search of outputs: for the values of a record, for made-up values, and by the finders."""

from __future__ import annotations

import dataclasses
import json
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
from .decodings import bytes_as_text, squeezed, views
from .made_up import canaries_in

__all__ = ["HIDDEN", "Needles", "as_text", "categories_in", "needles_of", "safe_name", "texts_of"]

_TELLING_DIGITS = 6  # this many digits of a number in a row give it away
_WORD = 3  # letters from which a word of a name is looked for
_LONG_WORD = 6  # letters from which a word is looked for inside of others
_NAME_WORDS = 4  # a longer text is not a name
_SHINGLE = 3  # words in a row that give a message away
_MOST_DEPTH = 20

_LABEL = re.compile(rf"\[({'|'.join(DataCategory.__members__)})\]")
_LETTERS = re.compile(r"[^\W\d_]+")
_NON_DIGITS = re.compile(r"\D+")
_DIGIT_RUNS = re.compile(r"\d{6,}")
HIDDEN = "[hidden: personal data was found here]"


def texts_of(output: object, /, *, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """
    Yield what can be read in an output: where in it, and the text.

    Args:
        output: A text, octets, a number, a record, a list of them, an error with its causes, or
            any object, of which `str()` and `repr()` are read.

        path: Where it is.

        depth: How deep that is.
    """
    if depth > _MOST_DEPTH or output is None or isinstance(output, bool):
        return
    if isinstance(output, str):
        yield path, output
    elif isinstance(output, bytes | bytearray | memoryview):
        yield path, bytes_as_text(bytes(output))
    elif isinstance(output, Mapping):
        for key, value in output.items():
            yield f"{path} (key)".strip(), str(key)
            yield from texts_of(value, path=f"{path}.{key}".lstrip("."), depth=depth + 1)
    elif isinstance(output, list | tuple | set | frozenset):
        for value in output:
            yield from texts_of(value, path=f"{path}[]", depth=depth + 1)
    else:
        yield path, str(output)
        yield path, repr(output)
        if isinstance(output, BaseException):
            yield from _causes(output, path, depth)


def _causes(error: BaseException, path: str, depth: int) -> Iterator[tuple[str, str]]:
    parts = {
        "args": error.args,
        "__cause__": error.__cause__,
        "__context__": error.__context__,
        "__notes__": getattr(error, "__notes__", ()),
    }
    for name, part in parts.items():
        yield from texts_of(part, path=f"{path}.{name}".lstrip("."), depth=depth + 1)


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
    # A short name is part of many words: "Ann" of "planned".
    if len(word) < _LONG_WORD and word.isalpha():
        return word in _LETTERS.findall(folded)
    return word in folded or word in bare


@attrs.frozen
class Needles:
    """The personal values of a record; the repr shows how many, not which."""

    needles: tuple[_Needle, ...] = attrs.field(repr=lambda needles: f"<{len(needles)} hidden>")

    def find(self, text: str, /) -> tuple[tuple[str, str], ...]:
        """Return path and category of each value that can be read in *text*."""
        pairs = [(view.casefold(), squeezed(view).casefold()) for view in views(text)]
        return tuple(
            (needle.path, needle.category)
            for needle in self.needles
            if any(needle.is_in(folded, bare) for folded, bare in pairs)
        )


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
    record = _plain(record)
    redacted = Redactor(labels(), schema)(record)
    needles = [
        _needle(path, category, part)
        for path, part, category in _changed(record, redacted, "")
        if category not in allowed
    ]
    return Needles(tuple(needle for needle in needles if needle.digits or needle.words))


def _plain(record: Any) -> Any:
    """Return a record of a class, such as a dataclass or a pydantic model, as a mapping."""
    if hasattr(record, "model_dump"):
        return record.model_dump()
    if dataclasses.is_dataclass(record) and not isinstance(record, type):
        return dataclasses.asdict(record)
    if attrs.has(type(record)):
        return attrs.asdict(record)
    return record


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
        names = _name_words(text.casefold()) if category == DataCategory.NAME_ADDR else ()
        return _Needle(path, category, frozenset(_windows(bare)), frozenset(names))
    named = category == DataCategory.PERSON_NAME
    folded = text.casefold()
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
        if len(word) >= _WORD:
            yield word


def _shingles(text: str) -> Iterator[str]:
    """Yield runs of three words of a message, and of a shorter value the whole."""
    words = text.split()
    if len(words) <= _SHINGLE:
        if len(text) >= _WORD:  # one or two characters are in every output
            yield text
        return
    for at in range(len(words) - _SHINGLE + 1):
        yield " ".join(words[at : at + _SHINGLE])


def as_text(output: object, /) -> str:
    """Return an output as one text, to look for what is spread over its parts."""
    try:
        return json.dumps(output, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        return str(output)
