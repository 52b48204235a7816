"""Accuracy on the reference corpus: the figures that the issue asks for."""

from __future__ import annotations

import pytest

from benchmarks import text_accuracy
from benchmarks.text_accuracy import examples, ham, harmless, measure, ours, presidio


@pytest.mark.parametrize(
    "file", ["presidio_synth_dataset_v2.json", "presidio_generated_large.json"]
)
@pytest.mark.usefixtures("corpus")
def test_presidio_research(file):
    """Phones, cards, addresses are found and named as asked."""
    figures = measure(presidio(file), ours)
    phone, card = figures["PHONE_NUMBER"], figures["CREDIT_CARD"]
    assert phone["recall"] >= 0.95
    assert phone["hidden"] >= 0.97
    assert figures["phone findings"]["in_any"] >= 0.98
    assert figures["phone findings"]["in_phone"] >= 0.85
    assert card["recall"] >= 0.98
    assert card["precision"] >= 0.98
    for kind in ("EMAIL_ADDRESS", "IP_ADDRESS"):
        assert (1.0, 1.0) == (figures[kind]["precision"], figures[kind]["recall"])


@pytest.mark.usefixtures("corpus")
def test_numbers_of_all_regions():
    """The example mobile number of every region is hidden, in national form nearly every one."""
    shares = examples(ours)
    assert shares.pop("national") >= 0.97
    assert {1.0} == set(shares.values())


@pytest.mark.parametrize("kind", harmless(1))
def test_what_is_not_personal_stays(kind):
    """No UUID, time, price, version or port is taken for anything."""
    assert [] == [text for text in harmless()[kind] if ours(text)]


@pytest.mark.usefixtures("corpus")
def test_ordinary_messages_stay():
    """Fewer than one in 500 ordinary messages is touched, those with real numbers counted in."""
    messages = ham()
    assert sum(bool(ours(text)) for text in messages) * 500 <= len(messages)


@pytest.mark.usefixtures("corpus")
def test_polish_numbers():
    """Numbers of all kinds are hidden in a language that no finder was made for."""
    shares = {kind: hid / every for kind, (every, hid) in text_accuracy.polish().items()}
    assert min(shares[kind] for kind in ("PHONE", "EMAIL")) == 1.0
    assert min(shares[kind] for kind in ("NIP", "PESEL", "IBAN")) >= 0.9
    assert shares["REGON"] >= 0.95
