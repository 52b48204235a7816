"""The book of releases: what was published, and what the budget paid for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

import attrs

from ..errors import ConfigurationError
from ..keys import KeyRing
from ..ledgers import Book, Fold
from ..stores import Clock, Conflict, Draft, Event, EventStore, system_clock
from ._counting import Key, Question
from ._grid import Span
from ._release_spec import exact

__all__ = ["History", "Published", "ReleaseLedger"]

_TRIES = 16


@attrs.frozen(kw_only=True)
class Published:
    """One entry of the book: a table, with its question."""

    question: Question
    count: str
    settings: str
    to: str
    line: int
    noisy: bool
    true_totals: bool
    window: Span
    values: Mapping[Key, int]
    totals: Mapping[str, Mapping[str, int]]


@attrs.frozen(kw_only=True)
class History:
    """All of a data set's book."""

    size: int = 0
    grid: str = ""
    people: str = ""
    tables: tuple[Published, ...] = ()
    epsilon: Fraction = Fraction(0)
    spent: Mapping[str, Fraction] = attrs.field(factory=dict)


class ReleaseLedger:
    """
    Remember every table that was published, and charge budgets.

    What was published once is the answer for ever; a charge is never given back.

    Args:
        store: Keeps the events.

        keys: Makes tokens and seals events.

        clock: The time of what is written.

    Raises:
        voxvalley_privacy.ConfigurationError: If a setting cannot be used.
    """

    def __init__(self, store: EventStore, /, *, keys: KeyRing, clock: Clock = system_clock) -> None:
        self._book = Book(store, keys=keys, name="release", clock=clock)
        self._folds: dict[str, Fold[History]] = {}
        self._draws = keys.derive("release.draw")

    def __repr__(self) -> str:
        return f"ReleaseLedger({self._book!r})"

    def budget(
        self,
        dataset: str,
        /,
        *,
        epsilon: str | int | Fraction,
        per: str = "P1M",
        unit: str = "person",
    ) -> None:
        """
        Set what the noisy releases of a calendar month may cost together.

        Args:
            dataset: The name of the data set.

            epsilon: A decimal text or a fraction; later it may only be lowered.

            per: `P1M`: the calendar month, by UTC.

            unit: `person`: all records of a person together.

        Raises:
            voxvalley_privacy.ConfigurationError: If it cannot be used, or would be raised.

            voxvalley_privacy.StoreError: If it was not stored.
        """
        amount = exact(epsilon)
        if per != "P1M" or unit != "person":
            raise ConfigurationError("A budget is per='P1M' and unit='person'.")
        history = self.history(dataset)
        if history.epsilon and amount > history.epsilon:
            raise ConfigurationError("A budget may only be lowered.")
        draft = self.draft(dataset, history, "budget", {"epsilon": str(amount)})
        self.append(draft)

    def spent(self, dataset: str, month: datetime | str, /) -> Fraction:
        """
        Return what the releases about a month cost so far.

        Args:
            dataset: The name of the data set.

            month: A time in it, or a text such as `2026-11`.

        Raises:
            voxvalley_privacy.StoreError: If the book cannot be read and proved.
        """
        period = month if isinstance(month, str) else f"{month:%Y-%m}"
        return self.history(dataset).spent.get(period, Fraction(0))

    def charge(self, dataset: str, /, *, epsilon: Fraction, periods: Iterable[str]) -> str:
        """
        Charge a cost to each period, or return the code of the reason why not.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored.
        """
        months = list(periods)
        for _ in range(_TRIES):
            history = self.history(dataset)
            if not history.epsilon:
                return "release.budget_missing"
            spent = [history.spent.get(month, Fraction(0)) for month in months]
            if any(cost + epsilon > history.epsilon for cost in spent):
                return "release.budget_spent"
            body = {"epsilon": str(epsilon), "periods": months}
            try:
                self.append(self.draft(dataset, history, "charged", body))
            except Conflict:
                continue
            return ""
        return "error.store_unavailable"

    def history(self, dataset: str, /) -> History:
        """
        Return everything on record about a data set.

        Raises:
            voxvalley_privacy.StoreError: If the book cannot be read and proved.
        """
        fold = self._folds.get(dataset)
        if fold is None:
            fold = Fold(self._book, self._book.of_part(dataset), History, _step)
            self._folds[dataset] = fold
        return fold()

    def draft(
        self, dataset: str, history: History, kind: str, body: Mapping[str, object], /
    ) -> Draft:
        """Ask for one event behind exactly what *history* holds."""
        streams = self._book.of_part(dataset)
        own = sum(event.stream == streams[0] for event in self._book.read(streams))
        # Somebody may have written since; then *history* is no longer all, and this conflicts.
        behind = len(self._book.read(streams)) - history.size
        return self._book.draft(streams, kind, body, expected=own - behind)

    def append(self, *drafts: Draft) -> None:
        """Store all drafts or none; raises `voxvalley_privacy.stores.Conflict` if the book grew."""
        self._book.append(*drafts)

    @property
    def draws(self) -> bytes:
        """The key of the draw that says in which cells a person counts."""
        return self._draws


def _step(history: History, event: Event, body: dict[str, Any]) -> History:
    history = attrs.evolve(history, size=history.size + 1)
    if event.kind == "budget":
        return attrs.evolve(history, epsilon=Fraction(body["epsilon"]))
    if event.kind == "charged":
        cost = Fraction(body["epsilon"])
        spent = dict(history.spent)
        for period in body["periods"]:
            spent[period] = spent.get(period, Fraction(0)) + cost
        return attrs.evolve(history, spent=spent)
    table = _table(body)
    return attrs.evolve(
        history,
        grid=body["grid"],
        people=body.get("people", history.people),
        tables=(*history.tables, table),
    )


def _table(body: dict[str, Any]) -> Published:
    window = _span(body["window"])
    asked = body["asked"]
    return Published(
        question=Question(
            by=tuple(body["by"]), level=body["level"], window=_span(asked) if asked else None
        ),
        count=body["count"],
        settings=body["settings"],
        to=body["to"],
        line=body["line"],
        noisy=body["noisy"],
        true_totals=body["true_totals"],
        window=window,
        values={tuple(key): value for key, value in body["values"]},
        totals=body["totals"],
    )


def _span(texts: list[str]) -> Span:
    start, end = map(datetime.fromisoformat, texts)
    return start, end
