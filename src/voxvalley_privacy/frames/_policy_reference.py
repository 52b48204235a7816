"""
A redactor that is named instead of sent: workers of a cluster build their own, with keys they find.

What travels to a worker, and so what a plan, an event log or a web page of a cluster may show, is
the name of a policy and the name of a place of keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from ..errors import ConfigurationError
from ..keys import KeyRing
from ..policies import Policy, analytics, billing, debug, labels, public, share, support
from ..redaction import Redactor
from ..schemas import Schema
from ._any_table import redact
from ._table_pass import TablePass

__all__ = ["Partition", "PolicyReference", "partition", "reference"]

_WITH_KEYS: dict[str, Callable[..., Policy]] = {
    "analytics": analytics,
    "billing": billing,
    "debug": debug,
    "public": public,
    "share": share,
    "support": support,
}
_MOST_REDACTORS = 16


@attrs.frozen(kw_only=True)
class PolicyReference:
    """
    Name a policy, and where its keys are; `reference()` makes one.

    Args:
        policy: A preset of `vp.policies`.

        keys: `env:NAME` or `file:PATH`, looked up by each worker.

        region: Where national numbers are from: `"US"`.

        tenant: Whose keys of the ring.
    """

    policy: str
    keys: str
    region: str | None
    tenant: str

    def redactor(self, schema: Schema | str | None = None, /) -> Redactor:
        """
        Return the redactor, built with the keys of this process.

        Raises:
            voxvalley_privacy.ConfigurationError: If the keys are not where they should be.
        """
        return Redactor(self._policy(self._ring), schema)

    def planner(self, schema: Schema | str | None = None, /) -> Redactor:
        """Return a redactor that tells types and plans, with keys that nobody has."""
        return Redactor(self._policy(KeyRing.generate), schema)

    def _policy(self, ring: Callable[[], KeyRing]) -> Policy:
        if self.policy == "labels":
            return labels(region=self.region)
        return _WITH_KEYS[self.policy](ring(), region=self.region)

    def _ring(self) -> KeyRing:
        kind, _, name = self.keys.partition(":")
        ring = KeyRing.from_env(name) if kind == "env" else KeyRing.from_file(name)
        return ring.for_tenant(self.tenant) if self.tenant else ring


def reference(
    policy: str, /, *, keys: str = "", region: str | None = None, tenant: str = ""
) -> PolicyReference:
    """
    Name a policy and where its keys are, for workers that build their own redactor.

    Args:
        policy: `analytics`, `billing`, `debug`, `labels`, `public`, `share` or `support`.

        keys: `env:NAME` or `file:PATH` on each worker; only `labels` needs none.

        region: Where national numbers are from: `"US"`.

        tenant: Whose keys of the ring, see `KeyRing.for_tenant()`.

    Raises:
        voxvalley_privacy.ConfigurationError: If there is no such policy, or *keys* is no place.
    """
    if policy != "labels" and policy not in _WITH_KEYS:
        names = ", ".join(sorted([*_WITH_KEYS, "labels"]))
        raise ConfigurationError(f"reference() takes the name of a policy: {names}.")
    kind, _, name = keys.partition(":")
    is_place = kind in ("env", "file") and name and "voxvalleykeys" not in keys.lower()
    if policy != "labels" and not is_place:
        raise ConfigurationError("'keys' must be 'env:NAME' or 'file:PATH', and never a key.")
    return PolicyReference(policy=policy, keys=keys, region=region, tenant=tenant)


# The redactors of this process, each with what it was built from.
_built: list[tuple[PolicyReference, object, Redactor]] = []


def _of_this_process(named: PolicyReference, schema: Schema | str | None) -> Redactor:
    for other, its_schema, redactor in _built:
        if other == named and its_schema == schema:
            return redactor
    redactor = named.redactor(schema)
    del _built[: max(0, len(_built) - _MOST_REDACTORS + 1)]
    _built.append((named, schema, redactor))
    return redactor


@attrs.frozen
class Partition:
    """
    Treat one partition of a table, wherever it is called; it travels as names.

    Args:
        reference: The policy and the place of its keys.

        schema: Which column is what.
    """

    reference: PolicyReference
    schema: Schema | str | None = None

    def __call__(self, table: Any, /) -> Any:
        """Return what `redact()` makes of a table."""
        return redact(table, self.redactor())

    def redactor(self) -> Redactor:
        """Return the redactor of this process, built on first use."""
        return _of_this_process(self.reference, self.schema)

    def batches(self, batches: Iterable[Any], /) -> Iterator[Any]:
        """Treat the record batches of one partition, one after the other."""
        way: TablePass | None = None
        for batch in batches:
            if way is None:
                way = TablePass(batch.schema, self.redactor())
            yield way.batch(batch)

    def empty(self, table: Any, /) -> Any:
        """Return the result for a table without rows: what Dask calls `meta`. It needs no keys."""
        return redact(table[:0], self.reference.planner(self.schema))

    def result_schema(self, schema: Any, /) -> Any:
        """Return the Arrow schema of the result. It needs no keys."""
        return TablePass(schema, self.reference.planner(self.schema)).schema


def partition(named: PolicyReference, /, *, schema: Schema | str | None = None) -> Partition:
    """
    Return what treats one partition of a table, for Dask, Ray, Beam and others.

    Args:
        named: What `reference()` returned.

        schema: Which column is what: a `Schema` or the name of a built-in one.

    Raises:
        voxvalley_privacy.ConfigurationError: If *named* is no reference, or there is no such
            schema.
    """
    if not isinstance(named, PolicyReference):
        raise ConfigurationError("partition() takes what frames.reference() returned.")
    named.planner(schema)
    return Partition(named, schema)
