"""The page `docs/reference/accuracy.md`: tables of what is found, and the misses as classes with their reasons."""

from __future__ import annotations

from collections import Counter

from benchmarks import labeled
from benchmarks.labeled import Row, ham, harmless, presidio
from benchmarks.text_accuracy import (
    KINDS,
    SPELLED,
    beyond,
    examples,
    fixtures,
    measure,
    missed,
    ours,
    peers,
    polish,
    share_rows,
    shares,
    spellings,
    table,
)
from tests.detection.spellings import SPELLINGS

__all__ = ["page"]

_REASONS = {
    "masked by who wrote it, fewer than seven digits left": "The rest of the number is an x or an asterisk in the corpus.",
    "six digits or fewer, as service numbers, and no word that says number": "Hiding every short number would hide years and amounts.",
    "PHONE_NUMBER in a labeled ID": "Ids of bookings, orders and meetings, with the letters before them cut off or none: eight digits and more.",
    "PAYMENT_CARD in a labeled ID": "Ids of 16 digits: cards are hidden without a look at the check digit, as typing errors fail it.",
    "PHONE_NUMBER in a labeled ORG": "A model's number and a year.",
    "PHONE_NUMBER in a labeled ADDRESS": "A house number and a postal code side by side, or a postal code of five digits after a comma.",
    "PHONE_NUMBER in a labeled STREET_ADDRESS": "A house number and a postal code side by side.",
    "PHONE_NUMBER in a labeled ZIP_CODE": "A postal code of seven digits.",
    "PHONE_NUMBER in a labeled GOV_ID": "National ids: hidden, under another name.",
    "PAYMENT_CARD in a labeled GOV_ID": "National ids: hidden, under another name.",
    "PHONE_NUMBER in a labeled BANK_ACCOUNT": "Accounts: hidden, under another name.",
}
_NO_LABEL = {
    "LifeBench": "Ranges, sums and results without a unit beside them.",
    "piisa": "Most cases are numbers and ids made invalid on purpose, of countries or with words that the rule under test does not take.",
}


def page() -> str:
    """Write the page."""
    lines = [
        "# Accuracy",
        "",
        "What the text engine finds in labeled texts, beside its peers.",
        "A hit has the same kind and a character IoU of at least 0.5; *hidden* means that every letter and digit of the labeled span lies in some finding.",
        "The corpora are not a part of the project; `python -m benchmarks.text_accuracy` writes this page anew where they are.",
        "Misses are told as classes with their counts: no text of a corpus is shown.",
        "",
    ]
    for name, rows in (
        ("presidio-research synth_dataset_v2", presidio("presidio_synth_dataset_v2.json")),
        ("presidio-research generated_large", presidio("presidio_generated_large.json")),
        (
            "LifeBench: messages, calls and notes of five personas, labels made by a model",
            labeled.lifebench(),
        ),
    ):
        lines += [f"## {name}", "", *_kinds(rows), *_classes(rows, _NO_LABEL["LifeBench"])]
    rows = labeled.piisa()
    lines += [
        "## piisa, cases of its rules by country, share hidden",
        "",
        *table(("kind", "values", "hidden"), share_rows(shares(rows))),
        "Ages and places have no finder.",
        "",
        *_classes(rows, _NO_LABEL["piisa"]),
        *_of_fixtures(),
        *_of_regions(),
        *_of_spellings(),
        *_of_harmless(),
        "## pl-pii-bench, share hidden",
        "",
        *table(("kind", "values", "hidden"), share_rows(polish())),
        "Identity cards, passports and vehicle numbers mix letters and digits, and postal codes have five digits: they have no finder.",
        "Of IBAN and PESEL the labels that are missed hold the word before the digits, which stays; the digits are hidden.",
        "Of NIP, REGON and dates those are missed that begin with a letter in place of a digit: the digits are hidden, the letter stays.",
        "",
        "## What `scan` counts",
        "",
        "`voxvalley-privacy scan` counts the records and lines in which a category is found, in texts of messages as well.",
        "A test runs it over messages with labels: each of the one-time codes in ten languages is counted; of the UCI messages that people",
        "wrote to each other at most one in five hundred; and of LifeBench as many texts with a number as are labeled, within recall and precision above.",
        "",
    ]
    return "\n".join(lines)


def _kinds(rows: list[Row]) -> list[str]:
    cells: list[tuple[object, ...]] = []
    for who, find in peers().items():
        figures = measure(rows, find)
        cells += [
            (
                who,
                kind,
                f"{one['gold']:.0f}",
                *(f"{one[name]:.3f}" for name in ("precision", "recall", "hidden")),
            )
            for kind, one in figures.items()
            if kind in KINDS and one["gold"] and (who == "ours" or kind == "PHONE_NUMBER")
        ]
        inside = figures["phone findings"]
        told = f"phone findings inside a labeled span: any {inside['in_any']:.3f}, phone {inside['in_phone']:.3f}"
        cells.append((who, told, "", "", "", ""))
    return table(("engine", "kind", "labeled", "precision", "recall", "hidden"), cells)


def _classes(rows: list[Row], no_label: str) -> list[str]:
    def told(counts: Counter[str], what: str) -> list[tuple[object, ...]]:
        return [
            (what, name, count, _REASONS.get(name, no_label))
            for name, count in counts.most_common()
        ]

    cells = told(missed(rows), "missed") + told(beyond(rows), "too much")
    return table(("", "class", "count", "why"), cells) if cells else []


def _of_fixtures() -> list[str]:
    cells: list[tuple[object, ...]] = []
    classes: list[tuple[object, ...]] = []
    for name, file in (
        ("Plivo, fixtures of its SDK", "plivo_fixtures"),
        ("Twilio, examples of its specification", "twilio_openapi_examples"),
        ("Telnyx, examples of its specification", "telnyx_openapi_examples"),
        ("Vonage, fixtures of its SDK", "vonage_sdk_fixtures"),
    ):
        made, touched = fixtures(file)
        counts = (
            made[key]
            for key in (
                "documents",
                "numbers",
                "hidden in text",
                "hidden in record",
                "ids and times",
            )
        )
        cells.append((name, *counts, touched.total()))
        classes += [(name.partition(",")[0], kind, count) for kind, count in touched.most_common()]
    head = (
        "of",
        "documents",
        "numbers",
        "hidden in text",
        "hidden in record",
        "ids and times",
        "touched in text",
    )
    return [
        "## Documents of vendors",
        "",
        "Each JSON document is read as one text, and as a record without a schema, under `vp.policies.labels()`.",
        "Nobody labeled them: a number is what looks like one under a key that says so, an id or time what has such a key.",
        "",
        *table(head, cells),
        "What is touched in text, by what it is taken for. With a schema an id is kept; in a text, digits alone may be a card or a number,",
        "and letters and digits with no known prefix may be an encoded word.",
        "",
        *table(("vendor", "taken for", "count"), classes),
    ]


def _of_regions() -> list[str]:
    engines = peers()
    figures = {who: examples(find) for who, find in engines.items()}
    return [
        "## The example mobile number of all regions, share hidden",
        "",
        *table(
            ("spelling", *engines),
            [(name, *(f"{figures[who][name]:.3f}" for who in engines)) for name in SPELLED],
        ),
        "What is missed in national form has six digits or fewer and no word beside it that says it is a number.",
        "",
    ]


def _of_spellings() -> list[str]:
    made = spellings()
    return [
        f"## One number in {len(SPELLINGS)} spellings",
        "",
        "Hidden means that in nothing that the result decodes to five digits of the number can be read in a row.",
        "",
        *table(
            ("engine", "hidden", "missed"),
            [
                (who, f"{len(SPELLINGS) - len(names)} of {len(SPELLINGS)}", "; ".join(names) if who == "ours" else len(names))
                for who, names in made.items()
            ],
        ),
        "Digits in words need a language.",
        "",
    ]  # fmt: skip


def _of_harmless() -> list[str]:
    messages = ham()
    cells = [
        (kind, len(texts), sum(bool(ours(text)) for text in texts))
        for kind, texts in harmless().items()
    ]
    cells.append(
        (
            "UCI ham, real numbers and addresses among them",
            len(messages),
            sum(bool(ours(text)) for text in messages),
        )
    )
    return [
        "## What is not personal, texts touched",
        "",
        *table(("kind", "texts", "touched"), cells),
    ]
