"""Opt-out words: exact in any spelling, likely in short sentences, nothing in ordinary talk."""

from __future__ import annotations

import csv
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy import facts
from voxvalley_privacy.consent import KeywordKind, classify_keyword, keyword_classifier

OUT, LIKELY, IN, HELP, NONE = (
    KeywordKind.OPT_OUT,
    KeywordKind.OPT_OUT_LIKELY,
    KeywordKind.OPT_IN,
    KeywordKind.HELP,
    KeywordKind.NONE,
)
TOKENS = facts.load().keywords
STOPS = [keyword.key for keyword in TOKENS if keyword.kind == "opt_out"]
INVISIBLE = "\u200b\u200d\u2060\ufe0f\u00ad\u202e"


@pytest.mark.parametrize("keyword", TOKENS, ids=lambda keyword: f"{keyword.kind} {keyword.key}")
def test_every_keyword_of_the_table(keyword):
    """Each word means what the table says, in capitals and with punctuation too."""
    for text in (keyword.key, keyword.key.upper(), f"  {keyword.key}!  ", f'"{keyword.key}."'):
        assert KeywordKind(keyword.kind) is classify_keyword(text).kind, text


@pytest.mark.parametrize(
    "text",
    ["stop", " STOP.", "ＳＴＯＰ", "Stop!!!", "<p>STOP</p>", "<div dir='ltr'>Stop</div>", "“stop”", "s\u200bto\u200dp", "STOP \U0001f621", "🛑 stop 🛑", "stop stop STOP", "stop\n", "opt—out", "ARRÊT", "arre\u0302t", "Stopp", "СТОП", "UNSUBSCRIBE"],
)  # fmt: skip
def test_b7_129_exact(text):
    """A keyword alone opts out, however it is typed."""
    assert OUT is classify_keyword(text).kind


@pytest.mark.parametrize(
    "text",
    ["please stop", "STOP texting me", "Stop sending me these messages, I never signed up", "stpo", "sotp", "stopo", "ЅТОР", "S T O P", "s.t.o.p!", "st0p", "unsubscibe", "remove me from your list", "pls unsubscribe me", "take me off this list now", "do not contact me again", "Please cancel", "por favor baja", "Bitte stopp"],
)  # fmt: skip
def test_b7_129_likely(text):
    """A keyword in a short sentence or misspelled suppresses too, and a human looks."""
    assert LIKELY is classify_keyword(text).kind


@pytest.mark.parametrize(
    "text",
    ["", " ", "...", "ok", "shop", "step", "Don't stop believing", "I can't stop laughing at that video you sent me yesterday", "The meeting is at the end of the week on Friday, see you there", "what a nice day", "is the bus stop near you", "quite", "Can we cancel our dinner on Sunday and do it next week instead", "the weekend", "👍", "1", "\ud800"],
)  # fmt: skip
def test_ordinary_talk(text):
    """Other messages are left alone."""
    assert NONE is classify_keyword(text).kind


def test_yes_counts_only_as_an_answer():
    """The words that need a question say so."""
    assert classify_keyword("YES").needs_prompt
    assert not classify_keyword("start").needs_prompt


def test_languages():
    """A pack of some languages knows those, and English."""
    french = keyword_classifier(languages=["fr"])
    assert [OUT, OUT, NONE] == [french(text).kind for text in ("arret", "stop", "zatrzymaj")]


@given(st.sampled_from(STOPS), st.lists(st.sampled_from(INVISIBLE), max_size=4), st.data())
def test_invisible_characters_change_nothing(token, invisible, data):
    """Whatever cannot be seen does not hide a keyword."""
    text = token
    for character in invisible:
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + character + text[at:]
    assert OUT is classify_keyword(text).kind


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text):
    """Nothing raises, and answering twice answers the same."""
    assert classify_keyword(text) == classify_keyword(text)


def test_long_texts_take_no_time():
    """Only the first 1,600 characters count."""
    assert NONE is classify_keyword("a" * 10_000_000).kind


class TestCorpus:
    def test_every_vendor_keyword(self, corpus):
        """Each opt-out word that a vendor documents opts out here."""
        text = (corpus / "09_consent" / "optout_keywords.tsv").read_text("utf-8")
        rows = list(csv.DictReader(text.splitlines(), delimiter="	"))
        missed = [
            row["keyword"]
            for row in rows
            if row["action"] == "stop" and classify_keyword(row["keyword"]).kind is not OUT
        ]
        assert [] == missed
        assert len(rows) > 15

    def test_ordinary_messages_are_seldom_suppressed(self, corpus):
        """Of real messages between people fewer than one in 200 looks like an opt-out."""
        lines = (corpus / "02_sms" / "uci_SMSSpamCollection.tsv").read_text("utf-8").splitlines()
        texts = [line.partition("\t")[2] for line in lines if line.lower().startswith("ham\t")]
        nus = gzip.decompress((corpus / "02_sms" / "nus_sms_en.jsonl.gz").read_bytes()).decode(
            "utf-8"
        )
        texts += [json.loads(line)["text"] for line in nus.splitlines()[:5000]]
        taken = [text for text in texts if classify_keyword(text).kind in {OUT, LIKELY}]
        assert len(texts) > 5000
        assert len(taken) / len(texts) < 0.005
