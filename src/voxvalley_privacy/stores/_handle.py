"""An SQLite connection that nobody has to remember."""

from __future__ import annotations

import os
import sqlite3
from typing import Any

__all__ = ["Handle"]


class Handle(sqlite3.Connection):
    """
    Close with the store that held it: what a store acknowledged is on the disk, so there is nothing its owner could forget.

    In a process that was forked off it is left alone, since closing would drop the parent's locks.
    """

    _pid = -1

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._pid = os.getpid()

    def __del__(self) -> None:
        if self._pid == os.getpid():
            self.close()
