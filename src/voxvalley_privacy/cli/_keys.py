"""`keys new | rotate | check`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ..errors import PrivacyError
from ..keys import KeyRing

__all__ = ["app"]

app = typer.Typer(help="Make, rotate and check key files.", no_args_is_help=True)

_Path = Annotated[Path, typer.Argument(metavar="FILE", help="The key file.")]


def _fail(message: str, code: int) -> typer.Exit:
    typer.echo(f"voxvalley-privacy: {message}", err=True)
    return typer.Exit(code)


def _loaded(path: Path) -> KeyRing:
    try:
        return KeyRing.from_file(path)
    except PrivacyError as error:
        raise _fail(str(error), 2) from None
    except OSError as error:
        raise _fail(error.strerror or "the file cannot be read", 3) from None


@app.command()
def new(path: _Path) -> None:
    """Write a new key ring to a file that only its owner can read; never replace a file."""
    ring = KeyRing.generate()
    _write(ring, path)
    typer.echo(f"{path}: new key {ring.active_id}")


@app.command()
def rotate(path: _Path) -> None:
    """Give a key file a new active key; the older ones are kept for reading."""
    ring = _loaded(path).rotate()
    beside = path.with_name(f".{path.name}.new")
    _write(ring, beside)
    os.replace(beside, path)
    typer.echo(f"{path}: new key {ring.active_id}, {len(ring.key_ids) - 1} older")


@app.command()
def check(path: _Path) -> None:
    """Say whether a key file can be used, and the ids of its keys."""
    ring = _loaded(path)
    for key_id in ring.key_ids:
        typer.echo(f"{key_id}  {'active' if key_id == ring.active_id else 'reads'}")
    for key_id in ring.destroyed_ids:
        typer.echo(f"{key_id}  destroyed")


def _write(ring: KeyRing, path: Path) -> None:
    try:
        ring.to_file(path)
    except PrivacyError as error:
        raise _fail(str(error), 2) from None
    except OSError as error:
        raise _fail(error.strerror or "the file cannot be written", 3) from None
