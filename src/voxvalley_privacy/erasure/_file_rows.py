"""Rows of JSONL, CSV and Parquet files: read in turn, and written anew beside the file."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from ..errors import StoreCorrupt, StoreUnavailable
from ._targets import Commit

__all__ = ["FORMS", "Row", "beside", "put", "read_rows", "rewrite"]

Row = dict[str, Any]
# Returns a row as it should be; None if it goes.
Change = Callable[[Row], Row | None]
FORMS = (".jsonl", ".csv", ".parquet")


def beside(path: Path, /) -> Path:
    """Return where a file is written anew; after a crash it may be left there."""
    return path.with_name(path.name + ".erasing")


def read_rows(path: Path, /) -> Iterator[Row]:
    """
    Return the rows of a file, one after another.

    Raises:
        voxvalley_privacy.StoreCorrupt: If a row cannot be read: it could be anybody's.
    """
    readers = {".parquet": _parquet_rows, ".csv": _csv_rows}
    # What a crash left beside a file has the file's form.
    form = Path(path.name.removesuffix(".erasing")).suffix
    rows = readers.get(form, _jsonl_rows)(path)
    while True:
        failed = False
        try:
            row = next(rows)
        except (StopIteration, FileNotFoundError):
            return
        except (ValueError, csv.Error):
            failed = True
        if failed or not isinstance(row, dict):
            raise StoreCorrupt("A file holds a row that cannot be read.")
        yield row


def rewrite(path: Path, numbers: set[int], change: Change, commit: Commit, /) -> None:
    """Change the rows with these numbers; all others are copied, those of JSONL as they are."""
    state = path.stat()
    new = beside(path)
    writers = {".parquet": _write_parquet, ".csv": _write_csv}
    try:
        writers.get(path.suffix, _write_jsonl)(path, new, numbers, change)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    handle = os.open(new, os.O_RDWR)
    try:
        os.fchmod(handle, state.st_mode & 0o777)
    finally:
        os.close(handle)
    os.utime(new, ns=(state.st_atime_ns, state.st_mtime_ns))

    def commit_unchanged() -> None:
        commit()
        now = path.stat()
        if (now.st_size, now.st_mtime_ns) != (state.st_size, state.st_mtime_ns):
            raise StoreUnavailable("A file was written to while its rows were erased.")

    put(new, path, commit_unchanged)


def put(new: Path, path: Path, commit: Commit, /) -> None:
    """Let *new* take the place of a file: content, name and folder reach the disk in this order."""
    _sync(new)
    try:
        commit()
    except BaseException:
        new.unlink()
        raise
    new.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# JSONL


def _jsonl_rows(path: Path) -> Iterator[Any]:
    # Lines are told apart as they are where they are written, so that both count the same rows.
    with path.open("rb") as handle:
        for line in handle:
            if line.strip():
                yield _row_of(line)


def _row_of(line: bytes) -> Any:
    return json.loads(line.decode("utf-8-sig"), object_pairs_hook=_every_value)


def _every_value(pairs: list[tuple[str, Any]]) -> Row:
    """Return an object; a name that comes twice has both values, as both are in the file."""
    row = dict(pairs)
    if len(row) == len(pairs):
        return row
    values: dict[str, list[Any]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: own[0] if len(own) == 1 else own for name, own in values.items()}


def _write_jsonl(path: Path, new: Path, numbers: set[int], change: Change) -> None:
    number = -1
    with path.open("rb") as old, new.open("wb") as out:
        for line in old:
            number += bool(line.strip())
            if number not in numbers or not line.strip():
                out.write(line)
                continue
            changed = change(_row_of(line))
            if changed is not None:
                out.write(json.dumps(changed, ensure_ascii=False).encode() + b"\n")


# CSV


def _csv_rows(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        yield from _reader(handle)


def _reader(handle: IO[str]) -> csv.DictReader[str]:
    reader = csv.DictReader(handle, strict=True)
    names = reader.fieldnames or ()
    if len({*names}) < len(names):
        # Only the last of them would be read, and be written over the others.
        raise ValueError("Two columns have one name.")
    return reader


def _write_csv(path: Path, new: Path, numbers: set[int], change: Change) -> None:
    with path.open(encoding="utf-8-sig", newline="") as old, _text(new) as out:
        reader = _reader(old)
        writer = csv.DictWriter(out, [*(reader.fieldnames or ())], lineterminator="\n")
        writer.writeheader()
        for number, row in enumerate(reader):
            changed = change(row) if number in numbers else row
            if changed is not None:
                writer.writerow(changed)


def _text(path: Path) -> IO[str]:
    return path.open("w", encoding="utf-8", newline="")


# Parquet, a row group at a time


def _parquet_rows(path: Path) -> Iterator[Any]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            yield from file.read_row_group(group).to_pylist()


def _write_parquet(path: Path, new: Path, numbers: set[int], change: Change) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file, pq.ParquetWriter(new, file.schema_arrow) as out:
        start = 0
        for group in range(file.num_row_groups):
            table = file.read_row_group(group)
            own = {number - start for number in numbers}
            start += table.num_rows
            if not own.isdisjoint(range(table.num_rows)):
                rows = [
                    change(row) if number in own else row
                    for number, row in enumerate(table.to_pylist())
                ]
                left = [row for row in rows if row is not None]
                table = pa.Table.from_pylist(left, schema=file.schema_arrow)
            out.write_table(table)
