"""Files of rows: each is written beside itself without the person, and then renamed."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from ..errors import ConfigurationError, StoreCorrupt, StoreUnavailable
from ..retention import RecordMeta
from ..schemas import Schema
from ._file_rows import FORMS, Row, beside, put, read_rows, rewrite
from ._people import Person, Pseudonyms
from ._shape_of_rows import record_of, shape_of
from ._targets import BoundTarget, Commit, HoldSupport, Outcome, Record

__all__ = ["FileTarget", "files"]

_CHUNK = 1 << 20
_OVERLAP = 512  # bytes: longer than any spelling of a person
_LEFT_OVER = ".erasing"
_HALF = "half"  # likewise, where it cannot be read
_NAME = "name"  # in place of the number of a row, where the file's name is the record


@attrs.define(kw_only=True, eq=False)
class FileTarget(BoundTarget):
    """Files of rows; `files` makes it."""

    pattern: str
    name: str
    kind: str
    subject: tuple[str, ...]
    event_time: str | None
    events: Mapping[str, str]
    place: str
    after: tuple[str, ...] = ()
    hold_support: HoldSupport = "lease"
    residue: str = "until the file system reuses the blocks, and snapshots are gone"

    def find(self, person: Person, /) -> Sequence[Record]:
        found: list[Record] = []
        for path in self._paths():
            found += self._rows_of(path, person)
            if person.in_text(path.name):
                found.append(Record(meta=RecordMeta(kind=self.kind, id=f"{path}#{_NAME}")))
        return found

    def rows_of(self, person: Person, /) -> Iterator[Row]:
        """Return every row that names the person in a field of people."""
        for path in self._paths():
            if _may_hold(path, person):
                for row in read_rows(path):
                    if any(person.is_in(row.get(name)) for name in self.subject):
                        yield row

    def _rows_of(self, path: Path, person: Person) -> Iterator[Record]:
        if not _may_hold(path, person):
            return
        try:
            for number, row in enumerate(read_rows(path)):
                own = [name for name in self.subject if person.is_in(row.get(name))]
                if own or person.names(row):
                    yield self._record(path, number, row, own)
        except StoreCorrupt:
            if not _is_left_over(path):
                raise
            # Half of a copy that a crash left: whoever is in it, the file itself is whole.
            yield Record(meta=RecordMeta(kind=self.kind, id=f"{path}#{_HALF}"))

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
        new = self._mark_path().with_suffix(".new")
        new.write_text(str(position))
        put(new, self._mark_path(), lambda: None)

    def _mark_path(self) -> Path:
        folder = Path(self.pattern)
        while any(sign in folder.name for sign in "*?["):
            folder = folder.parent
        return folder / ".privacy_mark"

    def _paths(self) -> list[Path]:
        found = [*map(Path, glob.glob(self.pattern, recursive=True))]
        left_over = [beside(path) for path in found if beside(path).exists()]
        return sorted([*found, *left_over])

    def _rows(self) -> Iterator[tuple[Path, int, Row]]:
        for path in self._paths():
            # What a crash left is a copy, perhaps half of one, and names nothing that is due.
            if not _is_left_over(path):
                for number, row in enumerate(read_rows(path)):
                    yield path, number, row

    def _record(self, path: Path, number: int, row: Row, own: Sequence[str]) -> Record:
        return record_of(self, row, own_id=f"{path}#{number}", own=own, texts=self._texts(row))

    def _texts(self, row: Row) -> list[object]:
        known = {*self.subject, self.event_time}
        return [value for name, value in row.items() if name not in known and value]

    def _checked(
        self, records: Mapping[int, Record], change: Callable[[Row], Row | None]
    ) -> Callable[[Row], Row | None]:
        """Return *change* for rows that are still those of *records*, in the order of the file."""
        expected = iter([record for _, record in sorted(records.items())])

        def checked(row: Row) -> Row | None:
            record = next(expected)
            if record_of(self, row, own_id=record.id, own=()).meta != record.meta:
                raise StoreUnavailable("The rows of a file moved while they were erased.")
            return change(row)

        return checked

    def _change(
        self, records: Sequence[Record], change: Callable[[Row], Row | None], commit: Commit
    ) -> Outcome:
        by_path: dict[str, dict[int, Record]] = {}
        named: list[str] = []
        for record in records:
            path, _, number = record.id.rpartition("#")
            if number == _NAME:
                named.append(path)
            else:
                place = -1 if number == _HALF else int(number)
                by_path.setdefault(path, {})[place] = record
        done: list[str] = []
        for path, own in by_path.items():
            _change_one(Path(path), {*own}, self._checked(own, change), commit)
            done += [record.id for _, record in sorted(own.items())]
        # A name is not changed: other records may point to it. A file without rows can go.
        emptied = [path for path in named if _is_emptied(Path(path), commit)]
        failed = [f"{path}#{_NAME}" for path in named if path not in emptied]
        return Outcome(
            done=(*done, *[f"{path}#{_NAME}" for path in emptied]),
            failed=tuple(failed),
            code="file.name" if failed else "",
        )


def _is_left_over(path: Path) -> bool:
    return path.name.endswith(_LEFT_OVER)


def _change_one(
    path: Path, numbers: set[int], change: Callable[[Row], Row | None], commit: Commit
) -> None:
    if _is_left_over(path):
        # What a crash left: the file itself is whole, and is written anew.
        commit()
        path.unlink(missing_ok=True)
    else:
        rewrite(path, numbers, change, commit)


def _is_emptied(path: Path, commit: Commit) -> bool:
    """Delete a file if it has no row; return whether it is gone."""
    if path.exists() and next(iter(read_rows(path)), None) is not None:
        return False
    commit()
    path.unlink(missing_ok=True)
    return True


def _may_hold(path: Path, person: Person) -> bool:
    """Whether a file must be read: it may hold the person, or its last line is not whole."""
    if path.name.removesuffix(_LEFT_OVER).endswith(".parquet"):
        return True
    last = b""
    with path.open("rb") as handle:
        while part := handle.read(_CHUNK):
            if person.may_be_in(last + part):
                return True
            last = part[-_OVERLAP:]
    return not last.endswith(b"\n") and bool(last)


def files(
    pattern: str | Path,
    /,
    *,
    subject: str | tuple[str, ...] = (),
    kind: str = "",
    event_time: str | None = None,
    events: Mapping[str, str] | None = None,
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

        events: Fields with times that a schedule counts from, by the schedule's names.

        schema: The schema of the rows, such as `twilio.call`.

        name: The name of the target; the last part of the pattern if empty.

        place: Whose law holds.

        after: Targets that go first.

    Raises:
        voxvalley_privacy.ConfigurationError: If the files are of another form, or neither *schema*
            nor *subject* and *kind* say who is in them and what they are.
    """
    if not str(pattern).endswith(FORMS):
        raise ConfigurationError("files() takes names that end in .jsonl, .csv or .parquet.")
    shape = shape_of(schema)
    people = (subject,) if isinstance(subject, str) else tuple(subject)
    named, what = people or shape.subject, kind or shape.kind
    if not named or not what:
        raise ConfigurationError("files() needs 'schema', or both 'subject' and 'kind'.")
    return FileTarget(
        pattern=str(pattern),
        name=name or Path(pattern).name,
        kind=what,
        subject=named,
        event_time=event_time or shape.event_time,
        events=events or {},
        place=place,
        after=after,
    )
