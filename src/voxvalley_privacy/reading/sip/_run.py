"""
One pass over one message: the policy's answers for single values, and what they leave to look for
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias, TypeVar

from ...actions import Exposure, LooksThrough, exposure, token_action
from ...placeholders import (
    BUDGET,
    BYTES,
    DEPTH,
    FAULT,
    OMIT,
    TRUNCATED,
    UNAVAILABLE,
    UNPARSEABLE,
    WITHHELD,
    label_of,
)
from ...policies import Policy
from ...protocols import Action, KnownParts, Treats
from ...vocabulary import DataCategory as C
from .._remembered import Remembered
from .._values import Needle
from ._grammar import HOST_NAME, IPV4, IPV6, SAFE_USER, TOKEN_LETTERS
from ._privacy import NOTHING_ASKED, Wishes

__all__ = [
    "ANONYMOUS_HOST",
    "LABELS",
    "REDACTED",
    "REDACTED_HOST",
    "TEL_HOST",
    "Engine",
    "Run",
]

# A text that was treated before: what it became, and what it left to look for and to look in.
Seen: TypeAlias = "tuple[str | None, tuple[Needle, ...], tuple[str, ...], tuple[str, ...]]"

Know: TypeAlias = Callable[[Iterable[Needle]], KnownParts]
MayHold: TypeAlias = Callable[[Iterable[Needle], Sequence[str], Sequence[str]], bool]


class Engine:
    """
    The parts of a policy that messages need, made once.

    *memo* and *older* hold raw values in memory, as many as the redactor may, and show none: the
    headers of a dialog recur in each of its messages.
    """

    __slots__ = (
        "depth",
        "know",
        "may_hold",
        "memo",
        "nodes",
        "older",
        "remembered",
        "tokens",
        "treater",
        "unknown",
    )

    def __init__(
        self,
        policy: Policy,
        treater: Treats,
        *,
        know: Know,
        may_hold: MayHold,
        remembered: Remembered,
    ) -> None:
        self.treater: Treats = treater
        self.remembered: Remembered = remembered
        # What finds the personal parts of some headers again in the texts of others.
        self.know: Know = know
        self.may_hold: MayHold = may_hold
        self.tokens: Action | None = token_action(policy.actions)
        self.unknown: str | None = None
        if policy.unknown == "scan":
            self.unknown = label_of(C.UNKNOWN)
        self.depth: int = min(policy.budget.depth, 16)
        self.nodes: int = policy.budget.nodes
        self.memo: dict[tuple[str, str], Seen] = {}
        self.older: dict[tuple[str, str], Seen] = {}


# What stands in a place that takes no brackets. A withheld identity has the form of RFC 3323,
# section 4.1.1.3, a redacted one another, so that the two are told apart; `invalid` is never a real
# domain (RFC 2606).
REDACTED = "redacted"
REDACTED_HOST = "redacted.invalid"
ANONYMOUS_HOST = "anonymous.invalid"
TEL_HOST = "tel.invalid"  # of what was a tel: address, which has no host
LABELS = frozenset(
    {*map(label_of, C), BUDGET, BYTES, DEPTH, FAULT, TRUNCATED, UNPARSEABLE, WITHHELD, UNAVAILABLE}
)
_OURS = frozenset({REDACTED_HOST, ANONYMOUS_HOST, TEL_HOST, "unknown.invalid"})

_Item = TypeVar("_Item")

_MOST_NEEDLES = 64
_MEMO_CHARS = 256
_SHORTEST_TOKEN = 40
_TELLABLE = frozenset({Exposure.TOKEN, Exposure.REVERSIBLE})


class Run:
    """
    One pass over one message. *known* holds what the first pass found that headers call personal.
    """

    __slots__ = (
        "engine",
        "first",
        "flooded",
        "kept",
        "known",
        "memo",
        "needles",
        "of_sender",
        "scanned",
        "treater",
        "wishes",
    )

    def __init__(
        self, engine: Engine, known: KnownParts | None = None, *, flooded: bool = False
    ) -> None:
        self.engine = engine
        self.treater = engine.treater
        self.known = known
        # With more needles than a pass may look for, no text is shown at all.
        self.flooded = flooded
        # Nothing in the message is known yet.
        self.first = known is None and not flooded
        self.wishes: Wishes = NOTHING_ASKED
        self.of_sender = "from"
        self.memo = engine.memo
        self.needles: list[Needle] = []
        self.kept: list[str] = []
        self.scanned: list[str] = []

    def honor(self, wishes: Wishes, of_sender: str, /) -> tuple[Wishes, str]:
        """
        Take what a message asks for and which header names its sender; return what held for the one
        around it.
        """
        outer = self.wishes, self.of_sender
        self.wishes, self.of_sender = wishes, of_sender
        # What was remembered was made without anything being asked for.
        self.memo = self.engine.memo if wishes is NOTHING_ASKED else {}
        return outer

    def again(self) -> Run | None:
        """
        Return a second pass, for a message whose texts may hold what its headers call personal.
        """
        if not self.needles or not (self.kept or self.scanned):
            return None
        if self.floods():
            return Run(self.engine, flooded=True)
        needles = dict.fromkeys(self.needles)
        if self._may_hold(needles):
            return Run(self.engine, self.engine.know(needles))
        return None

    def _may_hold(self, needles: Iterable[Needle]) -> bool:
        """Tell whether a text may hold a needle; words of a name count in free texts only."""
        may_hold = self.engine.may_hold
        if may_hold(needles, self.kept, []):
            return True
        return bool(self.scanned) and may_hold(needles, [], self.scanned)

    def floods(self) -> bool:
        """Tell whether more values are to be looked for than a pass may take on."""
        if len(self.needles) <= _MOST_NEEDLES or len(set(self.needles)) <= _MOST_NEEDLES:
            return False
        self.fault("budget")
        return True

    def fault(self, reason: str, /) -> None:
        """Count that something could not be treated."""
        self.treater.tally.add(self.treater.tally.faults, reason)

    def typed(self, text: str, category: C, /) -> str | None:
        """
        Return what the policy makes of a value, None where it goes, and note what tells the value
        elsewhere.
        """
        shown, needle = self.treater.typed(text, category)
        tally = self.treater.tally
        tally.add(tally.treated, category)
        # A value that stays, or means no data, identifies nobody.
        if needle is not None and shown != text and text not in LABELS:
            self.needles.append(needle)
        if shown is OMIT:
            return None
        if isinstance(shown, str):
            return shown
        return label_of(category)

    def hidden(self, text: str, category: C, /) -> None:
        """Note a value of a private identity: where it stands elsewhere, nothing of it shows."""
        _, needle = self.treater.typed(text, category)
        if needle is None:
            return
        if category is not C.PERSON_NAME:
            needle = needle._replace(category=C.UNKNOWN)
        self.needles.append(needle)

    def settled(self, text: str, category: C, /) -> bool:
        """Whether *text* is a token or a seal that this policy made of a value of *category*."""
        if len(text) < _SHORTEST_TOKEN or exposure(self.treater.actions[category]) not in _TELLABLE:
            return False
        return self.treater.typed(text, category)[0] == text

    def technical(self, text: str, /) -> str:
        """Return a text that the policy keeps, without anything personal in it."""
        made = self.treater.text(text)
        if self.flooded:
            return BUDGET
        if self.known is not None:
            return self.known.sweep(made, self.treater)
        self.kept.append(made)
        return made

    def free(self, text: str, /) -> str:
        """Return a text of whoever wrote it, without anything personal that is found in it."""
        if self.flooded:
            return BUDGET
        if self.known is not None:
            return self.known.scan(text, self.treater)
        self.scanned.append(text)
        return self.treater.text(text)

    def text(self, text: str, /) -> str | None:
        """Return a text of whoever wrote it as the policy shows such texts; None where it goes."""
        action = self.treater.actions[C.FREE_TEXT]
        if isinstance(action, LooksThrough) or exposure(action) is Exposure.ALL:
            return self.free(text)
        return self.typed(text, C.FREE_TEXT)

    def number(self, digits: str, /) -> str:
        """Return a technical number, or 0 when it is one that a header calls personal."""
        if len(digits) < 7 or self.technical(f"id {digits}")[3:] == digits:
            return digits
        return "0"

    def token(self, text: str, /) -> str:
        """Return the token of an id, the same for the same id in every message."""
        text = text.strip()
        action = self.engine.tokens
        if action is None or not text or text == REDACTED:
            return REDACTED
        token = action(text, C.CALL_ID)
        if isinstance(token, str) and SAFE_USER.fullmatch(token):
            return token
        return REDACTED

    def host(self, host: str, /, *, of_media: bool = False) -> str:
        """
        Return a host as the policy shows it: an address, a name, or a name under `invalid`.

        A seal does not fit in a host: what is shown beside it remains.

        Args:
            host: As it stands in the message.

            of_media: Whether it stands in a session description, which `Privacy: header` leaves
                alone.
        """
        kind = "host"
        if of_media:
            kind = "media"
        return self.remembered(kind, host, _host) or REDACTED_HOST

    def remembered(
        self, kind: str, text: str, treat: Callable[[Run, str, str], str | None], /
    ) -> str | None:
        """
        Treat a text, or take what was made of it the last time.

        Once values are known, that holds for texts only in which none of them is looked for.
        """
        seen = self.memo.get((kind, text))
        if seen is not None:
            made, needles, kept, scanned = seen
            if not (kept or scanned):
                self.needles += needles
                return made
            if self.first:
                self.needles += needles
                self.kept += kept
                self.scanned += scanned
                return made
        if self.first and self.wishes is NOTHING_ASKED and len(text) <= _MEMO_CHARS:
            return self._remember(kind, text, treat)
        return treat(self, kind, text)

    def _remember(
        self, kind: str, text: str, treat: Callable[[Run, str, str], str | None]
    ) -> str | None:
        engine, key = self.engine, (kind, text)
        seen = engine.older.pop(key, None)
        if seen is None:
            needles, kept, scanned = len(self.needles), len(self.kept), len(self.scanned)
            made = treat(self, kind, text)
            seen = (
                made,
                _since(self.needles, needles),
                _since(self.kept, kept),
                _since(self.scanned, scanned),
            )
        else:
            made = seen[0]
            self.needles += seen[1]
            self.kept += seen[2]
            self.scanned += seen[3]
        engine.remembered.put(engine, key, seen)
        return made


def _since(items: list[_Item], start: int) -> tuple[_Item, ...]:
    if len(items) == start:
        return ()
    return tuple(items[start:])


def _host(run: Run, kind: str, host: str) -> str:
    low = host.lower()
    if low in _OURS:
        return low
    if run.wishes.header and kind == "host":
        return REDACTED_HOST
    address = host
    if host.startswith("["):
        address = host[1:-1]
    if _is_address(address):
        return _as_host(run.typed(address, C.IP_ADDRESS))
    if low.endswith(".invalid") and _is_settled(run, host[:-8]):
        return host
    if HOST_NAME.fullmatch(host):
        return _as_host(run.typed(host, C.HOST))
    return REDACTED_HOST


def _is_settled(run: Run, stem: str) -> bool:
    return run.settled(stem, C.IP_ADDRESS) or run.settled(stem, C.HOST)


def _is_address(text: str) -> bool:
    if IPV4.fullmatch(text):
        return True
    return ":" in text and IPV6.fullmatch(text) is not None


def _as_host(shown: str | None) -> str:
    if shown is None:
        return REDACTED_HOST
    host = shown.partition(" ")[0]
    if TOKEN_LETTERS.fullmatch(host):
        return f"{host}.invalid"
    if IPV4.fullmatch(host) or HOST_NAME.fullmatch(host):
        return host
    if ":" in host and IPV6.fullmatch(host):
        return f"[{host}]"
    return REDACTED_HOST
