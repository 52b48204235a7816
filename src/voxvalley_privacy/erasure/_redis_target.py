"""Redis: keys that follow from the person, and sets that lead to more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import attrs

from ..errors import ConfigurationError, StoreUnavailable
from ..ledgers import canonical_subject
from ..retention import RecordMeta
from ._people import Person
from ._targets import BoundTarget, Commit, HoldSupport, Outcome, Record

__all__ = ["RedisTarget", "redis"]

_BATCH = 500


@attrs.define(kw_only=True, eq=False)
class RedisTarget(BoundTarget):
    """Keys in Redis; `redis` makes it."""

    client: Any = attrs.field(repr=False)
    keys: tuple[str, ...]
    indexes: tuple[str, ...]
    people_of: str
    tokens: Callable[[str], Iterable[str]] | None = attrs.field(repr=False)
    prefix: str
    name: str
    kind: str
    after: tuple[str, ...] = ()
    hold_support: HoldSupport = "lease"
    residue: str = "until the snapshot and the append file are rewritten"

    def find(self, person: Person, /) -> Sequence[Record]:
        if person.subject is None:
            return self._restored(person)
        return [self._record(key, person) for key in self._there(self._keys_of(person))]

    def every(self) -> Iterator[Record]:
        # Nothing in a key says how old it is: what has a ceiling is given a time to live.
        return iter(())

    def erase(self, records: Sequence[Record], person: Person | None, commit: Commit, /) -> Outcome:
        keys = [record.id for record in records]
        if person is not None and person.subject is not None:
            self._leave(keys, person)
        for start in range(0, len(keys), _BATCH):
            commit()
            self.client.unlink(*keys[start : start + _BATCH])
        return Outcome(done=tuple(keys))

    def mask(self, records: Sequence[Record], person: Person, commit: Commit, /) -> Outcome:
        return self.erase(records, person, commit)

    def verify_absent(self, person: Person, /) -> int:
        """Look at every key there is: here SCAN is worth its time, and nowhere else."""
        left = {*self._there(self._keys_of(person))}
        for raw in self._scan():
            key = _text(raw)
            if key != self._mark_key and self._names(key, person):
                left.add(key)
        return len(left)

    def count(self) -> int:
        return sum(1 for _ in self._scan())

    def mark(self) -> int:
        return int(self.client.get(self._mark_key) or 0)

    def set_mark(self, position: int, /) -> None:
        self.client.set(self._mark_key, position)

    def _restored(self, person: Person) -> list[Record]:
        """Return the keys that name somebody of many: a snapshot may have brought them back."""
        keys = [key for key in map(_text, self._scan()) if key != self._mark_key]
        if keys and self.tokens is not None:
            raise StoreUnavailable("Whose a key by token is cannot be told: empty the store first.")
        return [
            Record(meta=RecordMeta(kind=self.kind, id=key))
            for key in keys
            if self._names(key, person)
        ]

    def _scan(self) -> Iterator[Any]:
        found: Iterator[Any] = self.client.scan_iter(match=f"{self.prefix}*", count=_BATCH)
        return found

    @property
    def _mark_key(self) -> str:
        return f"{self.prefix}privacy_mark:{self.name}"

    def _keys_of(self, person: Person) -> list[str]:
        """Return the keys of a person: those by name, those of an index, and the index itself."""
        if person.subject is None:
            return []
        indexes = self._filled(self.indexes, person)
        members = [_text(raw) for index in indexes for raw in self.client.smembers(index)]
        return [*dict.fromkeys([*self._filled(self.keys, person), *members, *indexes])]

    def _filled(self, templates: Iterable[str], person: Person) -> list[str]:
        spelling = canonical_subject(person.subject, region=person.region)
        subject = spelling[1] if spelling else str(person.subject)
        tokens = [*self.tokens(subject)] if self.tokens is not None else [""]
        return [
            template.format(person=subject, token=token)
            for template in templates
            for token in tokens
        ]

    def _there(self, keys: Iterable[str]) -> list[str]:
        return [key for key in keys if self.client.exists(key)]

    def _leave(self, keys: Iterable[str], person: Person) -> None:
        """Take the person out of the sets that lead from a key to its people."""
        if not self.people_of:
            return
        own = self._filled(["{person}", "{token}"], person)
        for key in keys:
            self.client.srem(self.people_of.format(key=key), *own)

    def _names(self, key: str, person: Person) -> bool:
        if person.in_text(key):
            return True
        match _text(self.client.type(key)):
            case "string":
                return person.names(_text(self.client.get(key) or b""))
            case "hash":
                pairs = self.client.hgetall(key)
                return person.names([*map(_text, pairs), *map(_text, pairs.values())])
            case "set":
                return person.names([*map(_text, self.client.smembers(key))])
            case "list":
                return person.names([*map(_text, self.client.lrange(key, 0, -1))])
            case "zset":
                return person.names([*map(_text, self.client.zrange(key, 0, -1))])
            case _:
                return False

    def _record(self, key: str, person: Person) -> Record:
        return Record(meta=RecordMeta(kind=self.kind, id=key, subjects=(str(person.subject),)))


def _text(raw: object) -> str:
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)


def redis(
    client: Any,
    /,
    *,
    keys: str | tuple[str, ...] = (),
    indexes: str | tuple[str, ...] = (),
    people_of: str = "",
    tokens: Callable[[str], Iterable[str]] | None = None,
    prefix: str = "",
    name: str = "redis",
    kind: str = "content",
    after: tuple[str, ...] = (),
) -> RedisTarget:
    """
    Erase from Redis.

    Args:
        client: A client of the redis package.

        keys: Names of keys, with `{person}` for the number in E.164 and `{token}` for *tokens*.

        indexes: Names of sets whose members are more keys of the person, likewise.

        people_of: The name of a set with the people of a key, with `{key}`: the person is taken out
            of it. Its members are numbers in E.164, or tokens.

        tokens: Returns the tokens of a number in E.164.

        prefix: What all keys of the app begin with; keys beyond it are not looked at.

        name: The name of the target.

        kind: What is kept.

        after: Targets that go first.

    Raises:
        voxvalley_privacy.ConfigurationError: If a template is wrong, or none says whose a key is.
    """
    named = (keys,) if isinstance(keys, str) else tuple(keys)
    sets = (indexes,) if isinstance(indexes, str) else tuple(indexes)
    if not named and not sets:
        raise ConfigurationError("redis() needs 'keys' or 'indexes'.")
    for template in (*named, *sets):
        wanted = ("{person}", "{token}") if tokens is not None else ("{person}",)
        if not any(sign in template for sign in wanted):
            raise ConfigurationError("A template of redis() needs {person}, or {token} and tokens.")
    if people_of and "{key}" not in people_of:
        raise ConfigurationError("'people_of' needs {key}.")
    return RedisTarget(
        client=client,
        keys=named,
        indexes=sets,
        people_of=people_of,
        tokens=tokens,
        prefix=prefix,
        name=name,
        kind=kind,
        after=after,
    )
