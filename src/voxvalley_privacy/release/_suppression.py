"""Which cells may be published: lines, dominance, whole labels, leftovers, and true totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import product

from ._counting import Cell, Counted, Finest, Key, Question
from ._grid import Grid
from ._release_spec import MOST_OF_TWO, ReleaseSpec

__all__ = ["leftovers", "passing", "thinned", "whole_labels"]


def passing(cells: Mapping[Key, Cell], spec: ReleaseSpec) -> set[Key]:
    """Return the cells with enough people and accounts, and nobody who makes up most of one."""
    return {key for key, cell in cells.items() if _passes(cell, spec)}


def _passes(cell: Cell, spec: ReleaseSpec) -> bool:
    if cell.people < spec.line or cell.accounts < spec.accounts_at_least:
        return False
    most, amount = Fraction(spec.most_share), cell.amount
    # In a cell of nothing everybody has the same: publishing it says so of each.
    if not amount or cell.largest > most * amount or cell.two_largest > MOST_OF_TWO * amount:
        return False
    if spec.accounts_at_least == 1:
        return True  # one account may be all there is
    return (
        cell.largest_account <= most * amount and cell.two_largest_accounts <= MOST_OF_TWO * amount
    )


def whole_labels(keys: set[Key], spec: ReleaseSpec, grid: Grid) -> set[Key]:
    """
    Keep the cells of which every label can be shown.

    If one label of a cell is below the line or empty, the others say who it is not.
    """
    at = [index for index, name in enumerate(spec.by) if name in grid.labels]
    if not at:
        return keys
    needed = set(product(*[grid.labels[spec.by[index]] for index in at]))
    shown: dict[Key, set[Key]] = defaultdict(set)
    for key in keys:
        shown[_without(key, at)].add(tuple(key[index] for index in at))
    return {key for key in keys if shown[_without(key, at)] == needed}


def _without(key: Key, places: Iterable[int]) -> Key:
    left_out = set(places)
    return tuple(part for index, part in enumerate(key) if index not in left_out)


Covered = tuple[Question, set[Key]]


def leftovers(
    counted: Counted, grid: Grid, coarse: Question, covered: Iterable[Covered]
) -> dict[Key, int]:
    """Return how many people each coarse cell holds outside the cells that are covered."""
    key_of = coarse.keys_of(grid)
    finer = [(question.keys_of(grid), keys) for question, keys in covered]
    people: dict[Key, set[int]] = defaultdict(set)
    places: dict[Finest, Key | None] = {}
    for cell, person in counted.atoms():
        if cell not in places:
            shown = any(find(*cell) in keys for find, keys in finer)
            places[cell] = None if shown else key_of(*cell)
        key = places[cell]
        if key is not None:
            people[key].add(person)
    return {key: len(persons) for key, persons in people.items()}


def thinned(
    counted: Counted,
    grid: Grid,
    fine: Question,
    keys: set[Key],
    coarse: Covered,
    within: list[Covered],
    *,
    line: int,
) -> set[Key]:
    """
    Drop fine cells until what is left of each published coarse cell is nobody, or enough people.

    *within* are cells that were published before and lie within the coarse ones.
    """
    question, published = coarse
    inside = _inside(counted, grid, fine, question)
    sizes = {key: cell.people for key, cell in counted.cells(fine, False).items()}
    kept = set(keys)
    while True:
        left = leftovers(counted, grid, question, [(fine, kept), *within])
        thin = [key for key in published if 0 < left.get(key, 0) < line]
        drops = {
            min(candidates, key=lambda key: (sizes[key], str(key)))
            for key in thin
            if (candidates := inside[key] & kept)
        }
        if not drops:
            return kept
        kept -= drops


def _inside(counted: Counted, grid: Grid, fine: Question, coarse: Question) -> dict[Key, set[Key]]:
    fine_of, coarse_of = fine.keys_of(grid), coarse.keys_of(grid)
    inside: dict[Key, set[Key]] = defaultdict(set)
    for cell in dict.fromkeys(cell for cell, _ in counted.atoms()):
        small, large = fine_of(*cell), coarse_of(*cell)
        if small is not None and large is not None:
            inside[large].add(small)
    return inside
