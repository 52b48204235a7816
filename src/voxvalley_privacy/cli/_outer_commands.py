"""`support`, `demand`, `rights`, `incidents` and `release`: who may look, ask, and publish."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from ..decisions import Decision
from ..disclosure import (
    Handover,
    Incidents,
    LegalDemand,
    LegalDisclosurePolicy,
    RecipientRegister,
    SubjectRights,
    SupportAccess,
)
from ..errors import ConfigurationError
from ..release import AggregateRelease, ReleasedTable, ReleaseLedger, ReleaseSpec
from ._exits import LOOK_AT_IT, exits
from ._outer_files import KeysOption, StoreOption, opened, rows_of, table_in

__all__ = ["demand", "incidents", "release", "rights", "support"]

support = typer.Typer(help="Ask for, approve and review access of support.", no_args_is_help=True)
demand = typer.Typer(help="Read a legal demand by the table.", no_args_is_help=True)
rights = typer.Typer(help="See which requests of people wait.", no_args_is_help=True)
incidents = typer.Typer(help="Keep the register of incidents.", no_args_is_help=True)
release = typer.Typer(help="Publish counts in which nobody can be found.", no_args_is_help=True)

_By = Annotated[str, typer.Option("--by", help="Who does it.")]
_Grant = Annotated[str, typer.Argument(help="The id of the grant.")]
_File = Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False)]


def _answer(decision: Decision) -> None:
    """Write a decision and its duties; exit code 1 for a no."""
    typer.echo(decision.explain())
    if not decision:
        raise typer.Exit(LOOK_AT_IT)


# Support ------------------------------------------------------------------------------------------


def _access(store: Path, keys: Path) -> SupportAccess:
    events, ring = opened(store, keys)
    return SupportAccess(events, keys=ring)


@support.command()
def request(
    store: StoreOption,
    keys: KeysOption,
    staff: Annotated[str, typer.Option("--staff", help="Who will look.")],
    ticket: Annotated[str, typer.Option("--ticket", help="Why.")],
    tenant: Annotated[str, typer.Option("--tenant", help="Whose records.")],
    kinds: Annotated[list[str], typer.Option("--kind", help="Which kind; once for each.")],
    hours: Annotated[int, typer.Option("--hours", help="For how long, 8 at most.")] = 1,
) -> None:
    """Ask for access, and write the id of the request."""
    with exits():
        until = datetime.now(UTC) + timedelta(hours=hours)
        grant = _access(store, keys).request(
            staff=staff, ticket=ticket, tenant=tenant, kinds=kinds, until=until
        )
        typer.echo(grant.id)


@support.command()
def approve(store: StoreOption, keys: KeysOption, grant: _Grant, by: _By) -> None:
    """Approve a request of somebody else."""
    with exits():
        _answer(_access(store, keys).approve(grant, by=by))


@support.command()
def consent(store: StoreOption, keys: KeysOption, grant: _Grant, by: _By) -> None:
    """Record that the customer agrees: `--by acme:admin`."""
    with exits():
        _answer(_access(store, keys).consent(grant, by_customer=by))


@support.command()
def revoke(store: StoreOption, keys: KeysOption, grant: _Grant, by: _By) -> None:
    """End a grant."""
    with exits():
        _answer(_access(store, keys).revoke(grant, by=by))


@support.command()
def review(store: StoreOption, keys: KeysOption, grant: _Grant, by: _By) -> None:
    """Record the review of a break-glass."""
    with exits():
        _answer(_access(store, keys).review(grant, by=by))


@support.command()
def grants(store: StoreOption, keys: KeysOption) -> None:
    """Write every grant, one line of JSON each; exit code 1 if a review is due."""
    with exits():
        access = _access(store, keys)
        now = datetime.now(UTC)
        for grant in access.grants():
            line = {
                "id": grant.id,
                "staff": grant.staff,
                "ticket": grant.ticket,
                "tenant": grant.tenant,
                "kinds": sorted(grant.kinds),
                "until": grant.until.isoformat(),
                "active": grant.active(now),
                "broken": grant.broken,
            }
            typer.echo(json.dumps(line, sort_keys=True))
        if access.duties():
            raise typer.Exit(LOOK_AT_IT)


# Demands ------------------------------------------------------------------------------------------


def _policy(store: Path, keys: Path) -> LegalDisclosurePolicy:
    events, ring = opened(store, keys)
    return LegalDisclosurePolicy(RecipientRegister(events, keys=ring))


@demand.command()
def form(store: StoreOption, keys: KeysOption, file: _File) -> None:
    """Write the approval form of a demand, which is a table in TOML or JSON."""
    with exits():
        asked = LegalDemand.from_dict(table_in(file))
        try:
            text = _policy(store, keys).form(asked)
        except KeyError:
            text = ""
        if not text:
            raise ConfigurationError("No row of the table names this instrument of this place.")
        typer.echo(text)


@demand.command()
def decide(
    store: StoreOption,
    keys: KeysOption,
    file: _File,
    by: Annotated[list[str] | None, typer.Option("--by", help="Who approved; twice.")] = None,
) -> None:
    """Decide about a demand; an allow is in the book. Exit code 1 for a no."""
    with exits():
        asked = LegalDemand.from_dict(table_in(file))
        decision = _policy(store, keys)(asked.approved(by=by or ()))
        if isinstance(decision.value, Handover):
            typer.echo(f"fields: {', '.join(sorted(decision.value.fields))}")
        _answer(decision)


# Requests and incidents ---------------------------------------------------------------------------


@rights.command()
def waiting(store: StoreOption, keys: KeysOption) -> None:
    """Write each request that waits, the first due first; exit code 1 if one is overdue."""
    with exits():
        events, ring = opened(store, keys)
        now = datetime.now(UTC)
        requests = SubjectRights([], register=RecipientRegister(events, keys=ring)).waiting()
        for one in requests:
            line = {"id": one.id, "kind": one.kind, "place": one.place, "state": one.state}
            typer.echo(json.dumps({**line, "due": one.due.isoformat()}, sort_keys=True))
        if any(one.due < now for one in requests):
            raise typer.Exit(LOOK_AT_IT)


def _register_of_incidents(store: Path, keys: Path) -> Incidents:
    events, ring = opened(store, keys)
    return Incidents(events, keys=ring)


@incidents.command()
def record(
    store: StoreOption,
    keys: KeysOption,
    what: Annotated[str, typer.Option("--what", help="What happened, without values.")],
    affected: Annotated[int, typer.Option("--affected", help="How many people.")],
    places: Annotated[list[str], typer.Option("--place", help="Where they are; once for each.")],
) -> None:
    """Record an incident, and write whom to tell by when."""
    with exits():
        decision = _register_of_incidents(store, keys).record(
            noticed=datetime.now(UTC), what=what, affected=affected, places=places
        )
        _answer(decision)


@incidents.command(name="list")
def list_incidents(store: StoreOption, keys: KeysOption) -> None:
    """Write every incident, one line of JSON each."""
    with exits():
        for incident in _register_of_incidents(store, keys).all():
            line = {
                "id": incident.id,
                "noticed": incident.noticed.isoformat(),
                "affected": incident.affected,
                "places": list(incident.places),
                "told": list(incident.told),
            }
            typer.echo(json.dumps(line, sort_keys=True))


# Releases -----------------------------------------------------------------------------------------


@release.command()
def table(
    store: StoreOption,
    keys: KeysOption,
    file: _File,
    settings: Annotated[Path, typer.Option("--settings", help="TOML or JSON: release, question.")],
    shape: Annotated[str, typer.Option("--format", help="csv or json.")] = "csv",
) -> None:
    """Publish a table of the rows of a CSV, JSONL or Parquet file; exit code 1 for a no."""
    with exits():
        if shape not in {"csv", "json"}:
            raise ConfigurationError("'--format' must be csv or json.")
        asked = table_in(settings)
        if asked.keys() != {"release", "question"}:
            raise ConfigurationError("The settings have two tables: 'release' and 'question'.")
        decision = _release(store, keys, asked["release"])(
            rows_of(file), ReleaseSpec.from_dict(asked["question"])
        )
        released = decision.value
        if not isinstance(released, ReleasedTable):
            _answer(decision)
        else:
            typer.echo(released.to_csv() if shape == "csv" else released.to_json(), nl=False)


def _release(store: Path, keys: Path, settings: dict[str, Any]) -> AggregateRelease:
    events, ring = opened(store, keys)
    return AggregateRelease.from_dict(settings, books=ReleaseLedger(events, keys=ring))


@release.command()
def budget(
    store: StoreOption,
    keys: KeysOption,
    dataset: Annotated[str, typer.Option("--dataset", help="The name of the data set.")],
    epsilon: Annotated[str, typer.Option("--epsilon", help="A decimal number.")],
) -> None:
    """Set what the noisy releases of a month may cost together; later only lower."""
    with exits():
        events, ring = opened(store, keys)
        ReleaseLedger(events, keys=ring).budget(dataset, epsilon=epsilon)


@release.command()
def spent(
    store: StoreOption,
    keys: KeysOption,
    dataset: Annotated[str, typer.Option("--dataset", help="The name of the data set.")],
    month: Annotated[str, typer.Option("--month", help="The month as YYYY-MM.")],
) -> None:
    """Write what the noisy releases of a month cost so far."""
    with exits():
        events, ring = opened(store, keys)
        typer.echo(str(ReleaseLedger(events, keys=ring).spent(dataset, month)))
