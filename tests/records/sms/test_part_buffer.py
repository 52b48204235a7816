"""Messages in parts: nothing of a split number comes out, whatever way the parts come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from tests.records.sms.packing import concatenated, packed
from tests.records.sms.test_payload import NUMBER, REDACT
from voxvalley_privacy.records import sms

TEXT = f"please call +{NUMBER} after nine"


class Clock:
    """Seconds that a test moves on."""

    now = 0.0

    def __call__(self):
        return self.now


def parts_of(texts, *, reference=7, wide=False, sender="+447700900123"):
    """Make a part of each text, tagged with its number."""
    return [
        sms.Part(
            sender=sender,
            recipient="+14155550199",
            tag=number,
            data=sms.UserData(
                text=text,
                header=sms.UserDataHeader(
                    reference=reference, total=len(texts), number=number, wide=wide
                ),
            ),
        )
        for number, text in enumerate(texts, 1)
    ]


def added(buffer, parts):
    """Add all parts and give all that came out, by tag."""
    return {made.tag: made for part in parts for made in buffer.add(part)}


@pytest.mark.parametrize("at", range(1, len(TEXT)))
def test_b2_24_every_split_over_two_parts(at):
    """Wherever a number is cut in two, no part shows digits of it, in either order of arrival."""
    for turn in (1, -1):
        buffer = sms.PartBuffer(REDACT)
        made = added(buffer, parts_of([TEXT[:at], TEXT[at:]])[::turn])

        assert REDACT.text(TEXT) == made[1].text + made[2].text
        assert not any(char.isdigit() for char in made[1].text + made[2].text)
        assert 0 == len(buffer)


@given(st.integers(1, len(TEXT) - 2), st.integers(1, len(TEXT) - 2), st.permutations([0, 1, 2]))
def test_b2_24_every_split_over_three_parts(left, right, order):
    """A number over three parts is hidden, in any order of arrival."""
    left, right = sorted((left, right + 1)) if left <= right else (right, left)
    parts = parts_of([TEXT[:left], TEXT[left:right], TEXT[right:]])

    made = added(sms.PartBuffer(REDACT), [parts[i] for i in order])

    assert REDACT.text(TEXT) == "".join(made[number].text for number in (1, 2, 3))


def test_b2_24_nothing_comes_out_before_the_last_part():
    """A part waits for the others."""
    first, second = parts_of(["call +141555", "50132 now"])
    buffer = sms.PartBuffer(REDACT)

    assert () == buffer.add(first)
    assert ["call [PHONE_NUMBER]", " now"] == [made.text for made in buffer.add(second)]


def test_b2_24_a_duplicate_is_answered_with_the_others():
    """A part that comes twice comes out twice, and completes nothing."""
    first, second = parts_of(["call +141555", "50132 now"])
    buffer = sms.PartBuffer(REDACT)

    assert () == buffer.add(first) + buffer.add(first)
    assert [1, 1, 2] == [made.number for made in buffer.add(second)]


def test_b2_24_a_missing_part():
    """When a part never comes, the others come out as placeholders after the timeout, with the next part or when asked."""
    clock = Clock()
    buffer = sms.PartBuffer(REDACT, timeout=timedelta(minutes=5), clock=clock)
    buffer.add(parts_of(["call +141555", "50132 now"])[0])
    clock.now = 299.0
    assert () == buffer.expire()
    clock.now = 300.0

    made = buffer.expire()

    assert [("[TRUNCATED]", 1, False)] == [(one.text, one.number, one.complete) for one in made]
    assert 0 == len(buffer)


@pytest.mark.parametrize("cut", range(1, len(NUMBER)))
def test_b2_24_a_reference_taken_again(cut):
    """When two messages have one reference, the first gives placeholders; a join of both shows no half of a number."""
    first, _ = parts_of([f"call +{NUMBER[:cut]}", f"{NUMBER[cut:]} now"])
    other, last = parts_of(["something else", "to the end"])
    buffer = sms.PartBuffer(REDACT)
    buffer.add(first)
    out = buffer.add(other)
    assert ["[TRUNCATED]"] == [made.text for made in out]
    buffer.add(last)

    mixed = sms.PartBuffer(REDACT)
    mixed.add(first)
    made = mixed.add(last)

    assert_no_canary(" ".join(one.text for one in made), NUMBER, run=3)


def test_b2_24_references_do_not_mix():
    """The same reference of another sender, another width or another total is another message."""
    buffer = sms.PartBuffer(REDACT)
    for parts in (
        parts_of(["a", "b"]), parts_of(["c", "d"], wide=True), parts_of(["e", "f", "g"]), parts_of(["h", "i"], sender="+447700900124")
    ):  # fmt: skip
        assert () == buffer.add(parts[0])

    assert 4 == len(buffer)


def test_memory_is_bounded():
    """Above its bounds the buffer gives up the oldest message; a part that no phone could send is cut."""
    buffer = sms.PartBuffer(REDACT, most=3)
    out = [buffer.add(parts_of(["x", "y"], reference=number)[0]) for number in range(5)]
    assert [0, 0, 0, 1, 1] == [len(made) for made in out]
    assert 3 == len(buffer)

    big = sms.PartBuffer(REDACT)
    for number in range(10_000):
        big.add(parts_of(["x" * 5000, "y"], reference=number)[0])
    assert len(big) < 4000
    assert big._chars <= 8_010_000

    made = added(sms.PartBuffer(REDACT), parts_of(["1" * 5000, "y"]))
    assert ["[TRUNCATED]", "[TRUNCATED]"] == [made[1].text, made[2].text]


def test_closing_gives_placeholders():
    """What waits at the end comes out as placeholders, and so does a part that comes later; whole messages still pass."""
    buffer = sms.PartBuffer(REDACT)
    first, second = parts_of(["call +141555", "50132 now"])
    buffer.add(first)

    assert ["[TRUNCATED]"] == [made.text for made in buffer.close()]
    assert ["[TRUNCATED]"] == [made.text for made in buffer.add(second)]
    assert ["hello"] == [made.text for made in buffer.add(parts_of(["hello"])[0])]

    with sms.PartBuffer(REDACT) as block:
        block.add(first)
    assert 0 == len(block)


def test_binary_parts_are_placeholders():
    """A message of which a part is no text is placeholders as a whole."""
    made = added(sms.PartBuffer(REDACT), parts_of(["call +141555", None]))

    assert ["[BYTES]", "[BYTES]"] == [made[1].text, made[2].text]


def test_the_policy_decides_about_bodies():
    """Where the policy labels content, parts are labels; nothing is scanned then."""
    made = added(
        sms.PartBuffer(vp.Redactor(vp.policies.labels())), parts_of(["call +141555", "50132 now"])
    )

    assert ["[CONTENT]", "[CONTENT]"] == [made[1].text, made[2].text]


def test_a_pair_of_surrogates_in_two_parts():
    """Half a surrogate pair at the edge of a part comes out as U+FFFD."""
    whole = "smile \U0001f600 now".encode("utf-16-be")
    parts = [
        sms.Part(
            sender="a",
            recipient="b",
            tag=number,
            data=sms.decode_user_data(concatenated(1, 2, number) + data, dcs=8, udhi=True),
        )
        for number, data in enumerate((whole[:14], whole[14:]), 1)
    ]

    made = added(sms.PartBuffer(REDACT), parts)

    assert ("smile \ufffd", "\ufffd now") == (made[1].text, made[2].text)


def test_from_the_payload_to_the_parts():
    """Packed parts with their headers go in, treated parts come out."""
    buffer = sms.PartBuffer(REDACT)
    data = [
        packed(text, concatenated(9, 2, number))
        for number, text in ((1, "call +141555"), (2, "50132 now"))
    ]
    parts = [
        sms.Part(
            sender="a",
            recipient="b",
            tag=i,
            data=sms.decode_user_data(one, udhi=True, septets=7 + size),
        )
        for i, (one, size) in enumerate(zip(data, (12, 9), strict=True))
    ]

    made = added(buffer, parts)

    assert ["call [PHONE_NUMBER]", " now"] == [made[0].text, made[1].text]


@pytest.mark.parametrize("hostile", [None, "part", object()])
def test_no_part_raises(hostile):
    """What is no part is a placeholder."""
    assert ["[FAULT]"] == [made.text for made in sms.PartBuffer(REDACT).add(hostile)]


def test_reprs_show_nothing():
    """Parts, treated parts and the buffer show no number and no text."""
    part = parts_of([TEXT])[0]
    buffer = sms.PartBuffer(REDACT)

    assert_no_canary(repr([part, buffer, *buffer.add(part)]), NUMBER, run=3)
    assert "447700" not in repr(part)


@pytest.mark.parametrize("wrong", [{"timeout": timedelta(0)}, {"most": 0}, {"most": 10**9}])
def test_wrong_settings(wrong):
    """A buffer that could hold nothing, or too much, is refused when it is made."""
    with pytest.raises(vp.ConfigurationError):
        sms.PartBuffer(REDACT, **wrong)


def test_no_redactor():
    """A function in place of a redactor is refused."""
    with pytest.raises(vp.ConfigurationError):
        sms.PartBuffer(str)


def test_a_fault_in_the_treatment(monkeypatch):
    """Where the joined text cannot be treated, each part is a placeholder with its tag."""

    def broken(*_):
        raise RuntimeError(TEXT)

    monkeypatch.setattr(sms, "treated_pieces", broken)
    made = added(sms.PartBuffer(REDACT), parts_of([TEXT[:14], TEXT[14:]]))
    assert {1: "[FAULT]", 2: "[FAULT]"} == {tag: part.text for tag, part in made.items()}
