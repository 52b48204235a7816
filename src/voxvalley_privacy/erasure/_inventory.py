"""Every store that may hold a person, and the sweep by age over all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from typing import Any

import attrs

from ..decisions import Decision, Reason
from ..disclosure import ExportSource
from ..errors import ConfigurationError
from ..ledgers import canonical_subject
from ..retention import Disposition, LegalHolds, RetentionSchedule
from ..stores import Clock, system_clock
from ._export_sources import source_of
from ._targets import ErasureTarget, Record

__all__ = ["Inventory", "SweepReport", "sweep", "verify"]

# Words of columns that name people.
_NAMES_PEOPLE = re.compile(
    r"(?:^|_)(?:caller|callee|phone|msisdn|mobile|from|to|email|number|subscriber|ani|dnis)(?:_|$)",
    re.IGNORECASE,
)
_ROWS_LOOKED_AT = 50


class Inventory:
    """
    Name every store, in the order in which a person is erased from them.

    Args:
        targets: The stores; those that another's `after` names come before that one.

    Raises:
        voxvalley_privacy.ConfigurationError: If a name is unknown or comes twice, or they form a
            circle.
    """

    def __init__(self, targets: Iterable[ErasureTarget], /) -> None:
        by_name: dict[str, ErasureTarget] = {}
        for target in targets:
            if target.name in by_name:
                raise ConfigurationError("Two targets of the inventory have the same name.")
            by_name[target.name] = target
        unknown = {name for target in by_name.values() for name in target.after} - {*by_name}
        if unknown or not by_name:
            raise ConfigurationError("The inventory is empty, or 'after' names no target of it.")
        sorter = TopologicalSorter({name: target.after for name, target in by_name.items()})
        try:
            order = tuple(sorter.static_order())
        except CycleError:
            order = ()
        if not order:
            raise ConfigurationError("Targets of the inventory come after each other in a circle.")
        self.targets: tuple[ErasureTarget, ...] = tuple([by_name[name] for name in order])

    def export_sources(self, *, region: str | None = None) -> tuple[ExportSource, ...]:
        """
        Return every store as a source of exports, for `voxvalley_privacy.SubjectRights`.

        The columns of people, of times, of an app's `own` and of free text are known; of any other,
        those are shown whose names say that they are of the event, such as a status. A store that
        cannot show the rows of a person, such as a vendor's, makes an export PARTIAL.
        """
        return tuple(source_of(target, region=region) for target in self.targets)

    def check(self, engine: Any, /) -> None:
        """
        Check that every column of a database that names people belongs to a target.

        Raises:
            voxvalley_privacy.ConfigurationError: If a column belongs to none, all at once.
        """
        import sqlalchemy as sa

        named = {
            target.name: {*getattr(target, "subject", ()), *getattr(target, "text", ())}
            for target in self.targets
        }
        metadata = sa.MetaData()
        metadata.reflect(engine)
        faults = []
        with engine.connect() as connection:
            for table in metadata.sorted_tables:
                query = table.select().limit(_ROWS_LOOKED_AT)
                rows = [dict(row) for row in connection.execute(query).mappings()]
                for column in [column.name for column in table.columns]:
                    values = [row[column] for row in rows]
                    if column not in named.get(table.name, ()) and _is_personal(column, values):
                        path = f"{table.name}.{column}"
                        faults.append((path, "names people, and no target erases them"))
        if faults:
            raise ConfigurationError("The inventory has gaps.", faults=tuple(faults))


def _is_personal(column: str, values: list[object]) -> bool:
    if _NAMES_PEOPLE.search(column):
        return True
    return any(
        isinstance(value, str) and value[:1] == "+" and canonical_subject(value) is not None
        for value in values
    )


@attrs.frozen(kw_only=True)
class SweepReport:
    """
    Count what one batch of a sweep did.

    Args:
        erased: Records that were due and are gone; in a dry run, that would be.

        held: Records that were due and are held.

        restricted: Records for which no rule can say anything.

        failed: Stores that failed, with their reason.

        oldest_overdue: The time of the oldest record that is due and still there.
    """

    erased: int = 0
    held: int = 0
    restricted: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    oldest_overdue: datetime | None = None


def sweep(
    inventory: Inventory,
    /,
    *,
    schedule: RetentionSchedule,
    holds: LegalHolds,
    audit: Any = None,
    limit: int = 1_000,
    dry_run: bool = False,
    pinned: frozenset[str] = frozenset(),
    clock: Clock = system_clock,
) -> SweepReport:
    """
    Erase what is due, one batch a store.

    Args:
        inventory: The stores.

        schedule: Says what is due.

        holds: Forbid it; if they cannot be read, nothing is erased.

        audit: A `voxvalley_privacy.AuditLog` that is told before each batch; if it fails, nothing
            is erased.

        limit: The most records of a store.

        dry_run: Whether to count only.

        pinned: Tokens, as of `holds.tokens()`, of people whose requests wait for an answer.

        clock: The time.

    Raises:
        voxvalley_privacy.ConfigurationError: If a rule of *schedule* says `then="pseudonymize"`,
            which a sweep does not carry out: ask the schedule, and do it in the app.
    """
    if any(rule.then is Disposition.PSEUDONYMIZE for rule in schedule.rules):
        raise ConfigurationError(
            "sweep(): the schedule has then='pseudonymize', which a sweep does not carry out. Say "
            "'erase', or ask the schedule for each record and pseudonymize it in the app."
        )
    report = SweepReport()
    for target in inventory.targets:
        try:
            report = _sweep_one(
                target, report, schedule, holds, audit, limit, dry_run, pinned, clock
            )
        except Exception as error:  # whatever a store raises, the others are swept
            report = attrs.evolve(
                report, failed=(*report.failed, (target.name, type(error).__name__))
            )
    return report


def _sweep_one(
    target: ErasureTarget,
    report: SweepReport,
    schedule: RetentionSchedule,
    holds: LegalHolds,
    audit: Any,
    limit: int,
    dry_run: bool,
    pinned: frozenset[str],
    clock: Clock,
) -> SweepReport:
    now = clock()
    due: list[Record] = []
    restricted = 0
    for record in target.every():
        value = schedule(record.meta, now=now).value
        restricted += value is Disposition.RESTRICT
        if value is Disposition.ERASE:
            due.append(record)
    due = list(islice(due, limit))
    with holds.lease(timedelta(seconds=30)) as lease:
        active = holds.active()
        free = [
            record
            for record in due
            if holds.covering(record.meta, active) is None
            and not holds.tokens(record.meta.subjects) & pinned
        ]
        gone = len(free)
        if free and not dry_run:
            if audit is not None:
                reason = Reason(code="retention.due", text="The ceiling of a rule is over.")
                audit.record(Decision.allow(reason), actor="sweep", act="records.erased")
            outcome = target.erase(free, None, lambda: holds.require_time(lease))
            gone = len(outcome.done)
    kept = [record for record in due if record not in free or gone < len(free)]
    times = [record.meta.created for record in kept if record.meta.created is not None]
    oldest = min([*times, *filter(None, [report.oldest_overdue])], default=None)
    return attrs.evolve(
        report,
        erased=report.erased + gone,
        held=report.held + len(due) - len(free),
        restricted=report.restricted + restricted,
        oldest_overdue=oldest,
    )


def verify(
    inventory: Inventory, /, *, schedule: RetentionSchedule, holds: LegalHolds, now: datetime
) -> dict[str, int]:
    """Return, by an independent scan, how many records of each store are due and not held."""
    active = holds.active()
    overdue: dict[str, int] = {}
    for target in inventory.targets:
        for record in target.every():
            is_due = schedule(record.meta, now=now).value is Disposition.ERASE
            if is_due and holds.covering(record.meta, active) is None:
                overdue[target.name] = overdue.get(target.name, 0) + 1
    return overdue
