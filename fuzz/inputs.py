"""Hostile inputs around a canary, a number of a reserved range; nothing here comes from a file."""

from __future__ import annotations

import html
import json
from urllib.parse import quote

from hypothesis import strategies as st

__all__ = ["NOISE_WORDS", "SPELLINGS", "canaries", "spelled", "texts"]

# +1 NXX 555 01xx: reserved for fiction. Source: NANPA, 555 line number assignments.
canaries = st.builds(
    "1{}55501{:02d}".format, st.sampled_from((202, 303, 415, 617, 808)), st.integers(0, 99)
)

_WIDE = {ord("0") + i: 0xFF10 + i for i in range(10)}
_ARABIC = {ord("0") + i: 0x0660 + i for i in range(10)}
SPELLINGS = (
    lambda n: n,
    lambda n: f"+{n}",
    lambda n: f"({n[1:4]}) {n[4:7]}-{n[7:]}",
    lambda n: f"+{n[0]}.{n[1:4]}.{n[4:7]}.{n[7:]}",
    lambda n: " ".join(n),
    lambda n: "-".join(n),
    lambda n: n.translate(_WIDE),
    lambda n: n.translate(_ARABIC),
    lambda n: "\u200d".join(n),
    lambda n: "\u0301".join(n),
    lambda n: f"sip:+{n}@sip.example.com;user=phone",
    lambda n: f"tel:+{n};phone-context=example.com",
    lambda n: quote(f"+{n}", safe=""),
    lambda n: "".join(f"%{ord(c):02x}" for c in n),
    lambda n: "".join(f"&#{ord(c)};" for c in n),
    lambda n: html.escape(f"<{n}>"),
    lambda n: "".join(f"\\u{ord(c):04x}" for c in n),
    lambda n: f"{n[:4]}<b>{n[4:7]}</b>{n[7:]}",
    lambda n: f"\x1b[1m{n[:4]}\x1b[0m{n[4:]}",
    lambda n: f"{n[:4]}\n{n[4:7]}\r\n{n[7:]}",
    lambda n: f"${n}",
    lambda n: f"x{n}y",
    lambda n: json.dumps({"to": f"+{n}"}),
    lambda n: json.dumps(json.dumps({"to": n})),
)

# Noise has at most single digits, so that it cannot spell a part of a canary by chance.
NOISE_WORDS = (
    " ", " ", "\n", "\r\n", "\t", ", ", "call ", "from: ", '"', "'", "{", "}", "[", "<", ">", "&", "%", "=", ";", "\\", "\x00", "\x1b[",
    "[PHONE_NUMBER]", "sealA", "Bearer ", "ts=", "price $", "v", "code ", "\u202e", "\ufeff", "@example.com", "http://",
)  # fmt: skip
_NOISE = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Nd", "No", "Nl"]), max_size=12),
    st.sampled_from(NOISE_WORDS),
)


def spelled(canary: str) -> st.SearchStrategy[str]:
    """Spell a canary in one of many ways."""
    return st.sampled_from(SPELLINGS).map(lambda spelling: spelling(canary))


def texts(canary: str) -> st.SearchStrategy[str]:
    """Put spellings of a canary among noise, apart from it by a blank or glued to what no digit is confused with."""
    noise = st.lists(_NOISE, max_size=6).map("".join)
    return st.lists(
        st.one_of(noise, spelled(canary).map(lambda text: f" {text} ")), min_size=1, max_size=6
    ).map("".join)
