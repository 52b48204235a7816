"""The public names, which change only on purpose: the frozen list is part of the change."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from types import ModuleType

import voxvalley_privacy as vp

_FROZEN = Path(__file__).with_name("public_names.txt")


def public_names() -> list[str]:
    """Return every public name, those of namespaces with their namespace before them."""
    names = set(vp.__all__)
    for name in vp.__all__:
        room = getattr(vp, name)
        if isinstance(room, ModuleType):
            names.update(f"{name}.{inner}" for inner in room.__all__)
    return sorted(names)


def test_public_names_are_those_that_were_agreed_on() -> None:
    """A name that comes or goes shows in the list: `python -m tests.test_public_names` writes it."""
    assert _FROZEN.read_text(encoding="utf-8").split() == public_names()


def test_dir_lists_every_public_name() -> None:
    """Completion in a console offers what is public, before it is loaded too."""
    assert {*vp.__all__} == {name for name in dir(vp) if not name.startswith("__")}


def test_help_shows_the_names_in_groups() -> None:
    """The docstring of the package lists every public name once, under what it is for."""
    groups = re.findall(r"^([A-Z][^:\n]*):\n((?: {4}.+\n)+)", str(vp.__doc__), re.MULTILINE)
    listed = [name for _, names in groups for name in re.split(r",\s+", names.strip())]

    assert ["Settings", "Redact"] == [heading for heading, _ in groups[:2]]
    assert sorted(vp.__all__) == sorted(listed)


def test_actions_are_in_their_namespace_too() -> None:
    """`vp.actions.mask` is `vp.mask`: the namespace is for completion, the flat name for reading."""
    flat = [name for name in vp.__all__ if hasattr(vp.actions, name)]

    assert {"drop", "keep", "mask", "pseudonym", "seal", "styles"} <= {*flat}
    assert [] == [name for name in flat if getattr(vp.actions, name) is not getattr(vp, name)]


def test_the_picture_of_the_front_page_shows_lines_of_its_run() -> None:
    """Each line of the drawing is one of the lines that a run of the example wrote on the page."""
    docs = Path(__file__).resolve().parents[1] / "docs"
    page = (docs / "index.md").read_text(encoding="utf-8")
    drawing = (docs / "pictures" / "before-and-after.svg").read_text(encoding="utf-8")
    lines = re.findall(r'<text x="24" y="[0-9]+">([^<]*)</text>', drawing)

    assert 6 == len(lines)
    assert [] == [line for line in lines if unescape(line).removesuffix("…") not in page]


if __name__ == "__main__":
    _FROZEN.write_text("\n".join(public_names()) + "\n", encoding="utf-8")
