"""Contradictions between the cache and other settings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.caching.messages import HOUR, policy
from voxvalley_privacy.caching import check_settings
from voxvalley_privacy.errors import ConfigurationError
from voxvalley_privacy.vocabulary import ContentKind, LogKind

_XML = policy({ContentKind.XML: HOUR})


@pytest.mark.parametrize(
    ("path", "settings"),
    [
        ("content_in_query", {"redaction": True, "content_in_query": True}),
        ("lifetimes[xml]", {"logs": {LogKind.APP_RESPONSE: "off"}}),
        ("lifetimes[xml]", {"retention": {ContentKind.XML: timedelta(minutes=59)}}),
    ],
)
def test_contradiction(path, settings):
    """Each contradiction is told with its path and its reason."""
    with pytest.raises(ConfigurationError) as caught:
        check_settings(_XML, **settings)
    ((found, reason),) = caught.value.faults
    assert path == found
    assert len(reason) > 40


def test_all_at_once():
    """All contradictions are told at once."""
    with pytest.raises(ConfigurationError) as caught:
        check_settings(
            _XML,
            redaction=True,
            content_in_query=True,
            logs={LogKind.APP_RESPONSE: "off"},
            retention={ContentKind.XML: timedelta(1), ContentKind.MEDIA: timedelta(0)},
        )
    assert 2 == len(caught.value.faults)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"redaction": True},
        {"content_in_query": True},
        {"logs": {LogKind.APP_RESPONSE: "redacted", LogKind.CALL: "off"}},
        {"retention": {ContentKind.XML: HOUR}},
    ],
)
def test_no_contradiction(settings):
    """Settings that agree pass."""
    assert None is check_settings(_XML, **settings)
