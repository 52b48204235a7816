"""The meaning of a leaf of a text besides its name: its look, its reader, and how far it goes."""

from __future__ import annotations

import re

from ..detection import looks_like_a_name
from ..names import words_of
from ..reading import Leaf
from ..vocabulary import DataCategory
from ._field_plan import CODE, CODES, DROP, TREAT, FieldPlan
from ._treat import SEAL_BEHIND

__all__ = ["believed", "by_value", "is_boundary", "widened", "with_seal"]

# Categories whose values have several words: a bare one goes on to the next name.
_WORDY = frozenset(
    {
        DataCategory.CONTENT,
        DataCategory.FREE_TEXT,
        DataCategory.LOCATION,
        DataCategory.PERSON_NAME,
    }
)
# What a word before a colon within a line is believed to name; `message:` begins too many lines.
_AFTER_A_COLON = frozenset(
    {
        DataCategory.CREDENTIAL,
        DataCategory.DATE_OF_BIRTH,
        DataCategory.DTMF,
        DataCategory.EMAIL_ADDRESS,
        DataCategory.LOCATION,
        DataCategory.NATIONAL_ID,
        DataCategory.ONE_TIME_CODE,
        DataCategory.PERSON_ATTRIBUTE,
        DataCategory.PERSON_NAME,
        DataCategory.SUBSCRIBER_ID,
    }
)
_PEOPLE_TO_WRITE_TO = frozenset(
    [
        "agent",
        "callee",
        "caller",
        "client",
        "contact",
        "customer",
        "member",
        "name",
        "patient",
        "subscriber",
        "user",
    ]
)
# Readers of what a user typed
_OF_A_USER = frozenset({"form", "literal", "pair"})
# Seconds since 1970 in a cell without a name, from 2017 to 2033; no area code begins so.
_EPOCH = re.compile(r"1[5-9][0-9]{8}(?:\.[0-9]{1,9})?")
_KEYS = frozenset({"key", "k", "sig", "hash", "hmac"})
# The boundary of a body in several parts: letters, or more digits than a number has.
_RANDOM = re.compile(
    r"-{0,40}(?=[^\s]*[A-Za-z]|[^\s]{20})(?![^\s]*(?<![0-9A-Za-z])[0-9]{7,16}(?![0-9A-Za-z]))[\w']{16,70}"
)
# The second half of a number, alone on the next line.
_REST_OF_NUMBER = re.compile(r"\r?\n[ \t]{0,8}[0-9][0-9 -]{0,30}(?=[ \t.,;]{0,8}(?:\r?\n|\Z))")
_BROKEN = frozenset(
    {
        DataCategory.IBAN,
        DataCategory.NATIONAL_ID,
        DataCategory.PARTY_NUMBER,
        DataCategory.PAYMENT_CARD,
        DataCategory.US_SSN,
    }
)
_NEXT_WORD = re.compile(r"[ ][a-z]{2,20}[ ]")
_OPAQUE = re.compile(r"(?=[^\s]*[0-9])[A-Za-z0-9_+/=.-]{16,}")

# Read whole values with `fullmatch` or from one place with `match`, and are never searched for.
WHOLE = frozenset({"_NEXT_WORD", "_OPAQUE", "_RANDOM", "_REST_OF_NUMBER"})


def by_value(leaf: Leaf, reader: str) -> DataCategory | None:
    """Return what a value is by its own look, where no name can say it."""
    value = leaf.value
    if not leaf.path:
        return _of_a_cell(str(value))
    if not isinstance(value, str):
        return None
    name = leaf.path[-1].lower()
    if name in CODES and reader in _OF_A_USER and CODE.fullmatch(value) is not None:
        return DataCategory.ONE_TIME_CODE
    if name == "name" and reader in ("form", "row") and looks_like_a_name(value):
        return DataCategory.PERSON_NAME
    if name in _KEYS and reader == "form" and _OPAQUE.fullmatch(value) is not None:
        return DataCategory.CREDENTIAL
    return None


def _of_a_cell(value: str) -> DataCategory | None:
    if looks_like_a_name(value):
        return DataCategory.PERSON_NAME
    return DataCategory.TIMESTAMP if _EPOCH.fullmatch(value) is not None else None


def _names_people(name: str) -> bool:
    if not _PEOPLE_TO_WRITE_TO.isdisjoint(words_of(name)):
        return True
    glued = name.lower()
    return glued.endswith("name") and any(word in glued for word in _PEOPLE_TO_WRITE_TO)


def _is_no_account(name: str, leaf: Leaf, text: str) -> bool:
    """Whether a handle is none of a person: `handle: Call from ...`, `handle: 0x7f3a`."""
    value = str(leaf.value)
    if "handle" not in name.lower():
        return False
    is_sentence = value.istitle() and _NEXT_WORD.match(text, leaf.end) is not None
    return is_sentence or value.startswith("0x")


def believed(field: FieldPlan, reader: str, leaf: Leaf, text: str) -> bool:
    """Whether a word before a colon is taken for the name of a field: people write colons, too."""
    if reader not in ("header", "compact"):
        return True
    name = leaf.path[-1] if leaf.path else ""
    if field.category is DataCategory.PERSON_NAME:
        # `Wife: see you at eight` names no field, `caller name:` does.
        return _names_people(name)
    if field.category is DataCategory.SUBSCRIBER_ID and _is_no_account(name, leaf, text):
        return False
    if field.category in _AFTER_A_COLON:
        return True
    return reader == "compact" and field.category in _WORDY and name.islower()


def with_seal(leaf: Leaf, text: str) -> Leaf:
    """Keep the shown part of a value and its seal together, so that neither is treated again."""
    seal = SEAL_BEHIND.match(text, leaf.end)
    if seal is None:
        return leaf
    return leaf._replace(value=text[leaf.start : seal.end()], end=seal.end())


def _with_rest(leaf: Leaf, text: str) -> Leaf:
    """Add the digits of the next line to a number that a line end broke in two."""
    rest = _REST_OF_NUMBER.match(text, leaf.end)
    if rest is None or not text[leaf.end - 1].isdigit():
        return leaf
    return leaf._replace(value=text[leaf.start : rest.end()], end=rest.end())


def widened(leaf: Leaf, field: FieldPlan, reader: str, text: str) -> Leaf:
    """Let a bare value of several words reach to the next name, where such values are personal."""
    # `Authorization: Bearer abc`: a credential in a header may have words, too.
    has_words = field.category in _WORDY or (
        reader == "header" and field.category is DataCategory.CREDENTIAL
    )
    if field.category in _BROKEN and field.kind in (TREAT, DROP):
        leaf = _with_rest(leaf, text)
    if not leaf.wide or not has_words or field.kind not in (TREAT, DROP):
        return leaf
    value = text[leaf.start : leaf.wide].rstrip()
    return leaf._replace(value=value, end=leaf.start + len(value))


def is_boundary(leaf: Leaf, reader: str) -> bool:
    """Whether a leaf is the boundary of a body in parts, which is random; no record has it."""
    return (
        leaf.path == ("boundary",)
        and reader not in ("form", "literal", "struct")
        and _RANDOM.fullmatch(str(leaf.value)) is not None
    )
