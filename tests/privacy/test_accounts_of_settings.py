"""Recipients in the settings, and the books that a configuration opens."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import privacy as front

NUMBER = "+14155550132"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LOGSHIP = {
    "role": "processor",
    "purposes": ["support"],
    "fields": ["from", "status"],
    "places": ["US"],
    "contract": {
        "written": True,
        "instructions": "DPA-4",
        "onward_ban": True,
        "from": "2026-01-01",
    },
}


def _privacy(**changes: object) -> vp.Privacy:
    return vp.Privacy(region="US", recipients={"logship": {**LOGSHIP, **changes}})


def _ask(**changes: object) -> vp.Disclosure:
    settings = {
        "to": "logship",
        "purpose": vp.Purpose.SUPPORT,
        "about": NUMBER,
        "fields": ["from", "status", "note"],
        "origin": "US",
    }
    return vp.Disclosure(**{**settings, **changes})


def test_a_recipient_of_the_settings_gets_its_fields_redacted() -> None:
    """Once entered, it is granted the listed fields alone, for the audience `share`, with the hash."""
    privacy = _privacy()
    accounts = privacy.accounts(vp.stores.memory(), clock=vp.stores.FixedClock(NOW))
    disclosure = accounts.disclosure()

    before = disclosure(_ask())
    entered = accounts.enter()
    after = disclosure(_ask())

    assert (False, "recipient.unknown") == (bool(before), before.codes[0])
    assert [privacy.hash] * 3 == [before.policy, entered[0].policy, after.policy]
    minimized = after.require(at=NOW).value.minimize(
        {"from": NUMBER, "note": "x", "status": "busy"}
    )
    assert {"from", "status"} >= minimized.keys()
    assert NUMBER not in str(minimized)
    assert not disclosure(_ask(purpose=vp.Purpose.ANALYTICS))


def test_entering_again_enters_what_changed() -> None:
    """The same settings add no line; a changed recipient adds one, and a sub-processor its duty."""
    store, keys = vp.stores.memory(), vp.KeyRing.generate()
    clock = vp.stores.FixedClock(NOW)

    def enter(**changes: object) -> tuple[vp.Decision, ...]:
        privacy = vp.Privacy(recipients={"logship": {**LOGSHIP, **changes}}, keys=keys)
        return privacy.accounts(store, clock=clock).enter()

    assert [1, 0] == [len(enter()), len(enter())]
    [decision] = enter(role="subprocessor")
    assert ["recipient.tell_customers"] == [each.code for each in decision.obligations]


def test_holds_audit_and_sweeps_are_made_of_the_settings(tmp_path: Path) -> None:
    """One store keeps all books; what is due goes by [retention], and nothing that is held."""
    privacy = vp.Privacy(
        region="US",
        retention={"calls": {"kind": "call", "at_most": "P30D"}},
        consent={"ledger": f"sqlite:{tmp_path}/privacy.db"},
    )
    accounts = privacy.accounts()
    cached = privacy.cache()
    inventory = vp.Inventory([vp.erasure.cache(cached)])

    assert accounts.holds().place(
        matter="M-7", subjects=[NUMBER], kinds={vp.RecordKind.CALL}, by="counsel", review="P6M"
    )
    log = accounts.audit_log(signer=vp.audit.generate_signer())
    assert isinstance(log, vp.AuditLog)
    assert 0 == len(accounts.sweep(inventory, audit=log, dry_run=True).failed)
    assert isinstance(accounts.erasure(inventory, audit=log), vp.ErasureService)


def test_accounts_need_a_store_and_rules() -> None:
    """Without a store, without rules and with options that the settings decide there is an error."""
    privacy = vp.voxvalley_defaults()
    accounts = privacy.accounts(vp.stores.memory())

    with pytest.raises(vp.ConfigurationError, match="Set 'ledger'"):
        privacy.accounts()
    with pytest.raises(vp.ConfigurationError, match="retention"):
        accounts.sweep(vp.Inventory([vp.erasure.cache(privacy.cache())]))
    with pytest.raises(vp.ConfigurationError, match="decide redact"):
        accounts.disclosure(redact=str)
    with pytest.raises(vp.ConfigurationError, match="unknown"):
        accounts.disclosure(redacted=str)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"role": "subprocesor"}, "did you mean 'subprocessor'?"),
        ({"role": None}, "must be a text"),
        ({"purposes": ["sale"]}, "'sale' is looser than no sale at all in the vendor's policy"),
        ({"purposes": ["suport"]}, "did you mean 'support'?"),
        ({"purposes": []}, "at least one purpose"),
        ({"purposes": "support"}, "must be a list of names"),
        ({"fields": "from"}, "must be a list of names"),
        ({"tls": False}, "plain transport is looser than"),
        ({"transfer": "EU_SCC_2012"}, "did you mean 'EU_SCC_2021'?"),
        ({"contract": {"written": True}}, "contract.from: must be the first day"),
        ({"contract": {"from": "soon"}}, "must be a day"),
        ({"contract": {"from": "2026-01-01", "written": "yes"}}, "must be true or false"),
        ({"contract": {"from": "2026-01-01", "instructions": 4}}, "must say where"),
        ({"contract": 4}, "must be a table"),
        ({"effective": 4}, "must be a day"),
        ({"services": 4}, "must be a text"),
        ({"feilds": []}, "did you mean 'fields'?"),
    ],
)
def test_a_wrong_recipient_is_refused(changes: dict[str, object], says: str) -> None:
    """Each mistake is named by its path."""
    with pytest.raises(vp.ConfigurationError) as caught:
        _privacy(**changes)

    assert says in str(caught.value)
    assert "recipients.logship" in str(caught.value)


def test_a_recipient_that_gets_more_is_looser() -> None:
    """More fields, purposes or places are looser, as a new recipient is; each with its path."""
    told = front.diff(_privacy(), _privacy(fields=["from", "status", "to"], effective="2026-05-01"))
    new = front.diff(vp.voxvalley_defaults(), _privacy())

    assert [
        ("recipients.logship.fields", "looser"),
        ("recipients.logship.effective", "different"),
    ] == [(each.path, each.direction) for each in told]
    assert ("recipients.logship", "looser") == (new[0].path, new[0].direction)
    assert "recipients.logship" in {each.path for each in front.diff(_privacy(), vp.Privacy())}


def test_recipients_without_effect_are_gaps() -> None:
    """Who gets nothing, whatever is granted, is named with the setting that is missing."""
    privacy = _privacy(contract={"from": "2020-01-01", "until": "2021-01-01"}, fields=[], places=[])
    where = {gap.where for gap in privacy.self_check() if gap.code == "setting.no_effect"}

    assert {f"recipients.logship.{key}" for key in ("contract", "fields", "places")} <= where


def test_the_hash_is_in_permits_and_denials() -> None:
    """A permit, its use, its second use and a denied contact all name the configuration."""
    clock = vp.stores.FixedClock(datetime(2026, 3, 2, 18, tzinfo=UTC))
    privacy = vp.Privacy(region="US")
    ledger = vp.ConsentLedger(vp.stores.memory(), keys=privacy.keys, clock=clock)
    may = privacy.rule("may_contact", ledger=ledger)
    contact = vp.Contact(to=NUMBER, purpose=vp.Purpose.MARKETING_SMS, channel="sms", sender="acme")
    with pytest.raises(vp.Denied) as refused:
        may.permit(contact)

    ledger.give(
        NUMBER,
        vp.Purpose.MARKETING_SMS,
        evidence=vp.Evidence(method="web_form", affirmative=True),
    )
    permit = may.permit(contact)
    used = permit.use()
    with pytest.raises(vp.Denied) as again:
        permit.use()

    soon = asyncio.run(_asked_async(may, contact))
    decisions = [refused.value.decision, permit.decision, used, again.value.decision, *soon]
    assert [privacy.hash] * 7 == [decision.policy for decision in decisions]
    assert "permit.used" in again.value.decision.codes
    assert ledger is may.ledger


async def _asked_async(may: Any, contact: vp.Contact) -> list[vp.Decision]:
    permit = await may.permit_async(contact)
    return [await may.ask_async(contact), permit.decision, await permit.use_async()]


def test_the_hash_is_in_what_books_answer(tmp_path: Path) -> None:
    """Withdrawals, entries of the register and fences of an erasure name the configuration."""
    privacy = vp.Privacy(
        region="US",
        retention={"calls": {"kind": "call", "at_most": "P30D"}},
        consent={"ledger": f"sqlite:{tmp_path}/privacy.db"},
    )
    ledger, accounts = privacy.ledger(), privacy.accounts()
    register = accounts.register()
    target = vp.erasure.cache(privacy.cache())
    erasure = accounts.erasure(vp.Inventory([target]))

    decisions = [
        ledger.withdraw(NUMBER),
        ledger.for_tenant("acme").refuse(NUMBER),
        ledger.erase(NUMBER),
        register.object_to("logship", tenant="acme"),
        register.retire("logship", effective=NOW.date()),
        erasure.permits(NUMBER, vp.Purpose.SUPPORT),
        erasure.guard(target),
    ]
    assert [privacy.hash] * 7 == [decision.policy for decision in decisions]


def test_weak_and_lost_keys_and_broken_stores_are_gaps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Published keys, keys that are gone or rotated, and a ledger that is no ledger have a code each."""
    place = tmp_path / "privacy.db"
    place.write_text("not a database, and long enough to be read as one" * 9)
    path = tmp_path / "privacy.toml"
    path.write_text(
        'version = 1\n[keys]\nfrom = "env:KEYS_HERE"\n'
        f'[consent]\nledger = "sqlite:{place.as_posix()}"\n'
    )
    ring = vp.KeyRing.generate()
    monkeypatch.setenv("KEYS_HERE", ring.to_text())
    privacy = vp.Privacy.from_toml(path)

    def codes() -> set[str]:
        return {gap.code for gap in privacy.self_check()}

    assert "store.unreachable" in codes()
    assert not codes() & {"keys.behind", "keys.unreachable", "keys.weak"}
    monkeypatch.setenv("KEYS_HERE", ring.rotate().to_text())
    assert "keys.behind" in codes()
    monkeypatch.delenv("KEYS_HERE")
    assert "keys.unreachable" in codes()
    weak = vp.Privacy(keys=vp.testing.fixed_keys())
    assert "keys.weak" in {gap.code for gap in weak.self_check()}


def test_policies_are_made_when_they_are_asked_for() -> None:
    """Six audiences are listed; each has one policy, and no other name has any."""
    privacy = vp.Privacy(audiences={"debug": {"unknown": "drop"}})

    assert [*vp.Audience] == [*privacy.policies]
    assert 6 == len(privacy.policies)
    assert privacy.policies["share"] is privacy.policies["share"]
    assert "drop" == privacy.policies["debug"].unknown
    assert "nobody" not in privacy.policies


def test_stale_facts_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that are older than they may be are named, with the mend."""
    import attrs

    from voxvalley_privacy.privacy import _self_check as looked_at

    old = attrs.evolve(vp.facts.load(), as_of=NOW.date() - timedelta(days=4_000))
    monkeypatch.setattr(looked_at, "load", lambda: old)

    assert "facts.stale" in {gap.code for gap in vp.voxvalley_defaults().self_check()}
