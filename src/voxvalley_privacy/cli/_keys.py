"""`keys new | rotate | check`."""

from __future__ import annotations

import os
import secrets
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
    # The file behind a link changes, and not the link.
    real = path.resolve()
    ring = _loaded(real).rotate()
    # A new name each time: one that a crash left behind must not stop the next rotation.
    beside = real.with_name(f".{real.name}.{secrets.token_hex(6)}.new")
    _write(ring, beside)
    _replace(beside, real)
    typer.echo(f"{path}: new key {ring.active_id}, {len(ring.key_ids) - 1} older")


@app.command()
def check(path: _Path) -> None:
    """Check a key file, and list the ids of its keys."""
    ring = _loaded(path)
    uses = dict.fromkeys(ring.key_ids, "reads") | {ring.active_id: "active"}
    for key_id, use in uses.items():
        typer.echo(f"{key_id}  {use}")
    for key_id in ring.destroyed_ids:
        typer.echo(f"{key_id}  destroyed")


def _replace(new: Path, old: Path) -> None:
    try:
        os.replace(new, old)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise _fail(error.strerror or "the file cannot be replaced", 3) from None


def _write(ring: KeyRing, path: Path) -> None:
    try:
        ring.to_file(path)
    except PrivacyError as error:
        raise _fail(str(error), 2) from None
    except OSError as error:
        raise _fail(error.strerror or "the file cannot be written", 3) from None
