"""A log whose proofs need no secret, and hold after a person is forgotten."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import voxvalley_privacy as vp
from voxvalley_privacy import audit, stores
from voxvalley_privacy.audit import AuditLog, Tree, check, generate_signer, leaf_hash, root_of

ANA = "+14155550132"


@pytest.fixture
def log(tmp_path):
    from voxvalley_privacy.decisions import Decision, Reason

    store = stores.memory()
    made = AuditLog(
        store,
        keys=vp.KeyRing.generate(),
        signer=generate_signer(),
        witnesses=[audit.to_file(tmp_path / "heads")],
    )
    made.yes = Decision.allow(Reason(code="test.yes"))
    made.store = store
    return made


def _record(log, number=1, about=ANA):
    return [
        log.record(log.yes, actor="agent:7", act="calls.read", about=about) for _ in range(number)
    ]


@given(st.integers(1, 70), st.data())
def test_every_leaf_has_a_proof_and_no_other(size, data):
    """The root of the tree follows from each leaf's path, and from no changed one."""
    tree = Tree()
    for number in range(size):
        tree.add(leaf_hash(str(number).encode()))
    index = data.draw(st.integers(0, size - 1))
    smaller = data.draw(st.integers(index + 1, size))
    proof = tree.prove(index, smaller)
    assert tree.root(smaller) == root_of(proof)
    assert tree.root(smaller) != root_of(attrs.evolve(proof, leaf=leaf_hash(b"other")))


def test_a_proof_needs_no_secret(log, tmp_path):
    """Whoever has note, proof and public key can check; the witness has every note."""
    receipts = _record(log, 5)
    note = log.checkpoint()
    assert all(receipt.is_whole() for receipt in receipts)
    for receipt in receipts:
        proof = log.prove(receipt)
        assert check(proof=proof, checkpoint=note, public_key=log.public_key)
        other = generate_signer().public_key()
        assert not check(proof=proof, checkpoint=note, public_key=other)
    assert note in (tmp_path / "heads").read_text()


def test_l11_forget_keeps_every_proof(log):
    """Actor and salt go, in any spelling of the person; proofs, chain and tree hold."""
    receipts = _record(log, 3) + _record(log, 2, about="+14155550199")
    note = log.checkpoint()
    assert 3 == log.forget("tel:+1-415-555-0132")
    assert 5 == log.verify(trusted=note)
    for receipt in receipts:
        assert check(proof=log.prove(receipt), checkpoint=note, public_key=log.public_key)
    bodies = [event.body or "" for event in log.store.scan()]
    assert 2 == sum("agent:7" in body for body in bodies)


def test_l11_a_cut_tail_is_seen(log):
    """A log that is shorter than what was witnessed is refused."""
    _record(log, 3)
    note = log.checkpoint()
    events = list(log.store.scan())

    class Cut:
        path = None

        def scan(self, *, after=0):
            return iter(events[:2][after:])

    log._store = Cut()
    with pytest.raises(vp.StoreCorrupt):
        log.verify(trusted=note)


def test_a_changed_note_is_refused(log):
    """A note with another size or root is not a note of this log."""
    _record(log, 3)
    note = log.checkpoint()
    for changed in (note.replace("\n3\n", "\n2\n"), "", "a\n1\n!!\n\nx"):
        with pytest.raises(vp.InvalidToken):
            log.verify(trusted=changed)
