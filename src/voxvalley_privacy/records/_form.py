"""Form bodies, as webhooks send them: `From=%2B12025550101&Body=hello`."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote_plus, unquote_plus

from ._border import UNPARSEABLE, Guard, Redact, Tally
from ._frames import Reader, blocks
from ._text_lines import Lines

__all__ = ["form_stream", "redact_form"]

_LIMIT = 8 << 20  # characters
_MAX_FIELDS = 10_000


def redact_form(text: str, redact: Redact, /) -> str:
    """
    Treat a form body, or the query of a URL without its `?`, as one record.

    Order, repeated names and blank values stay; everything is encoded anew. A dropped field is left out. A body above
    8 MiB or 10,000 fields comes out as `[UNPARSEABLE]`.

    Args:
        text: The body.

        redact: A `voxvalley_privacy.Redactor`.
    """
    return _treated(Guard(redact), text, Tally())


def form_stream(reader: Reader, redact: Redact) -> tuple[Iterator[bytes], Lines]:
    """Return the blocks of a file of form bodies, one a line, and the work to be done on each."""
    return blocks(reader), Lines(Guard(redact), _treated)


def _treated(guard: Guard, text: str, tally: Tally, /) -> str:
    """Return a form body treated, white space at its end kept."""
    body = text.strip()
    if not body:
        return text
    end = text[len(text.rstrip()) :]
    if len(body) > _LIMIT or body.count("&") >= _MAX_FIELDS:
        tally.marked["too_long"] += 1
        return UNPARSEABLE + end
    parts = [part.partition("=") for part in body.split("&")]
    pairs = [(unquote_plus(name), unquote_plus(value)) for name, _, value in parts]
    treated = zip(guard.pairs(pairs, tally), parts, strict=True)
    return (
        "&".join(
            _encoded(name, equals, value)
            for (name, value), (_, equals, _) in treated
            if value is not None
        )
        + end
    )


def _encoded(name: str, equals: str, value: object) -> str:
    spelled = quote_plus(name, errors="replace")
    return (
        f"{spelled}={quote_plus(str(value), errors='replace')}"
        if equals or value != ""
        else spelled
    )
