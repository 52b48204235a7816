"""
Write `src/voxvalley_privacy/phone/_calling_codes.py` from the metadata of the installed phonenumbers.

    python tools/build_calling_codes.py
"""

from __future__ import annotations

import re._parser as sre  # type: ignore[import-not-found]  # the stdlib has no stubs for it
from pathlib import Path

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

TARGET = Path(__file__).parents[1] / "src/voxvalley_privacy/phone/_calling_codes.py"
DIGITS = "0123456789"
DEPTH = 3  # digits of a national prefix that are told apart; more would only make Argentina faster

HEAD = '''"""
Calling code -> regions (main one first), possible national lengths, starts that may be a national prefix.

Made by `tools/build_calling_codes.py` from phonenumbers {version}; do not edit. `001` means no country.

Source: libphonenumber metadata {version}: possible lengths and national prefix of each code's main region.
"""

from __future__ import annotations

METADATA_VERSION = "{version}"

# fmt: off
CALLING_CODES = {{
'''


def first_digits(pattern: str | None) -> set[str]:
    """Return every start, up to DEPTH digits, of the texts that *pattern* matches; a shorter one may go on anyhow."""
    return _starts(sre.parse(pattern)) - {""} if pattern else set()


def _starts(nodes: object) -> set[str]:
    starts = {""}
    for operation, argument in nodes:  # type: ignore[attr-defined]  # a SubPattern, which has no stubs
        tails = _node(str(operation), argument)
        starts = {
            (head + tail)[:DEPTH] if len(head) < DEPTH else head
            for head in starts
            for tail in tails
        }
    return starts


def _node(operation: str, argument: object) -> set[str]:
    match operation, argument:
        case "LITERAL", int(code):
            return {chr(code)}
        case "IN", list(members):
            return {digit for member in members for digit in _members(*member)}
        case "BRANCH", (_, branches):
            return set().union(*map(_starts, branches))
        case "SUBPATTERN", (*_, body):
            return _starts(body)
        case "MAX_REPEAT", (least, most, body):
            once, rounds = _starts(body), [{""}]
            for _ in range(min(most, DEPTH)):
                rounds.append({(head + tail)[:DEPTH] for head in rounds[-1] for tail in once})
            return set().union(*rounds[min(least, DEPTH) :])
        case "AT", _:
            return {""}
    raise ValueError(f"The tool does not know the pattern node {operation}.")


def _members(operation: object, argument: object) -> str:
    match str(operation), argument:
        case "LITERAL", int(code):
            return chr(code)
        case "RANGE", (low, high):
            return "".join(map(chr, range(low, high + 1)))
        case "CATEGORY", _:
            return DIGITS
    raise ValueError(f"The tool does not know the set member {operation}.")


def shortest(starts: set[str]) -> list[str]:
    """Return the fewest starts that cover *starts*: ten siblings become their parent, children of one are dropped."""
    for depth in range(DEPTH, 0, -1):
        parents = {start[:-1] for start in starts if len(start) == depth}
        starts = starts | {
            parent
            for parent in parents
            if parent and all(parent + digit in starts for digit in DIGITS)
        }
    return sorted(
        start
        for start in starts
        if not any(start[:length] in starts for length in range(1, len(start)))
    )


def rows() -> dict[str, tuple[str, str, str]]:
    """Return the table: code -> regions, lengths, starts, each joined by spaces."""
    table = {}
    for code, regions in sorted(
        phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items(), key=lambda item: str(item[0])
    ):
        plan = PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0])
        # E.164 ends at 15 digits; Germany's metadata goes further.
        lengths = [n for n in plan.general_desc.possible_length if 7 <= n + len(str(code)) <= 15]
        starts = shortest(first_digits(plan.national_prefix_for_parsing))
        table[str(code)] = (" ".join(regions), " ".join(map(str, lengths)), " ".join(starts))
    return table


def source() -> str:
    """Return the whole file."""
    lines = [
        f'    "{code}": ("{regions}", "{lengths}", "{starts}"),\n'
        for code, (regions, lengths, starts) in rows().items()
    ]
    return HEAD.format(version=phonenumbers.__version__) + "".join(lines) + "}\n"


if __name__ == "__main__":
    TARGET.write_text(source(), encoding="utf-8")
