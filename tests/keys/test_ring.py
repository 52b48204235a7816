"""What key rings promise."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxvalley_privacy.actions.crypto.pseudonyms import Pseudonymizer, TokenCheck
from voxvalley_privacy.errors import ConfigurationError, KeyUnavailable
from voxvalley_privacy.keys import ALPHABET, KeyRing, _ring

SECRET = bytes(range(1, 64, 2))[:31] + b"\xf7"
OTHER = bytes(byte ^ 0x5B for byte in SECRET)
RING = KeyRing({"bcdfgh": SECRET, "jkmnpr": OTHER}, active="bcdfgh")

words = st.text(alphabet=st.characters(exclude_categories=()), max_size=4)
contexts = st.tuples(
    st.lists(words.filter(bool), max_size=2),
    words.filter(bool),
    words,
    st.sampled_from([16, 32, 96]),
)


def _derive(context) -> bytes:
    tenants, use, category, length = context
    ring = RING
    for tenant in tenants:
        ring = ring.for_tenant(tenant)
    return ring.derive(use, category, length=length)


def test_generate_makes_one_active_key_whose_id_is_six_letters():
    """A generated ring has one key, and it is the active one."""
    ring = KeyRing.generate()

    assert (ring.active_id,) == ring.key_ids
    assert 6 == len(ring.active_id)
    assert set(ring.active_id) <= set(ALPHABET)
    assert () == ring.destroyed_ids


def test_generate_never_repeats_itself():
    """Two generated rings share neither secret nor id."""
    assert 50 == len({KeyRing.generate().derive("use") for _ in range(50)})


def test_taken_ids_and_weak_secrets_are_drawn_again(monkeypatch):
    """A new key never gets an id that the ring had, destroyed ones among them, nor a secret that would be refused."""
    ring = RING.rotate().destroy("jkmnpr")
    ids = iter("jkmnpr" + "bcdfgh" + "ttttttttt" + "vvv" + "wwwwww")
    secrets = iter([OTHER[::-1], SECRET[::-1], bytes(32), SECRET[::-1]])
    monkeypatch.setattr(_ring.secrets, "choice", lambda _: next(ids))
    monkeypatch.setattr(_ring.secrets, "token_bytes", lambda _: next(secrets))

    assert "tttvvv" == ring.rotate().active_id


def test_rotate_makes_a_new_active_key_and_still_reads_with_the_old_one():
    """Rotation adds a key in front and changes nothing about the older ones."""
    ring = KeyRing.generate()

    rotated = ring.rotate()

    assert (rotated.active_id, ring.active_id) == rotated.key_ids
    assert ring.derive("use") == rotated.derive("use", key_id=ring.active_id)
    assert ring.derive("use") != rotated.derive("use")
    assert 1 == len(ring.key_ids)


def test_destroy_removes_the_secret_and_remembers_the_id():
    """A destroyed key derives nothing, and says that it is destroyed."""
    old = KeyRing.generate()
    ring = old.rotate().destroy(old.active_id)

    with pytest.raises(KeyUnavailable) as caught:
        ring.derive("use", key_id=old.active_id)

    assert (old.active_id, "destroyed") == (caught.value.key_id, caught.value.state)
    assert (old.active_id,) == ring.destroyed_ids
    assert ring == ring.destroy(old.active_id)


def test_destroying_the_active_key_is_refused():
    """The key that writes has to be rotated away before it can be destroyed."""
    ring = KeyRing.generate()

    with pytest.raises(ConfigurationError, match="rotate first"):
        ring.destroy(ring.active_id)


def test_destroying_an_unknown_key_is_refused():
    """A slip in an id must not pass for a destroyed key."""
    with pytest.raises(KeyUnavailable) as caught:
        RING.destroy("xxxxxx")

    assert "unknown" == caught.value.state


@pytest.mark.parametrize("change", [KeyRing.rotate, lambda ring: ring.for_tenant("acme")])
def test_b5_89_destroyed_ids_stay_destroyed(change):
    """Rotation, tenants and the text form all carry the ids of destroyed keys on."""
    ring = RING.destroy("jkmnpr")

    for changed in (change(ring), KeyRing.from_text(change(ring).to_text())):
        assert ("jkmnpr",) == changed.destroyed_ids
        with pytest.raises(KeyUnavailable):
            changed.derive("use", key_id="jkmnpr")


def test_b5_89_unknown_ids_have_a_typed_error_that_shows_nothing_else():
    """What is no id by its form is not repeated in the error."""
    for asked, shown in [("xxxxxx", "xxxxxx"), ("+14155550132", "(malformed)")]:
        with pytest.raises(KeyUnavailable) as caught:
            RING.derive("use", key_id=asked)

        assert (shown, "unknown") == (caught.value.key_id, caught.value.state)


def test_b5_89_rotation_during_concurrent_writes():
    """Tokens that threads make while others rotate are all known to the newest ring."""
    rings = [KeyRing.generate()]
    made: list[str] = []

    def write() -> None:
        for number in range(200):
            made.append(Pseudonymizer(rings[-1], "phone")(str(number)))  # noqa: PERF401 # the ring changes meanwhile

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for _ in range(20):
        rings.append(rings[-1].rotate())
    for writer in writers:
        writer.join()

    assert 800 == len(made)
    assert all(map(TokenCheck(rings[-1]), made))


class TestDomainSeparation:
    """FAULTS B5-86: tenant, purpose, field and key have unrelated secrets."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (([], "ab", "c", 32), ([], "a", "bc", 32)),
            (([], "abc", "", 32), ([], "ab", "c", 32)),
            ((["a"], "use", "", 32), ([], "use", "a", 32)),
            ((["a", "b"], "use", "", 32), (["b", "a"], "use", "", 32)),
            ((["ab"], "use", "", 32), (["a", "b"], "use", "", 32)),
            (([], "use", "A", 32), ([], "use", "a", 32)),
            (([], "use", "é", 32), ([], "use", "e\u0301", 32)),
            (([], "tenant", "a", 32), (["a"], "tenant", "", 32)),
        ],
    )
    def test_b5_86_boundaries(self, one, other):
        """Contexts that read alike when put together derive unrelated bytes."""
        assert _derive(one) != _derive(other)

    @given(contexts, contexts)
    def test_b5_86_pairwise(self, one, other):
        """Two contexts derive the same bytes only if they are the same."""
        assert (one == other) == (_derive(one) == _derive(other))

    def test_b5_86_a_shorter_length_is_not_the_beginning_of_a_longer(self):
        """Bytes of one length tell nothing about those of another."""
        assert RING.derive("use", length=32) != RING.derive("use", length=64)[:32]

    def test_b5_86_keys(self):
        """Two keys of a ring derive unrelated bytes, and so does one secret under two ids."""
        renamed = KeyRing({"xxxxxx": SECRET}, active="xxxxxx")

        derived = {RING.derive("use"), RING.derive("use", key_id="jkmnpr"), renamed.derive("use")}

        assert 3 == len(derived)

    def test_a_tenants_ring_stands_alone(self):
        """A tenant's ring, saved and read back, needs nothing of the ring that it came from."""
        tenant = RING.for_tenant("acme")

        again = KeyRing.from_text(tenant.to_text())

        assert tenant == again
        assert tenant.derive("use") == again.derive("use")
        assert RING.key_ids == tenant.key_ids

    def test_a_tenant_needs_a_name(self):
        """An empty name would join all tenants whose name is missing."""
        with pytest.raises(ConfigurationError):
            RING.for_tenant("")


def test_derive_is_the_same_in_every_process():
    """Derived bytes never change: they stand here for good."""
    assert (
        "750b33c3c5951ebcd7a5cb105f3928f35a01beff1d8123282f6c36f847910af3"
        == RING.derive("use", "category").hex()
    )
    assert (
        "98cb08184f691712119b88333c8c2bffa2fe29796dd575ca7a0bae1221878cc7"
        == RING.for_tenant("acme").derive("use", "category").hex()
    )


@pytest.mark.parametrize(("use", "length"), [("", 32), ("use", 15), ("use", 8161), ("use", -1)])
def test_derive_refuses_what_cannot_be_meant(use, length):
    """A use is needed, and a length that HKDF can give."""
    with pytest.raises(ConfigurationError):
        RING.derive(use, length=length)


def test_what_was_derived_is_kept_but_not_without_end():
    """The memory of a ring is bounded, however many categories it is asked for."""
    ring = KeyRing.generate()
    first = ring.derive("use", "0")
    for number in range(3000):
        ring.derive("use", str(number))

    assert len(ring._derived) <= 1024
    assert first == ring.derive("use", "0")


def test_rings_compare_by_their_keys():
    """Equal keys make equal rings, whatever they were loaded from; equal ids alone do not."""
    assert RING == KeyRing.from_text(RING.to_text())
    assert hash(RING) == hash(KeyRing.from_text(RING.to_text()))
    assert RING != KeyRing({"bcdfgh": OTHER, "jkmnpr": SECRET}, active="bcdfgh")
    assert RING != KeyRing({"bcdfgh": SECRET, "jkmnpr": OTHER}, active="jkmnpr")
    assert RING != RING.destroy("jkmnpr")
    assert RING != "bcdfgh"


def test_importing_keys_loads_no_cryptography():
    """Reading a configuration does not pay for the ciphers."""
    code = "import sys, voxvalley_privacy.keys; raise SystemExit('cryptography' in sys.modules)"

    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


def test_b17_236_a_new_key_is_staged_and_then_activated():
    """While one process has the staged ring and another the active one, each reads both keys."""
    staged = RING.stage()
    activated = staged.activate(staged.key_ids[-1])

    assert RING.active_id == staged.active_id
    assert RING.key_ids == staged.key_ids[:-1]
    assert staged.key_ids[-1] == activated.active_id
    assert set(staged.key_ids) == set(activated.key_ids)
    for key_id in staged.key_ids:
        assert staged.derive("use", key_id=key_id) == activated.derive("use", key_id=key_id)
    assert staged == KeyRing.from_text(staged.to_text())


@pytest.mark.parametrize("key_id", ["wxwxwx", "+14155550132"])
def test_only_a_key_of_the_ring_is_activated(key_id):
    """A key that the ring lacks is refused, and a value that is not an id is not shown."""
    with pytest.raises(KeyUnavailable) as caught:
        RING.activate(key_id)
    assert "5550132" not in str(caught.value)
