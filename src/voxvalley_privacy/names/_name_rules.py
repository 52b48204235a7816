"""
The rules of names, in the order they are asked.

A name is read from its end, as the last noun is what the value is: `message_status` is a status,
`status_message` a message.
Each rule gives a verdict, or None when it has nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from ..vocabulary import DataCategory as C
from ._lexicon import Lexicon
from ._parsed_name import Name, meaning, phrase_meaning
from ._verdict import TECHNICAL, Verdict
from ._word_classes import (
    ADDRESSES,
    BY_THINGS,
    CODE_HEADS,
    FAINT,
    FORMS,
    HASHES,
    LOOSE_NAMES,
    MODIFIERS,
    NAME_HEADS,
    NEUTRAL,
    NOT_ALONE,
    NUMBER_HEADS,
    OF_PARTIES,
    OF_PEOPLE,
    SECRETS,
    SWITCHES,
    UNOWNED,
    WEAK,
    WRAPPERS,
)

__all__ = ["RULES"]

_LONGEST_PHRASE = 6  # words

_LONGEST_STRONG = 3  # words
_LETTERS_OF_STRONG = 3
_LETTERS_OF_SECRET = 6  # `key` and `auth` are in too many other words

# So often a person's or a secret that it is believed anywhere in a name: `phone_switchboard`.
_STRONG = frozenset(
    {
        C.AADHAAR,
        C.CREDENTIAL,
        C.DATE_OF_BIRTH,
        C.EMAIL_ADDRESS,
        C.ICCID,
        C.IMEI,
        C.IMSI,
        C.NATIONAL_ID,
        C.ONE_TIME_CODE,
        C.PARTY_NUMBER,
        C.PAYMENT_CARD,
        C.US_SSN,
    }
)


# What people do for a living ends so: technician, receptionist, trainee; lists are not people.
_TRADES = ("ician", "iste", "ist", "yee", "inee", "woman", "person")
# Words between a noun and what it is of.
_CONNECTORS = frozenset(
    ["and", "de", "del", "der", "des", "do", "du", "e", "en", "et", "i", "of", "s", "und", "y"]
)
# Personal whether written out or as a code or number.
_KEPT_BY_CODES = frozenset({C.CREDENTIAL, C.NATIONAL_ID, C.ONE_TIME_CODE, C.PERSON_ATTRIBUTE})
_KEPT_BY_NUMBERS = frozenset({C.DEVICE_ID, C.IBAN, C.LOCATION, C.NATIONAL_ID, C.PAYMENT_CARD})
_WITH_CODES = frozenset({"client", "cliente", "contact", "lead", "user"})


_PERSONAL_IDS = frozenset(["id", "nr", "no", "number", "ref", "reference", "uid"])
# People who are one person each; a customer, an account or a contact can be a company or a record.
_KNOWN_BY_AN_ID = frozenset(
    [
        "applicant", "beneficiary", "caregiver", "candidate", "citizen", "clinician", "dependent",
        "doctor", "donor", "driver", "enrollee", "guardian", "guest", "learner", "nurse",
        "occupant", "passenger", "patient", "physician", "policyholder", "practitioner",
        "provider", "resident", "student", "teacher", "technician", "therapist", "trainee",
        "traveler", "traveller", "visitor", "volunteer", "voter",
    ]
)  # fmt: skip


def _switch(name: Name) -> Verdict | None:
    """`has_password`, `is_caller`: a yes or no, or a count."""
    leaf = name.leaf
    if len(leaf) > 1 and leaf[0] in SWITCHES:
        return Verdict(category=C.STATUS, words=leaf[:1], rule="a name that begins so is a switch")
    if len(leaf) > 1 and leaf[0] in NUMBER_HEADS and leaf[-1].endswith("s"):
        return Verdict(category=C.STATUS, words=leaf[:1], rule="a count")
    if "per" in leaf[1:-1] and "as" not in leaf:
        return Verdict(category=C.STATUS, words=("per",), rule="a rate")
    return None


def _schema_name(name: Name) -> Verdict | None:
    """A name that record schemas use, and the words alone would judge otherwise."""
    leaf = name.leaf
    for words in ((name.steps[-2] if len(name.steps) > 1 else ()) + leaf, leaf):
        category = name.lexicon.names.get("".join(words))
        if category is not None:
            return Verdict(category=category, words=words, rule="a field of a record schema")
    return None


def _done_by(name: Name) -> Verdict | None:
    """`answered_by` is a person."""
    leaf = name.leaf
    if len(leaf) < 2 or leaf[-1] != "by":
        return None
    if leaf[-2] in BY_THINGS or not leaf[-2].endswith(("ed", "en", "nt")):
        return Verdict(category=C.STATUS, words=leaf[-1:], rule="how it was done")
    return Verdict(category=C.PERSON_NAME, words=leaf[-1:], rule="who did it")


def _secret_inside(name: Name) -> Verdict | None:
    """`totp_secret_qr_code` shows the secret."""
    leaf = name.leaf
    if len(leaf) < 2 or leaf[-1] not in FORMS:
        return None
    for words in (leaf[:-1], tuple(map("".join, pairwise(leaf)))):
        for word in words:
            if word in SECRETS:
                return Verdict(
                    category=C.CREDENTIAL, words=(word, leaf[-1]), rule="a secret, however written"
                )
    return None


def _linked(name: Name) -> Verdict | None:
    """`photo_thumbnail_uri`: an address is of what stands before it."""
    words = name.trimmed
    if len(words) < 2 or words[-1] not in ADDRESSES:
        return None
    for size in (3, 2, 1):
        category = meaning("".join(words[:-1][-size:]), name.lexicon)
        if category in (C.MEDIA_URL, C.RECORDING):
            return Verdict(
                category=category, words=words[-size - 1 :], rule="the address of a file"
            )
    return None


def _role(name: Name) -> Verdict | None:
    """`reviewer`, `lead_signer`: the name of a role means the person who has it."""
    last = name.trimmed[-1] if name.trimmed else ""
    if last in OF_PEOPLE - NOT_ALONE and len(name.leaf) <= 3:
        return Verdict(category=C.PERSON_NAME, words=(last,), rule="a role of people")
    return None


def _last_words(name: Name) -> Verdict | None:
    """The longest known phrase at the end of the name, and what the words before it make of it."""
    words = name.trimmed
    for size in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
        phrase = words[-size:]
        category = phrase_meaning(phrase, name.lexicon)
        if category is None:
            continue
        if size == 1 or phrase[-1] in NAME_HEADS:
            return _in_context(name, words[: len(words) - size], phrase, category)
        return Verdict(category=category, words=phrase, rule="last words of the name")
    if words and words[-1] in NAME_HEADS | NUMBER_HEADS:
        return _in_context(name, words[:-1], words[-1:], None)
    if words and words[-1] in name.lexicon.heads:
        return Verdict(category=C.STATUS, words=words[-1:], rule="technical in every record schema")
    return None


def _in_context(
    name: Name, before: tuple[str, ...], phrase: tuple[str, ...], category: C | None
) -> Verdict | None:
    head = phrase[-1]
    if head in NAME_HEADS and (len(phrase) == 1 or phrase[0] in LOOSE_NAMES):
        return _name_of(before, phrase, category)
    if head in NUMBER_HEADS:
        return _number_of(before, phrase, name.lexicon)
    if head in HASHES and before:
        hashed = _last_words(name._replace(trimmed=before))
        if hashed is not None and hashed.personal:
            return hashed
    weak = head in WEAK and len(phrase) == 1 and category not in TECHNICAL
    if category is None or (weak and _beside_a_stranger(name)):
        return None
    return Verdict(category=category, words=phrase, rule="last word of the name")


def _beside_a_stranger(name: Name) -> bool:
    """Whether a word that means little by itself is behind another that is not of people."""
    leaf = tuple(word for word in name.leaf if not word.isdigit() and word not in MODIFIERS)
    return len(leaf) > 1 and leaf[-2] not in OF_PARTIES


def _name_of(
    before: tuple[str, ...], phrase: tuple[str, ...], category: C | None
) -> Verdict | None:
    """`name` is of a person when the nearest word that says anything is."""
    for word in reversed(before):
        if _is_person(word):
            return Verdict(
                category=C.PERSON_NAME, words=(word, *phrase), rule="the name of a person"
            )
        if not (word in NEUTRAL or word in WRAPPERS or word in NAME_HEADS or word.isdigit()):
            return Verdict(category=C.STATUS, words=phrase, rule="the name of a thing")
    lonely = category is C.PERSON_NAME or any(word in UNOWNED for word in before)
    if lonely:
        return Verdict(category=C.PERSON_NAME, words=phrase, rule="the name of a person")
    return None


def _number_of(
    before: tuple[str, ...], phrase: tuple[str, ...], lexicon: Lexicon
) -> Verdict | None:
    """`number` is a phone's when the word before it is of a party or a phone."""
    for word in reversed(before):
        if word in OF_PARTIES or _singular(word) in OF_PARTIES:
            return Verdict(
                category=C.PARTY_NUMBER, words=(word, *phrase), rule="the number of a party"
            )
        if word in WRAPPERS | NUMBER_HEADS | _CONNECTORS or word.endswith("ed"):
            continue
        category = meaning(word, lexicon)
        if category in _KEPT_BY_NUMBERS and word not in WEAK:
            return Verdict(category=category, words=(word, *phrase), rule="the number of it")
        return Verdict(category=C.STATUS, words=phrase, rule="the number of a thing")
    if phrase[-1] in ("number", "numbers"):
        return Verdict(category=C.PARTY_NUMBER, words=phrase, rule="a number by itself")
    return Verdict(category=C.STATUS, words=phrase, rule="a number by itself")


def _noun_first(name: Name) -> Verdict | None:
    """`tipo_telefone`: in a language with the noun first, the first word says what it is."""
    leaf = name.leaf
    known = name.lexicon
    if len(leaf) < 2 or meaning("".join(leaf), known) is not None:
        return None
    technical = known.phrases.get(leaf[0]) in TECHNICAL and leaf[0] in known.noun_first
    if technical and leaf[-1] in OF_PEOPLE:
        return _first_words(name)
    if leaf[-1] not in known.only_noun_first:
        return None
    if leaf[0] in NUMBER_HEADS or (leaf[0] in known.noun_first and leaf[0] not in NAME_HEADS):
        return _first_words(name)
    return None


def _first_words(name: Name) -> Verdict | None:
    """With the noun first, the longest known phrase at the start: `telefone_recado`."""
    leaf = name.leaf
    for size in range(min(_LONGEST_PHRASE, len(leaf) - 1), 0, -1):
        joined = "".join(leaf[:size])
        category = name.lexicon.phrases.get(joined)
        if (
            category is None
            or joined not in name.lexicon.noun_first
            or (size == 1 and leaf[0] in WEAK - NAME_HEADS)
        ):
            continue
        if size == 1 and leaf[0] in NAME_HEADS:
            return _name_of(tuple(reversed(leaf[1:])), leaf[:1], None)
        return Verdict(category=category, words=leaf[:size], rule="first words of the name")
    if len(leaf) > 1 and leaf[0] in NAME_HEADS - {"ad", "ime"}:
        return _name_of(tuple(reversed(leaf[1:])), leaf[:1], None)
    return None


def _strong_words(name: Name) -> Verdict | None:
    """A word that is believed wherever it is: `x_phone_home2x`."""
    leaf = name.leaf
    for size in range(min(_LONGEST_STRONG, len(leaf)), 0, -1):
        for start in range(len(leaf) - size, -1, -1):
            phrase = leaf[start : start + size]
            category = meaning("".join(phrase), name.lexicon)
            if category in _STRONG and _is_strong(phrase, category):
                return Verdict(category=category, words=phrase, rule="a word of the name")
    return None


def _is_strong(phrase: tuple[str, ...], category: C | None) -> bool:
    joined = "".join(phrase)
    if not joined.isascii():
        return len(joined) > 1
    if len(phrase) > 1:
        return len(joined) >= _LETTERS_OF_STRONG
    if category is C.CREDENTIAL and len(joined) < _LETTERS_OF_SECRET:
        return False
    return len(joined) >= _LETTERS_OF_STRONG and joined not in WEAK | NUMBER_HEADS | FAINT


def _code(name: Name) -> Verdict | None:
    """`staff_code` is the id of a person, `gender_code` as personal as the gender."""
    words = name.trimmed
    if len(words) < 2 or words[-1] not in CODE_HEADS or meaning("".join(words[-2:]), name.lexicon):
        return None
    category = meaning(words[-2], name.lexicon)
    if category in _KEPT_BY_CODES:
        return Verdict(category=category, words=words[-2:], rule="a code for it")
    if words[-2] in OF_PEOPLE - NOT_ALONE | _WITH_CODES:
        return Verdict(category=C.SUBSCRIBER_ID, words=words[-2:], rule="the code of a person")
    return None


def _id_of_person(name: Name) -> Verdict | None:
    """`guest_id`, `candidate_ref`: what a person is known by in a record."""
    words = name.leaf
    if len(words) != 2 or words[-1] not in _PERSONAL_IDS:
        return None
    if words[0] in NOT_ALONE or words[0] not in _KNOWN_BY_AN_ID:
        return None
    return Verdict(category=C.SUBSCRIBER_ID, words=words, rule="the id of a person")


def _is_person(word: str) -> bool:
    if word in OF_PEOPLE or _singular(word) in OF_PEOPLE:
        return True
    return word.endswith(_TRADES) and not word.endswith("list")


def _singular(word: str) -> str:
    return word.removesuffix("s")


RULES: tuple[Callable[[Name], Verdict | None], ...] = (
    _switch,
    _schema_name,
    _done_by,
    _secret_inside,
    _linked,
    _code,
    _id_of_person,
    _noun_first,
    _last_words,
    _role,
    _first_words,
    _strong_words,
)
