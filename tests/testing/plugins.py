"""How tests load the plugin: by its entry point where it is installed, by name in an older venv."""

from __future__ import annotations

from importlib.metadata import entry_points

_MODULE = "voxvalley_privacy.testing.plugin"
_INSTALLED = any(point.value == _MODULE for point in entry_points(group="pytest11"))

PLUGIN: tuple[str, ...] = () if _INSTALLED else ("-p", _MODULE)
