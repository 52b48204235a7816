"""Files whose lines are treated one by one: text of no format, and form bodies, one a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import quote_plus, unquote_plus

import attrs

from ..placeholders import TRUNCATED
from ..reading import Run, one_line, runs_in
from ._border import UNPARSEABLE, Guard, Redact, Tally
from ._frames import LINE_LIMIT, OVERLONG, Destination, Reader, Source, StreamReport, blocks, run

__all__ = [
    "Lines",
    "TextLines",
    "decoded_lines",
    "form_stream",
    "redact_form",
    "redact_text_lines",
    "text_stream",
]

_OVERLONG = OVERLONG.decode()
_LONGEST_RUN = 32 << 10  # characters that are read together; a redactor reads 64 KiB of a text


def redact_text_lines(
    src: Source,
    dst: Destination,
    redact: Redact,
    /,
    *,
    jobs: int = 1,
    progress: Callable[[int], object] | None = None,
) -> StreamReport:
    """
    Treat each line of a text as free text; lines that say more together are read together.

    These are SIP messages, blocks of `Key: value` lines, and rows below a line that names their
    columns. Of a message, lines that are not shown are left out.

    A line above 8 MiB comes out as `[TRUNCATED]`. Blank lines stay and do not count as records.
    Controls inside a line, such as those of a terminal's colors, are spelled out.

    Args:
        src: Path or open file, UTF-8; other bytes come out as U+FFFD and are counted.

        dst: Path or open file. A path is written to a temporary file and replaced at the end;
            after an error it is as it was.

        redact: A `voxvalley_privacy.Redactor`.

        jobs: Worker processes, 1 or more.

        progress: Called with the number of bytes read so far.

    Returns:
        The counts, records out always equal to records in.
    """
    return run(src, dst, partial(text_stream, redact=redact), jobs=jobs, progress=progress)


def text_stream(reader: Reader, redact: Redact) -> tuple[Iterator[bytes], TextLines]:
    """Return the blocks of a text and the work to be done on each."""
    return _with_names(blocks(reader)), TextLines(Guard(redact), Guard.text)


def _with_names(text: Iterator[bytes]) -> Iterator[bytes]:
    """
    Yield blocks of lines behind a line of their own: the names of the columns whose rows go on in
    the block, or nothing.

    Lines that are read together stay together: the last ones of a block wait for the next.
    """
    names, rest = "", ""
    for block in text:
        try:
            lines = rest + block.decode()
        except UnicodeDecodeError:
            yield b"".join((names.encode(), b"\n", rest.encode(), block))
            names, rest = "", ""
            continue
        at, next_names = _cut(lines, names)
        if at:
            yield f"{names}\n{lines[:at]}".encode()
            names = next_names
        rest = lines[at:]
    if rest:
        yield f"{names}\n{rest}".encode()


def _cut(lines: str, names: str) -> tuple[int, str]:
    """Return up to where lines can be treated, and the names of the rows that go on behind it."""
    head = f"{names}\n" if names else ""
    bare = lines.rstrip("\r\n")
    last = runs_in(head + lines)[-1:]
    # The last line may be the first of a run.
    start = bare.rfind("\n") + 1
    if last and last[0].end - len(head) >= len(bare):
        if last[0].names:
            return len(lines), last[0].names
        start = max(last[0].start - len(head), 0)
    return (start if len(lines) - start < _LONGEST_RUN else len(lines)), ""


@attrs.frozen
class Lines:
    """Treat a block of lines, each by *treat*: one line in, one line out."""

    guard: Guard
    treat: Callable[[Guard, str, Tally], str]

    def __call__(self, block: bytes, /) -> tuple[bytes, Tally]:
        tally = Tally()
        before = self.guard.faults()
        redacted = [self._line(line, tally) for line in decoded_lines(block, tally)]
        tally.records_out = tally.records_in
        tally.faults.update(self.guard.faults() - before)
        return "\n".join(redacted).encode("utf-8", "replace"), tally

    def _line(self, line: str, tally: Tally) -> str:
        bare = line.removesuffix("\r")
        if not bare.strip():
            return line
        tally.records_in += 1
        if bare == _OVERLONG or len(bare) > LINE_LIMIT:
            tally.marked["too_long"] += 1
            bare = TRUNCATED
        else:
            # One line in, one line out, whatever an action returns or a reader takes for an end.
            bare = one_line(self.treat(self.guard, bare, tally))
        return bare + line[len(line.removesuffix("\r")) :]


@attrs.frozen
class TextLines(Lines):
    """Treat a block of lines of prose, with those together that say more together."""

    def __call__(self, block: bytes, /) -> tuple[bytes, Tally]:
        tally = Tally()
        before = self.guard.faults()
        names, *lines = decoded_lines(block, tally)
        head = f"{names}\n" if names else ""
        text = "\n".join(lines)
        redacted = "".join(self._pieces(head + text, len(head), tally))
        tally.records_out = tally.records_in
        tally.faults.update(self.guard.faults() - before)
        return redacted.encode("utf-8", "replace"), tally

    def _pieces(self, text: str, at: int, tally: Tally) -> Iterator[str]:
        """Yield the lines of a text from a place on, treated."""
        for lines in runs_in(text):
            yield self._each(text[at : max(at, lines.start)], tally)
            start = max(at, lines.start)
            for piece in _chunks(text[start : lines.end]):
                yield self._together(piece, lines, start, tally)
                start += len(piece)
            at = max(at, lines.end)
        yield self._each(text[at:], tally)

    def _each(self, lines: str, tally: Tally) -> str:
        return "\n".join([self._line(line, tally) for line in lines.split("\n")])

    def _together(self, lines: str, group: Run, start: int, tally: Tally) -> str:
        """Return lines treated together, below the names of their columns where they have such."""
        if max(map(len, lines.split("\n"))) > LINE_LIMIT or _OVERLONG in lines:
            return self._each(lines, tally)
        tally.records_in += sum(1 for line in lines.split("\n") if line.strip())
        head = f"{group.names}\n" if group.names and start > group.start else ""
        redacted = self.treat(self.guard, head + lines, tally).removeprefix(head)
        return "\n".join([_on_one_line(line) for line in redacted.split("\n")])


def _on_one_line(line: str) -> str:
    bare = line.removesuffix("\r")
    return one_line(bare) + line[len(bare) :]


def _chunks(lines: str) -> Iterator[str]:
    """Yield a run in pieces of whole lines that a redactor reads to their end."""
    at = 0
    while len(lines) - at > _LONGEST_RUN:
        cut = lines.rfind("\n", at, at + _LONGEST_RUN) + 1 or len(lines)
        yield lines[at:cut]
        at = cut
    yield lines[at:]


def decoded_lines(block: bytes, tally: Tally, /) -> list[str]:
    """Split a block into lines; those that are not UTF-8 are counted and come with U+FFFD."""
    try:
        return block.decode().split("\n")
    except UnicodeDecodeError:
        pass
    lines = []
    for raw in block.split(b"\n"):
        line = raw.decode("utf-8", "replace")
        if line.encode() != raw:
            tally.marked["encoding"] += 1
        lines.append(line)
    return lines


# Form bodies, as webhooks send them: `From=%2B12025550101&Body=hello` -----------------------------

_LONGEST_BODY = 8 << 20  # characters
_MAX_FIELDS = 10_000


def redact_form(text: str, redact: Redact, /) -> str:
    """
    Treat a form body, or the query of a URL without its `?`, as one record.

    Order, repeated names and blank values stay; everything is encoded anew. A dropped field is left
    out. A body above 8 MiB or 10,000 fields comes out as `[UNPARSEABLE]`.

    Args:
        text: The body.

        redact: A `voxvalley_privacy.Redactor`.
    """
    return _form(Guard(redact), text, Tally())


def form_stream(reader: Reader, redact: Redact) -> tuple[Iterator[bytes], Lines]:
    """Return the blocks of a file of form bodies, one a line, and the work to be done on each."""
    return blocks(reader), Lines(Guard(redact), _form)


def _form(guard: Guard, text: str, tally: Tally, /) -> str:
    """Return a form body treated, white space at its end kept."""
    body = text.strip()
    if not body:
        return text
    end = text[len(text.rstrip()) :]
    if len(body) > _LONGEST_BODY or body.count("&") >= _MAX_FIELDS:
        tally.marked["too_long"] += 1
        return UNPARSEABLE + end
    parts = [part.partition("=") for part in body.split("&")]
    pairs = [(unquote_plus(name), unquote_plus(value)) for name, _, value in parts]
    redacted = []
    for (name, value), (_, equals, _) in zip(guard.pairs(pairs, tally), parts, strict=True):
        if value is not None:
            redacted.append(_encoded(name, equals, value))
    return "&".join(redacted) + end


def _encoded(name: str, equals: str, value: object) -> str:
    spelled = quote_plus(name, errors="replace")
    if not equals and value == "":
        return spelled
    return f"{spelled}={quote_plus(str(value), errors='replace')}"
