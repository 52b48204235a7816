"""
JSON and Python literals in a text: objects, lists, tuples, calls with named arguments.

One tolerant scanner reads what programs print: JSON, `repr()` of dicts, dataclasses and exceptions,
Ruby's and Elixir's maps. Broken or cut text is read as far as it goes; a leaf that was begun and
has no end reaches to the end of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ._leaves import Island, Leaf, as_bare, as_json, as_literal

__all__ = ["documents_in", "literals_in"]

_DEEPEST = 64

# Where a literal can begin: a bracket before a string, a bracket or a name with a colon; a call
# with a string, a bracket or a named argument in it.
_BEGIN = re.compile(
    r"""
    [{\[(]\s*+(?:[bBuU]?["'{\[]|[A-Za-z_]\w*+\s*+(?::|=>)\s|\}|\])   # {"a", ['a', ({, {a: 1
    | \((?=[0-9][0-9.]{0,20}\s{0,4},\s{0,4}["'])                      # (17, 'a': a row
    | %?\#?\{\s*+(?=["':])                                            # Elixir and Ruby
    | (?<!\w)[A-Za-z_]\w*+\(\s*+(?:[A-Za-z_]\w*+\s*+=(?!=)|[bBuU]?["'{\[])   # Name(field=, Error('...
    """,
    re.VERBOSE,
)

_TOKEN = re.compile(
    r"""\s*+(?:
      (?P<string>[bBuUrR]{0,2}(?:"(?:[^"\\\x00]|\\.)*+(?:"|\Z)|'(?:[^'\\\x00]|\\.)*+(?:'|\Z)))
    | (?P<number>[+-]?(?:\d[\d_]*+(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?(?![\w.:]))
    | (?P<name>:[A-Za-z_][\w./-]*+|[A-Za-z_][\w.]*+)
    | (?P<mark>=>|[{}\[\]():,=<>])
    | (?P<other>[^\s{}\[\](),:="'<>]++)
    )""",
    re.VERBOSE | re.DOTALL,
)
# A key that names a field: one word, with few digits in a row.
_PLAIN_KEY = re.compile(r"""[bBuUrR]{0,2}["'](?:[A-Za-z_@$:./\[\]-]|[0-9]{1,4}(?![0-9]))*+["']""")
_PLAIN_NAME = re.compile(r"(?:[A-Za-z_@$:./\[\]-]|[0-9]{1,4}(?![0-9]))*+")
# The first of a pair: one word of letters.
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z_.-]{1,63}")
# What a treatment wrote before: [PERSON_NAME].
_LABEL = re.compile(r"\[[A-Z_]{2,30}\]")
_BARE = re.compile(r"[^,;(){}\[\]<>=\"'\n\x00]++")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0", "\n": ""}
_CLOSING = {"{": "}", "[": "]", "(": ")", "<": ">"}
_CONSTANTS = {"true": True, "True": True, "false": False, "False": False,
              "null": None, "None": None, "nil": None}  # fmt: skip


# Read whole values with `fullmatch` or from one place with `match`, and are never searched for.
WHOLE = frozenset({"_BARE", "_PLAIN_KEY", "_PLAIN_NAME", "_TOKEN"})


def documents_in(text: str, /) -> list[Island]:
    """Return the objects and lists of a text: what is in their strings is theirs."""
    return _literals(text, "{[%#")


def literals_in(text: str, /) -> list[Island]:
    """Return the literals of a text, in order: tuples and calls, too."""
    return _literals(text, "")


def _literals(text: str, openings: str) -> list[Island]:
    islands: list[Island] = []
    at = 0
    while (begin := _BEGIN.search(text, at)) is not None:
        if openings and begin[0][0] not in openings:
            at = begin.start() + 1
            continue
        scanner = _Scanner(text, begin.start())
        closed = scanner.value((), 0)
        # A document with nothing in it is one all the same, and stays one.
        if scanner.leaves or (closed and begin.start() == 0 and text[0] in "{["):
            islands.append(Island("literal", begin.start(), scanner.at, tuple(scanner.leaves)))
        at = max(scanner.at, begin.start() + 1)
    return islands


def is_plain_key(key: str, /) -> bool:
    """Whether a key only names a field: it can be no number and no person's name."""
    return _PLAIN_NAME.fullmatch(key) is not None


class _Scanner:
    """Read one literal; *at* is where the reading has got to."""

    __slots__ = ("at", "leaves", "text")

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.leaves: list[Leaf] = []

    def value(self, path: tuple[str, ...], depth: int) -> bool:
        """Read a value; False where none can be read."""
        token = _TOKEN.match(self.text, self.at)
        if token is None or depth > _DEEPEST:
            return False
        kind = token.lastgroup
        if kind == "string":
            return self._string(token, path)
        if kind == "number":
            return self._number(token, path)
        if kind == "name":
            return self._name(token, path, depth)
        if kind == "other":
            return self._other(token, path)
        if token["mark"] in _CLOSING:
            self.at = token.end()
            return self._container(token["mark"], path, depth)
        return False

    def _string(self, token: re.Match[str], path: tuple[str, ...]) -> bool:
        spelled = token["string"]
        start = token.start("string")
        prefix = len(spelled) - len(spelled.lstrip("bBuUrR"))
        mark = spelled[prefix]
        closed = len(spelled) > prefix + 1 and spelled[-1] == mark
        inner = spelled[prefix + 1 : -1 if closed else None]
        spell = as_literal(mark)
        self.leaves.append(Leaf(path, _unescaped(inner), start + prefix, token.end(), spell))
        self.at = token.end()
        return True

    def _number(self, token: re.Match[str], path: tuple[str, ...]) -> bool:
        spelled = token["number"]
        value = _number_of(spelled)
        self.leaves.append(Leaf(path, value, token.start("number"), token.end(), as_json))
        self.at = token.end()
        return True

    def _name(self, token: re.Match[str], path: tuple[str, ...], depth: int) -> bool:
        name = token["name"]
        self.at = token.end()
        if self.text[self.at : self.at + 1] == "(":
            self.at += 1
            # `Contact(name=...)`: what is made says whose name it is.
            named = (*path, name.rpartition(".")[2]) if name[:1].isupper() else path
            return self._container("(", named, depth)
        if name in _CONSTANTS:
            return True
        if name.startswith(":"):
            # A symbol of Ruby or a keyword of Clojure ends with its word.
            leaf = Leaf(path, name[1:], token.start("name") + 1, self.at, as_bare)
            self.leaves.append(leaf)
            return True
        return self._bare(token.start("name"), path)

    def _other(self, token: re.Match[str], path: tuple[str, ...]) -> bool:
        return self._bare(token.start("other"), path)

    def _bare(self, start: int, path: tuple[str, ...]) -> bool:
        """Read words without quotes, up to the mark that ends them."""
        words = _BARE.match(self.text, start)
        if words is None:
            return False
        value = words[0].rstrip()
        self.at = start + len(value)
        if not _LABEL.match(self.text, start - 1):
            self.leaves.append(Leaf(path, value, start, self.at, as_bare))
        return True

    def _container(self, opening: str, path: tuple[str, ...], depth: int) -> bool:
        """Read what is between brackets, up to the closing one or to what cannot be read."""
        first = len(self.leaves)
        closed = self._items(_CLOSING[opening], path, depth)
        if opening in "([":
            self._pair(first, path)
        return closed

    def _pair(self, first: int, path: tuple[str, ...]) -> None:
        """Read `('SpeechResult', 'hello')` as the field it names."""
        if len(self.leaves) - first != 2:
            return
        name, value = self.leaves[first:]
        is_name = isinstance(name.value, str) and _FIELD_NAME.fullmatch(name.value) is not None
        if is_name and name.path == path == value.path:
            self.leaves[first:] = [value._replace(path=(*path, str(name.value)))]

    def _items(self, closing: str, path: tuple[str, ...], depth: int) -> bool:
        while True:
            token = _TOKEN.match(self.text, self.at)
            if token is None:
                return False
            mark = token["mark"]
            if mark == closing:
                self.at = token.end()
                return True
            if mark in (",", ":"):
                self.at = token.end()
                continue
            key = self._key(token)
            inner = path if key is None else (*path, key)
            if not self.value(inner, depth + 1):
                return False

    def _key(self, token: re.Match[str]) -> str | None:
        """Return the key before a colon, an arrow or an equals sign, and step over it."""
        if token.lastgroup not in ("string", "name", "number"):
            return None
        behind = _TOKEN.match(self.text, token.end())
        if behind is None or behind["mark"] not in (":", "=>", "="):
            return self._keyword(token, behind) or self._colon_joined(token, behind)
        self.at = behind.end()
        self._secret_key(token)
        spelled = token[token.lastgroup]
        if token.lastgroup != "string":
            return spelled.strip(":")
        return _unescaped(spelled.lstrip("bBuUrR").strip("\"'"))

    def _secret_key(self, token: re.Match[str]) -> None:
        """Give a key that is not a plain name as a leaf: it can be a number or a person's name."""
        if token.lastgroup != "string" or _PLAIN_KEY.fullmatch(token["string"]) is not None:
            return
        spelled = token["string"]
        start = token.start("string") + len(spelled) - len(spelled.lstrip("bBuUrR"))
        value = _unescaped(spelled.lstrip("bBuUrR").strip("\"'"))
        mark = self.text[start]
        self.leaves.append(Leaf((), value, start, token.end(), as_literal(mark)))

    def _keyword(self, token: re.Match[str], behind: re.Match[str] | None) -> str | None:
        """Return the key of `{:from "a" :to "b"}`, where nothing but a blank is behind it."""
        if behind is None or token["name"] is None or not token["name"].startswith(":"):
            return None
        is_value = behind["mark"] is None or behind["mark"] in _CLOSING
        if not is_value or not self.text[token.end() : token.end() + 1].isspace():
            return None
        self.at = token.end()
        return token["name"].strip(":").replace("/", ".")

    def _colon_joined(self, token: re.Match[str], behind: re.Match[str] | None) -> str | None:
        # `{from: :sms}`: the token behind has the next colon in it.
        name = behind["name"] if behind is not None else None
        if name is None or not name.startswith(":") or token.lastgroup == "number":
            return None
        self.at = token.end() + 1
        spelled = token[token.lastgroup or "name"]
        return spelled.strip("\"':")


def _number_of(spelled: str) -> int | float | str:
    convert: Callable[[str], int | float] = float if set(spelled) & set(".eE") else int
    try:
        return convert(spelled)
    except ValueError:
        return spelled


def _unescaped(inner: str) -> str:
    return _ESCAPE.sub(_plain, inner) if "\\" in inner else inner


def _plain(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code is not None:
        return chr(int(code, 16))
    return _ESCAPED.get(match[3], match[3])
