"""The judge of names: what the name of a field says about its value."""

from __future__ import annotations

from ._hints import FIELD_NAME, hint

__all__ = ["FIELD_NAME", "hint"]
