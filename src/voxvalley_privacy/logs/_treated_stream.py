"""A text stream whose lines are treated before they reach the stream behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import local
from typing import Any

from ..placeholders import FAULT, TRUNCATED
from ._texts import Texts

__all__ = ["TreatedStream"]

_MOST_HELD = 65_536  # characters of a line that does not end


class TreatedStream:
    """
    Write treated lines to another stream. The start of a line waits for its end, or for `flush()`.

    Args:
        stream: Gets the lines. Everything but writing is left to it.

        texts: Treats the lines.
    """

    def __init__(self, stream: Any, texts: Texts) -> None:
        self._stream = stream
        self._texts = texts
        # Lines of two threads do not mix, and no lock can be held over a fork.
        self._held = local()

    def write(self, text: str, /) -> int:
        """Write the lines that are complete."""
        if not isinstance(text, str):
            raise TypeError("write() needs a text.")
        complete, end, rest = (self._taken() + text).rpartition("\n")
        if len(rest) > _MOST_HELD:
            complete, end, rest = f"{complete}{end}{TRUNCATED}", "\n", ""
        self._held.text = rest
        if end:
            self._stream.write(self._treated(complete) + end)
        return len(text)

    def writelines(self, lines: Iterable[str], /) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Write what this thread has begun without ending its line."""
        rest = self._taken()
        if rest:
            self._stream.write(self._treated(rest))
        self._stream.flush()

    @property
    def buffer(self) -> _Bytes:
        """A stream of bytes in UTF-8, treated in the same way."""
        return _Bytes(self)

    def _taken(self) -> str:
        held: str = getattr(self._held, "text", "")
        self._held.text = ""
        return held

    def _treated(self, text: str) -> str:
        try:
            return self._texts.part("line", text)
        except Exception:  # a fault gives less, never raw, and never reaches the caller
            self._texts.fault()
            return FAULT

    def __iter__(self) -> Iterator[str]:
        return iter(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Bytes:
    """Take bytes for a treated stream."""

    __slots__ = ("_stream",)

    def __init__(self, stream: TreatedStream) -> None:
        self._stream = stream

    def write(self, data: bytes, /) -> int:
        self._stream.write(bytes(data).decode(errors="replace"))
        return len(data)

    def flush(self) -> None:
        self._stream.flush()
