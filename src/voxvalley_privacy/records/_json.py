"""JSON documents, one or several: a list is a stream of records, any other document is one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, islice
from typing import Any

import attrs

from ..schemas import Schema, compile_paths
from ._border import Guard, Redact, Tally
from ._frames import LINE_LIMIT, Destination, Reader, Source, StreamReport, run
from ._jsonl import MARKED, JsonWriter, parse_json_at, to_bytes, treated

__all__ = ["json_stream", "redact_json"]

_ITEMS = 200  # in a batch
_DOCUMENT_LIMIT = 64 << 20  # characters of a document that is not a list
_MOST_SKIPS = 100  # documents that cannot be read and are skipped
_SPACE = re.compile(r"[ \t\r\n\x1e]*")  # with the separator of JSON text sequences, RFC 7464
_NEXT_START = re.compile(r"\n[\[{]")


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

    A list is a stream of records in constant memory, each up to 8 MiB. Any other document is one
    record, or a page of records such as `{"calls": [...], "page": 0}`; it is held in memory, up to
    64 MiB, at about ten times its size. Documents that follow each other, pretty-printed or not,
    are a stream of records, each up to 8 MiB. A document that cannot be parsed, or in a list the
    first such item and all that follows it, comes out as `{"[UNPARSEABLE]": "[UNPARSEABLE]"}`.

    Args:
        src: Path or open file, UTF-8; other bytes come out as U+FFFD and are counted.

        dst: Path or open file. A path is written to a temporary file and replaced at the end;
            after an error it is as it was.

        redact: A `voxvalley_privacy.Redactor`.

        ensure_ascii: Escape all characters that are not ASCII.

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


# A parsed value in a tuple, or the reason why there is none.
_Item = tuple[Any] | str


@attrs.frozen
class _Batch:
    """
    Items that are treated together.

    *spaces* are what follows each document of a stream, None for the items of a list; *single* is
    whether the only item is the whole document.
    """

    items: list[_Item]
    tally: Tally
    end: str = ""
    spaces: list[str] | None = None
    single: bool = False
    first: bool = True
    last: bool = True


class _Text:
    """A text that is read only as far as it is needed, and forgotten once it was used."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self.buffer = ""
        self.at = 0
        self.ended = False
        self.end = ""  # the line end that the text closes with
        self.tally = Tally()

    def grow(self) -> bool:
        """Read about as much again as is held, so that retries stay linear; False at the end."""
        if self.ended:
            return False
        parts = [self.buffer[self.at :]]
        wanted = max(len(parts[0]), 1)
        while wanted > 0 and not self.ended:
            chunk = self._reader.read(1 << 18)
            self.ended = not chunk
            text = self._decoder.decode(chunk, final=self.ended)
            parts.append(self._mended(text))
            if text:
                self.end = "\n" if text.endswith("\n") else ""
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
        self.take_space()
        return self.buffer[self.at : self.at + 1]

    def take_space(self) -> str:
        """Use the white space that comes next, and return it."""
        spaces = []
        while True:
            space = _SPACE.match(self.buffer, self.at)
            assert space is not None  # it matches nothing too
            spaces.append(space[0])
            self.at = space.end()
            if self.at < len(self.buffer) or not self.grow():
                return "".join(spaces)

    def skip_to_line(self) -> bool:
        """Go to the next line that begins like a document; False when there is none."""
        while (start := _NEXT_START.search(self.buffer, self.at)) is None:
            # All but a line end that may be the last character is used.
            self.at = max(len(self.buffer) - 2, self.at)
            if not self.grow():
                return False
        self.at = start.end() - 1
        return True

    def drain(self) -> None:
        """Read to the end, so that a writer at the other end of a pipe is not cut off."""
        self.buffer, self.at = "", 0
        while self._reader.read(1 << 18):
            pass


def _batches(text: _Text) -> Iterator[_Batch]:
    start = text.next_char()
    if start == "[":
        yield from _list_batches(text)
    elif start:
        yield from _document_batches(text)


def _list_batches(text: _Text) -> Iterator[_Batch]:
    items = _items(text)
    batch, first = list(islice(items, _ITEMS)), True
    while True:
        following = list(islice(items, _ITEMS)) if batch else []
        tally, text.tally = text.tally, Tally()
        end = "" if following else text.end
        yield _Batch(batch, tally, end, first=first, last=not following)
        if not following:
            return
        batch, first = following, False


def _document_batches(text: _Text) -> Iterator[_Batch]:
    """Yield the only document as one batch; several as a stream of records."""
    documents = _documents(text)
    batch = list(islice(documents, _ITEMS))
    if len(batch) == 1:
        yield _Batch([batch[0][0]], text.tally, text.end, single=True)
        return
    while batch:
        tally, text.tally = text.tally, Tally()
        items, spaces = zip(*batch, strict=True)
        yield _Batch(list(items), tally, spaces=list(spaces))
        batch = list(islice(documents, _ITEMS))


def _documents(text: _Text) -> Iterator[tuple[_Item, str]]:
    """Yield each document with the white space after it; of an unreadable one the reason."""
    limit, skips = _DOCUMENT_LIMIT, 0
    while text.next_char():
        item = _item(text, limit=limit)
        if not _is_container(item) and (limit == LINE_LIMIT or text.next_char()):
            item = item if isinstance(item, str) else "unparseable"
        limit = LINE_LIMIT
        if not isinstance(item, str):
            yield item, text.take_space()
            continue
        skips += 1
        # Each search reads ahead again, so their number is limited.
        found = skips <= _MOST_SKIPS and item != "too_long" and text.skip_to_line()
        yield item, "\n" if found else text.end
        if not found:
            text.drain()
            return


def _is_container(item: _Item) -> bool:
    """Whether a document is one that others can follow: `1 2` is not JSON."""
    return not isinstance(item, str) and isinstance(item[0], dict | list)


def _items(text: _Text) -> Iterator[_Item]:
    """Yield the items of a list; for the first unreadable one and all that follow, the reason."""
    text.at += 1
    more = text.next_char() != "]"
    while more:
        text.next_char()
        item = _item(text)
        yield item
        if isinstance(item, str):
            text.drain()
            return
        more = text.next_char() == ","
        text.at += more
    if not _ends(text):
        text.drain()
        yield "unparseable"


def _ends(text: _Text) -> bool:
    """Whether the list ends here, and the document with it."""
    if text.next_char() != "]":
        return False
    text.at += 1
    return not text.next_char()


def _item(text: _Text, *, limit: int = LINE_LIMIT) -> _Item:
    while True:
        found = parse_json_at(text.buffer, text.at)
        # A number at the end of what was read may go on in what was not.
        if found is not None and (found.end < len(text.buffer) or text.ended):
            text.at = found.end
            text.tally.marked["number"] += found.strange
            return (found.value,)
        if len(text.buffer) - text.at > limit:
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
        treat = _treated_document if batch.single else treated
        items = [self._item(item, tally, treat) for item in batch.items]
        tally.records_out = tally.records_in
        tally.faults.update(self.guard.faults() - before)
        if batch.single:
            return to_bytes(items[0] + batch.end), tally
        if batch.spaces is None:
            return to_bytes(self._part_of_list(items, batch)), tally
        pairs = zip(items, batch.spaces, strict=True)
        return to_bytes("".join(chain.from_iterable(pairs))), tally

    def _part_of_list(self, items: list[str], batch: _Batch) -> str:
        """Return the items with the commas, brackets and line breaks around them."""
        if not items:
            return "[" * batch.first + "]" * batch.last + batch.end
        line = self.write.line_break
        comma = "," + (line or " " * self.write.spaced)
        # A line break inside a text is written as an escape, so these are all between values.
        body = comma.join([item.replace("\n", line) for item in items])
        start = "[" + line if batch.first else comma
        close = line[:1] + "]" if batch.last else ""
        return start + body + close + batch.end

    def _item(self, item: _Item, tally: Tally, treat: Callable[[Any, Guard, Tally], Any]) -> str:
        if isinstance(item, str):
            tally.marked[item] += 1
            return self.write(MARKED)
        return self.write.or_marked(treat(item[0], self.guard, tally), tally)


def _treated_document(document: Any, guard: Guard, tally: Tally) -> Any:
    """Return a document treated; the records that it wraps are counted in its place."""
    pages = _pages(document, guard)
    if not pages:
        return treated(document, guard, tally)
    redacted = treated(document | {key: [] for key in pages}, guard, tally)
    if not isinstance(redacted, dict):
        return redacted
    tally.records_in = sum(map(len, pages.values()))
    for key, records in pages.items():
        if redacted.get(key) == []:
            redacted[key] = [guard.record(record, tally) for record in records]
    return redacted


def _pages(document: Any, guard: Guard) -> dict[str, list[Any]]:
    """Return the lists of records that a page of an API wraps; each record has its own budget."""
    if not isinstance(document, dict):
        return {}
    schema = getattr(guard.redact, "schema", None)
    root = compile_paths(schema) if isinstance(schema, Schema) else None
    pages: dict[str, list[Any]] = {}
    for key, value in document.items():
        # A list that the schema describes is a field of the record.
        is_described = root is not None and root.child(key) is not root
        if _lists_records(value) and not is_described:
            pages[key] = value
    return pages


def _lists_records(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(record, dict) for record in value)
