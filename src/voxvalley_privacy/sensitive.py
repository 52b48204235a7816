"""A text that does not give itself away."""

from __future__ import annotations

from typing import ClassVar

from .errors import NotPicklable

__all__ = ["Sensitive"]


class Sensitive:
    """
    Carry a text that repr, str, format, json and pickle do not show.

    Call `reveal()` for the text, in the one place that needs it.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str, /) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __repr__(self) -> str:
        return "Sensitive(<hidden>)"

    __str__ = __repr__

    def __format__(self, spec: str, /) -> str:
        return repr(self)

    def __eq__(self, other: object, /) -> bool:
        return isinstance(other, Sensitive) and self._text == other._text

    # A hash of a phone number can be searched for; equality is enough.
    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # unhashable on purpose

    def __reduce__(self) -> tuple[object, ...]:
        raise NotPicklable("A Sensitive text is not pickled; reveal() it where it is needed.")

    def __getstate__(self) -> object:
        raise NotPicklable(
            "A Sensitive text is not copied into a state; reveal() it where it is needed."
        )
