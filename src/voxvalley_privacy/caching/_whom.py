"""
Whom an answer is about.

Read in its address, its fields and its body, so that it can be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from unicodedata import decimal
from urllib.parse import unquote, unquote_plus

import attrs

from ..detection import DEFAULT_FINDERS, Finder, find_in_text
from ..ledgers import canonical_subject
from ..vocabulary import ContentKind
from ..vocabulary import DataCategory as C
from ._headers import listed
from ._messages import Request, Response
from ._readable import bodies_as_text, canonical_id, plain_id, readings, texts_in

__all__ = ["People"]

_MOST_NAMES = 192  # of one answer, up to three a person
_ROUNDS = 3  # of percent-encoding
_TAIL = 7  # last digits of a number that name it whatever its prefix

_RUN = re.compile(
    r"""
    (?<!\d) \+?                     # nothing is cut out of a longer run
    \d (?: [ ().\-/_]{0,3} \d ){6,16}  # 7 to 17 digits, however they are grouped
    """,
    re.VERBOSE,
)
_SEPARATORS = re.compile(r"[/?&=,;|#\"'<>\s]+")
# They name no person whom anybody would ask to forget.
_NOT_PEOPLE = frozenset(
    {
        C.COORDINATES,
        C.CREDENTIAL,
        C.DATE_OF_BIRTH,
        C.LOCATION,
        C.ONE_TIME_CODE,
        C.RAW_MESSAGE,
        C.URL,
    }
)
# Fields of a request that say how an answer should look, and of a response that describe its body.
_TECHNICAL = listed(
    """
    accept accept-encoding accept-language age cache-control connection content-encoding
    content-length content-type date expires host last-modified server user-agent vary
    """
)


@attrs.frozen(kw_only=True)
class People:
    """
    Name the people whom an answer is about, in a form that any spelling leads to.

    A number has the names `number:`, its E.164 form, and `end:`, its last seven digits. Digits that
    could be a number in another spelling have the name `digits:`, their last seven. Everything else
    has the name `id:`.

    Args:
        region: Where national numbers were written, such as `US`.

        finders: Look for people in texts, beside the finders of the library.
    """

    region: str | None = None
    finders: tuple[Finder, ...] = ()

    def named(self, subject: str, /) -> frozenset[str]:
        """Return the names of a person whom the app names."""
        number = self._number(subject)
        if number is not None:
            return _of_number(number)
        return frozenset(self._of_other("digits", subject))

    def sought(self, subject: str, /) -> frozenset[str]:
        """Return every name that a copy about *subject* may have."""
        number = self._number(subject)
        if number is not None:
            return frozenset((f"number:{number}", f"digits:{number[-_TAIL:]}"))
        return frozenset((*self._of_other("digits", subject), *self._of_other("end", subject)))

    def about(
        self, request: Request, response: Response, kind: ContentKind, /
    ) -> frozenset[str] | None:
        """
        Return the names of everybody whom *response* is about.

        Returns:
            None if it cannot be said: the body cannot be read, or there are too many.
        """
        names: set[str] = set()
        for subject in response.subjects:
            names |= self.named(subject)
        for text in _texts_of_address(request.url):
            names |= self._in_text(text)
        for text in (_values_of(request), _values_of(response)):
            names |= self._in_text(text)
        # The octets of a recording or a picture are not a text; its people are named by the app.
        if kind is not ContentKind.MEDIA and response.body:
            bodies = bodies_as_text(response)
            if bodies is None:
                return None
            for text in bodies:
                names |= self._in_text(text)
        return _bounded(names)

    def of_call(self, values: object, subjects: str | Iterable[str], /) -> frozenset[str] | None:
        """
        Return the names of *subjects*, and of everybody in the texts and numbers among *values*.

        Returns:
            None if there are too many.
        """
        names: set[str] = set()
        if isinstance(subjects, str):
            subjects = (subjects,)
        for subject in subjects:
            names |= self.named(subject)
        for text in texts_in(values):
            names |= self._in_text(text)
        return _bounded(names)

    def _in_text(self, text: str) -> set[str]:
        names: set[str] = set()
        if text:
            for reading in readings(text):
                names |= self._in_reading(reading)
        return names

    def _in_reading(self, text: str) -> set[str]:
        names: set[str] = set()
        for run in _RUN.findall(text):
            names |= self._of_run(run)
        for start, end, category in find_in_text(text, finders=self._all_finders()):
            if category is C.PHONE_NUMBER:
                names |= self._of_run(text[start:end])
            elif category not in _NOT_PEOPLE:
                names |= self._of_id(text[start:end])
        return names

    def _of_id(self, text: str) -> set[str]:
        spelling = canonical_subject(text, region=self.region) if "@" in text else None
        names = {f"id:{plain_id(text)}", f"id:{canonical_id(text)}"}
        if spelling is not None:
            names.add(f"id:{spelling[1]}")
        return names

    def _all_finders(self) -> tuple[Finder, ...]:
        # The very tuple of the library's own takes a shorter way.
        if not self.finders:
            return DEFAULT_FINDERS
        return (*DEFAULT_FINDERS, *self.finders)

    def _of_run(self, run: str) -> set[str]:
        names: set[str] = set()
        number = self._number(run)
        if number is not None:
            names |= _of_number(number)
        if number is None or not run.startswith("+"):
            # Without a plus it may be the national form of some other number.
            names.add(f"digits:{_digits(run)[-_TAIL:]}")
        return names

    def _number(self, text: str) -> str | None:
        """Return the number in *text*, as every other book spells it."""
        spelling = canonical_subject(text, region=self.region)
        if spelling is None or spelling[0] != "number":
            return None
        return spelling[1]

    def _of_other(self, form: str, subject: str) -> Iterator[str]:
        yield f"id:{plain_id(subject)}"
        yield f"id:{canonical_id(subject)}"
        spelling = canonical_subject(subject, region=self.region)
        if spelling is not None:
            yield f"id:{spelling[1]}"
        digits = _digits(subject)
        if len(digits) >= _TAIL:
            yield f"{form}:{digits[-_TAIL:]}"


def _bounded(names: set[str]) -> frozenset[str] | None:
    if len(names) > _MOST_NAMES:
        return None
    return frozenset(names)


def _of_number(number: str) -> frozenset[str]:
    return frozenset((f"number:{number}", f"end:{number[-_TAIL:]}"))


def _digits(text: str) -> str:
    return "".join([str(decimal(sign)) for sign in text if sign.isdecimal()])


def _texts_of_address(url: str) -> Iterator[str]:
    rest = url.partition("://")[2] or url
    for _ in range(_ROUNDS):
        # A plus is a space in a query, and part of a number where nobody encoded it.
        for spelled in {rest, unquote_plus(rest)}:
            yield "\n".join(_SEPARATORS.split(spelled))
        if "%" not in rest:
            return
        rest = unquote(rest)


def _values_of(message: Request | Response) -> str:
    headers = message.headers
    values = [
        value for name in headers.names if name not in _TECHNICAL for value in headers.get(name)
    ]
    return "\n".join(values)
