"""Support, demands, requests, incidents, releases and recipients on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

import voxvalley_privacy as vp
from voxvalley_privacy.cli._app import app

NOW = datetime.now(UTC)


@pytest.fixture
def files(tmp_path):
    """Return the options for a store and keys that exist."""
    keys = vp.KeyRing.generate()
    ring, store = tmp_path / "keys", tmp_path / "privacy.db"
    ring.write_text(keys.to_text(), "utf-8")
    ring.chmod(0o600)
    vp.RecipientRegister(vp.stores.sqlite(store), keys=keys).put(
        vp.Recipient("old", role="processor", purposes={"support"}), effective=NOW.date()
    )
    return ["--store", str(store), "--keys", str(ring)]


def run(*args, code=0):
    """Run a command that ends with a code, and return what it wrote."""
    result = CliRunner().invoke(app, [*args])
    assert code == result.exit_code, result.output
    return result.output


def test_support_asks_is_approved_and_sees(files):
    """A request needs the approval of another, and the customer's consent."""
    ask = ["--staff", "agent:17", "--ticket", "T-9", "--tenant", "acme", "--kind", "call"]
    grant = run("support", "request", *files, *ask).strip()
    run("support", "approve", *files, grant, "--by", "AGENT:17", code=1)
    run("support", "approve", *files, grant, "--by", "lead:2")
    run("support", "consent", *files, grant, "--by", "acme:admin")

    assert json.loads(run("support", "grants", *files))["active"]
    run("support", "revoke", *files, grant, "--by", "lead:2")
    assert not json.loads(run("support", "grants", *files))["active"]
    run("support", "review", *files, "G99", "--by", "lead:2", code=1)
    run("support", "request", *files, *ask, "--hours", "9", code=3)


def test_a_demand_in_a_file_is_shown_and_decided(files, tmp_path):
    """The form names the fields; a no is exit code 1; a file that is not a demand is wrong."""
    demand = {
        "id": "D-3", "instrument": "sca_court_order", "place": "US", "issuer": "court",
        "issued": NOW.date().isoformat(), "served_on": "US", "verified": "portal",
        "fields": ["caller", "started_at", "body"], "subjects": ["+14155550132"],
        "period": [(NOW - timedelta(days=3)).isoformat(), NOW.isoformat()],
        "received": NOW.isoformat(), "requester": "agent:1",
    }  # fmt: skip
    file = tmp_path / "demand.json"
    file.write_text(json.dumps(demand), "utf-8")

    assert "caller, started_at" in run("demand", "form", *files, str(file))
    assert "approval.missing" in run("demand", "decide", *files, str(file), code=1)
    decided = run("demand", "decide", *files, str(file), "--by", "counsel:1", "--by", "officer:2")
    assert "fields: caller, started_at" in decided
    assert "5550132" not in decided
    file.write_text(json.dumps({**demand, "place": "XX"}), "utf-8")
    run("demand", "form", *files, str(file), code=2)
    file.write_text("{}", "utf-8")
    run("demand", "decide", *files, str(file), code=2)
    file.write_text("[", "utf-8")
    run("demand", "decide", *files, str(file), code=2)


def test_requests_and_incidents_are_listed(files):
    """An overdue request is exit code 1; an incident says whom to tell."""
    store, keys = vp.stores.sqlite(files[1]), vp.KeyRing.from_file(files[3])
    rights = vp.SubjectRights([], register=vp.RecipientRegister(store, keys=keys))
    rights.open("+14155550132", "access", received=NOW, place="GB")
    assert "RECEIVED" == json.loads(run("rights", "waiting", *files))["state"]
    rights.open("+14155550133", "access", received=NOW - timedelta(days=90), place="GB")
    assert "555" not in run("rights", "waiting", *files, code=1)

    how = ["--what", "A bucket was open.", "--affected", "12", "--place", "FR"]
    assert "incident.breach_authority" in run("incidents", "record", *files, *how)
    assert 12 == json.loads(run("incidents", "list", *files))["affected"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_counts_of_a_file_are_published(files, tmp_path, form):
    """Rows of three forms give one table; other settings for the same cells are a no."""
    rows = [
        {
            "caller": f"+1{212 + i % 40}55501{i % 100:02d}",
            "tenant": f"t{i % 5}",
            "region": "north",
            "started_at": "2026-11-02T08:10:00+00:00",
        }
        for i in range(200)
    ]
    file = tmp_path / f"calls.{form}"
    if form == "parquet":
        pytest.importorskip("polars").DataFrame(rows).write_parquet(file)
    elif form == "jsonl":
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    else:
        lines = [",".join(rows[0]), *[",".join(row.values()) for row in rows]]
        file.write_text("\n".join(lines) + "\n", "utf-8")
    asked = tmp_path / "release.toml"
    asked.write_text(
        '[release]\ndataset = "calls"\npeople = "caller"\naccount = "tenant"\n'
        'grid = {region = ["north"]}\n[question]\nby = ["hour", "region"]\nto = "share"\n',
        "utf-8",
    )
    command = ["release", "table", *files, str(file), "--settings", str(asked)]

    assert "2026-11-02T08:00:00+00:00,north,200\n" in run(*command)
    assert 200 == json.loads(run(*command, "--format", "json"))["rows"][0][-1]
    asked.write_text(asked.read_text("utf-8") + "round_to = 7\n", "utf-8")
    assert "release.settings" in run(*command, code=1)
    asked.write_text("[release]\n", "utf-8")
    run(*command, code=2)
    run("release", "budget", *files, "--dataset", "calls", "--epsilon", "4")
    assert "0\n" == run("release", "spent", *files, "--dataset", "calls", "--month", "2026-11")
    run("release", "budget", *files, "--dataset", "calls", "--epsilon", "5", code=2)


def test_a_list_is_entered_once(files, tmp_path):
    """What is new is entered, what is gone is retired, and twice is once."""
    file = tmp_path / "recipients.toml"
    file.write_text(
        '[logship]\nrole = "subprocessor"\npurposes = ["support"]\nfields = ["status"]\n'
        'places = ["US"]\ntransfer = "EU_SCC_2021"\n[logship.contract]\nwritten = true\n'
        'instructions = "DPA-4"\nonward_ban = true\nvalid = [2026-01-01]\n',
        "utf-8",
    )

    assert "Tell all customers" in run("recipients", "enter", *files, str(file))
    assert "" == run("recipients", "enter", *files, str(file))
    feed = [json.loads(line) for line in run("recipients", "feed", *files).splitlines()]
    assert [("old", "entered"), ("logship", "entered"), ("old", "removed")] == [
        (line["name"], line["change"]) for line in feed
    ]
    url = ["--url", "https://example.com/list"]
    assert "logship: entered" in run("recipients", "feed", *files, *url, "--form", "atom")
    file.write_text('[logship]\nrole = "subprocessor"\npurposes = ["sale"]\n', "utf-8")
    run("recipients", "enter", *files, str(file), code=2)


def test_a_list_has_the_contracts_of_a_settings_file(files, tmp_path):
    """The days of a contract are `from` and `until` too, and a contract without one is refused."""
    file = tmp_path / "recipients.toml"
    contract = '[logship.contract]\nwritten = true\ninstructions = "DPA-4"\nonward_ban = true\n'
    start = '[logship]\nrole = "subprocessor"\npurposes = ["support"]\n' + contract
    file.write_text(start + "from = 2026-01-01\nuntil = 2027-01-01\n", "utf-8")
    other = file.with_name("other.toml")
    other.write_text(start + "valid = [2026-01-01, 2027-01-01]\n", "utf-8")
    file.with_name("bad.toml").write_text(start, "utf-8")

    assert "Tell all customers" in run("recipients", "enter", *files, str(file))
    assert "" == run("recipients", "enter", *files, str(other))
    assert "`from`" in run("recipients", "enter", *files, str(file.with_name("bad.toml")), code=2)


def test_the_record_of_processing_is_written(files, tmp_path):
    """Activities of a file, with the recipients of the register."""
    file = tmp_path / "activities.toml"
    file.write_text(
        'controller = "Acme"\n[activities.Calls]\npurposes = ["service"]\n'
        'people = ["end users"]\ndata = ["numbers"]\nretention = "13 months"\n',
        "utf-8",
    )

    page = run("recipients", "processing", *files, str(file), "--form", "csv")

    assert "Calls,Acme,service,end users,numbers," in page
    file.write_text("controller = 1\n", "utf-8")
    run("recipients", "processing", *files, str(file), code=2)
