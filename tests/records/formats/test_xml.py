from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from tests.records.doubles import Raising, Wild
from tests.records.formats.streams import DEBUG, KEYS, NUMBER, OTHER, debug, through
from voxvalley_privacy.records._xml import redact_xml, redact_xml_text

CALL = debug("twilio.call")
MARKED = "<redacted>[UNPARSEABLE]</redacted>\n"


def test_an_element_is_a_record_of_its_children():
    """Children are fields by their local names, as the schema spells them or nearly so."""
    made = ET.fromstring(
        redact_xml_text(
            f"<Response><Call><Sid>CA1</Sid><From>{NUMBER}</From><To>{OTHER}</To></Call></Response>",
            CALL,
        )
    )

    assert "CA1" == made.findtext("Call/Sid")
    assert CALL({"from": NUMBER})["from"] == made.findtext("Call/From")
    assert CALL({"to": OTHER})["to"] == made.findtext("Call/To")


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0" encoding="UTF-8"?>\n<Call><Sid>CA1</Sid><Status>busy</Status></Call>\n',
        "<Call>\n  <Sid>CA1</Sid>\n  <Status/>\n</Call>",
        '<t:Call xmlns:t="urn:t" xmlns="urn:d"><t:Sid x="y" t:z="w">CA1</t:Sid></t:Call>',
        "<Calls><Call><Sid>CA1</Sid></Call><Call><Sid>CA2</Sid></Call></Calls>",
        "<Reason>busy &amp; &lt;gone&gt;</Reason>",
        "<Dial x=\"&quot;y&quot; 'z'\"/>",
        "<p>one <em>two</em> three</p>",
        "<Status>é 漢</Status>",
    ],
)
def test_what_holds_nothing_personal_keeps_its_structure(text):
    """Namespaces, attributes, mixed texts, white space and the declaration stay."""
    made = redact_xml_text(text, CALL)

    assert ET.canonicalize(text) == ET.canonicalize(made)
    assert text.startswith("<?xml") == made.startswith("<?xml")


def test_each_repeated_element_is_a_record():
    """Elements that only list others are passed through; each of those is counted."""
    data = "<R><Calls>" + f"<Call><Sid>CA1</Sid><From>{NUMBER}</From></Call>" * 3 + "</Calls></R>"

    out, report = through(redact_xml, data.encode(), CALL)

    assert 3 == report.records_in
    assert [CALL({"from": NUMBER})["from"]] * 3 == [e.text for e in ET.fromstring(out).iter("From")]


@pytest.mark.parametrize(
    "text",
    [
        f"<!-- {NUMBER} --><Call><Sid>CA1</Sid></Call>",
        f"<Call><?pi {NUMBER}?><Sid>CA1<!-- {NUMBER} --></Sid></Call>",
        f"<Call><x>{NUMBER[:5]}<!-- -->{NUMBER[5:]}</x></Call>",
        f"<Call><x><![CDATA[{NUMBER}]]></x></Call>",
        f"<Call><x>{''.join(f'&#{ord(c)};' for c in NUMBER)}</x></Call>",
        f'<Call x="{NUMBER}"/>',
        f'<Calls x="{NUMBER}"><Call x="{NUMBER}"><From y="{NUMBER}">{NUMBER}</From></Call></Calls>',
        f'<Call xmlns="urn:{NUMBER}"/>',
        f"<_{NUMBER[1:]}/>",
        f"<Call><_{NUMBER[1:]}>x</_{NUMBER[1:]}></Call>",
        f'<Call _{NUMBER[1:]}="x"/>',
        f"<From>{NUMBER}</From>",
        f"<p>call <b>{NUMBER[:6]}</b>{NUMBER[6:]} now</p>",
        f"<r><p>call <b>{NUMBER[:6]}</b><i>{NUMBER[6:]}</i></p><q/></r>",
        f"<c><a>one</a><a>two {NUMBER}</a>{NUMBER}</c>",
        "<a>" * 200 + NUMBER + "</a>" * 200,
        "<a>" * 63 + f"<b><c>{NUMBER}</c>{NUMBER}</b>" + "</a>" * 63,
    ],
    ids=lambda text: text[:40],
)
def test_numbers_anywhere_go(text):
    """Comments, instructions, CDATA, references, attributes, names and markup hide no number; the result is XML."""
    made = redact_xml_text(text, CALL)

    ET.fromstring(made)
    assert_no_canary(made, NUMBER)


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE a [<!ENTITY x "{NUMBER}">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><a>&z;</a>',
        f"<a>{NUMBER}",
        f"<a>{NUMBER}</b>",
        f"{NUMBER}<a/>",
        f'<a b="1" b="{NUMBER}"/>',
        "<a>&nbsp;</a>",
        "",
        "<a>\x00</a>",
        "<a/>" + "x" * (17 << 20),
    ],
    ids=lambda text: text[:40],
)
def test_a_document_that_is_not_read_is_marked(text):
    """DTDs, entities, broken and oversized documents come out as one marked element."""
    assert MARKED == redact_xml_text(text, CALL)


def test_broken_documents_are_counted():
    """The report counts a document that is not read; an empty file has none."""
    for data in (
        b"<a>\xff</a>",
        f'<?xml version="1.0" encoding="nonsense"?><a>{NUMBER}</a>'.encode(),
    ):
        out, report = through(redact_xml, data, CALL)
        assert (MARKED.encode(), 1, {"unparseable": 1}) == (out, report.records_in, report.marked)
    assert (b"", 0) == ((done := through(redact_xml, b"", CALL))[0], done[1].records_in)


def test_other_encodings_come_out_as_utf_8():
    """A declared encoding is read; what is written is UTF-8 and says so."""
    out, _ = through(
        redact_xml,
        '<?xml version="1.0" encoding="iso-8859-1"?><Status>é</Status>'.encode("latin-1"),
        CALL,
    )

    assert '<?xml version="1.0" encoding="UTF-8"?>\n<Status>é</Status>' == out.decode()


def test_dropped_fields_are_left_out():
    """A field that the policy drops is no element any more, the others stay."""
    share = vp.Redactor(vp.policies.analytics(KEYS), "twilio.message")
    made = redact_xml_text(
        "<Message><Sid>SM1</Sid><Body>hello</Body><Status>sent</Status></Message>", share
    )

    assert "hello" not in made
    assert "sent" == ET.fromstring(made).findtext("Status")


@pytest.mark.parametrize(
    "redact", [Raising(), Wild(), Wild([]), Wild({}), Wild({"Sid": object()}), Wild("\x00")]
)
def test_a_failing_redactor_gives_placeholders(redact):
    """Whatever a redactor raises or returns, nothing of the document comes out."""
    made = redact_xml_text(
        f"<Call a='{NUMBER}'><Sid>{NUMBER}</Sid><From b='1'>{NUMBER}</From></Call>", redact
    )

    assert_no_canary(made, NUMBER)
    ET.fromstring(made)


def test_the_xml_of_the_corpus_stays_xml(corpus):
    """Webhooks in XML come out as XML without a change of structure at the top."""
    import json

    for line in (corpus / "04_cpaas" / "courier_webhooks.jsonl").read_text().splitlines():
        payload = json.loads(line).get("payload")
        if isinstance(payload, str) and payload.lstrip().startswith("<"):
            made = redact_xml_text(payload, DEBUG)
            try:
                root = ET.fromstring(payload)
            except ET.ParseError:
                assert MARKED == made
            else:
                assert made == MARKED or root.tag == ET.fromstring(made).tag


def test_a_file_above_the_limit_is_marked():
    """A document is held in memory only up to a limit."""
    out, report = through(redact_xml, b"<a>" + b"x" * (17 << 20) + b"</a>", CALL)

    assert (MARKED.encode(), {"unparseable": 1}) == (out.rstrip() + b"\n", report.marked)


def test_texts_beside_records_and_between_fields_are_treated():
    """Stray texts are treated; under a policy that drops what it does not know they are dropped."""
    share = vp.Redactor(vp.policies.share(KEYS), "twilio.call")
    beside = f"<R>see {NUMBER}<Call><Sid>CA1</Sid></Call></R>"
    between = "<Call>hello <Sid>CA1</Sid></Call>"

    assert_no_canary(redact_xml_text(beside, DEBUG), NUMBER)
    assert "see" in redact_xml_text(beside, DEBUG)
    assert "hello" not in redact_xml_text(between, share)


@pytest.mark.parametrize("made", [{"x": "[LOST]"}, {"x": ["a"]}, {"x": None}])
def test_repeated_elements_that_are_no_longer_told_apart_are_placeholders(made):
    """When a list comes back in another length nobody knows which item is which."""
    root = ET.fromstring(redact_xml_text(f"<r><x>{NUMBER}</x><x>{NUMBER}</x><y/></r>", Wild(made)))

    assert ["[FAULT]"] * (2 if made["x"] else 0) == [element.text for element in root]
