"""Files, folders and pipes for the commands: guessed formats and schemas, a progress bar."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import attrs

from ..errors import ConfigurationError
from ..records import (
    FieldReport,
    Format,
    StreamReport,
    explain_line,
    format_named,
    formats,
    guess_schema,
    is_parquet,
    kind_of,
    known_fields,
    plain_head,
    redact_file,
    redact_parquet,
    schema_of,
)
from ..redaction import Explanation, Redactor
from ..schemas import Schema, UnknownField, diff, get
from ..vocabulary import DataCategory
from ._inputs import Input
from ._looker import Looker, emptied
from ._progress import steps

__all__ = [
    "How",
    "Look",
    "explained",
    "look",
    "redact_one",
    "unknown_in",
]

_HEAD = 65_536


# One file -----------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class How:
    """How files are read; *redactor* makes the redactor of a schema."""

    redactor: Callable[[Schema | None], Redactor]
    schema: Schema | None = None
    guess: bool = True
    kind: str | Format | None = None
    encoding: str | None = None
    least_known: float = 0.0
    several: bool = False


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
def _opened(file: Input) -> Iterator[tuple[bytes, IO[bytes]]]:
    """Give the first bytes, and the stream from its beginning."""
    if file.is_pipe:
        head = sys.stdin.buffer.read(_HEAD)
        yield head, io.BufferedReader(_Headed(head, sys.stdin.buffer), _HEAD)
        return
    if file.is_in_folder and not stat.S_ISREG(os.stat(file.path).st_mode):
        # A pipe would be waited for, and a device has no end.
        raise ConfigurationError("This is a pipe, a socket or a device, and is not read.")
    with open(file.path, "rb") as stream:
        head = stream.read(_HEAD)
        if stream.seekable():
            stream.seek(0)
            yield head, stream
        else:
            yield head, io.BufferedReader(_Headed(head, stream), _HEAD)


@attrs.frozen
class _Read:
    """How one file is read, once its head was seen."""

    kind: str | Format
    redact: Redactor
    fields: FieldReport


def _read(file: Input, head: bytes, how: How) -> _Read:
    """Return the format of a file, and the redactor for its records."""
    plain = plain_head(head, encoding=how.encoding)
    kind = how.kind or kind_of(plain, "" if file.is_pipe else file.path)
    redact = how.redactor(how.schema)
    if isinstance(kind, Format) or kind in formats():
        return _log(kind, redact, how)
    if how.guess and (name := guess_schema(plain, kind)) is not None:
        redact = _guessed(how, name)
        said = f"Read with the schema {name}; --schema says otherwise.\n"
        sys.stderr.write(said if file.is_pipe or not how.several else f"{file.shown}: {said}")
    fields = known_fields(
        plain,
        kind,
        redact,
        must_apply=how.schema is not None,
        least_known=how.least_known,
    )
    return _Read(kind, redact, fields)


def _log(kind: str | Format, redact: Redactor, how: How) -> _Read:
    """Return how a log is read: its format says what its parts are."""
    log = format_named(kind)
    if how.schema is not None and not log.reads:
        raise ConfigurationError(
            f"The schema {how.schema.name} cannot apply: the format {log.name} says what its parts"
            " are. Name another format (--format), or no schema."
        )
    if not log.reads:
        redact = attrs.evolve(redact, schema=schema_of(log))
    nothing = FieldReport(schema=None, by_schema=(), by_name=(), unknown=())
    return _Read(kind, redact, nothing)


def _guessed(how: How, name: str) -> Redactor:
    redact = how.redactor(get(name))
    # A guess may hide, never show: which numbers are their own is for the customer to say.
    same = {DataCategory.OWN_NUMBER: redact.policy.actions[DataCategory.PARTY_NUMBER]}
    return attrs.evolve(redact, policy=redact.policy.with_actions(same))


def redact_one(
    file: Input,
    output: str,
    how: How,
    *,
    jobs: int = 1,
    add: Callable[[int], object] | None = None,
) -> StreamReport:
    """Write a treated copy of *file* to *output*."""
    with _opened(file) as (head, source):
        if how.kind is None and not file.is_pipe and is_parquet(source):
            if how.encoding is not None or jobs > 1:
                raise ConfigurationError("A Parquet file takes no --encoding and no --jobs.")
            return _parquet(source, output, how)
        read = _read(file, head, how)
        target: Any = sys.stdout.buffer if output == "-" else output
        return redact_file(
            source,
            target,
            read.redact,
            format=read.kind,
            encoding=how.encoding,
            least_known=how.least_known,
            jobs=jobs,
            progress=steps(add),
        )


def _parquet(source: IO[bytes], output: str, how: How) -> StreamReport:
    if output == "-":
        raise ConfigurationError("A Parquet file needs a file to go to: name it with --output.")
    redact = how.redactor(how.schema)
    return redact_parquet(source, output, redact, least_known=how.least_known)


# Looking at a file --------------------------------------------------------------------------------


class _Nothing(io.RawIOBase):
    """Take bytes and keep none."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        return len(data)


@attrs.frozen(kw_only=True)
class Look:
    """The content of one file, without values."""

    file: Input
    kind: str
    fields: FieldReport
    report: StreamReport
    counts: Counter[tuple[DataCategory, str]]
    first: Explanation

    @property
    def is_blind(self) -> bool:
        """Whether records were read of which no field is known, so that nothing means nothing."""
        return bool(self.fields.total) and not self.fields.known and not self.counts


def look(file: Input, how: How, *, add: Callable[[int], object] | None = None) -> Look:
    """Return what is in *file*, without values."""
    with _opened(file) as (head, source):
        return _looked(file, _read(file, head, how), source, how, add)


def _looked(
    file: Input,
    read: _Read,
    source: IO[bytes],
    how: How,
    add: Callable[[int], object] | None = None,
) -> Look:
    looker = Looker(read.redact)
    report = _through(source, looker, read.kind, how.encoding, add)
    return Look(
        file=file,
        kind=read.kind if isinstance(read.kind, str) else read.kind.name,
        fields=read.fields,
        report=report,
        counts=looker.counts,
        first=looker.first or how.redactor(None).explain({}),
    )


def explained(file: Input, how: How) -> Explanation:
    """Return what a policy does with the first record of *file*, or its first line."""
    with _opened(file) as (head, source):
        read = _read(file, head, how)
        text = plain_head(head, encoding=how.encoding).decode("utf-8", "replace")
        if read.kind == "text":
            return read.redact.explain(next(filter(str.strip, text.split("\n")), ""))
        is_log = isinstance(read.kind, Format) or read.kind in formats()
        if is_log and not format_named(read.kind).reads:
            return explain_line(text, read.redact, format=read.kind)
        return _looked(file, read, source, how).first


def _through(
    source: IO[bytes],
    looker: Any,
    kind: str | Format,
    encoding: str | None,
    add: Callable[[int], object] | None = None,
) -> StreamReport:
    nothing: Any = _Nothing()
    return redact_file(source, nothing, looker, format=kind, encoding=encoding, progress=steps(add))


class _Differ:
    """Take the place of a redactor, and note the fields that a schema does not know."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.unknown: dict[UnknownField, None] = {}

    def __call__(self, record: Any, /) -> Any:
        self.unknown |= dict.fromkeys(diff(self.schema, record))
        return emptied(record)

    def text(self, text: str, /) -> str:
        return ""


def unknown_in(file: Input, schema: Schema, kind: str | Format | None) -> tuple[UnknownField, ...]:
    """Return the fields of all records of *file* that *schema* does not know."""
    with _opened(file) as (head, source):
        read_as = kind or kind_of(plain_head(head), "" if file.is_pipe else file.path)
        if isinstance(read_as, Format) or read_as == "text" or read_as in formats():
            raise ConfigurationError(
                "This is read as lines of text or of a log, which have no fields; name its format."
            )
        differ = _Differ(schema)
        _through(source, differ, read_as, None)
    return tuple(differ.unknown)
