"""
Tables of Spark: the same function body as everywhere, run by the workers of a cluster.

Needs the extra `spark` on the driver and on each worker. Keys stay on the workers: the plan, the
event log and the web pages of Spark hold their place and never a key.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import attrs

from ..errors import ConfigurationError
from ..schemas import Schema
from ._policy_reference import Partition, PolicyReference, partition
from ._table_pass import TablePass

__all__ = ["Counters", "counters", "redact"]


@attrs.frozen
class Counters:
    """
    Counts of all workers, read on the driver when an action of Spark has ended.

    A task that Spark runs twice is counted twice. `counters()` makes one.

    Args:
        rows: Rows that were treated.

        whole_rows: Those of them that were treated as records.

        faults: Values that became a placeholder of a fault.
    """

    rows: Any
    whole_rows: Any
    faults: Any


def counters(session: Any, /) -> Counters:
    """Return counters that start at zero, for `redact()`."""
    context = session.sparkContext
    return Counters(context.accumulator(0), context.accumulator(0), context.accumulator(0))


def redact(
    frame: Any,
    named: PolicyReference,
    /,
    *,
    schema: Schema | str | None = None,
    counts: Counters | None = None,
) -> Any:
    """
    Return the treated copy of a Spark `DataFrame`, also of a stream.

    Args:
        frame: The table.

        named: The policy, and where each worker finds its keys: `frames.reference()`.

        schema: Which column is what.

        counts: What `counters()` returned, to be counted in.

    Returns:
        A `DataFrame` with the types of `frames.result_schema()`. Each worker process builds one
        redactor and keeps it.

    Raises:
        voxvalley_privacy.ConfigurationError: If *named* is no reference, there is no such schema,
            or no column would be left.
    """
    from pyspark.sql.pandas.types import from_arrow_schema

    part = partition(named, schema=schema)
    result = part.result_schema(_arrow_schema(frame))
    if not result.names:
        raise ConfigurationError("The policy leaves out every column of this table.")
    treat = partial(_treated, part=part, counts=counts)
    return frame.mapInArrow(treat, from_arrow_schema(result))


def _arrow_schema(frame: Any) -> Any:
    """Return the schema of the batches that workers get: times are in the zone of the session."""
    from pyspark.sql.pandas.types import to_arrow_schema

    # Before Spark 4 there was no such argument, and every time was in UTC.
    takes_zone = "timezone" in inspect.signature(to_arrow_schema).parameters
    zone = frame.sparkSession.conf.get("spark.sql.session.timeZone")
    return to_arrow_schema(frame.schema, **({"timezone": zone} if takes_zone else {}))


def _treated(batches: Iterable[Any], *, part: Partition, counts: Counters | None) -> Iterator[Any]:
    """Treat one partition on a worker."""
    way: TablePass | None = None
    redactor = part.redactor()
    before = sum(redactor.stats().faults.values())
    for batch in batches:
        if way is None:
            way = TablePass(batch.schema, redactor)
        yield way.batch(batch)
    if counts is not None and way is not None:
        counts.rows.add(way.rows)
        counts.whole_rows.add(way.whole_rows)
        counts.faults.add(sum(redactor.stats().faults.values()) - before)
