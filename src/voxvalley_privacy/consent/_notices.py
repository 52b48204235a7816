"""Privacy notices and their versions; a material change makes older consents due again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import attrs

from ..errors import ConfigurationError
from ._entries import Entry
from ._fold import covers

__all__ = ["Notice", "Notices"]


@attrs.frozen(kw_only=True)
class Notice:
    """
    Name one version of a notice.

    Args:
        id: Which notice.

        version: Which version of it.

        published: From when it is shown, with a time zone.

        purposes: What it asks consent for.

        material_change: Whether those who consented to an older version must confirm.
    """

    id: str
    version: str
    published: datetime = attrs.field()
    purposes: tuple[str, ...] = attrs.field(converter=tuple)
    material_change: bool = False

    @published.validator
    def _has_zone(self, _: object, published: datetime) -> None:
        if published.tzinfo is None:
            raise ConfigurationError("'published' must have a time zone.")


def _ordered(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    return tuple(sorted(notices, key=lambda notice: notice.published))


@attrs.frozen
class Notices:
    """
    Hold every version that was ever shown.

    Args:
        versions: All of them.

        grace: How long a consent to an old purpose holds after a material change. A purpose that the change added has none.
    """

    versions: tuple[Notice, ...] = attrs.field(converter=_ordered)
    grace: timedelta = attrs.field(default=timedelta(days=30), kw_only=True)

    def find(self, entry: Entry, /) -> Notice | None:
        """Return the version that *entry* names."""
        evidence = entry.evidence
        if evidence is None:
            return None
        named = (evidence.notice, evidence.version)
        return next(
            (notice for notice in self.versions if (notice.id, notice.version) == named), None
        )

    def due(self, seen: Notice, purpose: str, at: datetime, /) -> datetime | None:
        """Return until when a consent under *seen* holds for *purpose*; None if nothing changed."""
        changed = [
            notice
            for notice in self.versions
            if notice.id == seen.id
            and notice.material_change
            and seen.published < notice.published <= at
        ]
        if not changed:
            return None
        old = any(covers(listed, purpose) for listed in seen.purposes)
        added = any(
            covers(listed, purpose) and listed not in seen.purposes
            for notice in changed
            for listed in notice.purposes
        )
        return changed[0].published + (self.grace if old and not added else timedelta(0))
