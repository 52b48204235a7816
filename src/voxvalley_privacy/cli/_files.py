"""Files and pipes for the commands: guessed formats and schemas, a progress bar on a terminal."""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from ..records import StreamReport, guess_format, guess_schema, redact_file
from ..redaction import Explanation, Redactor
from ..schemas import Schema
from ..vocabulary import DataCategory

__all__ = ["redact_stream", "sample", "scan_stream"]

_HEAD = 65_536

Made = Callable[[str | None], Redactor]


class _Headed(io.RawIOBase):
    """A stream whose first bytes were read already: a pipe cannot be wound back."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._head[: len(buffer)]
        self._head = self._head[len(data) :]
        data = data or self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def _opened(file: str) -> Iterator[tuple[bytes, IO[bytes], int]]:
    """Give the head, the stream from its beginning, and the size, 0 where it is unknown."""
    if file == "-":
        head = sys.stdin.buffer.read(_HEAD)
        yield head, io.BufferedReader(_Headed(head, sys.stdin.buffer), _HEAD), 0
        return
    with open(file, "rb") as stream:
        head = stream.read(_HEAD)
        stream.seek(0)
        yield head, stream, os.fstat(stream.fileno()).st_size


@contextmanager
def _progress(size: int) -> Iterator[Callable[[int], object] | None]:
    if not (sys.stderr.isatty() and size):
        yield None
        return
    from rich.console import Console

    with Progress(
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task("", total=size)
        yield lambda done: bar.update(task, completed=done)


def _told(
    file: str, head: bytes, make: Made, schema: str | None, kind: str | None
) -> tuple[str, Redactor]:
    """Return the format of *file* and the redactor for its records."""
    found = kind or guess_format(head, "" if file == "-" else file)
    if schema is not None:
        return found, make(None if schema == "none" else schema)
    guess = guess_schema(head, found)
    redact = make(guess)
    if guess is None:
        return found, redact
    sys.stderr.write(f"Read with the schema {guess}; --schema says otherwise.\n")
    # A guess may hide, never show: that a number is the customer's own is for the customer to say.
    same = {DataCategory.OWN_NUMBER: redact.policy.actions[DataCategory.PARTY_NUMBER]}
    return found, Redactor(redact.policy.with_actions(same), redact.schema)


def redact_stream(
    file: str, output: str, make: Made, *, schema: str | None, kind: str | None, jobs: int
) -> StreamReport:
    """Write a treated copy of *file* to *output*."""
    with _opened(file) as (head, source, size), _progress(size) as progress:
        found, redact = _told(file, head, make, schema, kind)
        target: Any = sys.stdout.buffer if output == "-" else output
        return redact_file(source, target, redact, format=found, jobs=jobs, progress=progress)


class _Looker:
    """Stands where a redactor stands, looks at what comes by, and lets nothing through."""

    def __init__(self, redact: Redactor) -> None:
        self.redact = redact
        self.counts: Counter[tuple[str, str]] = Counter()
        self.first: Explanation | None = None

    @property
    def schema(self) -> Schema | None:
        return self.redact.schema

    def __call__(self, record: Any, /) -> Any:
        rows = self.redact.explain(record)
        self.first = self.first or rows
        for row in rows:
            for category in (*row.found, *(() if row.category in _SILENT else (row.category,))):
                self.counts[category.value, row.path] += 1
        return {} if isinstance(record, dict) else []

    def text(self, text: str, /) -> str:
        for category in {finding.category for finding in self.redact.find(text)}:
            self.counts[category.value, ""] += 1
        return ""

    def stats(self) -> Any:
        return self.redact.stats()


_SILENT = frozenset({DataCategory.UNKNOWN, DataCategory.STATUS, DataCategory.FREE_TEXT})


class _Nothing(io.RawIOBase):
    """Take bytes and keep none."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        return len(data)


def _look(file: str, make: Made, schema: str | None, kind: str | None) -> _Looker:
    with _opened(file) as (head, source, size), _progress(size) as progress:
        found, redact = _told(file, head, make, schema, kind)
        looker = _Looker(redact)
        nothing: Any = _Nothing()
        redact_file(source, nothing, looker, format=found, progress=progress)
    return looker


def scan_stream(
    file: str, make: Made, *, schema: str | None, kind: str | None
) -> Mapping[tuple[str, str], int]:
    """Return (category, field) -> in how many records or lines of *file* it was seen."""
    return _look(file, make, schema, kind).counts


def sample(file: str, make: Made, *, schema: str | None, kind: str | None) -> Explanation:
    """Return the explanation of the first record of *file*."""
    made = _look(file, make, schema, kind).first
    return made if made is not None else make(None).explain({})
