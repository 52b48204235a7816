"""The attacks with a figure: what each gains, in numbers that are on the page."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import combinations, product

import attrs
import pytest

from voxvalley_privacy import KeyRing, stores
from voxvalley_privacy.release import (
    AggregateRelease,
    Grid,
    ReleaseLedger,
    ReleaseSpec,
    discrete_laplace,
)
from voxvalley_privacy.release import _exact_noise as exact_noise
from voxvalley_privacy.release._true_totals import TOTAL, protected

from .attack_data import HOURS, MONDAY, auc, guessed, matched, number, rebuilt, records, traces

KEYS = KeyRing.generate()
FULL = bool(os.environ.get("VOXVALLEY_PRIVACY_FULL"))
REGIONS = 6
GRID = Grid(
    region=[f"r{i}" for i in range(REGIONS)],
    areas={f"r{i}": "west" if i < 3 else "east" for i in range(REGIONS)},
)
WEEK = (MONDAY, MONDAY + timedelta(days=7))


def rule(books=None, **how):
    """Return a release on a book of its own."""
    books = books or ReleaseLedger(stores.memory(), keys=KEYS)
    how = {"dataset": "calls", "grid": GRID, "people": "caller", "account": "tenant", **how}
    return AggregateRelease(books, **how)


class Drawn:
    """Draws that are the same in each run, so that a figure is."""

    def __init__(self, seed):
        self._draw = random.Random(seed)

    def token_bytes(self, size):
        """Return so many bytes."""
        return self._draw.randbytes(size)


def test_a10_a_week_of_hourly_cells_rebuilds_nobody():
    """Four known points and traces rebuilt from a week of cells tell no more than the points."""
    trails = traces(600, REGIONS, seed=7)
    spec = ReleaseSpec(by=("hour", "region"), to="share")
    table = rule()(records(trails), spec).require().value
    counts = {}
    for shown, region, value in table.lines:
        hour = int((_time(shown) - MONDAY).total_seconds() // 3600)
        counts[hour, int(region[1:])] = value
    assert len(counts) > HOURS * REGIONS / 2, "the table shows something"
    found = rebuilt(counts, REGIONS)

    draw = random.Random(11)
    hits = plain = asked = 0
    for target in draw.sample(range(len(trails)), 200):
        known = {hour: trails[target][hour] for hour in draw.sample(range(HOURS), 4)}
        trail = matched(known, found)
        for hour in draw.sample([h for h in range(HOURS) if h not in known], 40):
            hits += trail[hour] == trails[target][hour]
            plain += guessed(known, hour) == trails[target][hour]
            asked += 1

    assert (hits - plain) / asked < 0.01


def _time(text):
    return datetime.fromisoformat(text)


def test_a10_with_noise_membership_of_a_week_is_a_guess(monkeypatch):
    """Whether a person called all week is told by the noisy table of days with an AUC below 0.55."""
    monkeypatch.setattr(exact_noise, "secrets", Drawn(3))
    rows = [
        {
            "caller": number(person),
            "region": "r1",
            "started_at": MONDAY + timedelta(days=person % 7, hours=5),
        }
        for person in range(7 * (250 if FULL else 170))
    ]
    target = [
        {"caller": number(9000), "region": "r1", "started_at": MONDAY + timedelta(hours=hour)}
        for hour in range(HOURS)
    ]
    spec = ReleaseSpec(
        by=("day",),
        to="share",
        accounts_at_least=1,
        round_to=1,
        window=WEEK,
        noise=discrete_laplace(epsilon="0.1", cells_per_person=1),
    )

    def score(data):
        books = ReleaseLedger(stores.memory(), keys=KEYS)
        books.budget("calls", epsilon="1")
        table = rule(books)(data, spec).require().value
        return sum(line[-1] for line in table.lines)

    rounds = 400 if FULL else 40
    shown = [[score(data) for _ in range(rounds)] for data in (rows, rows + target)]
    assert 0.40 < auc(*shown) < 0.55


_RACER = """
import os, signal, sys
import voxvalley_privacy as vp
from datetime import UTC, datetime, timedelta
from voxvalley_privacy.release import _aggregate_release as room
path, keys, step = sys.argv[1], sys.argv[2], int(sys.argv[3])
start = datetime(2026, 11, 2, tzinfo=UTC)
books = vp.ReleaseLedger(vp.stores.sqlite(path), keys=vp.KeyRing.from_file(keys))
release = vp.AggregateRelease(books, dataset="calls", grid=vp.Grid(region=["r"]), people="caller")
rows = [{"caller": f"+1{212 + i // 100}55501{i % 100:02d}", "region": "r", "started_at": start}
        for i in range(90)]
spec = vp.ReleaseSpec(
    by=("day",), to="share", accounts_at_least=1, round_to=step + 1,
    window=(start, start + timedelta(days=1)),
    noise=vp.discrete_laplace(epsilon="0.1", cells_per_person=1),
)
if step == 0:
    room.drawn = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
print("ready", flush=True)
sys.stdin.readline()
print(bool(release(rows, spec)))
"""


def test_a9_processes_race_for_the_last_of_the_budget(tmp_path):
    """Of processes that ask at the last 0.1 one is answered at most; one killed at its draw paid."""
    path, keys = tmp_path / "books.db", tmp_path / "keys"
    ring = KeyRing.generate()
    keys.write_text(ring.to_text())
    keys.chmod(0o600)
    books = ReleaseLedger(stores.sqlite(path), keys=ring)
    books.budget("calls", epsilon="0.2")
    arguments = [sys.executable, "-c", _RACER, str(path), str(keys)]
    racers = [
        subprocess.Popen(
            [*arguments, str(step)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for step in range(8 if FULL else 4)
    ]
    for racer in racers:
        assert "ready\n" == racer.stdout.readline()
    for racer in racers:
        racer.stdin.write("\n")
        racer.stdin.flush()
    answers = [racer.communicate()[0].strip() for racer in racers]

    spent = ReleaseLedger(stores.sqlite(path), keys=ring).spent("calls", "2026-11")
    assert spent <= Fraction("0.2")
    assert answers.count("True") <= 2
    assert spent >= Fraction("0.1") * answers.count("True")
    assert Fraction("0.2") == spent, "whoever was killed has paid, too"


def calls(people, *, hour=8, region="r1", first=0):
    """Return a call of each of some people."""
    return [
        {
            "caller": number(first + person),
            "tenant": f"t{person % 7}",
            "region": region,
            "started_at": MONDAY + timedelta(hours=hour, minutes=7),
        }
        for person in range(people)
    ]


def test_asked_in_ten_thousand_ways_there_is_one_answer():
    """Variants of settings, windows and breakdowns give nothing that the first answer did not."""
    rows = calls(40) + calls(3, hour=9, first=500)
    release = rule()
    first = release(rows, ReleaseSpec(by=("hour", "region"), to="share")).require().value
    ways = product(
        range(20, 40), range(1, 26), ("hour", "day"), ("region", "area"), (3, 4, 5), (0, 1)
    )
    asked = answered = 0
    for line, step, time, place, accounts, windowed in ways:
        asked += 1
        if not FULL and asked % 20:
            continue
        spec = ReleaseSpec(
            by=(time, place),
            to="share",
            people_at_least=line,
            round_to=step,
            accounts_at_least=accounts,
            window=WEEK if windowed else None,
        )
        decision = release(rows, spec)
        values = {line[-1] for line in decision.value.lines} if decision else set()
        answered += bool(values - {first.lines[0][-1]})

    assert asked >= 10_000
    assert 0 == answered


@pytest.mark.parametrize("true_size", [20, 21, 22, 23, 24])
def test_a6_padded_queries_do_not_undo_rounding(true_size):
    """Adding one to four own records and asking again gives the recorded answer each time."""
    rows, release = calls(true_size), rule()
    spec = ReleaseSpec(by=("hour", "region"), to="share")

    answers = {
        release(rows + calls(pad, first=700), spec).value.to_json() for pad in (0, 1, 2, 3, 4)
    }

    assert 1 == len(answers)


@pytest.mark.parametrize("seed", range(4))
def test_a6_no_pair_and_no_triple_of_releases_leaves_a_few(seed):
    """What a published cell holds beyond one or two others inside it is nobody, or enough people."""
    draw = random.Random(seed)
    rows = [
        row
        for first in range(0, 600, 40)
        for row in calls(
            draw.choice([3, 19, 20, 25, 40]),
            hour=draw.randrange(0, 30),
            region=f"r{draw.randrange(REGIONS)}",
            first=first,
        )
    ]
    halves = [WEEK, (MONDAY, MONDAY + timedelta(days=1)), (MONDAY, MONDAY + timedelta(hours=9))]
    ways = [
        {"by": by, "window": window}
        for by in (("hour",), ("day",), ("hour", "region"), ("day", "area"), ("region",), ("area",))
        for window in (*halves, None)
        if window or by[0] in ("hour", "day")
    ]
    draw.shuffle(ways)
    release = rule()
    published = []
    for way in ways:
        spec = ReleaseSpec(to="share", **way)
        decision = release(rows, spec)
        lines = decision.value.lines if decision else ()
        published += [_members(rows, spec, line[:-1]) for line in lines]

    assert published
    for whole in published:
        inside = [part for part in {*published} if part < whole]
        assert not [part for part in inside if 0 < _people(rows, whole - part) < 20]
        for one, other in combinations(inside[:40], 2):
            assert not 0 < _people(rows, whole - one - other) < 20


def _members(rows, spec, key):
    """Return the records of a published cell, by their places."""
    named = dict(zip(spec.by, key, strict=True))
    members = set()
    for index, row in enumerate(rows):
        at = row["started_at"]
        shown = {
            "region": row["region"],
            "area": GRID.areas[row["region"]],
            "hour": GRID.name_of("hour", GRID.start_of("hour", at)),
            "day": GRID.name_of("day", GRID.start_of("day", at)),
        }
        inside = spec.window is None or spec.window[0] <= at < spec.window[1]
        if inside and all(shown[name] == value for name, value in named.items()):
            members.add(index)
    return frozenset(members)


def _people(rows, indexes):
    return len({rows[index]["caller"] for index in indexes})


@pytest.mark.parametrize("seed", range(12 if FULL else 2))
def test_a3_every_suppressed_entry_can_be_off_by_the_line(seed):
    """Of all tables with the published entries, two differ by the line in each suppressed one."""
    draw, line = random.Random(seed), 2
    rows, columns = "ab", "xyz"
    values = {(r, c): draw.choice([0, 0, 1, 2, 3]) for r in rows for c in columns}
    values |= {(r, TOTAL): sum(values[r, c] for c in columns) for r in rows}
    values |= {(TOTAL, c): sum(values[r, c] for r in rows) for c in columns}
    values[TOTAL, TOTAL] = sum(values[r, TOTAL] for r in rows)
    kept = protected(values, {edge for edge, value in values.items() if value >= line}, line=line)

    seen = {edge: set() for edge in values if edge not in kept}
    cells = [(r, c) for r in rows for c in columns]
    choices = [[values[cell]] if cell in kept else range(8) for cell in cells]
    shown_rows = {r: values[r, TOTAL] for r in rows if (r, TOTAL) in kept}
    for guess in product(*choices):
        sums = {r: sum(guess[3 * i : 3 * i + 3]) for i, r in enumerate(rows)}
        if any(sums[r] != total for r, total in shown_rows.items()):
            continue
        table = dict(zip(cells, guess, strict=True))
        table |= {(r, TOTAL): sum(table[r, c] for c in columns) for r in rows}
        table |= {(TOTAL, c): sum(table[r, c] for r in rows) for c in columns}
        table[TOTAL, TOTAL] = sum(table[r, TOTAL] for r in rows)
        if all(table[edge] == values[edge] for edge in kept):
            for edge, shown in seen.items():
                shown.add(table[edge])

    assert not [edge for edge, shown in seen.items() if max(shown) - min(shown) < line]


def test_a8_one_person_less_changes_the_cells_of_nobody_else():
    """Which cells count for a person does not depend on who else is in the data."""
    from voxvalley_privacy.release._cells import Plan
    from voxvalley_privacy.release._counting import Question, RowCounts, Who
    from voxvalley_privacy.release._draws import _bounded
    from voxvalley_privacy.release._release_book import History

    trails = traces(30, REGIONS, seed=1)
    rows = records(trails)
    who = Who(people="caller", account="", amount="", clamp=(0, 1), own=frozenset(), region=None)
    spec = ReleaseSpec(by=("hour", "region"), to="share", window=WEEK)

    def counts(data):
        question = Question(by=spec.by, level="hour", window=None)
        counted = RowCounts(data, GRID, who)
        plan = Plan(spec=spec, grid=GRID, counted=counted, history=History(), question=question)
        return _bounded(plan, b"k" * 32, 1)

    whole = counts(rows)
    for person in range(0, 30, 7):
        left = counts([row for row in rows if row["caller"] != number(person)])
        assert 1 == sum(abs(whole[key] - left.get(key, 0)) for key in whole)


@pytest.mark.parametrize("seed", range(3))
def test_tables_of_polars_and_rows_agree_on_everything(seed):
    """Labels, areas, zones, sums, unknown places, odd amounts and nobody: one table for all shapes."""
    polars = pytest.importorskip("polars")
    draw = random.Random(seed)
    grid = attrs.evolve(GRID, labels={"kind": ["call", "sms"]}, zone="Asia/Kolkata")
    rows = [
        {
            "caller": draw.choice([number(draw.randrange(90)), None, "withheld"]),
            "tenant": draw.choice(["t1", "t2", "t3", "t4", None]),
            "region": f"r{draw.randrange(REGIONS + 1)}",
            "kind": draw.choice(["call", "sms", "fax"]),
            "seconds": draw.choice([1.0, 60.9, -5.0, float("nan"), float("inf"), None]),
            "started_at": MONDAY + timedelta(hours=draw.randrange(40), minutes=draw.randrange(60)),
        }
        for _ in range(9000)
    ]
    frame = polars.DataFrame(rows)
    monday = MONDAY - timedelta(hours=5, minutes=30)
    specs = [
        ReleaseSpec(by=("day", "area"), to="affiliates", count="seconds", clamp=(0, 600)),
        ReleaseSpec(by=("day", "area", "kind"), to="affiliates", count="records"),
        ReleaseSpec(by=("hour", "region"), to="affiliates"),
        ReleaseSpec(by=("area",), to="affiliates", window=(monday, monday + timedelta(days=7))),
    ]

    for spec in specs:
        one = rule(grid=grid)(rows, spec).require().value
        other = rule(grid=grid)(frame, spec).require().value
        assert one == other
    assert one.lines


@pytest.mark.parametrize("hours", [0, 10**5])
def test_an_empty_or_far_apart_table_is_no_fault(hours):
    """No rows, and times thousands of years apart, are counted as rows are."""
    polars = pytest.importorskip("polars")
    rows = calls(30) + calls(30, hour=hours, first=300)
    frame = polars.DataFrame(rows)
    spec = ReleaseSpec(by=("hour", "region"), to="share")

    assert rule()(frame, spec).value == rule()(rows, spec).value
    assert ("release.empty",) == rule()(frame.clear(), spec).codes


def test_columns_of_other_types_are_read_as_rows_are():
    """A place that is a number is no place; one that is a category is its text."""
    polars = pytest.importorskip("polars")
    rows = calls(40)
    frame = polars.DataFrame(rows)
    spec = ReleaseSpec(by=("hour", "region"), to="share")
    categories = frame.with_columns(polars.col("region").cast(polars.Categorical))
    numbers = frame.with_columns(region=polars.lit(1))

    assert rule()(categories, spec).value == rule()(rows, spec).value
    assert ("release.empty",) == rule()(numbers, spec).codes
    assert ("release.empty",) == rule()([{**row, "region": 1} for row in rows], spec).codes
    assert ("error.input",) == rule()(frame.drop("region"), spec).codes
