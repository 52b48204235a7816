"""Text of no format: every line is treated by what is found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import attrs

from ..placeholders import TRUNCATED
from ..reading import one_line
from ._border import Guard, Redact, Tally
from ._frames import LINE_LIMIT, OVERLONG, Destination, Reader, Source, StreamReport, blocks, run

__all__ = ["Lines", "decoded_lines", "redact_text_lines", "text_stream"]

_OVERLONG = OVERLONG.decode()


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
    Treat each line of a text as free text.

    A line above 8 MiB comes out as `[TRUNCATED]`. Blank lines stay and are no records. Controls inside a line, such as those of a
    terminal's colors, are spelled out.

    Args:
        src: Path or open file, UTF-8; what is not comes out as U+FFFD and is counted.

        dst: Path or open file. A path is written beside and put in place at the end; on an error it stays as it was.

        redact: A `voxvalley_privacy.Redactor`.

        jobs: Worker processes, 1 or more.

        progress: Called with the number of bytes read so far.

    Returns:
        The counts, records out always equal to records in.
    """
    return run(src, dst, partial(text_stream, redact=redact), jobs=jobs, progress=progress)


def text_stream(reader: Reader, redact: Redact) -> tuple[Iterator[bytes], Lines]:
    """Return the blocks of a text and the work to be done on each."""
    return blocks(reader), Lines(Guard(redact), Guard.text)


@attrs.frozen
class Lines:
    """Treat a block of lines, each by *treat*: one line in, one line out."""

    guard: Guard
    treat: Callable[[Guard, str, Tally], str]

    def __call__(self, block: bytes, /) -> tuple[bytes, Tally]:
        tally = Tally()
        before = self.guard.faults()
        out = [self._line(line, tally) for line in decoded_lines(block, tally)]
        tally.records_out = tally.records_in
        tally.faults.update(self.guard.faults() - before)
        return "\n".join(out).encode("utf-8", "replace"), tally

    def _line(self, line: str, tally: Tally) -> str:
        bare = line.removesuffix("\r")
        if not bare.strip():
            return line
        tally.records_in += 1
        if bare == _OVERLONG or len(bare) > LINE_LIMIT:
            tally.marked["too_long"] += 1
            bare = TRUNCATED
        else:
            # One line in, one line out, whatever an action puts there or a reader takes for a line end.
            bare = one_line(self.treat(self.guard, bare, tally))
        return bare + line[len(line.removesuffix("\r")) :]


def decoded_lines(block: bytes, tally: Tally, /) -> list[str]:
    """Split a block into lines; those that are no UTF-8 are counted and come with U+FFFD."""
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
