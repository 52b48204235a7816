"""
Sourced tables: opt-out keywords, quiet hours, recording consent, ages, deadlines, retention,
registries, bases of contact, places of numbers.

Every row has a source, a date and a confidence. They help to find the strict answer; they are not
legal advice.
"""

from __future__ import annotations

from ._acts import Grammar, grammar, languages_of, opt_out_codes, written_languages
from ._fact_files import line_formats, load
from ._outer_facts import (
    Instrument,
    RequestDeadline,
    Transfer,
    instruments,
    request_deadlines,
    transfers,
)
from ._tables import (
    Age,
    ContactBasis,
    Deadline,
    Fact,
    Facts,
    Keyword,
    Override,
    Place,
    QuietHours,
    Recording,
    RegistryFact,
    Retention,
)

__all__ = [
    "Age",
    "ContactBasis",
    "Deadline",
    "Fact",
    "Facts",
    "Grammar",
    "Instrument",
    "Keyword",
    "Override",
    "Place",
    "QuietHours",
    "Recording",
    "RegistryFact",
    "RequestDeadline",
    "Retention",
    "Transfer",
    "grammar",
    "instruments",
    "languages_of",
    "line_formats",
    "load",
    "opt_out_codes",
    "request_deadlines",
    "transfers",
    "written_languages",
]
