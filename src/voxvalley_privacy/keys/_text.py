"""
The written form of a key ring: its letters, its text, its file, and the faults that keys can have.

One line, `voxvalleykeysA.<key>.<key>.<id>.<check>`: the active key first, older ones after it, each
an id of 6 letters and a secret of 64; then the ids of destroyed keys; then 8 letters that show
whether the text was cut or mistyped.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import stat
from binascii import hexlify
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ..errors import ConfigurationError

__all__ = [
    "ALPHABET",
    "HEAD",
    "ID_LETTERS",
    "SECRET_BYTES",
    "is_id",
    "parse",
    "read_private",
    "ring_faults",
    "secret_faults",
    "spell",
    "unspell",
    "write",
    "write_private",
]

# Letters ------------------------------------------------------------------------------------------

# Sixteen lower-case consonants: no digit, no word, one spelling per value. Neither l nor s, which
# finders read as 1 and 5; in order, so that sorting survives spelling.
ALPHABET = "bcdfghjkmnprtvwx"
_TO_LETTERS = bytes.maketrans(b"0123456789abcdef", ALPHABET.encode())
_TO_HEX = {
    ord(letter): hexadecimal
    for letter, hexadecimal in zip(ALPHABET, "0123456789abcdef", strict=True)
}


def spell(data: bytes, /) -> bytes:
    """Spell *data* in letters of `ALPHABET`, two for each byte, as ASCII."""
    return hexlify(data).translate(_TO_LETTERS)


def unspell(letters: str, /) -> bytes | None:
    """Return the bytes that `spell` wrote as *letters*; None for any other text."""
    # Nothing is left of a text when every letter of it can be stripped.
    if len(letters) % 2 or letters.strip(ALPHABET):
        return None
    return bytes.fromhex(letters.translate(_TO_HEX))


# Text ---------------------------------------------------------------------------------------------

ID_LETTERS = 6
SECRET_BYTES = 32
HEAD = "voxvalleykeysA"
# A random secret has fewer distinct bytes once in 10^13; hexadecimal has 16 at most.
_FEWEST_DISTINCT = 18
_ID_FORM = f"must be {ID_LETTERS} letters of {ALPHABET!r}"


def write(keys: Iterable[tuple[str, bytes]], destroyed: Iterable[str]) -> str:
    """Write keys, the active one first, and destroyed ids as one line."""
    body = ".".join(
        [HEAD, *(key_id + spell(secret).decode() for key_id, secret in keys), *destroyed]
    )
    return f"{body}.{_check(body)}"


def parse(text: object, /) -> tuple[tuple[tuple[str, bytes], ...], tuple[str, ...]]:
    """Return the keys, the active one first, and the destroyed ids of a text that `write` wrote."""
    head, *parts, _ = text.split(".") if isinstance(text, str) and "." in text else ("", "")
    read = [(part[:ID_LETTERS], unspell(part[ID_LETTERS:])) for part in parts]
    faults = [*_part_faults(head, read)]
    named = [(key_id, secret) for key_id, secret in read if is_id(key_id)]
    keys = tuple((key_id, secret) for key_id, secret in named if secret)
    destroyed = tuple(key_id for key_id, secret in named if secret == b"")
    if not faults and text != write(keys, sorted(set(destroyed))):
        faults.append(("check", "does not fit: a part was cut, mistyped, added or moved"))
    faults.extend(ring_faults(keys, destroyed))
    if faults:
        raise ConfigurationError("This is not the text of a usable key ring.", faults=tuple(faults))
    return keys, destroyed


def _part_faults(head: str, parts: Iterable[tuple[str, bytes | None]]) -> Iterator[tuple[str, str]]:
    if head != HEAD:
        yield "head", f"must be {HEAD!r}, as KeyRing.to_text() of this version writes"
    for index, (key_id, secret) in enumerate(parts):
        if not is_id(key_id) or secret is None:
            yield f"parts[{index}]", "must be an id, or an id and a secret, in lower-case letters"


# Faults -------------------------------------------------------------------------------------------


class _Entry(NamedTuple):
    """One key of a ring, and where it first occurred."""

    key_id: object
    secret: object
    same_id_at: int
    same_secret_at: int


def ring_faults(
    keys: Iterable[tuple[object, object]], destroyed: Iterable[object]
) -> Iterator[tuple[str, str]]:
    """Return every fault of the keys of a ring, by position and without showing a key."""
    keys, destroyed = tuple(keys), tuple(destroyed)
    ids, secrets = [key_id for key_id, _ in keys], [secret for _, secret in keys]
    if not keys:
        yield "keys", "must have at least one key"
    for index, (key_id, secret) in enumerate(keys):
        entry = _Entry(key_id, secret, ids.index(key_id), secrets.index(secret))
        for part, fault in _entry_faults(entry, index, destroyed):
            yield f"keys[{index}].{part}", fault
    for index, key_id in enumerate(destroyed):
        if not is_id(key_id):
            yield f"destroyed[{index}]", _ID_FORM


def _entry_faults(
    entry: _Entry, index: int, destroyed: tuple[object, ...]
) -> Iterator[tuple[str, str]]:
    if not is_id(entry.key_id):
        yield "id", _ID_FORM
    if entry.same_id_at < index:
        yield "id", "occurs twice"
    if entry.key_id in destroyed:
        yield "id", "was destroyed and cannot come back"
    if entry.same_secret_at < index:
        yield "secret", "is also the secret of another id"
    for fault in secret_faults(entry.secret):
        yield "secret", fault


def secret_faults(secret: object, /) -> Iterator[str]:
    """Return why *secret* cannot be 32 random bytes, as far as it can be seen."""
    if not isinstance(secret, bytes):
        yield f"must be bytes, not {type(secret).__name__}"
        return
    if len(secret) != SECRET_BYTES:
        yield f"must be {SECRET_BYTES} bytes long, not {len(secret)}"
    pattern = next((fault for fault, has in _PATTERNS if has(secret)), None)
    if pattern is not None:
        yield pattern


def _is_repeated(secret: bytes) -> bool:
    return len(set(secret)) == 1


def _has_few_bytes(secret: bytes) -> bool:
    return len(set(secret)) < min(_FEWEST_DISTINCT, len(secret))


def _is_text(secret: bytes) -> bool:
    return bool(secret) and all(32 <= byte < 127 for byte in secret)


def _is_sequence(secret: bytes) -> bool:
    return len({(after - before) % 256 for before, after in itertools.pairwise(secret)}) == 1


# Patterns that no random source gives, in the order in which they are reported.
_PATTERNS = (
    ("is one byte repeated", _is_repeated),
    ("has too few different bytes to be random", _has_few_bytes),
    ("is text; a secret comes from a random source, as by KeyRing.generate()", _is_text),
    ("is a sequence", _is_sequence),
)


def is_id(key_id: object, /) -> bool:
    """Whether *key_id* has the form of a key id."""
    return isinstance(key_id, str) and len(key_id) == ID_LETTERS and not key_id.strip(ALPHABET)


def _check(body: str) -> str:
    # Written beside the secrets themselves, so it has nothing to hide; it only finds mistakes.
    return spell(hashlib.sha256(body.encode()).digest()[:4]).decode()


# Files that only their owner can read -------------------------------------------------------------

_LARGEST = 1 << 20


def read_private(path: Path, /) -> str:
    """
    Read a small ASCII text from a file that only this process's user can open.

    Raises:
        voxvalley_privacy.ConfigurationError: If it is missing, not a file, another user's or open
            to others; the message says which, and how to correct it.
    """
    text = ""
    try:
        # Checked and read through one handle, so that nobody swaps the file in between;
        # non-blocking, since a pipe would hang.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        fault = f"cannot be read: {error.strerror}"
    else:
        fault = _fault(os.fstat(handle))
        if fault:
            os.close(handle)
        else:
            with os.fdopen(handle, "rb") as file:
                # Decoded so that no error can hold the bytes; the parser refuses replacements.
                text = file.read(_LARGEST).decode("ascii", "replace")
    if fault:
        raise ConfigurationError(f"The key file '{path}' {fault}.")
    return text


def write_private(path: Path, text: str, /) -> None:
    """
    Write *text* to a new file that only its owner can read, and to the disk.

    Raises:
        voxvalley_privacy.ConfigurationError: If the file exists or cannot be made.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        fault = error.strerror
    else:
        with os.fdopen(handle, "w", encoding="ascii", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)
        return
    raise ConfigurationError(f"The key file '{path}' cannot be made: {fault}.")


def _fault(state: os.stat_result) -> str:
    if not stat.S_ISREG(state.st_mode):
        return "is not a file"
    if os.name != "posix":
        return ""  # other systems have no such modes
    if state.st_uid != os.geteuid():
        return "belongs to another user: run chown to give it to the one that runs this"
    if state.st_mode & 0o177:
        return "is open to others: run chmod 600 on it"
    return ""
