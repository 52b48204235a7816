"""Write docs/reference/clauses.md: each clause of the policy, with object, test and page."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "reference" / "clauses.md"
_DISCLOSURE = "tests/disclosure/test_disclosure_policy.py"
_PEOPLE = "tests/disclosure/test_people.py"
_LEGAL = "tests/disclosure/test_legal_demands.py"
_ATTACKS = "tests/release/test_release_attacks.py"
_RULES = "tests/consent/test_other_rules.py"
_LEDGER = "tests/consent/test_ledger.py"
_INBOX = "tests/consent/test_inbox.py"
_CACHE = "tests/caching/test_private_cache.py"
_LOGS = "tests/logs/test_policy.py"
_ERASURE = "tests/erasure/test_service.py"
_VAULT = "tests/erasure/test_life_machine.py"
_SCHEDULE = "tests/retention/test_schedule_and_holds.py"
_HOLDS = "tests/retention/test_schedule_and_holds.py"
_AUDIT = "tests/audit/test_audit_log.py"
# Number, clause, object, test, page. An empty object is out of scope; the page says so.
CLAUSES = (
    (
        1,
        "Material changes are notified",
        "consent.whom_to_tell",
        "tests/consent/test_whom_to_tell.py",
        "how-to/hand-an-app-over.md",
    ),
    (
        2,
        "Documentation of options",
        "Privacy.describe",
        "tests/privacy/test_front_door.py",
        "how-to/use-a-settings-file.md",
    ),
    (3, "Controller or processor", "Disclosure", _DISCLOSURE, "how-to/add-a-sub-processor.md"),
    (4, "Mandatory and voluntary information", "intake", _RULES, "reference/consent.md"),
    (5, "Reuse of stored information", "reusable", _PEOPLE, "how-to/hand-an-app-over.md"),
    (6, "Purposes of use", "consented", _RULES, "reference/consent.md"),
    (
        7,
        "Customers configure",
        "Privacy",
        "tests/privacy/test_front_door.py",
        "how-to/use-a-settings-file.md",
    ),
    (8, "Consent", "ConsentLedger", _LEDGER, "how-to/consent-ledger.md"),
    (9, "Withdrawal", "ConsentLedger", _LEDGER, "how-to/consent-ledger.md"),
    (10, "Numbers that change hands", "number_current", _RULES, "reference/consent.md"),
    (11, "Import of contacts", "consent.import_consents", _LEDGER, "how-to/consent-ledger.md"),
    (12, "Cookies and beacons", "tracking_allowed", _RULES, "reference/consent.md"),
    (
        13,
        "Non-personal information",
        "identifiable",
        _PEOPLE,
        "how-to/pick-a-policy.md",
    ),
    (14, "No sale", "never_sold", _RULES, "reference/consent.md"),
    (
        15,
        "No sharing without consent",
        "DisclosurePolicy",
        _DISCLOSURE,
        "how-to/add-a-sub-processor.md",
    ),
    (16, "Third-party providers", "Recipient", _DISCLOSURE, "how-to/add-a-sub-processor.md"),
    (17, "The customer's own policy", "Attestation", _DISCLOSURE, "how-to/add-a-sub-processor.md"),
    (
        18,
        "Acquisition",
        "consent.carry_over",
        "tests/consent/test_carrying_over.py",
        "how-to/hand-an-app-over.md",
    ),
    (19, "Sub-processors by contract", "Contract", _DISCLOSURE, "how-to/add-a-sub-processor.md"),
    (
        20,
        "List of sub-processors",
        "RecipientRegister",
        _DISCLOSURE,
        "how-to/add-a-sub-processor.md",
    ),
    (21, "Onward transfer", "DisclosurePolicy", _DISCLOSURE, "how-to/add-a-sub-processor.md"),
    (22, "As required by law", "LegalDisclosurePolicy", _LEGAL, "how-to/answer-a-subpoena.md"),
    (23, "Release of aggregates", "AggregateRelease", _ATTACKS, "how-to/publish-call-counts.md"),
    (
        24,
        "Publication for promotion",
        "AggregateRelease",
        _ATTACKS,
        "how-to/publish-call-counts.md",
    ),
    (25, "Administrative messages", "not_opted_out", _RULES, "how-to/consent-opt-outs.md"),
    (26, "Opting out of promotion", "Inbox", _INBOX, "how-to/consent-opt-outs.md"),
    (27, "Confirmation of an opt-out", "Inbox", _INBOX, "how-to/consent-opt-outs.md"),
    (
        28,
        "Quiet hours and caps",
        "outside_quiet_hours",
        "tests/consent/test_quiet.py",
        "reference/consent-hours.md",
    ),
    (
        29,
        "Recordings",
        "recording_allowed",
        "tests/consent/test_recording.py",
        "reference/consent.md",
    ),
    (30, "Under 16", "old_enough", _RULES, "reference/consent.md"),
    (31, "Data of a child is removed", "ErasureService", _ERASURE, "how-to/erase-a-person.md"),
    (
        32,
        "Cached copies by configuration",
        "CachePolicy",
        _CACHE,
        "how-to/cache-with-permission.md",
    ),
    (33, "No copy without permission", "CachePolicy", _CACHE, "how-to/cache-with-permission.md"),
    (34, "Notification log", "LogPolicy", _LOGS, "reference/logs.md"),
    (35, "Logging can be turned off", "LogPolicy", _LOGS, "reference/logs.md"),
    (36, "Management of logs", "RetentionSchedule", _SCHEDULE, "reference/laws-of-a-life.md"),
    (37, "Deletion of an account", "ErasureService", _ERASURE, "how-to/erase-a-person.md"),
    (38, "Past transactions", "retain", _SCHEDULE, "reference/laws-of-a-life.md"),
    (39, "Backups", "SubjectVault", _VAULT, "how-to/erase-a-person.md"),
    (40, "Legal hold", "LegalHolds", _HOLDS, "reference/laws-of-a-life.md"),
    (41, "Change of information", "SubjectRights", _PEOPLE, "how-to/export-my-data.md"),
    (42, "Access", "SubjectRights", _PEOPLE, "how-to/export-my-data.md"),
    (43, "Selected personnel", "SupportAccess", _PEOPLE, "how-to/let-support-look.md"),
    (44, "Encryption in transit", "Recipient", _DISCLOSURE, "how-to/add-a-sub-processor.md"),
    (45, "Privacy settings", "VisibilityPolicy", _PEOPLE, "how-to/hide-my-number.md"),
    (46, "Public areas", "PublicPosts", _PEOPLE, "how-to/hide-my-number.md"),
    (47, "Third-party websites", "", "", "out of scope: nothing is decided about other websites"),
    (48, "Accountability", "AuditLog", _AUDIT, "reference/laws-of-a-life.md"),
)
HEAD = """# Clauses

Each of the 48 clauses of the policy, the object that answers it, the test that holds it, and its page.
Clause 47 is out of scope: what other websites do is not decided here.
`tools/write_clauses.py` writes this page.

| # | clause | object | test | page |
|---|---|---|---|---|
"""


def page() -> str:
    """Return the page."""
    lines = []
    for number, clause, name, test, where in CLAUSES:
        link = f"[{where}](../{where})" if where.endswith(".md") and name else where
        shown = f"`voxvalley_privacy.{name}`" if name else "-"
        held = f"`{test}`" if test else "-"
        lines.append(f"| {number} | {clause} | {shown} | {held} | {link} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    OUT.write_text(page(), "utf-8")
