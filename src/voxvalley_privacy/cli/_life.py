"""`erase`, `retention`, `holds`, `audit`: the life of records, of an app that names its parts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import attrs
import typer

from ..audit import check
from ..erasure import State, sweep
from ..errors import ConfigurationError, PrivacyError
from ..retention import HoldState
from ..stores import system_clock
from ._progress import progress_of_stores

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


_Ticket = Annotated[str, typer.Option(help="The request.")]
_Minor = Annotated[bool, typer.Option("--minor", help="72 hours; only laws keep.")]


def _part(place: str, name: str, *, needed: bool = True) -> Any:
    module, _, attribute = place.partition(":")
    sys.path.insert(0, "")
    try:
        return getattr(getattr(import_module(module), attribute), name)
    except ModuleNotFoundError as error:
        fault = f"there is no module {error.name}."
    except (ImportError, AttributeError, ValueError):
        fault = f"it names nothing that has {name!r}."
    if not needed:
        return None
    if not (module and attribute):
        fault = "it must be module:name, such as myapp.privacy:parts."
    typer.echo(f"voxvalley-privacy: --app: {fault}", err=True)
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


def _shown(certificate: Any, *, as_json: bool) -> None:
    typer.echo(certificate.to_json() if as_json else str(certificate))
    if certificate.state is State.OPEN:
        raise typer.Exit(1)


@contextmanager
def _watched(app: str) -> Iterator[None]:
    """Show a progress bar over the stores, where the app names its inventory."""
    inventory = _part(app, "inventory", needed=False)
    with nullcontext() if inventory is None else progress_of_stores(inventory):
        yield


def _print(shown: object) -> None:
    typer.echo(json.dumps(shown, default=str, sort_keys=True))


def _plan_of(made: Any) -> dict[str, Any]:
    """Return a plan as JSON: counts and reasons, and no record's id."""
    stores = [
        {
            "store": line.store,
            "erase": len(line.erase),
            "mask": len(line.mask),
            "held": len(line.held),
            "retained": sorted({source for _, source, _ in line.retained}),
            "unknown": len(line.unknown),
            "failed": line.failed,
        }
        for line in made.lines
    ]
    duties = [{"code": duty.code, "due": duty.due} for duty in made.obligations]
    return {
        "ticket": made.ticket,
        "digest": made.digest,
        "due": made.due,
        "stores": stores,
        "obligations": duties,
    }


@erase.command()
def plan(
    app: _App, subject: _Subject, ticket: _Ticket, minor: _Minor = False, as_json: _Json = False
) -> None:
    """Say what would go, what stays and why; change nothing. Exit 1 if a store cannot be read."""
    service = _part(app, "service")
    made = _run(lambda: service.plan(_who(subject), ticket=ticket, minor=minor))
    if as_json:
        _print(_plan_of(made))
    else:
        typer.echo(f"{made}\n  digest {made.digest}")
    if any(line.failed for line in made.lines):
        raise typer.Exit(1)


@erase.command()
def execute(
    app: _App,
    subject: _Subject,
    ticket: _Ticket,
    digest: Annotated[str, typer.Option(help="The digest that `plan` printed.")],
    minor: _Minor = False,
    as_json: _Json = False,
) -> None:
    """Carry a plan out, if it is still the one of today; exit 1 while anything is open."""
    service = _part(app, "service")
    made = _run(lambda: service.plan(_who(subject), ticket=ticket, minor=minor))
    if made.digest != digest:
        typer.echo("voxvalley-privacy: the plan is not of today; plan again.", err=True)
        raise typer.Exit(3)
    with _watched(app):
        certificate = _run(lambda: service.execute(made))
    _shown(certificate, as_json=as_json)


@erase.command()
def resume(app: _App, as_json: _Json = False) -> None:
    """Take up every erasure that is not complete; exit 1 while anything is open."""
    service = _part(app, "service")
    with _watched(app):
        certificates = _run(service.resume)
    if as_json:
        _print([json.loads(certificate.to_json()) for certificate in certificates])
    else:
        typer.echo("\n".join(map(str, certificates)) or "nothing is open")
    if any(certificate.state is State.OPEN for certificate in certificates):
        raise typer.Exit(1)


@erase.command(name="certificate")
def show_certificate(app: _App, subject: _Subject) -> None:
    """Print the newest certificate of a person as JSON; exit 1 if there is none, or it is open."""
    service = _part(app, "service")
    text = _run(lambda: service.certificate(_who(subject)))
    if text is None:
        typer.echo("voxvalley-privacy: there is no certificate.", err=True)
        raise typer.Exit(1)
    typer.echo(text)
    if json.loads(text)["state"] == State.OPEN:
        raise typer.Exit(1)


@retention.command(name="sweep")
def sweep_now(
    app: _App,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only.")] = False,
    limit: Annotated[int, typer.Option(help="The most records of a store.", min=1)] = 1_000,
    as_json: _Json = False,
) -> None:
    """Erase one batch of what is due; exit 1 if a store failed."""
    with _watched(app):
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
    if as_json:
        _print({"dry_run": dry_run, **attrs.asdict(report)})
    else:
        _tell(report, "due" if dry_run else "erased")
    if report.failed:
        raise typer.Exit(1)


def _tell(report: Any, word: str) -> None:
    counts = f"{word} {report.erased}, pseudonymized {report.pseudonymized}, held {report.held}"
    typer.echo(f"{counts}, restricted {report.restricted}")
    for name, fault in report.failed:
        typer.echo(f"failed {name}: {fault}", err=True)


def _hold(hold: Any) -> dict[str, Any]:
    """Return a hold as JSON; whom it is about is a token, and is left out."""
    return {
        "id": hold.id,
        "matter": hold.matter,
        "by": hold.by,
        "placed": hold.placed,
        "effective_at": hold.effective_at,
        "review": hold.review,
        "state": str(hold.state(system_clock())),
        "kinds": None if hold.kinds is None else sorted(hold.kinds),
        "gagged": hold.gagged,
        "authorized": hold.authorized,
    }


@holds.command()
def place(
    app: _App,
    matter: Annotated[str, typer.Option()],
    by: _By,
    subject: Annotated[list[str] | None, typer.Option(help="For these people only.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="For these kinds only.")] = None,
    record: Annotated[list[str] | None, typer.Option(help="For these records only.")] = None,
    review: Annotated[str, typer.Option(help="When to look again, such as P6M.")] = "",
    gagged: Annotated[bool, typer.Option("--gagged", help="The person may not learn.")] = False,
    as_json: _Json = False,
) -> None:
    """Place a hold and print its id and when it is effective."""
    hold = _run(
        lambda: _part(app, "holds").place(
            matter=matter,
            by=by,
            subjects=None if subject is None else list(map(_who, subject)),
            kinds=kind,
            records=record,
            review=review or None,
            gagged=gagged,
        )
    )
    if as_json:
        _print(_hold(hold))
    else:
        typer.echo(f"{hold.id} effective {hold.effective_at.isoformat()}")


@holds.command()
def release(
    app: _App,
    hold_id: str,
    by: _By,
    reason: Annotated[str, typer.Option()],
    as_json: _Json = False,
) -> None:
    """Release a hold, and take up what it had deferred."""
    hold = _run(lambda: _part(app, "holds").release(hold_id, by=by, reason=reason))
    if as_json:
        _print(_hold(hold))
    else:
        typer.echo(f"{hold.id} released")


@holds.command(name="list")
def list_holds(
    app: _App,
    every: Annotated[bool, typer.Option("--all", help="Released ones too.")] = False,
    as_json: _Json = False,
) -> None:
    """Print every hold that is not released; exit 1 if one must be looked at."""
    book = _part(app, "holds")
    found = _run(book.all if every else book.active)
    if as_json:
        _print(list(map(_hold, found)))
    else:
        for hold in found:
            state = hold.state(system_clock())
            typer.echo(f"{hold.id} {hold.matter} by {hold.by}: {state} since {hold.placed}")
    if any(hold.state(system_clock()) is HoldState.REVIEW_DUE for hold in found):
        raise typer.Exit(1)


@audit.command(name="verify")
def verify_log(
    app: _App,
    trusted: Annotated[str, typer.Option(help="A file with a witnessed note.")] = "",
    as_json: _Json = False,
) -> None:
    """Check the whole log; exit 3 if anything was changed."""
    note = _run(lambda: _note_in(trusted)) if trusted else None
    leaves = _run(lambda: _part(app, "audit").verify(trusted=note))
    if as_json:
        _print({"leaves": leaves, "trusted": bool(trusted)})
    else:
        typer.echo(f"{leaves} leaves")


def _note_in(path: str) -> str:
    """Return the last note of a file, as a witness keeps them one after another."""
    failed = False
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError):
        failed = True
    if failed:
        raise ConfigurationError("The file with the witnessed note cannot be read.")
    # A note is a head, an empty line and signatures; a witness keeps notes with one between them.
    blocks = [block.strip("\n") for block in text.split("\n\n") if block.strip()]
    return "\n\n".join(blocks[-2:]) + "\n"


@audit.command()
def checkpoint(app: _App, as_json: _Json = False) -> None:
    """Sign the head of the log, hand it to its witnesses, and print it."""
    note = _run(lambda: _part(app, "audit").checkpoint())
    if as_json:
        _print({"checkpoint": note})
    else:
        typer.echo(note, nl=False)


@audit.command()
def prove(app: _App, position: int) -> None:
    """Print the proof of the leaf at a position of the store, as JSON."""
    log = _part(app, "audit")
    proof = _run(lambda: log.prove_position(position))
    note = _run(log.checkpoint)
    if not check(proof=proof, checkpoint=note, public_key=log.public_key):
        raise typer.Exit(1)
    _print(
        {
            "index": proof.index,
            "size": proof.size,
            "leaf": proof.leaf.hex(),
            "path": [step.hex() for step in proof.path],
            "checkpoint": note,
        }
    )
