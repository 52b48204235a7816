"""Settings as a table with the line of each key, and the faults that are collected in it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from difflib import get_close_matches
from typing import Any, TypeAlias

import attrs

from ..detection import find_in_text
from ..errors import ConfigurationError
from ..placeholders import shown
from ..vocabulary import DataCategory

__all__ = [
    "FORMAT",
    "Path",
    "Settings",
    "duration",
    "line_of",
    "load_toml",
    "nearest",
    "settings_of",
]

Path: TypeAlias = tuple[str, ...]

# The version of the settings format, which changes when an older library would misread a file.
FORMAT = 1
_MOST_BYTES = 1_000_000
_MOST_DEPTH = 20  # tables in tables; no setting is as deep as that

_KEY = r"""[\w-]+|"[^"\n]*"|'[^'\n]*'"""
_TABLE = re.compile(rf"\[{{1,2}}[ \t]*((?:{_KEY})(?:[ \t]*\.[ \t]*(?:{_KEY}))*)[ \t]*\]")
_PAIR = re.compile(rf"((?:{_KEY})(?:[ \t]*\.[ \t]*(?:{_KEY}))*)[ \t]*=")
_PART = re.compile(_KEY)
WHOLE = frozenset({"_TABLE", "_PAIR"})  # looked for at the beginning of a line only
_DURATION = re.compile(r"([1-9][0-9]{0,5})(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_AT_LINE = re.compile(r"at line ([0-9]{1,7})")
# Words of the parser for a key or table that is there already.
_TWICE = ("overwrite", "twice", "Cannot mutate")
_RING = "voxvalleykeys"
_WITH_PASSWORD = re.compile(r"://[^/\s:@]{0,200}:[^/\s@]{1,200}@")


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def lines_of(text: str, /) -> dict[Path, int]:
    """
    Return the line of each table and key of a TOML text.

    A key within a value of several lines is not listed; it has the line of what it is in.
    """
    lines: dict[Path, int] = {(): 1}
    table: Path = ()
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if header := _TABLE.match(stripped):
            table = _parts(header[1])
            lines.setdefault(table, number)
        elif pair := _PAIR.match(stripped):
            lines.setdefault(table + _parts(pair[1]), number)
    return lines


@attrs.define
class Settings:
    """
    A settings table, where it is from, and the faults found in it so far.

    Args:
        table: The values.

        source: The file, or the call that they were given to.

        lines: The line of each key, for a file.
    """

    table: Mapping[str, Any]
    source: str = "Privacy()"
    lines: Mapping[Path, int] = attrs.field(factory=dict)
    faults: list[tuple[str, str]] = attrs.field(factory=list)
    _closed: set[Path] = attrs.field(factory=set)

    def place(self, path: Path, /) -> str:
        """Return where a key is: `privacy.toml:12`, or `Privacy()` with its path."""
        for end in range(len(path), -1, -1):
            line = self.lines.get(path[:end])
            if line is not None:
                return f"{self.source}:{line}"
        return f"{self.source}:1" if self.lines else self.source

    def close(self, path: Path, message: str, /) -> None:
        """Remember a mistake that is the last word on its setting."""
        self.fault(path, message)
        self._closed.add(path)

    def fault(self, path: Path, message: str, /) -> None:
        """Remember one mistake."""
        if path in self._closed:
            return
        dotted = ".".join(part if _is_safe(part) else "<hidden>" for part in path)
        self.faults.append((self.place(path), f"{dotted}: {message}" if dotted else message))

    def at(self, path: Path, /) -> Mapping[str, Any]:
        """Return the table at *path*; empty where there is none, or something else."""
        value: Any = self.table
        for depth, part in enumerate(path, 1):
            value = value.get(part, {})
            if not isinstance(value, Mapping):
                self.fault(path[:depth], "must be a table")
                return {}
        table: Mapping[str, Any] = value
        return table

    def is_table(self, path: Path, /) -> bool:
        """Whether there is a table at *path*; a fault if it is something else."""
        before = len(self.faults)
        self.at(path)
        return len(self.faults) == before

    def known(self, path: Path, names: Iterable[str], /) -> list[tuple[str, Any]]:
        """Return the pairs of a table whose key is one of *names*; the others are faults."""
        allowed = [str(name) for name in names]
        pairs = []
        for name, value in self.at(path).items():
            if name in allowed:
                pairs.append((name, value))
            else:
                self.fault((*path, str(name)), nearest(str(name), allowed))
        return pairs

    def built(self, path: Path, build: Callable[[], Any], /) -> Any:
        """Return what *build* returns; None and a fault where the setting is wrong."""
        try:
            return build()
        except ConfigurationError as error:
            messages = [message for _, message in error.faults] or [error.message]
        except (TypeError, ValueError, KeyError):
            messages = ["a setting of it is missing, wrong or unknown"]
        for message in messages:
            self.fault(path, message)
        return None

    def refuse(self) -> None:
        """Raise with all faults, in the order of their lines."""
        if self.faults:
            ordered = sorted(self.faults, key=lambda fault: line_of(fault[0]))
            raise ConfigurationError("These settings cannot be used.", faults=tuple(ordered))


def line_of(place: str, /) -> int:
    """Return the line in a place such as `privacy.toml:12`; 0 where there is none."""
    number = place.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def _is_safe(name: str) -> bool:
    return not shown(name).startswith("<")


def nearest(name: str, allowed: Iterable[str], /) -> str:
    """Say that a name is unknown, and which one is nearest."""
    allowed = [str(name) for name in allowed]
    close = get_close_matches(name.lower(), [each.lower() for each in allowed], n=1)
    if close:
        meant = next(each for each in allowed if each.lower() == close[0])
        return f"unknown; did you mean {meant!r}?"
    return f"unknown; use one of {', '.join(sorted(allowed))}"


def duration(value: object, /) -> timedelta:
    """
    Read a length of time such as `"45d"`.

    Raises:
        voxvalley_privacy.ConfigurationError: If it is not one.
    """
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ConfigurationError('must be a length of time such as "30m", "12h" or "45d"')
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


# Reading ------------------------------------------------------------------------------------------


def load_toml(path: str | os.PathLike[str], /) -> Settings:
    """
    Read a settings file, with the line of each key.

    Raises:
        voxvalley_privacy.ConfigurationError: If it is missing, too large or not TOML.
    """
    source = os.path.basename(os.fspath(path))
    try:
        with open(path, "rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        problem = error.strerror or "cannot be read"
    else:
        problem = "is larger than a settings file can be" if len(raw) > _MOST_BYTES else ""
    if problem:
        raise ConfigurationError(
            "These settings cannot be used.", faults=((f"{source}:1", problem),)
        )
    return _parsed(raw, source)


def _parsed(raw: bytes, source: str) -> Settings:
    line = 1
    try:
        # Editors of some systems write a mark of the encoding in front.
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        settings = Settings(tomllib.loads(text), source, lines_of(text))
    except RecursionError:
        raise _unusable(f"{source}:1", _TOO_DEEP) from None
    except tomllib.TOMLDecodeError as error:
        # Its message may quote the file; only the line is taken, and what kind of mistake it is.
        said = _AT_LINE.search(str(error))
        line = int(said[1]) if said else raw.count(b"\n") + 1
        is_twice = any(word in str(error) for word in _TWICE)
    except ValueError:
        is_twice = False
    else:
        _refuse_deep(settings)
        _look_at_comments(settings, text)
        return settings
    problem = "this is not TOML: the file cannot be read from here on"
    if is_twice:
        problem = "this key or table is in the file twice"
    raise _unusable(f"{source}:{line}", problem)


def _unusable(place: str, problem: str) -> ConfigurationError:
    return ConfigurationError("These settings cannot be used.", faults=((place, problem),))


_TOO_DEEP = "tables and lists are nested deeper than any setting"


def _is_deep(value: object, depth: int = 0) -> bool:
    """Whether a value is nested deeper than can be read; one that holds itself is."""
    inner: Iterable[object] = ()
    if isinstance(value, Mapping):
        inner = value.values()
    elif isinstance(value, list | tuple):
        inner = value
    return depth > _MOST_DEPTH or any(_is_deep(each, depth + 1) for each in inner)


def _refuse_deep(settings: Settings) -> None:
    if _is_deep(settings.table):
        raise _unusable(settings.place(()), _TOO_DEEP)


def settings_of(settings: Settings, /) -> Settings:
    """Check what concerns a whole file: its version, and that no secret is in it."""
    _refuse_deep(settings)
    version = settings.table.get("version", FORMAT if not settings.lines else None)
    if version is None:
        settings.fault(("version",), f"is missing; write 'version = {FORMAT}' on the first line")
    elif type(version) is not int:
        settings.fault(("version",), f"must be the whole number {FORMAT}")
    elif version != FORMAT:
        settings.fault(
            ("version",),
            f"this file is for format {shown(version)} of the settings, and this library reads"
            f" format {FORMAT}: install the library that the file was written for, or run init",
        )
    _look_for_secrets(settings, settings.table, ())
    return settings


def _look_for_secrets(settings: Settings, value: object, path: Path) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _look_for_secrets(settings, inner, (*path, str(name)))
    elif isinstance(value, list | tuple):
        for inner in value:
            _look_for_secrets(settings, inner, path)
    elif isinstance(value, str) and _is_secret(path, value):
        settings.close(
            path,
            "a secret must not be in this file: name where it is, as in"
            ' from = "env:VOXVALLEY_PRIVACY_KEYS"',
        )


def _look_at_comments(settings: Settings, text: str) -> None:
    """Find secrets behind a `#`: whoever comments a key out leaves it in the repository."""
    for number, line in enumerate(text.split("\n"), 1):
        comment = line.partition("#")[2]
        if comment and _has_secret(comment):
            settings.faults.append((f"{settings.source}:{number}", _IN_COMMENT))


_IN_COMMENT = "a secret must not be in this file, in a comment neither"
_OPAQUE = re.compile(r"(?=[^\s\d]{0,99}\d)\S{12,}")


def _has_secret(comment: str) -> bool:
    if _RING in comment.lower() or _WITH_PASSWORD.search(comment):
        return True
    # Words about secrets are what comments are for; only what looks like one is refused.
    return any(
        finding.category is DataCategory.CREDENTIAL
        and _OPAQUE.search(comment[finding.start : finding.end])
        for finding in find_in_text(comment)
    )


def _is_secret(path: Path, value: str) -> bool:
    if _RING in value.lower() or _WITH_PASSWORD.search(value):
        return True
    if path[:1] == ("keys",) and value.startswith(("env:", "file:")):
        return False
    # Names of categories are keys of audiences, and CREDENTIAL = "drop" gives nothing away.
    named = value if path[:1] == ("audiences",) else f"{'.'.join(path)} = {value}"
    findings = find_in_text(named)
    return any(finding.category is DataCategory.CREDENTIAL for finding in findings)
