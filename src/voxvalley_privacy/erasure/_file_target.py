"""Files of rows: each is written beside itself without the person, and then renamed."""

from __future__ import annotations

import csv
import glob
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from ..errors import ConfigurationError, StoreCorrupt
from ..retention import RecordMeta
from ..schemas import Schema
from ._people import NOBODY, Person, Pseudonyms
from ._shape_of_rows import shape_of
from ._sql_target import as_time
from ._targets import BoundTarget, Commit, HoldSupport, Outcome, Record

__all__ = ["FileTarget", "files"]

_CHUNK = 1 << 20
_OVERLAP = 512  # bytes: longer than any spelling of a person
_FORMS = (".jsonl", ".csv", ".parquet")
Row = dict[str, Any]


@attrs.define(kw_only=True, eq=False)
class FileTarget(BoundTarget):
    """Files of rows; `files` makes it."""

    pattern: str
    name: str
    kind: str
    subject: tuple[str, ...]
    event_time: str | None
    place: str
    after: tuple[str, ...] = ()
    hold_support: HoldSupport = "lease"
    residue: str = "until the file system reuses the blocks, and snapshots are gone"

    def find(self, person: Person, /) -> Sequence[Record]:
        found = []
        for path in self._paths():
            if not _may_hold(path, person):
                continue
            for number, row in enumerate(_read(path)):
                own = [name for name in self.subject if person.is_in(row.get(name))]
                if own or person.names(row):
                    found.append(self._record(path, number, row, own))
        for path in self._paths():
            if person.in_text(path.name):
                meta = RecordMeta(kind=self.kind, id=f"{path}#name")
                found.append(Record(meta=meta))
        return found

    def rows_of(self, person: Person, /) -> Iterator[Row]:
        """Return every row that names the person in a field of people."""
        for path in self._paths():
            if _may_hold(path, person):
                for row in _read(path):
                    if any(person.is_in(row.get(name)) for name in self.subject):
                        yield row

    def every(self) -> Iterator[Record]:
        for path, number, row in self._rows():
            yield self._record(path, number, row, list(self.subject))

    def erase(self, records: Sequence[Record], person: Person | None, commit: Commit, /) -> Outcome:
        return self._change(records, lambda row: None, commit)

    def mask(self, records: Sequence[Record], person: Person, commit: Commit, /) -> Outcome:
        def without(row: Row) -> Row:
            changed = person.without(row)
            assert isinstance(changed, dict)
            return changed

        return self._change(records, without, commit)

    def pseudonymize(
        self, records: Sequence[Record], pseudonyms: Pseudonyms, commit: Commit, /
    ) -> Outcome:
        """Replace the people of records by pseudonyms, also where other fields name them."""

        def changed(row: Row) -> Row:
            people = [row.get(name) for name in self.subject]
            left = pseudonyms.without(row, people)
            assert isinstance(left, dict)
            return left | {name: pseudonyms.of(row[name]) for name in self.subject if name in row}

        return self._change(records, changed, commit)

    def verify_absent(self, person: Person, /) -> int:
        return len(self.find(person))

    def count(self) -> int:
        return sum(1 for _ in self._rows())

    def mark(self) -> int:
        try:
            return int(self._mark_path().read_text())
        except (OSError, ValueError):
            return 0

    def set_mark(self, position: int, /) -> None:
        beside = self._mark_path().with_suffix(".new")
        beside.write_text(str(position))
        beside.replace(self._mark_path())

    def _mark_path(self) -> Path:
        folder = Path(self.pattern)
        while any(sign in folder.name for sign in "*?["):
            folder = folder.parent
        return folder / ".privacy_mark"

    def _paths(self) -> list[Path]:
        return sorted(map(Path, glob.glob(self.pattern, recursive=True)))

    def _rows(self) -> Iterator[tuple[Path, int, Row]]:
        for path in self._paths():
            for number, row in enumerate(_read(path)):
                yield path, number, row

    def _record(self, path: Path, number: int, row: Row, own: list[str]) -> Record:
        people = tuple([str(row[name]) for name in self.subject if row.get(name)])
        others = [name for name in self.subject if name not in own and row.get(name) not in NOBODY]
        meta = RecordMeta(
            kind=self.kind,
            id=f"{path}#{number}",
            subjects=people,
            created=as_time(row.get(self.event_time)) if self.event_time else None,
            place=self.place,
        )
        return Record(meta=meta, shared=bool(others) or not own)

    def _change(
        self, records: Sequence[Record], change: Callable[[Row], Row | None], commit: Commit
    ) -> Outcome:
        by_path: dict[str, set[int]] = {}
        failed = [record.id for record in records if record.id.endswith("#name")]
        for record in records:
            path, _, number = record.id.rpartition("#")
            if number != "name":
                by_path.setdefault(path, set()).add(int(number))
        done: list[str] = []
        for path, numbers in by_path.items():
            rows = []
            for place, row in enumerate(_read(Path(path))):
                changed = change(row) if place in numbers else row
                if changed is not None:
                    rows.append(changed)
            _write(Path(path), rows, commit)
            done += [f"{path}#{place}" for place in sorted(numbers)]
        # A name is not changed here: other records may point to it.
        return Outcome(done=tuple(done), failed=tuple(failed), code="file.name" if failed else "")


def _may_hold(path: Path, person: Person) -> bool:
    """Whether a file must be read: it may hold the person, or its last line is not whole."""
    if path.suffix == ".parquet":
        return True
    last = b""
    with path.open("rb") as handle:
        while part := handle.read(_CHUNK):
            if person.may_be_in(last + part):
                return True
            last = part[-_OVERLAP:]
    return not last.endswith(b"\n") and bool(last)


def _read(path: Path) -> list[Row]:
    """Return the rows of a file; a row that cannot be read could be anybody's."""
    try:
        if path.suffix == ".parquet":
            return _read_parquet(path)
        with path.open(encoding="utf-8", newline="") as handle:
            if path.suffix == ".csv":
                return list(csv.DictReader(handle, strict=True))
            rows = [json.loads(line) for line in handle if line.strip()]
    except FileNotFoundError:
        return []
    except (ValueError, csv.Error):
        rows = [None]
    if not all(isinstance(row, Mapping) for row in rows):
        raise StoreCorrupt("A file holds a row that cannot be read.")
    return rows


def _read_parquet(path: Path) -> list[Row]:
    import pyarrow.parquet as pq

    rows: list[Row] = pq.read_table(path).to_pylist()
    return rows


def _write(path: Path, rows: list[Row], commit: Commit) -> None:
    state = path.stat()
    beside = path.with_name(path.name + ".erasing")
    if path.suffix == ".parquet":
        _write_parquet(path, beside, rows)
    else:
        beside.write_text(_text_of(path, rows), encoding="utf-8", newline="")
    handle = os.open(beside, os.O_RDWR)
    try:
        os.fchmod(handle, state.st_mode & 0o777)
        os.fsync(handle)
    finally:
        os.close(handle)
    os.utime(beside, ns=(state.st_atime_ns, state.st_mtime_ns))
    try:
        commit()
    except BaseException:
        beside.unlink()
        raise
    beside.replace(path)


def _write_parquet(path: Path, beside: Path, rows: list[Row]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), beside)


def _text_of(path: Path, rows: list[Row]) -> str:
    if path.suffix != ".csv":
        return "".join([json.dumps(row, ensure_ascii=False) + "\n" for row in rows])
    with path.open(encoding="utf-8", newline="") as handle:
        names = next(csv.reader(handle), [])
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def files(
    pattern: str | Path,
    /,
    *,
    subject: str | tuple[str, ...] = (),
    kind: str = "",
    event_time: str | None = None,
    schema: str | Schema | None = None,
    name: str = "",
    place: str = "",
    after: tuple[str, ...] = (),
) -> FileTarget:
    """
    Erase from files of rows: JSONL, CSV and Parquet.

    Args:
        pattern: The files, as a pattern with `*`.

        subject: The fields that name people; those of *schema* if empty.

        kind: What the rows are; by the name of *schema* if empty.

        event_time: The field with the time of the event; by *schema* if None.

        schema: The schema of the rows, such as `twilio.call`.

        name: The name of the target; the pattern if empty.

        place: Whose law holds.

        after: Targets that go first.

    Raises:
        voxvalley_privacy.ConfigurationError: If the files are of another form, or neither *schema*
            nor *subject* and *kind* say who is in them and what they are.
    """
    if not str(pattern).endswith(_FORMS):
        raise ConfigurationError("files() takes names that end in .jsonl, .csv or .parquet.")
    shape = shape_of(schema)
    people = (subject,) if isinstance(subject, str) else tuple(subject)
    if not (people or shape.subject) or not (kind or shape.kind):
        raise ConfigurationError("files() needs 'schema', or both 'subject' and 'kind'.")
    return FileTarget(
        pattern=str(pattern),
        name=name or Path(pattern).name,
        kind=kind or shape.kind,
        subject=people or shape.subject,
        event_time=event_time or shape.event_time,
        place=place,
        after=after,
    )
