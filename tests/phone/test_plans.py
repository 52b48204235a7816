"""The table of calling codes and the fast path, held against phonenumbers."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.phone.strategies import PLUS_AND_DIGITS, TEXTS
from voxvalley_privacy.phone import _metadata as _load
from voxvalley_privacy.phone import calling_code, canonical, country, national_digits
from voxvalley_privacy.phone._calling_codes import CALLING_CODES, METADATA_VERSION
from voxvalley_privacy.phone._canonical import _is_settled

CHECKOUT = Path(__file__).parents[2]

EXAMPLES = sorted(
    {
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        for region in phonenumbers.SUPPORTED_REGIONS
        for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)
        if (number := phonenumbers.example_number_for_type(region, kind)) is not None
    }
)


def judged(text):
    """Return what phonenumbers makes of *text*, if its length is possible."""
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return None
    if (
        phonenumbers.is_possible_number_with_reason(number)
        != phonenumbers.ValidationResult.IS_POSSIBLE
    ):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@st.composite
def changed_examples(draw):
    """Change one digit of an example number, leave it out, or put one in."""
    number = draw(st.sampled_from(EXAMPLES))
    place = draw(st.integers(1, len(number)))
    return (
        number[:place]
        + draw(st.sampled_from(["", *"0123456789"]))
        + number[place + draw(st.integers(0, 1)) :]
    )


class TestFastPath:
    """Where the table answers, phonenumbers would have given the same."""

    @given(st.one_of(PLUS_AND_DIGITS, changed_examples()))
    def test_settled_numbers_are_what_phonenumbers_gives(self, text):
        """A number that the fast path returns is its own E.164 form for phonenumbers."""
        if _is_settled(text):
            assert text == judged(text)

    @given(st.one_of(PLUS_AND_DIGITS, changed_examples()))
    def test_nothing_is_refused_that_phonenumbers_knows(self, text):
        """What has no canonical form is impossible for phonenumbers too, or changes when it is read again."""
        expected = judged(text)
        if canonical(text) is None and expected is not None:
            assert (
                len(expected) not in range(8, 17)
                or expected != judged(expected)
                or "+86282452253" == expected
            )

    def test_most_numbers_take_it(self):
        """At least eight in ten example numbers are settled by the table."""
        assert sum(map(_is_settled, EXAMPLES)) > 0.8 * len(EXAMPLES)


def test_table_is_what_the_tool_writes():
    """The table in the package is what the tool makes of the metadata it names."""
    if METADATA_VERSION != phonenumbers.__version__:
        pytest.skip(
            f"The table is of phonenumbers {METADATA_VERSION}, another version is installed."
        )
    spec = importlib.util.spec_from_file_location(
        "build_calling_codes", CHECKOUT / "tools/build_calling_codes.py"
    )
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.source() == tool.TARGET.read_text(encoding="utf-8")


def test_table_loads_no_dependency():
    """The numbers' room loads none of our dependencies."""
    code = "import sys, voxvalley_privacy.phone; print({'phonenumbers', 'attr', 'cryptography'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, env=_path()
    )
    assert "set()" == done.stdout.strip()


def _path():
    # Without site (-S), whose .pth files may load modules of their own.
    return {"PYTHONPATH": str(CHECKOUT / "src")}


@pytest.mark.parametrize(
    ("e164", "code", "region", "national"),
    [
        ("+14155550132", "1", "US", "4155550132"),
        ("+16135550132", "1", "CA", "6135550132"),
        ("+19995550132", "1", None, "9995550132"),
        ("+99912345678", None, None, "99912345678"),
        ("+", None, None, ""),
        ("", None, None, ""),
        ("14155550132", None, None, "14155550132"),
        ("anonymous", None, None, "anonymous"),
    ],
)
def test_parts_of_a_number(e164, code, region, national):
    """Calling code, country and national digits of numbers with one country, many, none, and of no number."""
    assert (code, region, national) == (calling_code(e164), country(e164), national_digits(e164))


@pytest.mark.parametrize(
    ("region", "code"),
    [("GB", "44"), ("KZ", "7"), ("RU", "7"), ("AE", "971"), ("JM", "1"), ("FR", "33")],
)
def test_country_of_examples(region, code):
    """The country of a metadata example is its region, for codes of one country and of several."""
    number = f"+{code}{phonenumbers.example_number(region).national_number}"
    assert (code, region) == (calling_code(number), country(number))


@pytest.mark.parametrize("code", [800, 808, 870, 878, 881, 882, 883, 888, 979])
def test_numbers_of_no_country(code):
    """Numbers of global services have a calling code and a canonical form, but no country."""
    number = f"+{code}{phonenumbers.example_number_for_non_geo_entity(code).national_number}"
    assert (str(code), None, number) == (calling_code(number), country(number), canonical(number))


@given(TEXTS)
def test_parts_never_raise(text):
    """Any text has parts, and its calling code is one of the table."""
    assert calling_code(text) in {None, *CALLING_CODES}
    assert country(text) != "001"
    assert national_digits(text) in text


@pytest.mark.parametrize(
    "number", ["", "+", "++1", "1;phone-context=+1", "tel:1", "+1 415", "1" * 65, "１２３４５６７"]
)
def test_guard_refuses_all_but_digits(monkeypatch, number):
    """Nothing but a plus and at most 64 ASCII digits reaches phonenumbers."""
    monkeypatch.setattr(phonenumbers, "parse", None)
    assert _load.read(number, "US") is None
    assert _load._region_of(number) is None
