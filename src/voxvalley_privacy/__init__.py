"""
Privacy for VoIP and messaging apps: redact records, decide what is cached and logged, check consent.

Every public name is here and is loaded on first use, so that importing the package costs next to nothing.

Names by what they are for; those in small letters alone are namespaces or functions.

Settings:
    Audience, Channel, ContentKind, DataCategory, KeyRing, LogKind, Privacy, Purpose, privacy,
    voxvalley_defaults

Redact:
    OMIT, Budget, Explained, Explanation, Field, Finder, Finding, Policy, Redactor, Schema,
    Sensitive, Stats, TextStream, compiled, pattern_finder, policies, schemas, scrub

Actions, in `vp.actions` as well:
    Action, Exposure, actions, bucket, country, drop, generalize, host_only, ip_pseudonym, keep,
    label, mask, parse, pseudonym, scan, seal, strip_query, styles, truncate,
    unsafe_format_preserving, unseal

Write:
    LogPolicy, frames, logs, records, spark, wrap

Keep:
    AsyncPrivateCache, AuditLog, CachePolicy, ErasureService, Inventory, LegalHolds,
    PrivateCache, PrivateMemo, RecordKind, RetentionSchedule, SubjectVault, audit, caching,
    erasure, retain, retention, stores, sweep

Decide:
    AggregateRelease, Attestation, Basis, BasisKind, ConsentLedger, Contact, Contract,
    ControllerSuccession, Decision, Disclosure, DisclosurePolicy, Effect, Evidence,
    ExportSource, Grid, Inbox, Incidents, LedgerAdmin, LegalDemand, LegalDisclosurePolicy,
    Obligation, Permit, PublicPost, PublicPosts, Reason, Recipient, RecipientRegister,
    ReleaseLedger, ReleaseSpec, Rule, Senders, SubjectRights, SupportAccess, Visibility,
    VisibilityPolicy, all_of, all_of_async, basis_accepted, consent, consented, disclosure,
    discrete_laplace, identifiable, intake, may_contact, never_sold, not_opted_out,
    number_current, old_enough, outside_quiet_hours, recording_allowed, registry, registry_file,
    release, reusable, shadow, tracking_allowed, within_caps

Facts, numbers, tests:
    facts, phone, testing

Errors:
    ConfigurationError, Denied, InvalidToken, KeyUnavailable, NotPicklable, PrivacyError,
    StoreCorrupt, StoreError, StoreUnavailable
"""

# Module -> its public names, its own among them. Edit only here: `make format` writes the imports.
_ROOMS = {
    "caching": "caching AsyncPrivateCache CachePolicy PrivateCache PrivateMemo",
    "consent": "Basis BasisKind basis_accepted consent ConsentLedger Contact Evidence Inbox LedgerAdmin Permit Senders consented intake "
    "may_contact never_sold not_opted_out number_current old_enough outside_quiet_hours "
    "recording_allowed registry registry_file tracking_allowed within_caps",
    "disclosure": "disclosure Attestation Contract ControllerSuccession Disclosure DisclosurePolicy "
    "ExportSource Incidents LegalDemand LegalDisclosurePolicy PublicPost PublicPosts Recipient "
    "RecipientRegister SubjectRights SupportAccess Visibility VisibilityPolicy identifiable reusable",
    "release": "release AggregateRelease Grid ReleaseLedger ReleaseSpec discrete_laplace",
    "facts": "facts",
    "frames": "frames",
    "frames.spark": "spark",
    "logs": "logs LogPolicy",
    "stores": "stores",
    "testing": "testing",
    "phone": "phone",
    "records": "records wrap",
    "decisions": "Decision Effect Obligation Reason Rule all_of all_of_async shadow",
    "audit": "audit AuditLog",
    "erasure": "erasure ErasureService Inventory SubjectVault sweep",
    "retention": "retention LegalHolds RecordKind RetentionSchedule retain",
    "errors": "ConfigurationError Denied InvalidToken KeyUnavailable NotPicklable PrivacyError StoreCorrupt StoreError "
    "StoreUnavailable",
    "keys": "KeyRing",
    "actions": "actions Action Exposure bucket country drop generalize host_only ip_pseudonym keep label mask parse "
    "pseudonym scan seal strip_query truncate unsafe_format_preserving unseal",
    "actions.styles": "styles",
    "detection": "Finder Finding pattern_finder",
    "placeholders": "OMIT",
    "privacy": "privacy Privacy voxvalley_defaults",
    "policies": "policies Budget Policy",
    "redaction": "Explained Explanation Redactor Stats TextStream compiled scrub",
    "schemas": "schemas Field Schema",
    "sensitive": "Sensitive",
    "vocabulary": "Audience Channel ContentKind DataCategory LogKind Purpose",
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names.split()}

TYPE_CHECKING = False  # every checker understands it; `typing` stays unloaded
# generated from the table: begin
if TYPE_CHECKING:
    from . import actions as actions
    from . import audit as audit
    from . import caching as caching
    from . import consent as consent
    from . import disclosure as disclosure
    from . import erasure as erasure
    from . import facts as facts
    from . import frames as frames
    from . import logs as logs
    from . import phone as phone
    from . import policies as policies
    from . import privacy as privacy
    from . import records as records
    from . import release as release
    from . import retention as retention
    from . import schemas as schemas
    from . import stores as stores
    from . import testing as testing
    from .actions import Action as Action
    from .actions import Exposure as Exposure
    from .actions import bucket as bucket
    from .actions import country as country
    from .actions import drop as drop
    from .actions import generalize as generalize
    from .actions import host_only as host_only
    from .actions import ip_pseudonym as ip_pseudonym
    from .actions import keep as keep
    from .actions import label as label
    from .actions import mask as mask
    from .actions import parse as parse
    from .actions import pseudonym as pseudonym
    from .actions import scan as scan
    from .actions import seal as seal
    from .actions import strip_query as strip_query
    from .actions import styles as styles
    from .actions import truncate as truncate
    from .actions import unsafe_format_preserving as unsafe_format_preserving
    from .actions import unseal as unseal
    from .audit import AuditLog as AuditLog
    from .caching import AsyncPrivateCache as AsyncPrivateCache
    from .caching import CachePolicy as CachePolicy
    from .caching import PrivateCache as PrivateCache
    from .caching import PrivateMemo as PrivateMemo
    from .consent import Basis as Basis
    from .consent import BasisKind as BasisKind
    from .consent import ConsentLedger as ConsentLedger
    from .consent import Contact as Contact
    from .consent import Evidence as Evidence
    from .consent import Inbox as Inbox
    from .consent import LedgerAdmin as LedgerAdmin
    from .consent import Permit as Permit
    from .consent import Senders as Senders
    from .consent import basis_accepted as basis_accepted
    from .consent import consented as consented
    from .consent import intake as intake
    from .consent import may_contact as may_contact
    from .consent import never_sold as never_sold
    from .consent import not_opted_out as not_opted_out
    from .consent import number_current as number_current
    from .consent import old_enough as old_enough
    from .consent import outside_quiet_hours as outside_quiet_hours
    from .consent import recording_allowed as recording_allowed
    from .consent import registry as registry
    from .consent import registry_file as registry_file
    from .consent import tracking_allowed as tracking_allowed
    from .consent import within_caps as within_caps
    from .decisions import Decision as Decision
    from .decisions import Effect as Effect
    from .decisions import Obligation as Obligation
    from .decisions import Reason as Reason
    from .decisions import Rule as Rule
    from .decisions import all_of as all_of
    from .decisions import all_of_async as all_of_async
    from .decisions import shadow as shadow
    from .detection import Finder as Finder
    from .detection import Finding as Finding
    from .detection import pattern_finder as pattern_finder
    from .disclosure import Attestation as Attestation
    from .disclosure import Contract as Contract
    from .disclosure import ControllerSuccession as ControllerSuccession
    from .disclosure import Disclosure as Disclosure
    from .disclosure import DisclosurePolicy as DisclosurePolicy
    from .disclosure import ExportSource as ExportSource
    from .disclosure import Incidents as Incidents
    from .disclosure import LegalDemand as LegalDemand
    from .disclosure import LegalDisclosurePolicy as LegalDisclosurePolicy
    from .disclosure import PublicPost as PublicPost
    from .disclosure import PublicPosts as PublicPosts
    from .disclosure import Recipient as Recipient
    from .disclosure import RecipientRegister as RecipientRegister
    from .disclosure import SubjectRights as SubjectRights
    from .disclosure import SupportAccess as SupportAccess
    from .disclosure import Visibility as Visibility
    from .disclosure import VisibilityPolicy as VisibilityPolicy
    from .disclosure import identifiable as identifiable
    from .disclosure import reusable as reusable
    from .erasure import ErasureService as ErasureService
    from .erasure import Inventory as Inventory
    from .erasure import SubjectVault as SubjectVault
    from .erasure import sweep as sweep
    from .errors import ConfigurationError as ConfigurationError
    from .errors import Denied as Denied
    from .errors import InvalidToken as InvalidToken
    from .errors import KeyUnavailable as KeyUnavailable
    from .errors import NotPicklable as NotPicklable
    from .errors import PrivacyError as PrivacyError
    from .errors import StoreCorrupt as StoreCorrupt
    from .errors import StoreError as StoreError
    from .errors import StoreUnavailable as StoreUnavailable
    from .frames import spark as spark
    from .keys import KeyRing as KeyRing
    from .logs import LogPolicy as LogPolicy
    from .placeholders import OMIT as OMIT
    from .policies import Budget as Budget
    from .policies import Policy as Policy
    from .privacy import Privacy as Privacy
    from .privacy import voxvalley_defaults as voxvalley_defaults
    from .records import wrap as wrap
    from .redaction import Explained as Explained
    from .redaction import Explanation as Explanation
    from .redaction import Redactor as Redactor
    from .redaction import Stats as Stats
    from .redaction import TextStream as TextStream
    from .redaction import compiled as compiled
    from .redaction import scrub as scrub
    from .release import AggregateRelease as AggregateRelease
    from .release import Grid as Grid
    from .release import ReleaseLedger as ReleaseLedger
    from .release import ReleaseSpec as ReleaseSpec
    from .release import discrete_laplace as discrete_laplace
    from .retention import LegalHolds as LegalHolds
    from .retention import RecordKind as RecordKind
    from .retention import RetentionSchedule as RetentionSchedule
    from .retention import retain as retain
    from .schemas import Field as Field
    from .schemas import Schema as Schema
    from .sensitive import Sensitive as Sensitive
    from .vocabulary import Audience as Audience
    from .vocabulary import Channel as Channel
    from .vocabulary import ContentKind as ContentKind
    from .vocabulary import DataCategory as DataCategory
    from .vocabulary import LogKind as LogKind
    from .vocabulary import Purpose as Purpose

__all__ = [
    "OMIT",
    "Action",
    "AggregateRelease",
    "AsyncPrivateCache",
    "Attestation",
    "Audience",
    "AuditLog",
    "Basis",
    "BasisKind",
    "Budget",
    "CachePolicy",
    "Channel",
    "ConfigurationError",
    "ConsentLedger",
    "Contact",
    "ContentKind",
    "Contract",
    "ControllerSuccession",
    "DataCategory",
    "Decision",
    "Denied",
    "Disclosure",
    "DisclosurePolicy",
    "Effect",
    "ErasureService",
    "Evidence",
    "Explained",
    "Explanation",
    "ExportSource",
    "Exposure",
    "Field",
    "Finder",
    "Finding",
    "Grid",
    "Inbox",
    "Incidents",
    "InvalidToken",
    "Inventory",
    "KeyRing",
    "KeyUnavailable",
    "LedgerAdmin",
    "LegalDemand",
    "LegalDisclosurePolicy",
    "LegalHolds",
    "LogKind",
    "LogPolicy",
    "NotPicklable",
    "Obligation",
    "Permit",
    "Policy",
    "Privacy",
    "PrivacyError",
    "PrivateCache",
    "PrivateMemo",
    "PublicPost",
    "PublicPosts",
    "Purpose",
    "Reason",
    "Recipient",
    "RecipientRegister",
    "RecordKind",
    "Redactor",
    "ReleaseLedger",
    "ReleaseSpec",
    "RetentionSchedule",
    "Rule",
    "Schema",
    "Senders",
    "Sensitive",
    "Stats",
    "StoreCorrupt",
    "StoreError",
    "StoreUnavailable",
    "SubjectRights",
    "SubjectVault",
    "SupportAccess",
    "TextStream",
    "Visibility",
    "VisibilityPolicy",
    "actions",
    "all_of",
    "all_of_async",
    "audit",
    "basis_accepted",
    "bucket",
    "caching",
    "compiled",
    "consent",
    "consented",
    "country",
    "disclosure",
    "discrete_laplace",
    "drop",
    "erasure",
    "facts",
    "frames",
    "generalize",
    "host_only",
    "identifiable",
    "intake",
    "ip_pseudonym",
    "keep",
    "label",
    "logs",
    "mask",
    "may_contact",
    "never_sold",
    "not_opted_out",
    "number_current",
    "old_enough",
    "outside_quiet_hours",
    "parse",
    "pattern_finder",
    "phone",
    "policies",
    "privacy",
    "pseudonym",
    "recording_allowed",
    "records",
    "registry",
    "registry_file",
    "release",
    "retain",
    "retention",
    "reusable",
    "scan",
    "schemas",
    "scrub",
    "seal",
    "shadow",
    "spark",
    "stores",
    "strip_query",
    "styles",
    "sweep",
    "testing",
    "tracking_allowed",
    "truncate",
    "unsafe_format_preserving",
    "unseal",
    "voxvalley_defaults",
    "within_caps",
    "wrap",
]
# generated from the table: end

__version__ = "0.2.0"


# Hidden from checkers, which would take any misspelled name for a good one.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        module = import_module(f"{__name__}.{_HOME[name]}")
        value = module if _HOME[name].rpartition(".")[2] == name else getattr(module, name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    # What is public, and nothing of how it is loaded.
    return sorted({*_HOME, *(name for name in globals() if name.startswith("__"))})
