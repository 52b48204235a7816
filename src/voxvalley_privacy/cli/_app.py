"""The commands. Exit codes: 0 done, 1 done and look at it, 2 wrong settings, 3 failed."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated

import attrs
import typer

from .. import policies
from ..actions import scan as searched
from ..errors import ConfigurationError
from ..records import formats
from ..redaction import Redactor
from ..vocabulary import DataCategory
from . import (
    _demo,
    _keys,
    _life,
    _log_commands,
    _outer_commands,
    _recipient_commands,
    _schema_commands,
    _settings_commands,
    _show,
)
from ._choices import (
    STRICT,
    PolicyName,
    category_of,
    format_of,
    policy_of,
    schema_of,
)
from ._exits import FAILED, LOOK_AT_IT, Worst, exits
from ._files import How, Look, explained, look, redact_one
from ._inputs import Input, inputs, one_file
from ._progress import progress_over

__all__ = ["app"]

app = typer.Typer(
    name="voxvalley-privacy",
    help="Redact call and message records, see what is in them, and keep the keys for it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(_keys.app, name="keys")
app.add_typer(_life.erase, name="erase")
app.add_typer(_life.retention, name="retention")
app.add_typer(_life.holds, name="holds")
app.add_typer(_life.audit, name="audit")
app.add_typer(_schema_commands.app, name="schemas")
app.add_typer(_recipient_commands.app, name="recipients")
for _name in ("support", "demand", "rights", "incidents", "release"):
    app.add_typer(getattr(_outer_commands, _name), name=_name)
_log_commands.add_to(app)
_settings_commands.add_to(app)

_LEAST_KNOWN = 0.5  # share of the fields, under policies that drop the others

_Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILES]...",
        help="Files and folders, also packed by gzip, bzip2 or xz; '-' or nothing for a pipe.",
    ),
]
_File = Annotated[
    str, typer.Argument(metavar="[FILE]", help="The file; '-' or nothing for standard input.")
]
_Schema = Annotated[
    str | None,
    typer.Option(
        "--schema",
        "-s",
        help="A name of 'schemas', or a .toml or .json file; guessed when left out, 'none' for"
        " none. A schema that knows no field is an error.",
    ),
]
_Policy = Annotated[
    str,
    typer.Option(
        "--policy",
        "-p",
        help=f"For whom the result is: {', '.join(PolicyName)}, or a .toml or .json file.",
    ),
]
_Keys = Annotated[
    str | None,
    typer.Option(
        "--keys", "-k", help="A key file, or env:NAME. Without it keys are made and forgotten."
    ),
]
_Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        help="csv, form, json, jsonl, radius, text, xml, a name of 'formats', or a .toml or .json"
        " file; guessed when left out.",
    ),
]
_Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding", "-e", help="Such as cp1252 or latin-1. UTF-8 when left out; the result is."
    ),
]
_Region = Annotated[
    str | None, typer.Option("--region", help="Where national numbers are from, such as 'US'.")
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"voxvalley-privacy {metadata.version('voxvalley-privacy')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Redact call and message records, see what is in them, and keep the keys for it."""


# Redact -------------------------------------------------------------------------------------------


@app.command()
def redact(
    files: _Files = None,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            help="Written at the end, in one step; '-' for standard output. For several files a"
            " folder, in which every file keeps its place and name.",
        ),
    ] = "-",
    schema: _Schema = None,
    policy: _Policy = PolicyName.DEBUG,
    keys: _Keys = None,
    format: _Format = None,  # noqa: A002 # the option's name
    encoding: _Encoding = None,
    region: _Region = None,
    allow_unknown: Annotated[
        bool,
        typer.Option(
            "--allow-unknown",
            help="Go on when fewer than half of the fields are known; the others are dropped under"
            f" {', '.join(sorted(STRICT))}.",
        ),
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Worker processes.")] = 1,
    follow: Annotated[
        bool,
        typer.Option(
            "--follow",
            help="Go on as the log grows, through rotation and truncation, until it is interrupted."
            " Lines are appended to --output.",
        ),
    ] = False,
) -> None:
    """Write a treated copy of files and folders."""
    with exits():
        if keys is None and policy != PolicyName.LABELS and sys.stderr.isatty():
            typer.echo("No --keys: tokens of this run join with no other run's.", err=True)
        chosen = policy_of(policy, keys, region)
        drops = chosen.unknown == "drop"
        if follow:
            if schema is not None or encoding is not None or jobs > 1:
                raise ConfigurationError("--follow takes no --schema, --encoding or --jobs.")
            counted = _log_commands.follow_log(
                files or ["-"], output, Redactor(chosen), format_of(format)
            )
            _show.report(counted)
            return
        how = How(
            redactor=lambda known: Redactor(chosen, known),
            schema=schema_of(schema),
            guess=schema is None,
            kind=format_of(format),
            encoding=encoding,
            least_known=_LEAST_KNOWN if drops and not allow_unknown else 0.0,
        )
        targets = _targets(files or ["-"], output)
        how = attrs.evolve(how, several=len(targets) > 1)
        worst = Worst()
        with progress_over(targets) as add:
            for file, target in targets.items():
                name = file.shown if len(targets) > 1 else ""
                with worst.of(file.named):
                    report = redact_one(file, target, how, jobs=jobs, add=add)
                    _show.report(report, file=name, drops=drops)
                    worst.at_least(LOOK_AT_IT if report.marked or report.faults else 0)
        worst.exit()


def _targets(paths: list[str], output: str) -> dict[Input, str]:
    """Return where each file goes; files of folders keep their place below the output folder."""
    files = _files(paths, without=output)
    several = len(paths) > 1 or os.path.isdir(paths[0])
    if not several and not os.path.isdir(output):
        return {files[0]: output}
    if output == "-" or os.path.isfile(output):
        raise ConfigurationError("Several files need a folder to go to: name it with --output.")
    targets = {file: os.path.join(output, file.below) for file in files}
    if len(set(targets.values())) < len(targets) or any(file.is_pipe for file in files):
        raise ConfigurationError(
            "Two of these files would have one place in the output folder, or one has no name:"
            " redact them one by one."
        )
    for target in targets.values():
        os.makedirs(os.path.dirname(target), exist_ok=True)
    return targets


def _files(paths: list[str], *, without: str | None = None) -> list[Input]:
    files = inputs(paths, without=without)
    if not files:
        raise ConfigurationError("There is no file in these folders.")
    return files


# Look ---------------------------------------------------------------------------------------------


@app.command()
def scan(
    files: _Files = None,
    schema: _Schema = None,
    format: _Format = None,  # noqa: A002 # the name of the option
    encoding: _Encoding = None,
    region: _Region = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document with the counts of each file.")
    ] = False,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on",
            metavar="CATEGORY",
            help="End with exit code 1 when this category is seen; may be given several times.",
        ),
    ] = None,
    most: Annotated[
        int, typer.Option("--max", min=0, help="How often --fail-on lets each category pass.")
    ] = 0,
) -> None:
    """Count the fields and lines that hold personal data, by category, without values."""
    with exits():
        limited = [category_of(name) for name in fail_on or ()]
        if most and not limited:
            raise ConfigurationError(
                "--max says how often --fail-on lets a category pass: name one."
            )
        policy = policies.labels(region=region).with_actions({DataCategory.CONTENT: searched})
        how = How(
            redactor=lambda known: Redactor(policy, known),
            schema=schema_of(schema),
            guess=schema is None,
            kind=format_of(format),
            encoding=encoding,
        )
        found = _files(files or ["-"])
        how = attrs.evolve(how, several=len(found) > 1)
        worst = Worst()
        looks: list[Look] = []
        with progress_over(found) as add:
            for file in found:
                name = file.shown if len(found) > 1 else ""
                with worst.of(file.named):
                    seen = look(file, how, add=add)
                    looks.append(seen)
                    _judge(seen, name, worst)
        if looks:
            (_show.counts_json if as_json else _show.counts)(looks)
        _limit(looks, limited, most, worst)
        worst.exit()


def _judge(seen: Look, name: str, worst: Worst) -> None:
    """Say when nothing was seen because nothing was there, or nothing was understood."""
    if seen.kind in formats():
        _show.report(seen.report, file=name)
    if not seen.report.records_in:
        _show.say("there are no records or lines in it.", file=name)
    if seen.is_blind:
        _show.say(
            "no field of these records is known, and nothing was found in their texts; that does"
            " not mean that nothing is in them. Describe the fields in a schema (--schema).",
            file=name,
        )
        worst.at_least(FAILED)
    unread = {reason: n for reason, n in seen.report.marked.items() if n}
    if unread:
        counts = ", ".join(f"{n} {reason}" for reason, n in unread.items())
        _show.say(f"not all of it could be read: {counts}.", file=name)
        worst.at_least(LOOK_AT_IT)


def _limit(looks: list[Look], limited: list[DataCategory], most: int, worst: Worst) -> None:
    for category in limited:
        seen = sum(n for each in looks for (kind, _), n in each.counts.items() if kind is category)
        if seen > most:
            _show.say(f"{category.value} was seen {seen} times; --max allows {most}.")
            worst.at_least(LOOK_AT_IT)


@app.command()
def explain(
    file: _File = "-",
    schema: _Schema = None,
    policy: _Policy = PolicyName.DEBUG,
    format: _Format = None,  # noqa: A002 # the option's name
    encoding: _Encoding = None,
    region: _Region = None,
) -> None:
    """Say what a policy does with each field of the first record, or part of a line, and why."""
    with exits(file):
        chosen = policy_of(policy, None, region)
        how = How(
            redactor=lambda known: Redactor(chosen, known),
            schema=schema_of(schema),
            guess=schema is None,
            kind=format_of(format),
            encoding=encoding,
        )
        _show.explanation(explained(one_file(file), how))


@app.command()
def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--keep", help="Keep the files of the demonstration in this folder."),
    ] = None,
) -> None:
    """Redact made-up records of three systems and show before and after."""
    with exits():
        _demo.run(folder)
