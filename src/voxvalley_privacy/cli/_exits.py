"""Exit codes, and errors as one line each: a traceback could show a record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from ..errors import ConfigurationError, PrivacyError
from . import _show

__all__ = ["DONE", "FAILED", "LOOK_AT_IT", "WRONG", "Worst", "exits"]

DONE = 0
LOOK_AT_IT = 1  # done, and there is something to look at: marked records, a finding, a new field
WRONG = 2  # a setting is wrong, or cannot apply
FAILED = 3  # a file or stream failed, or was not understood


class Worst:
    """Collect the exit codes of several files: the highest counts."""

    def __init__(self) -> None:
        self.code = DONE

    def at_least(self, code: int) -> None:
        """Exit with *code* at least."""
        self.code = max(self.code, code)

    @contextmanager
    def of(self, file: str) -> Iterator[None]:
        """Report an error in one file, and go on with the next."""
        try:
            yield
        except Exception as error:
            code, message = _said(error)
        else:
            return
        self.at_least(code)
        if message:
            _show.say(message, file=file)

    def exit(self) -> None:
        """End the command."""
        if self.code:
            raise typer.Exit(self.code)


@contextmanager
def exits(file: str = "") -> Iterator[None]:
    """Turn an error into one line, with the file that it is about, and an exit code."""
    try:
        yield
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:
        code, message = _said(error)
    else:
        return
    if message:
        _show.say(message, file="" if file == "-" else file)
    raise typer.Exit(code)


def _said(error: Exception) -> tuple[int, str]:
    """
    Return the exit code and the message of an error; the message of others could hold a record.
    """
    if isinstance(error, BrokenPipeError):
        return FAILED, ""
    if isinstance(error, ConfigurationError):
        return WRONG, str(error)
    if isinstance(error, PrivacyError):
        return FAILED, str(error)
    if isinstance(error, OSError):
        return FAILED, error.strerror or type(error).__name__
    return FAILED, f"an internal fault ({type(error).__name__}); please report it"
