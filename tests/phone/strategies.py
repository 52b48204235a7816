"""Numbers and hostile texts, for the properties of this folder."""

from __future__ import annotations

from hypothesis import strategies as st

from voxvalley_privacy.phone._metadata import PLANS

REGIONS = st.sampled_from(
    [None, "US", "GB", "DE", "AR", "BR", "CN", "IT", "JP", "MX", "RU", "AC", "gb", "ZZ", "001", ""]
)

# Every calling code with any digits behind it: right and wrong lengths, and all that may be a national prefix.
PLUS_AND_DIGITS = st.builds(
    "{}{}".format, st.sampled_from(sorted(PLANS)), st.from_regex(r"[0-9]{0,14}", fullmatch=True)
)

# Any code point, lone surrogates too.
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=90)

_PIECES = [
    "tel:",
    "sip:",
    "whatsapp:",
    "ext.",
    ";phone-context=+1",
    "%2B",
    "%25",
    "00",
    "1415",
    "44",
    "555",
    "0132",
]
_ODDITIES = ["٣", "５", "²", "\u200b", "\u0301", "\ufe0f\u20e3", "\x00", "\ud800", "anonymous"]

NUMBER_LIKE = st.lists(
    st.sampled_from([*"0123456789+*#().,-/ ;:@%<>\"'xOl|", *_PIECES, *_ODDITIES]), max_size=30
).map("".join)

TEXTS = st.one_of(PLUS_AND_DIGITS, NUMBER_LIKE, ANY_TEXT)
