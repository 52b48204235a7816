"""Wait for all parts of a message before any of them is shown."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from threading import Lock
from types import TracebackType
from typing import Self

import attrs

from ...errors import ConfigurationError
from ...placeholders import BYTES, FAULT, TRUNCATED
from ...reading.sms import UserData, writable
from ...redaction import Redactor, treated_pieces
from ...vocabulary import DataCategory

__all__ = ["Part", "PartBuffer", "TreatedPart"]

_LONGEST = 2048  # characters of one part; a PDU holds 160
_MOST_PARTS = 255
_MOST_CHARS = 8_000_000  # of all that waits


def _hidden(value: object) -> str:
    return "<hidden>"


@attrs.frozen(kw_only=True)
class Part:
    """
    Hold one part of a message as it came in; its repr shows only which part it is.

    Args:
        sender: Number it is from.

        recipient: Number it is to.

        data: What `decode_user_data()` made of its payload.

        tag: Anything that tells the caller which record this was; comes out again with the treated text.
    """

    sender: str = attrs.field(repr=_hidden)
    recipient: str = attrs.field(repr=_hidden)
    data: UserData
    tag: object = attrs.field(default=None, repr=_hidden)


@attrs.frozen(kw_only=True)
class TreatedPart:
    """
    Hold the treated text of one part.

    Args:
        tag: What the part came with.

        text: Its text without what is personal; `[TRUNCATED]` when the message never was whole, `[BYTES]` when it is no text.

        number: Which part it is.

        total: How many there are.

        complete: Whether all parts came.
    """

    tag: object = attrs.field(repr=_hidden)
    text: str
    number: int
    total: int
    complete: bool


@attrs.define(eq=False)
class _Message:
    since: float
    texts: dict[int, str | None] = attrs.field(factory=dict)
    arrived: list[tuple[object, int]] = attrs.field(factory=list)

    def size(self) -> int:
        return sum(len(text or "") for text in self.texts.values())


class PartBuffer:
    """
    Hold back the parts of long messages until all are there, then give them out treated as one text.

    Every part that goes in comes out once, in the order of arrival within its message. Whatever keeps a message from being whole (a
    part that never comes, another part under the same number, a full buffer, the end) makes placeholders of its parts. Messages of one
    part come out at once. Nothing raises, several threads may use it, and nothing is written anywhere: what was held when the process
    ends is gone.

    Args:
        redact: A `voxvalley_privacy.Redactor`; its policy says what happens to `DataCategory.CONTENT`.

        timeout: How long a message may take from its first part on.

        most: Messages that wait at a time, 1 to 100,000; above, and above 8 million characters in all, the oldest goes.

        clock: Gives seconds that never go back.

    Raises:
        voxvalley_privacy.ConfigurationError: If a setting is out of range.
    """

    __slots__ = ("_chars", "_clock", "_lock", "_most", "_open", "_redact", "_timeout", "_waiting")

    def __init__(
        self,
        redact: Redactor,
        /,
        *,
        timeout: timedelta = timedelta(minutes=5),
        most: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not isinstance(redact, Redactor):
            raise ConfigurationError("PartBuffer(): give it a vp.Redactor.")
        if timeout <= timedelta(0) or not 1 <= most <= 100_000:
            raise ConfigurationError(
                "PartBuffer(): 'timeout' must be above 0, and 'most' 1 to 100,000 messages."
            )
        self._redact = redact
        self._timeout = timeout.total_seconds()
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._waiting: OrderedDict[tuple[object, ...], _Message] = OrderedDict()
        self._chars = 0
        self._open = True

    def __repr__(self) -> str:
        return f"PartBuffer(<{len(self._waiting)} messages wait>)"

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, part: Part, /) -> tuple[TreatedPart, ...]:
        """Take a part and return those that are ready now: none, all of its message, or those of others that are given up."""
        with self._lock:
            try:
                return (*self._overdue(self._clock()), *self._added(part))
            except (
                Exception
            ):  # a fault gives less, never raw, and never an exception into the call path
                return (
                    TreatedPart(
                        tag=getattr(part, "tag", None),
                        text=FAULT,
                        number=1,
                        total=1,
                        complete=False,
                    ),
                )

    def expire(self) -> tuple[TreatedPart, ...]:
        """Return placeholders for the parts that waited too long; call it now and then where few messages come."""
        with self._lock:
            return self._overdue(self._clock())

    def close(self) -> tuple[TreatedPart, ...]:
        """Return placeholders for all that wait; what is added from now on is a placeholder too."""
        with self._lock:
            self._open = False
            return tuple(made for key in list(self._waiting) for made in self._given_up(key))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _added(self, part: Part) -> tuple[TreatedPart, ...]:
        header = part.data.header
        if header.reference is None or header.total == 1:
            return self._treated([part.data.text], [(part.tag, 1)], 1)
        if not self._open or not 1 <= header.number <= header.total <= _MOST_PARTS:
            return (
                TreatedPart(
                    tag=part.tag,
                    text=TRUNCATED,
                    number=header.number,
                    total=header.total,
                    complete=False,
                ),
            )
        key = (part.sender, part.recipient, header.reference, header.total, header.wide)
        text = part.data.text
        short = None if text is None else text[: _LONGEST + 1]
        gone: tuple[TreatedPart, ...] = ()
        message = self._waiting.get(key)
        if message is not None and (
            message.texts.get(header.number, short) != short
            or len(message.arrived) >= 2 * _MOST_PARTS
        ):
            # The reference is taken again for another message: the first will never be whole.
            gone, message = self._given_up(key), None
        if message is None:
            while self._waiting and (
                len(self._waiting) >= self._most or self._chars >= _MOST_CHARS
            ):
                gone += self._given_up(next(iter(self._waiting)))
            message = self._waiting[key] = _Message(self._clock())
        if header.number not in message.texts:
            message.texts[header.number] = short
            self._chars += len(short or "")
        message.arrived.append((part.tag, header.number))
        if len(message.texts) < header.total:
            return gone
        self._remove(key)
        texts = [message.texts[number] for number in range(1, header.total + 1)]
        return gone + self._treated(texts, message.arrived, header.total)

    def _treated(
        self, texts: list[str | None], arrived: list[tuple[object, int]], total: int
    ) -> tuple[TreatedPart, ...]:
        try:
            if None in texts:
                made = [BYTES] * total
            elif any(text is not None and len(text) > _LONGEST for text in texts) and total > 1:
                made = [TRUNCATED] * total
            else:
                pieces = treated_pieces(
                    self._redact, [text or "" for text in texts], DataCategory.CONTENT
                )
                made = [writable(piece) for piece in pieces]
        except Exception:  # as in add()
            made = [FAULT] * total
        return tuple(
            TreatedPart(tag=tag, text=made[number - 1], number=number, total=total, complete=True)
            for tag, number in arrived
        )

    def _overdue(self, now: float) -> tuple[TreatedPart, ...]:
        gone: tuple[TreatedPart, ...] = ()
        # They stand in the order of their first parts.
        while self._waiting:
            key, message = next(iter(self._waiting.items()))
            if now - message.since < self._timeout:
                break
            gone += self._given_up(key)
        return gone

    def _given_up(self, key: tuple[object, ...]) -> tuple[TreatedPart, ...]:
        message = self._remove(key)
        total = key[3]
        assert isinstance(total, int)
        return tuple(
            TreatedPart(tag=tag, text=TRUNCATED, number=number, total=total, complete=False)
            for tag, number in message.arrived
        )

    def _remove(self, key: tuple[object, ...]) -> _Message:
        message = self._waiting.pop(key)
        self._chars -= message.size()
        return message
