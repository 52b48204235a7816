"""From whom messages come: groups of numbers, short codes, service ids and agents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import attrs

from ..errors import ConfigurationError
from ..ledgers import canonical_sender

__all__ = ["EVERYBODY", "SenderScope", "Senders", "in_region", "scope_of"]


@attrs.frozen
class SenderScope:
    """
    Every name of one sender.

    Args:
        names: Its numbers and ids, and the names of its groups; empty for a sender that is not
            known.

        groups: The groups it belongs to.
    """

    names: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    def includes(self, sender: str, group: str, /) -> bool:
        """Whether an entry about *sender* and *group* is about this sender."""
        if not self.names:
            return True  # an unknown sender may be any sender
        if not sender and not group:
            return True  # the entry is about all senders
        return sender in self.names or group in self.groups


EVERYBODY = SenderScope()


_Groups = tuple[tuple[str, tuple[str, ...]], ...]


def _ordered(groups: Mapping[str, Iterable[str]] | _Groups) -> _Groups:
    given: object = groups
    if not isinstance(given, Mapping | tuple):
        raise ConfigurationError(
            "Senders() takes the members of each group, such as {'acme': ['+14155550100']}."
        )
    # The letters of one text would each be a member, and its number would be in no group.
    texts = [(name, "members must be a list") for name, of in dict(groups).items() if _is_text(of)]
    if texts:
        raise ConfigurationError("The groups of senders are wrong.", faults=tuple(texts))
    return tuple((name, tuple(members)) for name, members in dict(groups).items())


def _is_text(members: object) -> bool:
    return isinstance(members, str)


@attrs.frozen
class Senders:
    """
    Group the numbers and ids that one brand sends from; a STOP to one of them reaches all.

    Args:
        groups: Group name to its numbers, short codes, messaging-service ids and agent ids. One
            group for each brand, or one for each brand and channel, for example "acme" and
            "acme.voice".

        region: The country of numbers without a country code, for example "US".

    Raises:
        voxvalley_privacy.ConfigurationError: If a group is empty or a text, a member is in two
            groups, or a name is empty or that of another group or of a member of it.
    """

    groups: _Groups = attrs.field(converter=_ordered, repr=False)
    region: str | None = attrs.field(default=None, kw_only=True)
    _scopes: dict[str, SenderScope] = attrs.field(init=False, eq=False, repr=False)
    _group_of: dict[str, str] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        faults: list[tuple[str, str]] = []
        scopes: dict[str, SenderScope] = {}
        group_of: dict[str, str] = {}
        for name, members in self.groups:
            group = canonical_sender(name)
            spellings = [canonical_sender(member, region=self.region) for member in members]
            faults += _faults_of(name, [group, *spellings], group_of)
            # Entries of a ledger with another region have a national number as it was written.
            names = [group, *spellings, *map(canonical_sender, members)]
            scope = SenderScope(frozenset(names), frozenset([group]))
            for spelling in (group, *spellings):
                group_of[spelling] = group
                scopes[spelling] = scope
        if faults:
            raise ConfigurationError("The groups of senders are wrong.", faults=tuple(faults))
        object.__setattr__(self, "_scopes", scopes)
        object.__setattr__(self, "_group_of", group_of)

    def scope(self, sender: str, /) -> SenderScope | None:
        """Return every name of *sender*; None if no group has it."""
        return self._scopes.get(sender) or self._scopes.get(self.spelling(sender))

    def group(self, sender: str, /) -> str:
        """Return the name of the group that has *sender*; empty if none has."""
        return self._group_of.get(self.spelling(sender), "")

    def spelling(self, sender: str, /) -> str:
        """Return the one spelling of *sender*."""
        return canonical_sender(sender, region=self.region)


def _faults_of(name: str, spellings: list[str], taken: Mapping[str, str]) -> list[tuple[str, str]]:
    if len(spellings) == 1 or not all(spellings):
        return [(name, "a group needs a name and members that are not empty")]
    if any(spelling in taken for spelling in spellings):
        return [(name, "its name or a member is in another group too")]
    return []


def in_region(senders: Senders | None, region: str | None, /) -> Senders | None:
    """Return *senders*, who read national numbers as a ledger with *region* does."""
    if senders is None or senders.region is not None or region is None:
        return senders
    return attrs.evolve(senders, region=region)


@lru_cache(maxsize=256)
def _scope_of_one(sender: str, region: str | None) -> SenderScope:
    # As a ledger of *region* writes it, and as an inbox of an earlier version did.
    names = frozenset([canonical_sender(sender, region=region), canonical_sender(sender)])
    return SenderScope(names, names)


def scope_of(sender: str, senders: Senders | None, /, *, region: str | None) -> SenderScope | None:
    """Return every name of a contact's sender; None if *senders* do not have it."""
    if not sender:
        return EVERYBODY
    if senders is None:
        return _scope_of_one(sender, region)
    return senders.scope(sender)
