"""Short messages: payloads, their headers, and messages in parts."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import timedelta
from threading import Lock
from types import TracebackType
from typing import NamedTuple, Self

import attrs

from ..errors import ConfigurationError
from ..placeholders import BYTES, FAULT, TRUNCATED, label_of
from ..reading.sms import (
    UserData,
    UserDataHeader,
    decode_short_message,
    decode_user_data,
    parse_udh,
    writable,
)
from ..redaction import Redactor, treated_pieces
from ..vocabulary import DataCategory

__all__ = [
    "Part",
    "PartBuffer",
    "TreatedPart",
    "UserData",
    "UserDataHeader",
    "decode_short_message",
    "decode_user_data",
    "parse_udh",
    "redact_pdu_payload",
]


def redact_pdu_payload(
    data: bytes | str,
    redact: Redactor,
    /,
    *,
    dcs: int = 0,
    udhi: bool = False,
    septets: int | None = None,
    packed: bool = True,
) -> str:
    """
    Return the text of one payload, treated as content; `[BYTES]` when it is not text.

    For a part of a longer message the result is only the label of content: neither part would show
    a value that is split over two. Use a `PartBuffer` to see the text of such messages.

    Args:
        data: The bytes, or their hexadecimal digits.

        redact: A `voxvalley_privacy.Redactor`.

        dcs: As in `decode_user_data()`.

        udhi: As in `decode_user_data()`.

        septets: As in `decode_user_data()`.

        packed: As in `decode_user_data()`.
    """
    try:
        decoded = decode_user_data(data, dcs=dcs, udhi=udhi, septets=septets, packed=packed)
        if decoded.text is None:
            return BYTES
        if decoded.header.total > 1:
            return label_of(DataCategory.CONTENT)
        return writable(treated_pieces(redact, [decoded.text], DataCategory.CONTENT)[0])
    except Exception:  # a fault gives less, never raw, and never an exception into the call path
        return FAULT


# Messages in parts --------------------------------------------------------------------------------

_LONGEST = 2048  # characters of one part; a PDU holds 160
_MOST_PARTS = 255
_MOST_CHARS = 8_000_000  # of all parts that wait


def _hidden(value: object) -> str:
    return "<hidden>"


@attrs.frozen(kw_only=True)
class Part:
    """
    Hold one part of a message as it came in; its repr shows only which part it is.

    Args:
        sender: The sender's number.

        recipient: The recipient's number.

        data: The result of `decode_user_data()` for its payload.

        tag: Any value by which the caller recognizes this record; it comes out again with the
            treated text.
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
        tag: The tag that the part came with.

        text: Its text, treated; `[TRUNCATED]` when the message was never complete, `[BYTES]` when
            it is not text.

        number: Which part it is.

        total: How many there are.

        complete: Whether all parts came.
    """

    tag: object = attrs.field(repr=_hidden)
    text: str
    number: int
    total: int
    complete: bool


class _Key(NamedTuple):
    """The parts of one message agree in these."""

    sender: str
    recipient: str
    reference: int
    total: int
    wide: bool


@attrs.define(eq=False)
class _Message:
    since: float
    texts: dict[int, str | None] = attrs.field(factory=dict)
    arrived: list[tuple[object, int]] = attrs.field(factory=list)

    def size(self) -> int:
        return sum(len(text or "") for text in self.texts.values())

    def excludes(self, number: int, text: str | None) -> bool:
        """Whether a part shows that its reference is in use for another message."""
        if len(self.arrived) >= 2 * _MOST_PARTS:
            return True
        return self.texts.get(number, text) != text


class PartBuffer:
    """
    Hold back the parts of long messages until all are there, then return them treated as one text.

    Every part that goes in comes out once, in the order of arrival within its message. Whatever
    keeps a message incomplete (a part that never comes, another part under the same number, a full
    buffer, the end) turns its parts into placeholders. Messages of one part come out at once.
    Nothing raises, several threads may use it, and nothing is written anywhere: parts that were
    held when the process ends are lost.

    Args:
        redact: A `voxvalley_privacy.Redactor`; its policy decides about `DataCategory.CONTENT`.

        timeout: How long a message may take, counted from its first part.

        most: How many messages wait at a time, 1 to 100,000. Above this, and above 8 million
            characters in all, the oldest is given up.

        clock: Returns seconds that never go back.

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
            raise ConfigurationError("PartBuffer() needs a vp.Redactor.")
        if timeout <= timedelta(0) or not 1 <= most <= 100_000:
            raise ConfigurationError(
                "PartBuffer(): 'timeout' must be above 0, and 'most' 1 to 100,000 messages."
            )
        self._redact = redact
        self._timeout = timeout.total_seconds()
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._waiting: OrderedDict[_Key, _Message] = OrderedDict()
        self._chars = 0
        self._open = True

    def __repr__(self) -> str:
        return f"PartBuffer(<{len(self._waiting)} messages wait>)"

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, part: Part, /) -> tuple[TreatedPart, ...]:
        """Take a part; return the parts that are ready: none, its message's, or given-up ones."""
        with self._lock:
            try:
                return (*self._overdue(self._clock()), *self._added(part))
            except Exception:  # a fault gives less, never raw, and never raises into the call path
                return (_placeholder(getattr(part, "tag", None), FAULT, 1, 1),)

    def expire(self) -> tuple[TreatedPart, ...]:
        """Return placeholders for the parts that waited too long; call it where few come in."""
        with self._lock:
            return self._overdue(self._clock())

    def close(self) -> tuple[TreatedPart, ...]:
        """Return placeholders for all that wait; parts added later are placeholders too."""
        with self._lock:
            self._open = False
            return self._given_up(tuple(self._waiting))

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
        number, total = header.number, header.total
        if header.reference is None or total == 1:
            return self._treated([part.data.text], [(part.tag, 1)], 1)
        if not self._open or not 1 <= number <= total <= _MOST_PARTS:
            return (_placeholder(part.tag, TRUNCATED, number, total),)
        key = _Key(part.sender, part.recipient, header.reference, total, header.wide)
        text = part.data.text
        short = None if text is None else text[: _LONGEST + 1]
        gone: tuple[TreatedPart, ...] = ()
        known = self._waiting.get(key)
        if known is not None and known.excludes(number, short):
            # Another message uses the reference: the first one will never be complete.
            gone = self._given_up([key])
        if key not in self._waiting:
            gone += self._with_room()
            self._waiting[key] = _Message(self._clock())
        self._put(self._waiting[key], number, short)
        self._waiting[key].arrived.append((part.tag, number))
        return gone + self._if_complete(key)

    def _with_room(self) -> tuple[TreatedPart, ...]:
        """Give up the oldest messages until one more has room."""
        gone: tuple[TreatedPart, ...] = ()
        while self._waiting and (len(self._waiting) >= self._most or self._chars >= _MOST_CHARS):
            gone += self._given_up([next(iter(self._waiting))])
        return gone

    def _put(self, message: _Message, number: int, text: str | None) -> None:
        if number not in message.texts:
            message.texts[number] = text
            self._chars += len(text or "")

    def _if_complete(self, key: _Key) -> tuple[TreatedPart, ...]:
        if len(self._waiting[key].texts) < key.total:
            return ()
        message = self._remove(key)
        texts = [message.texts[number] for number in range(1, key.total + 1)]
        return self._treated(texts, message.arrived, key.total)

    def _treated(
        self, texts: list[str | None], arrived: list[tuple[object, int]], total: int
    ) -> tuple[TreatedPart, ...]:
        try:
            shown = self._shown(texts)
        except Exception:  # as in add()
            shown = [FAULT] * total
        return tuple(
            TreatedPart(tag=tag, text=shown[number - 1], number=number, total=total, complete=True)
            for tag, number in arrived
        )

    def _shown(self, texts: list[str | None]) -> list[str]:
        whole = [text for text in texts if text is not None]
        if len(whole) < len(texts):
            return [BYTES] * len(texts)
        if len(whole) > 1 and max(map(len, whole)) > _LONGEST:
            return [TRUNCATED] * len(texts)
        return [writable(t) for t in treated_pieces(self._redact, whole, DataCategory.CONTENT)]

    def _overdue(self, now: float) -> tuple[TreatedPart, ...]:
        gone: tuple[TreatedPart, ...] = ()
        # They are in the order of their first parts.
        while self._waiting:
            key, message = next(iter(self._waiting.items()))
            if now - message.since < self._timeout:
                break
            gone += self._given_up([key])
        return gone

    def _given_up(self, keys: Iterable[_Key]) -> tuple[TreatedPart, ...]:
        return tuple(
            _placeholder(tag, TRUNCATED, number, key.total)
            for key in keys
            for tag, number in self._remove(key).arrived
        )

    def _remove(self, key: _Key) -> _Message:
        message = self._waiting.pop(key)
        self._chars -= message.size()
        return message


def _placeholder(tag: object, text: str, number: int, total: int) -> TreatedPart:
    return TreatedPart(tag=tag, text=text, number=number, total=total, complete=False)
