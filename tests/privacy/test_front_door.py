"""`Privacy`: one object of all settings, with a floor that it cannot go below."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import privacy as front
from voxvalley_privacy.retention import RecordMeta

NUMBER = "+14155550132"
GOOD = """\
version = 1
region = "US"

[records.call_log]
schema = "twilio.call"
audiences = ["debug", "support"]

[audiences.debug.actions]
IP_ADDRESS = "drop"
PARTY_NUMBER = {action = "mask", keep_last = 0}

[logs]
call = "redacted"

[consent]
minimum_age = 18

[cache.lifetimes]
media = "1h"
"""
TWELVE = """\
version = 1
regoin = "US"
[logs]
call = "full"
calls = "off"
[audiences.share.actions]
PARTY_NUMBER = "keep"
IP_ADRESS = "drop"
CONTENT = "hide"
[audiences.public]
unknown = "scan"
[records.calls]
schema = "twilio.cal"
[consent]
minimum_age = 12
no_rule = "allow"
[cache]
shared = false
[cache.lifetimes]
media = "soon"
"""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A settings file without a mistake."""
    path = tmp_path / "privacy.toml"
    path.write_text(GOOD)
    return path


def test_a_redactor_is_made_by_record_and_audience(good: Path) -> None:
    """The schema of the record and the policy of the audience, with the changes of the file, are in it."""
    privacy = vp.Privacy.from_toml(good)
    redact = privacy.redactor("call_log", audience="debug")

    assert {"from": "+1**********", "status": "busy"} == redact({"from": NUMBER, "status": "busy"})
    assert redact is privacy.redactor("call_log", audience=vp.Audience.DEBUG)
    assert redact.schema == vp.schemas.get("twilio.call")


def test_an_audience_that_is_not_listed_is_refused(good: Path) -> None:
    """Who is not listed for a record gets no redactor for it."""
    privacy = vp.Privacy.from_toml(good)

    with pytest.raises(vp.ConfigurationError, match="'public' is not"):
        privacy.redactor("call_log", audience="public")
    with pytest.raises(vp.ConfigurationError, match="call_log"):
        privacy.redactor("calls", audience="debug")


def test_twelve_mistakes_are_twelve_errors_at_once(tmp_path: Path) -> None:
    """Each mistake has its line; a name that is nearly right has the right one beside it."""
    path = tmp_path / "privacy.toml"
    path.write_text(TWELVE)

    with pytest.raises(vp.ConfigurationError) as caught:
        vp.Privacy.from_toml(path)

    places = [place for place, _ in caught.value.faults]
    assert [f"privacy.toml:{n}" for n in (2, 4, 5, 7, 8, 9, 11, 13, 15, 16, 18, 20)] == places
    text = str(caught.value)
    assert "did you mean 'region'?" in text
    assert "did you mean 'IP_ADDRESS'?" in text
    assert "did you mean 'twilio.call'?" in text


def test_looser_than_the_floor_names_both_lines(tmp_path: Path) -> None:
    """The error has the line of the customer's file and that of the vendor's policy."""
    path = tmp_path / "privacy.toml"
    path.write_text('version = 1\n[logs]\ncall = "full"\n')

    with pytest.raises(vp.ConfigurationError) as caught:
        vp.Privacy.from_toml(path)

    defaults = Path(front.__file__).with_name("voxvalley_defaults.toml").read_text().split("\n")
    line = 1 + next(n for n, text in enumerate(defaults) if text.startswith("logs ="))
    [(place, message)] = caught.value.faults
    assert "privacy.toml:3" == place
    assert f"voxvalley_defaults.toml:{line}" in message


@pytest.mark.parametrize("audience", [*vp.Audience])
def test_no_action_of_a_file_shows_more_than_the_preset(audience: vp.Audience) -> None:
    """Wherever a preset does not keep a value, `keep` is refused; `drop` is accepted everywhere."""
    preset = vp.voxvalley_defaults().policies[audience]
    for category, action in preset.actions.items():
        name = category.name
        vp.Privacy(audiences={audience: {"actions": {name: "drop"}}})
        if action is not vp.keep:
            with pytest.raises(vp.ConfigurationError):
                vp.Privacy(audiences={audience: {"actions": {name: "keep"}}})


@pytest.mark.parametrize(
    "line",
    [
        '[keys]\nfrom = "{ring}"',
        '[consent]\nledger = "sqlite://user:hunter2@db.example.com/x"',
        '[keys]\npassword = "hunter2"',
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_shown(tmp_path: Path, line: str) -> None:
    """The error says that it is a secret, and holds nothing of it."""
    ring = vp.KeyRing.generate().to_text()
    path = tmp_path / "privacy.toml"
    path.write_text(f"version = 1\n{line.replace('{ring}', ring)}\n")

    with pytest.raises(vp.ConfigurationError, match="a secret must not be in this file") as caught:
        vp.Privacy.from_toml(path)

    assert 1 == len(caught.value.faults)
    assert ring not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_key_in_the_place_of_a_variable_is_not_shown() -> None:
    """A key behind `env:` is refused before a message could name the variable."""
    for place in ("9f8e7d6c5b4a39281706f5e4", "f8e7d6c5b4a39281706f5e4d"):
        with pytest.raises(vp.ConfigurationError, match="must name a variable") as caught:
            vp.Privacy.from_dict({"keys": {"from": f"env:{place}"}})
        assert place not in str(caught.value)


@pytest.mark.parametrize("table", [None, [], "x", 3])
def test_a_table_is_needed(table: object) -> None:
    """Settings that are no table are an error of the settings."""
    with pytest.raises(vp.ConfigurationError, match="must be a table"):
        vp.Privacy.from_dict(table)  # type: ignore[arg-type] # as an app could give it


def test_a_mark_of_the_encoding_is_read_over(tmp_path: Path) -> None:
    """Editors that write a byte order mark write the same settings."""
    path = tmp_path / "privacy.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    assert vp.Privacy.from_dict(tomllib.loads(GOOD)).hash == vp.Privacy.from_toml(path).hash


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("version = 2\n", "format 2"),
        ("[logs]\n", "version: is missing"),
        ("version = 1\n[logs\n", "privacy.toml:2: this is not TOML"),
        ("version = 1\nlogs = 3\n", "privacy.toml:2: logs: must be a table"),
        ('version = 1\nlogs.call = ["off"]\n', "privacy.toml:2: logs.call: must be one of"),
        ("version = 1\nrecords.a = 1\n", "must be a table"),
        ("version = 1\naudiences.debug.actions = 1\n", "must be a table"),
        ("version = 1\nconsent.ledger = 1\n", "consent.ledger: must say where"),
        ("version = 1\nrecords.a.audiences = 5\n", "must be a list"),
        ("version = 1\naudiences.debug.unknown = []\n", "must be 'scan' or 'drop'"),
        ("version = 1\ncache.unkeyed_query = 'a'\n", "must be a list of names"),
        ("version = 1\nregion = 1\n", "two-letter"),
        ("", "privacy.toml:1: version: is missing"),
        ("version = true\n", "must be the whole number 1"),
        ("version = 1\nversion = 1\n", "privacy.toml:2: this key or table is in the file twice"),
        ("version = 1\n[[records]]\n", "privacy.toml:2: records: must be a table"),
        ("version = 1\nlgos = 1\n[cache]\nmost_bytes = 0\n", "privacy.toml:4: cache.most_bytes"),
        ("version = 1\naudiences.debug.actions.CONTENT = 4\n", "must be the name of an action"),
        (
            "version = 1\naudiences.debug.actions.CONTENT = {action = 'drop', x = 1}\n",
            "no settings",
        ),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(tmp_path: Path, text: str, says: str) -> None:
    """A wrong type, a file of another version and a file that is not TOML are errors, never a crash."""
    path = tmp_path / "privacy.toml"
    path.write_text(text)

    with pytest.raises(vp.ConfigurationError) as caught:
        vp.Privacy.from_toml(path)

    assert says in str(caught.value)


def test_the_hash_is_in_descriptions_decisions_and_counts(good: Path) -> None:
    """One hash of the effective configuration, which is the same in every process, is everywhere."""
    privacy = vp.Privacy.from_toml(good)
    stamp = privacy.describe()["hash"]
    request = vp.caching.Request(method="GET", url="https://example.com/a.mp3", headers={})
    response = vp.caching.Response(status=200, headers={})

    assert stamp == privacy.stats().hash
    assert stamp == privacy.log_policy().decide(vp.LogKind.CALL).policy
    assert stamp == privacy.rule("never_sold")(vp.Purpose.SALE).policy
    assert stamp == privacy.cache_policy(request, response).policy
    code = "import sys, voxvalley_privacy as vp; print(vp.Privacy.from_toml(sys.argv[1]).hash)"
    other = subprocess.run(
        [sys.executable, "-c", code, str(good)], capture_output=True, text=True, check=True
    )
    assert stamp == other.stdout.strip()
    assert stamp != vp.voxvalley_defaults().hash


def test_a_contact_is_decided_under_the_settings() -> None:
    """`may_contact` has its own methods, and every answer carries the hash."""
    privacy = vp.Privacy(region="US")
    ledger = vp.ConsentLedger(vp.stores.memory(), keys=privacy.keys)
    may = privacy.rule("may_contact", ledger=ledger)
    contact = vp.Contact(to=NUMBER, purpose=vp.Purpose.MARKETING_SMS, channel="sms", sender="acme")

    assert not may(contact)
    assert [privacy.hash] == [decision.policy for decision in may.many([contact])]
    with pytest.raises(vp.ConfigurationError, match="needs a ledger"):
        privacy.rule("may_contact")
    with pytest.raises(vp.ConfigurationError, match="the settings decide"):
        privacy.rule("old_enough", floor=16)


def test_the_description_is_a_copy() -> None:
    """Whoever changes what `describe()` returned does not change the configuration."""
    privacy = vp.voxvalley_defaults()
    privacy.describe()["logs"]["call"] = "full"

    assert "off" == privacy.describe()["logs"]["call"]
    json.dumps(privacy.describe())


def test_the_same_settings_from_a_file_and_in_python(good: Path) -> None:
    """File, table and arguments are read by one reader and give one configuration."""
    table = tomllib.loads(GOOD)
    sections = {name: value for name, value in table.items() if name != "version"}

    hashes = {
        vp.Privacy.from_toml(good).hash,
        vp.Privacy.from_dict(table).hash,
        vp.Privacy(**sections).hash,
    }

    assert 1 == len(hashes)


def test_differences_are_told_in_words(good: Path) -> None:
    """What becomes looser comes first, and each direction turns round when the two are exchanged."""
    old, new = vp.voxvalley_defaults(), vp.Privacy.from_toml(good)

    there = {each.path: each.direction for each in front.diff(old, new)}
    back = {each.path: each.direction for each in front.diff(new, old)}

    assert "looser" == there["logs.call"] == there["cache.lifetimes.media"]
    assert "tighter" == there["audiences.debug.actions.IP_ADDRESS"] == there["consent.minimum_age"]
    turned = {"looser": "tighter", "tighter": "looser", "different": "different"}
    assert {path: turned[direction] for path, direction in there.items()} == back
    assert "looser: cache.lifetimes.media was not kept, becomes 1:00:00" == str(
        front.diff(old, new)[0]
    )
    assert () == front.diff(new, new)


def test_retention_is_a_schedule_that_names_the_configuration() -> None:
    """Rules are those of `retain()`; contradictions and unknown kinds are errors of the settings."""
    privacy = vp.Privacy(retention={"calls": {"kind": "call", "at_most": "P90D"}})
    assert privacy.retention is not None
    made = datetime(2026, 1, 2, tzinfo=UTC)
    meta = RecordMeta(kind="call", created=made)

    early = privacy.retention(meta, now=made + timedelta(days=30))
    late = privacy.retention(meta, now=made + timedelta(days=120))

    assert (False, True) == (bool(early), bool(late))
    assert privacy.hash == late.policy
    assert privacy.hash != vp.voxvalley_defaults().hash
    assert "retention" in {each.path for each in front.diff(vp.voxvalley_defaults(), privacy)}
    with pytest.raises(vp.ConfigurationError, match="did you mean 'call'"):
        vp.Privacy(retention={"calls": {"kind": "calls", "at_most": "P90D"}})
    with pytest.raises(vp.ConfigurationError):
        vp.Privacy(retention={"calls": {"kind": "call", "at_most": "P90D", "at_least": "P1Y"}})


def test_reload_is_a_new_object_and_a_mistake_changes_nothing(good: Path) -> None:
    """The old configuration is as it was; tokens stay the same, as the keys do."""
    privacy = vp.Privacy.from_toml(good)
    assert privacy is privacy.reload()
    good.write_text(GOOD.replace('"redacted"', '"metadata"'))
    renewed = privacy.reload()

    assert "redacted" == privacy.log_modes[vp.LogKind.CALL]
    assert "metadata" == renewed.log_modes[vp.LogKind.CALL]
    assert privacy.keys is renewed.keys
    good.write_text("version = 1\nlogs.call = 3\n")
    with pytest.raises(vp.ConfigurationError):
        renewed.reload()
    with pytest.raises(vp.ConfigurationError):
        vp.voxvalley_defaults().reload()


def test_self_check_names_keys_stores_and_settings_without_effect(tmp_path: Path) -> None:
    """Each gap has a code, a place and a mend."""
    privacy = vp.Privacy(
        records={"calls": {}},
        consent={"ledger": f"sqlite:{tmp_path}/nowhere/privacy.db"},
        cache={"unkeyed_query": ["CallSid"]},
        logs={"notification": "off"},
    )
    codes = {gap.code for gap in privacy.self_check()}

    assert {
        "keys.forgotten",
        "store.unreachable",
        "record.without_schema",
        "logs.all_off",
        "setting.no_effect",
    } <= codes


def test_a_configuration_pickles_as_its_file_or_not_at_all(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key is in a pickle."""
    monkeypatch.setenv("VOXVALLEY_PRIVACY_KEYS", vp.KeyRing.generate().to_text())
    good.write_text(GOOD + '[keys]\nfrom = "env:VOXVALLEY_PRIVACY_KEYS"\n')
    privacy = vp.Privacy.from_toml(good)

    assert privacy == pickle.loads(pickle.dumps(privacy))
    with pytest.raises(vp.NotPicklable):
        pickle.dumps(vp.voxvalley_defaults())


def test_logs_are_protected_and_writers_wrapped(good: Path) -> None:
    """What is logged and what is written goes through the redactors of the configuration."""
    privacy = vp.Privacy.from_toml(good)
    rows: list[dict[str, str]] = []
    privacy.wrap(rows, "call_log", audience="debug").append({"from": NUMBER})

    assert [{"from": "+1**********"}] == rows
    with privacy.protect_logs("voxvalley.test") as protection:
        assert protection.redact is privacy.redactor(audience="debug")
    assert dict(privacy.cache_policy.lifetimes) == {vp.ContentKind.MEDIA: timedelta(hours=1)}


def test_the_shipped_json_schema_is_generated_and_agrees_with_the_reader(good: Path) -> None:
    """It accepts what the reader accepts, and refuses each mistake that a schema can see."""
    shipped = Path(front.__file__).with_name("privacy.schema.json")
    schema = json.loads(shipped.read_text())
    assert front.json_schema() == schema
    validator = jsonschema.Draft202012Validator(schema)

    assert [] == list(validator.iter_errors(tomllib.loads(GOOD)))
    # `keep` for share and `scan` for public are wrong by the floor of their audience only.
    seen = list(validator.iter_errors(tomllib.loads(TWELVE)))
    assert 10 == len(seen)


def test_reading_takes_no_more_than_50_ms(good: Path) -> None:
    """In a fresh process, once the rooms are loaded, the first reading takes 50 ms at most."""
    code = (
        "import sys, time, voxvalley_privacy as vp; read = vp.Privacy.from_toml;"
        "started = time.process_time(); read(sys.argv[1]);"
        "print(time.process_time() - started)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(good)], capture_output=True, text=True, check=True
    )

    assert float(done.stdout) < 0.05
