"""Tables: Arrow, Polars and pandas by distinct values; files of tables, queries, partitions."""

from __future__ import annotations

from ._allowed import AsksMany, allowed
from ._any_table import explain, redact, result_schema
from ._policy_reference import Partition, PolicyReference, partition, reference
from ._queries import redact_query
from ._table_files import TableReport, redact_table_file, treat_parquet

__all__ = [
    "AsksMany",
    "Partition",
    "PolicyReference",
    "TableReport",
    "allowed",
    "explain",
    "partition",
    "redact",
    "redact_query",
    "redact_table_file",
    "reference",
    "result_schema",
    "treat_parquet",
]
