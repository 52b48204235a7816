"""Look at records and texts in the place of a redactor, and count what is in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ..actions import scan as searched
from ..reading import one_line
from ..records import is_sip
from ..redaction import Explained, Explanation, Redactor
from ..schemas import Schema, get
from ..vocabulary import DataCategory

__all__ = ["Looker", "emptied"]


class Looker:
    """Take the place of a redactor, look at all records, and pass nothing on."""

    def __init__(self, redact: Redactor) -> None:
        self.redact = redact
        as_text = {DataCategory.SIP_URI: searched}  # a name, a user and a host are counted apart
        self.headers = Redactor(redact.policy.with_actions(as_text), get("sip.headers"))
        self.counts: Counter[tuple[DataCategory, str]] = Counter()
        self.first: Explanation | None = None

    @property
    def schema(self) -> Schema | None:
        return self.redact.schema

    def __call__(self, record: Any, /) -> Any:
        rows = self.redact.explain(record)
        self.first = self.first or rows
        self.counts.update(_held(record, rows, self.redact))
        for message in filter(is_sip, _texts(record)):
            self._look_into(message)
        return emptied(record)

    def text(self, text: str, /) -> str:
        self._find(text)
        if is_sip(text):
            self._look_into(text)
        # Names of fields come here too, and must stay the names that they are.
        return self.redact.text(text)

    def _find(self, text: str) -> None:
        for category in {finding.category for finding in self.redact.find(text)}:
            self.counts[category, ""] += 1

    def _look_into(self, message: str) -> None:
        """Count what the headers and the body of a SIP message hold, beside the message itself."""
        head, _, body = message.replace("\r\n", "\n").partition("\n\n")
        for line in head.replace("\n ", " ").replace("\n\t", " ").split("\n")[1:]:
            name, _, value = line.partition(":")
            header = {name.strip(): value.strip()}
            self.counts.update(_held(header, self.headers.explain(header), self.headers))
        for line in body.split("\n"):
            self._find(line)

    def stats(self) -> Any:
        return self.redact.stats()


_SILENT = frozenset({DataCategory.UNKNOWN, DataCategory.STATUS, DataCategory.FREE_TEXT})


def _held(record: Any, rows: Explanation, redact: Redactor) -> Counter[tuple[DataCategory, str]]:
    labels = Counter(_labels(redact(record), "")) - Counter(_labels(record, ""))
    return _seen(rows, labels)


def _seen(
    rows: Iterable[Explained], labels: Counter[tuple[DataCategory, str]]
) -> Counter[tuple[DataCategory, str]]:
    """
    Return what one record holds: by its fields, and by the labels that the redactor writes.

    Only one item of a list is explained, and a field can show what another one hides.
    """
    labelled = {path for _, path in labels}
    seen: Counter[tuple[DataCategory, str]] = Counter()
    for row in rows:
        path = one_line(row.path)
        named = () if path in labelled and row.action != "scan" else (row.category,)
        seen.update((category, path) for category in {*named, *row.found})
    return Counter({key: n for key, n in (seen | labels).items() if key[0] not in _SILENT})


_LABEL = re.compile(r"\[([A-Z_]{2,40})\]")


def emptied(record: Any) -> Any:
    """Return what is written of a record that was only looked at: nothing, in its shape."""
    return {} if isinstance(record, dict) else []


def _labels(value: object, path: str) -> Iterator[tuple[DataCategory, str]]:
    """Yield the categories of the labels in a treated value, each with its path, once a text."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _labels(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        nested = any(isinstance(item, dict | list) for item in value)
        for item in value:
            yield from _labels(item, f"{path}[]" if nested else path)
    elif isinstance(value, str):
        for name in set(_LABEL.findall(value)) & set(DataCategory.__members__):
            yield DataCategory[name], one_line(path)


def _texts(value: object) -> Iterator[str]:
    """Yield the texts in a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
