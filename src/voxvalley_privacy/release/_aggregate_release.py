"""The release of aggregates: a rule that answers with a table, or says why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import attrs

from ..decisions import Decision
from ..errors import ConfigurationError
from ..ledgers import canonical_subject, fault_code
from ..stores import Conflict
from ._answers_of_release import answer, body_for, published_table, recorded
from ._cells import (
    Plan,
    Stop,
    by_amount,
    cells_of,
    covered,
    in_window,
    is_within,
    measure,
    meet,
    relation_of,
    rounded,
    same_question,
    window_of,
)
from ._counting import Key, Question, Who
from ._draws import drawn, periods_of, with_true_totals
from ._frames_of import counted_of
from ._grid import Grid, Span
from ._release_book import Published, ReleaseLedger
from ._release_reasons import because
from ._release_spec import ReleaseSpec
from ._suppression import leftovers, passing, thinned, whole_labels

__all__ = ["AggregateRelease"]

_TRIES = 8


class _Audit(Protocol):
    def record(self, decision: Decision, /, *, actor: str, act: str, about: str) -> object:
        """Keep what was decided."""


def _own(numbers: Iterable[object], region: str | None) -> frozenset[tuple[str, str]]:
    subjects = [canonical_subject(number, region=region) for number in numbers]
    if None in subjects:
        raise ConfigurationError("'exclude_own' must be phone numbers, addresses or accounts.")
    return frozenset(subject for subject in subjects if subject is not None)


class AggregateRelease:
    """
    Answer with a table in which nobody can be found, or deny.

    Args:
        books: Where releases and budgets are kept.

        dataset: The name of the data.

        grid: The cells that may ever be published.

        people: The field that names a person.

        account: The field that names the customer's account; empty if there is none.

        exclude_own: Numbers of the recipient and test numbers: they never count.

        region: The country of numbers without a country code.

        audit: Where each answer is written down before it is given.
    """

    def __init__(
        self,
        books: ReleaseLedger,
        /,
        *,
        dataset: str,
        grid: Grid,
        people: str,
        account: str = "",
        exclude_own: Iterable[object] = (),
        region: str | None = None,
        audit: _Audit | None = None,
    ) -> None:
        self._books = books
        self._dataset = dataset
        self._grid = grid
        self._people = people
        self._account = account
        self._own = _own(exclude_own, region)
        self._region = region
        self._audit = audit

    @classmethod
    def from_dict(
        cls, table: Mapping[str, Any], /, *, books: ReleaseLedger, audit: _Audit | None = None
    ) -> AggregateRelease:
        """
        Build one from plain values, as a settings file holds them.

        Args:
            table: `dataset`, `people`, `account`, `exclude_own` and `country`; `grid` is a table of
                the arguments of `Grid`.

            books: Where releases and budgets are kept.

            audit: Where each answer is written down.

        Raises:
            voxvalley_privacy.ConfigurationError: If a name is unknown, missing, or of another kind.
        """
        try:
            values = dict(table)
            grid = Grid(**values.pop("grid"))
            return cls(books, grid=grid, audit=audit, region=values.pop("country", None), **values)
        except ConfigurationError:
            raise
        except (TypeError, KeyError, AttributeError):
            pass
        raise ConfigurationError("A release has 'dataset', 'people' and 'grid', and no other name.")

    def __call__(self, frame: Any, spec: ReleaseSpec, /) -> Decision:
        """
        Decide, write down, and answer.

        Args:
            frame: An iterable of mappings (rows of a database too), or a table of Polars, Arrow or
                pandas.

            spec: The question.

        Returns:
            A decision with a `ReleasedTable` as value.
        """
        try:
            decision = self._decide(frame, spec)
        except Stop as stop:
            decision = Decision.deny(because(stop.code))
        except Exception as error:  # whatever data, store or clock do: nothing is published
            decision = Decision.deny(because(fault_code(error)))
        if self._audit is None:
            return decision
        try:
            self._audit.record(decision, actor="release", act="release", about=self._dataset)
        except Exception:  # unwritten is unpublished
            return Decision.deny(because("error.audit"))
        return decision

    def _decide(self, frame: Any, spec: ReleaseSpec) -> Decision:
        self._check(spec)
        amount = "" if spec.count in {"people", "records"} else spec.count
        who = Who(
            people=self._people,
            account=self._account,
            amount=amount,
            clamp=spec.clamp,
            own=self._own,
            region=self._region,
        )
        counted = counted_of(frame, self._grid, who)
        question = Question(
            by=spec.by, level=spec.level, window=spec.window if not spec.level else None
        )
        for _ in range(_TRIES):
            history = self._books.history(self._dataset)
            if history.people not in ("", self._people):
                raise Stop("release.people")
            plan = Plan(
                spec=spec,
                grid=self._grid,
                counted=counted,
                history=history,
                question=question,
                people=self._people,
            )
            try:
                return self._noisy(plan) if spec.noise else self._plain(plan)
            except Conflict:
                continue
        raise Stop("error.store_unavailable")

    def _check(self, spec: ReleaseSpec) -> None:
        grid = self._grid
        if not set(spec.by) <= grid.dimensions:
            raise Stop("release.grid")
        if spec.accounts_at_least > 1 and not self._account:
            raise Stop("release.account_unknown")
        needs_window = not spec.level or spec.totals == "true" or spec.noise is not None
        if needs_window and spec.window is None:
            raise Stop("release.window")
        if spec.window and not grid.on_grid(spec.window, spec.level or grid.finest):
            raise Stop("release.window")

    # Without noise

    def _plain(self, plan: Plan) -> Decision:
        if plan.history.grid not in ("", plan.grid.fingerprint):
            raise Stop("release.grid")
        same = [table for table in plan.history.tables if same_question(table, plan)]
        if plan.spec.window and any(table.window == plan.spec.window for table in same):
            return recorded(plan, same)
        candidates, window = self._candidates(plan, same)
        if not candidates and same:
            return recorded(plan, same)
        self._refuse_repeats(plan)
        values, totals = self._values(plan, candidates)
        table = published_table(plan, values, totals, window)
        draft = self._books.draft(self._dataset, plan.history, "published", body_for(plan, table))
        self._books.append(draft)
        return answer(plan, [*same, table], "release.published")

    def _refuse_repeats(self, plan: Plan) -> None:
        # A series of public tables is what membership is read from; only a budget bounds that.
        public = [table for table in plan.history.tables if table.to == "public"]
        if plan.spec.to == "public" and public:
            raise Stop("release.noise_required")

    def _candidates(self, plan: Plan, same: list[Published]) -> tuple[set[Key], Span]:
        cells = plan.counted.cells(plan.question, by_amount(plan.spec))
        # A window with nobody answers as one with few; only data with nobody at all is a mistake.
        if not cells and not plan.counted.cells(attrs.evolve(plan.question, window=None), False):
            raise Stop("release.empty")
        keys = {key for key in passing(cells, plan.spec) if in_window(key, plan)}
        keys = {key for key in keys if not covered(key, plan, same)}
        keys = whole_labels(keys, plan.spec, plan.grid)
        window = window_of(plan, keys)
        if not keys and plan.spec.window is None:
            return keys, window
        keys = self._beside_earlier(plan, keys, window)
        return keys, window

    def _beside_earlier(self, plan: Plan, keys: set[Key], window: Span) -> set[Key]:
        """
        Drop cells whose difference to published ones holds few people.

        Whatever a table counts, cells of two that cut across each other can be compared: a field
        that is 1 in every record counts records. What is finer is taken together: a cell can be
        less some cells of one table and some of another.
        """
        near = [t for t in plan.history.tables if not t.noisy and meet(t.window, window)]
        relations = [relation_of(plan, table, window) for table in near]
        for relation in ("crossing", "settings"):
            if relation in relations:
                raise Stop("release.overlap" if relation == "crossing" else "release.settings")
        line = max([plan.spec.line, *(table.line for table in near)])
        finer = [t for t, relation in zip(near, relations, strict=True) if relation == "finer"]
        if finer:
            left = leftovers(plan.counted, plan.grid, plan.question, map(cells_of, finer))
            keys = {key for key in keys if not 0 < left.get(key, 0) < line}
        coarser = [t for t, relation in zip(near, relations, strict=True) if relation == "coarser"]
        for table in coarser:
            within = [cells_of(other) for other in near if is_within(other, table, plan.grid)]
            keys = thinned(
                plan.counted, plan.grid, plan.question, keys, cells_of(table), within, line=line
            )
        return keys

    def _values(
        self, plan: Plan, keys: set[Key]
    ) -> tuple[dict[Key, int], dict[str, dict[str, int]]]:
        spec = plan.spec
        cells = plan.counted.cells(plan.question, by_amount(spec))
        if spec.totals != "true":
            return {key: rounded(measure(cells[key], spec), spec) for key in keys}, {}
        return with_true_totals(plan, keys)

    # With noise

    def _noisy(self, plan: Plan) -> Decision:
        spec, history = plan.spec, plan.history
        assert spec.noise is not None
        assert spec.window is not None
        if history.grid not in ("", plan.grid.fingerprint):
            raise Stop("release.grid")
        same = [t for t in history.tables if same_question(t, plan) and t.window == spec.window]
        if same:
            return recorded(plan, same)
        # Before the draw: a process that dies from here on has paid.
        code = self._books.charge(
            self._dataset, epsilon=spec.noise.epsilon, periods=periods_of(spec.window)
        )
        if code:
            raise Stop(code)
        values = drawn(plan, self._books.draws)
        table = published_table(plan, values, {}, spec.window)
        return self._keep_noisy(plan, table)

    def _keep_noisy(self, plan: Plan, table: Published) -> Decision:
        for _ in range(_TRIES):
            history = self._books.history(self._dataset)
            earlier = [
                t for t in history.tables if same_question(t, plan) and t.window == table.window
            ]
            if earlier:  # somebody asked the same at the same time: theirs is the answer
                return recorded(plan, earlier)
            try:
                body = body_for(plan, table)
                self._books.append(self._books.draft(self._dataset, history, "published", body))
            except Conflict:
                continue
            return answer(plan, [table], "release.published")
        raise Stop("error.store_unavailable")
