"""Sphinx's settings. `make docs` builds the pages with warnings as errors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import defaults_pages
import generate
from sphinx.util import inspect, logging

project = "voxvalley-privacy"
author = "the voxvalley-privacy contributors"
release = version = generate.version()

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "decisions/template.md"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "voxvalley-privacy"
html_show_sphinx = False
html_split_index = True

# Docstrings mark code with single backticks.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_custom_sections = ["Source"]

generate.pages(Path(__file__).parent / "reference" / "generated")


# Signatures with the defaults that a caller gets --------------------------------------------------


def _real_defaults(
    _app: Any, _what: str, name: str, found: Any, _options: Any, signature: str, returns: str
) -> tuple[str, str] | None:
    """attrs writes `NOTHING` and an index of its own where a class has a default."""
    if not signature or not callable(found):
        return None
    is_class = isinstance(found, type)
    try:
        read = inspect.signature(found.__init__ if is_class else found, bound_method=is_class)
    except (TypeError, ValueError):
        return None
    real = defaults_pages.with_real_defaults(found, read)
    text = inspect.stringify_signature(real, unqualified_typehints=True)
    arguments, arrow, result = text.rpartition(" -> ")
    if not arrow:
        return text, None
    return arguments, None if is_class else result


# No page over 150 KB ------------------------------------------------------------------------------

_MOST_BYTES = 150 * 1024
# The index of all names, and the table of all facts: each is one page, so that a browser finds a row.
_ONE_PAGE = frozenset(["genindex-all.html", "facts.html"])


def _is_one_piece(page: Path) -> bool:
    """Whether a page cannot be cut: a list of all, or the fields of one large schema."""
    return page.name in _ONE_PAGE or page.parent.name == "vendors"


def _sizes(app: Any, error: Exception | None) -> None:
    if error is not None or app.builder.name != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        size = page.stat().st_size
        if size > _MOST_BYTES and not _is_one_piece(page):
            logging.getLogger(__name__).warning("%s has %d KB", page.name, size // 1024)


def setup(app: Any) -> None:
    """Connect both to the build."""
    app.connect("autodoc-process-signature", _real_defaults)
    app.connect("build-finished", _sizes)
