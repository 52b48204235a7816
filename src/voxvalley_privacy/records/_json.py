"""JSON documents: a list is a stream of records, anything else is one."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import attrs

from ..schemas import Schema, compile_paths
from ._border import Guard, Redact, Tally
from ._frames import LINE_LIMIT, Destination, Reader, Source, StreamReport, run
from ._jsonl import MARKED, NOT_JSON, JsonWriter, parse_json, parse_json_at, to_bytes, treated

__all__ = ["json_stream", "redact_json"]

_ITEMS = 200  # in a batch
_DOCUMENT_LIMIT = 64 << 20  # characters of a document that is no list


def redact_json(
    src: Source,
    dst: Destination,
    redact: Redact,
    /,
    *,
    ensure_ascii: bool = False,
    jobs: int = 1,
    progress: Callable[[int], object] | None = None,
) -> StreamReport:
    """
    Treat a JSON document.

    A list is a stream of records in constant memory, each up to 8 MiB. Any other document is one record, or a page of
    records such as `{"calls": [...], "page": 0}`; it is held in memory, up to 64 MiB, at about ten times its size. What cannot be parsed comes out as
    `{"[UNPARSEABLE]": "[UNPARSEABLE]"}`: the document, or in a list the item and all that follows it.

    Args:
        src: Path or open file, UTF-8; what is not comes out as U+FFFD and is counted.

        dst: Path or open file. A path is written beside and put in place at the end; on an error it stays as it was.

        redact: A `voxvalley_privacy.Redactor`.

        ensure_ascii: Escape everything that is not ASCII.

        jobs: Worker processes, 1 or more.

        progress: Called with the number of bytes read so far.

    Returns:
        The counts, records out always equal to records in.
    """
    make = partial(json_stream, redact=redact, ensure_ascii=ensure_ascii)
    return run(src, dst, make, jobs=jobs, progress=progress)


def json_stream(
    reader: Reader, redact: Redact, *, ensure_ascii: bool = False
) -> tuple[Iterator[_Batch], _JsonItems]:
    """Return the items of a JSON document in batches and the work to be done on each batch."""
    write = JsonWriter.like(reader.head(), ensure_ascii=ensure_ascii, document=True)
    return _batches(_Text(reader)), _JsonItems(Guard(redact), write)


# A parsed value; a str in a tuple is the reason why there is none.
_Item = tuple[Any] | str


@attrs.frozen
class _Batch:
    items: list[_Item]
    tally: Tally
    end: str
    listed: bool = True
    first: bool = True
    last: bool = True


class _Text:
    """A text that is read as far as it is needed and forgotten as far as it was used."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self.buffer = ""
        self.at = 0
        self.ended = False
        self.end = ""  # the line end that the text closes with
        self.tally = Tally()

    def grow(self) -> bool:
        """Read about as much again as is held, so that trying again stays linear; False at the end."""
        if self.ended:
            return False
        parts = [self.buffer[self.at :]]
        wanted = max(len(parts[0]), 1)
        while wanted > 0 and not self.ended:
            chunk = self._reader.read(1 << 18)
            self.ended = not chunk
            text = self._decoder.decode(chunk, final=self.ended)
            parts.append(self._mended(text))
            self.end = ("\n" if text.endswith("\n") else "") if text else self.end
            wanted -= len(text)
        self.buffer, self.at = "".join(parts), 0
        return True

    def _mended(self, text: str) -> str:
        try:
            text.encode()
        except UnicodeEncodeError:
            self.tally.marked["encoding"] += 1
            return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return text

    def next_char(self) -> str:
        """Return the next character that is not white space, without using it; empty at the end."""
        while True:
            while self.at < len(self.buffer):
                if self.buffer[self.at] not in " \t\r\n":
                    return self.buffer[self.at]
                self.at += 1
            if not self.grow():
                return ""

    def drain(self) -> None:
        """Read to the end, so that nobody who writes to us is cut off."""
        self.buffer, self.at = "", 0
        while self._reader.read(1 << 18):
            pass


def _batches(text: _Text) -> Iterator[_Batch]:
    start = text.next_char()
    if not start:
        return
    if start != "[":
        item = _document(text)
        yield _Batch([item], text.tally, text.end, listed=False)
        return
    items = _items(text)
    batch, first = list(islice(items, _ITEMS)), True
    while True:
        following = list(islice(items, _ITEMS)) if batch else []
        tally, text.tally = text.tally, Tally()
        yield _Batch(batch, tally, "" if following else text.end, first=first, last=not following)
        if not following:
            return
        batch, first = following, False


def _document(text: _Text) -> _Item:
    while len(text.buffer) <= _DOCUMENT_LIMIT and text.grow():
        pass
    if not text.ended:
        text.drain()
        return "too_long"
    value = parse_json(text.buffer.strip(" \t\r\n"), text.tally)
    return "unparseable" if value is NOT_JSON else (value,)


def _items(text: _Text) -> Iterator[_Item]:
    """Yield the items of a list; at the first that cannot be read, the reason, once for it and all that follows."""
    text.at += 1
    if text.next_char() != "]":
        while True:
            text.next_char()
            item = _item(text)
            yield item
            if isinstance(item, str):
                text.drain()
                return
            if text.next_char() != ",":
                break
            text.at += 1
    if text.next_char() == "]":
        text.at += 1
        if not text.next_char():
            return
    text.drain()
    yield "unparseable"


def _item(text: _Text) -> _Item:
    while True:
        found = parse_json_at(text.buffer, text.at)
        # A number at the end of what was read may go on in what was not.
        if found is not None and (found.end < len(text.buffer) or text.ended):
            text.at = found.end
            text.tally.marked["number"] += found.strange
            return (found.value,)
        if len(text.buffer) - text.at > LINE_LIMIT:
            return "too_long"
        if not text.grow():
            return "unparseable"


@attrs.frozen
class _JsonItems:
    guard: Guard
    write: JsonWriter

    def __call__(self, batch: _Batch, /) -> tuple[bytes, Tally]:
        tally = batch.tally
        before = self.guard.faults()
        tally.records_in = len(batch.items)
        out = [self._item(item, tally, listed=batch.listed) for item in batch.items]
        tally.records_out = tally.records_in
        tally.faults.update(self.guard.faults() - before)
        if not batch.listed:
            return to_bytes("".join(out) + batch.end), tally
        indent = self.write.indent or 0
        line = "\n" + " " * indent if indent else ""
        between = line or (" " if self.write.spaced else "")
        start = ("[" + line if batch.first else "," + between) if out else "[" * batch.first
        close = ("\n" if indent and (out or not batch.first) else "") + "]" + batch.end
        # A line break inside a text is written as an escape, so these are all between values.
        body = f",{between}".join([item.replace("\n", line) for item in out])
        return to_bytes(start + body + close * batch.last), tally

    def _item(self, item: _Item, tally: Tally, *, listed: bool) -> str:
        if isinstance(item, str):
            tally.marked[item] += 1
            return self.write(MARKED)
        made = treated(item[0], self.guard, tally) if listed else self._document(item[0], tally)
        return self.write.or_marked(made, tally)

    def _document(self, document: Any, tally: Tally) -> Any:
        """Return a document treated; when it wraps records, they are counted and not the document."""
        pages = _pages(document, self.guard) if isinstance(document, dict) else {}
        made = treated(
            {**document, **{key: [] for key in pages}} if pages else document, self.guard, tally
        )
        if pages and isinstance(made, dict):
            tally.records_in = sum(map(len, pages.values()))
            for key, records in pages.items():
                if made.get(key) == []:
                    made[key] = [self.guard.record(record, tally) for record in records]
        return made


def _pages(document: dict[str, Any], guard: Guard) -> dict[str, list[Any]]:
    """Return the lists of records that a document wraps, as a page of an API does; each record has its own budget."""
    schema = getattr(guard.redact, "schema", None)
    root = compile_paths(schema) if isinstance(schema, Schema) else None
    return {
        key: value
        for key, value in document.items()
        if isinstance(value, list)
        and value
        and all(isinstance(record, dict) for record in value)
        and (root is None or root.child(key) is root)
    }
