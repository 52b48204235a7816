"""
Time the numbers' room against phonenumbers and against json.dumps of one small record; print ratios.

    python benchmarks/phone.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import timeit

import phonenumbers

from voxvalley_privacy import phone

RECORD = {
    "from": "+14155550132",
    "to": "+447700900123",
    "start": "2026-11-23T10:00:00Z",
    "duration": 61,
    "direction": "outbound-api",
    "status": "completed",
}

CASES = [
    ("E.164", "+14155550132", None),
    ("E.164, +44", "+447700900123", None),
    ("spaces and brackets", "+1 (415) 555-0132", None),
    ("tel:", "tel:+1-415-555-0132", None),
    ("00", "0014155550132", None),
    ("sip:", "sip:+14155550132@example.com;user=phone", None),
    ("whatsapp:", "whatsapp:+14155550132", None),
    ("bare digits", "14155550132", None),
    ("full-width", "＋１４１５５５５０１３２", None),
    ("trunk zero", "+44 (0)7700 900123", None),
    ("national, US", "(415) 555-0132", "US"),
    ("national, GB", "07700 900123", "GB"),
    ("no number", "anonymous", None),
    ("hostile", "tel:1;phone-context=" + "aa." * 24 + "aa!", None),
]


def microseconds(act, *, number=2000, repeat=9):
    """Return the best time of one call."""
    return min(timeit.repeat(act, number=number, repeat=repeat)) / number * 1e6


def parsed(text, region):
    """Do what most people do: parse, judge, format."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number(number)
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if possible
        else None
    )


def main():
    """Print one line a spelling."""
    dump = microseconds(lambda: json.dumps(RECORD))
    print(f"json.dumps of a record of {len(RECORD)} fields: {dump:.2f} us\n")
    print(f"{'spelling':<22}{'canonical':>12}{'phonenumbers':>14}{'ratio':>8}{'of a dumps':>12}")
    for name, text, region in CASES:
        ours = microseconds(lambda text=text, region=region: phone.canonical(text, region=region))
        # The hostile text takes phonenumbers most of a minute: it is not timed.
        theirs = (
            None
            if name == "hostile"
            else microseconds(lambda text=text, region=region: parsed(text, region), number=200)
        )
        print(
            f"{name:<22}{ours:>9.2f} us",
            f"{theirs:>10.2f} us{theirs / ours:>8.1f}" if theirs else f"{'not timed':>13}{'':>8}",
            f"{ours / dump:>11.2f}",
        )
    for ask in (phone.is_withheld, phone.is_short, phone.calling_code, phone.country):
        print(f"{ask.__name__:<22}{microseconds(lambda ask=ask: ask('+14155550132')):>9.2f} us")
    for module in ("voxvalley_privacy.phone", "phonenumbers"):
        code = f"import typing, time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
        runs = [
            float(
                subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
            )
            for _ in range(7)
        ]
        print(f"import {module:<26}{min(runs) * 1000:>6.1f} ms")


if __name__ == "__main__":
    main()
