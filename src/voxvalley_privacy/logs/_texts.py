"""Treat the pieces of what is logged, and count what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from ..actions import scan
from ..errors import ConfigurationError
from ..protocols import Redact
from ..reading import one_line
from ..redaction import Redactor, Stats, Tally, memory_of_request
from ..vocabulary import DataCategory

__all__ = ["LogStats", "Redact", "Texts", "checked", "snapshot"]

_REMEMBERED = 2048
_SHORT = 256  # characters; lines that occur again are short


def checked(redact: object, where: str, /) -> Redact:
    """
    Return *redact* if it can be used as a redactor.

    Args:
        redact: What a caller passed as a redactor.

        where: The function that was called; the error names it.

    Raises:
        voxvalley_privacy.ConfigurationError: If it cannot be called, or has no `text()`.
    """
    if isinstance(redact, type) or not isinstance(redact, Redact) or not callable(redact.text):
        raise ConfigurationError(
            f"{where}: 'redact' must be a redactor, such as vp.Redactor(vp.policies.debug(keys))."
        )
    return redact


class Texts:
    """
    Treat texts and structured values, and count in which part something changed.

    Args:
        redact: The redactor.

        tally: Gets the counts. Omitted: one of its own.
    """

    __slots__ = ("_clean", "_clean_names", "_names", "_text", "redact", "remembers", "tally")

    def __init__(self, redact: Redact, tally: Tally | None = None) -> None:
        self.redact: Redact = redact
        self.tally: Tally = Tally() if tally is None else tally
        self._text = redact.text
        # A policy that shows no free text would hide the names of loggers and levels.
        self._names = _for_names(redact).text
        # Our own redactor gives one text the same answer each time; other redactors may not.
        self.remembers: bool = type(redact) is Redactor and redact.memo > 0
        self._clean: set[str] = set()
        self._clean_names: set[str] = set()

    def text(self, text: str, /) -> str:
        """
        Return *text* treated.

        Raises:
            TypeError: If the redactor does not return a text.
        """
        text = str.__str__(text)
        if text in self._clean and memory_of_request() is None:
            return text
        return self._treated(text, self._text, self._clean)

    def name(self, text: str, /) -> str:
        """
        Return a name from the program treated: of a logger, level, file, function, thread.

        Such a name is shown under every policy, but for what is found in it.

        Raises:
            TypeError: If the redactor does not return a text.
        """
        text = str.__str__(text)
        if text in self._clean_names:
            return text
        return self._treated(text, self._names, self._clean_names)

    def _treated(self, text: str, treat: Callable[[str], object], clean: set[str]) -> str:
        redacted = treat(text)
        if redacted is text:
            self._remember(text, clean)
        elif type(redacted) is not str:
            raise TypeError("The redactor returned no text.")
        return redacted

    def _remember(self, text: str, clean: set[str]) -> None:
        """Remember a text in which nothing was found; no personal text is ever kept."""
        if not self.remembers or len(text) > _SHORT:
            return
        if len(clean) >= _REMEMBERED:
            clean.clear()
        clean.add(text)

    def part(self, name: str, text: str, /) -> str:
        """Return *text* treated, and count if it changed."""
        redacted = self.text(text)
        if redacted != text:
            self.count(name)
        return redacted

    def record(self, name: str, record: dict[Any, Any], /) -> dict[Any, Any]:
        """
        Return a record treated, and count if it changed.

        Raises:
            TypeError: If the redactor does not return a record.
        """
        redacted: object = self.redact(record)
        if not isinstance(redacted, dict):
            raise TypeError("The redactor returned no record.")
        if redacted != record:
            self.count(name)
        return redacted

    def fields(self, name: str, fields: Mapping[Any, Any], /) -> dict[Any, Any]:
        """
        Return fields treated as one record, each text on one line; count if they changed.

        Raises:
            TypeError: If the redactor does not return a record.
        """
        return self.record(name, {key: _on_one_line(value) for key, value in fields.items()})

    def called(self) -> None:
        """Count a record that came in."""
        next(self.tally.calls)

    def count(self, name: str, /) -> None:
        """Count that something was treated in the part *name*."""
        self.tally.add(self.tally.treated, name)

    def fault(self, reason: str = "redactor", /) -> None:
        """Count a fault."""
        self.tally.add(self.tally.faults, reason)

    def stats(self) -> LogStats:
        """Return the counts so far."""
        return snapshot(self.tally, self.redact)


def _for_names(redact: Redact) -> Redact:
    if type(redact) is not Redactor:
        return redact
    return attrs.evolve(redact, policy=redact.policy.with_actions({DataCategory.FREE_TEXT: scan}))


def _on_one_line(value: object) -> object:
    return one_line(value) if isinstance(value, str) else value


# Counts -----------------------------------------------------------------------------------------


@attrs.frozen
class LogStats:
    """
    Counts since a protection or policy was built; a metrics exporter can read them at any time.

    Args:
        records: Log records that came in.

        changed: Part -> how often something was treated in it: `message`, `args`, `extra`,
            `exception`, `stack`, `origin`, `line`.

        categories: Data category -> how many of its values the redactor treated, in logs and
            wherever else the redactor is used.

        faults: Reason -> how often: `redactor`, `format`, `reentrant`, and the redactor's own.
    """

    records: int
    changed: Mapping[str, int]
    categories: Mapping[str, int]
    faults: Mapping[str, int]


def snapshot(tally: Tally, redact: object, /) -> LogStats:
    """Return the counts so far, with those of *redact* if it keeps any."""
    own = tally.snapshot()
    stats = getattr(redact, "stats", None)
    of_redactor = stats() if callable(stats) else None
    if not isinstance(of_redactor, Stats):
        return LogStats(own.calls, own.treated, MappingProxyType({}), own.faults)
    categories = _sum(of_redactor.found, of_redactor.treated)
    return LogStats(own.calls, own.treated, categories, _sum(own.faults, of_redactor.faults))


def _sum(first: Mapping[str, int], second: Mapping[str, int]) -> Mapping[str, int]:
    names = sorted({*first, *second})
    return MappingProxyType({str(name): first.get(name, 0) + second.get(name, 0) for name in names})
