"""
The redactor: a frozen value that is called with a record or a text and returns a treated copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

import attrs

from ..actions import Exposure, exposure, keep
from ..detection import Finder, merged
from ..detection.findings import Finding
from ..errors import ConfigurationError
from ..placeholders import FAULT, OMIT
from ..policies import Budget, Policy, labels
from ..reading import may_hold_islands
from ..reading.sip import Engine as SipEngine
from ..schemas import ROLES, Node, Schema, compile_paths
from ..vocabulary import DataCategory
from ._by_column import ByColumn
from ._document_pass import quick_document
from ._explain import Explanation, explain
from ._field_plan import SCAN, FieldPlan
from ._joined_schemas import joined_schema
from ._memory import Memory, memory_of_request
from ._plan import Table
from ._propagation import Known, suspicious
from ._quick_pass import quick_pass
from ._record_pass import Walk
from ._stats import Stats, Tally
from ._text_pass import parts_of
from ._treat import Treater

__all__ = ["Redactor", "scrub"]

_T = TypeVar("_T")

_MEMO = 65_536


def _finders(finders: Iterable[Finder], /) -> tuple[Finder, ...]:
    """Check the finders of a user; what is not one would only show when a text is treated."""
    listed = () if isinstance(finders, (str, Finder)) else tuple(finders)
    if isinstance(finders, (str, Finder)) or not all(isinstance(one, Finder) for one in listed):
        raise ConfigurationError(
            "Redactor(): 'finders' must be a list of vp.Finder, such as vp.pattern_finder(...)."
        )
    return listed


def _memo(memo: object, /) -> int:
    if type(memo) is not int or memo < 0:
        raise ConfigurationError("Redactor(): 'memo' must be a whole number, 0 or more.")
    return memo


def _payloads(schema: Schema | None, treater: Treater) -> dict[str, dict[str, str]]:
    """
    Return the fields whose octets are decoded, each with argument -> field: those of which an
    action looks at the text.
    """
    if schema is None:
        return {}
    return {
        field: {ROLES[role]: other for role, other in told.items()}
        for field, told in schema.payloads.items()
        if (action := treater.actions[schema.fields[field].category]) is not keep
        and exposure(action) is not Exposure.NOTHING
    }


@attrs.frozen(eq=False)
class _Engine:
    """The compiled form of a policy and a schema; built once, on first use."""

    treater: Treater
    sip: SipEngine
    tally: Tally
    budget: Budget
    root: Table
    direction: str
    by_direction: dict[str, Table]
    top: FieldPlan

    @classmethod
    def of(cls, policy: object, schema: object, finders: tuple[Finder, ...], memo: int) -> _Engine:
        if not isinstance(policy, Policy):
            raise ConfigurationError(
                "Redactor(): the policy must come from vp.policies, as vp.policies.debug(keys)."
            )
        if schema is not None and not isinstance(schema, Schema):
            raise ConfigurationError(
                "Redactor(): 'schema' must be a vp.Schema or the name of a built-in one."
            )
        tally = Tally()
        treater = Treater(policy, tally, finders, memo)
        node = compile_paths(schema) if schema is not None else Node()
        root = Table(node, treater, policy.unknown == "scan")
        root.payloads = _payloads(schema, treater)
        top = FieldPlan(SCAN, DataCategory.UNKNOWN, "record", node, treater)
        top.table = root
        told: Mapping[str, Any] = (schema.direction if schema is not None else None) or {
            "field": "",
            "end_user": {},
        }
        sides = {
            value: root.with_category(field, DataCategory.END_USER_NUMBER)
            for value, field in told["end_user"].items()
        }
        return cls(
            treater,
            SipEngine(
                policy,
                treater,
                know=Known,
                may_hold=suspicious,
                remembered=treater.remembered,
            ),
            tally,
            policy.budget,
            root,
            told["field"],
            sides,
            top,
        )

    def is_prose(self, text: str, /) -> bool:
        """Whether a text is shown as far as nothing is found in it, and no reader has to look."""
        return self.treater.shows_text and not may_hold_islands(text)

    def document(self, text: str, /) -> str | None:
        """Return a text that is a flat JSON object treated; None when readers have to look."""
        if not self.treater.shows_text:
            return None
        return quick_document(text, self.root, self.budget.nodes)

    def remembered(self, text: str, memory: Memory, /) -> str:
        """Return a text of prose treated, with what its request is known to hold."""
        known = memory.known()
        if known is None or not known.concerns(text):
            return self.treater.text(text)
        return known.scan(text, self.treater)

    def found(self, text: str, /) -> tuple[Finding, ...]:
        """Return what would be treated in a text: the leaves that readers find, and its prose."""
        walk = Walk(self.treater, self.sip, self.budget)
        parts = parts_of(walk, text, self.root)
        if parts is None:
            return self.treater.find(text)
        leaves, prose = parts
        changed = [leaf for leaf in leaves if text[leaf.start : leaf.end] != leaf.text]
        return tuple(
            merged([Finding(part.start, part.end, part.category) for part in [*changed, *prose]])
        )

    def table_of(self, record: dict[Any, Any], /) -> Table:
        """Return the table of a record: its direction may say which side is the end user."""
        if not self.by_direction:
            return self.root
        side = record.get(self.direction)
        return self.by_direction.get(side, self.root) if type(side) is str else self.root

    def walked(self, record: object, walk: Walk) -> object:
        """Return the treated copy that *walk* makes of *record*."""
        if type(record) is dict:
            table = self.table_of(record)
            walk.above.add(id(record))
            return walk.mapping(walk.paired(record, table), table)
        if type(record) is str:
            return walk.text(record, self.root)
        redacted = walk.value(record, self.top, self.root)
        if redacted is OMIT:
            return FAULT
        return redacted


@attrs.frozen
class Redactor:
    """
    Treat records and texts by a policy. Calling it returns a copy; the input is never changed, and
    no call raises.

    Args:
        policy: What happens to each category; start from `vp.policies`.

        schema: Which field is what: a `Schema`, the name of a built-in one, a list of these for an
            app with several kinds of records, or None to go by field names and by what texts hold.
            Fields of a list are joined; where two schemas disagree about a field, the category
            that the policies hide more of counts.

        finders: What to find in texts besides everything that the library finds by itself, such as
            an app's own ids: see `vp.pattern_finder()`.

        memo: Raw values that are held in memory at most, over all fields, so that a value that
            recurs is treated once. They are in two generations of half as many: what does not
            recur is let go. 0 holds none, for those who must not.

    Raises:
        voxvalley_privacy.ConfigurationError: If the policy is none, there is no such schema, one
            of the finders is none, or *memo* is less than 0.
    """

    policy: Policy
    schema: Schema | None = attrs.field(default=None, converter=joined_schema)
    finders: tuple[Finder, ...] = attrs.field(default=(), converter=_finders)
    memo: int = attrs.field(default=_MEMO, kw_only=True, converter=_memo)
    _engine: _Engine = attrs.field(
        default=attrs.Factory(
            lambda self: _Engine.of(self.policy, self.schema, self.finders, self.memo),
            takes_self=True,
        ),
        init=False, repr=False, eq=False,
    )  # fmt: skip

    def __call__(self, record: _T, /) -> _T:
        """
        Return the treated copy of *record*: a dict, a list of them, an attrs, dataclass or pydantic
        object, or a text.

        Whatever cannot be treated comes out as a placeholder, and is counted in `stats()`.
        """
        try:
            engine = self._engine
            next(engine.tally.calls)
            if type(record) is dict and memory_of_request() is None:
                flat = cast("dict[Any, Any]", record)
                redacted = quick_pass(flat, engine.table_of(flat), engine.budget.nodes)
                if redacted is not None:
                    return cast(_T, redacted)
            return cast(_T, self._treated(record))
        except (
            Exception
        ):  # a fault gives less, never raw, and never an exception into the call path
            return cast(_T, self._given_up(record))

    def _treated(self, record: object) -> object:
        engine = self._engine
        walk = Walk(engine.treater, engine.sip, engine.budget)
        redacted = engine.walked(record, walk)
        needles = walk.needles
        memory = memory_of_request()
        if memory is not None:
            memory.add(needles)
            needles = [*needles, *memory.needles]
        if (walk.kept or needles) and suspicious(needles, walk.kept, walk.scanned):
            redacted = engine.walked(
                record, Walk(engine.treater, engine.sip, engine.budget, Known(needles))
            )
        return redacted

    def _given_up(self, record: object) -> object:
        """
        Return a placeholder of the record's shape, after one more try on a copy that no other
        thread changes.
        """
        try:
            self._engine.tally.add(self._engine.tally.faults, "fault")
            if isinstance(record, dict):
                return self._treated(dict(dict.items(record)))
        except Exception:  # noqa: S110 # the second fault ends it
            pass
        if type(record) is dict:
            return {FAULT: FAULT}
        if type(record) is list:
            return [FAULT]
        return FAULT

    def text(self, text: str, /) -> str:
        """
        Return *text* with everything personal that is found in it treated; text past the budget is
        cut, not passed on.
        """
        try:
            engine = self._engine
            next(engine.tally.calls)
            plain = str.__str__(text)
            if engine.is_prose(plain):
                memory = memory_of_request()
                if memory is None:
                    return engine.treater.text(plain)
                return engine.remembered(plain, memory)
            if memory_of_request() is None and len(plain) <= engine.budget.text:
                redacted = engine.document(plain)
                if redacted is not None:
                    return redacted
            return cast(str, self._treated(plain))
        except Exception:  # as in __call__
            return cast(str, self._given_up(""))

    def find(self, text: str, /) -> tuple[Finding, ...]:
        """
        Return where in *text* something personal stands, in order; a finding holds offsets and a
        category, no text. What lies behind the budget for one text is one finding: nobody looked.
        """
        try:
            looked_at = self._engine.budget.text
            findings = self._engine.found(str.__str__(text)[:looked_at])
            size = str.__len__(text)
            rest = (Finding(looked_at, size, DataCategory.UNKNOWN),) if size > looked_at else ()
            return (*findings, *rest)
        except Exception:  # no finding would mean nothing to see: the whole text is one instead
            self._given_up("")
            return (
                Finding(
                    0, str.__len__(text) if issubclass(type(text), str) else 0, DataCategory.UNKNOWN
                ),
            )

    def explain(self, record: object, /) -> Explanation:
        """
        Return for each field of *record* what it is taken for, what happens to it and why; for a
        text, each named value and each finding in it. Values are not shown.
        """
        engine = self._engine
        return explain(record, engine.root, self.policy, self.schema, self.find)

    def by_column(self, keys: Iterable[str], /) -> Mapping[str, ByColumn] | None:
        """
        Return for each direction of a call the plan of records that all have *keys*, for tables;
        under `""` that of any other. None where only whole records can be treated.
        """
        engine = self._engine
        if memory_of_request() is not None:
            return None
        tables = {"": engine.root, **engine.by_direction}
        parts = (engine.treater, engine.sip, engine.budget)
        plans = {side: ByColumn.of(tuple(keys), table, *parts) for side, table in tables.items()}
        return cast("Mapping[str, ByColumn] | None", None if None in plans.values() else plans)

    @property
    def direction(self) -> str:
        """The field that says the direction of a call; empty where no schema names one."""
        return self._engine.direction

    def stats(self) -> Stats:
        """Return what this redactor did so far, in counts."""
        return self._engine.tally.snapshot()

    def __reduce__(self) -> tuple[Any, ...]:
        settings = (self.policy, self.schema, self.finders)
        return (partial(Redactor, memo=self.memo), settings)


_SCRUB = Redactor(labels())


def scrub(text: str, /) -> str:
    """
    Return *text* with everything personal that is found in it replaced by labels; needs no keys.

    It finds number-like runs and the like on a best-effort basis, and may hide too much.
    """
    return _SCRUB.text(text)
