"""Made-up traces of people, and what an attacker does with a table of them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
HOURS = 7 * 24


def number(index):
    """Return a reserved number."""
    return f"+1{212 + index // 100:03d}55501{index % 100:02d}"


def traces(people, regions, seed):
    """Return where each person is in each hour of a week: home, work, and now and then elsewhere."""
    draw = random.Random(seed)
    return [_trace(draw, regions) for _ in range(people)]


def _trace(draw, regions):
    home, work = draw.randrange(regions), draw.randrange(regions)
    begin = draw.randrange(6, 12)
    places = []
    for hour in range(HOURS):
        at_work = begin <= hour % 24 < begin + 8 and hour < 5 * 24
        usual = work if at_work else home
        places.append(draw.randrange(regions) if draw.random() < 0.1 else usual)
    return places


def records(trails):
    """Return a call of each person in each hour."""
    return [
        {
            "caller": number(person),
            "tenant": f"t{person % 7}",
            "region": f"r{place}",
            "started_at": MONDAY + timedelta(hours=hour, minutes=7),
        }
        for person, places in enumerate(trails)
        for hour, place in enumerate(places)
    ]


def rebuilt(counts, regions):
    """Rebuild traces from hourly counts: whoever can stay stays, the others fill what is free."""
    trails = []
    for hour in range(HOURS):
        free = {place: counts.get((hour, place), 0) for place in range(regions)}
        movers = []
        for trail in trails:
            if free[trail[-1]] > 0:
                free[trail[-1]] -= 1
                trail.append(trail[-1])
            else:
                movers.append(trail)
        left = [place for place, size in free.items() for _ in range(size)]
        for trail in movers:
            trail.append(left.pop() if left else trail[-1])
        trails += [[place] * (hour + 1) for place in left]
    return trails


def guessed(known, hour):
    """Return the place at *hour* without any table: that of the known point of the nearest clock."""
    return known[min(known, key=lambda other: (abs((other - hour + 12) % 24 - 12), other))]


def matched(known, trails):
    """Return the rebuilt trace that fits the known points best."""
    return max(trails, key=lambda trail: sum(trail[hour] == at for hour, at in known.items()))


def auc(outside, inside):
    """Return how well scores tell two cases apart; 0.5 is chance."""
    wins = sum((i > o) + (i == o) / 2 for i in inside for o in outside)
    return wins / (len(inside) * len(outside))
