"""Tables: Arrow, Polars and pandas by distinct values; files of tables, queries, partitions."""

from __future__ import annotations

from ._any_table import explain, redact, result_schema

__all__ = ["explain", "redact", "result_schema"]
