"""The report as one page of HTML without scripts, pictures or addresses of a network."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path as FilePath

from ..errors import ConfigurationError
from ..logs import Gap
from ._front_door import Privacy
from ._report_parts import Part, parts_of

__all__ = ["report_html", "report_of_faults"]

_STYLE = FilePath(__file__).with_name("report.css")


def _table(part: Part) -> str:
    if not part.rows:
        return "<p>None.</p>"
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in part.head)
    rows = []
    for first, *rest in part.rows:
        # On a phone each cell stands below the other, with the name of its column before it.
        cells = [
            f'<td data-label="{escape(name)}">{escape(cell)}</td>'
            for name, cell in zip(part.head[1:], rest, strict=True)
        ]
        rows.append(f'<tr><th scope="row">{escape(first)}</th>{"".join(cells)}</tr>')
    return (
        f'<div class="wide" role="region" aria-label="Table: {escape(part.title)}" tabindex="0">'
        "<table>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _section(part: Part) -> str:
    return (
        f'<section id="{part.id}" aria-labelledby="{part.id}-title">'
        f'<h2 id="{part.id}-title">{escape(part.title)}</h2>'
        f"<p>{escape(part.about)}</p>{_table(part)}</section>"
    )


def _page(intro: str, parts: Iterable[Part]) -> str:
    parts = tuple(parts)
    links = "".join(f'<li><a href="#{part.id}">{escape(part.title)}</a></li>' for part in parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><title>Privacy settings</title>'
        # Nothing is loaded, and nothing can be: a browser enforces it.
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE.read_text(encoding='utf-8')}</style></head><body>"
        f'<a class="skip" href="#main">Skip to the content</a>'
        f"<header><h1>Privacy settings</h1>{intro}</header>"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav>'
        f'<main id="main">{"".join(map(_section, parts))}</main></body></html>\n'
    )


def report_html(
    privacy: Privacy, /, extra: Iterable[Part] = (), *, gaps: Iterable[Gap] | None = None
) -> str:
    """Return the report of a configuration: one page that needs no network."""
    intro = f"<p>Configuration <code>{escape(privacy.hash)}</code></p>"
    return _page(intro, (*extra, *parts_of(privacy, gaps)))


def report_of_faults(error: ConfigurationError, /) -> str:
    """Return a report that says what is broken in a configuration that cannot be used."""
    rows = tuple((place, message) for place, message in error.faults)
    about = "An app that reads this file does not start. Each line names a mistake and its mend."
    part = Part("broken", "What is broken", about, ("line", "mistake"), rows)
    intro = '<p class="broken">These settings cannot be used.</p>'
    return _page(intro, (part,))
