"""The guard and the canary for unittest; pytest is not needed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from .privacy_guard import PrivacyCanary, PrivacyGuard

__all__ = ["PrivacyCanaryMixin", "PrivacyGuardMixin"]


class PrivacyGuardMixin:
    """
    Fail a test that lets personal data out: `class TestApp(PrivacyGuardMixin, unittest.TestCase)`.

    A test has `self.privacy_guard`, and `self.privacy_folder` for the files of the app. The mixin
    stands before `TestCase`; a `setUp` of your own calls `super().setUp()` first.
    """

    privacy_guard: PrivacyGuard
    privacy_folder: Path

    def setUp(self) -> None:
        """Begin to watch."""
        test: Any = self
        folder = tempfile.TemporaryDirectory()
        test.addCleanup(folder.cleanup)
        self.privacy_folder = Path(folder.name)
        self.privacy_guard = PrivacyGuard(self.privacy_folder)
        # Cleanups run in reverse: what the test's own ones write is watched too.
        test.addCleanup(self._settle)
        self.privacy_guard.start()
        following: Any = super()
        following.setUp()

    def _settle(self) -> None:
        self.privacy_guard.stop()
        self.privacy_guard.check()


class PrivacyCanaryMixin(PrivacyGuardMixin):
    """The same with `self.privacy_canary`, which feeds an app with a made-up record."""

    privacy_canary: PrivacyCanary

    def setUp(self) -> None:
        """Begin to watch."""
        super().setUp()
        self.privacy_canary = PrivacyCanary(self.privacy_guard)
