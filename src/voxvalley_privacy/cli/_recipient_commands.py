"""`recipients page`, `recipients feed`, `recipients ended` and `recipients accounting`."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from .. import stores
from ..disclosure import (
    DisclosurePolicy,
    RecipientRegister,
    accounting_table,
    change_feed,
    subprocessor_page,
)
from ..errors import ConfigurationError
from ..keys import KeyRing
from ._exits import LOOK_AT_IT, exits

__all__ = ["app"]

app = typer.Typer(help="Show who gets data: the public list, its changes, and what was disclosed.")

_Store = Annotated[Path, typer.Option("--store", help="The SQLite file with the register.")]
_Keys = Annotated[Path, typer.Option("--keys", help="The file with the key ring.")]
_Day = Annotated[str, typer.Option("--day", help="The day as YYYY-MM-DD; today by default.")]


def _register(store: Path, keys: Path) -> RecipientRegister:
    # Opening would make an empty file, and its empty list would be taken for the register's.
    if not store.is_file():
        raise ConfigurationError("There is no store at this path.")
    return RecipientRegister(stores.sqlite(store), keys=KeyRing.from_file(keys))


def _day(text: str) -> date:
    if not text:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    raise ConfigurationError("'--day' must be a date as YYYY-MM-DD.")


@app.command()
def page(
    store: _Store,
    keys: _Keys,
    day: _Day = "",
    form: Annotated[str, typer.Option("--form", help="markdown, html or jsonld.")] = "markdown",
) -> None:
    """Write the public list of sub-processors."""
    with exits():
        if form not in {"markdown", "html", "jsonld"}:
            raise ConfigurationError("'--form' must be markdown, html or jsonld.")
        typer.echo(subprocessor_page(_register(store, keys), day=_day(day), form=form))


@app.command()
def feed(store: _Store, keys: _Keys) -> None:
    """Write every change of the list, one line of JSON each."""
    with exits():
        for change in change_feed(_register(store, keys)):
            typer.echo(json.dumps(change, sort_keys=True))


@app.command()
def ended(store: _Store, keys: _Keys, day: _Day = "") -> None:
    """List recipients whose contract or mechanism does not hold; exit code 1 if there are any."""
    with exits():
        dead = _register(store, keys).dead(_day(day))
        for recipient, cause in dead:
            typer.echo(f"{recipient.name}: {cause}")
        if dead:
            raise typer.Exit(LOOK_AT_IT)


@app.command()
def accounting(
    store: _Store,
    keys: _Keys,
    for_staff: Annotated[
        bool, typer.Option("--for-staff", help="Show what an order of silence still hides, too.")
    ] = False,
) -> None:
    """Write what was disclosed about a person, whose number is read from standard input."""
    # Not an argument: shells and process lists keep those.
    with exits():
        person = typer.get_text_stream("stdin").readline().strip()
        policy = DisclosurePolicy(_register(store, keys))
        typer.echo(accounting_table(policy.accounting(person, for_person=not for_staff)))
