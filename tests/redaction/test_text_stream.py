"""Text in chunks: what comes out is the redacted whole, and never the head of what the whole hides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from tests.oracle import assert_no_canary
from voxvalley_privacy.redaction._text_stream import TextStream

REDACT = vp.Redactor(vp.policies.labels())
NUMBER = "+14155550132"
DIGITS = NUMBER[1:]
SPELLINGS = (
    NUMBER, "(415) 555-0132", "415 555 0132", "4155550132", "+1 415\n555\n0132", "%2B14155550132", "＋１４１５５５５０１３２",
    "+1415\u200b555\u200b0132", "415<b>555</b>0132", "415<span class='a b c'>555 0132</span>", "\x1b[1m415\x1b[0m5550132",
    "&#43;1415&#53;550132", "4l55550I32",
)  # fmt: skip
OTHERS = (
    "alice.example@example.com", "sip:alice@example.com;user=phone", "https://example.com/a?token=hunter2kj", "192.0.2.217",
    "4111 1111 1111 1111", "GB33 BUKB 2020 1555 5555 55", 'Authorization: Digest username="alice", response="ab cd"\n',
    "Bearer abcdefghij.klmnop", 'password="open sesame now"', "your code is 847291", "847291 is your verification code",
    "2026-11-23 20:15:31", "$1,500,000.00", "v1.2.3", "lat=37.77490, lon=-122.41942", "born 12 March 1990", "call me on 40123",
    "-----BEGIN PRIVATE KEY-----\nabc def\nghi\n-----END PRIVATE KEY-----", "2001:db8::1", '"alice b"@example.com',
)  # fmt: skip
WORDS = (
    "hello",
    "the",
    "agent",
    "said",
    "ok.",
    "\n",
    "a",
    "l",
    "I",
    "then-",
    "नमस्ते",
    "(",
    "x",
    "call",
    "code",
    "12",
    "7",
    "<",
    "é",
)
TEXTS = st.lists(st.sampled_from(SPELLINGS + OTHERS + WORDS * 2), max_size=30).flatmap(
    lambda words: st.lists(
        st.sampled_from((" ", " ", "\n", ", ", "")), min_size=len(words), max_size=len(words)
    ).map(lambda gaps: "".join(word + gap for word, gap in zip(words, gaps, strict=True)))
)
CUTS = st.lists(st.integers(1, 40), min_size=1, max_size=20)


def streamed(text, cuts, **settings):
    """Feed *text* in chunks of these sizes, over and over, and give what came out of each and at the end."""
    stream = TextStream(REDACT, **settings)
    out, at, turn = [], 0, 0
    while at < len(text):
        size = cuts[turn % len(cuts)]
        out.append(stream.feed(text[at : at + size]))
        at, turn = at + size, turn + 1
    return [*out, stream.close()]


def labelled(text, found):
    """Put the label of each finding in its place, and no more."""
    for one in reversed(found):
        text = f"{text[: one.start]}[{one.category}]{text[one.end :]}"
    return text


def prose(text: str) -> str:
    """Give the redacted whole, read as a stream reads: without names and values of JSON or forms."""
    return REDACT._engine.treater.text(text)


class TestTheWhole:
    """What comes out of all chunks together is what the redacted whole is."""

    @given(TEXTS, CUTS)
    def test_any_cut_gives_the_redacted_whole(self, text, cuts):
        """Chunks do not change what is hidden, wherever they are cut."""
        # A colon in front: the finders skip a text without digits and marks, a stream cannot know.
        text = ": " + text
        found = REDACT.find(text)
        out = "".join(streamed(text, cuts))

        for one in found:
            hidden = text[one.start : one.end]
            assert text.count(hidden) > 1 or len(hidden) < 4 or hidden not in out
        # Labels move words closer to each other; what only a second look at the whole tells may stay in a stream.
        if labelled(text, found) == prose(text):
            assert out == prose(text)

    @given(st.text(max_size=300), CUTS)
    def test_any_characters_give_the_redacted_whole(self, text, cuts):
        """Controls, surrogates and scripts of all kinds do not raise, and change nothing."""
        assert prose(": " + text) == "".join(streamed(": " + text, cuts))

    @pytest.mark.parametrize("spelling", SPELLINGS)
    def test_b2_25_every_cut_of_a_number(self, spelling):
        """A number cut in two or fed by the character does not show, at any time."""
        for left in range(1, len(spelling)):
            stream = TextStream(REDACT)
            out = stream.feed("they said " + spelling[:left])
            assert "they said " == out
            assert_no_canary(
                out + stream.feed(spelling[left:] + " and left") + stream.close(), DIGITS
            )
        assert_no_canary("".join(streamed("they said " + spelling + " and left", [1])), DIGITS)

    def test_a_number_over_two_lines(self):
        """A number whose second half is on the next line is hidden."""
        stream = TextStream(REDACT)

        assert "dialed " == stream.feed("dialed +1202555\n")
        assert "[PHONE_NUMBER]\n" == stream.feed("0123\n") + stream.close()


class TestWhatWaits:
    """Words go on at once, digits wait for what follows, and nothing waits for ever."""

    def test_words_pass_at_once(self):
        """A text without digits waits only for the end of the word."""
        stream = TextStream(REDACT)

        assert "how are " == stream.feed("how are yo")
        assert "you today " == stream.feed("u today ")

    def test_a_line_passes_when_the_next_has_come(self):
        """Of a log, no more than the last hundred characters wait."""
        stream = TextStream(REDACT)
        line = "2026-11-23 20:15:31 INFO call state changed to ringing after some while\n"

        out = [stream.feed(line) for _ in range(20)]

        assert line * 18 == "".join(out)[: 18 * len(line)]

    def test_what_has_no_place_to_cut_becomes_a_placeholder(self):
        """A run longer than what is held comes out as one placeholder, its tail too, and the text goes on after it."""
        text = "start " + "1" * 30_000 + " then all is well again for a long while"

        out = "".join(streamed(text, [700], hold=1024))

        assert "start [BUDGET] then all is well again for a long while" == out

    def test_a_key_longer_than_what_is_held(self):
        """Of a private key that is too long to hold, no line shows, and what follows its end does."""
        key = (
            "-----BEGIN PRIVATE KEY-----\n"
            + "abcdefgh ijkl\n" * 1000
            + "-----END PRIVATE KEY-----\nbye now "
        )

        out = "".join(streamed(key, [100], hold=1024))

        assert "ijkl" not in out
        assert out.endswith("bye now ")

    def test_a_header_longer_than_what_is_held(self):
        """Of credentials that fill a line, nothing shows."""
        out = "".join(
            streamed(
                "x Authorization: Digest " + "abc defg, " * 1000 + "\nbye now ", [64], hold=1024
            )
        )

        assert "defg" not in out
        assert out.endswith("bye now ")

    def test_leaving_the_block_forgets(self):
        """What is held when a block is left does not come out of the next text."""
        with TextStream(REDACT) as stream:
            stream.feed("call 415555")

        assert "" == stream.close()
        assert "TextStream(<0 held>)" == repr(stream)

    def test_chunks_by_the_character_take_linear_time(self):
        """Feeding digits by the character looks at them a bounded number of times."""
        looks = []

        class Counting(TextStream):
            __slots__ = ()

            def _findings(self):
                looks.append(len(self._behind) + len(self._held))
                return super()._findings()

        stream = Counting(REDACT)
        for _ in range(8000):
            stream.feed("1")

        assert sum(looks) < 20 * 8000


class TestFaults:
    """No fault raises, and none lets anything raw out."""

    @pytest.mark.parametrize("chunk", [None, b"+14155550132", 14155550132, ["+14155550132"]])
    def test_what_is_no_text_is_a_placeholder(self, chunk):
        """Bytes and other things come out as a placeholder."""
        stream = TextStream(REDACT)

        assert " [BYTES] " == stream.feed(chunk) + stream.close()

    def test_a_fault_gives_a_placeholder(self, monkeypatch):
        """When finding fails, what is held is dropped, and the rest of its word as well."""
        stream = TextStream(REDACT)
        with monkeypatch.context() as patch:
            patch.setattr("voxvalley_privacy.redaction._text_stream.find_in_text", None)
            out = stream.feed("call 1415555")

        assert "[FAULT]" == out
        assert (
            "[FAULT] [PHONE_NUMBER] " + "word " * 40
            == out + stream.feed("0132 " + "word " * 40) + stream.close()
        )

    @pytest.mark.parametrize(
        ("redact", "hold"), [(None, 8192), (REDACT.text, 8192), (REDACT, 10), (REDACT, 10**9)]
    )
    def test_wrong_settings(self, redact, hold):
        """What is no redactor, and what cannot be held, is refused when the stream is made."""
        with pytest.raises(vp.ConfigurationError):
            TextStream(redact, hold=hold)


@pytest.mark.parametrize("name", ["analytics", "billing", "share", "public"])
def test_b10_163_a_policy_that_shows_no_text_has_no_stream(name):
    """A policy under which nothing of a text is left is refused when the stream is made."""
    redact = vp.Redactor(getattr(vp.policies, name)(vp.KeyRing.generate()))
    with pytest.raises(vp.ConfigurationError, match="shows no free text"):
        TextStream(redact)
