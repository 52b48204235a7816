"""One front door: all settings of an app in one frozen object, from Python or from one file."""

from __future__ import annotations

from ._books_of_account import Accounts
from ._differences import Difference, diff
from ._front_door import AudienceName, Privacy, PrivacyStats, voxvalley_defaults
from ._named_rules import RuleName
from ._report_html import report_html, report_of_faults
from ._report_markdown import faults_in_markdown, report_markdown
from ._report_parts import Part, playground
from ._schema_check import mistakes_of
from ._self_check import gaps_of_file
from ._settings_schema import json_schema

__all__ = [
    "Accounts",
    "AudienceName",
    "Difference",
    "Part",
    "Privacy",
    "PrivacyStats",
    "RuleName",
    "diff",
    "faults_in_markdown",
    "gaps_of_file",
    "json_schema",
    "mistakes_of",
    "playground",
    "report_html",
    "report_markdown",
    "report_of_faults",
    "voxvalley_defaults",
]
