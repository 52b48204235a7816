"""`schemas`, `schemas show NAME` and `schemas diff NAME FILE`."""

from __future__ import annotations

from typing import Annotated

import typer

from .. import schemas
from ..errors import ConfigurationError
from . import _show
from ._choices import format_of, schema_of
from ._exits import LOOK_AT_IT, exits
from ._files import one_file, unknown_in

__all__ = ["app"]

app = typer.Typer(help="List the schemas, show one, or compare one with a file.")

_Name = Annotated[
    str, typer.Argument(metavar="NAME", help="A built-in schema, or a .toml or .json file.")
]


@app.callback(invoke_without_command=True)
def list_schemas(context: typer.Context) -> None:
    """List the built-in schemas, show one, or compare one with a file."""
    if context.invoked_subcommand is None:
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
        str, typer.Argument(metavar="[FILE]", help="The file; '-' or nothing for a pipe.")
    ] = "-",
    format: Annotated[  # noqa: A002 # the option's name
        str | None, typer.Option("--format", "-f", help="Guessed when left out.")
    ] = None,
) -> None:
    """List the fields of a file that a schema does not know; exit code 1 when there are some."""
    with exits():
        unknown = unknown_in(one_file(file), _named(name), format_of(format))
        _show.unknown_fields(unknown)
        if unknown:
            raise typer.Exit(LOOK_AT_IT)


def _named(name: str) -> schemas.Schema:
    schema = schema_of(name)
    if schema is None:
        raise ConfigurationError("'none' is not a schema that can be shown.")
    return schema
