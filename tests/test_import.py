"""The facade stays cheap: nothing is loaded before it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import voxvalley_privacy as vp

_DEPENDENCIES = {
    "attr",
    "attrs",
    "cryptography",
    "phonenumbers",
    "rich",
    "typer",
    "typing_extensions",
}


def _loaded_by(statement: str) -> set[str]:
    """Give the packages that a statement loads in a fresh interpreter."""
    # What .pth files load at start-up is not ours to answer for: only the difference counts.
    code = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_import_loads_no_dependency():
    """Importing the package loads neither a dependency nor `typing`."""
    assert set() == _loaded_by("import voxvalley_privacy") & {*_DEPENDENCIES, "typing"}


def test_import_loads_only_ours():
    """Importing the package loads the facade alone."""
    assert {"voxvalley_privacy"} == _loaded_by("import voxvalley_privacy") - set(
        sys.stdlib_module_names
    )


def test_dir_lists_public_names():
    """`dir()` shows every public name before it is loaded."""
    assert set(vp.__all__) <= set(dir(vp))


def test_public_names_load():
    """Every name in `__all__` can be had."""
    assert [] == [name for name in vp.__all__ if getattr(vp, name, None) is None]


def test_unknown_name():
    """A name that does not exist raises what Python raises, with the package's name in it."""
    with pytest.raises(AttributeError, match="voxvalley_privacy"):
        vp.no_such_name  # noqa: B018


def test_first_e164_number_loads_no_phonenumbers():
    """Redacting a record whose numbers are E.164 never loads phonenumbers."""
    statement = (
        "import voxvalley_privacy as vp; "
        "vp.Redactor(vp.policies.debug(vp.KeyRing.generate()), schema='twilio.call')"
        "({'from': '+14155550132', 'to': '+447700900123'})"
    )

    assert "phonenumbers" not in _loaded_by(statement)
