"""
The pytest plugin: fixtures `privacy_guard`, `privacy_canary` and `erased`, marker `privacy_allow`.

It is loaded by its entry point; a test asks for a fixture, and that is all there is to configure.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .erased_person import ErasedCheck
    from .privacy_guard import PrivacyCanary, PrivacyGuard

__all__ = ["erased", "privacy_canary", "privacy_guard"]

_MARKER = "privacy_allow(place, reason=...): personal data may reach this place in this test"
_GUARD = pytest.StashKey["PrivacyGuard"]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, so that `--strict-markers` takes it."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture
def privacy_guard(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Generator[PrivacyGuard, None, None]:
    """Fail the test when personal data reaches a place where it does not belong."""
    from .privacy_guard import PrivacyGuard

    guard = PrivacyGuard(tmp_path)
    for marker in request.node.iter_markers("privacy_allow"):
        guard.allow(*marker.args, **marker.kwargs)
    request.node.stash[_GUARD] = guard
    guard.start()
    try:
        yield guard
    finally:
        guard.stop()
    # What fixtures did after the test: the leaks of the test itself are reported already.
    message = guard.new_leaks()
    if message:
        pytest.fail(message, pytrace=False)


@pytest.fixture
def privacy_canary(privacy_guard: PrivacyGuard) -> PrivacyCanary:
    """Feed an app with a made-up record, and search its answer and everything it touches."""
    from .privacy_guard import PrivacyCanary

    return PrivacyCanary(privacy_guard)


@pytest.fixture
def erased(request: pytest.FixtureRequest) -> ErasedCheck:
    """Give a test `erased(person)`, which fails while any store still finds the person."""
    from .erased_person import ErasedCheck

    return ErasedCheck(request)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that leaked, in the place where its own asserts fail."""
    guard = item.stash.get(_GUARD, None)
    if guard is not None:
        guard.start()  # again: fixtures such as capsys put their streams on top of ours
    try:
        result = yield
    except BaseException:
        _tell_beside(item)
        raise
    message = _new_leaks(item)
    if message:
        pytest.fail(message, pytrace=False)
    return result


def _new_leaks(item: pytest.Item) -> str:
    # A test may ask for the fixture while it runs.
    guard = item.stash.get(_GUARD, None)
    return "" if guard is None else guard.new_leaks()


def _tell_beside(item: pytest.Item) -> None:
    """Report leaks of a test that fails by itself beside its own failure, which stays."""
    message = _new_leaks(item)
    if message:
        item.add_report_section("call", "privacy_guard", message)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look at what pytest captured from file descriptors, and hide output that leaked."""
    report = yield
    guard = item.stash.get(_GUARD, None)
    if guard is not None:
        _hide_captured(report, guard)
        _tell_of_captured(report, guard)
    return report


def _hide_captured(report: pytest.TestReport, guard: PrivacyGuard) -> None:
    from .known_leaks import HIDDEN

    sections = []
    for title, text in report.sections:
        leaks = title.startswith("Captured ") and guard.saw_captured(title, text)
        sections.append((title, HIDDEN if leaks else text))
    report.sections[:] = sections


def _tell_of_captured(report: pytest.TestReport, guard: PrivacyGuard) -> None:
    message = guard.new_leaks() if report.when == "call" else ""
    if message and report.passed:
        report.outcome = "failed"
        report.longrepr = message
    elif message:
        report.sections.append(("privacy_guard", message))
