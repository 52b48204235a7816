"""
The public API as an app uses it, for type checkers: read by mypy and pyright, never run.

A change here that breaks a line breaks somebody's type check.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, assert_type

import voxvalley_privacy as vp

# Keys.
keys = vp.KeyRing.generate()
assert_type(keys, vp.KeyRing)
assert_type(vp.KeyRing.from_env("NAME"), vp.KeyRing)
assert_type(vp.KeyRing.from_file("privacy.keys"), vp.KeyRing)
assert_type(vp.KeyRing.from_text(keys.to_text()), vp.KeyRing)
assert_type(keys.rotate().for_tenant("acme"), vp.KeyRing)
assert_type(keys.destroy(keys.active_id).key_ids, tuple[str, ...])
assert_type(keys.derive("use", "category"), bytes)

# Policies and actions.
policy = vp.policies.debug(keys, region="US", budget=vp.Budget(depth=8))
assert_type(policy, vp.Policy)
assert_type(
    policy.with_actions(
        {
            vp.DataCategory.IP_ADDRESS: vp.drop,
            vp.DataCategory.PARTY_NUMBER: vp.mask(keep_last=2),
            vp.DataCategory.TIMESTAMP: vp.truncate("day"),
            vp.DataCategory.DURATION: vp.bucket(60),
            vp.DataCategory.SUBSCRIBER_ID: vp.pseudonym(keys, purpose="debug"),
            vp.DataCategory.PERSON_NAME: vp.seal(keys, show=vp.label()),
        }
    ),
    vp.Policy,
)
for make in (
    vp.policies.analytics,
    vp.policies.billing,
    vp.policies.support,
    vp.policies.share,
    vp.policies.public,
):
    assert_type(make(keys), vp.Policy)


def first_letter(value: object, category: vp.DataCategory, /) -> object:
    """Be an action: any callable of this shape is one."""
    return str(value)[:1] if category is vp.DataCategory.PERSON_NAME else vp.OMIT


policy = policy.with_actions({vp.DataCategory.PERSON_NAME: first_letter})

# Schemas.
schema = vp.Schema(
    "acme.cdr", {"caller": vp.DataCategory.PARTY_NUMBER, "legs[].sip": vp.DataCategory.SIP_URI}
)
assert_type(vp.schemas.get("twilio.call"), vp.Schema)
assert_type(vp.schemas.names(), tuple[str, ...])

# A redactor gives back the type that it is given.
redact = vp.Redactor(policy, schema=schema)
record: dict[str, str] = {"caller": "+14155550132"}
assert_type(redact(record), dict[str, str])
assert_type(redact([record]), list[dict[str, str]])
assert_type(redact.text("text"), str)
assert_type(redact.find("text"), tuple[vp.Finding, ...])
assert_type(redact.explain(record), vp.Explanation)
assert_type(redact.stats(), vp.Stats)
assert_type(redact.stats().faults, Mapping[str, int])
assert_type(vp.scrub("text"), str)
for finding in redact.find("text"):
    assert_type((finding.start, finding.end, finding.category), tuple[int, int, vp.DataCategory])

# What was sealed.
secret = vp.unseal(keys, "token", reason="ticket 4711")
assert_type(secret, vp.Sensitive)
assert_type(secret.reveal(), str)

# A wrapped target keeps its type.
writer = csv.DictWriter(io.StringIO(), ["caller"])
assert_type(vp.wrap(writer, redact), "csv.DictWriter[str]")


def save_call(record: dict[str, str], *, table: str = "calls") -> int:
    """Be an app's own function."""
    return len(record) + len(table)


assert_type(vp.wrap(save_call, redact)(record, table="archive"), int)

# Files.
report = vp.records.redact_csv("in.csv", "out.csv", redact, jobs=2)
assert_type(report.records_in, int)
assert_type(report.marked, Mapping[str, int])

# Decisions.
decision = vp.Decision.allow(vp.Reason(code="test.reason", text="It is a test."))
assert_type(decision, vp.Decision)
assert_type(bool(decision), bool)
assert_type(decision.effect, vp.Effect)
assert_type(decision.reasons, tuple[vp.Reason, ...])
assert_type(decision.evaluated_at, datetime)
assert_type(decision.explain(), str)
assert_type(decision.to_json(), str)

# Errors are the standard kinds too.
try:
    vp.Budget(depth=0)
except ValueError as error:
    assert isinstance(error, vp.ConfigurationError)  # noqa: PT017 - no test: it narrows the type
    assert_type(error.faults, tuple[tuple[str, str], ...])

# Caching.
caches = vp.CachePolicy({vp.ContentKind.XML: timedelta(minutes=2)}, unkeyed_query=("CallSid",))
cache = vp.PrivateCache(caches, keys=keys, budget=timedelta(milliseconds=50))
asked = vp.caching.Request(method="GET", url="https://app.example.com/voice", in_call=False)
assert_type(cache.get(asked), vp.caching.Response | None)
assert_type(cache.put(asked, vp.caching.Response(status=200)), vp.Decision)
assert_type(cache.forget("+14155550132"), int)
assert_type(caches.as_filter()(vp.caching.Response(status=200), asked), timedelta)
memo = vp.PrivateMemo(
    keys=keys,
    kind=vp.ContentKind.PHONE_NUMBER,
    ttl=timedelta(hours=1),
    subjects=lambda number: [number],
)


@memo
def carrier_of(number: str, *, fresh: bool = False) -> dict[str, str]:
    return {"carrier": number[:2] if fresh else ""}


@memo
async def carrier_later(number: str) -> str | None:
    return number or None


assert_type(carrier_of("+14155550132", fresh=True), dict[str, str])


async def use_memo() -> None:
    assert_type(await carrier_later("+14155550132"), str | None)


# Consent: from the inbound message to the send.
ledger = vp.ConsentLedger(vp.stores.memory(), keys=keys, region="US")
senders = vp.Senders({"acme": ["+14155550100", "MG0123"]})
inbox = vp.Inbox(ledger, senders=senders)
outcome = inbox.receive(vp.consent.read_twilio({"From": "+14155550132", "Body": "STOP"}))
assert_type(outcome, vp.consent.InboundOutcome)
assert_type(outcome.reviews, tuple[vp.consent.Review, ...])
assert_type(outcome.http_status, int)
assert_type(inbox.resolve(1, stands=False), vp.Decision)
listed = vp.registry_file("US", "dnc.txt", as_of=datetime.now().astimezone())
may = vp.may_contact(ledger, senders=senders, registries=[listed])
contact = vp.Contact(to=14155550132, purpose="marketing", channel="sms", sender="acme", at=None)
assert_type(may(contact), vp.Decision)
assert_type(list(may.many([contact])), list[vp.Decision])
assert_type(may.permit(contact), vp.Permit)
assert_type(may.permit(contact).use(), vp.Decision)
assert_type(ledger.for_tenant("acme"), vp.ConsentLedger)
assert_type(vp.consent.import_consents(ledger, []).counts, Mapping[str, int])
assert_type(vp.all_of(may, vp.never_sold()), vp.Rule[vp.Contact])

# tests of apps -------------------------------------------------------------------------------------------------------

assert_type(vp.testing.sample("twilio.call", seed=1), dict[str, Any])
assert_type(vp.testing.canary("PARTY_NUMBER"), str)
assert_type(vp.testing.fixed_keys(), vp.KeyRing)
assert_type(vp.testing.decision_table(lambda _: vp.Decision.deny(), {"a minor": 15}), str)
assert_type(vp.testing.assert_denied(vp.Decision.deny(), "no_applicable_rule"), vp.Decision)


def test_webhook(privacy_guard: vp.testing.PrivacyGuard) -> None:
    privacy_guard.watch({"From": "+14155550132"}, vp.schemas.get("twilio.call"))
    privacy_guard.allow("stdout", reason="a test of the typing")
    assert_type(privacy_guard.leaks, tuple[vp.testing.Leak, ...])
    canary = vp.testing.PrivacyCanary(privacy_guard)
    assert_type(canary.feed(len, "twilio.call"), int)


# Misspelled names, audiences and options are errors of the type check: an ignore that nothing needs
# is one as well.
_ = vp.redacter  # type: ignore[attr-defined]  # ty: ignore
vp.actions.maks()  # type: ignore[attr-defined]  # ty: ignore
vp.mask(keeplast=2)  # type: ignore[call-arg]  # ty: ignore
vp.voxvalley_defaults().redactor("call_log", audience="debgu")  # type: ignore[arg-type]  # ty: ignore
vp.voxvalley_defaults().rule("never_solt")  # type: ignore[arg-type]  # ty: ignore
