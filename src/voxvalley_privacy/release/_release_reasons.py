"""The reasons of a release, in one closed catalog."""

from __future__ import annotations

from ..decisions import Reason

__all__ = ["RELEASE_REASONS", "because"]

_TEXTS = {
    "release.published": ("The table holds no cell below the line.", "policy row 23"),
    "release.recorded": ("These cells were published before; this is the recorded answer.", ""),
    "release.grid": (
        "The data set was published on another grid, and two grids can be compared.",
        "",
    ),
    "release.overlap": (
        "The cells cut across cells that were published: their difference may hold few people.",
        "",
    ),
    "release.settings": (
        "The cells were published with other settings: two answers can be compared.",
        "",
    ),
    "release.people": (
        "The data set was published by another field of people: that is another data set.",
        "",
    ),
    "release.window": ("The window is needed here, and must lie on the grid.", ""),
    "release.account_unknown": ("No field names the account, so accounts cannot be counted.", ""),
    "release.noise_required": (
        "A second public release of a data set needs noise and a budget.",
        "policy row 24",
    ),
    "release.budget_missing": ("The data set has no budget.", ""),
    "release.budget_spent": ("The budget of a period does not cover this release.", ""),
    "release.too_large": ("True totals are checked cell by cell, up to a bounded table.", ""),
    "release.empty": ("No record names a person, a time and a place on the grid.", ""),
    "error.store_unavailable": ("The store cannot be reached, is locked, full or read-only.", ""),
    "error.store_corrupt": ("The store does not hold what was written.", ""),
    "error.input": ("The data or the question is not of the right kind.", ""),
    "error.audit": ("The audit log did not take the entry.", ""),
}
RELEASE_REASONS = {
    code: Reason(code=code, text=text, citation=citation)
    for code, (text, citation) in _TEXTS.items()
}


def because(code: str) -> Reason:
    """Return the reason with this code."""
    return RELEASE_REASONS[code]
