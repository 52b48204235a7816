"""Presidio both ways: its own engine and registry, with a spaCy pipeline that is made here."""

from __future__ import annotations

import pickle
import re

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.integrations.name_finder import name_finder

C = vp.DataCategory
TEXT = "Zoe Example rang Bob from +14155550132 about 3 parcels"


@pytest.fixture(scope="module")
def analyzer(tmp_path_factory):
    """Build Presidio's engine over a spaCy pipeline whose rules know two first names."""
    pytest.importorskip("presidio_analyzer")
    spacy = pytest.importorskip("spacy")
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    pipeline = spacy.blank("en")
    first = {"TEXT": {"REGEX": "^(Zoe|Bob)$"}}
    rules = [{"label": "PERSON", "pattern": [first, {"IS_TITLE": True, "OP": "?"}]}]
    pipeline.add_pipe("entity_ruler").add_patterns(rules)
    folder = tmp_path_factory.mktemp("spacy")
    pipeline.to_disk(folder)
    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": str(folder)}])
    engine.load()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(nlp_engine=engine)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])


@pytest.fixture
def ours():
    """Build Presidio's engine with nothing but our recognizer."""
    pytest.importorskip("presidio_analyzer")
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    from voxvalley_privacy.integrations.presidio import recognizer

    engine = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])
    engine.load()

    def build(*args, **settings):
        registry = RecognizerRegistry()
        registry.add_recognizer(recognizer(*args, **settings))
        return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])

    return build


# Presidio as one of our finders -------------------------------------------------------------------


def test_names_are_found_by_presidio(analyzer):
    """Names that only a model knows go from texts and from texts of records."""
    redact = vp.Redactor(vp.policies.labels(), finders=[name_finder(analyzer)])
    expected = "[PERSON_NAME] rang [PERSON_NAME] from [PHONE_NUMBER] about 3 parcels"
    assert expected == redact.text(TEXT)
    assert {"note": expected, "status": "ok"} == redact({"note": TEXT, "status": "ok"})


def test_names_are_off_by_default():
    """Without such a finder a name in prose stays."""
    assert "Zoe Example" in vp.Redactor(vp.policies.labels()).text(TEXT)


def test_presidio_is_asked_for_people_only(analyzer):
    """What Presidio finds beside names is not taken over unless it is asked for."""
    assert {C.PERSON_NAME} == {each.category for each in name_finder(analyzer).find(TEXT)}
    both = name_finder(
        analyzer, labels={"PERSON": C.PERSON_NAME, "PHONE_NUMBER": "PHONE_NUMBER"}, score=0.3
    )
    assert {C.PERSON_NAME, C.PHONE_NUMBER} == {each.category for each in both.find(TEXT)}


# Other models -------------------------------------------------------------------------------------


class Gliner:
    """Answers as GLiNER does: dicts with places, labels and scores."""

    def __init__(self, limit=10_000):
        self.limit = limit
        self.read = []

    def predict_entities(self, text, labels, threshold):
        self.read.append(text)
        assert ["person"] == labels
        return [
            {"start": at.start(), "end": at.end(), "label": "person", "score": 0.9}
            for at in re.finditer(r"\b[A-Z]\w+(?: [A-Z]\w+)?", text[: self.limit])
        ]


def test_names_are_found_by_gliner():
    """A model that answers as GLiNER does is asked in its way."""
    redact = vp.Redactor(vp.policies.labels(), finders=[name_finder(Gliner())])
    assert "[PERSON_NAME] rang [PERSON_NAME] from [PHONE_NUMBER] about 3 parcels" == redact.text(
        TEXT
    )


def test_labels_and_tokens_are_not_names():
    """What the library wrote is not shown to the model: treating twice changes nothing."""
    model = Gliner()
    for policy in (vp.policies.labels(), vp.policies.debug(vp.KeyRing.generate())):
        redact = vp.Redactor(policy, finders=[name_finder(model)])
        once = redact.text(f"{TEXT} and zoe@example.com")
        assert once == redact.text(once)
    assert not [text for text in model.read if "PHONE" in text]


def test_a_model_with_a_limit_reads_all():
    """A model that drops the rest of a long text is given one window after the other."""
    model = Gliner(limit=200)
    filler = "the quick brown fox jumps over it and so on " * 40
    text = f"{filler}Zoe Example {filler}Bob Example"
    redact = vp.Redactor(vp.policies.labels(), finders=[name_finder(model, window=200)])
    treated = redact.text(text)
    assert "Zoe" not in treated
    assert "Bob" not in treated
    assert treated.startswith(filler)
    assert all(len(read) <= 200 for read in model.read)


@pytest.mark.parametrize("at", range(80, 130))
def test_a_name_at_the_border_of_a_window_is_whole(at):
    """Windows overlap, so that no name is cut by one, with spaces or without."""
    find = name_finder(Gliner(), window=100).find
    for filler in ("x" * at, ("xy " * at)[:at]):
        text = f"{filler} Zoe {'x' * 90}"
        assert (at + 1, at + 4) in [each[:2] for each in find(text)]


def test_a_function_is_a_model():
    """A function of a text is asked; findings below the score, and of other labels, are left out."""

    class Named:
        def __init__(self, start, end, label, score=None):
            self.start, self.end, self.label, self.score = start, end, label, score

    def model(text):
        return [Named(0, 3, "PER"), Named(4, 7, "PER", 0.2), Named(8, 11, "ORG", 0.9)]

    redact = vp.Redactor(vp.policies.labels(), finders=[name_finder(model)])
    assert "[PERSON_NAME] Bob Ltd" == redact.text("Zoe Bob Ltd")


def _raises(text):
    raise RuntimeError(text)


@pytest.mark.parametrize(
    "model",
    [
        _raises,
        lambda text: [{"start": 3, "end": 400, "label": "PER"}],
        lambda text: [{"start": -2, "end": 2, "label": "PER"}],
        lambda text: [{"label": "PER"}],
        lambda text: None,
    ],
    ids=["raises", "past-the-end", "before-the-start", "without-a-place", "nothing"],
)
def test_a_model_that_fails_gives_less(model):
    """A model that raises, or names a place that is none, leaves a placeholder and a count."""
    redact = vp.Redactor(vp.policies.labels(), finders=[name_finder(model)])
    assert "[FAULT]" == redact.text("Zoe Example rang")
    assert {"fault": 1} == dict(redact.stats().faults)


def test_texts_without_words_are_not_read():
    """The model is not asked about texts in which no name can be."""
    model = Gliner()
    redact = vp.Redactor(vp.policies.labels(), finders=[name_finder(model)])
    redact.text("61 0.5")
    redact.text("+14155550132")
    assert [] == model.read


@pytest.mark.parametrize(
    ("path", "model", "settings"),
    [
        ("model", object(), {}),
        ("labels", Gliner(), {"labels": {}}),
        ("labels[0]", Gliner(), {"labels": {"person": "SOMEBODY"}}),
        ("score", Gliner(), {"score": 0}),
        ("score", Gliner(), {"score": True}),
        ("window", Gliner(), {"window": 99}),
    ],
)
def test_wrong_settings(path, model, settings):
    """Wrong settings are named when the finder is built."""
    with pytest.raises(vp.ConfigurationError) as caught:
        name_finder(model, **settings)
    assert [path] == [fault[0] for fault in caught.value.faults]


# Our finders as a recognizer of Presidio ----------------------------------------------------------


def test_presidio_asks_our_finders(ours):
    """What the library finds is recognized under Presidio's names, with the score that was set."""
    text = "call +44 7700 900123, card 4111 1111 1111 1111, a@example.com 192.0.2.7 sip:zoe@example.com"
    results = ours(score=0.9).analyze(text=text, language="en")
    assert {
        ("PHONE_NUMBER", "+44 7700 900123", 0.9),
        ("CREDIT_CARD", "4111 1111 1111 1111", 0.9),
        ("EMAIL_ADDRESS", "a@example.com", 0.9),
        ("IP_ADDRESS", "192.0.2.7", 0.9),
        ("SIP_URI", "sip:zoe@example.com", 0.9),
    } == {(each.entity_type, text[each.start : each.end], each.score) for each in results}


def test_presidio_is_given_what_it_asks_for(ours):
    """Only the entities that Presidio asks for are recognized."""
    found = ours().analyze(text=TEXT, entities=["EMAIL_ADDRESS"], language="en")
    assert [] == found


def test_finders_of_an_app_are_recognized(ours):
    """Ids of an app's own, found by its redactor, are entities of Presidio too."""
    own = vp.pattern_finder(C.SUBSCRIBER_ID, r"AC-\d{2}-\d{4}")
    redact = vp.Redactor(vp.policies.labels(), finders=[own])
    analyzer = ours(redact)
    assert "SUBSCRIBER_ID" in analyzer.get_supported_entities()
    (found,) = analyzer.analyze(text="account AC-12-3456", language="en")
    assert ("SUBSCRIBER_ID", 8, 18) == (found.entity_type, found.start, found.end)


def test_a_redactor_that_fails_recognizes_all(ours):
    """After a fault the whole text is recognized as each entity that was asked for."""
    redact = vp.Redactor(vp.policies.labels(), finders=[name_finder(_raises)])
    found = ours(redact).analyze(text="Zoe", entities=["PERSON", "PHONE_NUMBER"], language="en")
    assert {("PERSON", 0, 3), ("PHONE_NUMBER", 0, 3)} == {
        (each.entity_type, each.start, each.end) for each in found
    }


@pytest.mark.parametrize(
    ("path", "settings"), [("redact", {"redact": str}), ("score", {"score": 1.5})]
)
def test_a_recognizer_of_wrong_settings(path, settings):
    """Wrong settings are named when the recognizer is built."""
    pytest.importorskip("presidio_analyzer")
    from voxvalley_privacy.integrations.presidio import recognizer

    given = dict(settings)
    with pytest.raises(vp.ConfigurationError) as caught:
        recognizer(given.pop("redact", None), **given)
    assert [path] == [fault[0] for fault in caught.value.faults]


def test_no_circle(analyzer):
    """A redactor that asks Presidio is not one of Presidio's recognizers."""
    from voxvalley_privacy.integrations.presidio import recognizer

    redact = vp.Redactor(vp.policies.labels(), finders=[name_finder(analyzer)])
    with pytest.raises(vp.ConfigurationError, match="asks Presidio itself"):
        recognizer(redact)


def test_values():
    """Finders of one model with equal settings are equal, and pickle with their model."""
    assert name_finder(_raises) == name_finder(_raises)
    assert name_finder(_raises) == pickle.loads(pickle.dumps(name_finder(_raises)))
    assert name_finder(_raises) != name_finder(_raises, score=0.6)
