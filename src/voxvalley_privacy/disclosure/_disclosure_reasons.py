"""The reasons of disclosure, rights and access, in one closed catalog."""

from __future__ import annotations

from ..decisions import Reason

__all__ = ["DISCLOSURE_REASONS", "because"]

_TEXTS = {
    "disclosure.allowed": (
        "The recipient, purpose, fields, contract and transfer are in order.",
        "",
    ),
    "disclosure.fields": ("None of these fields may go to this recipient.", ""),
    "recipient.unknown": ("The recipient is not on the register on this day.", "GDPR art. 28"),
    "recipient.objected": ("The tenant objected to this recipient.", "GDPR art. 28(2)"),
    "recipient.purpose": ("The recipient is not registered for this purpose.", ""),
    "recipient.contract": (
        "No written contract with instructions holds on this day.",
        "GDPR art. 28(3)",
    ),
    "recipient.not_elected": ("No customer chose this third party.", ""),
    "recipient.recorded": ("The entry is on the register.", ""),
    "role.unknown": ("The role is not known.", ""),
    "sale.forbidden": ("Personal data is not sold.", ""),
    "purpose.unknown": ("The purpose is not known.", ""),
    "transport.insecure": ("The transport is not encrypted.", ""),
    "transfer.no_mechanism": (
        "No mechanism permits a transfer to one of the places on this day.",
        "GDPR chapter V",
    ),
    "transfer.prohibited": ("A rule forbids a transfer to one of the places.", ""),
    "transfer.unattested": ("The conditions of the mechanism were not attested within a year.", ""),
    "transfer.place_unknown": ("A place is not known.", ""),
    "attestation.stale": ("The customer's attestation is missing or older than 13 months.", ""),
    "consent.absent": ("The person did not consent to this disclosure.", "GDPR art. 7"),
    "audit.down": ("The entry could not be written, so nothing leaves.", ""),
    "error.store_unavailable": ("The store cannot be reached, is locked, full or read-only.", ""),
    "error.store_corrupt": ("The store does not hold what was written.", ""),
    "error.input": ("The context is not of the right kind.", ""),
    "error.clock": ("A time has no zone.", ""),
    # Legal demands
    "instrument.allowed": ("The instrument reaches these fields, people and times.", ""),
    "instrument.unknown": ("No row names this instrument of this place.", ""),
    "instrument.bars": ("The law bars an answer to this; the route between states is another.", ""),
    "instrument.preserve": ("The demand is for keeping, not for handing over: place a hold.", ""),
    "instrument.prospective": (
        "The demand is for what is yet to come, not for stored records.",
        "",
    ),
    "instrument.disputed": ("Sources disagree about this instrument: counsel has to answer.", ""),
    "instrument.unverified": ("The row is not sure enough: counsel has to answer.", ""),
    "instrument.not_in_force": ("The instrument was not in force on the day of issue.", ""),
    "instrument.stale": ("The row was looked up too long ago for content.", ""),
    "instrument.issuer": ("The issuer is not one that may issue this.", ""),
    "instrument.reach": ("The instrument reaches none of these fields.", ""),
    "instrument.cross_border": ("The place of the provider has no row that permits this.", ""),
    "demand.expired": ("The demand is over, or not yet issued.", ""),
    "demand.unverified": ("Nobody checked who sent the demand.", ""),
    "demand.unbounded": ("The demand names no people or no period.", ""),
    "demand.statement": ("An emergency needs a statement that says who is in danger.", ""),
    "approval.missing": (
        "Two different people have to approve, and neither may be the requester.",
        "",
    ),
    # Support
    "access.requested": ("The access was asked for; it is not yet granted.", ""),
    "access.recorded": ("The step is on record.", ""),
    "access.allowed": ("The grant is approved, consented to and in time.", ""),
    "access.unknown": ("There is no such grant.", ""),
    "access.not_active": ("The grant is not approved, not consented to, over or revoked.", ""),
    "access.kind": ("The grant does not cover this kind of record.", ""),
    "access.too_long": ("Access is for at most eight hours.", ""),
    "access.self": ("Nobody approves their own access.", ""),
    "access.review_due": ("A break-glass of this person waits for its review.", ""),
    # Rights
    "request.opened": ("The request is on record.", ""),
    "request.verified": ("The person was verified.", ""),
    "request.unverified": ("The person was not verified by a method that is known.", ""),
    "request.unknown": ("The request is not known, or answered.", ""),
    "request.kind": ("The request is for something else.", ""),
    "request.extended": ("The term is extended by what the law of the place allows.", ""),
    "request.no_extension": ("The law of the place has no extension, or it was used.", ""),
    "request.late": ("The first term is over, so that it cannot be extended.", ""),
    "use.allowed": ("The person did not restrict or object to this use.", ""),
    "use.restricted": ("The person asked that the data is kept and not used.", "GDPR art. 18"),
    "use.objected": ("The person objected to this purpose.", "GDPR art. 21"),
    "request.done": ("The request was carried out.", ""),
    "export.complete": (
        "Everything on record about the person is inside or named.",
        "GDPR art. 15",
    ),
    "export.partial": ("Some stores failed; the manifest names them.", ""),
    "export.incomplete": ("A store failed, so the export would not be complete.", ""),
    # Visibility, posts, succession
    "visible.view": ("The view holds what the viewer may see.", ""),
    "post.acknowledge": ("The person was not told yet that posts are public.", ""),
    "post.allowed": ("The post may be published once its obligations are met.", ""),
    "succession.kept": (
        "The successor keeps the policy; consents are re-keyed and not widened.",
        "",
    ),
    "succession.frozen": ("The successor does not keep the policy: purposes are frozen.", ""),
    "reuse.allowed": ("The new purpose is the old one or a child of it.", ""),
    "reuse.denied": ("The new purpose is not the old one or a child of it.", ""),
    "incident.recorded": ("The incident is on record.", "GDPR art. 33(5)"),
}
DISCLOSURE_REASONS = {
    code: Reason(code=code, text=text, citation=citation)
    for code, (text, citation) in _TEXTS.items()
}


def because(code: str) -> Reason:
    """Return the reason with this code."""
    return DISCLOSURE_REASONS[code]
