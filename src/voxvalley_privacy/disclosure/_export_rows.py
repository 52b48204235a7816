"""The rows of an export: what is the person's own, and what is left out and named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import attrs

from ..ledgers import canonical_subject
from ..placeholders import label_of
from ..protocols import Redact
from ..vocabulary import DataCategory
from ._exports import ExportSource, SubjectRequest, without_others
from ._secret_names import is_credential
from ._values_shown import leaves, plain, plain_through

__all__ = ["NUMBER_ONLY", "Exporter"]

NUMBER_ONLY = frozenset(["otp_sms", "otp_call"])
_ROUNDS = 8  # levels of a value that are looked through
_TELLING = 7  # digits that a number of somebody needs


@attrs.frozen(kw_only=True)
class Exporter:
    """
    Make the rows of one person's export.

    Args:
        request: The request.

        me: The person.

        region: The country of numbers without a country code.

        redact: Finds what is personal in a text; what is not the person's is replaced.
    """

    request: SubjectRequest
    me: object = attrs.field(repr=False)
    region: str | None
    redact: Redact = attrs.field(repr=False)

    def rows(self, source: ExportSource, /) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Return the rows of a store, and its line of the manifest."""
        omitted: dict[str, str] = {}
        rows: list[dict[str, Any]] = []
        state, outside, foreign, before, after = "COMPLETE", 0, 0, 0, 0
        try:
            subject = self.request.subject
            before = source.count(subject)
            records = list(source.find(subject))
            for record in records:
                if self._is_of_others(source, record):
                    foreign += 1
                elif self._in_window(source, record):
                    rows.append(self._row(source, record, omitted))
                else:
                    outside += 1
            after = source.count(subject)
            if foreign or not before == len(records) == after:
                state = "PARTIAL"
        except Exception:  # one store that fails does not stop the others; the manifest says so
            rows, state = [], "FAILED"
        line = {
            "name": source.name,
            "state": state,
            "rows": len(rows),
            "counted_before": before,
            "counted_after": after,
            "outside_the_time_held": outside,
            "of_somebody_else": foreign,
            "omitted": dict(sorted(omitted.items())),
            "source": source.source,
            "purposes": list(source.purposes),
            "retention": source.retention,
        }
        return rows, line

    def _is_of_others(self, source: ExportSource, record: Mapping[str, Any]) -> bool:
        """Whether a record names its parties, and the person is none of them."""
        named = [record.get(name) for name, use in source.fields.items() if use == "party"]
        people = {canonical_subject(text, region=self.region) for text in leaves(named)}
        return bool(people) and not people & {self.me, None}

    def _in_window(self, source: ExportSource, record: Mapping[str, Any]) -> bool:
        window = self.request.window
        assert window is not None
        at = record.get(source.time_field) if source.time_field else None
        if isinstance(at, str):
            at = _time(at)
        if not isinstance(at, datetime) or at.tzinfo is None:
            # Without a time nobody knows whose it was: only an account is answered.
            return self.request.method not in NUMBER_ONLY
        return window[0] <= at <= window[1]

    def _row(
        self, source: ExportSource, record: Mapping[str, Any], omitted: dict[str, str]
    ) -> dict[str, Any]:
        row: dict[str, Any] = {}
        others: list[str] = []
        for name, value in record.items():
            why = self._why_not(source, name, record)
            if why:
                omitted[name] = why
                others += leaves(value)
            elif source.fields[name] != "party":
                row[name] = self._own(name, value, omitted)
            elif self._is_me(value):
                row[name] = value
            else:
                row[name] = label_of(DataCategory.PARTY_NUMBER)
                others += leaves(value)
        mine = {name for name in row if source.fields[name] == "party"}
        return without_others(row, others, omitted, but=mine)

    def _why_not(self, source: ExportSource, name: str, record: Mapping[str, Any]) -> str:
        """Return why a field is left out; empty if it is not."""
        use = source.fields.get(name)
        if name and name == source.recording:
            return "all legs are on one track"
        if use is None or is_credential(name):
            return "not on the list of fields"
        owner = use.removeprefix("of:")
        if owner != use and not self._is_me(record.get(owner)):
            return "belongs to somebody else"
        if source.derived and self.request.kind == "port":
            return "was not provided by the person"
        return ""

    def _is_me(self, value: object) -> bool:
        return canonical_subject(value, region=self.region) == self.me

    def _own(self, name: str, value: object, omitted: dict[str, str]) -> object:
        """Return a value of the person without what somebody else could be found by."""
        shown = self._looked_through(value, _ROUNDS)
        if shown != plain_through(value):
            omitted[name] = "parts of it show somebody else"
        return shown

    def _looked_through(self, value: object, rounds: int) -> object:
        if not rounds:
            return label_of(DataCategory.UNKNOWN)
        value = plain(value)
        if isinstance(value, Mapping):
            return {
                str(self._looked_through(key, 1)): self._looked_through(item, rounds - 1)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self._looked_through(item, rounds - 1) for item in value]
        if isinstance(value, str):
            return self._text(value)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        text = str(value).removesuffix(".0")
        if number and len(text) >= _TELLING and self._text(text) != text:
            return label_of(DataCategory.UNKNOWN)
        return value

    def _text(self, text: str) -> str:
        find: Callable[[str], Any] | None = getattr(self.redact, "find", None)
        if find is None:
            return self.redact.text(text)
        parts, end = [], 0
        for finding in find(text):
            if finding.start >= end and not self._is_me(text[finding.start : finding.end]):
                parts += [text[end : finding.start], label_of(finding.category)]
                end = finding.end
        return "".join([*parts, text[end:]])


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
