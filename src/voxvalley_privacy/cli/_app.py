"""The commands. Exit codes: 0 done, 1 some records came out marked, 2 wrong settings, 3 failed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .. import policies, schemas
from ..actions import scan as look
from ..errors import ConfigurationError, PrivacyError
from ..keys import KeyRing
from ..policies import Policy
from ..redaction import Redactor
from ..vocabulary import DataCategory
from . import _demo, _keys, _show
from ._files import redact_stream, sample, scan_stream

__all__ = ["app"]

app = typer.Typer(
    name="voxvalley-privacy",
    help="Redact call and message records, see what is in them, and keep the keys for it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(_keys.app, name="keys")


class PolicyName(StrEnum):
    """The policies that have a name."""

    DEBUG = "debug"
    SUPPORT = "support"
    BILLING = "billing"
    ANALYTICS = "analytics"
    SHARE = "share"
    PUBLIC = "public"
    LABELS = "labels"


class FormatName(StrEnum):
    """The formats that a file can be in."""

    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    XML = "xml"
    FORM = "form"
    RADIUS = "radius"
    TEXT = "text"


_File = Annotated[
    str, typer.Argument(metavar="[FILE]", help="The file; '-' or nothing for standard input.")
]
_Schema = Annotated[
    str | None,
    typer.Option(
        "--schema", "-s", help="A name of 'schemas'; guessed when left out, 'none' for none."
    ),
]
_Policy = Annotated[PolicyName, typer.Option("--policy", "-p", help="For whom the result is.")]
_Keys = Annotated[
    str | None,
    typer.Option(
        "--keys", "-k", help="A key file, or env:NAME. Without it keys are made and forgotten."
    ),
]
_Format = Annotated[
    FormatName | None, typer.Option("--format", "-f", help="Guessed when left out.")
]
_Region = Annotated[
    str | None, typer.Option("--region", help="Where national numbers are from, as 'US'.")
]


@contextmanager
def _exits() -> Iterator[None]:
    """Turn errors into one line and an exit code; a traceback could show a record."""
    code, message = 2, ""
    try:
        yield
    except PrivacyError as error:
        message = str(error)
        code = 2 if isinstance(error, ConfigurationError) else 3
    except BrokenPipeError:
        code = 3
    except OSError as error:
        code, message = 3, error.strerror or type(error).__name__
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:  # its message could hold a record
        code, message = 3, f"a fault inside ({type(error).__name__}); please report it"
    else:
        return
    if message:
        typer.echo(f"voxvalley-privacy: {message}", err=True)
    raise typer.Exit(code)


def policy_of(name: str, keys: str | None, region: str | None) -> Policy:
    """Return the named policy with the keys that *keys* leads to."""
    if name == PolicyName.LABELS:
        return policies.labels(region=region)
    if keys is None:
        ring = KeyRing.generate()
    elif keys.startswith("env:"):
        ring = KeyRing.from_env(keys[4:])
    else:
        ring = KeyRing.from_file(keys)
    made: Policy = getattr(policies, name)(ring, region=region)
    return made


@app.command()
def redact(
    file: _File = "-",
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", help="Written at the end, in one step; '-' for standard output."
        ),
    ] = "-",
    schema: _Schema = None,
    policy: _Policy = PolicyName.DEBUG,
    keys: _Keys = None,
    format: _Format = None,  # noqa: A002 # the option's name
    region: _Region = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Worker processes.")] = 1,
) -> None:
    """Write a treated copy of a file."""
    with _exits():
        if keys is None and policy is not PolicyName.LABELS and sys.stderr.isatty():
            typer.echo("No --keys: tokens of this run join with no other run's.", err=True)
        report = redact_stream(
            file,
            output,
            lambda name: Redactor(policy_of(policy, keys, region), name),
            schema=schema,
            kind=format,
            jobs=jobs,
        )
        _show.report(report)
        if report.marked or report.faults:
            raise typer.Exit(1)


@app.command()
def scan(
    file: _File = "-",
    schema: _Schema = None,
    format: _Format = None,  # noqa: A002 # the name of the option
    region: _Region = None,
) -> None:
    """Count the fields and lines that hold personal data, by category, without values."""
    with _exits():
        policy = policies.labels(region=region).with_actions({DataCategory.CONTENT: look})
        _show.counts(
            scan_stream(file, lambda name: Redactor(policy, name), schema=schema, kind=format)
        )


@app.command()
def explain(
    file: _File = "-",
    schema: _Schema = None,
    policy: _Policy = PolicyName.DEBUG,
    format: _Format = None,  # noqa: A002 # the option's name
    region: _Region = None,
) -> None:
    """Say what a policy does with each field of the first record, and why."""
    with _exits():
        _show.explanation(
            sample(
                file,
                lambda name: Redactor(policy_of(policy, None, region), name),
                schema=schema,
                kind=format,
            )
        )


@app.command("schemas")
def list_schemas(
    name: Annotated[str | None, typer.Argument(help="One schema, to list its fields.")] = None,
) -> None:
    """List the built-in schemas, or the fields of one."""
    with _exits():
        if name is None:
            _show.schemas([schemas.get(each) for each in schemas.names()])
        else:
            _show.schema(schemas.get(name))


@app.command()
def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--keep", help="Keep the files of the demonstration in this folder."),
    ] = None,
) -> None:
    """Redact made-up records of three systems and show before and after."""
    with _exits():
        _demo.run(folder)
