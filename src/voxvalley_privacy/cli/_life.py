"""`erase`, `retention`, `holds`, `audit`: the life of records, of an app that names its parts."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Annotated, Any

import typer

from ..audit import check
from ..erasure import State, sweep
from ..errors import PrivacyError

__all__ = ["audit", "erase", "holds", "retention"]

erase = typer.Typer(help="Erase a person from every store of an app.", no_args_is_help=True)
retention = typer.Typer(help="Erase what is due by age.", no_args_is_help=True)
holds = typer.Typer(help="Place, release and list legal holds.", no_args_is_help=True)
audit = typer.Typer(help="Check and prove the audit log.", no_args_is_help=True)

_App = Annotated[
    str,
    typer.Option(
        "--app",
        help="module:name of an object with the attributes service, inventory, schedule, holds and"
        " audit, as far as they are needed.",
        envvar="VOXVALLEY_PRIVACY_APP",
    ),
]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Subject = Annotated[str, typer.Argument(help="The person, in any spelling; '-' to read a line.")]
_By = Annotated[str, typer.Option("--by", help="Who does it.")]


def _part(place: str, name: str) -> Any:
    module, _, attribute = place.partition(":")
    sys.path.insert(0, "")
    try:
        return getattr(getattr(import_module(module), attribute), name)
    except (ImportError, AttributeError, ValueError):
        pass
    typer.echo(f"voxvalley-privacy: --app names nothing that has {name!r}.", err=True)
    raise typer.Exit(2)


def _who(subject: str) -> str:
    # A number on the command line is in the shell's history.
    return sys.stdin.readline().strip() if subject == "-" else subject


def _run(act: Any) -> Any:
    try:
        return act()
    except PrivacyError as error:
        text = str(error)
    typer.echo(f"voxvalley-privacy: {text}", err=True)
    raise typer.Exit(3)


def _show_certificate(certificate: Any, as_json: bool) -> None:
    if as_json:
        typer.echo(certificate.to_json())
    else:
        typer.echo(str(certificate))


def _shown(certificate: Any, *, as_json: bool) -> None:
    _show_certificate(certificate, as_json)
    if certificate.state is State.OPEN:
        raise typer.Exit(1)


@erase.command()
def plan(app: _App, subject: _Subject, ticket: Annotated[str, typer.Option()]) -> None:
    """Say what would go, what stays and why; change nothing."""
    service = _part(app, "service")
    made = _run(lambda: service.plan(_who(subject), ticket=ticket))
    typer.echo(f"{made}\n  digest {made.digest}")


@erase.command()
def execute(
    app: _App,
    subject: _Subject,
    ticket: Annotated[str, typer.Option()],
    digest: Annotated[str, typer.Option(help="The digest that `plan` printed.")],
    as_json: _Json = False,
) -> None:
    """Carry a plan out, if it is still the one of today; exit 1 while anything is open."""
    service = _part(app, "service")
    made = _run(lambda: service.plan(_who(subject), ticket=ticket))
    if made.digest != digest:
        typer.echo("voxvalley-privacy: the plan is not of today; plan again.", err=True)
        raise typer.Exit(3)
    _shown(_run(lambda: service.execute(made)), as_json=as_json)


@erase.command()
def resume(app: _App, as_json: _Json = False) -> None:
    """Take up every erasure that is not complete; exit 1 while anything is open."""
    service = _part(app, "service")
    certificates = _run(service.resume)
    for certificate in certificates:
        _show_certificate(certificate, as_json)
    if any(certificate.state is State.OPEN for certificate in certificates):
        raise typer.Exit(1)


@erase.command(name="certificate")
def show_certificate(app: _App, subject: _Subject) -> None:
    """Print the newest certificate of a person; exit 1 if there is none."""
    service = _part(app, "service")
    text = _run(lambda: service.certificate(_who(subject)))
    if text is None:
        raise typer.Exit(1)
    typer.echo(text)


@retention.command(name="sweep")
def sweep_now(
    app: _App,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only.")] = False,
    limit: Annotated[int, typer.Option(help="The most records of a store.", min=1)] = 1_000,
) -> None:
    """Erase one batch of what is due; exit 1 if a store failed."""
    report = _run(
        lambda: sweep(
            _part(app, "inventory"),
            schedule=_part(app, "schedule"),
            holds=_part(app, "holds"),
            audit=_part(app, "audit"),
            limit=limit,
            dry_run=dry_run,
        )
    )
    word = "due" if dry_run else "erased"
    typer.echo(f"{word} {report.erased}, held {report.held}, restricted {report.restricted}")
    for name, fault in report.failed:
        typer.echo(f"failed {name}: {fault}", err=True)
    if report.failed:
        raise typer.Exit(1)


@holds.command()
def place(
    app: _App,
    matter: Annotated[str, typer.Option()],
    by: _By,
    subject: Annotated[list[str] | None, typer.Option(help="For these people only.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="For these kinds only.")] = None,
    review: Annotated[str, typer.Option(help="When to look again, such as P6M.")] = "",
) -> None:
    """Place a hold and print its id and when it is effective."""
    hold = _run(
        lambda: _part(app, "holds").place(
            matter=matter, by=by, subjects=subject, kinds=kind, review=review or None
        )
    )
    typer.echo(f"{hold.id} effective {hold.effective_at.isoformat()}")


@holds.command()
def release(app: _App, hold_id: str, by: _By, reason: Annotated[str, typer.Option()]) -> None:
    """Release a hold, and take up what it had deferred."""
    _run(lambda: _part(app, "holds").release(hold_id, by=by, reason=reason))


@holds.command(name="list")
def list_holds(app: _App) -> None:
    """Print every hold that is not released."""
    for hold in _run(lambda: _part(app, "holds").active()):
        typer.echo(f"{hold.id} {hold.matter} by {hold.by} since {hold.placed.isoformat()}")


@audit.command(name="verify")
def verify_log(
    app: _App, trusted: Annotated[str, typer.Option(help="A file with a witnessed note.")] = ""
) -> None:
    """Check the whole log; exit 3 if anything was changed."""
    note = None
    if trusted:
        with open(trusted, encoding="utf-8") as handle:
            note = handle.read()
    typer.echo(f"{_run(lambda: _part(app, 'audit').verify(trusted=note))} leaves")


@audit.command()
def checkpoint(app: _App) -> None:
    """Sign the head of the log, hand it to its witnesses, and print it."""
    typer.echo(_run(lambda: _part(app, "audit").checkpoint()), nl=False)


@audit.command()
def prove(app: _App, position: int) -> None:
    """Print the proof of the leaf at a position of the store, as JSON."""
    log = _part(app, "audit")
    proof = _run(lambda: log.prove_position(position))
    note = _run(log.checkpoint)
    if not check(proof=proof, checkpoint=note, public_key=log.public_key):
        raise typer.Exit(1)
    shown = {
        "index": proof.index,
        "size": proof.size,
        "leaf": proof.leaf.hex(),
        "path": [step.hex() for step in proof.path],
        "checkpoint": note,
    }
    typer.echo(json.dumps(shown))
