"""Keys of records: personal data in them is treated, and keys that clash are kept apart."""

from __future__ import annotations

from typing import Protocol

from ..placeholders import FAULT, object_label
from ..reading import as_text
from ._field_plan import FieldPlan
from ._treat import Treater

__all__ = ["renamed"]

_KEY_CLASH = 100


class Pass(Protocol):
    """The pass over the record that the keys are of."""

    treater: Treater

    def mark(self, placeholder: str, reason: str, /) -> str:
        """Count a fault, and return the placeholder that shows it."""


def renamed(
    run: Pass, out: dict[object, object], fields: dict[object, FieldPlan]
) -> dict[object, object]:
    """Return *out* with the personal data in its keys treated, keys that clash kept apart."""
    made: dict[object, object] = {}
    for key, value in out.items():
        field = fields.get(key)
        if field is None:
            made[key] = value
            continue
        try:
            name = _key(run, key, field, made)
        except Exception:  # as in mapping()
            name = _spare(run.mark(FAULT, "fault"), made)
        made[name] = value
    return made


def _key(run: Pass, key: object, field: FieldPlan, out: dict[object, object]) -> object:
    """Return a key without personal data, apart from the other keys of the copy."""
    if type(key) is str:
        return _spare(field.key if field.key is not None else key, out)
    if key is None or type(key) is bool:
        return key
    text = as_text(key, type(key))
    made = run.treater.text(text) if text is not None else object_label(type(key))
    return key if made == text else _spare(made, out)


def _spare(key: str, out: dict[object, object]) -> str:
    # Letters, as a number behind a label would be data again; past a hundred clashes fields are
    # given up.
    made = key
    for step in range(_KEY_CLASH):
        if made not in out:
            break
        made = f"{key}{chr(97 + step // 26)}{chr(97 + step % 26)}"
    return made
