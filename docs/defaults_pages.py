"""Write the table of every default with its reason: those of the settings, and those of each call."""

from __future__ import annotations

import enum
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs

import voxvalley_privacy as vp
from voxvalley_privacy import privacy as front

_FLOOR = Path(front.__file__).with_name("voxvalley_defaults.toml")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def real_default(owner: object, parameter: inspect.Parameter) -> object:
    """Return the default that a caller gets: of an attrs class, that of its field."""
    default = parameter.default
    if isinstance(owner, type) and attrs.has(owner):
        fields = {field.alias: field for field in attrs.fields(owner)}
        field = fields.get(parameter.name)
        if field is not None:
            default = field.default
    return default


def shown_default(default: object) -> str:
    """Return a default as it is typed."""
    factory = getattr(default, "factory", None)
    if factory is not None:
        name = getattr(factory, "__name__", _UNNAMED)
        return _MADE.get(factory, f"{_UNNAMED if name == '<lambda>' else name}()")
    if isinstance(default, enum.Enum):
        return f"{type(default).__name__}.{default.name}"
    if isinstance(default, type | ModuleType) or inspect.isroutine(default):
        name = str(getattr(default, "__name__", default))
        return _UNNAMED if name == "<lambda>" else name
    return _ADDRESS.sub("", repr(default))


_UNNAMED = "made_anew"
_MADE: dict[Any, str] = {
    dict: "{}",
    list: "[]",
    tuple: "()",
    set: "set()",
    frozenset: "frozenset()",
}


class Shown:
    """A default that prints as it is typed, for signatures."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def signature_of(owner: Any) -> inspect.Signature | None:
    """Return the signature of a callable with the defaults that a caller gets."""
    try:
        return with_real_defaults(owner, inspect.signature(owner))
    except (TypeError, ValueError):
        return None


def with_real_defaults(owner: Any, signature: inspect.Signature) -> inspect.Signature:
    """Return a signature that shows what a caller gets in the place of what attrs writes."""
    parameters = [
        parameter
        if parameter.default is parameter.empty
        else parameter.replace(default=Shown(shown_default(real_default(owner, parameter))))
        for parameter in signature.parameters.values()
    ]
    return signature.replace(parameters=parameters)


# The page -----------------------------------------------------------------------------------------


_ROWS_A_PAGE = 280  # a page stays below 150 KB


def defaults_pages() -> dict[str, list[str]]:
    """Return the pages: one of the settings, and one for some rooms each."""
    rooms: dict[str, list[str]] = {}
    for name, owner in _callables():
        room = str(getattr(owner, "__module__", "")).split(".")[1].strip("_")
        rooms.setdefault(room, []).extend(_arguments(name, owner))
    pages: list[list[str]] = [[]]
    for room, rows in sorted(rooms.items()):
        if len(pages[-1]) + len(rows) > _ROWS_A_PAGE:
            pages.append([])
        if rows:
            pages[-1] += ["", f"## {room.capitalize()}", "", *_HEAD, *rows]
    made = {"defaults.md": [*_first_page(len(pages))]}
    for number, page in enumerate(pages, 1):
        made[f"defaults-{number}.md"] = [f"# Defaults of calls, part {number}", *page]
    return made


_HEAD = ("| argument | default | what it decides, and why |", "|---|---|---|")


def _first_page(count: int) -> Iterator[str]:
    yield from ("# Every default, and why", "")
    yield "The table is the settings that a file leaves out, from the file that ships; the number is the row of [the clause](../clauses.md)."
    yield "The other pages are the arguments that a call leaves out, with the sentence of their docstring: a default is the strictest reading wherever one is stricter."
    yield from ("", "```{toctree}", ":maxdepth: 1", "")
    yield from (f"defaults-{number}" for number in range(1, count + 1))
    yield from ("```", "", "## Settings", "", "| setting | default | why |", "|---|---|---|")
    yield from _settings()


def _settings() -> Iterator[str]:
    """Yield a row for each setting; one without a reason of its own has that of its section."""
    section, reason = "", ""
    for line in _FLOOR.read_text(encoding="utf-8").splitlines():
        said, _, why = line.partition("#")
        header = re.fullmatch(r"\[([\w.]+)\]", said.strip())
        if header:
            section, reason = header[1], why.strip()
            if section.startswith("audiences."):
                yield _row(f"`{section}`", "the preset of this name", reason or _INTERNAL)
            elif section.endswith("lifetimes"):
                yield _row(f"`{section}`", "none", "32: no kind is kept unless it is named")
        elif "=" in said and section:
            key, _, value = said.partition("=")
            at = "the floor of " + key.strip() if section == "floor" else f"{section}.{key.strip()}"
            yield _row(f"`{at}`", f"`{value.strip()}`", why.strip() or reason)
    yield _row(
        "`keys.from`", "keys of this process", "a key in a settings file ends in a repository"
    )
    yield _row("`records.*.audiences`", "all", "a file lists who may see these records at all")
    yield _row("`records.*.schema`", "none", "names of fields are judged; `self_check()` says so")
    yield _row("`recipients`", "none", "20: nobody gets anything unless it is named")
    yield _row("`retention`", "no rule", "36: how long is the customer's to say")


_INTERNAL = "inside the company: what a bill needs, and nothing else"


def _callables() -> Iterator[tuple[str, Any]]:
    """Yield every public class and function once, by the shortest name that it has."""
    seen: set[int] = set()
    pairs: list[tuple[str, Any]] = []
    for name in vp.__all__:
        value = getattr(vp, name)
        if isinstance(value, ModuleType):
            pairs += [(f"{name}.{inner}", getattr(value, inner)) for inner in value.__all__]
        else:
            pairs.append((name, value))
    for name, value in sorted(pairs, key=lambda pair: (pair[0].count("."), pair[0])):
        module = str(getattr(value, "__module__", ""))
        is_ours = module.startswith("voxvalley_privacy.")
        is_enum = isinstance(value, enum.EnumType)
        if (
            callable(value)
            and is_ours
            and not is_enum
            and id(value) not in seen
            and hasattr(value, "__name__")
        ):
            seen.add(id(value))
            yield name, value


def _arguments(name: str, owner: Any) -> Iterator[str]:
    signature = signature_of(owner)
    if signature is None:
        return
    said = _said_of(inspect.getdoc(owner) or "")
    for key, parameter in signature.parameters.items():
        if parameter.default is not parameter.empty and not key.startswith("_"):
            yield _row(f"`vp.{name}({key})`", f"`{parameter.default!r}`", said.get(key, ""))


_ARGUMENT = re.compile(r"^ {4}(\w+): ")


def _said_of(text: str) -> dict[str, str]:
    """Return the sentence of each argument of a docstring."""
    said: dict[str, str] = {}
    name, inside = "", False
    for line in text.splitlines():
        if line and not line.startswith(" "):
            inside, name = line.strip() == "Args:", ""
        elif inside and (match := _ARGUMENT.match(line)):
            name = match[1]
            said[name] = line[match.end() :].strip()
        elif inside and name and line.strip():
            said[name] += f" {line.strip()}"
    return said


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
