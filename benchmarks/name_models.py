"""
What a finder of names costs, in microseconds a line.

    python -m benchmarks.name_models                                             print the table
    python -m benchmarks.name_models --write docs/how-to/find-names-in-text.md   write it into the page

A model of a language cannot be had offline: Presidio's own engine is measured over a spaCy pipeline
that knows names by a rule, which is what Presidio costs before a model reads anything.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import voxvalley_privacy as vp
from voxvalley_privacy.integrations.name_finder import name_finder

_START, _END = "<!-- cost -->", "<!-- end of cost -->"
_FIRST = ("Zoe", "Bob", "Ann", "Max")
_LINES = 300


def _presidio() -> Any:
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    pipeline = spacy.blank("en")
    rule: dict[str, Any] = {"label": "PERSON", "pattern": [{"TEXT": {"IN": list(_FIRST)}}]}
    pipeline.add_pipe("entity_ruler").add_patterns([rule])  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as folder:
        pipeline.to_disk(folder)
        engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": folder}])
        engine.load()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(nlp_engine=engine)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])


def _by_regex(text: str) -> list[dict[str, Any]]:
    known = re.finditer(rf"\b({'|'.join(_FIRST)})\b", text)
    return [{"start": each.start(), "end": each.end(), "label": "PERSON"} for each in known]


def _microseconds(redact: Callable[[str], str]) -> float:
    numbers = count(1)
    best = float("inf")
    for _ in range(5):
        lines = [
            f"{_FIRST[at % 4]} rang Bob from +1415555{100 + at % 100:04d} take {next(numbers)}"
            for at in range(_LINES)
        ]
        started = time.perf_counter()
        for line in lines:
            redact(line)
        best = min(best, (time.perf_counter() - started) / _LINES)
    return best * 1e6


def table() -> Iterator[str]:
    """Give the lines of the table."""
    policy = vp.policies.labels()
    alone = _microseconds(vp.Redactor(policy).text)
    yield "| redactor | a line | |"
    yield "|---|---|---|"
    yield f"| without a finder of names | {alone:.0f} us | |"
    for title, model in (("a function with a regex", _by_regex), ("Presidio", _presidio())):
        took = _microseconds(vp.Redactor(policy, finders=[name_finder(model)]).text)
        yield f"| {title} | {took:.0f} us | {took / alone:.1f} x |"


def main() -> None:
    """Print the table, or write it into a page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", type=Path)
    page = parser.parse_args().write
    text = "\n".join(table())
    if page is None:
        print(text)
        return
    before, _, rest = page.read_text(encoding="utf-8").partition(_START)
    page.write_text(f"{before}{_START}\n{text}\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
