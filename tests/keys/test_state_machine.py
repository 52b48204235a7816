"""FAULTS B5-89: whatever is done to a ring, and in whatever order, its promises hold."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from voxvalley_privacy.actions.crypto.pseudonyms import Pseudonymizer, TokenCheck
from voxvalley_privacy.actions.crypto.sealing import Sealer
from voxvalley_privacy.errors import InvalidToken, KeyUnavailable
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.vocabulary import DataCategory


class Rings(RuleBasedStateMachine):
    """Rotate, destroy, move into tenants and through text, making tokens all the way."""

    @initialize()
    def start(self):
        """Begin with one key and no token."""
        self.ring = KeyRing.generate()
        self.depth = 0
        self.live = [self.ring.active_id]
        self.dead: set[str] = set()
        self.made: list[tuple[int, str, str, str]] = []  # depth of tenants, key id, pseudonym, seal

    @rule()
    def rotate(self):
        """Make a new active key."""
        self.ring = self.ring.rotate()
        assert self.ring.active_id not in {*self.live, *self.dead}
        self.live.insert(0, self.ring.active_id)

    @precondition(lambda self: len(self.live) > 1)
    @rule(data=st.data())
    def destroy(self, data):
        """Destroy an older key."""
        gone = data.draw(st.sampled_from(self.live[1:]))
        self.ring = self.ring.destroy(gone)
        self.live.remove(gone)
        self.dead.add(gone)

    @rule(name=st.sampled_from(["acme", "a", "b"]))
    def for_tenant(self, name):
        """Go down to a tenant: what was made above is not known there."""
        self.ring = self.ring.for_tenant(name)
        self.depth += 1

    @rule()
    def through_text(self):
        """Save and load the ring."""
        again = KeyRing.from_text(self.ring.to_text())
        assert self.ring == again
        self.ring = again

    @rule(number=st.integers(0, 99))
    def make(self, number):
        """Make a token and a seal, with the active key."""
        text = f"+141555501{number:02}"
        seal = Sealer(self.ring).seal(DataCategory.PARTY_NUMBER, text)
        self.made.append(
            (self.depth, self.ring.active_id, Pseudonymizer(self.ring, "phone")(text), seal)
        )

    @invariant()
    def ids_are_as_told(self):
        """The active key is first, the older ones follow, the destroyed ones are remembered."""
        assert tuple(self.live) == self.ring.key_ids
        assert tuple(sorted(self.dead)) == self.ring.destroyed_ids

    @invariant()
    def tokens_are_known_where_they_were_made(self):
        """A token is known to the tenant it was made for, as long as its key lives."""
        check, sealer = TokenCheck(self.ring), Sealer(self.ring)
        for depth, key_id, token, seal in self.made:
            here = depth == self.depth and key_id in self.live
            assert here == check(token) == sealer.is_sealed(seal)
            if not here:
                with pytest.raises(KeyUnavailable if key_id in self.dead else InvalidToken):
                    sealer.unseal(seal)


TestRings = Rings.TestCase
TestRings.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
