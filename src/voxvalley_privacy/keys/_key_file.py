"""Files that only their owner can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..errors import ConfigurationError

__all__ = ["read_private", "write_private"]

_LARGEST = 1 << 20


def read_private(path: Path, /) -> str:
    """
    Read a small ASCII text from a file that belongs to this process's user and is closed to all others.

    Raises:
        voxvalley_privacy.ConfigurationError: If it is missing, no file, another's or open; says which, and the mend.
    """
    text = ""
    try:
        # Checked and read through one handle, so that nobody swaps the file in between; non-blocking, as a pipe would hang.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        fault = f"cannot be read: {error.strerror}"
    else:
        fault = _fault(os.fstat(handle))
        if fault:
            os.close(handle)
        else:
            with os.fdopen(handle, "rb") as file:
                # Decoded so that no error can hold the bytes; the parser refuses what was replaced.
                text = file.read(_LARGEST).decode("ascii", "replace")
    if fault:
        raise ConfigurationError(f"The key file '{path}' {fault}.")
    return text


def write_private(path: Path, text: str, /) -> None:
    """
    Write *text* to a new file that only its owner can read, and to the disk.

    Raises:
        voxvalley_privacy.ConfigurationError: If the file exists or cannot be made.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        fault = error.strerror
    else:
        with os.fdopen(handle, "w", encoding="ascii", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)
        return
    raise ConfigurationError(f"The key file '{path}' cannot be made: {fault}.")


def _fault(state: os.stat_result) -> str:
    if not stat.S_ISREG(state.st_mode):
        return "is not a file"
    if os.name != "posix":
        return ""  # other systems have no such modes
    if state.st_uid != os.geteuid():
        return "belongs to another user: run chown to give it to the one that runs this"
    return "is open to others: run chmod 600 on it" if state.st_mode & 0o177 else ""
