"""
Measure what the text engine finds in labeled texts, beside its peers, and write the tables of `docs/reference/accuracy.md`.

Run `python -m benchmarks.text_accuracy`. A hit has the same kind and a character IoU of at least 0.5; *hidden* means that every
letter and digit of the labeled span lies in some finding.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import voxvalley_privacy as vp
from benchmarks import labeled
from benchmarks.labeled import CHECKOUT, Row, Span, ham, harmless, presidio
from benchmarks.peers import present, text_redactors
from benchmarks.text_speed import HAND
from tests.detection.spellings import DIGITS, SPELLINGS
from tests.oracle import leaked
from voxvalley_privacy.categories import NUMBERS

__all__ = ["examples", "ham", "harmless", "measure", "ours", "polish", "presidio", "spellings"]

Finder = Callable[[str], Iterable[Span]]

KINDS = {
    "PHONE_NUMBER": "PHONE_NUMBER",
    "CREDIT_CARD": "PAYMENT_CARD",
    "EMAIL_ADDRESS": "EMAIL_ADDRESS",
    "IP_ADDRESS": "IP_ADDRESS",
}

FIND = vp.Redactor(vp.policies.labels()).find


def ours(text: str) -> list[Span]:
    # The name of a field can make a number more than a number: a caller's, a company's.
    return [
        (start, end, "PHONE_NUMBER" if category in NUMBERS else category.value)
        for start, end, category in FIND(text)
    ]


def iou(a: Span, b: Span) -> float:
    both = min(a[1], b[1]) - max(a[0], b[0])
    return both / (max(a[1], b[1]) - min(a[0], b[0])) if both > 0 else 0.0


def hidden(text: str, span: Span, found: Iterable[Span]) -> bool:
    covered = {at for start, end, _ in found for at in range(start, end)}
    return all(at in covered for at in range(span[0], span[1]) if text[at].isalnum())


def measure(rows: list[Row], find: Finder) -> dict[str, dict[str, float]]:
    """Give precision, recall and hidden share by kind, and where the phone findings lie."""
    gold = dict.fromkeys(KINDS, 0)
    hits, hid, found_of, right = dict(gold), dict(gold), dict(gold), dict(gold)
    in_any = in_phone = phones = 0
    for text, spans in rows:
        found = list(find(text))
        for kind, ours_kind in KINDS.items():
            mine = [one for one in found if one[2] == ours_kind]
            wanted = [span for span in spans if span[2] == kind]
            gold[kind] += len(wanted)
            found_of[kind] += len(mine)
            hits[kind] += sum(any(iou(span, one) >= 0.5 for one in mine) for span in wanted)
            right[kind] += sum(any(iou(span, one) >= 0.5 for span in wanted) for one in mine)
            hid[kind] += sum(hidden(text, span, found) for span in wanted)
        for one in found:
            if one[2] == "PHONE_NUMBER":
                phones += 1
                overlapped = _overlapped(one, spans)
                in_any += bool(overlapped)
                in_phone += "PHONE_NUMBER" in overlapped
    return {
        kind: {
            "gold": gold[kind],
            "precision": right[kind] / found_of[kind] if found_of[kind] else 1.0,
            "recall": hits[kind] / gold[kind] if gold[kind] else 1.0,
            "hidden": hid[kind] / gold[kind] if gold[kind] else 1.0,
        }
        for kind in KINDS
    } | {
        "phone findings": {"in_any": in_any / max(phones, 1), "in_phone": in_phone / max(phones, 1)}
    }


def _overlapped(one: Span, spans: Iterable[Span]) -> set[str]:
    return {span[2] for span in spans if span[0] < one[1] and one[0] < span[1]}


def shares(rows: list[Row]) -> dict[str, tuple[int, int]]:
    """Give by kind how many labeled values there are and how many are hidden."""
    counts: dict[str, tuple[int, int]] = {}
    for text, spans in rows:
        found = ours(text)
        for span in spans:
            every, hid = counts.get(span[2], (0, 0))
            counts[span[2]] = (every + 1, hid + hidden(text, span, found))
    return counts


def polish() -> dict[str, tuple[int, int]]:
    return shares(labeled.polish())


# Classes of what is missed and what is found too much; a class says why, and shows nothing of any text. ------------------


def missed(rows: list[Row]) -> Counter[str]:
    """Count the labeled phones, cards, e-mail and IP addresses that are no hit, by class."""
    counts: Counter[str] = Counter()
    for text, spans in rows:
        found = ours(text)
        for span in spans:
            mine = [one for one in found if one[2] == KINDS.get(span[2])]
            if span[2] in KINDS and not any(iou(span, one) >= 0.5 for one in mine):
                counts[_why_missed(text[span[0] : span[1]])] += 1
    return counts


def _why_missed(value: str) -> str:
    if set(value) & set("xX*"):
        return "masked by who wrote it, fewer than seven digits left"
    if sum(map(str.isdigit, value)) <= 6:
        return "six digits or fewer, as service numbers, and no word that says number"
    return "other"


def beyond(rows: list[Row]) -> Counter[str]:
    """Count the findings of the four kinds that are no hit, by what they were labeled as."""
    counts: Counter[str] = Counter()
    for text, spans in rows:
        for one in ours(text):
            if one[2] in KINDS.values() and not any(
                iou(span, one) >= 0.5 and KINDS.get(span[2]) == one[2] for span in spans
            ):
                kinds = sorted(_overlapped(one, spans) - {"PHONE_NUMBER"})
                counts[
                    f"{one[2]} in a labeled {', '.join(kinds)}"
                    if kinds
                    else f"{one[2]} in no labeled span"
                ] += 1
    return counts  # fmt: skip


# Spellings and regions -------------------------------------------------------------------------------------------------------

SPELLED: dict[str, Callable[[dict[str, str]], str]] = {
    "national": lambda row: row["national"],
    "E.164": lambda row: row["e164"],
    "international": lambda row: row["international"],
    "bare digits": lambda row: row["e164"][1:],
    "00 prefix": lambda row: "00" + row["e164"][1:],
    "dialed from the US": lambda row: row["from_US"],
    "dialed from Germany": lambda row: row["from_DE"],
    "RFC 3966": lambda row: row["rfc3966"],
}


def examples(find: Finder) -> dict[str, float]:
    """Give the share of the regions' example mobile numbers that are hidden, by spelling; the number is the whole text."""
    rows = labeled.examples()
    made = {}
    for name, spell in SPELLED.items():
        texts = [spell(row) for row in rows]
        made[name] = sum(hidden(text, (0, len(text), ""), find(text)) for text in texts) / len(
            texts
        )
    return made


def peers() -> dict[str, Finder]:
    """Give the peers that give spans and can be imported here."""
    made: dict[str, Finder] = {"ours": ours}
    try:
        import phonenumbers
    except ImportError:
        return made

    def matcher(text: str) -> list[Span]:
        return [
            (match.start, match.end, "PHONE_NUMBER")
            for match in phonenumbers.PhoneNumberMatcher(text, "GB")
        ]

    made["phonenumbers matcher (GB)"] = matcher
    return made


def _cut_out(find: Finder) -> Callable[[str], str]:
    def redact(text: str) -> str:
        for start, end, _ in sorted(find(text), reverse=True):
            text = f"{text[:start]}[X]{text[end:]}"
        return text

    return redact


def spellings() -> dict[str, list[str]]:
    """Give by engine the names of the sixty-six spellings of a number of which five digits in a row can still be read."""
    versions = present() | {"presidio": present()["presidio-analyzer"]}
    engines: dict[str, Callable[[str], object]] = {"ours": vp.scrub}
    engines |= {f"{name} {versions[name]}": redact for name, redact in text_redactors().items()}
    engines["phonenumbers matcher (US)"] = _cut_out(_matcher_of("US"))
    engines["one hand-written regex"] = lambda text: HAND.sub("[X]", text)
    return {
        who: [
            name
            for name, text in SPELLINGS.items()
            if _can_be_read(_text_of(redact(f"call {text} now")))
        ]
        for who, redact in engines.items()
    }


def _can_be_read(made: str) -> bool:
    # The oracle reads digits only.
    return bool(leaked(made, DIGITS)) or SPELLINGS["words"] in made


def _matcher_of(region: str) -> Finder:
    import phonenumbers

    return lambda text: [
        (one.start, one.end, "") for one in phonenumbers.PhoneNumberMatcher(text, region)
    ]


def _text_of(made: object) -> str:
    # Some give the text itself, others a result that has it.
    return made if isinstance(made, str) else str(getattr(made, "text", made))


def fixtures(name: str) -> tuple[dict[str, int], Counter[str]]:
    """Count what is hidden of the numbers in the documents of an API, and as what their ids and times are touched."""
    redact = vp.Redactor(vp.policies.labels())
    made: Counter[str] = Counter()
    touched: Counter[str] = Counter()
    for body, numbers, others in labeled.fixtures(name):
        shown = json.dumps(redact(body), ensure_ascii=False)
        text = json.dumps(body, ensure_ascii=False)
        found = ours(text)
        made["documents"] += 1
        for start, end in numbers:
            made["numbers"] += 1
            made["hidden in text"] += hidden(text, (start, end, ""), found)
            made["hidden in record"] += text[start:end] not in shown
        made["ids and times"] += len(others)
        touched.update(_as_what(text[start:end], (start, end, ""), found) for start, end in others)
    del touched[""]
    return made, touched


def _as_what(value: str, span: Span, found: Iterable[Span]) -> str:
    kinds = sorted(_overlapped(span, found))
    if not kinds:
        return ""
    return f"{', '.join(kinds)}: {'digits alone' if value.strip('+').isdigit() else 'letters and digits'}"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Write a table and a blank line."""
    cells = list(head)
    lines = [f"| {' | '.join(cells)} |", "|" + "---|" * len(cells)]
    return [*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows), ""]


def share_rows(counts: Mapping[str, tuple[int, int]]) -> list[tuple[object, ...]]:
    return [(kind, every, f"{hid / every:.3f}") for kind, (every, hid) in sorted(counts.items())]


def main() -> None:
    """Write the page and print it."""
    from benchmarks.accuracy_page import page

    target = CHECKOUT / "docs" / "reference" / "accuracy.md"
    target.write_text(page(), encoding="utf-8")
    print(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
