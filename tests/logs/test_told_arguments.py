"""Arguments of a message that the words of its format name."""

from __future__ import annotations

import io
import logging

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import logs

KEYS = vp.KeyRing.generate()


class Word:
    """An object of an app that shows its word."""

    def __init__(self, word: str) -> None:
        self.word = word

    def __str__(self) -> str:
        return self.word


def logged(message: str, *args: object) -> str:
    """Return the line that a protected logger writes."""
    out = io.StringIO()
    log = logging.Logger("app")  # noqa: LOG001 - one of its own, which no other test sees
    log.addHandler(logging.StreamHandler(out))
    with logs.protect(vp.Redactor(vp.policies.debug(KEYS)), log):
        log.info(message, *args)
    return out.getvalue().rstrip("\n")


@pytest.mark.parametrize(
    ("expected", "message", "args"),
    [
        ("password is [CREDENTIAL]", "password is %s", ("hunter2",)),
        ("password is [CREDENTIAL]", "password is %s", ('hun"ter2',)),
        ("password is [CREDENTIAL]", "password is %s", (b"hunter2",)),
        ("password is [CREDENTIAL]", "password is %s", (Word("hunter2"),)),
        ("user 1, password [CREDENTIAL]", "user %s, password %s", (1, "hunter2")),
        ("API key [CREDENTIAL] ok", "API key %s ok", ("hunter2",)),
        ("token 3 of 17", "token %d of %d", (3, 17)),
        ("from cache to disk", "from %s to %s", ("cache", "disk")),
        ("status is completed", "status is %s", ("completed",)),
        ("line 255 is ff", "line %d is %x", (255, 255)),
        ("{'[PERSON_NAME]': 1}", "%s", ({"Zoe Example": 1},)),
    ],
)
def test_a_word_names_its_argument(expected: str, message: str, args: tuple[object, ...]) -> None:
    """The word before a place says what its argument is; others stay as they are."""
    assert expected == logged(message, *args)


@pytest.mark.parametrize("format_", ["%x", "%X", "%o", "%e"])
def test_a_number_in_another_base_is_hidden(format_: str) -> None:
    """A phone number that a format writes in another base is written treated instead."""
    shown = logged(f"from {format_}", 14155550132)

    assert (format_ % 14155550132) not in shown
    assert "5550132" not in shown


@pytest.mark.parametrize(
    "value", ["caller@example.com", ["caller@example.com"], Word("caller@example.com")]
)
@pytest.mark.parametrize("format_", ["%.12s", "%-20.12s", "%.14r", "to %.9s"])
def test_a_precision_does_not_cut_a_value_out_of_sight(format_: str, value: object) -> None:
    """An address is treated before the format shows a part of it, in which nobody would see one."""
    assert "calle" not in logged(format_, value)
    assert "short" in logged("%.5s", "shorter")


@pytest.mark.parametrize("format_", ["%(from)d", "%(from)x", "%(from)020d", "%(from).1f"])
def test_a_label_where_a_number_has_to_be_does_not_cost_the_line(format_: str) -> None:
    """Of arguments by name, too, the rest of the line stays."""
    line = logged(f"{format_} took %(seconds)03d s", {"from": 14155550132, "seconds": 61})
    assert line.endswith(" took 061 s")
    assert "5550132" not in line
    assert "FAULT" not in line


@pytest.mark.parametrize("format_", ["%e", "%.10e", "%.12g"])
def test_a_float_that_is_a_number_of_a_person_is_hidden(format_: str) -> None:
    """A number that JSON gave as a float is treated before an exponent hides it."""
    assert "41555501" not in logged(f"from {format_}", 14155550132.0).replace(".", "")
    assert "1.500e+00" == logged("%.3e", 1.5)
