"""What is fuzzed: each target takes data from Hypothesis, and asserts that nothing raises and no canary shows."""

from __future__ import annotations

import io

from hypothesis import strategies as st

import voxvalley_privacy as vp
from fuzz.inputs import canaries, spelled, texts
from tests.oracle import assert_no_canary
from voxvalley_privacy import records
from voxvalley_privacy.actions._plain import scan
from voxvalley_privacy.records import sms
from voxvalley_privacy.redaction._text_stream import TextStream

__all__ = ["TARGETS"]

_KEYS = vp.KeyRing.generate()
_LABELS = vp.Redactor(vp.policies.labels())
_BODIES = vp.Redactor(vp.policies.labels().with_actions({vp.DataCategory.CONTENT: scan}))
_TRACED = vp.Redactor(vp.policies.labels(), "kamailio.sip_trace")
_PDUS = vp.Redactor(_BODIES.policy, "smpp.sm")
_POLICIES = st.sampled_from([
    vp.Redactor(make(_KEYS))
    for make in (vp.policies.analytics, vp.policies.billing, vp.policies.share, vp.policies.public)
] + [_LABELS])  # fmt: skip
_NAMES = st.sampled_from(
    (
        "from",
        "to",
        "body",
        "note",
        "x",
        "id",
        "From",
        "caller_id_name",
        "time",
        "data",
        "status",
        "[FAULT]",
    )
)


def _cut(data: st.DataObject, whole: str, marks: str) -> str:
    """Cut a text behind one of the marks, or nowhere: half a canary would be too short to be found."""
    places = [at + 1 for at, char in enumerate(whole) if char in marks]
    return whole[: data.draw(st.sampled_from([*places, len(whole)]))]


def text(data: st.DataObject) -> None:
    """Fuzz a text."""
    canary = data.draw(canaries)
    made = data.draw(texts(canary))
    whole = _LABELS.text(made)
    assert_no_canary(whole, canary)
    assert _LABELS.text(whole) == whole, "redacting twice changed something"


def stream(data: st.DataObject) -> None:
    """Fuzz a text in chunks."""
    canary = data.draw(canaries)
    made = data.draw(texts(canary))
    one = TextStream(_LABELS)
    out, at = "", 0
    while at < len(made):
        size = data.draw(st.integers(1, 60))
        out += one.feed(made[at : at + size])
        at += size
    assert_no_canary(out + one.close(), canary)


def record(data: st.DataObject) -> None:
    """Fuzz records of any shape, with numbers as texts and as integers."""
    canary = data.draw(canaries)
    leaves = (
        texts(canary)
        | st.just(int(canary))
        | st.none()
        | st.booleans()
        | spelled(canary).map(str.encode)
    )
    names = _NAMES | texts(canary)
    value = data.draw(
        st.recursive(
            leaves,
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
        )
    )
    redact = data.draw(_POLICIES)
    before = repr(value)
    assert_no_canary(str(redact({"a": value})), canary)
    assert before == repr(value), "the input was changed"


def sip(data: st.DataObject) -> None:
    """Fuzz SIP messages: headers of all kinds, folded, cut and repeated."""
    canary = data.draw(canaries)
    names = st.sampled_from(
        (
            "From",
            "f",
            "To",
            "Contact",
            "m",
            "Via",
            "P-Asserted-Identity",
            "Diversion",
            "X-Own",
            "Call-ID",
            "Privacy",
        )
    )
    lines = data.draw(st.lists(st.tuples(names, texts(canary)), max_size=8))
    body = data.draw(st.just("") | texts(canary))
    end = data.draw(st.sampled_from(("\r\n", "\n")))
    message = end.join(
        [
            f"INVITE sip:+{canary}@sip.example.com SIP/2.0",
            *(f"{name}: {value}" for name, value in lines),
            "",
            body,
        ]
    )
    message = _cut(data, message, ":")
    assert_no_canary(records.sip.redact_sip(message, _LABELS), canary)
    traced = _TRACED(
        {
            "msg": message,
            "traced_user": f"sip:{canary}@example.com",
            "note": data.draw(texts(canary)),
        }
    )
    assert_no_canary(str(traced), canary)
    # The trace is read anew by the same rules; what cannot be parsed is a placeholder.
    assert traced == _TRACED(traced), "redacting twice changed something"


def parts(data: st.DataObject) -> None:
    """Fuzz messages in parts: cuts, order, duplicates and losses."""
    canary = data.draw(canaries)
    whole = f"call {data.draw(spelled(canary))} now"
    cuts = sorted(data.draw(st.sets(st.integers(1, len(whole) - 1), max_size=4)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    arrivals = data.draw(st.lists(st.integers(0, len(pieces) - 1), max_size=12))
    buffer = sms.PartBuffer(_BODIES)
    out = []
    for at in arrivals:
        header = sms.UserDataHeader(reference=1, total=len(pieces), number=at + 1)
        out += buffer.add(
            sms.Part(sender="a", recipient="b", data=sms.UserData(text=pieces[at], header=header))
        )
    out += buffer.close()
    assert len(arrivals) == len(out), "a part was lost"
    assert_no_canary(" | ".join(part.text for part in out), canary)


def payload(data: st.DataObject) -> None:
    """Fuzz payloads: any bytes, and a canary in UCS-2 behind any header."""
    canary = data.draw(canaries)
    header = data.draw(st.binary(max_size=12))
    raw = header + data.draw(texts(canary)).encode("utf-16-be", "surrogatepass")
    made = sms.redact_pdu_payload(
        raw, _BODIES, dcs=data.draw(st.integers(0, 255)), udhi=data.draw(st.booleans())
    )
    assert_no_canary(made, canary)


def pdu(data: st.DataObject) -> None:
    """Fuzz payloads in records of SMPP: any coding, flags and length, as octets, digits or text."""
    canary = data.draw(canaries)
    made = data.draw(texts(canary))
    coding = data.draw(st.sampled_from((0, 1, 3, 4, 6, 8, 0xF1, None, "8", "x")))
    raw = made.encode("utf-16-be" if coding in (8, "8") else "latin-1", "replace")
    short = data.draw(st.sampled_from((raw, raw.hex(), made)))
    fields = {
        "data_coding": coding,
        "esm_class": data.draw(st.none() | st.integers(0, 255)),
        # A wrong length may say that digits of octets are a text, which only a reader of hexadecimal can tell from an id.
        "sm_length": data.draw(st.sampled_from((None, len(raw)))),
        "sar_total_segments": data.draw(st.none() | st.integers(0, 3)),
    }
    assert_no_canary(str(_PDUS({"short_message": short, **fields})["short_message"]), canary)


def lines(data: st.DataObject) -> None:
    """Fuzz text streams: no reader sees more lines than went in."""
    canary = data.draw(canaries)
    source = "\n".join(data.draw(st.lists(texts(canary).map(_one_line), max_size=4)))
    out = io.BytesIO()
    records.redact_text_lines(io.BytesIO(source.encode("utf-8", "replace")), out, _LABELS)
    made = out.getvalue().decode("utf-8", "replace")
    assert_no_canary(made, canary)
    assert len(made.splitlines()) <= source.count("\n") + 1, "a value started a line"


def _one_line(text: str) -> str:
    """Take the line ends out: what is split over two records is two records."""
    return " ".join(text.splitlines())


def csv(data: st.DataObject) -> None:
    """Fuzz CSV: quotes, line ends and widths of all kinds."""
    canary = data.draw(canaries)
    cells = st.lists(
        texts(canary).map(_one_line) | spelled(canary).map('"{}"'.format), min_size=1, max_size=4
    )
    rows = [",".join(row) for row in data.draw(st.lists(cells, max_size=4))]
    source = "\n".join(["from,to,body", *rows]).encode("utf-8", "replace")
    out = io.BytesIO()
    records.redact_csv(io.BytesIO(source), out, _LABELS)
    assert_no_canary(out.getvalue().decode("utf-8", "replace"), canary)


def jsonl(data: st.DataObject) -> None:
    """Fuzz JSON lines: whole, cut, and with names that repeat."""
    canary = data.draw(canaries)
    whole = texts(canary).map(_one_line)
    line = (
        st.builds('{{"to": "{0}", "to": "{1}", "n": {2}}}'.format, whole, whole, st.just(canary))
        | whole
    )
    # A record is a line: of a number over several lines, none is whole.
    line = line.map(lambda made: " ".join(made.splitlines()))
    source = _cut(data, "\n".join(data.draw(st.lists(line, max_size=4))), "{},").encode(
        "utf-8", "replace"
    )
    out = io.BytesIO()
    records.redact_jsonl(io.BytesIO(source), out, _LABELS)
    assert_no_canary(out.getvalue().decode("utf-8", "replace"), canary)


def token(data: st.DataObject) -> None:
    """Fuzz tokens: what is not ours opens nothing and raises only what it says."""
    seal = vp.seal(_KEYS)(data.draw(canaries), vp.DataCategory.PARTY_NUMBER)
    assert isinstance(seal, str)
    at = data.draw(st.integers(0, len(seal) - 1))
    forged = data.draw(
        st.text()
        | st.text("bcdfghjkmnprtvwx").map("sealphoneA{}".format)
        | st.characters().map(lambda c: seal[:at] + c + seal[at + 1 :])
    )
    if forged.rpartition(" ")[2] == seal:
        return
    try:
        vp.unseal(_KEYS, forged, reason="fuzz")
    except (vp.InvalidToken, vp.KeyUnavailable):
        return
    raise AssertionError("a forged token was opened")


TARGETS = {
    target.__name__: target
    for target in (text, stream, record, sip, parts, payload, pdu, csv, jsonl, lines, token)
}
