"""The guard and the canary in unittest, run by unittest's own runner."""

from __future__ import annotations

import io
import sqlite3
import unittest
import warnings
from contextlib import closing

from voxvalley_privacy.testing import PrivacyCanaryMixin, PrivacyGuardMixin, sample

MESSAGE = sample("twilio.message_webhook")


class Leaking(PrivacyGuardMixin, unittest.TestCase):
    def test_prints(self):
        """Prints a number."""
        print(MESSAGE["From"])

    def test_writes_a_file(self):
        """Writes a name."""
        (self.privacy_folder / "calls.txt").write_text(MESSAGE["ProfileName"])

    def test_stores(self):
        """Stores a number."""
        with closing(sqlite3.connect(self.privacy_folder / "app.db")) as database:
            database.execute("CREATE TABLE calls (caller)")
            database.execute("INSERT INTO calls VALUES (?)", (MESSAGE["From"],))
            database.commit()

    def test_warns(self):
        """Warns with a number."""
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(MESSAGE["From"], stacklevel=1)

    def test_fails_by_itself(self):
        """Fails, and leaks."""
        print(MESSAGE["From"])
        self.fail("its own failure")

    def test_is_clean(self):
        """Prints nothing personal."""
        print("fine")

    def test_is_allowed(self):
        """Prints where it may."""
        self.privacy_guard.allow("stdout", reason="this test is about printing")
        print(MESSAGE["From"])


class OwnSetUp(PrivacyGuardMixin, unittest.TestCase):
    def setUp(self):
        print(MESSAGE["From"])

    def test_nothing(self):
        """Does nothing."""


class Canary(PrivacyCanaryMixin, unittest.TestCase):
    def test_echoes(self):
        """Returns a number."""
        self.privacy_canary.feed(lambda record: f"hello {record['from']}", "twilio.call")

    def test_answers(self):
        """Returns nothing personal."""
        assert self.privacy_canary.feed(lambda record: "ok", "twilio.call") == "ok"


class Awaiting(PrivacyGuardMixin, unittest.IsolatedAsyncioTestCase):
    async def test_prints(self):
        """Prints a number."""
        print(MESSAGE["From"])


for _case in (Leaking, OwnSetUp, Canary, Awaiting):
    _case.__test__ = False  # pytest must not collect them: they fail on purpose


def _results(case: type[unittest.TestCase]) -> dict[str, list[str]]:
    """Run a case, and return the messages of its failures by test."""
    stream = io.StringIO()
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    with warnings.catch_warnings(record=True):
        result = unittest.TextTestRunner(stream=stream, warnings="always").run(suite)
    assert [] == result.errors
    failures: dict[str, list[str]] = {}
    for test, message in result.failures:
        failures.setdefault(test._testMethodName, []).append(message)
    return failures


def test_leaks_are_failures(capsys):
    """Each leaking test fails, not errs, with the place and the mend, and clean ones pass."""
    failures = _results(Leaking)

    assert {
        "test_prints",
        "test_writes_a_file",
        "test_stores",
        "test_warns",
        "test_fails_by_itself",
    } == set(failures)
    assert "stdout (from test_unittest_mixins.py:" in failures["test_prints"][0]
    assert "file calls.txt, line 1" in failures["test_writes_a_file"][0]
    assert "table calls, column caller" in failures["test_stores"][0]
    assert "warning UserWarning" in failures["test_warns"][0]


def test_own_failure_stays(capsys):
    """A test that fails by itself reports its own failure, and the leak after it."""
    own, leak = _results(Leaking)["test_fails_by_itself"]

    assert "its own failure" in own
    assert "privacy_guard: personal data reached" in leak


def test_own_setup_is_watched(capsys):
    """A case with a `setUp` that calls no other is watched, and what it prints is seen."""
    assert ["test_nothing"] == list(_results(OwnSetUp))


def test_canary_in_unittest(capsys):
    """The canary is looked for in what the app returns."""
    failures = _results(Canary)

    assert ["test_echoes"] == list(failures)
    assert "value that the app returned" in failures["test_echoes"][0]


def test_async_unittest(capsys):
    """A test that is awaited is watched as well."""
    assert ["test_prints"] == list(_results(Awaiting))
