"""A path of names as words, compounds taken apart, and what a phrase of it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..vocabulary import DataCategory as C
from ._lexicon import Lexicon
from ._word_classes import MODIFIERS, NAME_HEADS, NUMBER_HEADS, OF_PARTIES, WEAK

__all__ = ["Name", "meaning", "phrase_meaning"]

_COMPOUND = 6  # letters from which on a word may be two
_SHORT_PIECES = ("id", "ip", "no")
_SHORTEST_PIECE = 3  # letters of a word in a compound, and one more


class Name(NamedTuple):
    """
    The words of a path.

    *words* are all of them from the root on, the last *own* of them the field's; *trimmed* are they
    without what modifies them, *steps* they name by name.
    """

    words: tuple[str, ...]
    own: int
    trimmed: tuple[str, ...]
    steps: tuple[tuple[str, ...], ...]
    lexicon: Lexicon

    @classmethod
    def of(cls, steps: Sequence[tuple[str, ...]], lexicon: Lexicon) -> Name:
        """Return the name of the field at the end of *steps*, compounds taken apart."""
        opened = tuple(
            tuple(piece for word in _bare(step) for piece in _pieces(word, lexicon))
            for step in steps
        )
        words = tuple(word for step in opened for word in step)
        return cls(words, len(opened[-1]), _trimmed(words, lexicon), opened, lexicon)

    @property
    def leaf(self) -> tuple[str, ...]:
        """The words of the field's own name."""
        return self.words[len(self.words) - self.own :] if self.own else ()


def _bare(step: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name without the `X-` of headers of one's own."""
    return step[1:] if len(step) > 1 and step[0] == "x" else step


def _pieces(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Take a compound apart where both pieces are known words: `destinationnumber`."""
    short = len(word) < _COMPOUND and word.isascii()
    known = word in lexicon.words or word in lexicon.heads
    if short or known or meaning(word, lexicon) is not None:
        return (word,)
    for cut in range(len(word) - 1, 0, -1):
        head, tail = word[:cut], word[cut:]
        if _is_piece(head, lexicon) and _is_piece(tail, lexicon):
            return (head, tail)
    return (word,)


def _is_piece(word: str, lexicon: Lexicon) -> bool:
    if not word.isascii():
        # Scripts without spaces: one sign can be a word.
        return word in lexicon.words or word in NUMBER_HEADS | NAME_HEADS | OF_PARTIES
    if word in _SHORT_PIECES:
        return True
    if len(word) <= _SHORTEST_PIECE:
        return False
    if word in OF_PARTIES:
        return True
    return word in lexicon.words and word not in WEAK


def _trimmed(words: tuple[str, ...], lexicon: Lexicon) -> tuple[str, ...]:
    end = len(words)
    while end > 1 and (words[end - 1].isdigit() or words[end - 1] in MODIFIERS):
        if _ends_a_phrase(words[:end], lexicon):
            break
        end -= 1
    return words[:end]


def _ends_a_phrase(words: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Tell whether the last two or three words mean something together."""
    if len(words) >= 2 and meaning("".join(words[-2:]), lexicon):
        return True
    return len(words) >= 3 and meaning("".join(words[-3:]), lexicon) is not None


def phrase_meaning(phrase: tuple[str, ...], lexicon: Lexicon) -> C | None:
    # Letters that only happen to be side by side are not a word: `2K\x85b`.
    if len(phrase) > 1 and all(len(word) == 1 and word.isascii() for word in phrase):
        return None
    return meaning("".join(phrase), lexicon)


def meaning(joined: str, lexicon: Lexicon) -> C | None:
    """Return what a phrase says, in the singular or as it is."""
    singulars = (joined, joined.removesuffix("s"), _ies(joined), joined.removesuffix("es"))
    known = (lexicon.phrases.get(word) for word in singulars if len(word) > 2 or word == joined)
    return next((category for category in known if category is not None), None)


def _ies(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word
