"""The attacks on released tables: each must fail, by a figure."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import combinations

import attrs
import pytest

from voxvalley_privacy import ConfigurationError, KeyRing, stores
from voxvalley_privacy.release import (
    AggregateRelease,
    Grid,
    ReleaseLedger,
    ReleaseSpec,
    discrete_laplace,
)
from voxvalley_privacy.release._exact_noise import Bits, laplace
from voxvalley_privacy.release._true_totals import TOTAL, bridges, protected
from voxvalley_privacy.testing import FAULTS, FaultyStore

KEYS = KeyRing.generate()
DAY = datetime(2026, 11, 2, tzinfo=UTC)
WINDOW = (DAY, DAY + timedelta(days=1))
GRID = Grid(region=["north", "south"], labels={"kind": ["call", "sms"]})
SPEC = ReleaseSpec(by=("hour", "region"), to="share")


def number(index):
    """Return a reserved number."""
    return f"+1{212 + index // 100:03d}55501{index % 100:02d}"


def row(person, *, hour=8, region="north", tenant=None, kind="call", **more):
    """Return a call record."""
    return {
        "caller": number(person) if isinstance(person, int) else person,
        "tenant": f"t{hash(person) % 7}" if tenant is None else tenant,
        "region": region,
        "kind": kind,
        "started_at": DAY + timedelta(hours=hour, minutes=7),
        **more,
    }


def rule(books=None, **settings):
    """Return a release on a book of its own."""
    books = books or ReleaseLedger(stores.memory(), keys=KEYS)
    how = {"dataset": "calls", "grid": GRID, "people": "caller", "account": "tenant", **settings}
    return AggregateRelease(books, **how)


def cells(decision):
    """Return the published cells of a decision."""
    return {line[:-1]: line[-1] for line in decision.value.lines} if decision else {}


@pytest.mark.parametrize("people", [1, 2, 10, 19])
def test_a1_heavy_callers_fill_no_threshold(people):
    """Fewer people than the line are suppressed, however many records they have."""
    rows = [row(person) for person in range(people) for _ in range(50)]

    assert {} == cells(rule()(rows, SPEC))


def test_a1_one_caller_among_many_dominates():
    """A cell with enough people is suppressed if one of them has over half of its records."""
    rows = [row(person) for person in range(30)]

    assert 1 == len(cells(rule()(rows, SPEC)))
    assert {} == cells(rule()(rows + [row(0)] * 40, SPEC))


def test_a2_sybils_do_not_count():
    """Nineteen own numbers of the recipient do not read the twentieth person."""
    own = list(range(19))
    rows = [row(person) for person in [*own, 500]]
    sybils = [row(person, tenant="mallory") for person in range(25)]

    assert {} == cells(rule(exclude_own=map(number, own))(rows, SPEC))
    assert {} == cells(rule()(sybils, SPEC))


def _rank(rows):
    """Return the rank of integer equations, by exact elimination."""
    rows, rank = [list(map(Fraction, line)) for line in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for i in range(len(rows)):
            if i != rank and rows[i][column]:
                factor = rows[i][column] / rows[rank][column]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank


def _solvable(hidden, rows, columns):
    """Return the entries that a linear solver recovers from all equations of the table."""
    index = {edge: i for i, edge in enumerate(sorted(hidden, key=str))}
    equations = []
    for at, names in ((0, rows), (1, columns)):
        for name in names:
            line = [0] * len(index)
            for edge, i in index.items():
                if edge[at] == name:
                    line[i] = -1 if edge[1 - at] == TOTAL else 1
            equations.append(line)
    rank = _rank(equations)
    known = []
    for edge, i in index.items():
        unit = [int(j == i) for j in range(len(index))]
        if _rank([*equations, unit]) == rank:
            known.append(edge)
    return known


@pytest.mark.parametrize("seed", range(12))
def test_a3_no_total_gives_a_suppressed_cell_back(seed):
    """A linear solver over all true totals recovers no suppressed cell."""
    draw = random.Random(seed)
    rows, columns = list("abcd"), list("vwxyz")
    values = {(r, c): draw.choice([0, 3, 12, 40, 80]) for r in rows for c in columns}
    values |= {(r, TOTAL): sum(values[r, c] for c in columns) for r in rows}
    values |= {(TOTAL, c): sum(values[r, c] for r in rows) for c in columns}
    values[TOTAL, TOTAL] = sum(values[r, TOTAL] for r in rows)
    safe = {edge for edge, value in values.items() if value >= 20}

    kept = protected(values, safe, line=20)
    hidden = set(values) - kept

    assert kept <= safe
    assert [] == _solvable(hidden, [*rows, TOTAL], [*columns, TOTAL])


def test_a3_bridges_are_what_a_solver_finds():
    """An entry is computed exactly if and only if its edge is a bridge."""
    assert {("c", "z")} == bridges([("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("c", "z")])


def test_a3_published_totals_are_sums_of_what_is_shown():
    """No total gives more than the published cells do."""
    rows = [row(person) for person in range(40)] + [row(1, region="south")]

    table = rule()(rows, SPEC).value

    assert {"north": 40} == table.totals["region"]
    assert 40 == table.totals["all"]["all"]


def test_a4_a_label_that_is_the_whole_cell_is_not_shown():
    """If all of a cell share one label, no label of it is shown."""
    spec = attrs.evolve(SPEC, by=("hour", "region", "kind"))
    same = [row(person) for person in range(60)]
    both = [row(person, kind=kind) for person in range(60) for kind in ("call", "sms")]

    assert {} == cells(rule()(same, spec))
    assert 2 == len(cells(rule()(both, spec)))


def test_a5_small_and_empty_cells_are_byte_equal():
    """A table does not say whether a suppressed cell holds nobody or a few."""
    many = [row(person) for person in range(40)]

    few = rule()([*many, *[row(person, region="south") for person in range(19)]], SPEC).value
    none = rule()(many, SPEC).value

    assert none.to_json() == few.to_json()
    assert none.to_csv() == few.to_csv()


def test_a6_windows_regions_and_labels_cannot_be_differenced():
    """Every pair of releases from one book differs in nobody, or in enough people."""
    rows = [row(person, hour=person % 3 + 8) for person in range(90)]
    rows += [row(person + 200, hour=11) for person in range(4)]
    release = rule()
    asked = [
        attrs.evolve(SPEC, by=("hour",)),
        attrs.evolve(SPEC, by=("day",)),
        attrs.evolve(SPEC, by=("region",), window=WINDOW),
        attrs.evolve(SPEC, by=("region",), window=(DAY, DAY + timedelta(hours=11))),
        attrs.evolve(SPEC, by=("region",), window=(DAY + timedelta(hours=9), WINDOW[1])),
        attrs.evolve(SPEC, by=("hour",), round_to=7),
    ]
    published = [(spec, decision) for spec in asked if (decision := release(rows, spec))]
    sets = [
        _members(rows, spec, line[:-1], release._grid)
        for spec, decision in published
        for line in decision.value.lines
    ]

    assert len(published) >= 1
    for one, other in combinations(sets, 2):
        if one < other or other < one:
            people = {rows[i]["caller"] for i in one ^ other}
            assert not people or len(people) >= 20
    day = sets[-1]
    union = set().union(*[s for s in sets[:-1] if s < day])
    assert not 0 < len({rows[i]["caller"] for i in day - union}) < 20


def _members(rows, spec, key, grid):
    """Return the records of a published cell."""
    named = dict(zip(spec.by, key, strict=True))
    found = set()
    for index, record in enumerate(rows):
        at = record["started_at"]
        shown = {
            "region": record["region"],
            **{n: grid.name_of(n, grid.start_of(n, at)) for n in ("hour", "day")},
        }
        inside = spec.window is None or spec.window[0] <= at < spec.window[1]
        if inside and all(shown[name] == value for name, value in named.items()):
            found.add(index)
    return frozenset(found)


def test_a6_a_day_does_not_show_what_its_hours_hid():
    """A coarser cell is suppressed if published finer ones leave few people of it."""
    rows = [row(person, hour=8) for person in range(40)] + [row(99, hour=9)]
    release = rule()

    assert 1 == len(cells(release(rows, attrs.evolve(SPEC, by=("hour",)))))
    assert {} == cells(release(rows, attrs.evolve(SPEC, by=("day",))))


def test_a6_hours_do_not_show_what_the_day_hid():
    """Finer cells are dropped until what they leave of a coarser one is enough people."""
    rows = [row(person, hour=8 + person // 30) for person in range(60)] + [row(99, hour=12)]
    release = rule()

    assert 1 == len(cells(release(rows, attrs.evolve(SPEC, by=("day",)))))
    assert 1 == len(cells(release(rows, attrs.evolve(SPEC, by=("hour",)))))


@pytest.mark.parametrize("people", [20, 21, 22, 23, 40])
def test_a7_an_erasure_or_a_late_record_changes_nothing(people):
    """After an erasure or a late record the published table is the same to the byte."""
    rows = [row(person) for person in range(people)]
    release = rule()
    before = release(rows, SPEC).value.to_json()

    assert before == release(rows[1:], SPEC).value.to_json()
    assert before == release([*rows, *[row(p + 300) for p in range(9)]], SPEC).value.to_json()


def noisy(**changes):
    """Return a question with noise."""
    how = {"epsilon": "0.5", "cells_per_person": 1}
    return attrs.evolve(SPEC, window=WINDOW, noise=discrete_laplace(**how), **changes)


def test_a8_noise_cannot_be_averaged():
    """The same question has one answer; variants are charged and then refused."""
    rows = [row(person) for person in range(90)]
    books = ReleaseLedger(stores.memory(), keys=KEYS)
    books.budget("calls", epsilon="1")
    release = rule(books)

    first = {release(rows, noisy()).value.to_json() for _ in range(30)}
    variants = [release(rows, noisy(round_to=step)) for step in range(1, 12)]

    assert 1 == len(first)
    assert 2 == sum(map(bool, variants))  # one is the recorded answer, one the last of the budget
    assert "release.budget_spent" in variants[-1].codes
    assert 1 == books.spent("calls", "2026-11")


def test_a8_without_a_budget_no_noise_is_drawn():
    """Noise needs a budget."""
    assert ("release.budget_missing",) == rule()([row(1)], noisy()).codes


def test_a9_a_race_for_the_last_of_the_budget():
    """However many ask at once, no more is spent than there is."""
    rows = [row(person) for person in range(60)]
    books = ReleaseLedger(stores.memory(), keys=KEYS)
    books.budget("calls", epsilon="1")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda i: rule(books)(rows, noisy(round_to=i + 1)), range(8)))

    assert sum(map(bool, answers)) <= 2
    assert books.spent("calls", "2026-11") <= 1


def test_a9_a_crash_before_the_draw_has_paid(monkeypatch):
    """A process that ends between charge and draw gets nothing back."""
    books = ReleaseLedger(stores.memory(), keys=KEYS)
    books.budget("calls", epsilon="1")
    target = "voxvalley_privacy.release._aggregate_release.drawn"
    monkeypatch.setattr(target, lambda *_: 1 / 0)

    assert not rule(books)([row(1)], noisy())
    assert Fraction("0.5") == books.spent("calls", "2026-11")


@pytest.mark.parametrize(
    "spelling",
    [
        "+14155550132",
        "+1 415 555 0132",
        "(415) 555-0132",
        "415-555-0132",
        "415.555.0132",
        "1 415 555 0132",
        "tel:+14155550132",
        "sip:+14155550132@example.com",
        "<sip:+14155550132@example.com>",
        '"Zoe" <sip:+14155550132@example.com>',
        "sip:+14155550132@example.com;user=phone",
        "whatsapp:+14155550132",
        "+1-415-555-0132",
        "+1.415.555.0132",
        "0014155550132",
        "01114155550132",
        " +14155550132 ",
        "14155550132.0",
        "sms:+14155550132",
        "+1 (415) 555 0132",
    ],
)
def test_a11_every_spelling_is_one_person(spelling):
    """Two spellings of one person count once."""
    rows = [row(person) for person in range(18)]
    rows += [row("+14155550132", tenant="t1"), row(spelling, tenant="t1")]

    assert {} == cells(rule(region="US")(rows, SPEC))


@pytest.mark.parametrize("value", [math.nan, math.inf, -1e30, 10**30, "x", None, True])
def test_a11_hostile_amounts_are_clamped(value):
    """One outlier does not carry a sum, and NaN does not poison it."""
    rows = [row(person, seconds=60) for person in range(200)]
    rows.append(row(500, seconds=value))
    spec = attrs.evolve(SPEC, count="seconds", clamp=(0, 600))

    (total,) = cells(rule()(rows, spec)).values()

    assert 12_000 <= total <= 12_600


def test_a11_budgets_are_never_floats():
    """A float has low bits that nobody chose."""
    with pytest.raises(ConfigurationError):
        discrete_laplace(epsilon=0.5, cells_per_person=1)
    with pytest.raises(ConfigurationError):
        ReleaseLedger(stores.memory(), keys=KEYS).budget("calls", epsilon=math.nan)


def test_a11_noise_is_whole_and_centered():
    """Noise is whole numbers around 0, as far as its scale says."""
    bits = Bits()
    draws = [laplace(Fraction(2), bits) for _ in range(4000)]

    assert all(type(draw) is int for draw in draws)
    assert abs(sum(draws)) / len(draws) < 0.3
    assert 1.7 < sum(map(abs, draws)) / len(draws) < 2.3


def test_a11_random_bits_are_used_once_and_every_number_comes_as_often():
    """Numbers below a bound are even, up to chance, and no two sources share bits."""
    bits = Bits()
    seen = Counter(bits.below(6) for _ in range(6000))

    assert {0, 1, 2, 3, 4, 5} == seen.keys()
    assert 850 < min(seen.values()) <= max(seen.values()) < 1150
    assert 0 == bits.below(1)
    assert Bits().take(256) != Bits().take(256)
    assert bits.below(1 << 2000) < 1 << 2000


def test_a12_every_writer_shows_the_same_rows():
    """CSV, JSON and rows hold the same cells, sorted, whatever the order of the input."""
    rows = [row(p, region=region) for p in range(40) for region in ("north", "south")]
    table = rule()(rows, SPEC).value

    mirrored = rule()(rows[::-1], SPEC).value

    assert mirrored == table
    assert [list(r.values()) for r in table.rows] == json.loads(table.to_json())["rows"]
    assert len(table.rows) == len(table.to_csv().splitlines()) - 1
    assert list(table.lines) == sorted(table.lines)


def test_thresholds_may_only_be_raised():
    """Nobody can ask for fewer people than the reader of the table needs."""
    for to, least in (("share", 20), ("affiliates", 10), ("public", 50)):
        assert least == ReleaseSpec(by=("hour",), to=to).line
        with pytest.raises(ConfigurationError):
            ReleaseSpec(by=("hour",), to=to, people_at_least=least - 1)


def test_a_second_public_table_needs_noise():
    """A series for the public is only published with a budget."""
    rows = [row(p, hour=hour) for p in range(60) for hour in (8, 32)]
    release = rule()
    one, two = WINDOW, (WINDOW[1], WINDOW[1] + timedelta(days=1))
    spec = attrs.evolve(SPEC, to="public", window=one)

    assert release(rows, spec)
    assert ("release.noise_required",) == release(rows, attrs.evolve(spec, window=two)).codes


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_the_store_denies(fault):
    """A book that fails, or answers with less, publishes nothing."""
    rows = [row(person) for person in range(40)]
    faulty = FaultyStore(stores.memory(), fault, after=1_000_000)
    release = rule(ReleaseLedger(faulty, keys=KEYS))
    assert release(rows, SPEC)
    assert release(rows, attrs.evolve(SPEC, by=("day",)))

    faulty.after = faulty.calls

    assert not release(rows, attrs.evolve(SPEC, by=("month",)))


def test_frames_and_rows_give_the_same_table():
    """Polars, Arrow and pandas are counted as rows are."""
    polars = pytest.importorskip("polars")
    rows = [row(p, hour=p % 3 + 8, region=r) for p in range(120) for r in ("north", "south")]
    frame = polars.DataFrame(rows)
    tables = [
        rule()(shape, SPEC).value
        for shape in (rows, iter(rows), frame, frame.to_arrow(), frame.to_pandas())
    ]

    assert [tables[0]] * 5 == tables


@pytest.mark.parametrize("setting", [{"accounts_at_least": 5}, {"most_share": 0.25}])
def test_settings_without_effect_are_refused(setting):
    """A stricter setting that noise would not look at is refused, and taken without noise."""
    with pytest.raises(ConfigurationError) as refused:
        attrs.evolve(
            SPEC,
            window=WINDOW,
            count="people",
            noise=discrete_laplace(epsilon="0.5", cells_per_person=1),
            **setting,
        )
    assert any("has no effect with noise" in fault for _, fault in refused.value.faults)
    assert attrs.evolve(SPEC, **setting)


def test_the_charts_of_the_page_are_what_the_tool_draws():
    """The figures of the charts are those of this code."""
    from tools.write_release_pictures import PICTURES, pictures

    for name, text in pictures().items():
        assert text == (PICTURES / name).read_text("utf-8")
