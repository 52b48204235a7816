"""Who is who among those who ask, approve and review: one person under every account."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

__all__ = ["Staff"]


class Staff:
    """
    Tell the person behind an account, in any spelling of it.

    Args:
        people: Account -> person, for people with several accounts.
    """

    def __init__(self, people: Mapping[str, str] | None, /) -> None:
        self._people = {_folded(name): _folded(who) for name, who in (people or {}).items()}

    def __call__(self, account: str, /) -> str:
        """Return the person; that of an account that is not listed is the account itself."""
        name = _folded(account)
        return self._people.get(name, name)


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    # Nobody sees a space or a mark of no width: with one, an account is no other account.
    return "".join(letter for letter in text if unicodedata.category(letter)[0] not in "CZ")
