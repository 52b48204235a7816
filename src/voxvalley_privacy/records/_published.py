"""Messages for a broker: `send(topic, value, key, headers)` of Kafka, `basic_publish()` of AMQP."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

__all__ = ["Published", "arguments_of"]

# How clients call the place that a message goes to. A topic that is changed sends the record to
# another place: each of its words is looked at by itself, so that `calls.v1.2026-11-25` is no
# number, and `calls.+14155550132` still has one. Words of digits alone are looked at together, and
# a place with spaces in it, such as the subject of a letter, as a whole.
_PLACES = frozenset({"exchange", "queue", "queue_name", "routing_key", "subject", "topic"})
_WORDS = re.compile(
    r"""
    \d+ (?:[._/:]\d+)* (?![^._/:])  # words of digits
    | [^._/:]+                       # any other word
    """,
    re.VERBOSE,
)
# How clients call the record itself; whatever it is, it is treated. So is the first argument that
# is no place, however it is called.
_CONTENTS = frozenset({"body", "data", "message", "payload", "value"})
# Fields of AMQP's properties that apps fill; the others are flags and names of the protocol.
_PROPERTIES = ("correlation_id", "message_id")


@lru_cache(maxsize=256)
def _names(function: Callable[..., Any], skipped: int) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)[skipped:]


def arguments_of(method: Callable[..., Any], /, *, first: bool = False) -> tuple[str, ...]:
    """
    Return the names of the arguments of a method that names a place; none for any other.

    Args:
        method: The method, or a function.

        first: Only where the place comes first, so that the record cannot.
    """
    function = getattr(method, "__func__", None)
    try:
        names = _names(method, 0) if function is None else _names(function, 1)
    except (ValueError, TypeError):
        return ()
    if first:
        return names if names and names[0] in _PLACES else ()
    return () if _PLACES.isdisjoint(names) else names


class Published:
    """
    Treat the arguments of a call that publishes a message.

    Args:
        value: Treats a record.

        beside: Treats what can be a record, and passes numbers, flags and objects.
    """

    __slots__ = ("_beside", "_value")

    def __init__(self, value: Callable[[Any], Any], beside: Callable[[Any], Any]) -> None:
        self._value = value
        self._beside = beside

    def call(
        self, names: tuple[str, ...], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments treated, each as its name says; *names* are those of all."""
        record = next((name for name in names if name not in _PLACES), "")
        contents = {*_CONTENTS, record}
        named = dict(zip(names, args, strict=False))
        known = tuple(self._argument(name, arg, contents) for name, arg in named.items())
        rest = tuple(map(self._other, args[len(known) :]))
        rest_by_name = {name: self._argument(name, arg, contents) for name, arg in kwargs.items()}
        return (*known, *rest), rest_by_name

    def _argument(self, name: str, arg: Any, contents: set[str]) -> Any:
        if name in _PLACES:
            return self._place(arg)
        if name in contents and arg is not None:
            return self._value(arg)
        return self._other(arg)

    def _other(self, arg: Any) -> Any:
        if isinstance(getattr(arg, "headers", None), Mapping):
            return self._properties(arg)
        return self._beside(arg)

    def _place(self, place: Any) -> Any:
        if not isinstance(place, str):
            return self._beside(place)
        if any(map(str.isspace, place)):
            return self._value(place)
        return _WORDS.sub(lambda word: str(self._value(word.group())), place)

    def _properties(self, properties: Any) -> Any:
        """Return a copy with treated headers and ids, or none where it cannot be copied."""
        try:
            treated = copy.copy(properties)
            treated.headers = self._value(properties.headers)
            for name in _PROPERTIES:
                if isinstance(getattr(properties, name, None), str):
                    setattr(treated, name, self._value(getattr(properties, name)))
        except Exception:  # a message without properties is less, and never raw
            return None
        return treated
