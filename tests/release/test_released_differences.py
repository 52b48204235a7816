"""What tables of one data set give away together, and what an answer is an answer to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.release import AggregateRelease, Grid, ReleaseLedger, ReleaseSpec

START = datetime(2026, 11, 2, tzinfo=UTC)
NEXT = START + timedelta(days=1)
KEYS = vp.KeyRing.generate()


def calls(*groups):
    """Return calls of people who are in one group each: how many, hour, region, calls of each."""
    rows, number = [], 0
    for size, hour, region, each in groups:
        for _ in range(size):
            row = {
                "caller": f"+1{212 + number // 100}55501{number % 100:02d}",
                "callee": "+14155550132",
                "tenant": f"t{number % 5}",
                "region": region,
                "started_at": START + timedelta(hours=hour, minutes=5),
                "one": 1,
            }
            rows += [row] * each
            number += 1
    return rows


def release(store=None, *, people="caller", **how):
    """Return a release over four regions."""
    books = ReleaseLedger(store or vp.stores.memory(), keys=KEYS)
    grid = Grid(region=["a", "b", "c", "d"])
    return AggregateRelease(
        books, dataset="calls", grid=grid, people=people, account="tenant", **how
    )


def spec(*by, window=(START, NEXT), **how):
    """Return a question without rounding, so that differences are exact."""
    return ReleaseSpec(by=by, to="share", round_to=1, window=window, **how)


@pytest.mark.parametrize(
    "order",
    [
        ["day", "hour region", "hour"],
        ["day", "hour", "hour region"],
        ["hour region", "hour", "day"],
        ["hour region", "day", "hour"],
        ["hour", "day", "hour region"],
    ],
)
def test_cells_of_several_tables_together_leave_nobody_or_enough(order):
    """A day less one hour, and less one region of another hour, holds nobody or many people."""
    rows = calls((40, 1, "a", 1), (19, 1, "b", 1), *((19, 2, region, 1) for region in "abc"))
    rule = release()
    shown = {}
    for by in order:
        decision = rule(rows, spec(*by.split(), totals="none"))
        shown[by] = {line[:-1]: line[-1] for line in decision.require().value.lines}
    whole = sum(shown["day"].values())
    hours = {key[0]: value for key, value in shown["hour"].items()}
    parts = [value for key, value in shown["hour region"].items() if key[0] not in hours]
    left = whole - sum(hours.values()) - sum(parts)
    assert not whole or left == 0 or left >= 20


@pytest.mark.parametrize(("first", "second"), [("records", "one"), ("one", "people")])
def test_another_count_is_compared_too(first, second):
    """Two windows whose difference holds three people are not both answered, whatever is counted."""
    rows = calls((60, 1, "a", 1), (3, 25, "a", 1))
    rule = release()
    longer = (START, NEXT + timedelta(days=1))
    assert rule(rows, spec("region", count=first)).require().value.lines == (("a", 60),)
    assert rule(rows, spec("region", count=second, window=longer)).require().value.lines == ()


def test_the_same_cells_can_be_counted_in_two_ways():
    """People and records of the same cells are two figures, and both are answered."""
    rows = calls((60, 1, "a", 2))
    rule = release()
    assert rule(rows, spec("hour")).require().value.lines[0][-1] == 60
    assert rule(rows, spec("hour", count="records")).require().value.lines[0][-1] == 120


def test_a_window_with_nobody_answers_as_one_with_few():
    """Whether anybody called on a day is not to be read from the decision."""
    other_day = (60, 30, "a", 1)
    nobody = release()(calls(other_day), spec("region"))
    few = release()(calls(other_day, (3, 1, "b", 1)), spec("region"))
    assert nobody.codes == few.codes
    assert nobody.value == few.value


def test_counts_of_other_people_are_not_the_recorded_answer():
    """A data set of callers does not answer for the people who were called."""
    store, rows = vp.stores.memory(), calls((60, 1, "a", 1))
    assert release(store)(rows, spec("region"))
    assert release(store, people="callee")(rows, spec("region")).codes == ("release.people",)


def test_own_numbers_may_be_in_national_spelling():
    """Numbers that never count are read by the country of the release."""
    rows = calls((60, 1, "a", 1))
    rule = release(exclude_own=["(212) 555-0100"], region="US")
    assert rule(rows, spec("region")).require().value.lines == (("a", 59),)


@pytest.mark.parametrize("count", ["records", "one"])
def test_no_true_total_gives_away_what_two_people_add_up_to(count):
    """A total less the cells that are shown is of nobody, or of enough people."""
    few = [(1, hour, region, 50 + hour) for hour in (0, 1) for region in "cd"]
    many = [(60, hour, region, 1) for hour in (0, 1, 2) for region in "abcd"]
    rows = calls(*few, *[group for group in many if group[1] == 2 or group[2] in "ab"])
    question = spec(
        "hour",
        "region",
        count=count,
        totals="true",
        accounts_at_least=1,
        window=(START, START + timedelta(hours=3)),
    )
    table = release()(rows, question).require().value
    shown = {line[:2] for line in table.lines}
    assert table.totals
    for at, name in ((0, "hour"), (1, "region")):
        for value in table.totals[name]:
            left = {
                row["caller"]
                for row in rows
                if (key := (row["started_at"].replace(minute=0).isoformat(), row["region"]))[at]
                == value
                and key not in shown
            }
            assert not left or len(left) >= 20


@pytest.mark.parametrize("make", ["list", "polars", "pandas", "arrow"])
@pytest.mark.parametrize(
    ("amount", "total"),
    [
        (Decimal(10), 600),
        ("10", 600),
        (" 10 ", 600),
        ("1_0", 600),
        (9.7, 540),
        (True, None),
        (timedelta(seconds=10), None),
        (b"10", None),
    ],
)
def test_rows_and_frames_read_the_same_amounts(make, amount, total):
    """A value that is no number counts as none, in rows and in a frame."""
    rows = [{**row, "amount": amount} for row in calls((60, 1, "a", 1))]
    table = release()(frame_of(rows, make), spec("region", count="amount")).require().value
    assert [line[-1] for line in table.lines] == ([] if total is None else [total])


@pytest.mark.parametrize("make", ["list", "polars", "pandas"])
@pytest.mark.parametrize(
    ("accounts", "shown"),
    [
        ((0.0, 1.0, 2.0), True),
        ((0, 1, None, 2), True),
        ((0.5, 1.5, 2.5), False),
        ((b"0", b"1", b"2"), False),
    ],
)
def test_rows_and_frames_read_the_same_accounts(make, accounts, shown):
    """Whole numbers and texts name accounts, in rows and in a frame."""
    rows = [
        {**row, "tenant": accounts[at % len(accounts)]}
        for at, row in enumerate(calls((60, 1, "a", 1)))
    ]
    table = release()(frame_of(rows, make), spec("region")).require().value
    assert bool(table.lines) is shown


def frame_of(rows, make):
    """Return rows as a table of a package."""
    if make == "list":
        return rows
    frame = pytest.importorskip("polars").DataFrame(rows)
    return {"polars": lambda: frame, "arrow": frame.to_arrow, "pandas": frame.to_pandas}[make]()


@pytest.mark.parametrize(
    "fault",
    [
        {"by": "hour"},
        {"clamp": (1,)},
        {"clamp": None},
        {"most_share": "0.4"},
        {"to": ["share"]},
        {"window": ("a", "b")},
        {"window": (START,)},
    ],
)
def test_a_question_of_another_kind_cannot_be_built(fault):
    """Every wrong value is a ConfigurationError, where the question is built."""
    with pytest.raises(vp.ConfigurationError):
        ReleaseSpec(**{"by": ("hour",), "to": "share", **fault})


@pytest.mark.parametrize("how", [{"region": {1: "a"}}, {"region": ["a"], "labels": {"x": [1]}}])
def test_a_grid_is_of_texts(how):
    """Numbers in a grid would be counted in rows at times, and in frames never."""
    with pytest.raises(vp.ConfigurationError, match="grid"):
        Grid(**how)
