"""The texts in an output of any type; an output that cannot be read fails the test."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from .decodings import bytes_as_text
from .searched_answers import is_answer, parts_of_answer

__all__ = ["as_text", "plain", "texts_of"]

_MOST_DEPTH = 150
# Tables show a few of their rows only: how each gives all of them.
_ALL_OF_A_TABLE = ("to_pylist", "to_dicts", "to_csv", "tolist", "to_list")


def plain(record: Any, /) -> Any:
    """Return a record of a class, such as a dataclass or a pydantic model, as a mapping."""
    if hasattr(record, "model_dump") and not isinstance(record, type):
        return record.model_dump()
    if dataclasses.is_dataclass(record) and not isinstance(record, type):
        return dataclasses.asdict(record)
    if attrs.has(type(record)):
        return attrs.asdict(record)
    return record


def texts_of(output: object, /, *, path: str = "") -> Iterator[tuple[str, str]]:
    """
    Yield what can be read in an output: where in it, and the text.

    Args:
        output: A text, octets, a number, a record, a list of them, an answer of an app, a file, a
            table, an error with its causes, or any object, of which `str()` and `repr()` are read.

        path: Where it is.

    Raises:
        AssertionError: If a part of it cannot be read without using it up, or at all.
    """
    return _texts(output, path, 0, {})


def _texts(
    output: object, path: str, depth: int, seen: dict[int, object]
) -> Iterator[tuple[str, str]]:
    if output is None or isinstance(output, bool) or id(output) in seen:
        return
    if isinstance(output, str):
        yield path, output
        return
    if isinstance(output, bytes | bytearray | memoryview):
        yield path, bytes_as_text(bytes(output))
        return
    if depth > _MOST_DEPTH:
        raise AssertionError("The output is nested too deep to be searched.")
    seen[id(output)] = output  # kept, so that no other object gets its id
    for step, part in _parts(output, path):
        if step == path and isinstance(part, str):
            yield step, part
        else:
            yield from _texts(part, step.lstrip("."), depth + 1, seen)


def _parts(output: Any, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(output, Mapping):
        yield from _fields(output, path)
    elif isinstance(output, list | tuple | set | frozenset):
        yield from ((f"{path}[]", value) for value in output)
    else:
        yield from _said(output, path)
        for read in _READERS:
            yield from read(output, path)


def _fields(output: Mapping[Any, Any], path: str) -> Iterator[tuple[str, object]]:
    for key, value in output.items():
        yield f"{path} (key)".strip(), str(key)
        yield f"{path}.{key}", value


def _said(output: object, path: str) -> Iterator[tuple[str, object]]:
    """Read `str()` and `repr()`; an object that has neither is not clean."""
    texts = []
    for read in (str, repr):
        try:
            texts.append(read(output))
        except Exception:  # noqa: S112 - an error could hold the value
            continue
    if not texts:
        raise AssertionError(f"{type(output).__name__} has no text, so it cannot be searched.")
    yield from ((path, text) for text in texts)


# Objects that say less in `repr()` than they hold -------------------------------------------------


def _error(output: Any, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(output, BaseException):
        yield f"{path}.args", output.args
        for name in ("__cause__", "__context__", "__notes__", "exceptions"):
            yield f"{path}.{name}", getattr(output, name, None)


def _answer(output: Any, path: str) -> Iterator[tuple[str, object]]:
    if is_answer(output):
        yield from ((f"{path}.{part}", content) for part, content in parts_of_answer(output))


def _record(output: Any, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(output, logging.LogRecord):
        yield f"{path}.message", output.getMessage()
        yield path, vars(output)
    fields = plain(output)
    if fields is not output:
        yield path, fields


def _file(output: Any, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(output, Path) and output.is_file():
        yield path, output.read_bytes()
    elif hasattr(output, "getvalue"):
        yield path, output.getvalue()
    elif hasattr(output, "seek") and hasattr(output, "readable") and output.readable():
        at = output.tell()
        output.seek(0)
        yield path, output.read()
        output.seek(at)


def _table(output: Any, path: str) -> Iterator[tuple[str, object]]:
    for name in _ALL_OF_A_TABLE:
        read = getattr(output, name, None)
        if callable(read) and not isinstance(output, type):
            yield path, read()
            return


def _iterator(output: Any, _path: str) -> Iterator[tuple[str, object]]:
    is_file = hasattr(output, "read")
    if hasattr(output, "__next__") and not is_file:
        raise AssertionError(
            f"{type(output).__name__} would be used up by a search: give a list of what it yields."
        )
    yield from ()


_READERS: tuple[Callable[[Any, str], Iterator[tuple[str, object]]], ...] = (
    _error,
    _answer,
    _record,
    _file,
    _table,
    _iterator,
)


def as_text(output: object, /) -> str:
    """Return an output as one text, to look for what is spread over its parts."""
    try:
        return json.dumps(output, ensure_ascii=False, default=str)
    except Exception:  # its parts are searched one by one
        return ""
