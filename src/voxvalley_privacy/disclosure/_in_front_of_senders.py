"""The rule in front of a sender: each record is decided, written down and minimized."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from .. import phone, schemas
from ..decisions import Decision
from ..errors import ConfigurationError, Denied
from ..protocols import Redact
from ..schemas import Schema
from ..vocabulary import DataCategory
from ._disclosure_asks import Disclosure, Grant
from ._disclosure_reasons import because

__all__ = ["InFrontOf", "people_of"]

_PEOPLE = frozenset([DataCategory.PARTY_NUMBER, DataCategory.END_USER_NUMBER])


def people_of(schema: Schema | str | None, /) -> tuple[str, ...]:
    """
    Return the fields of a schema that name people, the end user's first.

    Raises:
        voxvalley_privacy.ConfigurationError: If there is no such schema, or none of its fields
            names anybody.
    """
    known = schemas.get(schema) if isinstance(schema, str) else schema
    fields = known.fields.items() if known else ()
    named = [(field.category, path) for path, field in fields if field.category in _PEOPLE]
    if not named:
        raise ConfigurationError("'about' or 'schema' must say whose a record is.")
    return tuple(path for _, path in sorted(named))


@attrs.frozen(kw_only=True, eq=False)
class InFrontOf:
    """Stand in front of a sender; `DisclosurePolicy.to()` makes it."""

    decide: Callable[[Disclosure], Decision] = attrs.field(repr=False)
    to: str
    purpose: str
    people: tuple[str, ...]
    origin: str = ""
    tenant: str = ""
    redact: Redact | None = attrs.field(default=None, repr=False)

    def __call__(self, record: Mapping[str, Any], /) -> dict[str, Any]:
        """
        Return the part of a record that may be sent.

        Raises:
            voxvalley_privacy.Denied: If none may.
        """
        known = isinstance(record, Mapping)
        people = [one for path in self.people for one in _at(record, path)] if known else []
        if not people:
            raise Denied(Decision.deny(because("error.input")))
        ask = Disclosure(
            to=self.to,
            purpose=self.purpose,
            about=people[0],
            also=tuple(people[1:]),
            fields=record.keys(),
            origin=self.origin or _country_of(people[0]),
            also_from=() if self.origin else [_country_of(one) for one in people[1:]],
            tenant=self.tenant,
        )
        decision = self.decide(ask)
        if not decision:
            raise Denied(decision)
        grant = decision.value
        assert isinstance(grant, Grant)
        if self.redact is not None:
            grant = attrs.evolve(grant, redact=self.redact)
        return grant.minimize(record)

    def text(self, text: str, /) -> str:
        """Refuse a text: nobody can say whose it is."""
        raise Denied(Decision.deny(because("error.input")))


def _at(record: Mapping[str, Any], path: str) -> list[Any]:
    """Return what a record has at a path of its schema; a list of people is each of them."""
    if path in record:
        found = [record[path]]
    else:
        found = [record]
        for part in path.split("."):
            name = part.removesuffix("[]")
            found = [one[name] for one in found if isinstance(one, Mapping) and name in one]
            found = [each for one in found for each in _each(one)]
    return [each for one in found for each in _each(one) if each]


def _each(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _country_of(person: object) -> str:
    """Return the country of a number; empty if none can be told, which permits nothing."""
    number = phone.canonical(str(person))
    return (phone.country(number) or "") if number else ""
