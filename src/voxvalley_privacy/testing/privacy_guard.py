"""The guard of one test: what it watches, what it found, and what it says of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import attrs

from ..errors import ConfigurationError
from ..schemas import Schema
from .guarded_files import SqliteFiles, leaks_in_folder
from .known_leaks import Needles, categories_in, needles_of
from .made_up import sample
from .output_texts import texts_of
from .passages import Passage
from .searched_answers import is_answer, parts_of_answer, read_answer, status_of
from .watched_places import Watch

__all__ = ["Leak", "PrivacyCanary", "PrivacyGuard"]

_R = TypeVar("_R")

_REFUSED = 400  # from here on a status says that the app did not take a request
_MENDS = {
    "captured": "A child process or C code wrote it: give it redact(record), or capture and scrub "
    "its output with vp.scrub().",
    "fixture": "A fixture wrote it before the guard was there: ask for privacy_guard in the "
    "fixture to see the line, and print vp.scrub(text).",
    "response": "Answer with an id or a status; what the caller sent need not come back. Treat "
    "a record that has to be shown with redact(record) for vp.policies.support(keys).",
    "error": "Raise an error that names the field, not its value, and leave the `except` block "
    "before you raise: the cause keeps the value.",
}


@attrs.frozen(kw_only=True)
class Leak:
    """
    One place that personal data reached; it never holds the value.

    Args:
        place: Where it came out: `log record of 'app'`, `file calls.csv, line 2`.

        where: File and line of the code that did it, if known.

        categories: What can be read there.

        mend: What to change.
    """

    place: str
    where: str = ""
    categories: tuple[str, ...] = ()
    mend: str = ""

    def __str__(self) -> str:
        at = f" (from {self.where})" if self.where else ""
        return f"{self.place}{at}: {', '.join(self.categories)}\n     Mend: {self.mend}"


@attrs.frozen
class _Allowance:
    place: str
    reason: str


class PrivacyGuard:
    """
    Watch what leaves an app while a test runs.

    The fixture `privacy_guard` makes one for a test; `PrivacyGuardMixin` does for unittest.

    Args:
        folder: Files in it are searched, `tmp_path` for example.
    """

    def __init__(self, folder: Path | str, /) -> None:
        self._folder = Path(folder)
        self._watch = Watch()
        self._sqlite = SqliteFiles()
        self._needles: list[Needles] = []
        self._allowed: list[_Allowance] = []
        self._other: list[Leak] = []
        self._told: set[tuple[str, str]] = set()

    # For tests ----------------------------------------------------------------------------------

    def watch(self, record: object, /, schema: Schema | str | None = None) -> None:
        """
        Look for the values of a record of your own, in every spelling.

        Args:
            record: It need not be a `sample()`.

            schema: Its schema; None if the names of its fields say what they are.
        """
        self._needles.append(needles_of(record, schema))

    def allow(self, place: str, *, reason: str) -> None:
        """
        Let personal data reach a place, such as the vendor that has to deliver a message.

        Args:
            place: A part of what a message calls the place: `request to api.example.com`.

            reason: Why; for whoever reads the test.

        Raises:
            voxvalley_privacy.ConfigurationError: If one of them is empty.
        """
        if not (place.strip() and reason.strip()):
            raise ConfigurationError("allow() needs the name of a place, and a reason.")
        self._allowed.append(_Allowance(place.strip(), reason))

    @property
    def leaks(self) -> tuple[Leak, ...]:
        """Everything found until now that is not allowed, each place once."""
        every = (*self._passages(), *self._files(), *self._other)
        by_place = {(leak.place, leak.where): leak for leak in every if not self._may(leak)}
        return tuple(by_place.values())

    def check(self) -> None:
        """
        Fail now.

        Raises:
            AssertionError: If personal data reached a place that is not allowed.
        """
        message = self.new_leaks()
        if message:
            raise AssertionError(message)

    # For fixtures -------------------------------------------------------------------------------

    def start(self) -> None:
        """Watch from now on; called again, go on top of what was put over the guard."""
        self._watch.start()
        self._sqlite.start()

    def stop(self) -> None:
        """Leave everything as it was."""
        self._sqlite.stop()
        self._watch.stop()

    def new_leaks(self) -> str:
        """Return a message about the leaks that no earlier message named, or an empty text."""
        fresh = [leak for leak in self.leaks if (leak.place, leak.where) not in self._told]
        if not fresh:
            return ""
        self._told.update((leak.place, leak.where) for leak in fresh)
        lines = [f"  {number}. {leak}" for number, leak in enumerate(fresh, 1)]
        head = f"privacy_guard: personal data reached {len(fresh)} place(s)."
        tail = "  A place where it belongs: privacy_guard.allow(PLACE, reason=...)."
        return "\n".join((head, *lines, tail))

    def saw_captured(self, title: str, text: str) -> bool:
        """Search a captured section of a report; return whether it may not be shown."""
        for stream in ("stdout", "stderr"):
            if title == f"Captured {stream} setup":
                others = set(text.splitlines()) - self._watch.lines_of(stream)
                self.add(f"{stream} of a fixture", "\n".join(sorted(others)), "fixture")
            if title == f"Captured {stream} call":
                # What Python wrote was seen when it was written, with the line that wrote it.
                others = set(text.splitlines()) - self._watch.lines_of(stream)
                self.add(f"{stream} of a child process", "\n".join(sorted(others)), "captured")
        return bool(self.categories(text))

    def add(self, place: str, output: object, mend: str) -> None:
        """Search an output, and remember what is found in it."""
        for path, text in texts_of(output):
            categories = self.categories(text)
            if categories:
                full = f"{place}, {path}" if path else place
                self._other.append(Leak(place=full, categories=categories, mend=_MENDS[mend]))

    def categories(self, text: str, *, finders: bool = True) -> tuple[str, ...]:
        """Return the names of the categories that can be read in a text, sorted."""
        names = {str(category) for category in categories_in(text, finders=finders)}
        for needles in self._needles:
            names |= {category for _, category in needles.find(text)}
        return tuple(sorted(names))

    # Parts --------------------------------------------------------------------------------------

    def _passages(self) -> Iterable[Leak]:
        for passage in self._watch.passages():
            categories = self.categories(passage.text, finders=passage.finders)
            if categories:
                yield _leak_of(passage, categories)

    def _files(self) -> Iterable[Leak]:
        others = self._sqlite.paths
        for place, categories, mend in leaks_in_folder(self._folder, others, self.categories):
            yield Leak(place=place, categories=categories, mend=mend)

    def _may(self, leak: Leak) -> bool:
        return any(allowance.place in leak.place for allowance in self._allowed)


def _leak_of(passage: Passage, categories: tuple[str, ...]) -> Leak:
    return Leak(place=passage.place, where=passage.where, categories=categories, mend=passage.mend)


# An app that is fed
# --------------------------------------------------------------------------------------------------


class PrivacyCanary:
    """
    Feed an app with a made-up record, and search its answer.

    Args:
        guard: Searches everything else.
    """

    def __init__(self, guard: PrivacyGuard, /) -> None:
        self.guard = guard

    def feed(
        self, post: Callable[[dict[str, Any]], _R], /, schema: Schema | str, *, seed: int = 0
    ) -> _R:
        """
        Give an app a `sample()` of a schema.

        Args:
            post: Hands the record to the app: `lambda form: client.post("/sms", data=form)`.

            schema: What the app expects.

            seed: As for `sample()`.

        Returns:
            What *post* returned: a response of Flask, Django, httpx or requests, or any value.

        Raises:
            AssertionError: If the app refused the record, as then nothing was tested.
        """
        record = self._record(schema, seed)
        try:
            answer = post(record)
        except Exception as error:
            self.guard.add("error of the app", error, "error")
            raise
        self._searched(answer)
        return answer

    async def feed_async(
        self,
        post: Callable[[dict[str, Any]], Awaitable[_R]],
        /,
        schema: Schema | str,
        *,
        seed: int = 0,
    ) -> _R:
        """Do as `feed()` with a *post* that is awaited."""
        record = self._record(schema, seed)
        try:
            answer = await post(record)
            await read_answer(answer)
        except Exception as error:
            self.guard.add("error of the app", error, "error")
            raise
        self._searched(answer)
        return answer

    def _record(self, schema: Schema | str, seed: int) -> dict[str, Any]:
        record = sample(schema, seed=seed)
        self.guard.watch(record, schema)
        return record

    def _searched(self, answer: object) -> None:
        status = status_of(answer)
        if status is not None and status >= _REFUSED:
            raise AssertionError(
                f"privacy_canary: the app answered with status {status}. It did not take the "
                "record, so nothing was tested. Check address, method and signature."
            )
        if not is_answer(answer):
            self.guard.add("value that the app returned", answer, "response")
            return
        for place, content in parts_of_answer(answer):
            self.guard.add(place, content, "response")
