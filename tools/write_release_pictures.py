"""Write the charts of docs/explanation/attacks-on-tables.md: what is left to use, what is told."""

from __future__ import annotations

import random
import sys
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
PICTURES = ROOT / "docs" / "pictures"
_WIDTH, _BAR, _LEFT = 640, 22, 150
_DRAWS = 4_000


class Drawn:
    """Draws that are the same in each run, so that a figure is."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def token_bytes(self, size: int) -> bytes:
        """Return so many bytes."""
        return self._draw.randbytes(size)


def cells() -> list[int]:
    """Return how many people each of 1,200 made-up hourly cells has: few large ones, many small."""
    draw = random.Random(2)
    return [int(draw.paretovariate(0.9) * 4) for _ in range(1_200)]


def utility() -> list[tuple[str, float]]:
    """Return, for each line, the share of cells and of people that a table shows."""
    sizes = cells()
    rows = []
    for name, line in (("affiliates, 10", 10), ("share, 20", 20), ("public, 50", 50)):
        shown = [size for size in sizes if size >= line]
        rows.append((f"{name}: cells", len(shown) / len(sizes)))
        rows.append((f"{name}: people", sum(shown) / sum(sizes)))
    return rows


def membership() -> list[tuple[str, float]]:
    """Return, for each epsilon, how well an attacker tells a count from one with a person more."""
    from voxvalley_privacy.release import _exact_noise as noise

    rows = [("no noise", 1.0)]
    kept, noise.secrets = noise.secrets, Drawn(1)  # type: ignore[assignment]  # the same draws
    try:
        for epsilon in ("1", "0.5", "0.1"):
            scale, bits = 1 / Fraction(epsilon), noise.Bits()
            out = sorted(noise.laplace(scale, bits) for _ in range(_DRAWS))
            inside = sorted(noise.laplace(scale, bits) + 1 for _ in range(_DRAWS))
            rows.append((f"epsilon {epsilon}", _auc(out, inside)))
    finally:
        noise.secrets = kept
    return rows


def _auc(outside: list[int], inside: list[int]) -> float:
    """Return how well two sorted lists are told apart; 0.5 is chance."""
    from bisect import bisect_left, bisect_right

    wins = sum(bisect_left(outside, i) + bisect_right(outside, i) for i in inside)
    return wins / 2 / (len(inside) * len(outside))


def chart(title: str, rows: list[tuple[str, float]], least: float = 0.0) -> str:
    """Return a chart of bars from *least* to 1, as SVG."""
    room = _WIDTH - _LEFT - 70
    height = 40 + len(rows) * (_BAR + 6)
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" font-family="sans-serif"',
        f'  font-size="13" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}">',
        f"<title>{title}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="8" y="20" font-weight="bold">{title}</text>',
    ]
    for index, (name, value) in enumerate(rows):
        top = 34 + index * (_BAR + 6)
        size = max(1, round(room * (value - least) / (1 - least)))
        lines += [
            f'<text x="8" y="{top + 15}">{name}</text>',
            f'<rect x="{_LEFT}" y="{top}" width="{size}" height="{_BAR}" fill="#3b6ea5"/>',
            f'<text x="{_LEFT + size + 6}" y="{top + 15}">{value:.2f}</text>',
        ]
    return "\n".join([*lines, "</svg>"]) + "\n"


def pictures() -> dict[str, str]:
    """Return each picture by the name of its file."""
    return {
        "release-utility.svg": chart("Share of cells and people that a table shows", utility()),
        "release-membership.svg": chart(
            "Is a person in the count? Success of the attacker (0.5 is a guess)", membership(), 0.5
        ),
    }


if __name__ == "__main__":
    for name, text in pictures().items():
        (PICTURES / name).write_text(text, "utf-8")
