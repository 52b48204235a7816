"""The verdict of the judge, and its reason."""

from __future__ import annotations

import attrs

from ..vocabulary import DataCategory as C
from ._value_shapes import counts, fits, is_enumerated, is_numbered

__all__ = ["NOTHING", "TECHNICAL", "Verdict"]

# Categories whose values are about equipment, money or time, not about a person.
TECHNICAL = frozenset(
    {
        C.ACCOUNT_ID,
        C.CONSENT_SIGNAL,
        C.CONTENT_HASH,
        C.DURATION,
        C.HOST,
        C.OWN_NUMBER,
        C.PRICE,
        C.RECORD_ID,
        C.REGION,
        C.STATUS,
        C.TIMESTAMP,
        C.USER_AGENT,
    }
)

_SHORT_NAME = 3  # letters


@attrs.frozen(kw_only=True)
class Verdict:
    """
    The meaning of a field's name for its value.

    Args:
        category: What the value is, or None when the name does not say.

        words: The words of the name that decided, in order.

        rule: How they decided, as a short phrase.

        needs_value: Whether the name alone cannot decide: `fits()` has to agree.

        inherited: Whether the category is that of the record around the field; it is for texts.
    """

    category: C | None = None
    words: tuple[str, ...] = ()
    rule: str = "no known word"
    needs_value: bool = False
    inherited: bool = False

    @property
    def personal(self) -> bool:
        """Whether the name says that the value is about a person."""
        return self.category is not None and self.category not in TECHNICAL

    @property
    def why(self) -> str:
        """The reason without the value: `caller name: PERSON_NAME (last words of the name)`."""
        if self.category is None:
            return self.rule
        return f"{' '.join(self.words)}: {self.category.value} ({self.rule})"

    def agrees(self, value: object, /) -> bool:
        """Whether *value* can be what the name says: `users: 17` is a count, not users."""
        if self.category is None or not fits(self.category, value):
            return False
        if self.inherited and is_enumerated(value):
            return False
        short = len("".join(self.words)) <= _SHORT_NAME
        if short and self.category is C.NATIONAL_ID and not is_numbered(value):
            # `rc`, `tin` and `run` are short for other things, too.
            return False
        plural = bool(self.words) and self.words[-1].endswith("s")
        return not (plural and counts(self.category, value))


NOTHING = Verdict()
