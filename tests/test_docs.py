"""The pages name what there is, and what they link to is there."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from types import ModuleType

import voxvalley_privacy as vp
from voxvalley_privacy import placeholders as _placeholders

_ROOT = Path(__file__).resolve().parents[1]
_PAGES = [
    *_ROOT.glob("*.md"),
    *(p for p in (_ROOT / "docs").rglob("*.md") if "_build" not in p.parts),
]


def test_links_lead_somewhere():
    """Every relative link of a page leads to a file of the project, or to a page that is generated."""
    broken = [
        f"{page.relative_to(_ROOT)}: {target}"
        for page in _PAGES
        for target in re.findall(r"\]\(([^)#:]+\.md)", page.read_text(encoding="utf-8"))
        if "generated" not in (page.parent / target).parts and not (page.parent / target).exists()
    ]

    assert [] == broken


def test_reference_names_every_placeholder():
    """The page on placeholders names each one that the redactor writes."""
    page = (_ROOT / "docs/reference/placeholders-and-tokens.md").read_text(encoding="utf-8")
    placeholders = [
        value
        for value in vars(_placeholders).values()
        if isinstance(value, str) and value.startswith("[")
    ]

    assert placeholders
    assert [] == [text for text in placeholders if f"`{text}`" not in page]


def test_reference_names_every_action():
    """The page on actions names each public one."""
    page = (_ROOT / "docs/reference/actions.md").read_text(encoding="utf-8")
    names = [name for name in vp.__all__ if not isinstance(getattr(vp, name), ModuleType)]
    actions = [name for name in names if hasattr(getattr(vp, name), "exposure")]
    factories = [
        name
        for name in vp.__all__
        if "Action" in str(getattr(getattr(vp, name), "__annotations__", {}).get("return"))
    ]

    assert {"keep", "drop"} <= {*actions}
    assert {"mask", "seal"} <= {*factories}
    assert [] == [name for name in (*actions, *factories) if f"`vp.{name}" not in page]


def test_readme_says_what_to_expect():
    """README and SECURITY say that free text is best effort, and nowhere is anything guaranteed."""
    for name in ("README.md", "SECURITY.md"):
        text = (_ROOT / name).read_text(encoding="utf-8")

        assert "best-effort" in text
        assert "guarantee" not in text.lower()


def test_every_how_to_page_has_its_line():
    """Each page of the how-to guides is in one group of the index, with a line that says what it solves."""
    folder = _ROOT / "docs/how-to"
    index = (folder / "index.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- \[[^\]]+\]\(([\w-]+)\.md\): \S.{10,}$", index, re.MULTILINE)
    below = re.findall(
        r"^come-from-[\w-]+$",
        (folder / "come-from-another-tool.md").read_text("utf-8"),
        re.MULTILINE,
    )
    pages = {page.stem for page in folder.glob("*.md")} - {"index"}

    assert len(listed) == len({*listed})
    assert pages == {*listed, *below}


def test_tables_of_the_first_pages_are_those_of_the_reference():
    """README and front page show the rows that runs wrote; `python docs/generate.py` renews them."""
    tables = runpy.run_path(str(_ROOT / "docs/front_tables.py"))

    for name in ("README.md", "docs/index.md"):
        text = (_ROOT / name).read_text(encoding="utf-8")
        assert "| ours | 65 of 66 |" in text
        assert text == tables["with_tables"](text)
