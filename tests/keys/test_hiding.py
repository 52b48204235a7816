"""FAULTS B5-97: no way of looking at a ring shows a key byte, and pickle carries none."""

from __future__ import annotations

import copy
import json
import pickle
import pprint
import subprocess
import sys
import traceback

import attrs
import pytest

from voxvalley_privacy.actions.crypto.crypto_pan import IpPseudonymizer
from voxvalley_privacy.actions.crypto.ff1 import DigitPseudonymizer
from voxvalley_privacy.actions.crypto.pseudonyms import Pseudonymizer, TokenCheck
from voxvalley_privacy.actions.crypto.sealing import Sealer
from voxvalley_privacy.errors import NotPicklable
from voxvalley_privacy.keys import KeyRing, spell

SECRET = bytes(byte * 7 % 256 for byte in range(3, 34)) + b"\x99"
RING = KeyRing({"bcdfgh": SECRET}, active="bcdfgh")
HOLDERS = [
    RING,
    Pseudonymizer(RING, "phone"),
    TokenCheck(RING),
    Sealer(RING),
    IpPseudonymizer(RING),
    DigitPseudonymizer(RING, purpose="test"),
]


def _spellings(ring: KeyRing) -> list[str]:
    derived = list(ring._derived.values())
    spelled = []
    for secret in (SECRET, *derived):
        spelled += [
            repr(secret)[2:-1],
            secret.hex(),
            spell(secret).decode(),
            str(list(secret))[1:-1],
        ]
    return spelled


def _shows(text: str) -> bool:
    # Eight bytes of a key in any spelling are a leak.
    return any(
        spelled[start : start + 16] in text
        for spelled in _spellings(RING)
        for start in range(0, 32, 8)
    )


def test_the_oracle_sees_keys():
    """The test below can fail."""
    assert _shows(repr(RING._secrets))
    assert _shows(RING.to_text())


@pytest.mark.parametrize("holder", HOLDERS, ids=lambda holder: type(holder).__name__)
@pytest.mark.parametrize(
    "look", [repr, str, format, "{!r:>200}".format, "%s".__mod__, pprint.pformat, lambda o: f"{o}"]
)
def test_b5_97_texts(holder, look):
    """No text made from a ring, or from what works with one, shows a key."""
    assert not _shows(look(holder))


@pytest.mark.parametrize("holder", HOLDERS, ids=lambda holder: type(holder).__name__)
def test_b5_97_fields(holder):
    """Neither vars() nor attrs.asdict() nor json lays a key open."""
    with pytest.raises(TypeError):
        vars(holder)
    if attrs.has(type(holder)):
        assert not _shows(repr(attrs.asdict(holder)))
    with pytest.raises(TypeError):
        json.dumps(holder)
    assert not _shows(json.dumps(holder, default=repr))


@pytest.mark.parametrize("holder", HOLDERS, ids=lambda holder: type(holder).__name__)
def test_b5_97_pickle_is_refused_without_a_reference(holder):
    """Keys that nobody can load again are not pickled, by any protocol."""
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(NotPicklable):
            pickle.dumps(holder, protocol)


def test_b5_97_states_are_refused():
    """What serializers ask for before pickle does is refused too."""
    with pytest.raises(NotPicklable):
        RING.__getstate__()


@pytest.mark.parametrize("holder", HOLDERS, ids=lambda holder: type(holder).__name__)
def test_copies_are_the_same_value(holder):
    """A policy with keys in it can be copied: a ring never changes, so its copy is itself."""
    assert holder == copy.copy(holder) == copy.deepcopy(holder)
    assert RING is copy.deepcopy(RING)


def test_b5_97_tracebacks_with_local_variables():
    """A traceback that prints local variables prints the ring as everybody sees it."""
    try:
        keys = RING.rotate()
        keys.derive("use", key_id="xxxxxx")
    except LookupError as error:
        told = "".join(
            traceback.TracebackException.from_exception(error, capture_locals=True).format()
        )

    assert "KeyRing active=" in told
    # The frame inside derive() holds the caller's arguments and the ring, but no secret.
    assert not _shows(told)


class TestReferences:
    """A ring from the environment or a file pickles as the place that it came from."""

    @pytest.fixture(params=["env", "file"])
    def ring(self, request, monkeypatch, tmp_path):
        """Load the ring from each kind of place."""
        if request.param == "env":
            monkeypatch.setenv("OUR_KEYS", RING.to_text())
            return KeyRing.from_env("OUR_KEYS")
        RING.to_file(tmp_path / "keys")
        return KeyRing.from_file(tmp_path / "keys")

    def test_b5_97_the_pickle_holds_no_key(self, ring):
        """The reference names the place and nothing else."""
        for pickled in (
            pickle.dumps(ring),
            pickle.dumps(ring, 0),
            pickle.dumps(ring.for_tenant("acme")),
        ):
            assert SECRET[:8] not in pickled
            assert not _shows(pickled.decode("latin-1"))

    def test_the_ring_comes_back(self, ring):
        """It is loaded again where it is unpickled, tenants in their order."""
        assert ring == pickle.loads(pickle.dumps(ring))
        tenant = ring.for_tenant("acme").for_tenant("emea")
        assert tenant == pickle.loads(pickle.dumps(tenant))
        assert tenant == pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(tenant))))

    @pytest.mark.parametrize(
        "change", [KeyRing.rotate, lambda ring: ring.rotate().destroy("bcdfgh")]
    )
    def test_a_changed_ring_has_no_place(self, ring, change):
        """What was rotated or destroyed since is not what stands in the place, so it is not pickled."""
        with pytest.raises(NotPicklable):
            pickle.dumps(change(ring))

    def test_what_holds_the_ring_pickles_with_it(self, ring):
        """A pseudonymizer, a sealer and the others do in a worker what they do here."""
        for holder in (
            Pseudonymizer(ring, "phone", purpose="test"),
            TokenCheck(ring),
            Sealer(ring),
            IpPseudonymizer(ring, purpose="test"),
            DigitPseudonymizer(ring, purpose="test"),
        ):
            pickled = pickle.dumps(holder)

            assert SECRET[:8] not in pickled
            assert holder == pickle.loads(pickled)


def test_a_new_process_loads_what_its_environment_says(monkeypatch):
    """A worker whose environment has newer keys works with those."""
    monkeypatch.setenv("OUR_KEYS", RING.to_text())
    pickled = pickle.dumps(KeyRing.from_env("OUR_KEYS").for_tenant("acme"))
    rotated = RING.rotate()
    monkeypatch.setenv("OUR_KEYS", rotated.to_text())
    code = f"import pickle; print(pickle.loads({pickled!r}).active_id)"

    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert rotated.active_id == told.strip()


def test_reload_serves_other_places(monkeypatch):
    """A ring from a key service pickles as the call that fetches it."""
    monkeypatch.setenv("OUR_KEYS", RING.to_text())
    ring = KeyRing({"bcdfgh": SECRET}, active="bcdfgh", reload=KeyRing.from_env)
    monkeypatch.setenv("VOXVALLEY_PRIVACY_KEYS", RING.to_text())

    assert RING == pickle.loads(pickle.dumps(ring))
