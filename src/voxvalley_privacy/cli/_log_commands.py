"""`formats` and `trace`, and what `redact --follow` does."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from ..errors import ConfigurationError
from ..records import Format, StreamReport, follow, formats, redact_growing
from ..redaction import Redactor
from . import _show
from ._exits import LOOK_AT_IT, exits
from ._inputs import inputs

__all__ = ["add_to", "follow_log"]

_PACKED = (".gz", ".bz2", ".xz", ".zst")


def add_to(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command("formats")(list_formats)
    app.command("trace")(trace)


def list_formats() -> None:
    """List the formats of logs and traces, for --format."""
    with exits():
        _show.formats(formats().values())


def trace(
    token: Annotated[str, typer.Argument(help="A token that is in one of the files.")],
    files: Annotated[list[str], typer.Argument(metavar="FILES...", help="Redacted files.")],
) -> None:
    """List the lines of redacted files that carry one token, in the order of their times."""
    with exits():
        lines = follow(token, [file.path for file in inputs(files)])
        _show.traced(lines)
        if not lines:
            _show.say("no line of these files carries the token.")
            raise typer.Exit(LOOK_AT_IT)


def follow_log(files: list[str], output: str, redact: Redactor, kind: Any) -> StreamReport:
    """Redact a log as it grows, until the user ends it."""
    if len(files) != 1 or files[0] == "-":
        raise ConfigurationError("--follow takes one file by its name.")
    if kind is not None and not isinstance(kind, Format) and kind not in {*formats(), "text"}:
        raise ConfigurationError(
            "--follow needs a format of logs, which 'voxvalley-privacy formats' lists."
        )
    if output.endswith(_PACKED):
        raise ConfigurationError("--follow appends lines, and cannot write a packed file.")
    log = None if kind == "text" else kind
    with _ended() as ended:
        if output == "-":
            return redact_growing(files[0], sys.stdout.buffer, redact, format=log, stop=ended)
        with open(output, "ab") as out:
            return redact_growing(files[0], out, redact, format=log, stop=ended)


@contextmanager
def _ended() -> Iterator[Any]:
    """Give a function that says whether the user asked for the end."""
    asked: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _: asked.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
