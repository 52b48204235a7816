"""Who gets what, who may look, what a person can ask, and what others see."""

from __future__ import annotations

from ._demands import Handover, LegalDemand
from ._disclosure_asks import Audit, Disclosure, Grant
from ._disclosure_book import Disclosed
from ._disclosure_policy import DisclosurePolicy
from ._disclosure_reasons import DISCLOSURE_REASONS
from ._disclosure_reports import (
    Activity,
    accounting_table,
    change_feed,
    feed_page,
    processing_page,
    processing_records,
    subprocessor_page,
)
from ._exports import Bundle, ExportSource, SubjectRequest
from ._legal_demands import LegalDisclosurePolicy
from ._listed_recipients import enter_listed
from ._public_posts import PublicPosts
from ._recipient_values import VENDOR_LIST, Contract, Recipient
from ._recipients import Entered, RecipientRegister
from ._request_book import OpenRequest
from ._subject_rights import SubjectRights
from ._succession import ControllerSuccession, Incident, Incidents, identifiable, reusable
from ._support_access import AccessGrant, SupportAccess
from ._support_views import Viewed
from ._transfer_check import Attestation
from ._visibility import VisibilityPolicy

# The shorter names by which the policy's clauses call them.
Visibility = VisibilityPolicy
PublicPost = PublicPosts

__all__ = [
    "DISCLOSURE_REASONS",
    "VENDOR_LIST",
    "AccessGrant",
    "Activity",
    "Attestation",
    "Audit",
    "Bundle",
    "Contract",
    "ControllerSuccession",
    "Disclosed",
    "Disclosure",
    "DisclosurePolicy",
    "Entered",
    "ExportSource",
    "Grant",
    "Handover",
    "Incident",
    "Incidents",
    "LegalDemand",
    "LegalDisclosurePolicy",
    "OpenRequest",
    "PublicPost",
    "PublicPosts",
    "Recipient",
    "RecipientRegister",
    "SubjectRequest",
    "SubjectRights",
    "SupportAccess",
    "Viewed",
    "Visibility",
    "VisibilityPolicy",
    "accounting_table",
    "change_feed",
    "enter_listed",
    "feed_page",
    "identifiable",
    "processing_page",
    "processing_records",
    "reusable",
    "subprocessor_page",
]
