"""Cookies, beacons and pixels; and what no consent can allow."""

from __future__ import annotations

from datetime import datetime

import attrs

from ..decisions import Decision
from ..ledgers import Subject
from ..vocabulary import Purpose
from ._consent_reasons import allowed, because, fails_closed
from ._contact import Contact, Use
from ._entries import covers, known_purpose
from ._fold import Scope, standing
from ._ledger import ConsentLedger
from ._opt_in import consented

__all__ = ["Tracking", "never_sold", "tracking_allowed"]

_TECHNOLOGIES = {"cookie", "beacon", "pixel", "local_storage", "fingerprint", "sdk", "device_id"}
# Sec-GPC opts out of these.
_SHARING = (
    Purpose.SALE,
    Purpose.DISCLOSURE,
    Purpose.ADVERTISING,
    Purpose.TRACKING,
    Purpose.MARKETING,
)
# Whoever asked for a service did not ask for these, whatever the caller says.
_NEVER_NECESSARY = (Purpose.SALE, Purpose.DISCLOSURE, Purpose.ADVERTISING, Purpose.MARKETING)
_TCF = (2, 3)


@attrs.frozen(kw_only=True)
class Tracking:
    """
    Ask to store or read something on a person's device.

    Args:
        technology: `cookie`, `beacon`, `pixel`, `local_storage`, `fingerprint`, `sdk` or
            `device_id`.

        purpose: What for.

        at: When, with a time zone.

        of: Whose device, if known.

        strictly_necessary: Whether the service the person asked for does not work without it.
            Marketing, advertising, disclosure and sale never are.

        sec_gpc: The value of the `Sec-GPC` header; None if there is none.

        tcf_version: Version of the TCF string, as (2, 3); None if there is no string.

        tcf_disclosed_vendors: Whether that string names disclosed vendors.
    """

    technology: str
    purpose: str
    at: datetime
    of: Subject | None = attrs.field(default=None, repr=lambda _: "<hidden>")
    strictly_necessary: bool = False
    sec_gpc: str | None = None
    tcf_version: tuple[int, int] | None = None
    tcf_disclosed_vendors: bool = False


@attrs.frozen
class _TrackingAllowed:
    ledger: ConsentLedger

    @fails_closed
    def __call__(self, tracking: Tracking, /) -> Decision:
        at = tracking.at
        if at.tzinfo is None:
            return Decision.deny(because("error.clock"))
        if tracking.technology not in _TECHNOLOGIES or not known_purpose(tracking.purpose):
            return Decision.deny(because("tracking.unknown"), evaluated_at=at)
        if tracking.strictly_necessary and not any(
            covers(sold, tracking.purpose) for sold in _NEVER_NECESSARY
        ):
            return Decision.allow(because("tracking.necessary"), evaluated_at=at)
        if _is_too_old(tracking):
            return Decision.deny(because("tcf.version"), evaluated_at=at)
        signal = self._signal(tracking)
        if tracking.of is None:
            return Decision.deny(because(signal or "tracking.no_subject"), evaluated_at=at)
        answer = consented(self.ledger)(Use(of=tracking.of, purpose=tracking.purpose, at=at))
        if signal is None:
            return answer
        if not answer:
            return Decision.deny(because(signal), *answer.reasons, evaluated_at=at)
        if not self._confirmed(tracking, tracking.of):
            return Decision.deny(because(signal), evaluated_at=at)
        return attrs.evolve(answer, reasons=(*answer.reasons, because("gpc.overridden")))

    def _signal(self, tracking: Tracking) -> str | None:
        shares = any(covers(shared, tracking.purpose) for shared in _SHARING)
        if tracking.sec_gpc is None or not shares:
            return None
        if tracking.sec_gpc == "1":
            return "gpc.opt_out"
        return "gpc.malformed"

    def _confirmed(self, tracking: Tracking, subject: Subject) -> bool:
        consent = standing(self.ledger.history(subject), Scope(tracking.purpose)).consent
        if consent is None or consent.evidence is None:
            return False
        return consent.evidence.conflict_confirmed


def _is_too_old(tracking: Tracking) -> bool:
    """Whether a TCF string of an old version names no vendors."""
    version = tracking.tcf_version
    return version is not None and version < _TCF and not tracking.tcf_disclosed_vendors


def tracking_allowed(ledger: ConsentLedger, /) -> _TrackingAllowed:
    """
    Allow what is strictly necessary, and what the person consented to; never a sale.

    `Sec-GPC` forbids sale, sharing and advertising unless the person confirmed in its face; its
    absence is no consent.

    Source: ePrivacy Directive art. 5(3); Global Privacy Control; IAB TCF 2.3 (mandatory since
        2026-02-28).
    """
    return _TrackingAllowed(ledger)


@attrs.frozen
class _NeverSold:
    @fails_closed
    def __call__(self, context: Contact | Use | Tracking, /) -> Decision:
        if context.at.tzinfo is None:
            return Decision.deny(because("error.clock"))
        if not known_purpose(context.purpose):
            return Decision.deny(because("purpose.unknown"), evaluated_at=context.at)
        if covers(Purpose.SALE, context.purpose):
            return Decision.deny(because("sale.forbidden"), evaluated_at=context.at)
        return allowed("sale.not_a_sale", context.at)


def never_sold() -> _NeverSold:
    """Deny every sale of personal data; there is no setting for it, and no consent allows it."""
    return _NeverSold()
