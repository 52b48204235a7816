"""A skip is a failure where it must not happen."""

from __future__ import annotations

import pytest

from tests import require


def test_absent_skips(monkeypatch):
    """Without the flag, a test whose means are absent is skipped."""
    monkeypatch.delenv(require.CORPUS, raising=False)

    with pytest.raises(pytest.skip.Exception, match="not here"):
        require.absent("It is not here.", required_by=require.CORPUS)


def test_absent_fails(monkeypatch):
    """With the flag, it fails and names the flag."""
    monkeypatch.setenv(require.CORPUS, "1")

    with pytest.raises(pytest.fail.Exception, match=require.CORPUS):
        require.absent("It is not here.", required_by=require.CORPUS)


def test_other_flag_does_not_count(monkeypatch):
    """Each flag stands for its own means."""
    monkeypatch.delenv(require.SERVICES, raising=False)
    monkeypatch.setenv(require.CORPUS, "1")

    with pytest.raises(pytest.skip.Exception):
        require.absent("It is not here.", required_by=require.SERVICES)
