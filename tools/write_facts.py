"""Write docs/reference/facts.md: each row of the sourced tables that no other page shows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from voxvalley_privacy.facts import Fact, Facts, load

OUT = Path(__file__).parents[1] / "docs" / "reference" / "facts.md"
HEAD = """# Facts

Each row of the sourced tables as this version carries it, with its source, its date and how sure it is.
Hours, registries and bases have [a page of their own](consent-hours.md); `facts.load()` has the rows of both.
H is high, M medium and L low; `policy` is a choice of this library.
Where a row is disputed or L, only its stricter reading counts.
This is not legal advice.
"""
# Files that other rooms read, with the columns that this page shows.
FILES = {
    "Deadlines of requests": (
        "request_deadlines.csv",
        "key law request days unit in_force_from in_force_until source confidence",
    ),
    "Transfers": (
        "transfer_mechanisms.csv",
        "key kind from to valid_from valid_until instrument source confidence",
    ),
    "Legal instruments": (
        "legal_instruments.csv",
        "place instrument name law mode notice_default source as_of confidence disputed",
    ),
    "Erasure at vendors": (
        "vendor_erasure_endpoints.csv",
        "vendor object effect method path keeps source confidence",
    ),
}


def line(cells: Iterable[object]) -> str:
    """Return one line of a table, whatever is in its cells."""
    texts = (" ".join(str(cell).replace("|", "/").split()) for cell in cells)
    return "| " + " | ".join(texts) + " |"


def table(title: str, columns: str, rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Return the lines of a table under its title."""
    names = columns.split()
    yield f"\n## {title}\n"
    yield line(names)
    yield line("---" for _ in names)
    yield from map(line, rows)


def origin(row: Fact) -> tuple[object, ...]:
    """Return source, date and confidence, as the last columns of each table have them."""
    sure = f"{row.confidence}, disputed" if row.disputed else row.confidence
    return row.instrument, row.source, row.as_of, sure


ORIGIN = "law source date sure"


def of_facts(facts: Facts) -> Iterator[str]:
    """Return the tables that rules of consent read."""
    words = [(w.key, w.kind, w.language, *origin(w)) for w in facts.keywords]
    yield from table("Keywords", f"word kind language {ORIGIN}", words)
    calls = [(r.key, r.regime, r.needs, *origin(r)) for r in facts.recording.values()]
    yield from table("Recording", f"place regime needs {ORIGIN}", calls)
    ages = [(row.key, row.years, *origin(row)) for row in facts.ages.values()]
    yield from table("Ages", f"place years {ORIGIN}", ages)
    ends = [(d.key, d.channel, f"{d.deadline} {d.unit}", *origin(d)) for d in facts.deadlines]
    yield from table("Deadlines of opt-outs", f"place channel deadline {ORIGIN}", ends)
    kept = [(r.key, r.record, r.min_keep, r.max_keep, *origin(r)) for r in facts.retention]
    yield from table("Retention", f"place record at_least at_most {ORIGIN}", kept)


def of_places(facts: Facts) -> Iterator[str]:
    """Return the table of codes."""
    rows = [
        (f"+{place.key}", ", ".join(place.regions), ", ".join(place.zones), *origin(place)[1:])
        for place in facts.places.values()
    ]
    yield from table("Places of numbers", "code regions zones source date sure", rows)


def of_files() -> Iterator[str]:
    """Return the tables of other rooms."""
    for title, (name, columns) in FILES.items():
        text = files("voxvalley_privacy.facts").joinpath(name).read_text("utf-8")
        rows = csv.DictReader(text.splitlines())
        yield from table(title, columns, [[row[name] for name in columns.split()] for row in rows])


def page() -> str:
    """Return the page."""
    facts = load()
    sources = table("Sources", "key source", facts.sources.items())
    lines = [HEAD, *of_facts(facts), *of_places(facts), *of_files(), *sources]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    OUT.write_text(page(), "utf-8")
