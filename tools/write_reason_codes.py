"""Write docs/reference/reason-codes.md from the reasons that the sources hold."""

from __future__ import annotations

from pathlib import Path

from voxvalley_privacy.consent import CATALOG
from voxvalley_privacy.decisions import Reason, _asynchronous, _decision
from voxvalley_privacy.decisions import _combinators as _rules
from voxvalley_privacy.disclosure import DISCLOSURE_REASONS
from voxvalley_privacy.release import RELEASE_REASONS

OUT = Path(__file__).parents[1] / "docs" / "reference" / "reason-codes.md"
HEAD = """# Reason codes

Every `Decision` says why, in codes that do not change between versions.
A code that is not on this page comes from a rule of your own, from a cache policy or from a log policy.
Where a reason rests on a table of facts, it also names the place, the source, the date and how sure the table is.
This is not legal advice.

"""
ROOMS = {
    "": "Joining rules",
    "consent": "Consent",
    "notice": "Notices",
    "number": "Reassigned numbers",
    "import": "Imports",
    "withdrawal": "Withdrawals",
    "suppression": "Opt-outs",
    "sender": "Opt-outs",
    "registry": "Registries and permits",
    "permit": "Registries and permits",
    "message": "Message class",
    "basis": "Bases",
    "quiet": "Quiet hours",
    "contact": "Places",
    "cap": "Attempts",
    "recording": "Recording",
    "age": "Age",
    "tracking": "Tracking",
    "gpc": "Global Privacy Control",
    "tcf": "TCF",
    "sale": "Sale",
    "intake": "Intake",
    "purpose": "Input",
    "channel": "Input",
    "subject": "Input",
    "error": "Errors",
}


def reasons() -> list[tuple[str, Reason]]:
    """Return every reason with its heading."""
    rooms = (_decision, _asynchronous, _rules)
    own = [value for room in rooms for value in vars(room).values() if isinstance(value, Reason)]
    found = [(ROOMS[""], reason) for reason in own]
    failed = Reason(code="error.rule", text="A rule raised something, or returned no decision.")
    found.append((ROOMS[""], failed))
    found += [(ROOMS[code.partition(".")[0]], reason) for code, reason in CATALOG.items()]
    for room, catalog in (("Disclosure", DISCLOSURE_REASONS), ("Release", RELEASE_REASONS)):
        # Errors of stores, and codes that consent has too, are on the page already.
        found += [(room, reason) for code, reason in catalog.items() if code not in CATALOG]
    return found


def page() -> str:
    """Return the page."""
    parts = [HEAD.rstrip("\n")]
    heading = ""
    for room, reason in reasons():
        if room != heading:
            heading = room
            parts.append(f"\n## {room}\n\n| code | meaning | source |\n|---|---|---|")
        parts.append(f"| `{reason.code}` | {reason.text} | {reason.citation} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    OUT.write_text(page(), "utf-8")
