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

    A test has `self.privacy_guard`, and `self.privacy_folder` for the files of the app; `setUp`
    has them too, and is watched. The mixin stands before `TestCase`.
    """

    privacy_guard: PrivacyGuard
    privacy_folder: Path

    def run(self, result: Any = None) -> Any:
        """Run the test, watched from its `setUp` to its last cleanup."""
        test: Any = self
        folder = tempfile.TemporaryDirectory()
        test.addCleanup(folder.cleanup)
        self.privacy_folder = Path(folder.name)
        self.privacy_guard = PrivacyGuard(self.privacy_folder)
        # Cleanups run in reverse: the test's own ones come before this one.
        test.addCleanup(self._settle)
        self.privacy_guard.start()
        following: Any = super()
        return following.run(result)

    def _settle(self) -> None:
        self.privacy_guard.stop()
        self.privacy_guard.check()


class PrivacyCanaryMixin(PrivacyGuardMixin):
    """The same with `self.privacy_canary`, which feeds an app with a made-up record."""

    @property
    def privacy_canary(self) -> PrivacyCanary:
        """Feeds an app, and searches its answer."""
        return PrivacyCanary(self.privacy_guard)
