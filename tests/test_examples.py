"""Every script in examples/ runs to its end, without a warning."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPTS = sorted((Path(__file__).resolve().parents[1] / "examples").glob("*.py"))


@pytest.mark.parametrize("script", _SCRIPTS, ids=lambda path: path.stem)
def test_example_runs(script, tmp_path):
    """An example ends well in an empty folder."""
    command = [sys.executable, "-W", "error", str(script)]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )

    assert 0 == done.returncode, done.stderr
