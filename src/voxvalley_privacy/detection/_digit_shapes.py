"""Shapes of digits that are not personal: times, measures, versions, ports, ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_letters, digits

from ._octets import text_in_hex

__all__ = [
    "AMOUNT_FORM",
    "DATED",
    "DIGITS",
    "DIGITS_OF_A_NUMBER",
    "ID_TOKEN",
    "LONGEST_NUMBER",
    "LONG_PORT",
    "PORT",
    "RUN",
    "SAYS_REACHABLE",
    "SHAPED",
    "SHAPES",
    "STRONG",
    "STRONG_SHAPES",
    "TAIL",
    "TIME_STAMP",
    "Cut",
    "count_digits",
    "dates_in",
    "ids_in",
    "is_id",
    "is_time_stamp",
    "may_be_id",
    "may_be_shaped",
    "shapes_in",
]

DIGITS_OF_A_NUMBER = 7  # from which on digits in a row are a number
LONGEST_NUMBER = 15  # digits; Source: ITU-T E.164

Cut = tuple[int, int, str]  # from where to where, and the name of the reason

# A search for a set is several times faster than one for a repeat.
DIGITS = re.compile(r"[0-9][0-9]*+")
RUN = re.compile(r"[0-9](?:[\W_]{0,3}+[0-9]){6,}+")

_NO_DIGITS = {code: None for code in range(128) if not chr(code).isdigit()}


def count_digits(text: str, /) -> int:
    """Return how many digits a text has."""
    if text.isascii():
        return len(text.translate(_NO_DIGITS))
    return sum(map(str.isdigit, text))


# Shapes of digits that are not personal
# --------------------------------------------------------------------------------------------------

# No digit with one mark between may stand beside the shape: it would be a part of something longer.
_ALONE = r"(?<![0-9][\W_])"
TAIL = r"(?![\W_]?[0-9])"
# The same, where only marks that numbers are spelled with count.
_APART = r"(?<![0-9][-_.:*() ])(?<![0-9][-_.:*() ]{2})(?<!\+)"
_END = r"(?![0-9]|[-_.:*()][0-9])"

_YEAR = r"(?:19|20)[0-9]{2}"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_HOUR = r"(?:2[0-3]|[01]?[0-9])"
_MM, _DD, _HH = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])", "(?:2[0-3]|[01][0-9])"
_SIXTY = "[0-5][0-9]"
_FRACTION = r"(?:[.,][0-9]{1,9}|:[0-9]{3}(?![0-9]))"
_CLOCK = rf"{_HOUR}:{_SIXTY}(?::{_SIXTY}{_FRACTION}?)?"
_FULL_CLOCK = rf"{_HH}:{_SIXTY}:{_SIXTY}{_FRACTION}?"
LONG_PORT = (
    r"(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{3})"
)
PORT = rf"(?:{LONG_PORT}|[1-9][0-9]{{1,2}})"
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
# Between 2017 and 2030, in seconds, with three, six or nine digits more
_EPOCH = r"1[5-8][0-9]{8}(?:[0-9]{3}|[0-9]{6}|[0-9]{9})?"

AMOUNT_FORM = (
    r"(?:[0-9]{1,3}(?:[,.' ][0-9]{2,3})?[,.' ][0-9]{3}(?:[.,][0-9]{1,2})?"
    r"|[0-9]{1,7}(?:[.,][0-9]{1,6})?)(?![0-9])"
)
# Not 1800101221144: a sex, a birth date and six digits, as national ids of Romania are
_NO_PERSON = rf"(?!1[5-9][0-9]{_MM}{_DD}[0-9]{{6}}(?![0-9]))"
_SIGN = r"[$€£¥₹₽₩₪₫₱₦₴₺฿¢]"

# One shape a row; each begins where a group of digits begins.
_TABLE = {
    # 2026-11-25-19.32.39.817569 · 2026-11-25-19.32.39
    "dotted_stamp": rf"{_YEAR}-{_MM}-{_DD}-{_HH}\.{_SIXTY}\.{_SIXTY}(?:\.[0-9]{{1,9}})?(?![0-9])",
    # 2026-11-23 · 2026/11/23 · 23.11.2026 · 11/23/2026 · 2026年11月23日
    "date": (
        rf"(?:(?<![0-9][.-]){_YEAR}-{_MM}-{_DD}"
        rf"|(?<![0-9][/.-])(?:{_YEAR}[-/.年]{_MONTH}[-/.月]{_DAY}"
        rf"|{_DAY}[-/.]{_DAY}[-/.]{_YEAR}))(?![0-9]|[/.-][0-9])"
    ),
    # 260314 04:45:31 · 20260314-04:45:31 · 11.25 18:49:26 · 11-25 06:23:36.898 · 1125 09:50:37.445
    "stamp": (
        rf"{_APART}(?:(?:{_YEAR}|[0-9]{{2}})?{_MM}{_DD}|{_MM}[-.]{_DD}|{_DD}-{_MM})[-@ ]{_FULL_CLOCK}"
        r"(?![0-9]|:[0-9])"
    ),
    # 261110 105759 8228 INFO: date, time and process at the head of a line
    "line_head": (
        rf"(?<![^\n])[0-9]{{2}}{_MM}{_DD} [0-9]{{6}} [0-9]{{1,7}}"
        r"(?= (?:DEBUG|INFO|WARN|WARNING|ERROR|FATAL|TRACE|NOTICE)\b)"
    ),
    # 12/05/24 20:15 · 12/05/24 - 15/05/24: only beside a clock or a second date is a short year
    # long enough to matter
    "short_date": (
        rf"{_ALONE}{_DAY}/{_DAY}/[0-9]{{2}}"
        rf"(?:,? {_CLOCK}| ?- ?{_DAY}/{_DAY}/[0-9]{{2}}){TAIL}"
    ),
    # 10.30-12.45 · 9:30-17:00
    "time_range": rf"{_ALONE}{_HOUR}[.:]{_SIXTY} ?- ?{_HOUR}[.:]{_SIXTY}{TAIL}",
    # 23/Nov/2026:20:15:30 +0000 · 25/Nov/2026 23:34:46
    "log_time": rf"(?<=[A-Za-z]/){_YEAR}[: ]{_CLOCK}(?: [+-][0-9]{{4}})?(?![0-9])",
    # Nov 2026 20:15:30 +0000 · 23-Nov-2026 20:15:30 · Nov 23 20:15:30 2026
    "mail_time": rf"(?<=[A-Za-z]{{3}}[ -]){_YEAR},? {_CLOCK}(?: ?[+-][0-9]{{4}}| ?Z)?(?![0-9])",
    "system_time": rf"(?<=[A-Za-z]{{3}} ){_DAY} {_CLOCK}(?: [A-Z]{{3,4}})? {_YEAR}(?![0-9])",
    # 20:15 · 20:15:30.25 · 20:15:30Z · 20:15:30 +05:30
    "time": (rf"(?<![0-9][:.]){_CLOCK}(?: ?(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}}(?![0-9])))?(?![0-9:])"),
    # December 2, 2026, 20:45-21:50 · Dec 15, 19:00
    "named_date": (
        rf"(?<=[A-Za-z]{{3}} ){_DAY},? "
        rf"(?:{_YEAR}(?:,? (?:at )?{_CLOCK}(?: ?- ?{_CLOCK})?)?|{_CLOCK}(?: ?- ?{_CLOCK})?)(?![0-9:])"
    ),
    # 2019-2023
    "years": rf"{_ALONE}{_YEAR} ?[-/] ?{_YEAR}{TAIL}",
    # inv-2026-08-0912 · INV-2026-774218 · hosted-eu-20260812-09: an id with a year in it
    "dated_id": (
        rf"(?<=[A-Za-z][-_/]){_YEAR}"
        rf"(?:-(?:{_MM}-[0-9]{{4}}|[0-9]{{4,6}})|{_MM}{_DD}-[0-9]{{1,3}}){_END}"
    ),
    # serial 2026060301: of a zone, a date and which of the day; TTL 604800 1800: its times
    "serial": rf"(?<=serial ){_YEAR}{_MM}{_DD}[0-9]{{2}}{_END}",
    "ttl": r"(?<=TTL )[0-9]{1,8}(?: [0-9]{1,8}){0,4}(?![0-9])",
    # [C-91095278]: a call of Asterisk, in hexadecimal
    "call": r"(?<=\[C-)[0-9]{8}(?=\])",
    # 000000000000: nobody's number
    "zeros": r"0{8,20}(?![0-9])",
    # 20261123 · 20261123201530 · 20261123-201530 · 20261123T201530
    "compact_date": (
        rf"(?<![0-9+][^\w\n])(?<![0-9+]_)(?<!\+){_YEAR}{_MM}{_DD}"
        rf"(?:[T_-]?{_HH}{_SIXTY}{_SIXTY}(?:-[0-9]{{1,6}})?|[T_-]{_HH}{_SIXTY})?{TAIL}"
    ),
    # 1764000000.123 · 1764000000.42, the ids of Asterisk
    "epoch_part": rf"(?<![0-9][-_.:*()])(?<!\+){_EPOCH}\.[0-9]{{1,9}}{_END}",
    # 1795827088951386437: thirteen digits and more that begin so are no phone number and no card
    "long_epoch": rf"(?<![0-9][-_.:*])(?<!\+){_NO_PERSON}1[5-8][0-9]{{8}}(?:[0-9]{{3}}){{1,3}}{_END}",
    # id:5337236991 sub:001, of a delivery receipt
    "receipt_id": r"(?<=id:)[0-9]{1,20}(?= sub:)",
    # 2147483669 = 0x80000015: a value in two notations
    "with_hex": r"[0-9]{1,20}(?= ?= ?0x[0-9A-Fa-f])",
    # ]: 8755565922: to=<...: the queue id of a mail server
    "queue_id": r"(?<=\]: )[0-9]{8,12}(?=: [a-z])",
    # ... 66.86.0.15" 8258707: the size at the end of a line of an access log
    "log_size": r'(?<=[0-9A-Za-z)/]" )[0-9]{1,9}(?![^\r\n])',
    # o=jo 84816336 4 IN IP4: session and version of SDP
    "session": r"[0-9]{1,20} [0-9]{1,20}(?= IN IP[46])",
    # 1764000000 · 1764000000123, unless a word says that it reaches somebody, see `_holds`
    "bare_epoch": rf"{_APART}{_NO_PERSON}{_EPOCH}{_END}",
    # 140405882956672: a thread of Linux is named by an address that begins with 0x7e or 0x7f
    "thread": rf"{_APART}(?:13[89]|140)[0-9]{{12}}{_END}",
    # Found as an address elsewhere; here only kept from being joined with the digits beside it.
    "ip_address": rf"(?<![0-9A-Za-z])(?<![0-9]\.){_BYTE}(?:\.{_BYTE}){{3}}(?![0-9A-Za-z]|\.[0-9])",
    # HTTP/1.1" 200 1276 · HTTP/2" 404 891 · "-" 0 631 65 99: status, size and times of a request
    "request": (
        r'(?:(?<=[A-Z]/)(?=[1-5][0-9]{2} )|(?<=HTTP/[0-9]\.[0-9]" )|(?<=HTTP/[0-9]\.[0-9]  )|(?<=HTTP/[0-9]" )|(?<="-" ))'
        r"[0-9]{1,9}(?: [0-9]{1,9}){1,9}(?![0-9])"
    ),
    # 0/0/1/12/13 200 512: five timers of a proxy, then status and size of a request
    "timers": (
        r"(?<![0-9/])[0-9]{1,7}(?:/[+-]?[0-9]{1,7}){4} [1-5][0-9]{2} \+?[0-9]{1,9}(?![0-9])"
    ),
    # 00:00:1764000000.123: no date, no hour, and the time in seconds
    "no_clock": rf"(?<![0-9:.])00:00:{_EPOCH}\.[0-9]{{1,9}}{_END}",
    # $1,500,000.00
    "money_sign": rf"(?:(?<={_SIGN})|(?<={_SIGN}[ -])|(?<={_SIGN} -)){AMOUNT_FORM}{TAIL}",
    # 1,234,567 · 1,234,567.89: nobody spells nine digits of a number so
    "grouped": rf"{_ALONE}[1-9][0-9]{{0,2}}(?:,[0-9]{{3}}){{2}}(?:\.[0-9]{{1,2}})?{TAIL}",
    # 10.0.19041.1234, 5.15.0-1053 and 0.84900.0: no word says so, but the zero or the small parts do
    "version": (
        rf"{_ALONE}(?:[0-9]{{1,3}}\.0\.[0-9]{{1,5}}(?:\.[0-9]{{1,5}})?"
        rf"|0\.[0-9]{{1,6}}\.[0-9]{{1,3}}|[0-9]\.[0-9]{{1,2}}\.[0-9]{{1,2}}-[0-9]{{1,4}}){TAIL}"
    ),
    # 0.0938446 · 63.070437 · 1.6564523329262093, but not 415.5550132, 98480.12345, 1.2025550123,
    # whose parts are as long as those of a phone number
    "decimal": (
        rf"{_APART}(?![1-9][0-9]{{2}}\.[0-9]{{7}}{_END}|[6-9][0-9]{{4}}\.[0-9]{{5}}{_END}"
        rf"|[1-9][0-9]{{0,2}}\.[0-9]{{10}}(?![0-9]))"
        rf"(?:0|[1-9][0-9]{{0,6}})\.[0-9]{{1,20}}{_END}"
    ),
    # 8080:8080
    "port_pair": rf"{_ALONE}{PORT}:{PORT}{TAIL}",
    # PCMU:0:8000:20:64000:1
    "codec": (
        r"(?:(?<=[A-Za-z0-9]:)|\A)[0-9]{1,3}:(?:8|12|16|24|32|44|48|90)[0-9]00(?::[0-9]{1,6}){0,4}(?![0-9])"
    ),
    # 00000010 80000015: words of four bytes
    "hex_dump": r"(?<![0-9] )0{4}[0-9]{4}(?: [0-9]{8})+(?![0-9])|(?<![0-9] )[0-9]{8}(?: 0{4}[0-9]{4})+(?![0-9])",
}

# Shapes so full of form that a phone number is not cut into them by chance; beside the others, a
# part that is left over and could be half a number keeps the whole run hidden.
STRONG = frozenset(
    (
        "bare_epoch", "call", "codec", "date", "dated_id", "dotted_stamp", "epoch_part", "hex_dump",
        "ip_address", "line_head", "log_size", "log_time", "long_epoch", "mail_time", "named_date",
        "no_clock", "queue_id", "receipt_id", "request", "serial", "session", "stamp", "system_time",
        "thread", "timers", "ttl", "with_hex", "zeros",
    )
)  # fmt: skip
_UNLESS_REACHABLE = frozenset(("bare_epoch", "thread"))


def _compiled(table: dict[str, str]) -> re.Pattern[str]:
    return re.compile(
        "(?=[0-9])(?<![0-9])(?:"
        + "|".join(f"(?P<{name}>{shape})" for name, shape in table.items())
        + ")"
    )


SHAPES = _compiled(_TABLE)
STRONG_SHAPES = _compiled({name: shape for name, shape in _TABLE.items() if name in STRONG})

# 2026-11-23 20:15:30,123 · 2026-11-23T20:15:30.123456 · 17:30, and no more
TIME_STAMP = re.compile(
    rf"(?<![0-9A-Za-z+-])(?<![0-9][\W_])(?:{_YEAR}[-/]{_MM}[-/]{_DD}[T ]{_FULL_CLOCK}|{_HH}:{_SIXTY})(?![0-9])"
)

# What a run of digits has in it, or begins like, where one of the shapes can be: without it they
# are not tried.
SHAPED = frozenset(":/.,'_年月$€£¥₹₽₩₪₫₱₦₴₺฿¢")
# Beside a run, where a shape begins or ends outside of it
_BEFORE = ('" ', "]: ", "id:", "  ", "[C-", "TL ")
_BEHIND = (" = 0", "= 0x", " =0x", "=0x", " IN ")
DATED = re.compile(
    rf"{_YEAR}(?:[- ]|[01][0-9][0-3][0-9])|{_DAY}-{_DAY}-{_YEAR}|1[3-9][0-9]{{8}}|0000|{_MM}-{_DD} "
)

# A word before an epoch that says it is a phone number or a device after all
SAYS_REACHABLE = re.compile(
    r"(?:call|phone|tel|mobile|msisdn|cell|num|number|nr|no|whatsapp|text|txt|sms|dial|ring|reach|imei|imsi"
    r"|ani|caller|callee|from|to|contact)[^\w\n]{0,4}(?:(?:me|us|is|on|at|no|nr|id)[^\w\n]{1,4}){0,2}\Z",
    re.IGNORECASE,
)

_SHAPE_TAIL = 32  # how far a shape can reach behind the run it begins in
_WORDS_BEFORE = 48  # characters in which words before a shape are looked for


def is_time_stamp(text: str, start: int, end: int, /) -> bool:
    """Say whether a cluster of digits is all of a time stamp, as at the head of most log lines."""
    stamp = TIME_STAMP.match(text, start)
    return stamp is not None and stamp.end() == end


def dates_in(text: str, start: int, end: int, /) -> list[tuple[int, int]]:
    """Return where dates and other shapes full of form are, whose marks end no value."""
    return [cut[:2] for cut in shapes_in(STRONG_SHAPES, text, start, end)]


def may_be_shaped(text: str, start: int, end: int, /) -> bool:
    """Say whether a run, with what is right beside it, could hold one of the shapes."""
    run = text[max(0, start - 1) : end + 1]
    if not SHAPED.isdisjoint(run):
        return True
    if text.endswith(_BEFORE, max(0, start - 3), start) or text.startswith(_BEHIND, end):
        return True
    if "-" in run or " " in text[start:end]:
        if not text[:start] or text[start - 1] == "\n":
            return True  # a date can begin a line
        return DATED.search(run) is not None
    return DATED.match(text, start) is not None


def shapes_in(pattern: re.Pattern[str], text: str, start: int, end: int, /) -> Iterator[Cut]:
    """Give the shapes of a pattern that begin in a run, each with its name."""
    for shape in pattern.finditer(text, start, end + _SHAPE_TAIL):
        if shape.start() >= end:
            return
        name = shape.lastgroup or ""
        if name not in _UNLESS_REACHABLE or not _is_reachable(text, *shape.span()):
            yield shape.start(), shape.end(), name


def _is_reachable(text: str, start: int, end: int, /) -> bool:
    """Say whether digits that could be a time are a phone number by the words before, or alone."""
    if SAYS_REACHABLE.search(text[max(0, start - _WORDS_BEFORE) : start]) is not None:
        return True
    return not text[:start].strip() and not text[end : end + _WORDS_BEFORE].strip()


# Ids
# --------------------------------------------------------------------------------------------------

_HEX = "[0-9A-Fa-f]"
_SHORT_ID = rf"(?!{_HEX}{{0,6}}[0-9]{{10}}){_HEX}{{16}}"
_HASHES = "|".join(f"{_HEX}{{{size}}}" for size in (128, 96, 64, 56, 40, 32, 24))
ID_TOKEN = re.compile(
    r"(?<![0-9A-Za-z+])(?:"
    rf"(?P<uuid>{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}})|"
    # Two capitals and 32 hex digits: AC, SM, CA ... of Twilio and those who copied the shape
    r"(?P<typed_id>[A-Z]{2}[0-9a-f]{32})|"
    # The message id of vox-cpaas: three capitals and 22 digits
    r"(?P<message_id>[A-Z]{3}[0-9]{22})|"
    # A hash or a random id, of a length that these have, with letters in it; in one of sixteen no
    # ten digits in a row, which would be a number with letters glued to it. A memory address.
    rf"(?P<hex_id>0x(?![0-9]{{10,11}}(?!{_HEX})){_HEX}{{1,16}}(?!{_HEX})"
    rf"|(?:0x)?(?=[0-9]{{0,24}}[A-Fa-f])(?:{_HASHES}|{_SHORT_ID}))|"
    # A hex word of eight digits and more in one case, without ten digits in a row
    r"(?P<hex_word>(?![0-9A-Fa-f]{0,54}?[0-9]{10})"
    r"(?:(?=[0-9]{1,9}[a-f]|[a-f]{1,30}[0-9])[0-9a-f]{8,64}"
    # and not D12345678, as passports are numbered
    r"|(?![A-Z]{1,2}[0-9]{6,9}(?![0-9A-Za-z]))"
    r"(?=[0-9]{1,9}[A-F]|[A-F]{1,30}[0-9])[0-9A-F]{8,64}))|"
    # ULID and KSUID, without ten digits in a row
    r"(?P<random_id>(?![0-9A-Za-z]{0,17}[0-9]{10})(?:[0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9A-Za-z]{27}))"
    r")(?![0-9A-Za-z])"
)
_ID_CHARACTERS = ascii_letters + digits + "-"
_SHORTEST_ID = 8
_DASHES = 4  # of a UUID
_LONGEST_KIND = 8  # letters of the word before an id
_PARTS = 5  # digits of the number of parts behind one
_LONGEST_ID = 132  # how far an id that a run of digits is a part of can reach


def may_be_id(text: str, start: int, end: int, /) -> bool:
    """Say whether a letter or a dash beside digits, or dashes in them, could make them an id."""
    beside = text[start - 1 : start] + text[end : end + 1]
    if "-" in beside or any(map(str.isalnum, beside)):
        return True
    return text.count("-", start, end) >= _DASHES


def ids_in(text: str, start: int, end: int, /) -> Iterator[Cut]:
    """Give the ids that a run is a part of: the word around it is looked at, and no more."""
    low, high = _word_around(text, start, end)
    if high - low < _SHORTEST_ID:
        return
    for token in ID_TOKEN.finditer(text, low, high + 1):
        left, right = token.span()
        overlaps = left < end and start < right
        if overlaps and not text_in_hex(token[0]):
            yield left, right, token.lastgroup or ""


def _word_around(text: str, start: int, end: int, /) -> tuple[int, int]:
    """Return where the word around a run begins and ends; one that is too long is not an id."""
    head = text[max(0, start - _LONGEST_ID) : start]
    tail = text[end : end + _LONGEST_ID]
    if len(head) == _LONGEST_ID and head.isalnum():
        return start, start
    low = start - len(head) + len(head.rstrip(_ID_CHARACTERS))
    high = end + len(tail) - len(tail.lstrip(_ID_CHARACTERS))
    return low, high


def is_id(word: str, /) -> bool:
    """Say whether a whole word is an id of a known shape, with its kind before it or without."""
    return any(ID_TOKEN.fullmatch(core) for core in _cores(word))


def _cores(word: str, /) -> Iterator[str]:
    """Give what of a word can be the id."""
    yield word
    # USR-7f3c1f7e-… · a_7430b060-…
    mark = "_" if "_" in word[:_LONGEST_KIND] else "-"
    kind, _, rest = word.partition(mark)
    if kind.isalpha():
        yield rest
    # 23ba66…c197-91, the tag of an upload in parts
    head, _, parts = word.rpartition("-")
    if parts.isdigit() and len(parts) <= _PARTS:
        yield head
