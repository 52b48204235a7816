"""May this call be recorded?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import attrs

from ..decisions import Decision, Obligation, Reason
from ..facts import Facts, load
from ..facts import Recording as Row
from ._consent_reasons import because, cite, fails_closed
from ._places import layers

__all__ = ["Leg", "Recording", "recording_allowed"]

_STRICTNESS = ("one_party", "all_notice", "all_consent")


@attrs.frozen(kw_only=True)
class Leg:
    """
    One party of a call.

    Args:
        jurisdictions: Every place the party may be in, as "US-CA"; empty for unknown. "US" alone is
            unknown too, as its states differ.

        consent: True if the party agreed, False if it refused, None if it was not asked.

        announcement_ms: How much of the announcement the party heard, in milliseconds.
    """

    jurisdictions: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    consent: bool | None = None
    announcement_ms: int = 0


def _legs(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    return tuple(legs)


@attrs.frozen(kw_only=True)
class Recording:
    """
    Ask to record a call, or to go on recording it. Ask again whenever a party joins, is transferred
    or comes back.

    Args:
        legs: All parties, those who record included.

        at: When, with a time zone.

        recorder: Where the recording is made; empty if that is where the legs are.

        announcement_total_ms: How long the whole announcement is, in milliseconds; 0 for none.

        active: Whether it is being recorded now.
    """

    legs: tuple[Leg, ...] = attrs.field(converter=_legs)
    at: datetime
    recorder: str = ""
    announcement_total_ms: int = 0
    active: bool = False

    def join(self, leg: Leg, /, *, at: datetime) -> Recording:
        """Return the call with one more party."""
        return attrs.evolve(self, legs=(*self.legs, leg), at=at)

    def transfer(self, index: int, leg: Leg, /, *, at: datetime) -> Recording:
        """Return the call with another party in the place of the one at *index*."""
        return attrs.evolve(self, legs=(*self.legs[:index], leg, *self.legs[index + 1 :]), at=at)


@attrs.frozen
class _RecordingAllowed:
    facts: Facts
    accept_notice: bool

    @fails_closed
    def __call__(self, call: Recording, /) -> Decision:
        if call.at.tzinfo is None:
            return self._deny(call, because("error.clock"))
        if not call.legs:
            return self._deny(call, because("recording.no_parties"))
        rows = self._rows(call)
        if any(leg.consent is False for leg in call.legs):
            return self._deny(call, because("recording.refused"))
        unknown = (
            [because("recording.jurisdiction_unknown")] if self.facts.recording["*"] in rows else []
        )
        strictest = max(_STRICTNESS.index(row.needs) for row in rows)
        decisive = [row for row in rows if _STRICTNESS.index(row.needs) == strictest]
        needs = _STRICTNESS[strictest]
        if needs == "all_consent" and self.accept_notice and all(map(_takes_notice, decisive)):
            needs = "all_notice"
        met = self._met(call, needs)
        allowed, missing = _CODES[needs]
        code = allowed if met else missing
        reasons = (*[cite(code, row, self.facts, call.at) for row in decisive], *unknown)
        if not met:
            return self._deny(call, *reasons)
        again = Obligation(
            code="recording.ask_again",
            text="Ask again when a party joins, is transferred or returns.",
        )
        return Decision.allow(*reasons, obligations=(again,), evaluated_at=call.at)

    def _rows(self, call: Recording) -> list[Row]:
        rows: dict[Row, None] = {}
        named = [place for leg in call.legs for place in leg.jurisdictions or ("*",)]
        if call.recorder:
            named.append(call.recorder)
        for jurisdiction in named:
            rows.update(dict.fromkeys(self._known(jurisdiction)))
        return list(rows)

    def _known(self, jurisdiction: str) -> list[Row]:
        table = self.facts.recording
        rows = [table[key] for key in layers(jurisdiction) if key in table]
        if rows and self._is_settled(jurisdiction):
            return rows
        return [*rows, table["*"]]

    def _is_settled(self, jurisdiction: str) -> bool:
        # "US" alone may be California: where parts have rules of their own, the part must be known.
        table, country = self.facts.recording, layers(jurisdiction)[-1]
        divided = any(key.startswith(f"{country}-") for key in table)
        return not divided or (jurisdiction != country and jurisdiction in table)

    def _met(self, call: Recording, needs: str) -> bool:
        if needs == "all_consent":
            return all(leg.consent is True for leg in call.legs)
        if needs == "all_notice":
            total = call.announcement_total_ms
            # A partial announcement counts as none; who consented needs none.
            return all(leg.consent is True or leg.announcement_ms >= total > 0 for leg in call.legs)
        return True

    def _deny(self, call: Recording, *reasons: Reason) -> Decision:
        at = call.at if call.at.tzinfo else None
        stop = Obligation(code="recording.stop", text="Stop the recording now.", due=at)
        return Decision.deny(*reasons, obligations=(stop,) if call.active else (), evaluated_at=at)


def _takes_notice(row: Row) -> bool:
    return row.notice_suffices and not row.doubtful


_CODES = {
    "one_party": ("recording.one_party", "recording.one_party"),
    "all_notice": ("recording.announced", "recording.announcement_missing"),
    "all_consent": ("recording.consented", "recording.consent_missing"),
}


def recording_allowed(
    *, facts: Facts | None = None, accept_notice: bool = False
) -> _RecordingAllowed:
    """
    Allow a recording by the strictest rule of every place that a party may be in and of where it is
    recorded.

    Args:
        facts: The tables; None for those that ship with this version.

        accept_notice: Where the table says, undisputed, that staying on after an announcement is
            consent, accept the announcement.

    Returns:
        A rule. Its deny while a recording is active obliges to stop; its allow holds for these
        parties only.

    Source: facts/recording_consent.csv.
    """
    return _RecordingAllowed(load() if facts is None else facts, accept_notice)
