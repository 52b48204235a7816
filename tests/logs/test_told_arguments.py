"""Arguments of a message that the words of its format name."""

from __future__ import annotations

import io
import logging

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import logs

KEYS = vp.KeyRing.generate()


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
