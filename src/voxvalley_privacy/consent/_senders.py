"""From whom messages come: groups of numbers, short codes, service ids and agents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from ..errors import ConfigurationError
from ..ledgers import canonical_sender

__all__ = ["EVERYBODY", "SenderScope", "Senders", "scope_of"]


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
    # A text is a list of its letters, and none of them is a sender.
    if not isinstance(given, Mapping | tuple) or any(
        isinstance(members, str) for members in dict(groups).values()
    ):
        raise ConfigurationError(
            "Senders() takes the members of each group, such as {'acme': ['+14155550100']}."
        )
    return tuple((name, tuple(members)) for name, members in dict(groups).items())


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
        voxvalley_privacy.ConfigurationError: If a group is empty, a member is in two groups, or a
            name is empty.
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
            faults += _faults_of(name, spellings, group_of)
            scope = SenderScope(frozenset([group, *spellings]), frozenset([group]))
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
    if not name or not spellings or not all(spellings):
        return [(name, "a group needs a name and members that are not empty")]
    if any(spelling in taken for spelling in spellings):
        return [(name, "a member is in another group too")]
    return []


def scope_of(sender: str, senders: Senders | None, /) -> SenderScope | None:
    """Return every name of a contact's sender; None if *senders* do not have it."""
    if not sender:
        return EVERYBODY
    if senders is None:
        spelling = canonical_sender(sender)
        return SenderScope(frozenset([spelling]), frozenset([spelling]))
    return senders.scope(sender)
