"""
The text form of a key ring, and what is wrong with keys.

One line, `voxvalleykeysA.<key>.<key>.<id>.<check>`: the active key first, older ones after it, each an id of 6 letters and a
secret of 64; then the ids of destroyed keys; then 8 letters by which a cut or mistyped text is told.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator

from ..errors import ConfigurationError
from ._letters import ALPHABET, spell, unspell

__all__ = [
    "HEAD",
    "ID_LETTERS",
    "SECRET_BYTES",
    "is_id",
    "parse",
    "ring_faults",
    "secret_faults",
    "write",
]

ID_LETTERS = 6
SECRET_BYTES = 32
HEAD = "voxvalleykeysA"
# A random secret has fewer distinct bytes once in 10^13; one in hexadecimal never has more than 16.
_FEWEST_DISTINCT = 18


def write(keys: Iterable[tuple[str, bytes]], destroyed: Iterable[str]) -> str:
    """Write keys, the active one first, and destroyed ids as one line."""
    body = ".".join(
        [HEAD, *(key_id + spell(secret).decode() for key_id, secret in keys), *destroyed]
    )
    return f"{body}.{_check(body)}"


def parse(text: object, /) -> tuple[tuple[tuple[str, bytes], ...], tuple[str, ...]]:
    """Read what `write` wrote, and nothing else: keys, the active one first, and destroyed ids."""
    head, *parts, _ = text.split(".") if isinstance(text, str) and "." in text else ("", "")
    keys: list[tuple[str, bytes]] = []
    destroyed: list[str] = []
    faults: list[tuple[str, str]] = []
    if head != HEAD:
        faults.append(("head", f"must be {HEAD!r}, as KeyRing.to_text() of this version writes"))
    for index, part in enumerate(parts):
        key_id, secret = part[:ID_LETTERS], unspell(part[ID_LETTERS:])
        if not is_id(key_id) or secret is None:
            faults.append(
                (f"parts[{index}]", "must be an id, or an id and a secret, in lower-case letters")
            )
        elif secret:
            keys.append((key_id, secret))
        else:
            destroyed.append(key_id)
    if not faults and text != write(keys, sorted(set(destroyed))):
        faults.append(("check", "does not fit: a part was cut, mistyped, added or moved"))
    faults.extend(ring_faults(keys, destroyed))
    if faults:
        raise ConfigurationError("This is not the text of a usable key ring.", faults=tuple(faults))
    return tuple(keys), tuple(destroyed)


def ring_faults(
    keys: Iterable[tuple[object, object]], destroyed: Iterable[object]
) -> Iterator[tuple[str, str]]:
    """Tell everything that is wrong with the keys of a ring, by position and without showing one."""
    keys, destroyed = tuple(keys), tuple(destroyed)
    ids, secrets = [key_id for key_id, _ in keys], [secret for _, secret in keys]
    if not keys:
        yield "keys", "must be one at least"
    for index, (key_id, secret) in enumerate(keys):
        if not is_id(key_id):
            yield f"keys[{index}].id", f"must be {ID_LETTERS} letters of {ALPHABET!r}"
        if ids.index(key_id) < index:
            yield f"keys[{index}].id", "stands twice"
        if key_id in destroyed:
            yield f"keys[{index}].id", "was destroyed and cannot come back"
        if secrets.index(secret) < index:
            yield f"keys[{index}].secret", "is the secret of another id too"
        for fault in secret_faults(secret):
            yield f"keys[{index}].secret", fault
    for index, key_id in enumerate(destroyed):
        if not is_id(key_id):
            yield f"destroyed[{index}]", f"must be {ID_LETTERS} letters of {ALPHABET!r}"


def secret_faults(secret: object, /) -> Iterator[str]:
    """Tell why *secret* is not 32 random bytes, as far as one can see."""
    if not isinstance(secret, bytes):
        yield f"must be bytes, not {type(secret).__name__}"
        return
    if len(secret) != SECRET_BYTES:
        yield f"must be {SECRET_BYTES} bytes long, not {len(secret)}"
    if len(set(secret)) == 1:
        yield "is one byte repeated"
    elif len(set(secret)) < min(_FEWEST_DISTINCT, len(secret)):
        yield "has too few different bytes to be random"
    elif secret and all(32 <= byte < 127 for byte in secret):
        yield "is text; a secret comes from a random source, as by KeyRing.generate()"
    elif len({(after - before) % 256 for before, after in itertools.pairwise(secret)}) == 1:
        yield "is a sequence"


def is_id(key_id: object, /) -> bool:
    """Tell whether *key_id* has the form of one."""
    return isinstance(key_id, str) and len(key_id) == ID_LETTERS and not key_id.strip(ALPHABET)


def _check(body: str) -> str:
    # Stands beside the secrets themselves, so it has nothing to hide; it only finds slips.
    return spell(hashlib.sha256(body.encode()).digest()[:4]).decode()
