"""`schemas`, `schemas show NAME`, `schemas diff NAME FILE` and `schemas diff NAME OTHER`."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import Annotated

import typer

from .. import schemas
from ..errors import ConfigurationError
from . import _show
from ._choices import format_of, schema_of
from ._exits import LOOK_AT_IT, exits
from ._files import unknown_in
from ._inputs import one_file

__all__ = ["app"]

app = typer.Typer(help="List the schemas, show one, or compare one with a file or another.")

_Name = Annotated[
    str, typer.Argument(metavar="NAME", help="A built-in schema, or a .toml or .json file.")
]


@app.callback(invoke_without_command=True)
def list_schemas(context: typer.Context) -> None:
    """List the built-in schemas, show one, or compare one with a file or another."""
    if context.invoked_subcommand is None:
        list_names()


@app.command("list")
def list_names() -> None:
    """List the built-in schemas; `schemas` alone does the same."""
    with exits():
        _show.schemas([schemas.get(name) for name in schemas.names()])


@app.command()
def show(name: _Name) -> None:
    """List the fields of a schema."""
    with exits():
        _show.schema(_named(name))


@app.command()
def diff(
    name: _Name,
    file: Annotated[
        str,
        typer.Argument(
            metavar="[FILE]",
            help="The file, '-' or nothing for a pipe; or another schema: a name, or a .toml file.",
        ),
    ] = "-",
    format: Annotated[  # noqa: A002 # the option's name
        str | None, typer.Option("--format", "-f", help="Guessed when left out.")
    ] = None,
) -> None:
    """
    Compare a schema with a file or with another schema; exit code 1 when there is a difference.

    Of a file, the fields are listed that the schema does not know; of two schemas, the paths that
    they read differently.
    """
    with exits(file):
        other = _other_schema(file)
        if other is None:
            _must_be_there(file)
            unknown = unknown_in(one_file(file), _named(name), format_of(format))
            _show.unknown_fields(unknown)
            differs = bool(unknown)
        elif format is None:
            changes = schemas.changes(_named(name), other)
            _show.changes(changes)
            differs = bool(changes)
        else:
            raise ConfigurationError("--format is for a file; two schemas have none.")
        if differs:
            raise typer.Exit(LOOK_AT_IT)


def _other_schema(choice: str) -> schemas.Schema | None:
    """Return the schema that is named in the place of a file; None for a file."""
    is_name = choice.partition("@")[0] in schemas.names() and not os.path.exists(choice)
    return _named(choice) if is_name or choice.endswith(".toml") else None


def _must_be_there(file: str) -> None:
    """Refuse what is neither a schema nor a file."""
    if file == "-" or os.path.exists(file):
        return
    close = get_close_matches(file, schemas.names(), n=1)
    meant = f"did you mean {close[0]}?" if close else "`schemas list` lists the schemas."
    raise ConfigurationError(f"There is no schema and no file of this name; {meant}")


def _named(name: str) -> schemas.Schema:
    schema = schema_of(name)
    if schema is None:
        raise ConfigurationError("'none' is not a schema that can be shown.")
    return schema
