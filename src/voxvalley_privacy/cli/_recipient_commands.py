"""`recipients page`, `recipients feed`, `recipients ended` and `recipients accounting`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ..disclosure import (
    Activity,
    DisclosurePolicy,
    Recipient,
    RecipientRegister,
    accounting_table,
    change_feed,
    enter_listed,
    feed_page,
    processing_page,
    subprocessor_page,
)
from ..errors import ConfigurationError
from ._exits import LOOK_AT_IT, exits
from ._outer_files import KeysOption, StoreOption, day_of, opened, table_in

__all__ = ["app"]

app = typer.Typer(help="Show who gets data: the public list, its changes, and what was disclosed.")

_Day = Annotated[str, typer.Option("--day", help="The day as YYYY-MM-DD; today by default.")]
_Form = Annotated[str, typer.Option("--form", help="markdown, html, csv or json.")]


def _register(store: Path, keys: Path) -> RecipientRegister:
    events, ring = opened(store, keys)
    return RecipientRegister(events, keys=ring)


@app.command()
def page(
    store: StoreOption,
    keys: KeysOption,
    day: _Day = "",
    form: Annotated[
        str, typer.Option("--form", help="markdown, html, csv, json or jsonld.")
    ] = "markdown",
) -> None:
    """Write the public list of sub-processors."""
    with exits():
        typer.echo(subprocessor_page(_register(store, keys), day=day_of(day), form=form))


@app.command()
def feed(
    store: StoreOption,
    keys: KeysOption,
    url: Annotated[
        str, typer.Option("--url", help="Write a feed of the list at this address.")
    ] = "",
    form: Annotated[str, typer.Option("--form", help="With --url: json or atom.")] = "json",
) -> None:
    """Write every change of the list, one line of JSON each, or as a feed."""
    with exits():
        if url:
            typer.echo(feed_page(_register(store, keys), url=url, form=form))
            return
        for change in change_feed(_register(store, keys)):
            typer.echo(json.dumps(change, sort_keys=True))


@app.command()
def enter(
    store: StoreOption,
    keys: KeysOption,
    file: Annotated[Path, typer.Argument(help="TOML or JSON: name -> recipient.", exists=True)],
    day: _Day = "",
) -> None:
    """Bring the register in line with a list, and write whom to tell by when."""
    with exits():
        listed = [
            Recipient.from_dict({"name": name, **table}) for name, table in table_in(file).items()
        ]
        for duty in enter_listed(_register(store, keys), listed, effective=day_of(day)):
            typer.echo(f"{duty.text} Due: {duty.due.date().isoformat() if duty.due else 'now'}")


@app.command()
def processing(
    store: StoreOption,
    keys: KeysOption,
    file: Annotated[
        Path, typer.Argument(help="TOML or JSON: 'controller', and 'activities'.", exists=True)
    ],
    day: _Day = "",
    form: _Form = "markdown",
) -> None:
    """Write the record of processing activities."""
    with exits():
        table = table_in(file)
        try:
            controller, listed = str(table["controller"]), table["activities"]
            activities = [Activity(name=name, **how) for name, how in listed.items()]
        except (KeyError, TypeError, AttributeError):
            activities = []
        if not activities:
            raise ConfigurationError("The file has 'controller' and 'activities', by name.")
        typer.echo(
            processing_page(
                _register(store, keys),
                activities,
                day=day_of(day),
                controller=controller,
                form=form,
            )
        )


@app.command()
def ended(store: StoreOption, keys: KeysOption, day: _Day = "") -> None:
    """List recipients whose contract or mechanism does not hold; exit code 1 if there are any."""
    with exits():
        dead = _register(store, keys).dead(day_of(day))
        for recipient, cause in dead:
            typer.echo(f"{recipient.name}: {cause}")
        if dead:
            raise typer.Exit(LOOK_AT_IT)


@app.command()
def accounting(
    store: StoreOption,
    keys: KeysOption,
    for_staff: Annotated[
        bool, typer.Option("--for-staff", help="Show what an order of silence still hides, too.")
    ] = False,
    form: _Form = "markdown",
) -> None:
    """Write what was disclosed about a person, whose number is read from standard input."""
    # Not an argument: shells and process lists keep those.
    with exits():
        person = typer.get_text_stream("stdin").readline().strip()
        policy = DisclosurePolicy(_register(store, keys))
        lines = policy.accounting(person, for_person=not for_staff)
        typer.echo(accounting_table(lines, form=form))
