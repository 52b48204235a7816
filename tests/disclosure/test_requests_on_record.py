"""A request is what the book has of it: who made it, how far it came, what waits for the store."""

from __future__ import annotations

import attrs
import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import stores
from voxvalley_privacy.disclosure import Disclosure, DisclosurePolicy, ExportSource, SubjectRights

from .conftest import ANA, ATTESTED, BEN, NOW, register_with

CALL = {"caller": ANA, "at": NOW}


class Broken:
    """A store that fails while it is told to, with any error."""

    def __init__(self, error):
        self._store = stores.memory()
        self._error = error
        self.failing: frozenset[str] = frozenset()

    def append(self, *drafts, **how):
        if "append" in self.failing:
            raise self._error("down")
        return self._store.append(*drafts, **how)

    def read(self, *streams):
        if "read" in self.failing:
            raise self._error("down")
        return self._store.read(*streams)

    def __getattr__(self, name):
        return getattr(self._store, name)


def rights_with(store=None, register=None, **how):
    """Return rights over one store with one call."""
    source = ExportSource(
        name="calls",
        find=lambda _: [CALL],
        count=lambda _: 1,
        fields={"caller": "party", "at": "time", "note": "own"},
        rectify=lambda *_: None,
    )
    register = register or register_with(None, store=store)
    return SubjectRights([source], register=register, **how)


def asked(rights, kind="access", subject=ANA):
    """Return a verified request."""
    request = rights.open(subject, kind, received=NOW, place="GB")
    return rights.verify(request, method="account")


@pytest.mark.parametrize("error", [vp.StoreUnavailable, RuntimeError, ValueError, KeyError])
@pytest.mark.parametrize("kind", ["object", "restrict"])
@pytest.mark.parametrize("before", [True, False])
def test_what_was_accepted_without_the_store_counts_at_once_and_is_stored(error, kind, before):
    """An objection while the store is down is kept, ends the use, and is stored when it is up."""
    store = Broken(error)
    rights = rights_with(store)
    request = rights.open(ANA, "object", received=NOW, place="GB") if before else None
    store.failing = {"append"}
    request = request or rights.open(ANA, "object", received=NOW, place="GB")
    accept = rights.restrict if kind == "restrict" else lambda one: rights.object(one, "marketing")
    assert accept(request)
    assert rights.unstored
    assert not rights.may_use("+1 415 555 0132", "marketing.sms")
    assert rights.may_use(BEN, "marketing.sms")
    store.failing = set()
    assert [one.kind for one in rights.waiting()] == ["object"]
    assert rights.unstored == ()
    again = rights_with(register=register_with(None, store=store))
    assert not again.may_use(ANA, "marketing.sms")


def test_an_objection_is_done_though_a_ledger_or_the_book_of_recipients_fails():
    """What does not work besides is a duty, and no error."""

    def withdraw(*_):
        raise OSError("down")

    rights = rights_with(withdraw=withdraw)
    decision = rights.object(rights.open(ANA, "object", received=NOW, place="GB"), "marketing")
    assert [duty.code for duty in decision.obligations] == ["request.withdraw"]
    store = Broken(RuntimeError)
    rights = rights_with(store, disclosures=DisclosurePolicy(register_with(None, store=store)))
    request = rights.open(ANA, "object", received=NOW, place="GB")
    store.failing = {"read"}
    duties = rights.object(request, "marketing").obligations
    assert [duty.code for duty in duties] == ["recipient.tell_objected"]


def test_a_request_whose_answer_was_not_written_down_goes_on_to_wait():
    """If the audit fails, nothing is handed over, and the request is not answered."""

    class Full:
        def record(self, *_, **__):
            raise OSError("full")

    rights = rights_with(audit=Full())
    assert not rights.access(asked(rights))
    assert len(rights.waiting()) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda rights, request: rights.refuse(request, reason="no"),
        lambda rights, request: rights.access(request) and request,
        lambda _, request: attrs.evolve(request, id="R0"),
        lambda _, request: attrs.evolve(request, subject=BEN),
        lambda rights, request: attrs.evolve(asked(rights, subject=BEN), subject=ANA),
    ],
)
@pytest.mark.parametrize("kind", ["access", "rectify"])
def test_only_a_waiting_request_of_the_person_is_answered(change, kind):
    """A request that was refused, answered, never made, or made by another is not known."""
    rights = rights_with()
    request = change(rights, asked(rights, "access"))
    request = attrs.evolve(request, kind=kind)
    answer = rights.access(request) if kind == "access" else rights.rectify(request, {"note": "x"})
    assert answer.codes == ("request.unknown",)


def test_a_step_after_the_answer_opens_nothing_again():
    """An answered request stays answered, whatever comes after."""
    rights = rights_with()
    request = asked(rights)
    assert rights.access(request)
    rights.acknowledge(request)
    assert rights.waiting() == ()


def test_a_term_is_extended_once_by_the_book():
    """Another step, or an older copy of the request, does not extend a term again."""
    rights = rights_with()
    request = rights.open(ANA, "access", received=NOW, place="GB")
    extended = rights.extend(request, reason="many").require().value
    for later in (request, extended, rights.acknowledge(extended)):
        assert rights.extend(later, reason="many").codes == ("request.no_extension",)
    assert rights.waiting()[0].due == extended.due


def test_recipients_are_found_by_a_number_in_national_spelling():
    """The manifest names who got data, in whatever spelling the person asks."""
    register = register_with()
    policy = DisclosurePolicy(register, attestations=ATTESTED)
    question = Disclosure(
        to="logship", purpose="support", about=ANA, fields={"sid"}, origin="US", at=NOW
    )
    assert policy(question)
    rights = rights_with(register=register, disclosures=policy, region="US")
    bundle = rights.access(asked(rights, subject="(415) 555-0132")).require().value
    assert [line["recipient"] for line in bundle.manifest["recipients"]] == ["logship"]
    duties = rights.object(asked(rights, "object", "(415) 555-0132"), "marketing").obligations
    assert [duty.code for duty in duties] == ["recipient.tell_objected"]


def test_a_field_that_no_store_changes_is_a_duty():
    """What can be changed is changed; the rest is said, and the request goes on to wait."""
    rights = rights_with()
    decision = rights.rectify(asked(rights, "rectify"), {"note": "x", "address": "y"})
    assert [duty.code for duty in decision.obligations] == ["request.change_left"]
    assert len(rights.waiting()) == 1
    assert rights.rectify(asked(rights, "rectify"), {"note": "x"}).obligations == ()
    assert len(rights.waiting()) == 1
