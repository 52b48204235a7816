"""The consent ledger."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import attrs

from ..decisions import Decision, Reason
from ..errors import ConfigurationError
from ..keys import KeyRing
from ..ledgers import Subject, Subjects, canonical_sender
from ..stores import Clock, EventStore, system_clock
from ._consent_books import ConsentBooks
from ._consent_reasons import accepted, because
from ._consented import Consented, decided
from ._contact import Use, marketing_through
from ._entries import Entry, Evidence, Kind, Notices, known_purpose, zoned
from ._fold import History, suppressions
from ._readable_scopes import is_name, named_origin, readable_scope, widened

__all__ = ["ConsentLedger"]


class ConsentLedger:
    """
    Remember who consented to what, who took it back, and who wants no messages.

    Only keyed tokens of subjects are stored. What is withdrawn is seen by the next check in any
    thread or process; a withdrawal is accepted even while the store fails.

    Args:
        store: Keeps the events.

        keys: Makes tokens and seals events. Without these keys nobody can find the opt-outs in the
            store again.

        notices: The versions of the notices that consents name; None to accept consents that name
            none.

        clock: The time of what is written.

        region: The country of numbers without a country code, for example "US". The store keeps it.

        journal: The file for withdrawals while the store fails. Without it: beside the store if
            that is a file, else memory. A store in a database server needs one, or a withdrawal is
            lost with the process.

    Raises:
        voxvalley_privacy.StoreError: If the store cannot be read.

        voxvalley_privacy.ConfigurationError: If the store was written with keys that are not in
            *keys* or with another *region*, or the clock gives times without a zone.
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
        self._keys = keys
        subjects = Subjects(keys, region=region)
        self._books = ConsentBooks(store, keys=keys, subjects=subjects, journal=kept)
        self._clock = zoned(clock)
        self.notices = notices

    tenant: str | None = None  # whose ledger it is; None for the owner's of the store

    def __repr__(self) -> str:
        return f"ConsentLedger({type(self._books.store).__name__})"

    def for_tenant(self, name: str, /) -> ConsentLedger:
        """
        Return the ledger of one tenant, in the same store.

        What is recorded, lifted or erased for one tenant, no other tenant sees or changes.

        Args:
            name: The tenant's id.
        """
        keys = self._keys.for_tenant(name)
        ledger = object.__new__(ConsentLedger)
        ledger.__dict__.update(self.__dict__)
        ledger._books = self._books.for_tenant(Subjects(keys, region=self.region), keys)
        ledger.tenant = name
        return ledger

    # Consents

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
            evidence: How it was given. Without an affirmative act the consent permits nothing.
            controller: For whom; empty for the app's owner.
            category: For which kind of data; empty for what the purpose needs.
            recipient: Who else gets it; empty for nobody.
            expires: When it ends by itself, with a time zone.
            key: Idempotency key: a consent with the same key is recorded once.

        Raises:
            voxvalley_privacy.ConfigurationError: If an argument is unknown, or a time has no zone.
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
        """Record that a consent was confirmed under a new notice; one that ended stays ended."""
        return self._record(
            subject, self._entry(Kind.RECONFIRMED, purpose=purpose, evidence=evidence, **scope)
        )

    def request(self, subject: Subject, purpose: str, /, **scope: str) -> Entry:
        """Record that consent was asked for; that is not yet a consent."""
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

    # Always accepted

    def refuse(self, subject: Subject, purpose: str | None = None, /, **scope: str) -> Decision:
        """Record that the person said no; it is always accepted."""
        return self._take_away(subject, Kind.REFUSED, purpose, **scope)

    def withdraw(self, subject: Subject, purpose: str | None = None, /, **scope: str) -> Decision:
        """
        Take consent back.

        Args:
            subject: Anything; what cannot be matched to a person is accepted too.

            purpose: For this purpose, its children and its parents; None for all. An unknown
                purpose counts as all.

            scope: `controller`, `category`, `recipient`, or `channel` for marketing on that
                channel; left out, all of them.

        Returns:
            An allow, always: the withdrawal holds. Its reasons say where it is kept and whether it
            could be matched; its obligations, who must be told.
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
        Put the person on the list of those who want no messages; accepted as `withdraw` is.

        Args:
            subject: Anything.

            sender: From this number, sender id or group of senders only; empty for all.

            purpose: For this purpose only; empty or unknown for everything.

            origin: Who asked for it, for example `manual`, `import` or `complaint`.

            key: Idempotency key.
        """
        scope = readable_scope(sender, purpose, region=self.region)
        entry = self._entry(Kind.SUPPRESSED, origin=named_origin(origin), **scope)
        more = widened(sender, entry.sender) or widened(purpose, entry.purpose)
        return self._accept(subject, entry, *more, key=key)

    def lift(
        self, subject: Subject, /, *, sender: str = "", purpose: str = "", origin: str = "manual"
    ) -> Entry:
        """
        Take suppressions back.

        Args:
            subject: Whose.
            sender: Those about this sender or group; empty for all.
            purpose: Those for this purpose; empty for all.

            origin: With `keyword`, only those that a message to *sender* made.
        """
        entry = self._entry(
            Kind.LIFTED, purpose=purpose, sender=self._sender(sender), origin=origin
        )
        return self._record(subject, entry)

    def erase(self, subject: Subject, /) -> Decision:
        """
        Forget the details of everything about the subject, and keep from what they opted out.

        The token and the kinds and times of events stay. Consents end. Opt-outs hold as they were,
        each for its purpose and sender, and can be lifted by the person.

        Raises:
            voxvalley_privacy.StoreError: If the details may still be there; the consents have ended
                all the same.
        """
        erased = self._entry(Kind.ERASED, carried=True)
        try:
            kept = self._books.erase(subject, erased, self._holding(subject))
        except Exception:  # whatever a store raises: the consents end at once
            decision = self._accept(subject, attrs.evolve(erased, carried=False))
        else:
            decision = accepted("withdrawal.recorded", kept, *self.unmatched(subject))
        written = decision.value.position if isinstance(decision.value, Entry) else 0
        self._books.scrub(subject, before=written or None)
        return decision

    def _holding(self, subject: Subject) -> tuple[Entry, ...]:
        """Return what an erasure leaves standing: opt-outs, and what messages ended before them."""
        entries = self._books.history(subject)
        starts = [
            entry
            for entry in entries
            if entry.kind is Kind.LIFTED and entry.origin == "keyword" and not entry.scrubbed
        ]
        return (*suppressions(entries), *starts)

    # Reading

    def history(self, subject: Subject, /) -> History:
        """
        Return everything on record about *subject*, in the order it counts.

        Raises:
            voxvalley_privacy.StoreError: If not everything can be read and proved.
        """
        return self._books.history(subject)

    def permits(
        self, subject: Subject, purpose: str, /, *, recipient: str, at: datetime
    ) -> Decision:
        """Decide whether a consent lets *recipient* have data, also for purposes that need none."""
        use = Use(of=subject, purpose=purpose, at=at, recipient=recipient)
        return decided(self, use, Consented(self).explicit)

    def now(self) -> datetime:
        """Return the time by the ledger's clock."""
        return self._clock()

    @property
    def books(self) -> ConsentBooks:
        """The entries in the store, for rules and inboxes; apps do without."""
        return self._books

    def unmatched(self, subject: object, /) -> tuple[Reason, ...]:
        """Return a reason if nobody is protected by what is recorded about *subject*."""
        if self.knows(subject):
            return ()
        return (because("withdrawal.unmatched"),)

    @property
    def region(self) -> str | None:
        """The country of numbers without a country code."""
        return self._books.subjects.region

    def knows(self, subject: object, /) -> bool:
        """Whether *subject* is a number, an e-mail address or an account that can be matched."""
        return bool(self._books.subjects.tokens(subject))

    def token(self, subject: Subject, /) -> str:
        """Return the token that names *subject* in the store."""
        return self._books.subjects.tokens_of_anything(subject)[0]

    def replay(self) -> int:
        """
        Move withdrawals from the local journal to the store; every write does it first.

        Raises:
            voxvalley_privacy.StoreError: If the store still fails; nothing is lost.
        """
        return self._books.replay()

    @property
    def journal_is_durable(self) -> bool:
        """Whether withdrawals survive the process while the store fails; ask this at the start."""
        return self._books.journal.is_durable

    def quarantine(self) -> int:
        """
        Move lines that cannot be proved out of the journal, into a file beside it; return how many
        there were.

        Until then every check denies, as such a line may be anybody's withdrawal. Look at each of
        them.
        """
        return self._books.journal.quarantine()

    def head(self) -> tuple[int, bytes] | None:
        """Return the newest position and mac; kept elsewhere, they show a cut of the tail."""
        head = self._books.store.head()
        if head is None:
            return None
        return head.position, head.mac

    def verify(self, *, anchor: tuple[int, bytes] | None = None) -> int:
        """
        Check every event in the store, their order, and that *anchor* is among them; return how
        many there are.

        Raises:
            voxvalley_privacy.StoreCorrupt: If anything was changed, left out, added, swapped, or
                cut before the anchor.
        """
        return self._books.chain.verify(self._books.store.scan(), anchor=anchor)[0]

    # How

    def _entry(self, kind: Kind, **details: object) -> Entry:
        at = self.now()
        return Entry(kind=kind, at=at, **details)  # type: ignore[arg-type]  # by name

    def _record(self, subject: Subject, entry: Entry, *, key: str = "") -> Entry:
        if not (known_purpose(entry.purpose) if entry.purpose else entry.kind not in _NEED_PURPOSE):
            raise ConfigurationError("'purpose' must be one of Purpose or a dotted child of one.")
        if any(at is not None and at.tzinfo is None for at in (entry.at, entry.expires)):
            raise ConfigurationError("Times need a time zone.")
        # Anything else, once stored, would make the person's record unreadable.
        if not isinstance(entry.evidence, Evidence | None):
            raise ConfigurationError("'evidence' must be a consent.Evidence.")
        return self._books.record(subject, entry, key=key)

    def _sender(self, sender: str) -> str:
        return canonical_sender(sender, region=self.region)

    def _take_away(
        self, subject: Subject, kind: Kind, purpose: str | None, **scope: str
    ) -> Decision:
        channel = scope.pop("channel", None)
        if channel is not None:
            purpose = marketing_through(channel, purpose)
        if purpose is None:
            purpose = ""
        elif not known_purpose(purpose):
            scope = {"unknown": purpose}
        if scope.keys() <= _SCOPES and all(map(is_name, scope.values())):
            return self._accept(subject, self._entry(kind, purpose=purpose, **scope))
        # Anything else is taken in its widest sense.
        return self._accept(subject, self._entry(kind), because("withdrawal.widened"))

    def _accept(self, subject: Subject, entry: Entry, *more: Reason, key: str = "") -> Decision:
        code, kept = self._books.accept(subject, entry, key=key)
        return accepted(code, kept, *more, *self.unmatched(subject))


_NEED_PURPOSE = {Kind.GIVEN, Kind.RECONFIRMED, Kind.REQUESTED, Kind.EXPIRED}
_SCOPES = {"controller", "category", "recipient"}
