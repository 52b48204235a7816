"""
One line of text stays one line, and shows what is in it; what goes on in another line shows that it
does.
"""

from __future__ import annotations

__all__ = ["indented", "one_line", "same_lines"]

# C0 and C1 controls (a tab stays), what other readers take for a line end, and what turns the
# direction of the text around. Source: Unicode 15, UAX #14 (BK, CR, LF, NL) and UAX #9 (explicit
# formatting characters); ECMA-48 (controls).
_SHOWN = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if code != 0x09}
_SHOWN |= {ord("\n"): "\\n", ord("\r"): "\\r"}
_SHOWN |= {
    code: f"\\u{code:04x}"
    for code in (
        0x061C,
        0x200E,
        0x200F,
        0x2028,
        0x2029,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
    )
}


def one_line(text: str, /) -> str:
    r"""
    Return *text* as one line that does nothing to a terminal: controls, line ends and marks of
    direction are spelled out.

    Call it where a text from outside becomes a part of a line: a log message, a cell of a report, a
    line of a stream. A text without such characters comes back as it is, and a second call changes
    nothing. What was there can be read from the escapes; that a sender typed them is as harmless as
    it looks.

    >>> one_line("ok\r\nFATAL all is lost\x1b[2K")
    'ok\\r\\nFATAL all is lost\\x1b[2K'
    """
    return text if text.isprintable() else text.translate(_SHOWN)


def same_lines(text: str, /) -> str:
    """
    Return *text* with the line ends it has, which somebody trusted has made; other controls are
    spelled out.
    """
    return (
        text
        if text.isprintable()
        else "\n".join(map(one_line, text.replace("\r\n", "\n").split("\n")))
    )


def indented(text: str, /) -> str:
    r"""
    Return *text* with its line ends, where each line after the first begins with a space; other
    controls are spelled out.

    For texts of which nobody can tell whether a line end was meant: they stay readable, and no line
    of them looks like the beginning of a record. A second call changes nothing.

    >>> indented("Traceback:\n  File\nFATAL all is lost")
    'Traceback:\n  File\n  FATAL all is lost'
    """
    if text.isprintable():
        return text
    first, *rest = same_lines(text).split("\n")
    return "\n".join([first, *(line if line[:1] in _BLANKS else f"  {line}" for line in rest)])


_BLANKS = ("", " ", "\t")
