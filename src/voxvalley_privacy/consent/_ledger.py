"""The consent ledger."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import attrs

from ..decisions import Decision, Obligation, Reason
from ..errors import ConfigurationError
from ..keys import KeyRing
from ..stores import Clock, EventStore, system_clock
from ._books import Books
from ._consent_reasons import because
from ._entries import Entry, Evidence, Kind, Notices, known_purpose
from ._fold import SKEW, Scope, standing
from ._subjects import Subject, canonical_sender

__all__ = ["ConsentLedger"]


class ConsentLedger:
    """
    Remember who consented to what, who took it back, and who wants no messages.

    Only keyed tokens of subjects are stored. What is withdrawn is seen by the next check in any thread or process; a
    withdrawal is accepted even while the store fails.

    Args:
        store: Keeps the events.

        keys: Makes tokens and seals events. Lose it, and every opt-out in the store is lost: nobody can find it again.

        notices: The versions of the notices that consents name; None to accept consents that name none.

        clock: Tells the time of what is written.

        region: The country of numbers without a country code, as "US".

        journal: The file for withdrawals while the store fails. Without it: beside the store if that is a file, else memory.

    Raises:
        voxvalley_privacy.StoreError: If the store cannot be read.

        voxvalley_privacy.ConfigurationError: If the store was written with keys that are not in *keys*.
    """

    def __init__(
        self,
        store: EventStore,
        /,
        *,
        keys: KeyRing,
        notices: Notices | None = None,
        clock: Clock = system_clock,
        region: str | None = None,
        journal: str | Path | None = None,
    ) -> None:
        beside = store.path and store.path.with_name(store.path.name + ".withdrawn")
        kept = Path(journal) if journal is not None else beside
        self._books = Books(store, keys=keys, region=region, journal=kept)
        self._clock = clock
        self.notices = notices

    def __repr__(self) -> str:
        return f"ConsentLedger({type(self._books.store).__name__})"

    # Consents ---------------------------------------------------------------------------------------------------------

    def give(
        self,
        subject: Subject,
        purpose: str,
        /,
        *,
        evidence: Evidence,
        controller: str = "",
        category: str = "",
        recipient: str = "",
        expires: datetime | None = None,
        key: str = "",
    ) -> Entry:
        """
        Record a consent.

        Args:
            subject: A phone number in any spelling, an e-mail address or an `Account`.

            purpose: One of `voxvalley_privacy.Purpose` or a dotted child of one.

            evidence: How it was given. If that was not by an affirmative act, the consent permits nothing.

            controller: For whom; empty for the app's owner.

            category: For which kind of data; empty for what the purpose needs.

            recipient: Who else gets it; empty for nobody.

            expires: When it ends by itself, with a time zone.

            key: Idempotency key: a consent with the same key is recorded once.

        Raises:
            voxvalley_privacy.ConfigurationError: If the subject or purpose is unknown, or a time has no zone.

            voxvalley_privacy.StoreError: If it was not recorded.
        """
        entry = self._entry(
            Kind.GIVEN,
            purpose=purpose,
            evidence=evidence,
            controller=controller,
            category=category,
            recipient=recipient,
        )
        return self._record(subject, attrs.evolve(entry, expires=expires), key=key)

    def reconfirm(
        self, subject: Subject, purpose: str, /, *, evidence: Evidence, **scope: str
    ) -> Entry:
        """Record that a consent was confirmed, as after a change of the notice; it revives nothing that ended."""
        return self._record(
            subject, self._entry(Kind.RECONFIRMED, purpose=purpose, evidence=evidence, **scope)
        )

    def request(self, subject: Subject, purpose: str, /, **scope: str) -> Entry:
        """Record that consent was asked for; that is no consent."""
        return self._record(subject, self._entry(Kind.REQUESTED, purpose=purpose, **scope))

    def expire(self, subject: Subject, purpose: str, /, **scope: str) -> Entry:
        """End a consent that has run its time."""
        return self._record(subject, self._entry(Kind.EXPIRED, purpose=purpose, **scope))

    def record_reassignment_check(self, subject: Subject, answer: str, /) -> Entry:
        """
        Record what a reassigned-numbers database said.

        Args:
            subject: The number.

            answer: `yes` (it went to another person: every consent ends), `no` or `no_data`.
        """
        if answer not in {"yes", "no", "no_data"}:
            raise ConfigurationError("'answer' must be 'yes', 'no' or 'no_data'.")
        return self._record(subject, self._entry(Kind.CHECKED, answer=answer))

    # What is always accepted --------------------------------------------------------------------------------------------

    def refuse(self, subject: Subject, purpose: str | None = None, /, **scope: str) -> Decision:
        """Record that the person said no; always accepted, as `withdraw`."""
        return self._take_away(subject, Kind.REFUSED, purpose, **scope)

    def withdraw(self, subject: Subject, purpose: str | None = None, /, **scope: str) -> Decision:
        """
        Take consent back.

        Args:
            subject: Anything; even what is no number is accepted.

            purpose: For this purpose, its children and its parents; None for all. An unknown purpose counts as all.

            scope: `controller`, `category`, `recipient`; left out, all of them.

        Returns:
            An allow, always: the withdrawal holds. Its reason says where it is kept; its obligations, who must be told.
        """
        return self._take_away(subject, Kind.WITHDRAWN, purpose, **scope)

    def suppress(
        self,
        subject: Subject,
        /,
        *,
        sender: str = "",
        purpose: str = "",
        origin: str = "manual",
        key: str = "",
    ) -> Decision:
        """
        Put the person on the list of those who want no messages; always accepted, as `withdraw`.

        Args:
            subject: Anything.

            sender: From this number or sender id only; empty for all.

            purpose: For this purpose only; empty for everything.

            origin: What made it, as `manual`, `import`, `complaint`.

            key: Idempotency key.
        """
        return self._accept(
            subject,
            self._entry(
                Kind.SUPPRESSED, purpose=purpose, sender=canonical_sender(sender), origin=origin
            ),
            key=key,
        )

    def suppress_by_keyword(
        self, subject: str, /, *, sender: str, origin: str, key: str = ""
    ) -> tuple[Decision, bool]:
        """
        Suppress for *sender*, and tell whether that is new: of many who try at once, one is told so.

        Args:
            subject: Anything.

            sender: The number or sender id that the keyword was sent to.

            origin: `keyword` or `likely`.

            key: The provider's message id.
        """
        entry = self._entry(Kind.SUPPRESSED, sender=canonical_sender(sender), origin=origin)
        code, made, first = self._books.suppress(subject, entry, key=key)
        return _accepted(code, made), first

    def give_imported(self, subject: Subject, entry: Entry, /) -> Entry | None:
        """
        Record a consent from elsewhere; None if it would raise what was taken back. See `import_consents`.

        Raises:
            voxvalley_privacy.ConfigurationError: If it is dated in the future: until then no answer could be given.
        """
        if entry.at > self.now() + SKEW:
            raise ConfigurationError("'at' must not be in the future.")
        scope = Scope(entry.purpose, entry.controller, entry.category, entry.recipient)
        found = standing((*self.history(subject), entry), scope)
        return (
            self._record(subject, entry)
            if found.consent is not None and found.consent is entry
            else None
        )

    def lift(
        self, subject: Subject, /, *, sender: str = "", purpose: str = "", origin: str = "manual"
    ) -> Entry:
        """Take suppressions back: with *origin* `keyword` only those that a keyword made for *sender*."""
        return self._record(
            subject,
            self._entry(
                Kind.LIFTED, purpose=purpose, sender=canonical_sender(sender), origin=origin
            ),
        )

    def erase(self, subject: Subject, /) -> Decision:
        """
        Forget the details of everything about the subject, and keep that they must not be contacted.

        The token and the kinds and times of events stay; consents end, opt-outs hold.

        Raises:
            voxvalley_privacy.StoreError: If the details may still be there; the consents have ended all the same.
        """
        decision = self._accept(subject, self._entry(Kind.ERASED))
        erased = decision.value.position if isinstance(decision.value, Entry) else 0
        self._books.scrub(subject, through=erased)
        return decision

    # Reading ----------------------------------------------------------------------------------------------------------

    def history(self, subject: Subject, /) -> tuple[Entry, ...]:
        """
        Return everything on record about *subject*, in the order it counts.

        Raises:
            voxvalley_privacy.StoreError: If not everything can be read and proved.
        """
        return self._books.history(subject)

    def now(self) -> datetime:
        """Tell the time by the ledger's clock."""
        return self._clock()

    def knows(self, subject: object, /) -> bool:
        """Tell whether *subject* is a number, an e-mail address or an account at all."""
        return bool(self._books.subjects.tokens(subject))

    def token(self, subject: Subject, /) -> str:
        """Return the token that stands for *subject* in the store."""
        return self._books.subjects.tokens_of_anything(subject)[0]

    def replay(self) -> int:
        """
        Move withdrawals from the local journal to the store; every write does it first.

        Raises:
            voxvalley_privacy.StoreError: If the store still fails; nothing is lost.
        """
        return self._books.replay()

    def head(self) -> tuple[int, bytes] | None:
        """Return the newest position and mac: note them outside the store to see later that its tail was cut."""
        head = self._books.store.head()
        return (head.position, head.mac) if head else None

    def verify(self, *, anchor: tuple[int, bytes] | None = None) -> int:
        """
        Check every event in the store, their order, and that *anchor* is among them; return how many there are.

        Raises:
            voxvalley_privacy.StoreCorrupt: If anything was changed, left out, added, swapped, or cut before the anchor.
        """
        return self._books.chain.verify(self._books.store.scan(), anchor=anchor)[0]

    # How --------------------------------------------------------------------------------------------------------------

    def _entry(self, kind: Kind, **details: object) -> Entry:
        return Entry(kind=kind, at=self.now(), **details)  # type: ignore[arg-type]  # checked by attrs at run time

    def _record(self, subject: Subject, entry: Entry, *, key: str = "") -> Entry:
        if not (known_purpose(entry.purpose) if entry.purpose else entry.kind not in _NEED_PURPOSE):
            raise ConfigurationError("'purpose' must be one of Purpose or a dotted child of one.")
        if any(at is not None and at.tzinfo is None for at in (entry.at, entry.expires)):
            raise ConfigurationError("Times need a time zone.")
        return self._books.record(subject, entry, key=key)

    def _take_away(
        self, subject: Subject, kind: Kind, purpose: str | None, **scope: str
    ) -> Decision:
        widened = purpose is not None and not known_purpose(purpose)
        named = "" if purpose is None or widened else purpose
        more = (because("withdrawal.widened"),) if widened else ()
        return self._accept(subject, self._entry(kind, purpose=named, **scope), *more)

    def _accept(self, subject: Subject, entry: Entry, *more: Reason, key: str = "") -> Decision:
        code, kept = self._books.accept(subject, entry, key=key)
        return _accepted(code, kept, *more)


_NEED_PURPOSE = {Kind.GIVEN, Kind.RECONFIRMED, Kind.REQUESTED, Kind.EXPIRED}


def _accepted(code: str, entry: Entry, *more: Reason) -> Decision:
    duties = [
        Obligation(
            code="withdrawal.tell_recipients", text="Tell everyone who got the data.", due=entry.at
        )
    ]
    if code != "withdrawal.recorded":
        duties.append(
            Obligation(
                code="withdrawal.replay",
                text="Call replay() until the store takes it.",
                due=entry.at,
            )
        )
    return Decision.allow(
        because(code), *more, obligations=duties, value=entry, evaluated_at=entry.at
    )
