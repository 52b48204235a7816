"""The audit log: every act with a side effect, provable, and forgettable person by person."""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from ..decisions import Decision
from ..errors import ConfigurationError, InvalidToken, StoreCorrupt
from ..keys import KeyRing
from ..ledgers import Account, Subjects, chain_of, of_book, salted
from ..stores import Clock, Draft, Event, EventStore, system_clock
from ._merkle import Proof, Tree, leaf_hash, root_of
from ._signed_note import Checkpoint, open_note, sign_note

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

__all__ = ["AuditLog", "Receipt", "check", "generate_signer", "to_file"]

_BOOK = "audit"


@attrs.frozen(kw_only=True)
class Receipt:
    """
    Prove to whoever holds it what was recorded.

    Args:
        position: Its place in the store.

        head: The public head of the leaf, as JSON.

        leaf: The hash of the leaf.
    """

    position: int
    head: str
    leaf: bytes

    def is_whole(self) -> bool:
        """Whether the head is the one of the leaf."""
        return leaf_hash(self.head.encode()) == self.leaf


def generate_signer() -> Ed25519PrivateKey:
    """Return a new signing key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate()


@attrs.frozen
class _ToFile:
    path: Path

    def __call__(self, note: str, /) -> None:
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, note.encode() + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)


def to_file(path: str | Path, /) -> Callable[[str], None]:
    """Return a witness that appends each note to a file, which should be on another machine."""
    return _ToFile(Path(path))


class AuditLog:
    """
    Record acts as leaves of a tree.

    Args:
        store: Keeps the events; each is chained with those of every other book.

        keys: Makes tokens and seals events.

        signer: Signs checkpoints, an Ed25519 key.

        witnesses: Callables that get every signed note, so that a cut tail is seen.

        origin: The name of this log in its notes.

        clock: The time.

        region: The country of numbers without a country code.
    """

    def __init__(
        self,
        store: EventStore,
        /,
        *,
        keys: KeyRing,
        signer: Ed25519PrivateKey,
        witnesses: Iterable[Callable[[str], None]] = (),
        origin: str = "voxvalley-privacy",
        clock: Clock = system_clock,
        region: str | None = None,
    ) -> None:
        if not origin or any(map(str.isspace, origin)):
            raise ConfigurationError("'origin' must be a name without spaces.")
        self._store = store
        self._chain = chain_of(keys)
        self._people = Subjects(keys, region=region, book=_BOOK)
        self._signer = signer
        self._witnesses = tuple(witnesses)
        self._origin = origin
        self._clock = clock
        self._tree = Tree()
        self._places: dict[int, int] = {}
        self._read_to = 0

    @property
    def public_key(self) -> Ed25519PublicKey:
        """The key that checks what this log signs."""
        return self._signer.public_key()

    def draft(
        self, decision: Decision, /, *, actor: str, act: str, about: object = None
    ) -> tuple[Draft, str]:
        """Make a draft to append with the act's own events, and the public head of its leaf."""
        now = self._clock()
        body = {
            "actor": actor,
            "codes": list(decision.codes),
            "effect": str(decision.effect),
        }
        salt = secrets.token_bytes(16)
        spelled = json.dumps(body, sort_keys=True, separators=(",", ":"))
        commitment = hmac.digest(salt, spelled.encode(), "sha256").hex()
        head = _head(act, now, commitment)
        subject = Account("(nobody)") if about is None else about
        draft = Draft(
            stream=self._people.tokens_of_anything(subject)[0],
            kind=act,
            body=salted({**body, "opening": salt.hex()}),
            at=now,
            # The hash of the leaf outlives the body: every proof holds after it is forgotten.
            key=f"leaf {leaf_hash(head.encode()).hex()}",
        )
        return draft, head

    def record(
        self, decision: Decision, /, *, actor: str, act: str, about: object = None
    ) -> Receipt:
        """
        Record an act.

        Args:
            decision: What permitted it; its codes are kept, its value is not.

            actor: Who acted.

            act: What was done, a dotted name.

            about: Whom it was about, in any spelling.

        Raises:
            voxvalley_privacy.StoreError: If it was not recorded: then the act must not happen.
        """
        draft, head = self.draft(decision, actor=actor, act=act, about=about)
        event = self._store.append(draft, seal=self._chain)[0]
        return Receipt(position=event.position, head=head, leaf=_leaf(event))

    def checkpoint(self) -> str:
        """
        Sign the head of the tree, and hand it to every witness.

        Raises:
            voxvalley_privacy.StoreError: If the log cannot be read, or a witness fails.
        """
        self._catch_up()
        note = sign_note(Checkpoint(self._origin, len(self._tree), self._tree.root()), self._signer)
        for witness in self._witnesses:
            witness(note)
        return note

    def prove(self, receipt: Receipt, /, *, size: int | None = None) -> Proof:
        """
        Prove that what *receipt* names is in the log.

        Raises:
            voxvalley_privacy.StoreCorrupt: If it is not there.
        """
        self._catch_up()
        place = self._places.get(receipt.position)
        if place is None or self._tree.leaves[place] != receipt.leaf:
            raise StoreCorrupt("The receipt names a leaf that is not in the log.")
        return self._tree.prove(place, size)

    def prove_position(self, position: int, /) -> Proof:
        """
        Prove the leaf at a position of the store.

        Raises:
            voxvalley_privacy.StoreCorrupt: If no leaf is there.
        """
        self._catch_up()
        place = self._places.get(position)
        if place is None:
            raise StoreCorrupt("No leaf of the log is at this position.")
        return self._tree.prove(place)

    def verify(self, *, trusted: str | None = None) -> int:
        """
        Check every event of the store, and that the tree continues the one of *trusted*.

        Returns:
            How many leaves there are.

        Raises:
            voxvalley_privacy.StoreCorrupt: If anything was changed, cut, swapped or forked.

            voxvalley_privacy.InvalidToken: If *trusted* was not signed by this log.
        """
        self._chain.verify(self._store.scan())
        self._tree, self._places, self._read_to = Tree(), {}, 0
        self._catch_up()
        if trusted is not None:
            head = open_note(trusted, self.public_key)
            if head.size > len(self._tree) or self._tree.root(head.size) != head.root:
                raise StoreCorrupt("The log does not continue what was witnessed.")
        return len(self._tree)

    def forget(self, subject: object, /) -> int:
        """
        Erase actor, codes and salt of what was recorded about a person; every proof still holds.

        Returns:
            How many entries were about them.
        """
        total = 0
        for stream in self._people.tokens_of_anything(subject):
            events = self._store.read(stream)
            total += sum(event.body is not None for event in events)
            if events:
                self._store.scrub(stream, through=events[-1].seq)
        return total

    def _catch_up(self) -> None:
        for event in self._store.scan(after=self._read_to):
            self._chain.check(event)
            if of_book(event, _BOOK):
                self._places[event.position] = self._tree.add(_leaf(event))
            self._read_to = event.position


def check(*, proof: Proof, checkpoint: str, public_key: Ed25519PublicKey) -> bool:
    """Whether *proof* leads to the signed head; needs no secret."""
    try:
        head = open_note(checkpoint, public_key)
    except InvalidToken:
        return False
    return head.size == proof.size and head.root == root_of(proof)


def _head(act: str, at: datetime, commitment: str) -> str:
    details = {"act": act, "at": at.isoformat(), "commitment": commitment, "v": 1}
    return json.dumps(details, sort_keys=True, separators=(",", ":"))


def _leaf(event: Event) -> bytes:
    return bytes.fromhex(event.key.removeprefix("leaf "))
