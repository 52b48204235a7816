"""Settings that a ledger's store must always be opened with: they are kept in it and compared."""

from __future__ import annotations

from datetime import datetime

from ..errors import ConfigurationError
from ..keys import KeyRing
from ..ledgers import Stream, details_of
from ..stores import EventStore

__all__ = ["KeptRegion"]

_KIND = "ledger.region"


class KeptRegion:
    """
    The country of numbers without a country code, as the first ledger of a store had it.

    With another one, national numbers would be other people: their opt-outs would not be found.

    Args:
        store: Keeps it.

        keys: Make its stream and seal it.

        region: What the ledger is opened with; None for none.
    """

    def __init__(self, store: EventStore, /, *, keys: KeyRing, region: str | None) -> None:
        self._stream = Stream(store, keys=keys, book="settings", name="region")
        self._region = region
        self._is_kept = region is None

    def check(self) -> None:
        """
        Compare it with the one in the store, if there is one.

        Raises:
            voxvalley_privacy.ConfigurationError: If the store has another one.

            voxvalley_privacy.StoreError: If the store cannot be read.
        """
        kept = [details_of(event).get("region") for event in self._stream.read()]
        if kept:
            self._compare(kept[0])
            self._is_kept = True

    def keep(self, at: datetime, /) -> None:
        """
        Keep it, before the first entry is written.

        Raises:
            voxvalley_privacy.ConfigurationError: If another process kept another one meanwhile.

            voxvalley_privacy.StoreError: If it was not kept.
        """
        if self._is_kept:
            return
        draft = self._stream.draft(_KIND, {"region": self._region}, at, key="region")
        # With a key that is known, the store returns what is there.
        self._compare(details_of(self._stream.append(draft)[0]).get("region"))
        self._is_kept = True

    def _compare(self, kept: object) -> None:
        if kept == self._region:
            return
        raise ConfigurationError(
            f"The store was written with region={kept!r}, and this ledger has "
            f"region={self._region!r}: opt-outs of numbers without a country code would not be "
            "found."
        )
