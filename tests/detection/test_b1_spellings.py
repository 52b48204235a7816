"""FAULTS B1, rows 1-23: one number in every encoding and disguise."""

from __future__ import annotations

import base64
import gzip
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detection.hiding import found, hide
from tests.detection.spellings import DIGITS, MISSED, SPELLINGS
from tests.oracle import assert_no_canary, leaked

ZEROS = [
    code
    for code in range(sys.maxunicode)
    if unicodedata.decimal(chr(code), None) == 0 and not 0xD800 <= code < 0xE000
]
NO_DIGITS = {}
for _code in range(sys.maxunicode):
    if unicodedata.category(chr(_code)) == "No" and unicodedata.digit(chr(_code), None) is not None:
        NO_DIGITS.setdefault(unicodedata.digit(chr(_code)), []).append(chr(_code))
INVISIBLE = [
    chr(code)
    for code in range(sys.maxunicode)
    if unicodedata.category(chr(code)) in {"Cf", "Mn", "Me"}
]


def test_66_spellings():
    """There are sixty-six spellings."""
    assert 66 == len(SPELLINGS)


@pytest.mark.parametrize("name", [name for name in SPELLINGS if name not in MISSED])
def test_it_shows_each_spelling_is_hidden(name):
    """No five digits in a row of the number can be read in what comes out."""
    assert_no_canary(hide(f"call {SPELLINGS[name]} now"), DIGITS)


def test_b1_01_and_02_digits_of_every_script():
    """Decimal digits of every script are digits."""
    for zero in ZEROS:
        text = "".join(chr(zero + int(digit)) for digit in DIGITS)
        assert [text] == [part for part, _ in found(f"call {text} now")]


def test_b1_03_digits_that_are_not_decimal():
    """Superscript, circled and all other digits of category No are digits."""
    every = {char for chars in NO_DIGITS.values() for char in chars}
    assert len(every) > 50
    for digit, chars in NO_DIGITS.items():
        for char in chars:
            text = "202555" + char + "1234"
            assert [text] == [part for part, _ in found(text)], (digit, hex(ord(char)))


@pytest.mark.parametrize("gap", [1, 5, 10])
def test_b1_04_and_05_invisible_characters(gap):
    """Every format character and combining mark in a number is covered with it."""
    for char in INVISIBLE:
        text = DIGITS[:gap] + char + DIGITS[gap:]
        assert [text] == [part for part, _ in found(text)], hex(ord(char))


def test_b1_06_reversed_under_rlo():
    """A number written backwards under a direction override is hidden."""
    assert_no_canary(hide("\u202e3210-555-202\u202c"), "2025550123")


@pytest.mark.parametrize(
    "text",
    ["2O2555O123", "202555ol23", "2O2-55S-Ol23".replace("S", "5"), "20255501I3", "2|2555O123"],
)
def test_b1_07_confusables(text):
    """Letters that look like 0 and 1 are digits in a run of seven."""
    assert [(text, "PHONE_NUMBER")] == found(text)


@pytest.mark.parametrize(
    "text", ["10 Ill people", "5 lol 10 ol", "O O O l l l I I", "2 or 3 lollipops on 4 or 5"]
)
def test_b1_07_confusables_leave_words_alone(text):
    """Words of such letters are words."""
    assert [] == found(text)


def test_b1_08_spelled_out_is_a_known_limit():
    """Digits spelled as words are out of reach; the docs say so."""
    assert {"words"} == MISSED
    assert [] == found(SPELLINGS["words"])


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_b1_09_percent(rounds):
    """Percent encoding is decoded in three rounds."""
    text = "+12025550123"
    for _ in range(rounds):
        text = (
            "".join(f"%{ord(char):02X}" for char in text)
            if rounds == 1
            else text.replace("%", "%25").replace("+", "%2B")
        )
    assert_no_canary(hide(f"to={text}&x=1"), DIGITS)


def test_b1_10_entities_and_json_escapes():
    """HTML entities and JSON escapes are decoded."""
    assert_no_canary(hide("&#43;1202&#53;550123"), DIGITS)
    assert_no_canary(
        hide(r'"\u0031\u0032\u0030\u0032\u0035\u0035\u0035\u0030\u0031\u0032\u0033"'), DIGITS
    )


def test_b1_11_json_in_json_in_json():
    """Three levels of JSON in a string hide nothing."""
    text = '{"a":"{\\"b\\":\\"{\\\\\\"to\\\\\\":\\\\\\"+12025550123\\\\\\",\\\\\\"n\\\\\\":\\\\\\"jo@example.com\\\\\\"}\\"}"}'
    assert_no_canary(hide(text), DIGITS)
    assert "jo@" not in hide(text)


@pytest.mark.parametrize(
    "blob",
    [
        base64.b64encode(b'{"to":"+12025550123","body":"hello"}').decode(),
        base64.urlsafe_b64encode(b'{"to":"+12025550123","body":"hello??>>"}').decode(),
        base64.b64encode(gzip.compress(b'{"to":"+12025550123"}', mtime=0)).decode(),
        b'{"to":"+12025550123"}'.hex(),
    ],
)
def test_b1_12_opaque_blobs(blob):
    """A long word in base64 or hexadecimal is hidden whole."""
    assert_no_canary(hide(f"payload {blob} end"), DIGITS)


@pytest.mark.parametrize(
    "text",
    [
        "id 9b2e1f1c6f3d4c5a8e7d9b2e1f1c6f3d",
        "AC0123456789abcdef0123456789abcdef",
        "see voxvalley_privacy_redaction_text_engine",
        "/usr/lib/python3.11/site-packages/attrs",
    ],
)
def test_b1_12_ids_and_names_are_no_blobs(text):
    """Hashes, typed ids, names and paths are left alone."""
    assert [] == found(text)


def test_b1_13_form_body():
    """A form body in a string hides nothing."""
    assert_no_canary(hide("From=%2B12025550123&To=%2B1%20%28202%29+555%2D0123&Body=hi"), DIGITS)


@pytest.mark.parametrize("char", [chr(code) for code in range(32, 127) if not chr(code).isdigit()])
def test_b1_14_glued_to_any_printable(char):
    """Whatever stands before or behind a number, it is hidden."""
    for text in (f"{char}2025550123", f"2025550123{char}", f"{char}12025550123{char}"):
        assert_no_canary(hide(text), "2025550123")


ENDS = "\"'`,;|<>[]{}()\t=&?\\/+#: "  # marks that end a value, alone or beside each other


@given(
    st.lists(
        st.text(
            st.characters(exclude_categories=["L", "N", "M", "Cf", "Cs"], exclude_characters=ENDS),
            max_size=3,
        ),
        min_size=10,
        max_size=10,
    )
)
def test_b1_15_any_separators(separators):
    """Up to three characters that are no letter and end no value between two digits hide nothing."""
    text = "".join(
        digit + separator for digit, separator in zip(DIGITS, [*separators, ""], strict=True)
    )
    assert not leaked(hide(text), DIGITS, run=5), hide(text)


@given(st.sampled_from([*ENDS, ", ", "; ", " | ", "'", "]["]))
def test_b1_15_digit_by_digit(mark):
    """Ten digits and more, each by itself, are a number whatever is between them."""
    assert not leaked(hide(mark.join(DIGITS)), DIGITS, run=5)


@pytest.mark.parametrize(
    "text", ["12,025,550,123", "202/555/0123", "+1202\t555\t0123", "202**555**0123", "202;555;0123"]
)
def test_b1_15_one_number_over_marks_that_end_a_value(text):
    """Groups as those of a phone number with one and the same mark between are one number."""
    assert not leaked(hide(text), "2025550123", run=5)


@pytest.mark.parametrize("between", ["\n", "\r\n", "\r\n   ", "\n\t"])
@pytest.mark.parametrize("at", range(1, 11))
def test_b1_16_line_ends(at, between):
    """A line end in a number hides nothing."""
    assert_no_canary(hide(DIGITS[:at] + between + DIGITS[at:]), DIGITS)


def test_b1_17_glued_to_a_timestamp():
    """A run of twenty digits and more is hidden whole."""
    assert [("120255501231700000000123", "PHONE_NUMBER")] == found("120255501231700000000123")


@pytest.mark.parametrize(
    "text",
    ["07700 900123", "030 123456", "01 23 45 67 89", "98480 12345", "9320 7126", "0412 345 678"],
)
def test_b1_18_national_without_a_region(text):
    """National formats are found without being told the country."""
    assert [(text, "PHONE_NUMBER")] == found(text)


@pytest.mark.parametrize(
    "text", ["1.2025550123e+10", "12025550123.0", "12025550123", "-12025550123"]
)
def test_b1_19_numbers_as_numbers(text):
    """A number that was written as a float or an integer is hidden."""
    assert_no_canary(hide(text), DIGITS)


@pytest.mark.parametrize(
    "text",
    ["\ud800", "call \udfff 2025550123 \ud83d", "\ud800" * 100 + "1" * 7, "\ufffe\uffff2025550123"],
)
def test_b1_20_lone_surrogates(text):
    """Lone surrogates raise nothing and hide nothing."""
    assert_no_canary(hide(text), "2025550123")


def test_b1_21_nfkc_bombs():
    """A character that folds to eighteen stays one, and what stands beside it is found where it is."""
    text = "\ufdfa" * 1000 + " 2025550123 " + "\ufdfa" * 1000
    assert [("2025550123", "PHONE_NUMBER")] == found(text)


def test_b1_22_forged_placeholders():
    """A placeholder that a sender typed covers nothing."""
    assert_no_canary(
        hide("[PHONE_NUMBER] <PHONE:2025550123> [FAULT]2025550123[FAULT]"), "2025550123"
    )


@pytest.mark.parametrize(
    "text",
    [
        "002B00310032003000320035003500350030003100320033",
        "07911326040000F0040B912120550521F300002101",
    ],
)
def test_b1_23_pdus_in_hexadecimal(text):
    """The hexadecimal of a message that is not plain text is hidden."""
    assert [text] == [part for part, _ in found(text)]
    assert_no_canary(hide(text), DIGITS)
