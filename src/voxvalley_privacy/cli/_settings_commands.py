"""`init`, `check` and `report`: the settings file of an app."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import schemas
from ..errors import ConfigurationError
from ..keys import KeyRing
from ..logs import Gap
from ..privacy import (
    Part,
    Privacy,
    faults_in_markdown,
    gaps_of_file,
    mistakes_of,
    report_html,
    report_markdown,
    report_of_faults,
)
from ..privacy import playground as shown_record
from ._exits import WRONG, exits
from ._starts import START, Framework

__all__ = ["add_to"]

_Settings = Annotated[Path, typer.Argument(metavar="FILE", help="The settings, as privacy.toml.")]


class Form(StrEnum):
    """The forms that a report can have."""

    HTML = "html"
    MARKDOWN = "markdown"


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (init, check, report):
        app.command()(command)


def _read(path: Path) -> Privacy:
    """Read a settings file; the keys that it names are not needed to look at it."""
    return Privacy.from_toml(path, keys=KeyRing.generate())


# Init ---------------------------------------------------------------------------------------------

_QUESTIONS: Mapping[str, tuple[str, str]] = {
    "framework": (f"Which framework ({', '.join(Framework)})?", Framework.PLAIN),
    "schema": ("Which call records (a name of 'schemas list')?", "twilio.call"),
    "region": ("Where are national numbers from (two letters)?", "US"),
    "keys": ("Where are the keys (env:NAME or file:PATH)?", "env:VOXVALLEY_PRIVACY_KEYS"),
    "ledger": ("Where is the ledger of consents ('none' for none)?", "none"),
}


def init(
    framework: Annotated[
        Framework | None, typer.Option("--framework", help="What the app is built with.")
    ] = None,
    schema: Annotated[
        str | None, typer.Option("--schema", "-s", help="The schema of its call records.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Where national numbers are from.")
    ] = None,
    keys: Annotated[str | None, typer.Option("--keys", "-k", help="env:NAME or file:PATH.")] = None,
    ledger: Annotated[
        str | None, typer.Option("--ledger", help="The ledger, as sqlite:privacy.db, or 'none'.")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where the settings go; never replaced.")
    ] = Path("privacy.toml"),
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing; take the default answers.")
    ] = False,
) -> None:
    """Ask five questions, write the settings file, and print the Python that uses it."""
    with exits():
        given = {
            "framework": framework,
            "schema": schema,
            "region": region,
            "keys": keys,
            "ledger": ledger,
        }
        answers = {name: _answer(name, value, yes=yes) for name, value in given.items()}
        if answers["framework"] not in list(Framework):
            raise ConfigurationError(f"The framework must be one of {', '.join(Framework)}.")
        _write_new(output, _settings(answers))
        typer.echo(f"{output}: written. Check it with: voxvalley-privacy check {output}", err=True)
        typer.echo(START[Framework(answers["framework"])].format(path=_in_python(output)))


def _answer(name: str, given: str | None, *, yes: bool) -> str:
    question, default = _QUESTIONS[name]
    if given is not None:
        return str(given)
    if yes:
        return str(default)
    return str(typer.prompt(question, default=str(default)))


def _settings(answers: Mapping[str, str]) -> str:
    """Return a settings file that says what the answers do, checked before it is written."""
    if answers["schema"] not in schemas.names():
        raise ConfigurationError("The schema must be a name of 'voxvalley-privacy schemas list'.")
    table: dict[str, Any] = {
        "keys": {"from": answers["keys"]},
        "records.call_log": {"schema": answers["schema"], "audiences": ["debug", "support"]},
        "logs": {"call": "redacted", "notification": "metadata"},
    }
    if answers["ledger"] != "none":
        table["consent"] = {"ledger": answers["ledger"]}
    lines = ["version = 1", f"region = {_text(answers['region'])}"]
    for section, pairs in table.items():
        lines += ["", f"[{section}]", *(f"{k} = {_text(v)}" for k, v in pairs.items())]
    nested = {"version": 1, "region": answers["region"], **table}
    nested["records"] = {"call_log": nested.pop("records.call_log")}
    Privacy.from_dict(nested, keys=KeyRing.generate())
    return "\n".join(lines) + "\n"


def _text(value: object) -> str:
    """Return a text or a list of texts as TOML writes it, which is JSON but for two things."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _in_python(path: Path) -> str:
    return json.dumps(str(path), ensure_ascii=False)[1:-1]


def _write_new(path: Path, text: str) -> None:
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
        return
    except FileExistsError:
        pass
    raise ConfigurationError(f"{path.name} is there already; name another file with --output.")


# Check and report ---------------------------------------------------------------------------------


def check(path: _Settings = Path("privacy.toml")) -> None:
    """Name every mistake in a settings file with its line; exit 0 when there is none, or 2."""
    with exits():
        mistakes = mistakes_of(path)
        if not mistakes:
            typer.echo(f"{path.name}: no mistakes; configuration {_read(path).hash}")
            return
        for place, message in mistakes:
            typer.echo(f"{place}: {message}", err=True)
        raise typer.Exit(WRONG)


def report(
    path: _Settings = Path("privacy.toml"),
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where it goes; standard output if not.")
    ] = None,
    form: Annotated[
        Form | None, typer.Option("--form", help="Told from the name of the output if left out.")
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option("--record", help="A JSON file with one record to show for each audience."),
    ] = None,
    record_name: Annotated[
        str, typer.Option("--as", help="Which of [records] it is; without it, none of them.")
    ] = "",
) -> None:
    """Write a page that shows what happens to each kind of data, for people to read."""
    with exits():
        _refuse_replacing(output, path, record)
        if record_name and record is None:
            raise ConfigurationError("--as says what --record is; give both, or neither.")
        markdown = form is Form.MARKDOWN or (form is None and output and output.suffix == ".md")
        text, code = _report(path, bool(markdown), record, record_name)
        if output is None:
            typer.echo(text, nl=False)
        else:
            output.write_text(text, encoding="utf-8")
        if code:
            raise typer.Exit(code)


def _refuse_replacing(output: Path | None, *inputs: Path | None) -> None:
    for given in filter(None, inputs):
        if output is not None and output.resolve() == given.resolve():
            raise ConfigurationError("--output is a file that is read; name another one.")


# Whether it is Markdown -> what writes it.
_WRITERS: Mapping[bool, Callable[..., str]] = {False: report_html, True: report_markdown}


def _report(path: Path, markdown: bool, record: Path | None, name: str) -> tuple[str, int]:
    """Return the report and the exit code: a broken configuration has a report too."""
    try:
        privacy = _read(path)
    except ConfigurationError as error:
        broken = error
    else:
        write = _WRITERS[markdown]
        return write(privacy, _shown(privacy, name, record), gaps=_gaps(path, privacy)), 0
    if markdown:
        return faults_in_markdown(broken), WRONG
    return report_of_faults(broken), WRONG


def _gaps(path: Path, privacy: Privacy) -> tuple[Gap, ...]:
    place = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("keys", {}).get("from", "")
    return gaps_of_file(privacy, str(place))


def _record(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        pass
    # The name of the file is the user's own; its content is not shown.
    raise ConfigurationError(f"{os.path.basename(path)}: this is not one JSON record.")


def _shown(privacy: Privacy, name: str, path: Path | None) -> list[Part]:
    if path is None:
        return []
    record = _record(path)
    try:
        return [shown_record(privacy, name, record)]
    except RecursionError:
        pass
    raise ConfigurationError(f"{os.path.basename(path)}: this record is nested too deep to show.")
