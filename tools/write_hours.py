"""Write docs/reference/consent-hours.md from the tables of hours, registries and bases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from voxvalley_privacy.facts import Fact, QuietHours, load

OUT = Path(__file__).parents[1] / "docs" / "reference" / "consent-hours.md"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HEAD = """# Hours, registries and bases by place

Each row of the tables as this version carries it; `facts.load()` has the same rows.
Sources are keys of `facts.load().sources`. A disputed or weak row counts in its stricter reading.
This is not legal advice.

## Hours in which contact is allowed

Times are those of the person. Emergencies and the confirmation of an opt-out are never bound.
"""


def cell(text: str) -> str:
    """Return a text that cannot break a table."""
    return text.replace("|", "/").replace("\n", " ")


def days(row: QuietHours) -> str:
    """Return the days of a window."""
    first, last = min(row.days), max(row.days)
    return DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"


def caps(row: QuietHours) -> str:
    """Return the caps of a row in words."""
    return ", ".join(f"{count} in {span // timedelta(hours=1)} h" for count, span in row.caps)


def origin(row: Fact) -> str:
    """Return source, date and confidence."""
    disputed = ", disputed" if row.disputed else ""
    return f"{row.source}; {row.as_of.isoformat()}; {row.confidence}{disputed}"


def line(*cells: str) -> str:
    """Return one line of a table."""
    return "| " + " | ".join(map(cell, cells)) + " |"


def hours(row: QuietHours) -> str:
    """Return the line of one window."""
    return line(
        row.key,
        ", ".join(sorted(row.channels)),
        days(row),
        f"{row.start:%H:%M}-{row.end:%H:%M}",
        "allowed" if row.holidays_open else "closed",
        caps(row),
        "yes" if "administrative" in row.exempt else "no",
        row.instrument,
        origin(row),
    )


def page() -> str:
    """Return the page."""
    facts = load()
    columns = "place|channels|days|hours|holidays|caps|lets administrative through|law|source"
    lines = [HEAD, line(*columns.split("|")), line(*["---"] * 9)]
    lines += [hours(row) for group in facts.quiet_hours.values() for row in group]
    lines += [
        "\n## Registries\n",
        line("place", "registry", "channels", "copy at most", "law", "source"),
    ]
    lines.append(line(*["---"] * 6))
    for row in facts.registries:
        age = f"{row.freshness.days} days" if row.freshness else ""
        channels = ", ".join(sorted(row.channels))
        lines.append(line(row.key, row.registry, channels, age, row.instrument, origin(row)))
    lines += [
        "\n## Bases\n",
        line("place", "basis", "channels", "months", "conditions", "law", "source"),
    ]
    lines.append(line(*["---"] * 7))
    for basis in facts.bases:
        months = str(basis.months or "")
        channels = ", ".join(sorted(basis.channels))
        law = (basis.conditions, basis.instrument, origin(basis))
        lines.append(line(basis.key, basis.basis, channels, months, *law))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    OUT.write_text(page(), "utf-8")
