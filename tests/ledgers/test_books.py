"""The ground of every book: one chain, streams by book, salted bodies, one spelling of a person."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import stores
from voxvalley_privacy.caching._whom import People
from voxvalley_privacy.ledgers import Subjects, canonical_subject, chain_of

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NUMBER = "+14155550132"
SPELLINGS = [
    "+14155550132",
    "+1 (415) 555-0132",
    "(415) 555-0132",
    "415.555.0132",
    "0014155550132",
    "011 1 415 555 0132",
    "tel:+1-415-555-0132",
    "<tel:+14155550132>",
    "tel:4155550132;phone-context=+1",
    "sip:+14155550132@example.com",
    "sips:+14155550132@example.com;transport=tls",
    "<sip:+14155550132@example.com>",
    '"Name" <sip:+14155550132@example.com>',
    '"Name" <sip:+14155550132@example.com;user=phone>;tag=a',
    "sip%3A%2B14155550132%40example.com",
    "%2B14155550132",
    "\uff0b\uff11\uff14\uff11\uff15\uff15\uff15\uff15\uff10\uff11\uff13\uff12",
    "sip:+14155550132\uff20example.com",
    "14155550132@s.whatsapp.net",
    "14155550132:12@s.whatsapp.net",
    "14155550132@c.us",
    "whatsapp:+14155550132",
    "sms:+14155550132",
    "1.4155550132E10",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_one_canonical_subject(spelling):
    """Ledger and cache take every spelling of a number for the same person."""
    assert ("number", NUMBER) == canonical_subject(spelling, region="US")
    people = People(region="US")
    assert people.named(NUMBER) == people.named(spelling)
    assert people.sought(NUMBER) == people.sought(spelling)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_withdrawal_in_any_spelling_holds(spelling):
    """What is withdrawn in one spelling is withdrawn in all."""
    ledger = vp.ConsentLedger(stores.memory(), keys=vp.KeyRing.generate(), region="US")
    assert "withdrawal.unmatched" not in ledger.withdraw(spelling).codes
    assert 1 == len(ledger.history(NUMBER))


def test_streams_name_their_book():
    """A stream is the key id, the book and a token; two books share no token."""
    keys = vp.KeyRing.generate()
    first, second = (Subjects(keys, book=book).tokens(NUMBER)[0] for book in ("consent", "erasure"))
    assert [keys.active_id, "consent"] == first.split(".")[:2]
    assert "erasure" == second.split(".")[1]
    assert first.split(".")[2] != second.split(".")[2]


def _older_store(keys):
    """Return a store as it was written before there were books."""
    store = stores.memory()
    chain = stores.Chain({keys.active_id: keys.derive("consent.mac", key_id=keys.active_id)})
    key_id, _, token = Subjects(keys).tokens(NUMBER)[0].split(".")
    draft = stores.Draft(stream=f"{key_id}.{token}", kind="suppression.made", body="{}", at=NOON)
    store.append(draft, seal=chain)
    return store


def test_an_older_store_opens_and_verifies():
    """Opt-outs of before the books hold, new ones are written beside, and the chain is whole."""
    keys = vp.KeyRing.generate()
    ledger = vp.ConsentLedger(_older_store(keys), keys=keys)
    assert 1 == len(ledger.history(NUMBER))
    ledger.withdraw(NUMBER)
    assert 2 == len(ledger.history(NUMBER))
    assert 2 == ledger.verify()
    ledger.erase(NUMBER)
    assert "suppression.made" in [entry.kind for entry in ledger.history(NUMBER)[2:]]


def test_an_older_store_of_other_keys_does_not_open():
    """The old chain is checked as strictly as the new one."""
    keys = vp.KeyRing.generate()
    store = _older_store(keys)
    other = chain_of(vp.KeyRing.generate())
    with pytest.raises(vp.StoreCorrupt):
        other.verify(store.scan())


def test_a_scrubbed_body_cannot_be_guessed():
    """Whoever has the mac key cannot find a scrubbed body by trying what it may have been."""
    keys = vp.KeyRing.generate()
    store = stores.memory()
    ledger = vp.ConsentLedger(store, keys=keys)
    for _ in range(2):
        ledger.suppress(NUMBER, sender="+14155550100")
    first, second = store.scan()
    assert not hmac.compare_digest(first.body_mac, second.body_mac)
    assert first.body != second.body
