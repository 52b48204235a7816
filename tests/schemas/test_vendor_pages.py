"""The generated pages of the vendors."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType

import pytest

import voxvalley_privacy as vp
from tests.redaction.samples import CANARIES

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Give the module that writes the pages."""
    monkeypatch.syspath_prepend(str(DOCS))
    import vendor_pages

    module: ModuleType = vendor_pages
    return module


def test_every_vendor_has_a_page_with_every_field(pages: ModuleType) -> None:
    """A page names all schemas and fields of its vendor, and what each policy does."""
    texts = {name: "\n".join(lines) for name, lines in pages.vendor_pages()}

    vendor_of = {name: re.fullmatch(r"vendors/(\w+?)(?:-\d)?\.md", name)[1] for name in texts}
    assert list(vp.schemas.by_vendor()) == list(dict.fromkeys(vendor_of.values()))
    for vendor, names in vp.schemas.by_vendor().items():
        text = "".join(texts[name] for name in texts if vendor_of[name] == vendor)
        text = text.replace("\\|", "|")
        for name in names:
            assert f"## `{name}`" in text
            assert all(f"`{path}`" in text for path in vp.schemas.get(name).fields)


def test_every_page_has_an_example_that_hides_what_it_should(pages: ModuleType) -> None:
    """The record of the example holds personal data, and what the policy shows of it does not."""
    plain, shown = [], []
    for name, lines in pages.vendor_pages():
        examples = re.findall(r"```json\n(.*?)\n```", "\n".join(lines), re.DOTALL)
        assert 2 == len(examples), name
        before, after = map(json.loads, examples)
        plain += [name] * (before == after)
        shown += [name] * any(canary in json.dumps(after) for canary in (*CANARIES, "Zoe", "zoe@"))

    assert [] == plain
    assert [] == shown


def test_the_list_of_schemas_links_every_page(pages: ModuleType) -> None:
    """The page of all schemas leads to each vendor's."""
    text = "\n".join(pages.schemas_page())

    assert all(f"(vendors/{vendor}.md)" in text for vendor in vp.schemas.by_vendor())
