"""Files that an app wrote while a test ran: texts, archives, SQLite files, and names of files."""

from __future__ import annotations

import codecs
import io
import os
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from .decodings import bytes_as_text, unpacked
from .known_leaks import safe_name
from .passages import Patches

__all__ = ["SqliteFiles", "leaks_in_folder"]

_Search = Callable[..., tuple[str, ...]]
_FileLeak = tuple[str, tuple[str, ...], str]

_SQLITE = b"SQLite format 3\0"
_MOST_OCTETS = 64_000_000
_PIECE = 65_536
_MOST_NESTED = 4  # archives in archives
_MENDS = {
    "name": "Name files after an id: a name with a number in it is shown by every listing.",
    "text": "Wrap what writes the file: vp.wrap(writer, redact); for a log file call "
    "vp.logs.protect(redact).",
    "octets": "Redact before you encode or compress: redact(record) first, then pickle, gzip or "
    "Base64.",
    "column": "Store redact(record), or the column as vp.pseudonym(keys) to look it up and as "
    "vp.seal(keys) to read it again.",
    "rest": "Deleted rows stay in the file: set PRAGMA secure_delete = ON before you delete, and "
    "VACUUM once.",
}


class SqliteFiles:
    """Notes which SQLite files are opened while it runs, wherever they are."""

    def __init__(self) -> None:
        self._patches = Patches()
        self._paths: dict[str, None] = {}

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files, in the order in which they were opened."""
        return tuple(Path(path) for path in self._paths)

    def start(self) -> None:
        """Note from now on."""
        for module in (sqlite3, sqlite3.dbapi2):
            self._patches.put(module, "connect", self._noting)

    def stop(self) -> None:
        """Leave everything as it was."""
        self._patches.restore()

    def _noting(self, real: Any) -> object:
        def connect(database: Any, *args: Any, **settings: Any) -> Any:
            path = os.fsdecode(database)
            plain = path
            if path.startswith("file:"):
                plain = unquote(path.removeprefix("file:").partition("?")[0])
            if plain and ":memory:" not in plain:
                self._paths[os.path.abspath(plain)] = None
            return real(database, *args, **settings)

        return connect


def leaks_in_folder(
    folder: Path, others: Iterable[Path], search: _Search, /
) -> Iterator[_FileLeak]:
    """
    Search files.

    Args:
        folder: Everything below it is searched.

        others: Files elsewhere.

        search: Returns the categories in a text; with `finders=False` only known values.

    Returns:
        Place, categories and mend of each leak. Names of files are shown where they hold nothing
        personal.
    """
    # A link is a name, and what it leads to was written through it.
    inside = sorted(folder.rglob("*"))
    for path in inside:
        categories = search(path.name)
        if categories:
            yield f"name of a file in {_shown(path.parent, folder)}", categories, _MENDS["name"]
    for path in filter(Path.is_file, dict.fromkeys((*inside, *others))):
        yield from _leaks_in_file(path, _shown(path, folder), search)


def _shown(path: Path, folder: Path) -> str:
    if path == folder:
        return "tmp_path"
    name = path.relative_to(folder) if path.is_relative_to(folder) else Path(path.name)
    return safe_name(name.as_posix())


def _leaks_in_file(path: Path, name: str, search: _Search) -> Iterator[_FileLeak]:
    try:
        data = path.read_bytes()[:_MOST_OCTETS]
    except OSError:  # a socket, or a file that went away
        return
    if data.startswith(_SQLITE):
        yield from _leaks_in_database(path, name, data, search)
    else:
        yield from _leaks_in_data(data, f"file {name}", search)


def _leaks_in_data(data: bytes, place: str, search: _Search, depth: int = 0) -> Iterator[_FileLeak]:
    inside = unpacked(data) if depth < _MOST_NESTED else b""
    if inside:
        leaks = _leaks_in_data(inside, place, search, depth + 1)
        inner = sorted({category for _, seen, _ in leaks for category in seen})
        if inner:
            yield f"{place} (octets)", tuple(inner), _MENDS["octets"]
        return
    if depth < _MOST_NESTED and zipfile.is_zipfile(io.BytesIO(data)):
        yield from _leaks_in_archive(data, place, search, depth + 1)
        return
    text = _text_of(data)
    if not text:
        categories = search(bytes_as_text(data), finders=False)
        if categories:
            yield f"{place} (octets)", categories, _MENDS["octets"]
        return
    seen = False
    for number, line in enumerate(text.splitlines(), 1):
        categories = search(line)
        if categories:
            seen = True
            yield f"{place}, line {number}", categories, _MENDS["text"]
    # A value may be spread over lines, as in Base64.
    categories = () if seen else search(text, finders=False)
    if categories:
        yield place, categories, _MENDS["text"]


def _text_of(data: bytes) -> str:
    """Return the text of a text file, and an empty text for anything else."""
    encodings = ["utf-8", "latin-1"]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "" if _CONTROLS[encoding].search(text) else text
    return ""


# What no text file holds. Latin-1 reads any octets: those that no editor writes tell.
_CONTROLS = {
    "utf-8": re.compile("\0"),
    "utf-16": re.compile("\0"),
    "latin-1": re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]"),
}


def _leaks_in_archive(data: bytes, place: str, search: _Search, depth: int) -> Iterator[_FileLeak]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _UNREADABLE:
        return
    with archive:
        names = "\n".join(member.filename for member in archive.infolist())
        categories = search(f"{names}\n{archive.comment.decode('utf-8', 'replace')}")
        if categories:
            yield f"name of a member in {place}", categories, _MENDS["name"]
        for member in archive.infolist():
            inner = f"{place}, member {safe_name(member.filename)}"
            yield from _leaks_in_data(_content(archive, member), inner, search, depth)


# What a broken, encrypted or unusual archive raises
_UNREADABLE = (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError, zlib.error)


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return the beginning of a member; nothing of one that nobody can read without a key."""
    pieces = []
    try:
        with archive.open(member) as file:
            while piece := file.read(_PIECE):
                pieces.append(piece)
                if len(pieces) * _PIECE >= _MOST_OCTETS:
                    break
    except _UNREADABLE:
        pass  # what came before the fault was read
    return b"".join(pieces)


# SQLite
# --------------------------------------------------------------------------------------------------


def _leaks_in_database(path: Path, name: str, data: bytes, search: _Search) -> Iterator[_FileLeak]:
    place = f"SQLite file {name}"
    columns: dict[tuple[str, str], set[str]] = {}
    for table, column, text in _cells(path):
        columns.setdefault((table, column), set()).update(search(text))
    leaking = {where: categories for where, categories in columns.items() if categories}
    for (table, column), categories in leaking.items():
        shown = f"{place}, table {safe_name(table)}, column {safe_name(column)}"
        yield shown, tuple(sorted(categories)), _MENDS["column"]
    if leaking:
        return
    journal = path.with_name(f"{path.name}-wal")
    if journal.exists():
        data += journal.read_bytes()
    # A page holds text in one piece: it is read as octets, without what SQLite says of it.
    rest = search(bytes_as_text(data.replace(b"\0", b" ")), finders=False)
    if rest:
        yield f"{place}, deleted rows", rest, _MENDS["rest"]


def _cells(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield table, column and text of every value; a database that cannot be read has none."""
    try:
        # `connect` may be ours at this time; this file is known already.
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=0.1)
    except sqlite3.Error:
        return
    try:
        connection.text_factory = bytes
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            yield from _rows(connection, table.decode("utf-8", "replace"))
    except sqlite3.Error:
        return
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[tuple[str, str, str]]:
    quoted = table.replace('"', '""')
    rows = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - a name of the file's own
    names = [str(column[0]) for column in rows.description]
    for row in rows:
        for column, value in zip(names, row, strict=True):
            if isinstance(value, bytes):
                yield table, column, bytes_as_text(value)
            elif value is not None:
                # With its name: `created=1790000000` is a time, the digits alone may be a number.
                yield table, column, f"{column}={value}"
