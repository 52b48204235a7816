"""What an activity may ask a person for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from ..decisions import Decision, Obligation
from ..errors import ConfigurationError
from ._consent_reasons import because
from ._entries import known_purpose
from ._fails_closed import fails_closed

__all__ = ["Intake", "Supplied", "intake"]


@attrs.frozen(kw_only=True)
class Intake:
    """
    Name the fields of an activity.

    Args:
        mandatory: Fields without which it cannot take place.

        voluntary: Fields a person may fill in, each with a purpose of its own.
    """

    mandatory: frozenset[str] = attrs.field(default=frozenset(), converter=frozenset)
    voluntary: Mapping[str, str] = attrs.field(factory=dict, hash=False)


@attrs.frozen(kw_only=True)
class Supplied:
    """
    Ask whether an activity may go on with what was supplied.

    Args:
        activity: Which one.

        fields: Names of the fields that were filled in; never their values.

        purposes: What the person agreed to have voluntary fields used for.
    """

    activity: str
    fields: frozenset[str] = attrs.field(converter=frozenset, repr=lambda v: f"<{len(v)} hidden>")
    purposes: frozenset[str] = attrs.field(default=frozenset(), converter=frozenset)


@attrs.frozen
class _Intake:
    activities: Mapping[str, Intake] = attrs.field(hash=False)

    @fails_closed
    def __call__(self, supplied: Supplied, /) -> Decision:
        asked = self.activities.get(supplied.activity)
        if asked is None:
            return Decision.deny(because("intake.unknown_activity"))
        missing = sorted(asked.mandatory - supplied.fields)
        if missing:
            reason = because("intake.missing")
            return Decision.deny(
                attrs.evolve(reason, text=f"{reason.text[:-1]}: {', '.join(missing)}.")
            )
        agreed = {name for name, purpose in asked.voluntary.items() if purpose in supplied.purposes}
        strip = supplied.fields - asked.mandatory - agreed
        named = sorted(strip & asked.voluntary.keys())
        duties = [
            Obligation(code="intake.strip", text=f"Do not keep {name}: it has no purpose.")
            for name in named
        ]
        if len(named) < len(strip):
            # Names that are not configured came from outside and may be anything.
            duties.append(
                Obligation(
                    code="intake.strip_unknown", text="Do not keep fields that are not configured."
                )
            )
        kept = supplied.fields - strip
        return Decision.allow(because("intake.complete"), obligations=duties, value=kept)


def intake(activities: Mapping[str, Intake], /) -> _Intake:
    """
    Allow an activity when its mandatory fields are there; oblige to strip every field without a purpose.

    Args:
        activities: What each activity asks for.

    Raises:
        voxvalley_privacy.ConfigurationError: If a field name or purpose cannot stand; all faults at once.
    """
    faults: list[tuple[str, str]] = []
    for name, asked in activities.items():
        fields: Iterable[str] = (*sorted(asked.mandatory), *asked.voluntary)
        faults += [
            (f"{name}.{field}", "must be an identifier")
            for field in fields
            if not field.isidentifier()
        ]
        faults += [
            (f"{name}.{field}", "its purpose is unknown")
            for field, purpose in asked.voluntary.items()
            if not known_purpose(purpose)
        ]
        faults += [
            (f"{name}.{field}", "is both mandatory and voluntary")
            for field in asked.mandatory & set(asked.voluntary)
        ]
    if faults:
        raise ConfigurationError("The intake cannot be used.", faults=tuple(faults))
    return _Intake(dict(activities))
