"""What the tests of the text engine share: a text with its findings taken out."""

from __future__ import annotations

from voxvalley_privacy.detection._engine import find_in_text


def hide(text: str, **settings: object) -> str:
    """Put the category in place of each finding."""
    parts, at = [], 0
    for start, end, category in find_in_text(text, **settings):
        parts += [text[at:start], f"[{category.value}]"]
        at = end
    return "".join([*parts, text[at:]])


def found(text: str, **settings: object) -> list[tuple[str, str]]:
    """Give what was found, with its category."""
    return [
        (text[start:end], category.value) for start, end, category in find_in_text(text, **settings)
    ]
