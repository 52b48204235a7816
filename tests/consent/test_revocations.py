"""Sentences that say no, in many languages: what they end, and what only sounds like them."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy import facts
from voxvalley_privacy.consent import InboundMessage, Inbox, KeywordKind, classify_keyword

OUT = frozenset([KeywordKind.OPT_OUT, KeywordKind.OPT_OUT_LIKELY, KeywordKind.OPT_OUT_SCOPED])
NO = OUT | {KeywordKind.WRONG_NUMBER}
MOST_USED = ("es", "de", "zh", "fr", "pt", "hi", "it", "ar", "pl", "ru")

REFUSALS = (
    "please stop texting me",
    "Take me off your list",
    "don't send me any more messages",
    "No more promotions please",
    "I withdraw my consent",
    "Bitte keine Werbung mehr",
    "Ya no me manden mensajes",
    "ne m'envoyez plus de messages",
    "Wrong number, sorry",
)
HARMLESS = (
    "Thanks.",
    "Have a nice day!",
    "Regards, Sam",
    "It is raining here.",
    "See you tomorrow",
)


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("No more offers, only order updates please", "marketing"),
        ("Stop calling me, texts are fine", "voice"),
        ("Please stop texting me at night", "times"),
        ("Keine Werbung mehr, aber Terminerinnerungen bitte weiter", "marketing"),
        ("Ring inte, sms går bra", "voice"),
    ],
)
def test_b17_244_narrow_opt_outs_say_what_they_end(text, scope):
    """A person who refuses one thing is told apart from one who refuses everything."""
    match = classify_keyword(text)
    assert (KeywordKind.OPT_OUT_SCOPED, scope) == (match.kind, match.scope)


@pytest.mark.parametrize(
    "text",
    ["Wrong number", "You have the wrong person", "I'm not Lisa", "Sie haben die falsche Nummer",
     "número equivocado", "Jag är inte Anders", "打錯了", "गलत नंबर", "रॉन्ग नंबर है"],
)  # fmt: skip
def test_b17_244_wrong_numbers(text):
    """A person who never knew the sender says so in their own words."""
    assert KeywordKind.WRONG_NUMBER is classify_keyword(text).kind


@pytest.mark.parametrize(
    "text",
    ["Please stop by the office", "Meet me at the bus stop", "Please cancel my appointment",
     "Don't stop", "I'm not hungry", "Stop & Shop closes at nine", "Turn off the porch light pls",
     "Can't stop laughing", "Which stop do I get off at", "Ya ya", "U 2."],
)  # fmt: skip
def test_harmless_objects(text):
    """What ends is not a message of the sender."""
    assert classify_keyword(text).kind not in NO


@pytest.mark.parametrize("country", ["US", "CH", "IN", "", "??"])
def test_countries(country):
    """English is read for every country, known or not."""
    assert classify_keyword("please stop texting me", country=country).kind in OUT


def test_an_answer_to_another_question():
    """CANCEL alone, as the answer of a booking, is about the booking."""
    assert KeywordKind.NONE is classify_keyword("cancel", context="booking_bot").kind
    assert KeywordKind.OPT_OUT is classify_keyword("cancel").kind


@pytest.mark.parametrize(("text", "country"), [("TD", "CN"), ("TC", "VN"), ("STOP 36180", "FR")])
def test_codes_of_carriers(text, country):
    """What a carrier tells people to send counts in its country."""
    assert classify_keyword(text, country=country).kind in OUT


@pytest.mark.parametrize("language", facts.written_languages())
def test_every_grammar_reads_its_own_words(language):
    """Each grammar has the classes that a sentence needs, and its own word for the end is a no."""
    words = facts.grammar(language).words
    assert {"end", "msg", "me", "wrong", "harm", "help", "start", "filler"} <= words.keys()


@given(st.sampled_from(REFUSALS), st.data())
def test_spelling_changes_nothing(text, data):
    """Capitals, spaces and marks at the end do not change what is asked for."""
    expected = classify_keyword(text).kind
    end = data.draw(st.sampled_from(["", "!", "!!", ".", "...", " "]))
    space = data.draw(st.sampled_from([" ", "  ", "\t", "\u00a0"]))
    capitals = data.draw(st.sampled_from([str.upper, str.lower, str]))
    assert expected is classify_keyword(capitals(text).replace(" ", space) + end).kind


@given(st.sampled_from(REFUSALS), st.lists(st.sampled_from(HARMLESS), max_size=3))
def test_a_no_never_becomes_a_yes(text, more):
    """Whatever else is said, a refusal stays one."""
    assert classify_keyword(". ".join([text, *more])).kind in NO


@given(st.text(max_size=200), st.sampled_from(["", "US", "JP", "IN"]))
def test_any_text_has_an_answer(text, country):
    """Nothing raises, in any language."""
    first = classify_keyword(text, country=country)
    assert first == classify_keyword(text, country=country)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("please stop texting me", "likely"),
        ("No more offers, only order updates please", "scoped"),
        ("Wrong number, sorry", "wrong_number"),
    ],
)
def test_the_inbox_asks_a_human(ledger, text, why):
    """A sentence suppresses at once, and must be read by a human in time."""
    inbox = Inbox(ledger)
    message = InboundMessage(sender="+14155550132", to="+14155550100", text=text, id="SM1")
    outcome = inbox.receive(message)
    duties = {duty.code: duty.due for duty in outcome.decision.obligations}
    assert [why] == [review.why for review in inbox.reviews()]
    assert duties["suppression.human_review"] is not None
    assert not outcome.reply


@pytest.mark.parametrize(
    ("message", "suppressed"),
    [
        ({"sender": "+14155550132", "text": "cancel", "context": "booking_bot"}, False),
        ({"sender": "+14155550132", "text": "cancel"}, True),
        ({"sender": "+14155550132", "text": "TC"}, False),
        ({"sender": "+84912345678", "text": "TC"}, True),
    ],
)
def test_the_inbox_reads_by_country_and_context(ledger, message, suppressed):
    """A carrier's code counts in its country, and a word alone is about what it answers."""
    outcome = Inbox(ledger).receive(InboundMessage(to="+14155550100", id="SM1", **message))
    assert suppressed is (outcome.match.kind in NO)


@pytest.fixture(scope="module")
def answers(corpus):
    """Read every text of the corpus once."""
    lines = (corpus / "09_consent" / "revocations.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [
        (row, classify_keyword(row["text"], country=row["country"], context=row["context"]).kind)
        for row in rows
    ]


def share(answers, kinds, **wanted):
    """Return which part of the rows with these values was answered with one of the kinds."""
    chosen = [kind for row, kind in answers if all(row[name] == wanted[name] for name in wanted)]
    assert chosen
    return sum(kind in kinds for kind in chosen) / len(chosen)


class TestCorpus:
    def test_english(self, answers):
        """Of English refusals 96 % are heard."""
        assert share(answers, OUT, label="opt_out", lang="en") >= 0.96

    @pytest.mark.parametrize("language", MOST_USED)
    def test_languages_of_most_people(self, answers, language):
        """Of the refusals in each of ten languages 90 % are heard."""
        assert share(answers, OUT, label="opt_out", lang=language) >= 0.9

    def test_other_languages(self, answers):
        """Of the refusals in all other languages 75 % are heard, in each one more than half."""
        heard: Counter[str] = Counter()
        said: Counter[str] = Counter()
        for row, kind in answers:
            if row["label"] == "opt_out" and row["lang"] not in {"en", *MOST_USED}:
                said[row["lang"]] += 1
                heard[row["lang"]] += kind in OUT
        assert heard.total() / said.total() >= 0.75
        assert [] == [language for language in said if heard[language] * 2 < said[language]]

    def test_wrong_numbers_and_narrow_ones(self, answers):
        """Nine of ten wrong numbers are known, four of five narrow opt-outs told."""
        assert share(answers, NO, label="wrong_number") >= 0.9
        assert share(answers, {KeywordKind.OPT_OUT_SCOPED}, label="opt_out_scoped") >= 0.8

    def test_false_alarms(self, answers):
        """Texts that only contain the words are seldom taken for a no, ordinary ones never."""
        hard = [(row, kind) for row, kind in answers if row["note"].startswith("hard")]
        ordinary = [(row, kind) for row, kind in answers if row["note"].startswith("ordinary")]
        assert share(hard, OUT, label="none") <= 0.05
        assert share(ordinary, NO, label="none") == 0

    def test_no_refusal_is_taken_for_a_yes(self, answers):
        """The worst mistake does not happen."""
        refusals = {"opt_out", "opt_out_scoped", "wrong_number"}
        undone = [
            row["text"]
            for row, kind in answers
            if row["label"] in refusals and kind is KeywordKind.OPT_IN
        ]
        assert [] == undone


@pytest.mark.parametrize(
    "text",
    ["When you leave msg me", "So I delete mine", "dont reply to his msg", "I hate you!",
     "just a reminder", "No message.. no response.. what happened?", "I'm not through security",
     "Sorry, typo. Timing meant after hours. Not good to call during lessons, haha"],
)  # fmt: skip
def test_b17_244_what_friends_write(text):
    """Telling, third persons, feelings, and a few words of a long letter are no opt-out."""
    assert classify_keyword(text, country="US").kind not in NO


@pytest.mark.parametrize(
    "text",
    [("Hello, I bought shoes in your shop on Oxford Street years ago when my sister married, and now"
     " the phone beeps at breakfast. Please stop texting me."),
     ("My grandmother knitted scarves for winter, the neighbour repaired bicycles and lawnmowers, so"
     " do not contact me again"),
     "quit texting me", "Please remove me", "just the appointment reminders please, no offers",
     "I'm not Lisa"],
)  # fmt: skip
def test_b17_244_what_stays_an_opt_out(text):
    """However long a letter is, an order to the sender counts."""
    assert classify_keyword(text, country="US").kind in NO


@pytest.mark.parametrize(
    "text",
    [
        "I did not call them because I overslept",
        "ok i will stop it",
        "I don't want to disturb you",
        "Ok sure. Red shirt btw.",
        "Why sad. I mean what",
        "Lucky ka numbr msg kar na",
        "No messages on her phone",
        "due pizze, basta così",
        "без лука, уберите",
        "Laopo reporting to China boy",
    ],
)
def test_b17_244_what_the_writer_tells(text):
    """What somebody does, will do or wants on a pizza is not an order to the sender."""
    assert classify_keyword(text).kind not in NO


@pytest.mark.parametrize(
    "text",
    [
        "🛑 por favor",
        "STOP HU",
        "STOP2",
        "nisem Janez",
        "my name is not Lisa and I don't have an appointment",
        (
            "the link didnt work and then i tried calling and nobody picked up so please stop "
            "sending me these texts i dont even shop there anymore and i pay for each on this plan"
        ),
    ],
)
def test_b17_244_what_is_still_a_no(text):
    """A sign, a code behind the keyword, a name and an order in a run of words are heard."""
    assert classify_keyword(text).kind in NO


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("only text me about my orders", "marketing"),
        ("solo avvisi di consegna", "marketing"),
        ("sirf order ke message bhejo", "marketing"),
        ("bitte weniger Nachrichten", "times"),
        ("nicht anrufen, SMS ist ok", "voice"),
        ("aramayın, sms atın", "voice"),
        ("전화 말고 문자로", "voice"),
        ("đừng gọi, nhắn tin thôi", "voice"),
    ],
)
def test_b17_244_what_may_go_on(text, scope):
    """What may go on says what ends, in the words of each language."""
    match = classify_keyword(text)
    assert (KeywordKind.OPT_OUT_SCOPED, scope) == (match.kind, match.scope)


@pytest.mark.parametrize(
    "text",
    ["no message came", "문자 안 왔어요", "ik heb geen bericht gekregen", "no recibí el mensaje"],
)
def test_b17_244_a_message_that_did_not_come(text):
    """Who misses a message does not refuse one."""
    assert classify_keyword(text).kind not in NO


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我不是陳小姐", KeywordKind.WRONG_NUMBER),
        ("我不是故意的", KeywordKind.NONE),
        ("今日ではありません", KeywordKind.NONE),
        ("ce n'est pas le numéro de Marie", KeywordKind.WRONG_NUMBER),
        ("I've asked you 3 times to stop", KeywordKind.OPT_OUT_LIKELY),
    ],
)
def test_b17_244_names_without_capitals(text, kind):
    """Where a script has no capitals, a name is known by its title."""
    assert kind is classify_keyword(text).kind
