"""Exports: the stores they look in, their rows, and what is left out of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, Protocol, runtime_checkable

import attrs

from ..decisions import Obligation
from ..errors import ConfigurationError
from ._values_shown import Shown

__all__ = [
    "Bundle",
    "ExportSource",
    "OffersSources",
    "SubjectRequest",
    "TokensOfPeople",
    "csv_text",
    "json_line",
    "without_others",
]

_TELLING = 7  # digits at the end of a number that say whose it is


@attrs.frozen(kw_only=True)
class ExportSource:
    """
    A store that an export looks in.

    Args:
        name: Its name in the manifest.

        find: Returns every record about a person, in both directions.

        count: Returns how many there are, counted apart from *find*.

        fields: Field -> `own` (the person's, or about the record), `party` (a party of the record),
            `time` (when it happened), or `of:caller` (a name or a leg of a recording that belongs
            to whom the field `caller` names). Any other field is left out and named.

        purposes: What the data is kept for.

        retention: How long, in words.

        recording: The field with a recording of all legs; left out and named.

        rectify: Changes fields of the person's own data; None where records are history.

        annotate: Adds a note to history: what the person says is wrong.

        source: Where the data is from, in words.

        derived: Whether the person did not provide the data; it is then not portable.

    Raises:
        voxvalley_privacy.ConfigurationError: If a field has another use.
    """

    name: str
    find: Callable[[object], Iterable[Mapping[str, Any]]]
    count: Callable[[object], int]
    fields: Mapping[str, str] = attrs.field(hash=False)
    purposes: tuple[str, ...] = ()
    retention: str = ""
    recording: str = ""
    rectify: Callable[[object, Mapping[str, Any]], None] | None = None
    annotate: Callable[[object, Mapping[str, Any]], None] | None = None
    source: str = ""
    derived: bool = False

    def __attrs_post_init__(self) -> None:
        uses = {"own", "party", "time"}
        owners = {use for use in self.fields.values() if use.startswith("of:")}
        if not set(self.fields.values()) - owners <= uses:
            raise ConfigurationError("A field is 'own', 'party', 'time' or 'of:' and a field.")

    @property
    def time_field(self) -> str:
        """The field that says when."""
        return next((name for name, use in self.fields.items() if use == "time"), "")


@runtime_checkable
class OffersSources(Protocol):
    """Names the stores of an app; `voxvalley_privacy.Inventory` does."""

    def export_sources(self, *, region: str | None = None) -> tuple[ExportSource, ...]:
        """Return every store as a source of an export."""


class TokensOfPeople(Protocol):
    """Makes the tokens by which a sweep knows people; `voxvalley_privacy.LegalHolds` does."""

    def tokens(self, subjects: Iterable[object], /) -> frozenset[str]:
        """Return the tokens of people."""


@attrs.frozen(kw_only=True)
class SubjectRequest:
    """A request, and how far it came; what happens to it is on record."""

    id: str
    kind: str
    place: str
    received: datetime
    due: datetime
    subject: object = attrs.field(repr=lambda _: "<hidden>")
    window: tuple[datetime, datetime] | None = None
    method: str = ""
    state: str = "RECEIVED"
    obligations: tuple[Obligation, ...] = ()

    @property
    def verified(self) -> bool:
        """Whether the person was verified."""
        return self.window is not None


@attrs.frozen(kw_only=True)
class Bundle:
    """An export: JSON lines and CSV for each store, and a manifest."""

    files: Mapping[str, str] = attrs.field(repr=lambda files: f"<{len(files)} files>", hash=False)
    manifest: Mapping[str, Any] = attrs.field(repr=lambda _: "<manifest>", hash=False)
    state: Literal["COMPLETE", "PARTIAL"]


def without_others(
    row: dict[str, Any], others: list[str], omitted: dict[str, str], *, but: set[str]
) -> dict[str, Any]:
    """Leave out fields whose text shows what belongs to somebody else; *but* names the parties."""
    hidden = Shown(others)
    # In any spelling: the last digits of a number are the same in all of them.
    digits = [only[-_TELLING:] for text in others if len(only := _digits(text)) >= _TELLING]
    kept = {}
    for name, value in row.items():
        text = str(value)
        if name in but:
            kept[name] = value
        elif hidden.by(value) or any(d in _digits(text) for d in digits):
            omitted[name] = "shows data of somebody else"
        else:
            kept[name] = value
    return kept


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def json_line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, sort_keys=True, default=str)


def csv_text(rows: list[dict[str, Any]]) -> str:
    names = sorted({name for row in rows for name in row})
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    # A spreadsheet would run a text that begins as a formula.
    writer.writerows({name: _inert(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _inert(value: object) -> object:
    text = str(value) if not isinstance(value, int | float) else ""
    number = text[:1] == "+" and text[1:].isdigit()
    risky = text[:1] in {"=", "+", "-", "@", "\t", "\r"} and text and not number
    return f"'{text}" if risky else value
