"""A file of any known format."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from ..errors import ConfigurationError
from ._border import Redact
from ._csv import csv_stream
from ._frames import Destination, Reader, Source, StreamReport, run
from ._guess import guess_format
from ._json import json_stream
from ._jsonl import jsonl_stream
from ._radius import radius_stream
from ._text_lines import form_stream, text_stream
from ._xml import xml_stream

__all__ = ["redact_file"]

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
    format: str | None = None,  # noqa: A002 - what everybody calls it
    jobs: int = 1,
    progress: Callable[[int], object] | None = None,
) -> StreamReport:
    """
    Treat a file in the format it has.

    Args:
        src: Path or open file.

        dst: Path or open file. A path is written to a temporary file and replaced at the end;
            after an error it is as it was.

        redact: A `voxvalley_privacy.Redactor`.

        format: `csv`, `form` (one body a line), `json`, `jsonl`, `radius`, `text` or `xml`.
            Default: guessed from the name and the first 64 KiB; any other content is text.

        jobs: Worker processes, 1 or more; the bytes written are the same for any number.

        progress: Called with the number of bytes read so far.

    Returns:
        The counts, records out always equal to records in.

    Raises:
        voxvalley_privacy.ConfigurationError: If there is no such format, or as the format's
            own function says.
    """
    if format is not None and format not in _STREAMS:
        raise ConfigurationError(f"'format' must be one of {', '.join(_STREAMS)}.")
    name = os.fsdecode(src) if isinstance(src, str | os.PathLike) else ""
    return run(
        src,
        dst,
        partial(_stream, redact=redact, kind=format, name=name),
        jobs=jobs,
        progress=progress,
    )


def _stream(reader: Reader, redact: Redact, kind: str | None, name: str) -> tuple[Any, Any]:
    return _STREAMS[kind or guess_format(reader.head(), name)](reader, redact)
