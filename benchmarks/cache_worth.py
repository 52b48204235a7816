"""
How many answers of a day come from copies: documents, media, lookups, speech.

    python -m benchmarks.cache_worth                                                print the table
    python -m benchmarks.cache_worth --write docs/explanation/what-a-cache-is-worth.md

The day is made up, and the same at each run: a clock that is set, and chance with a seed. What
callers ask for follows Zipf's law: the second most frequent comes half as often as the first.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs

from voxvalley_privacy.caching import CachePolicy, PrivateCache, PrivateMemo, Request, Response
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.stores import FixedClock
from voxvalley_privacy.vocabulary import ContentKind

__all__ = ["CASES", "table"]

_START, _END = "<!-- worth -->", "<!-- end of worth -->"
_MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
_DAY = 86_400


@attrs.frozen
class Day:
    """The calls of one day, in their order."""

    chance: random.Random
    clock: FixedClock
    calls: int

    @classmethod
    def of(cls, calls: int) -> Day:
        """Make a day with so many calls."""
        return cls(random.Random(5550100), FixedClock(_MIDNIGHT), calls)

    def requests(self, different: int) -> Iterator[tuple[int, int]]:
        """Set the clock to each call; give its place, and what it asks for."""
        seconds = sorted(self.chance.uniform(0, _DAY) for _ in range(self.calls))
        weights = [1 / (rank + 1) for rank in range(different)]
        asked = self.chance.choices(range(different), weights, k=self.calls)
        for call, second in enumerate(seconds):
            self.clock.now = _MIDNIGHT + timedelta(seconds=second)
            yield call, asked[call]

    def caller(self) -> str:
        """Give a made-up number."""
        return f"+1415555{self.chance.randint(100, 199):04d}"


def _documents(
    calls: int,
    max_age: int,
    *,
    unkeyed: tuple[str, ...] = ("CallSid", "From"),
    no_vary: str = "",
) -> float:
    day = Day.of(calls)
    policy = CachePolicy(
        {ContentKind.XML: timedelta(days=1)}, unkeyed_query=unkeyed, clock=day.clock
    )
    fields = [("Content-Type", "text/xml"), ("Cache-Control", f"max-age={max_age}")]
    if no_vary:
        fields.append(("No-Vary-Search", no_vary))

    def url(call: int, asked: int) -> str:
        number = day.caller().replace("+", "%2B")
        return f"https://app.example.com/voice/{asked}?CallSid=CA{call:032x}&From={number}"

    return _fetched(day, policy, 50, url, Response(status=200, headers=fields, body=b"<Response/>"))


def _media(calls: int, max_age: int) -> float:
    day = Day.of(calls)
    policy = CachePolicy({ContentKind.MEDIA: timedelta(days=1)}, clock=day.clock)
    fields = [("Content-Type", "audio/mpeg"), ("Cache-Control", f"public, max-age={max_age}")]
    answer = Response(status=200, headers=fields, body=bytes(2000))
    return _fetched(
        day, policy, 200, lambda _, asked: f"https://media.example.com/{asked}.mp3", answer
    )


def _fetched(
    day: Day,
    policy: CachePolicy,
    different: int,
    url: Callable[[int, int], str],
    answer: Response,
) -> float:
    cache = PrivateCache(policy, keys=KeyRing.generate())
    fetched = 0
    for call, asked in day.requests(different):
        request = Request(method="GET", url=url(call, asked), in_call=False)
        if cache.get(request) is None:
            fetched += 1
            cache.put(request, answer)
    return 1 - fetched / day.calls


def _memo(day: Day, kind: ContentKind, **settings: timedelta) -> PrivateMemo:
    return PrivateMemo(keys=KeyRing.generate(), kind=kind, clock=day.clock, **settings)  # type: ignore[arg-type]


def _lookups(calls: int, hours: int) -> float:
    day = Day.of(calls)
    settings = {"ttl": timedelta(hours=hours), "negative_ttl": timedelta(minutes=10)}
    asked_vendor: list[int] = []

    @_memo(day, ContentKind.PHONE_NUMBER, **settings)
    def lookup(caller: int) -> dict[str, str] | None:
        asked_vendor.append(caller)
        return None if caller % 10 == 9 else {"carrier": "Example Mobile"}

    for _, caller in day.requests(2000):
        lookup(caller)
    return 1 - len(asked_vendor) / calls


def _speech(calls: int, with_names: float) -> float:
    day = Day.of(calls)
    spoken: list[str] = []

    @_memo(day, ContentKind.MEDIA, ttl=timedelta(hours=24))
    def speak(text: str) -> bytes:
        spoken.append(text)
        return bytes(2000)

    for call, asked in day.requests(300):
        of_one_call = day.chance.random() < with_names
        speak(f"prompt {asked} for call {call}" if of_one_call else f"prompt {asked}")
    return 1 - len(spoken) / calls


# Title, what the day is like, and how it is played with so many calls.
CASES: tuple[tuple[str, str, Callable[[int], float]], ...] = (
    ("answer documents", "`max-age=600`", lambda calls: _documents(calls, 600)),
    ("answer documents", "`max-age=3600`", lambda calls: _documents(calls, 3600)),
    ("answer documents", "`max-age=14400`", lambda calls: _documents(calls, 14_400)),
    ("answer documents", "`max-age=86400`", lambda calls: _documents(calls, _DAY)),
    (
        "answer documents",
        "`max-age=86400`, and `No-Vary-Search` in place of `unkeyed_query=`",
        lambda calls: _documents(calls, _DAY, unkeyed=(), no_vary='params=("CallSid" "From")'),
    ),
    (
        "answer documents",
        "`max-age=86400`, and neither",
        lambda calls: _documents(calls, _DAY, unkeyed=()),
    ),
    ("media", "200 prompts, `max-age=3600`", lambda calls: _media(calls, 3600)),
    ("media", "200 prompts, `max-age=86400`", lambda calls: _media(calls, _DAY)),
    ("lookups", "2,000 callers, kept for an hour", lambda calls: _lookups(calls, 1)),
    ("lookups", "2,000 callers, kept for a day", lambda calls: _lookups(calls, 24)),
    ("speech", "300 texts, all without names", lambda calls: _speech(calls, 0)),
    ("speech", "300 texts, one in five with a name", lambda calls: _speech(calls, 0.2)),
)


def table(calls: int = 10_000) -> Iterator[str]:
    """Give the lines of the table."""
    yield "| content | day | answered from a copy |"
    yield "|---|---|---|"
    for title, day, rate in CASES:
        yield f"| {title} | {day} | {rate(calls):.1%} |"


def main() -> None:
    """Print the table, or write it into a page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", type=Path)
    page = parser.parse_args().write
    text = "\n".join(table())
    if page is None:
        print(text)
        return
    before, _, rest = page.read_text(encoding="utf-8").partition(_START)
    page.write_text(f"{before}{_START}\n{text}\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
