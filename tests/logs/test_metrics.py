"""Counts as text for Prometheus, without values."""

from __future__ import annotations

import re

import pytest

import voxvalley_privacy as vp
from tests.logs.conftest import CANARY, Written, clean
from voxvalley_privacy import logs

_LINE = re.compile(
    r'voxvalley_privacy_log_[a-z]+_total\{source="[a-z_.]+"(,[a-z]+="[A-Za-z_.]+")?\} \d+'
)


def test_counts_are_shown_without_values():
    """Protections and policies give one line for each counter, and no value of a record."""
    redact = vp.Redactor(vp.policies.labels())
    policy = vp.LogPolicy({vp.LogKind.CALL: "redacted"}, redact=redact)
    made = Written()
    with logs.protect(redact, made.log) as protection:
        made.log.warning("call from %s", CANARY)
        policy(vp.LogKind.CALL, {"caller": CANARY})
        text = logs.metrics({"app": protection, "policy": policy})
    clean(text)
    lines = text.splitlines()
    assert all(line.startswith("# ") or _LINE.fullmatch(line) for line in lines)
    assert 'voxvalley_privacy_log_records_total{source="app"} 1' in lines
    assert 'voxvalley_privacy_log_records_total{source="policy.call"} 1' in lines
    assert 'voxvalley_privacy_log_changed_total{source="app",part="message"} 1' in lines
    assert 'voxvalley_privacy_log_values_total{source="app",category="PHONE_NUMBER"} 1' in lines
    assert text.endswith("\n")


def test_names_of_an_adapter_are_not_trusted():
    """A name that an adapter counts under shows no digits and no quotes."""

    class Adapter:
        def stats(self):
            return logs.LogStats(1, {f'a"{CANARY}': 1}, {}, {})

    text = logs.metrics({"mine": Adapter()})
    clean(text)
    assert 'part="a_____________"' in text


@pytest.mark.parametrize("sources", [{CANARY: object()}, {"": object()}, {1: object()}])
def test_sources_are_checked(sources):
    """All that is wrong with the sources is told at once, without their names."""
    with pytest.raises(vp.ConfigurationError) as caught:
        logs.metrics(sources)
    assert 2 == len(caught.value.faults)
    clean(str(caught.value))
