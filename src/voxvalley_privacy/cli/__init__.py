"""The command line; needs the extra `cli`."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run `voxvalley-privacy`."""
    try:
        from ._app import app
    except ModuleNotFoundError as error:
        if error.name not in {"typer", "rich"}:
            raise
        sys.exit(
            "voxvalley-privacy: this command needs the extra: pip install 'voxvalley-privacy[cli]'"
        )
    app()
