"""A file of any known format."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import attrs

from ..errors import ConfigurationError
from ..redaction import Redactor
from ..schemas import Schema, get
from ._binary import refuse_binary
from ._border import FieldReport, Redact
from ._byte_source import plain_head
from ._csv import csv_stream
from ._enough_known import enough_known, least_of, listed
from ._first_records import field_report
from ._frames import Destination, Reader, Source, StreamReport, run
from ._guess import guess_format
from ._json import json_stream
from ._jsonl import jsonl_stream
from ._layout import first_rows, has_header
from ._line_format import Format, format_named, guess_log
from ._log_lines import log_stream
from ._radius import radius_stream
from ._text_lines import form_stream, text_stream
from ._xml import xml_stream

__all__ = ["kind_of", "known_fields", "redact_file", "redact_log"]

_STREAMS: dict[str, Callable[[Reader, Redact], tuple[Any, Any]]] = {
    "csv": csv_stream,
    "form": form_stream,
    "json": json_stream,
    "jsonl": jsonl_stream,
    "radius": radius_stream,
    "text": text_stream,
    "xml": xml_stream,
}


def redact_file(
    src: Source,
    dst: Destination,
    redact: Redact,
    /,
    *,
    format: str | Format | None = None,  # noqa: A002 - what everybody calls it
    schema: Schema | str | None = None,
    encoding: str | None = None,
    least_known: float | None = None,
    jobs: int = 1,
    progress: Callable[[int], object] | None = None,
) -> StreamReport:
    """
    Treat a file in the format it has; gzip, bzip2, xz and zstd are unpacked.

    Args:
        src: Path or open file.

        dst: Path or open file. A path is written to a temporary file and replaced at the end;
            after an error it is as it was. A path that ends in `.gz`, `.bz2`, `.xz` or `.zst` is
            packed.

        redact: A `voxvalley_privacy.Redactor`.

        format: `csv`, `form` (one body a line), `json`, `jsonl`, `radius`, `text` or `xml`,
            or a format of logs and traces: a name of `formats()`, or a `Format`. Default: told by
            the name and the first 64 KiB; any other content is text.

        schema: A schema in the place of the redactor's. It must apply: a file of another kind is
            an error, not a result without it.

        encoding: The encoding of the text. Default: UTF-8, or UTF-16 with a byte order mark. The
            result is UTF-8.

        least_known: Share of the fields of the first records that must be known, by the schema or
            by their names, 0 to 1.

        jobs: Worker processes, 1 or more; the bytes written are the same for any number.

        progress: Called with the number of bytes read so far.

    Returns:
        The counts, records out always equal to records in, and which fields are known.

    Raises:
        voxvalley_privacy.ConfigurationError: If there is no such format, schema or encoding; if the
            schema knows no field of the first records; if less is known than *least_known*; if the
            content is binary; or as the format's own function says. No output is written.

        OSError: If packed data is damaged or cut.
    """
    log = None if format is None or format in _STREAMS else _log_format(format)
    if log is not None and schema is not None and not log.reads:
        raise ConfigurationError(
            f"The format {log.name} says what its parts are; no schema can apply to it."
        )
    if log is not None and log.reads:
        schema = schema or log.schema
    least_known = least_of(redact, least_known)
    name = os.fsdecode(src) if isinstance(src, str | os.PathLike) else ""
    named = format if isinstance(format, str) and log is None else None
    plan = _Plan(name, named or _reads(log), _named(schema), least_known, log)
    report = run(
        src,
        dst,
        partial(plan.stream, redact=redact),
        encoding=encoding,
        jobs=jobs,
        progress=progress,
    )
    return attrs.evolve(report, fields=plan.fields, format=plan.read_as)


def _log_format(chosen: str | Format) -> Format:
    try:
        return format_named(chosen)
    except ConfigurationError:
        pass
    raise ConfigurationError(
        f"'format' must be one of {', '.join(_STREAMS)}, or a format of logs and traces, which"
        " 'voxvalley-privacy formats' lists."
    )


def _reads(log: Format | None) -> str | None:
    if log is None:
        return None
    return log.reads or log.name


def _named(schema: Schema | str | None) -> Schema | None:
    return get(schema) if isinstance(schema, str) else schema


@attrs.define
class _Plan:
    """How one file is treated; *fields* is known once its start was read."""

    name: str
    format: str | None
    schema: Schema | None
    least_known: float
    log: Format | None = None
    fields: FieldReport | None = None
    read_as: str | None = None

    def stream(self, reader: Reader, redact: Redact) -> tuple[Any, Any]:
        """Return the batches of the file and the work to be done on each."""
        head = reader.head()
        refuse_binary(head, named=self.format is not None)
        kind = self.format or kind_of(head, self.name)
        self.read_as = kind if self.log is None else self.log.name
        if kind not in _STREAMS:
            return self._log_stream(reader, redact, kind)
        if self.schema is not None:
            redact = attrs.evolve(cast("Redactor", redact), schema=self.schema)
        if isinstance(redact, Redactor):
            self.fields = known_fields(
                head,
                kind,
                redact,
                must_apply=self.schema is not None,
                least_known=self.least_known,
            )
        return _STREAMS[kind](reader, redact)

    def _log_stream(self, reader: Reader, redact: Redact, kind: str) -> tuple[Any, Any]:
        if self.schema is not None:
            raise ConfigurationError(
                f"The schema {self.schema.name} cannot apply: this is a log in the format {kind},"
                " which says what its parts are. Name another format (--format), or no schema."
            )
        self.fields = FieldReport(schema=None, by_schema=(), by_name=(), unknown=())
        return log_stream(reader, redact, self.log or format_named(kind))


def kind_of(head: bytes, name: str = "", /) -> str:
    """
    Return the format of a file: one of `guess_format()`, or a format of logs and traces.

    Args:
        head: The first bytes of the file, packed or not.

        name: Its name, as for `guess_format()`.

    Raises:
        voxvalley_privacy.ConfigurationError: If the bytes are binary data.
    """
    kind = guess_format(head, name)
    if kind in _CERTAIN or (kind == "csv" and name.casefold().endswith(_TABLES)):
        return kind
    return guess_log(plain_head(head)) or kind


_CERTAIN = frozenset({"json", "jsonl", "xml"})
_TABLES = (".csv", ".tsv", ".csv.gz", ".tsv.gz")


def redact_log(
    src: Source,
    dst: Destination,
    redact: Redact,
    /,
    *,
    format: str | Format | None = None,  # noqa: A002 - what everybody calls it
    encoding: str | None = None,
    jobs: int = 1,
    progress: Callable[[int], object] | None = None,
) -> StreamReport:
    """
    Treat a log or a trace; each line stays that line.

    Time, level, file and the like stay as the policy says of times; other parts are treated as what
    they are. A line that fits no layout is read as text, of which policies that show no free text
    leave a label. A SIP message in the log is treated as a whole.

    Args:
        src: Path or open file; gzip, bzip2, xz and zstd are unpacked.

        dst: Path or open file, as for `redact_file()`.

        redact: A `voxvalley_privacy.Redactor`; the format's own schema takes the place of its
            schema.

        format: A name of `formats()`, or a `Format`. Default: told from the first lines; where
            they are none of these, each line is text.

        encoding: The encoding of the text. Default: UTF-8.

        jobs: Worker processes, 1 or more.

        progress: Called with the number of bytes read so far.

    Returns:
        The counts, lines out always equal to lines in (blank ones do not count), and in *layouts*
        how many lines had which format.

    Raises:
        voxvalley_privacy.ConfigurationError: If there is no such format, or the content is binary.
    """
    log = None if format is None else format_named(format)
    if log is not None and log.reads:
        return redact_file(
            src, dst, redact, format=log, encoding=encoding, jobs=jobs, progress=progress
        )
    plan = _LogPlan(log)
    report = run(
        src,
        dst,
        partial(plan.stream, redact=redact),
        encoding=encoding,
        jobs=jobs,
        progress=progress,
    )
    return attrs.evolve(report, format=plan.read_as)


@attrs.define
class _LogPlan:
    log: Format | None
    read_as: str = "text"

    def stream(self, reader: Reader, redact: Redact) -> tuple[Any, Any]:
        head = reader.head()
        refuse_binary(head, named=self.log is not None)
        name = guess_log(head) if self.log is None else None
        log = self.log if name is None else format_named(name)
        self.read_as = "text" if log is None else log.name
        return log_stream(reader, redact, log)


def known_fields(
    head: bytes,
    kind: str,
    redact: Redactor,
    /,
    *,
    must_apply: bool = False,
    least_known: float = 0.0,
) -> FieldReport:
    """
    Return which fields of the first records a redactor knows.

    Args:
        head: The first bytes of a file, packed or not.

        kind: Its format, as returned by `guess_format()`.

        redact: The redactor, with its schema.

        must_apply: Whether a schema that knows no field is an error.

        least_known: Share of the fields that must be known, 0 to 1.

    Raises:
        voxvalley_privacy.ConfigurationError: If the schema does not apply, or too little is known;
            the message names the fields.
    """
    plain = plain_head(head)
    fields = field_report(plain, kind, redact)
    if must_apply and redact.schema is not None:
        _check_schema(redact.schema, fields, plain, kind)
    enough_known(fields, least_known)
    return fields


def _check_schema(schema: Schema, fields: FieldReport, head: bytes, kind: str) -> None:
    """Refuse a schema that would have no effect."""
    if kind == "text" and head.strip():
        raise ConfigurationError(
            f"The schema {schema.name} cannot apply: this is read as text, which has no fields."
            " Name its format, or use no schema."
        )
    if fields.total and not fields.by_schema:
        raise ConfigurationError(
            f"The schema {schema.name} knows no field of the first records:"
            f" {listed((*fields.by_name, *fields.unknown))}. 'voxvalley-privacy schemas show"
            f" {schema.name}' lists its fields; leave the schema out to have it guessed."
        )
    if kind == "csv" and not fields.total and first_rows(head) and not has_header(head):
        raise ConfigurationError(
            f"The rows have no header, and no column order of the schema {schema.name} fits them."
        )
