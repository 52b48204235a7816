from __future__ import annotations

import json

import pytest

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from tests.records.doubles import Raising, Wild
from tests.records.formats.streams import DEBUG, NUMBER, OTHER, debug, through
from voxvalley_privacy.records._json import redact_json

CALL = debug("twilio.call")
MARKED = {"[UNPARSEABLE]": "[UNPARSEABLE]"}


@pytest.mark.parametrize("n", [0, 1, 2, 199, 200, 201, 450])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_is_a_stream_of_records(n, indent):
    """However the items fall into batches, the list comes out whole, in order and in its style."""
    records = [{"sid": f"CA{i}", "status": "busy"} for i in range(n)]
    data = json.dumps(records, indent=indent).encode()

    out, report = through(redact_json, data, CALL)

    assert data == out
    assert n == report.records_in


def test_items_are_treated():
    """Every item comes out as what the redactor makes of it."""
    records = [{"sid": "CA1", "from": NUMBER}, {"sid": "CA2", "to": OTHER}]

    out, _ = through(redact_json, json.dumps(records).encode(), CALL)

    assert [CALL(record) for record in records] == json.loads(out)


@pytest.mark.parametrize("indent", [None, 2, 4])
def test_a_document_that_is_no_list_is_one_record(indent):
    """An object is one record, in the style it came in, its last line end kept."""
    record = {"sid": "CA1", "subresource_uris": {"x": "y"}, "status": "busy"}
    data = json.dumps(record, indent=indent).encode() + b"\n"

    out, report = through(redact_json, data, CALL)

    assert CALL(record) == json.loads(out)
    assert (1, data.count(b"\n")) == (report.records_in, out.count(b"\n"))


@pytest.mark.parametrize("data", [b"", b"  \n", b"[]", b"[ ]\n", b"null", b'"busy"', b"12", b"{}"])
def test_small_documents_come_out_as_json(data):
    """Nothing, empty lists and single values are documents too."""
    out, report = through(redact_json, data, CALL)

    if data.strip():
        assert json.loads(data) == json.loads(out)
    else:
        assert b"" == out
    assert {} == report.marked


@pytest.mark.parametrize(
    ("data", "good"),
    [
        ('[{"sid": "CA1"}, {"from": "%s"', 1),
        ('[{"sid": "CA1"}, {"from": "%s"}', 2),
        ('[{"sid": "CA1"} {"from": "%s"}]', 1),
        ('[{"sid": "CA1"},]%s', 1),
        ('[{"sid": "CA1"}]%s', 1),
        ('[{"sid": "CA1"},,"%s"]', 1),
        ("[", 0),
        ('[{"sid": "CA1"}, %s]', 1),
        ('[{"sid": "CA1"}, ' + "[" * 300_000 + "%s", 1),
    ],
    ids=lambda value: f"{str(value)[:40]}",
)
def test_what_follows_a_broken_item_is_one_marked_item(data, good):
    """The items before it are treated; it and the rest are marked once, in a list that is whole."""
    out, report = through(redact_json, data.replace("%s", f"call {NUMBER}").encode(), CALL)

    made = json.loads(out)
    assert (good + 1, MARKED) == (len(made), made[-1])
    assert_no_canary(out.decode(), NUMBER)
    assert {"unparseable": 1} == report.marked


@pytest.mark.parametrize(
    "data",
    [
        f'{{"from": "{NUMBER}"',
        f"{NUMBER} x",
        '{"a":' * 300_000,
        "\x00",
    ],
    ids=lambda data: data[:10],
)
def test_a_broken_document_is_marked(data):
    """A document that is no JSON comes out as the marked record."""
    out, report = through(redact_json, data.encode(), CALL)

    assert MARKED == json.loads(out)
    assert (1, {"unparseable": 1}) == (report.records_in, report.marked)


def test_an_item_above_the_limit_is_marked():
    """An item of more than 8 MiB is not held."""
    data = b'[{"sid": "CA1"}, "' + b"x" * (20 << 20) + b'"]'

    out, report = through(redact_json, data, CALL)

    assert [{"sid": "CA1"}, MARKED] == json.loads(out)
    assert {"too_long": 1} == report.marked


def test_numbers_cut_by_a_block_stay_whole():
    """An item that reaches over what was read is read on."""
    data = b"[" + b" " * ((1 << 18) - 3) + b"1234, 5]"

    assert [1234, 5] == json.loads(through(redact_json, data, CALL)[0])


def test_nan_and_wrong_bytes_are_placeholders():
    """What is no number and what is no UTF-8 are counted; the items go on."""
    out, report = through(redact_json, b'[{"sid": NaN}, {"sid": "\xff"}, {"sid": 1e400}]', CALL)

    assert ["[UNPARSEABLE]", "�", "[UNPARSEABLE]"] == [
        item["sid"] for item in json.loads(out, parse_constant=pytest.fail)
    ]
    assert {"encoding": 1, "number": 2} == report.marked


def test_a_failing_redactor_gives_placeholders():
    """A redactor that raises leaves a list of placeholders."""
    out, report = through(redact_json, f'[{{"from": "{NUMBER}"}}, "{NUMBER}"]'.encode(), Raising())

    assert [{"[FAULT]": "[FAULT]"}, "[FAULT]"] == json.loads(out)
    assert {"redactor": 2} == report.faults


def test_real_documents_stay_json(corpus):
    """The documents of the corpus come out as JSON of the same shape at the top."""
    for path in sorted((corpus / "03_cdr").glob("*.json")) + sorted(
        (corpus / "04_cpaas").glob("*.json")
    ):
        out, report = through(
            redact_json, path.read_bytes(), vp.Redactor(vp.policies.debug(vp.KeyRing.generate()))
        )
        assert type(json.loads(path.read_bytes())) is type(json.loads(out)), path.name
        assert {} == report.marked, path.name


def test_a_document_above_the_limit_is_marked(monkeypatch):
    """A document that is no list is held in memory only up to a limit."""
    monkeypatch.setattr("voxvalley_privacy.records._json._DOCUMENT_LIMIT", 1000)
    out, report = through(redact_json, b'{"sid": "' + b"x" * 600_000 + b'"}', CALL)

    assert (MARKED, {"too_long": 1}) == (json.loads(out), report.marked)


@pytest.mark.parametrize("redact", [CALL, DEBUG])
def test_a_page_is_as_many_records(redact):
    """Each record of an API's page is treated with a budget of its own, so long pages come out whole."""
    calls = [
        {
            "sid": f"CA{i}",
            "from": NUMBER,
            **dict.fromkeys((f"f{'x' * n}" for n in range(30)), "busy"),
        }
        for i in range(600)
    ]
    page = {"page": 0, "calls": calls, "next_page_uri": f"/x?From={NUMBER}", "none": []}

    out, report = through(redact_json, json.dumps(page).encode(), redact)

    made = json.loads(out)
    assert ([redact(call) for call in calls], list(page)) == (made["calls"], list(made))
    assert (600, {}) == (report.records_in, report.faults)
    assert_no_canary(made["next_page_uri"], NUMBER)


def test_a_list_that_is_a_field_of_the_schema_is_no_page():
    """Lists that the schema has paths for stay part of their record."""
    mine = vp.Schema("acme.cdr", {"legs[].who": vp.DataCategory.PERSON_NAME})
    redact = vp.Redactor(vp.policies.debug(vp.KeyRing.generate()), mine)

    out, report = through(
        redact_json, b'{"legs": [{"who": "Ann Example"}, {"who": "Bea Example"}]}', redact
    )

    assert b"Example" not in out
    assert 1 == report.records_in


@pytest.mark.parametrize("redact", [Raising(), Wild([]), Wild("x"), Wild({}), Wild({"calls": [1]})])
def test_a_page_of_a_failing_redactor_is_a_placeholder(redact):
    """Whatever a redactor raises or returns, no record of the page comes out."""
    out, _ = through(
        redact_json,
        f'{{"calls": [{{"from": "{NUMBER}"}}, {{"from": "{NUMBER}"}}]}}'.encode(),
        redact,
    )

    json.loads(out)
    assert_no_canary(out.decode(), NUMBER)
