"""Every store that may hold a person, in the order in which they are erased."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any, get_args

from ..disclosure import ExportSource
from ..errors import ConfigurationError
from ..ledgers import canonical_subject
from ..names import words_of
from ..retention import HoldMirror, LegalHolds, RetentionSchedule
from ._export_sources import source_of
from ._people import Person
from ._targets import ErasureTarget, HoldSupport

__all__ = ["Inventory"]

# Words of columns that name people.
_NAMES_PEOPLE = frozenset(
    [
        *("ani", "caller", "callee", "destination", "dnis", "dst", "email", "from", "mail"),
        *("mobile", "msisdn", "number", "phone", "recipient", "sender", "subscriber"),
        *("tel", "telephone", "to"),
    ]
)
_ANYBODY = Person(is_them=lambda _: True)
_ROWS_LOOKED_AT = 50


class Inventory:
    """
    Name every store, in the order in which a person is erased from them.

    Args:
        targets: The stores; those that another's `after` names come before that one.

    Raises:
        voxvalley_privacy.ConfigurationError: If a name is unknown or comes twice, they form a
            circle, or a target does not say how it knows of holds.
    """

    def __init__(self, targets: Iterable[ErasureTarget], /) -> None:
        by_name = _by_name(targets)
        _check_support(by_name.values())
        order = _order({name: target.after for name, target in by_name.items()})
        self.targets: tuple[ErasureTarget, ...] = tuple([by_name[name] for name in order])
        self.schedule: RetentionSchedule | None = None
        self.holds: LegalHolds | None = None
        self.watching: list[Callable[[str], object]] = []

    def steps(self) -> Iterator[ErasureTarget]:
        """Return the targets, and tell who is watching each name when it is done."""
        for target in self.targets:
            yield target
            for tell in self.watching:
                tell(target.name)

    def use(self, *, schedule: RetentionSchedule, holds: LegalHolds) -> None:
        """Remember schedule and holds for `verify`, and note holds in the databases of targets."""
        self.schedule, self.holds = schedule, holds
        for target in self.targets:
            if isinstance(target, HoldMirror):
                holds.mirror(target)

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

        named = {target.name: _named_by(target) for target in self.targets}
        metadata = sa.MetaData()
        metadata.reflect(engine)
        gaps: list[str] = []
        with engine.connect() as connection:
            for table in metadata.sorted_tables:
                query = table.select().limit(_ROWS_LOOKED_AT)
                rows = [dict(row) for row in connection.execute(query).mappings()]
                unnamed = {*table.columns.keys()} - named.get(table.name, set())
                gaps += _personal(
                    table.name,
                    rows,
                    [column.name for column in table.columns if column.name in unnamed],
                )
        if gaps:
            faults = tuple([(path, "names people, and no target erases them") for path in gaps])
            raise ConfigurationError("The inventory has gaps.", faults=faults)


def _by_name(targets: Iterable[ErasureTarget]) -> dict[str, ErasureTarget]:
    by_name: dict[str, ErasureTarget] = {}
    for target in targets:
        if target.name in by_name:
            raise ConfigurationError(
                "Two targets of the inventory have the same name; give one a `name=`."
            )
        by_name[target.name] = target
    if not by_name:
        raise ConfigurationError("The inventory is empty.")
    return by_name


def _check_support(targets: Iterable[ErasureTarget]) -> None:
    supports = {getattr(target, "hold_support", None) for target in targets}
    if not supports <= {*get_args(HoldSupport)}:
        raise ConfigurationError(
            "A target must say how its deletes know of holds: hold_support is 'lease' or"
            " 'transaction'."
        )


def _order(after: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    unknown = {name for names in after.values() for name in names} - {*after}
    if unknown:
        raise ConfigurationError("'after' names a target that the inventory does not have.")
    try:
        return tuple(TopologicalSorter(after).static_order())
    except CycleError:
        pass
    raise ConfigurationError("Targets of the inventory come after each other in a circle.")


def _named_by(target: ErasureTarget) -> set[str]:
    """Return the columns that a target of a table knows."""
    tokens = getattr(getattr(target, "columns", None), "tokens", {})
    return {*getattr(target, "subject", ()), *getattr(target, "text", ()), *tokens.values()}


def _personal(table: str, rows: list[dict[str, object]], columns: list[str]) -> list[str]:
    return [
        f"{table}.{column}"
        for column in columns
        if _is_personal(column, [row[column] for row in rows])
    ]


def _is_personal(column: str, values: list[object]) -> bool:
    if not _NAMES_PEOPLE.isdisjoint(words_of(column)):
        return True
    known = [value for value in values if value not in (None, "")]
    if any(_names_somebody(value) for value in known):
        return True
    # One number without a plus sign may be an id; where all are, they are numbers of people.
    return bool(known) and all(canonical_subject(value) is not None for value in known)


def _names_somebody(value: object) -> bool:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    is_spelled = isinstance(value, str) and ("+" in value or "@" in value)
    return is_spelled and _ANYBODY.names(value)
