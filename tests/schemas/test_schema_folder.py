"""The folder of the built-in schemas, its index, and the tool that carries tables in."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import DataCategory as C
from voxvalley_privacy.schemas import _folder, likely

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "voxvalley_privacy"
TOOLS = ROOT / "tools"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a copy of the folder that the package reads instead of its own."""
    shutil.copytree(PACKAGE / "facts", tmp_path / "facts")
    monkeypatch.setattr(_folder, "_root", lambda: tmp_path)
    caches = (_folder.vendors, _folder._rows, _folder.index, _folder.envelopes)
    for each in caches:
        each.cache_clear()
    yield tmp_path / "facts" / "schemas"
    monkeypatch.undo()
    for each in caches:
        each.cache_clear()


@pytest.fixture
def importer(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Give the tool as a module."""
    monkeypatch.syspath_prepend(str(TOOLS))
    import import_record_schemas

    tool: ModuleType = import_record_schemas
    return tool


def test_the_index_is_that_of_the_folder() -> None:
    """What the index says is what the files say."""
    command = [sys.executable, str(TOOLS / "build_schema_index.py"), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (0, "") == (checked.returncode, checked.stderr)


def test_a_file_that_is_dropped_in_is_a_vendor(folder: Path) -> None:
    """Without any list to edit, its schemas are named, found and guessed."""
    row = {"version": 1, "title": "a call", "fields": {"acme_caller": ["PARTY_NUMBER", "caller"]}}
    (folder / "dropped.json").write_text(json.dumps({"dropped.call": row}))

    assert "dropped.call" in vp.schemas.names()
    assert C.PARTY_NUMBER is vp.schemas.get("dropped.call").fields["acme_caller"].category
    assert (("dropped.call", 1),) == likely(["AcmeCaller"])


def test_an_edited_file_is_read_again(folder: Path) -> None:
    """A file of another size than the index knows is read itself."""
    file = folder / "infobip.json"
    rows = json.loads(file.read_text("utf-8"))
    rows["infobip.fresh"] = {"title": "new", "fields": {"acme_fresh": ["STATUS", "fresh"]}}
    file.write_text(json.dumps(rows))

    assert "infobip.fresh" in vp.schemas.names()
    assert (("infobip.fresh", 1),) == likely(["acme_fresh"])


def test_no_schema_of_a_vendor_that_is_not_there() -> None:
    """A name outside the folder is an error that names the nearest ones."""
    with pytest.raises(vp.ConfigurationError, match=r"near: .*twilio\.call"):
        vp.schemas.get("twilio.cal")


def test_what_may_know_a_record_is_no_less_than_what_does() -> None:
    """The index never counts less than the schema itself knows."""
    from voxvalley_privacy.records._first_records import leaves_of

    record = {
        "MediaUrl1": "x",
        "variable_sip_call_id": "x",
        "From": "+1",
        "variables": {"ani": "x"},
    }
    nothing = vp.Schema("acme.none", {})
    most = dict(likely(leaf.name for leaf in leaves_of(record, nothing)))
    for name in vp.schemas.names():
        read = leaves_of(record, vp.schemas.get(name))
        assert sum(leaf.category is not None for leaf in read) <= most.get(name, 0)


def test_a_table_adds_and_edits_stay(importer: ModuleType) -> None:
    """Fields that are new are added and counted as a version; a field that was edited stays."""
    known = {"version": 3, "title": "old", "fields": {"a": ["CALL_ID", "a"]}}
    new = {
        "version": 1,
        "title": "new",
        "notes": "n",
        "fields": {"a": ["RECORD_ID", "a"], "b": ["STATUS", "b"]},
    }
    row, said = importer.merged(known, new)

    assert {
        "version": 4,
        "title": "old",
        "notes": "n",
        "fields": {"a": ["CALL_ID", "a"], "b": ["STATUS", "b"]},
    } == row
    assert ["a: CALL_ID is kept, the table says RECORD_ID"] == said
    assert (row, said) == importer.merged(row, new)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("data[].payload", "data[].payload"),
        ("eventBody", "eventBody"),
        ("the body", None),
        ("Records[].Sns.Message (JSON text)", None),
        ("one entry of the report: [] or * (keyed by id)", None),
        ("[]", None),
    ],
)
def test_prose_is_no_place(importer: ModuleType, text: str, place: str | None) -> None:
    """A place is a path; what is said in words goes to the notes."""
    assert place == importer.place_of(text)


def test_files_are_written_as_the_tool_writes_them(importer: ModuleType) -> None:
    """A file that is carried in again and was not edited gives no difference."""
    for file in sorted((PACKAGE / "facts" / "schemas").glob("*.json")):
        text = file.read_text("utf-8")
        assert text == importer.as_text(json.loads(text))


def test_schemas_are_listed_by_vendor() -> None:
    """Every schema is listed once, under its vendor."""
    vendors = vp.schemas.by_vendor()

    assert vp.schemas.names() == tuple(sorted(name for names in vendors.values() for name in names))
    assert len(vendors) > 50
    assert all(name.startswith(f"{vendor}.") for vendor in vendors for name in vendors[vendor])
