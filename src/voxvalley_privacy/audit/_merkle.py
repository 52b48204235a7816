"""The Merkle tree of RFC 9162, section 2.1, with its complete subtrees kept."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import attrs

__all__ = ["Proof", "Tree", "leaf_hash", "root_of"]


def leaf_hash(data: bytes, /) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


@attrs.frozen(kw_only=True)
class Proof:
    """
    Show that a leaf is in a tree; no secret is needed to check it.

    Args:
        index: The place of the leaf, from 0.

        size: The size of the tree.

        leaf: The hash of the leaf.

        path: The hashes beside its way up, from the bottom.
    """

    index: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]


def root_of(proof: Proof, /) -> bytes | None:
    """
    Return the root that *proof* leads to; None if it is not a proof.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= proof.index < proof.size:
        return None
    place, last, found = proof.index, proof.size - 1, proof.leaf
    for step in proof.path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = _node(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = _node(found, step)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


class Tree:
    """Keep the hashes of leaves and of every complete subtree: a proof is found in log time."""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]

    def __len__(self) -> int:
        return len(self._levels[0])

    def add(self, leaf: bytes, /) -> int:
        """Add the hash of a leaf; return its place."""
        levels = self._levels
        levels[0].append(leaf)
        level = 0
        while len(levels[level]) % 2 == 0:
            if level + 1 == len(levels):
                levels.append([])
            levels[level + 1].append(_node(levels[level][-2], levels[level][-1]))
            level += 1
        return len(levels[0]) - 1

    @property
    def leaves(self) -> Sequence[bytes]:
        """The hashes of all leaves."""
        return self._levels[0]

    def root(self, size: int | None = None, /) -> bytes:
        """Return the root of the first *size* leaves."""
        return self._hash(0, len(self) if size is None else size)

    def prove(self, index: int, size: int | None = None, /) -> Proof:
        """Return the proof that the leaf at *index* is among the first *size*."""
        total = len(self) if size is None else size
        if not 0 <= index < total <= len(self):
            raise IndexError("There is no such leaf.")
        path: list[bytes] = []
        start, end = 0, total
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._hash(middle, end))
                end = middle
            else:
                path.append(self._hash(start, middle))
                start = middle
        return Proof(index=index, size=total, leaf=self.leaves[index], path=tuple(path[::-1]))

    def _hash(self, start: int, end: int) -> bytes:
        size = end - start
        if size == 0:
            return sha256(b"").digest()
        level = size.bit_length() - 1
        if size == 1 << level and start % size == 0:
            return self._levels[level][start >> level]
        middle = start + _split(size)
        return _node(self._hash(start, middle), self._hash(middle, end))


def _split(size: int) -> int:
    """Return the largest power of two below *size*."""
    return int(1 << ((size - 1).bit_length() - 1))
