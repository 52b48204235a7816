r"""
Lines of a text whose ends are not what they were: `\r\n` spelled out within one line, which
`repr()` and logs do, or further lines set in by two blanks, as a guarded log shows them.

The lines come back as lines in a text of the same length, so every place in it is a place in the
text as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ._leaves import Island, Leaf

__all__ = ["set_out", "with_lines", "within_lines"]

_SPELLED = re.compile(r"(?<!\\)(?:\\{1,8}r)?\\{1,8}n")
# What comes in lines: a name and a colon behind the line end.
_FIELD_BEHIND = re.compile(r"(?<!\\)(?:\\{1,8}r)?\\{1,8}n[ \t]{0,4}[A-Za-z][\w-]{0,40}[ ]?:[ ]")
# The start line of a SIP message with its headers set in.
_SET_IN = re.compile(r"SIP/2\.0[^\r\n]{0,200}\r?\n[ ]{2}[A-Za-z][\w-]{0,40}[ ]?:")


def with_lines(text: str, /) -> str:
    """Return *text* with line ends that are spelled out as line ends; *text* itself without any."""
    if "\\n" not in text or _FIELD_BEHIND.search(text) is None:
        return text
    return _SPELLED.sub(_as_line_end, text)


def _as_line_end(spelled: re.Match[str]) -> str:
    return "\n".rjust(len(spelled[0]))


def set_out(text: str, /) -> str:
    """Return *text* with a SIP message in it whose lines are not set in; *text* itself without."""
    message = _SET_IN.search(text)
    if message is None:
        return text
    end = _end_of_lines(text, message.start())
    lines = text[message.start() : end].replace("\n  ", "  \n")
    return text[: message.start()] + lines + text[end:]


def _end_of_lines(text: str, at: int) -> int:
    """Return where the lines that are set in end; blank lines between them belong to them."""
    while (line_end := text.find("\n", at)) >= 0:
        behind = text[line_end + 1 : line_end + 3]
        if behind != "  " and behind[:1] not in ("\n", ""):
            return line_end
        at = line_end + 1
    return len(text)


def within_lines(island: Island, text: str, /) -> Island:
    """Return an island of a text `with_lines()`, with values and spelling of the text as it was."""
    leaves = tuple(_as_it_was(leaf, island.reader, text) for leaf in island.leaves)
    return island._replace(leaves=leaves)


def _as_it_was(leaf: Leaf, reader: str, text: str) -> Leaf:
    written = text[leaf.start : leaf.end]
    spelled = _SPELLED.search(written)
    line_end = "\n  " if spelled is None else spelled[0]
    value = leaf.value
    if reader == "sip":
        lines = written.replace("\n  ", "\n") if spelled is None else _SPELLED.sub("\n", written)
        value = lines
    return leaf._replace(value=value, spell=_in_lines(leaf.spell, line_end))


def _in_lines(spell: Callable[[str], str], line_end: str) -> Callable[[str], str]:
    def respelled(text: str) -> str:
        return spell(text).replace("\r\n", "\n").replace("\n", line_end)

    return respelled
