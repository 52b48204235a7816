"""The views of a grant, on record by the names of fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from ..ledgers import Book, body_of

__all__ = ["Viewed", "Views"]

# Some stores copy a stream when they add to it: views of one grant are spread over short ones.
_OF_ONE_STREAM = 64


@attrs.frozen(kw_only=True)
class Viewed:
    """One view: of which kind of record, which fields, and when."""

    kind: str
    fields: tuple[str, ...]
    at: datetime


class Views:
    """
    Write and read the views of grants.

    Args:
        book: The book of grants.
    """

    def __init__(self, book: Book, /) -> None:
        self._book = book
        # Grant -> number of its stream, how many views that has, and its name.
        self._places: dict[str, tuple[int, int, tuple[str, ...]]] = {}

    def write(self, grant_id: str, body: Mapping[str, object], /) -> None:
        """
        Store a view.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored.
        """
        number, size, streams = self._places.get(grant_id) or self._newest(grant_id)
        if size >= _OF_ONE_STREAM:
            number, size = number + 1, 0
            streams = self._streams(grant_id, number)
        self._book.write(streams, "viewed", body)
        self._places[grant_id] = (number, size + 1, streams)

    def read(self, grant_id: str, /) -> tuple[Viewed, ...]:
        """
        Return the views of a grant, in the order they were written.

        Raises:
            voxvalley_privacy.StoreError: If not all of them can be read and proved.
        """
        views: list[Viewed] = []
        number = 0
        while events := self._book.read(self._streams(grant_id, number)):
            for event in events:
                body: dict[str, Any] = body_of(event)
                views.append(
                    Viewed(
                        kind=body.get("kind", ""),
                        fields=tuple(body.get("fields", ())),
                        at=event.at,
                    )
                )
            number += 1
        return tuple(views)

    def _newest(self, grant_id: str) -> tuple[int, int, tuple[str, ...]]:
        number = 0
        while len(self._book.read(self._streams(grant_id, number))) >= _OF_ONE_STREAM:
            number += 1
        streams = self._streams(grant_id, number)
        return number, len(self._book.read(streams)), streams

    def _streams(self, grant_id: str, number: int) -> tuple[str, ...]:
        return self._book.of_part(f"views {grant_id} {number}")
