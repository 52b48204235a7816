"""
Hypothesis strategies of made-up numbers, records, messages and SIP.

Hypothesis is imported by the first call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import schemas
from ..schemas import Schema
from ..vocabulary import DataCategory
from .made_up import canary, sample

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["messages", "numbers", "records", "sip_messages"]

_SEEDS = 10_000

# Ways in which people and machines write a number, from its digits
_SPELLINGS = (
    "+{0}",
    "{0}",
    "00{0}",
    "tel:+{0}",
    "sip:+{0}@sip.example.com;user=phone",
    "%2B{0}",
    "+{0[0]} {1} {2} {3}",
    "({1}) {2}-{3}",
    "{1}.{2}.{3}",
)
_SENTENCES = (
    "{name} called from {number}",
    "Please call {number}.",
    "your code is {code}, {name}",
    "to={number} status=delivered",
    "no answer from {address} after 61 s",
)
_INVITE = (
    "INVITE sip:{callee}@sip.example.com SIP/2.0",
    "Via: SIP/2.0/UDP {address}:5060;branch=z9hG4bK776asdhds",
    "Max-Forwards: 70",
    'From: "{name}" <sip:{caller}@sip.example.com>;tag=1928301774',
    "To: <sip:{callee}@sip.example.com>",
    "Call-ID: {call_id}",
    "CSeq: 1 INVITE",
    "Contact: <sip:{caller}@{address}:5060>",
    "User-Agent: ExamplePhone/2.1",
    "Content-Length: 0",
)


def numbers() -> SearchStrategy[str]:
    """Return a strategy of phone numbers that belong to nobody, in many spellings."""
    from hypothesis import strategies as st

    return st.builds(_spelled, st.integers(0, _SEEDS), st.sampled_from(_SPELLINGS))


def records(schema: Schema | str | None = None) -> SearchStrategy[dict[str, Any]]:
    """
    Return a strategy of records, with any of their fields missing.

    Args:
        schema: A schema, or the name of a built-in one; None for all built-in ones.
    """
    from hypothesis import strategies as st

    chosen: Any = st.sampled_from(schemas.names()) if schema is None else st.just(schema)
    return st.builds(_thinned, chosen, st.integers(0, _SEEDS), st.randoms(use_true_random=False))


def messages() -> SearchStrategy[str]:
    """Return a strategy of texts as people and apps write them, with made-up values in them."""
    from hypothesis import strategies as st

    sentences = st.lists(st.sampled_from(_SENTENCES), min_size=1, max_size=4)
    return st.builds(_filled, sentences, st.integers(0, _SEEDS))


def sip_messages() -> SearchStrategy[str]:
    """Return a strategy of SIP requests between made-up people."""
    from hypothesis import strategies as st

    return st.builds(_invite, st.integers(0, _SEEDS), st.integers(0, _SEEDS))


def _spelled(seed: int, spelling: str) -> str:
    digits = canary(DataCategory.PARTY_NUMBER, seed=seed)[1:]
    return spelling.format(digits, digits[-10:-7], digits[-7:-4], digits[-4:])


def _thinned(schema: Schema | str, seed: int, random: Any) -> dict[str, Any]:
    record = sample(schema, seed=seed)
    kept = [key for key in record if random.random() < 0.8]
    return {key: record[key] for key in kept or record}


def _values(seed: int) -> dict[str, str]:
    return {
        "name": canary(DataCategory.PERSON_NAME, seed=seed),
        "number": canary(DataCategory.PARTY_NUMBER, seed=seed),
        "address": canary(DataCategory.IP_ADDRESS, seed=seed),
        "code": canary(DataCategory.DTMF, seed=seed).rstrip("#"),
    }


def _filled(sentences: list[str], seed: int) -> str:
    return "\n".join(sentences).format(**_values(seed))


def _invite(caller: int, callee: int) -> str:
    values = _values(caller)
    values["caller"] = values["number"]
    values["callee"] = canary(DataCategory.PARTY_NUMBER, seed=callee)
    values["call_id"] = canary(DataCategory.CALL_ID, seed=caller)
    return "".join(f"{line}\r\n" for line in (*_INVITE, "")).format(**values)
