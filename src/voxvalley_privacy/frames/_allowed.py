"""A rule of consent asked for a whole column: once for each distinct value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import pyarrow as pa

from ..errors import ConfigurationError

__all__ = ["AsksMany", "allowed"]


class AsksMany(Protocol):
    """Answers about many contacts at once: a rule that `vp.may_contact()` returns does."""

    def many(self, contacts: Iterable[Any], /) -> Iterator[object]:
        """Yield a decision for each contact, in their order."""


def allowed(column: Any, may: AsksMany, contact: Callable[[Any], Any], /) -> Any:
    """
    Ask a rule about each distinct value of a column, and return the rows that it allows.

    The answer is for now, and counts nothing: `permit.use()` asks again in the line before each
    send, and stops a second one to the same person where caps say so.

    Args:
        column: A column of `pyarrow`, Polars or pandas, such as the numbers of a campaign.

        may: What `vp.may_contact()` returned.

        contact: Makes the `vp.Contact` of a value.

    Returns:
        A `pyarrow` array of booleans, for `table.filter()`. A null is not allowed, and neither is a
        value about which there is no answer.

    Raises:
        voxvalley_privacy.ConfigurationError: If this is no column, or *may* cannot be asked about
            many.
    """
    if not callable(getattr(may, "many", None)):
        raise ConfigurationError("allowed() needs a rule with `many`, as vp.may_contact() returns.")
    codes, values = _encoded(column)
    answers = map(bool, may.many(contact(value) for value in values))
    yes = dict(zip(range(len(values)), answers, strict=False))
    rows = [code is not None and yes.get(code, False) for code in codes]
    return pa.array(rows, pa.bool_())


def _encoded(column: Any) -> tuple[list[int | None], list[Any]]:
    """Return for each row the place of its value among the distinct ones; None for a null."""
    try:
        array = column if isinstance(column, pa.Array | pa.ChunkedArray) else pa.array(column)
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        encoded = array.dictionary_encode()
    except (pa.ArrowException, TypeError, ValueError, AttributeError):
        encoded = None
    if encoded is None:
        raise ConfigurationError("allowed() needs a column of one type.")
    return encoded.indices.to_pylist(), encoded.dictionary.to_pylist()
