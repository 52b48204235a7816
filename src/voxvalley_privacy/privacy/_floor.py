"""The vendor's policy as a floor: a customer's settings can be tighter, and never looser."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from ..actions import Action, Exposure, exposure
from ._settings_file import Path, Settings, load_toml

__all__ = ["LOG_ORDER", "floor", "is_looser", "looser"]

_FILE = FilePath(__file__).with_name("voxvalley_defaults.toml")

# From nothing to everything.
LOG_ORDER = ("off", "metadata", "redacted", "full")

# A part that is always less than another part, by the classes of the actions.
_LESS = {("_Country", "_Mask"), ("_Country", "Scan"), ("_Mask", "Scan")}


@lru_cache(maxsize=1)
def floor() -> Settings:
    """Return the floor, which ships with the library."""
    return load_toml(_FILE)


def looser(settings: Settings, path: Path, setting: str, least: str, at: Path, /) -> None:
    """Remember that a setting is looser than the floor; both lines are named."""
    settings.fault(
        path,
        f"{setting} is looser than {least} in the vendor's policy ({floor().place(at)}),"
        " which can only be tightened",
    )


def is_looser(action: Action, least: Action, /) -> bool:
    """
    Whether *action* may show more than *least*.

    Two different actions that both show a part are not comparable, and count as looser.
    """
    if action == least or exposure(least) is Exposure.ALL:
        return False
    if exposure(action) is not exposure(least):
        return exposure(action) > exposure(least)
    if exposure(action) is Exposure.NOTHING:
        return False
    names = (type(action).__name__, type(least).__name__)
    if names in _LESS:
        return False
    return names[0] != names[1] or not _shows_less(action, least)


def _shows_less(action: Any, least: Any) -> bool:
    """Compare two actions of one class by their settings."""
    if hasattr(action, "keep_last"):
        shorter = bool(action.keep_last <= least.keep_last)
        return shorter and (least.keep_country or not action.keep_country)
    if hasattr(action, "size"):
        return bool(action.size % least.size == 0)
    if hasattr(action, "unit"):
        return (action.unit, least.unit) == ("day", "hour")
    return exposure(action) is Exposure.TOKEN
