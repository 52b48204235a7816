"""Tell which of the packages we compare with are here, and how fast a call is beside another."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

_Made = TypeVar("_Made")

_REQUIREMENTS = Path(__file__).with_name("peers.txt")


def names() -> tuple[str, ...]:
    """Name every package of `peers.txt`, in its order."""
    lines = (line.partition("#")[0].strip() for line in _REQUIREMENTS.read_text().splitlines())
    return tuple(re.split(r"[=<>\[]", line)[0] for line in lines if line)


def present() -> dict[str, str | None]:
    """Give each package's version, or None where it is not installed."""
    return {name: _version(name) for name in names()}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def seconds_per_call(
    calls: Mapping[str, Callable[[], object]], *, rounds: int = 5, least: float = 0.1
) -> dict[str, float]:
    """
    Time calls against each other: all in every round, so that a slow moment of the machine hits each alike.

    Args:
        calls: What to time, by name.

        rounds: How often the whole set is gone through; the median counts.

        least: How long one timing lasts at least, in seconds.

    Returns:
        Seconds per call, by name. Only their ratios mean something.
    """
    repeats = {name: _repeats(call, least) for name, call in calls.items()}
    timings: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            timings[name].append(_run(call, repeats[name]) / repeats[name])
    return {name: sorted(found)[rounds // 2] for name, found in timings.items()}


def _repeats(call: Callable[[], object], least: float) -> int:
    repeats = 1
    while _run(call, repeats) < least:
        repeats *= 2
    return repeats


def _run(call: Callable[[], object], repeats: int) -> float:
    started = time.perf_counter()
    for _ in range(repeats):
        call()
    return time.perf_counter() - started


def text_redactors() -> dict[str, Callable[[str], object]]:
    """Give a redactor of texts for each peer that is here, set to phone, e-mail, card and IP address only."""
    makers = {
        "hushlog": lambda: _hushlog_registry().redact,
        "depii": lambda: _depii_redactor().redact,
        "datafog": _datafog,
        "presidio": _presidio,
    }
    return {name: made for name, make in makers.items() if (made := _if_here(make)) is not None}


def record_redactors() -> dict[str, Callable[[dict[str, object]], object]]:
    """Give a redactor of flat records for each peer that is here; those that know texts only get each text field."""
    makers = {
        "hushlog": lambda: _hushlog_registry().redact_dict,
        "depii": lambda: _depii_redactor().redact_obj,
        "datafog": lambda: _by_field(_datafog()),
        "presidio": lambda: _by_field(_presidio()),
        "sentry-sdk": _sentry,
    }
    return {name: made for name, make in makers.items() if (made := _if_here(make)) is not None}


def _if_here(make: Callable[[], _Made]) -> _Made | None:
    try:
        return make()
    except ImportError:
        return None


def _by_field(redact: Callable[[str], object]) -> Callable[[dict[str, object]], object]:
    def treat(record: dict[str, object]) -> object:
        return {
            key: redact(value) if isinstance(value, str) else value for key, value in record.items()
        }

    return treat


def _hushlog_registry() -> Any:
    from hushlog import Config
    from hushlog._patterns import get_builtin_patterns
    from hushlog._registry import PatternRegistry

    asked = {"credit_card", "email", "ipv4", "phone"}
    others = frozenset(entry.name for entry in get_builtin_patterns() if entry.name not in asked)
    return PatternRegistry.from_config(Config(disable_patterns=others))


def _depii_redactor() -> Any:
    import depii

    return depii.Redactor(entities=["CREDIT_CARD", "EMAIL", "IP_ADDRESS", "PHONE"])


def _depii() -> Callable[[str], object]:
    redact = _depii_redactor().redact
    return lambda text: redact(text).text


def _datafog() -> Callable[[str], object]:
    import datafog

    kinds = ["CREDIT_CARD", "EMAIL", "IP_ADDRESS", "PHONE"]
    return lambda text: datafog.redact(text, entity_types=kinds).redacted_text


def _sentry() -> Callable[[dict[str, object]], object]:
    from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber

    # It looks at key names alone, so it is told those of the record.
    names = ["from", "to", "caller_name", "src_ip", "dst_ip", "sip_uri", "email"]
    scrubber = EventScrubber(denylist=[*DEFAULT_DENYLIST, *names])

    def treat(record: dict[str, object]) -> object:
        # It changes what it is given; the copy stands for the one that an app has to make.
        event = {"extra": dict(record)}
        scrubber.scrub_event(event)
        return event["extra"]

    return treat


def _presidio() -> Callable[[str], object]:
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer,
        EmailRecognizer,
        IpRecognizer,
        PhoneRecognizer,
    )

    # Its recognizer of e-mail addresses loads a list from the network on first use; the one in the package will do.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())

    class Blank(SpacyNlpEngine):
        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
            self.nlp = {"en": spacy.blank("en")}

        def load(self) -> None:
            pass

    recognizers = [CreditCardRecognizer(), EmailRecognizer(), IpRecognizer(), PhoneRecognizer()]
    engine = AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=recognizers),
        nlp_engine=Blank(),
        supported_languages=["en"],
    )

    def treat(text: str) -> object:
        made = text
        for found in sorted(
            engine.analyze(text, language="en"), key=lambda one: one.start, reverse=True
        ):
            made = f"{made[: found.start]}[{found.entity_type}]{made[found.end :]}"
        return made

    return treat


def main() -> None:
    """Print who is there."""
    for name, version in present().items():
        print(f"{name:20} {version or 'not installed'}")


if __name__ == "__main__":
    main()
