"""Settings and reports where somebody means harm, or is careless: nothing shown, nothing lost."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

import voxvalley_privacy as vp
from voxvalley_privacy import privacy as front
from voxvalley_privacy.cli._app import app

_START = 'version = 1\nregion = "US"\n'
_Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Command:
    """Run the command line in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    Path("privacy.toml").write_text(_START)
    return lambda *args: CliRunner().invoke(app, list(args))


@pytest.mark.parametrize(
    "note",
    [
        "the patient has an illness, call +14155550132",
        "Grüße an alle, call +14155550132",
        "病院に電話 +14155550132 してください",
        "order 48291377 of +14155550132",
    ],
)
def test_the_playground_shows_no_word_of_a_note_that_was_scanned(note: str) -> None:
    """What a scan leaves of a text is the user's own, and not for the page."""
    part = front.playground(vp.Privacy(region="US"), "", {"note": note})
    cells = " ".join(cell for row in part.rows for cell in row[1:])
    assert [] == [word for word in note.split() if len(word) > 3 and word in cells]


def test_the_playground_shows_masks_and_placeholders() -> None:
    """A mask is what the page is looked at for."""
    part = front.playground(vp.Privacy(region="US"), "", {"from": "+14155550132"})
    assert "+1********32" in part.rows[0]


@pytest.mark.parametrize("name", ["privacy.toml", "./privacy.toml", "record.json"])
def test_a_report_never_replaces_what_it_reads(command: _Command, name: str) -> None:
    """The settings are there after a slip of the hand."""
    Path("record.json").write_text("{}")
    before = Path(name).read_bytes()
    outcome = command("report", "privacy.toml", "--record", "record.json", "-o", name)
    assert (2, before) == (outcome.exit_code, Path(name).read_bytes())


def test_a_record_name_without_a_record_is_refused(command: _Command) -> None:
    """An option without effect is a mistake."""
    assert 2 == command("report", "privacy.toml", "--as", "call_log").exit_code


@pytest.mark.parametrize("ledger", ["sqlite:\U0001f600.db", "sqlite:a\x7fb.db", 'sqlite:"é\\.db'])
def test_init_writes_toml_whatever_the_answers_are(command: _Command, ledger: str) -> None:
    """The file that init wrote is read again, with the answer as it was given."""
    assert 0 == command("init", "--yes", "--ledger", ledger, "-o", "new.toml").exit_code
    assert ledger == vp.Privacy.from_toml("new.toml", keys=vp.KeyRing.generate()).consent["ledger"]


@pytest.mark.parametrize("name", ["conf/privacy.toml", 'a"b{x}.toml', "é\\n.toml"])
def test_init_prints_python_that_names_the_file(command: _Command, name: str) -> None:
    """What is printed parses, and reads the file that was written."""
    Path("conf").mkdir()
    outcome = command("init", "--yes", "-o", name)
    python = outcome.stdout[outcome.stdout.index("import logging") :]
    texts = [node.value for node in ast.walk(ast.parse(python)) if isinstance(node, ast.Constant)]
    assert name in texts


@pytest.mark.parametrize(
    ("keys", "code"), [("", "keys.forgotten"), ('[keys]\nfrom = "file:x"\n', "keys.unreachable")]
)
def test_a_report_of_a_file_tells_gaps_of_its_keys(command: _Command, keys: str, code: str) -> None:
    """Keys are not needed for a report, and what is wrong with them is in it."""
    Path("privacy.toml").write_text(_START + keys)
    assert code in command("report", "privacy.toml", "--form", "markdown").stdout


def _holding_itself() -> dict[str, Any]:
    table: dict[str, Any] = {"version": 1}
    table["logs"] = table
    return table


_DEEP = [
    f"x = {'[' * 100_000}",
    f"x = {'[' * 900}{']' * 900}",
    f"[{'.'.join('a' * 5000)}]\nb = 1",
    f"{'.'.join('a' * 300)} = 1",
    f"x = {'{a = ' * 200}1{'}' * 200}",
]


@pytest.mark.parametrize("text", _DEEP, ids=range(len(_DEEP)))
def test_deep_settings_are_one_mistake_with_a_line(command: _Command, text: str) -> None:
    """However deep a file is nested, it is refused in words."""
    Path("privacy.toml").write_text(f"version = 1\n{text}\n")
    outcome = command("check", "privacy.toml")
    assert (2, True) == (outcome.exit_code, outcome.stderr.startswith("privacy.toml:1: tables"))


def test_a_table_that_holds_itself_is_refused() -> None:
    """What is built in Python can be endless."""
    with pytest.raises(vp.ConfigurationError, match="nested deeper"):
        vp.Privacy.from_dict(_holding_itself())


@pytest.mark.parametrize("depth", [100_000, 900])
def test_a_record_too_deep_to_show_is_refused(command: _Command, depth: int) -> None:
    """A record that cannot be read is named, and no fault of the library."""
    Path("record.json").write_text("[" * depth + json.dumps("x") + "]" * depth)
    outcome = command("report", "privacy.toml", "--record", "record.json")
    assert outcome.exit_code in (0, 2)


@pytest.mark.parametrize(
    "comment",
    [
        "password = kj3h4k5j6h7g8f9d",
        "was: postgresql://app:hunter2horse@db.example.com/x",
        "VOXVALLEY_PRIVACY_KEYS=voxvalleykeys1:abc",
    ],
)
@pytest.mark.parametrize("before", ["", 'region = "US"  '])
def test_a_secret_in_a_comment_is_refused(command: _Command, comment: str, before: str) -> None:
    """A key that was commented out is in the repository all the same."""
    Path("privacy.toml").write_text(f"version = 1\n{before}# {comment}\n")
    outcome = command("check", "privacy.toml")
    assert (2, True) == (outcome.exit_code, "privacy.toml:2: a secret" in outcome.stderr)


def test_words_about_secrets_are_no_secret(command: _Command) -> None:
    """A comment may say where the password is kept."""
    Path("privacy.toml").write_text(f"{_START}# the password: ask operations, ticket 4711\n")
    assert 0 == command("check", "privacy.toml").exit_code


def test_reload_reads_the_same_file_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that changes its folder does not change its settings."""
    (tmp_path / "other").mkdir()
    (tmp_path / "privacy.toml").write_text(_START)
    (tmp_path / "other" / "privacy.toml").write_text('version = 1\nregion = "GB"\n')
    monkeypatch.chdir(tmp_path)
    privacy = vp.Privacy.from_toml("privacy.toml")
    monkeypatch.chdir(tmp_path / "other")
    assert "US" == privacy.reload().region


@pytest.mark.parametrize("region", ["UK", "ZZ", "us", "USA", "\u0130\u0130"])
def test_a_region_that_no_number_is_from_is_refused(region: str) -> None:
    """It would have no effect, and nobody would see."""
    with pytest.raises(vp.ConfigurationError, match="two-letter code"):
        vp.Privacy(region=region)


def test_keys_are_a_ring() -> None:
    """A path or a key in place of a ring is refused where it is given."""
    keys: Any = "file:keys"
    with pytest.raises(vp.ConfigurationError, match="KeyRing"):
        vp.Privacy(keys=keys)


def test_another_schema_of_the_same_name_is_another_configuration() -> None:
    """The hash in a decision tells which fields were known."""
    keys = vp.KeyRing.generate()
    old, new, same = (
        vp.Privacy(keys=keys, records={"call": {"schema": vp.Schema("app.call", {"a": category})}})
        for category in ("PARTY_NUMBER", "STATUS", "PARTY_NUMBER")
    )
    assert (False, True) == (old.hash == new.hash, old.hash == same.hash)
    assert ["app.call with other fields"] == [each.new for each in front.diff(old, new)]


@pytest.mark.parametrize(
    "name", ["a\r# b", "a\u2028# b", "![x](http://192.0.2.1/p)", "[x](http://192.0.2.1)", "a`b|c"]
)
def test_names_of_a_file_are_text_in_markdown(command: _Command, name: str) -> None:
    """A pull request shows them, and loads nothing that they name."""
    table = {"records": {name: {"schema": "twilio.call"}}}
    good = front.report_markdown(vp.Privacy.from_dict(table))
    Path("privacy.toml").write_text(f"{_START}[records.{json.dumps(name)}]\nschema = 'no.such'\n")
    broken = command("report", "privacy.toml", "--form", "markdown").stdout
    for page in (good, broken):
        assert not [line for line in page.splitlines() if line.startswith("# b")]
        assert not [sign for sign in ("](", "a`b|") if sign in page.replace("\\](", "")]
