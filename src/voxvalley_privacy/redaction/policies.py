"""
The policies to start from, one for each audience. All are frozen; `with_actions()` makes another of one.

Never looser, category by category: public than share, share than analytics, analytics than support.
Credentials go in all of them.

Source: `facts/categories.json`; where its table says *count* or *k-anonymous*, which one record cannot show, nothing shows.
"""

from __future__ import annotations

from ..keys import KeyRing
from ..vocabulary import DataCategory as C
from ._actions import Action, country, drop, keep, label, mask, parse, scan
from ._keyed import pseudonym, seal
from ._policy import Budget, Policy
from ._reductions import bucket, generalize, host_only, strip_query, truncate

__all__ = ["Budget", "Policy", "analytics", "billing", "debug", "labels", "public", "share", "support"]

_DIRECT = (C.PARTY_NUMBER, C.END_USER_NUMBER, C.SIP_URI, C.PHONE_NUMBER)
_IDENTIFIERS = (C.SUBSCRIBER_ID, C.IMSI)
_DEVICES = (C.DEVICE_ID, C.IMEI, C.ICCID, C.MAC_ADDRESS)
_SECRET_TEXT = (C.CONTENT, C.RECORDING, C.DTMF, C.ONE_TIME_CODE, C.PAYMENT_CARD, C.IBAN, C.AADHAAR, C.INDIA_PAN, C.UPI_ID,
                C.US_SSN, C.COORDINATES, C.DATE_OF_BIRTH, C.NATIONAL_ID, C.PERSON_ATTRIBUTE)  # fmt: skip
_TECHNICAL = (C.PRICE, C.DURATION, C.REGION, C.RECORD_ID, C.ACCOUNT_ID, C.STATUS)


def _all(action: Action, *groups: tuple[C, ...]) -> dict[C, Action]:
    return {category: action for group in groups for category in group}


def debug(keys: KeyRing, /, *, region: str | None = None, budget: Budget | None = None) -> Policy:
    """
    For engineers who look for a fault: numbers masked, bodies as labels, devices and subscribers as tokens, times kept.

    Args:
        keys: Make the tokens.

        region: Where national numbers are from, as `"US"`.

        budget: Bounds for one value.
    """
    return _policy("debug", region, budget, "scan", {
        **_all(mask(), _DIRECT, (C.FORMATTED_NUMBER,)),
        **_all(pseudonym(keys, purpose="debug"), _IDENTIFIERS, _DEVICES, (C.EMAIL_ADDRESS,)),
        **_all(label(), _SECRET_TEXT),
        **_all(keep, _TECHNICAL, (C.OWN_NUMBER, C.HOST, C.TIMESTAMP, C.USER_AGENT, C.CONSENT_SIGNAL, C.CONTENT_HASH)),
        **_all(parse, (C.NAME_ADDR, C.CHANNEL_NAME, C.RAW_MESSAGE)),
        C.IP_ADDRESS: truncate(), C.MEDIA_URL: host_only, C.URL: strip_query, C.FREE_TEXT: scan,
    })  # fmt: skip


def support(keys: KeyRing, /, *, region: str | None = None, budget: Budget | None = None) -> Policy:
    """
    For support staff: numbers, names and subscribers masked, with a seal that `vp.unseal()` opens for a reason.

    Args:
        keys: Make the seals.

        region: Where national numbers are from, as `"US"`.

        budget: Bounds for one value.
    """
    reveal = seal(keys, show=mask())
    return _policy("support", region, budget, "scan", {
        **_all(reveal, _DIRECT, _IDENTIFIERS, _DEVICES, (C.FORMATTED_NUMBER, C.PERSON_NAME, C.EMAIL_ADDRESS)),
        **_all(label(), _SECRET_TEXT),
        **_all(keep, _TECHNICAL, (C.OWN_NUMBER, C.HOST, C.TIMESTAMP, C.USER_AGENT, C.CONSENT_SIGNAL, C.CONTENT_HASH)),
        **_all(parse, (C.NAME_ADDR, C.CHANNEL_NAME, C.RAW_MESSAGE)),
        C.IP_ADDRESS: seal(keys, show=truncate()), C.RECORDING: seal(keys, show=label()), C.MEDIA_URL: host_only,
        C.URL: strip_query, C.FREE_TEXT: scan, C.LOCATION: country,
    })  # fmt: skip


def billing(keys: KeyRing, /, *, region: str | None = None, budget: Budget | None = None) -> Policy:
    """
    For invoices and their disputes: who called whom, when, how long and for how much; nothing else of a person.

    Args:
        keys: Unused today; taken so that all policies are built alike.

        region: Where national numbers are from, as `"US"`.

        budget: Bounds for one value.
    """
    return _policy("billing", region, budget, "drop", {
        **_all(keep, _TECHNICAL, (C.PARTY_NUMBER, C.END_USER_NUMBER, C.SIP_URI, C.OWN_NUMBER, C.TIMESTAMP, C.SUBSCRIBER_ID)),
        C.LOCATION: country,
    })  # fmt: skip


def analytics(keys: KeyRing, /, *, region: str | None = None, budget: Budget | None = None) -> Policy:
    """
    For statistics: parties as tokens to count and join by, times to the hour, no text.

    Args:
        keys: Make the tokens.

        region: Where national numbers are from, as `"US"`.

        budget: Bounds for one value.
    """
    return _policy("analytics", region, budget, "drop", {
        **_all(pseudonym(keys, purpose="analytics"), _DIRECT, (C.SUBSCRIBER_ID, C.RECORD_ID)),
        **_all(keep, (C.PRICE, C.DURATION, C.REGION, C.ACCOUNT_ID, C.STATUS, C.OWN_NUMBER, C.HOST)),
        C.IP_ADDRESS: truncate(), C.TIMESTAMP: truncate(), C.USER_AGENT: generalize, C.LOCATION: country,
        C.CONSENT_SIGNAL: label(),
    })  # fmt: skip


def share(keys: KeyRing, /, *, region: str | None = None, budget: Budget | None = None) -> Policy:
    """
    For another company: states, rounded durations, hours, and whose account it was as a token.

    Args:
        keys: Make the tokens.

        region: Where national numbers are from, as `"US"`.

        budget: Bounds for one value.
    """
    return _policy("share", region, budget, "drop", {
        C.STATUS: keep, C.DURATION: bucket(60), C.TIMESTAMP: truncate(), C.OWN_NUMBER: mask(),
        C.ACCOUNT_ID: pseudonym(keys, purpose="share"),
    })  # fmt: skip


def public(keys: KeyRing, /, *, region: str | None = None, budget: Budget | None = None) -> Policy:
    """
    For everyone: states, durations in steps of five minutes, days.

    Args:
        keys: Unused today; taken so that all policies are built alike.

        region: Where national numbers are from, as `"US"`.

        budget: Bounds for one value.
    """
    return _policy("public", region, budget, "drop", {
        C.STATUS: keep, C.DURATION: bucket(300), C.TIMESTAMP: truncate("day"),
    })  # fmt: skip


def labels(*, region: str | None = None, budget: Budget | None = None) -> Policy:
    """
    Replace everything personal by its label; needs no keys. `vp.scrub()` uses it.

    Args:
        region: Where national numbers are from, as `"US"`.

        budget: Bounds for one value.
    """
    technical = _all(
        keep, _TECHNICAL, (C.OWN_NUMBER, C.HOST, C.TIMESTAMP, C.USER_AGENT, C.CONSENT_SIGNAL, C.CONTENT_HASH)
    )
    parsed = _all(parse, (C.NAME_ADDR, C.CHANNEL_NAME, C.RAW_MESSAGE))
    actions: dict[C, Action] = {
        **dict.fromkeys(C, label()),
        **technical,
        **parsed,
        C.FREE_TEXT: scan,
        C.CREDENTIAL: drop,
    }
    return _policy("labels", region, budget, "scan", actions)


def _policy(name: str, region: str | None, budget: Budget | None, unknown: str, actions: dict[C, Action]) -> Policy:
    complete: dict[C, Action] = {**dict.fromkeys(C, drop), **actions}
    return Policy(
        name, complete, unknown="scan" if unknown == "scan" else "drop", region=region, budget=budget or Budget()
    )
