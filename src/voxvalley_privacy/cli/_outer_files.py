"""Parts that the commands about other people share: a store, keys, and tables in files."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import stores
from ..errors import ConfigurationError
from ..keys import KeyRing
from ..stores import EventStore

__all__ = ["KeysOption", "StoreOption", "day_of", "opened", "rows_of", "table_in"]

StoreOption = Annotated[Path, typer.Option("--store", help="The SQLite file with the books.")]
KeysOption = Annotated[Path, typer.Option("--keys", help="The file with the key ring.")]


def opened(store: Path, keys: Path, /) -> tuple[EventStore, KeyRing]:
    """Return a store that exists, and its keys."""
    # Opening would make an empty file, and its empty list would be taken for the app's.
    if not store.is_file():
        raise ConfigurationError("There is no store at this path.")
    return stores.sqlite(store), KeyRing.from_file(keys)


def day_of(text: str, /) -> date:
    """Return a day; today for an empty text."""
    if not text:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    raise ConfigurationError("'--day' must be a date as YYYY-MM-DD.")


def table_in(path: Path, /) -> dict[str, Any]:
    """Return the table of a TOML or JSON file."""
    text = path.read_text("utf-8")
    try:
        table = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except ValueError:  # its message holds a part of the file
        table = None
    if not isinstance(table, dict):
        raise ConfigurationError("The file must hold one table, as TOML or JSON.")
    return table


def rows_of(path: Path, /) -> Any:
    """Return the rows of a CSV, JSONL or Parquet file; the first two are read while counted."""
    if path.suffix == ".parquet":
        import polars

        return polars.read_parquet(path)
    if path.suffix not in {".csv", ".jsonl"}:
        raise ConfigurationError("The file must end in .csv, .jsonl or .parquet.")
    return _rows(path)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as handle:
        if path.suffix == ".csv":
            yield from csv.DictReader(handle)
        else:
            yield from (json.loads(line) for line in handle if line.strip())
