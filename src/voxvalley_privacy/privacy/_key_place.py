"""Where keys are, which is all that a settings file may say of them; and where numbers are from."""

from __future__ import annotations

import re
from functools import partial

from ..keys import KeyRing
from ..phone import is_region
from ._settings_file import Settings

__all__ = ["GIVEN", "keys_of", "region_of", "ring_at"]

_VARIABLE = re.compile("[A-Za-z_][A-Za-z0-9_]{0,99}")
_KEY = re.compile("[A-Za-z0-9]{24,100}")  # letters and digits without a word between them

# Where keys are from that no file names.
GIVEN = "given in code"


def ring_at(place: str, /) -> KeyRing:
    """
    Load the keys of `env:NAME` or `file:PATH`.

    Raises:
        voxvalley_privacy.ConfigurationError: If they are missing, weak or open to others.
    """
    kind, _, name = place.partition(":")
    return KeyRing.from_env(name) if kind == "env" else KeyRing.from_file(name)


def keys_of(settings: Settings, given: KeyRing | None, /) -> tuple[str, KeyRing]:
    """Return where the keys are from, and the keys."""
    options = dict(settings.known(("keys",), ("from",)))
    place = options.get("from", "")
    is_place = isinstance(place, str) and place.startswith(("env:", "file:"))
    if options and not is_place:
        settings.fault(("keys", "from"), "must be 'env:NAME' or 'file:PATH', and never a key")
        place = ""
    elif place.startswith("env:") and not _is_variable(place.removeprefix("env:")):
        # A key that was written there by mistake must not come out in an error.
        settings.fault(("keys", "from"), "must name a variable, as in 'env:VOXVALLEY_PRIVACY_KEYS'")
        place = ""
    if given is not None and not isinstance(given, KeyRing):
        settings.fault(("keys",), "must be a KeyRing, such as KeyRing.from_env()")
    elif given is not None:
        return GIVEN, given
    if not place:
        return "", KeyRing.generate()
    ring = settings.built(("keys", "from"), partial(ring_at, place))
    return place, ring or KeyRing.generate()


def _is_variable(name: str) -> bool:
    is_key = _KEY.fullmatch(name) is not None and any(map(str.isdigit, name))
    return _VARIABLE.fullmatch(name) is not None and not is_key


def region_of(settings: Settings, /) -> str | None:
    """Return the two letters that say where national numbers are from."""
    region = settings.table.get("region")
    if region is None or _is_region(region):
        return region
    settings.fault(("region",), "must be a two-letter code such as 'US', or 'GB' for 'UK'")
    return None


def _is_region(region: object) -> bool:
    return isinstance(region, str) and is_region(region)
