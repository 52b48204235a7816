"""
Names in free text: a model of another tool as one of our finders.

Needs no package: a model is what a `voxvalley_privacy.Redactor` is given to ask.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ..detection import Finder, Finding
from ..errors import ConfigurationError
from ..vocabulary import DataCategory

__all__ = ["name_finder"]

_PRESIDIO: Final = {"PERSON": DataCategory.PERSON_NAME}
_GLINER: Final = {"person": DataCategory.PERSON_NAME}
# What a function of an app may call a person; spaCy says PERSON or PER.
_PEOPLE: Final = dict.fromkeys(("PERSON", "PER", "PERSON_NAME", "person"), DataCategory.PERSON_NAME)

# A name has two letters side by side, in any script.
_LETTERS = re.compile(r"[^\W\d_]{2}")

# What the library wrote itself, which models take for names:
_OURS = re.compile(
    r"""
    \[[A-Z_]{2,40}\]                                # a label, such as [PHONE_NUMBER]
    | [a-z]{2,24}+ [A-Z] [bcdfghjkmnprtvwx]{30,120} # a token
    """,
    re.VERBOSE,
)

_LEAST_WINDOW, _MOST_WINDOW = 100, 65_536

Ask = Callable[[str], Iterable[Any]]


def name_finder(
    model: Any,
    /,
    *,
    labels: Mapping[str, DataCategory | str] | None = None,
    score: float = 0.5,
    language: str = "en",
    window: int = 1000,
    name: str = "names",
) -> Finder:
    """
    Make a finder of a model that knows names: of Presidio, of GLiNER, or a function.

    Names in free text are not looked for unless a redactor is given such a finder: a model costs
    many times what everything else costs, and finds only a part of the names.
    If it raises, or answers with a place that is not in the text, the text becomes a placeholder.

    Args:
        model: Has `analyze(text=, entities=, language=)` as Presidio's `AnalyzerEngine`, or
            `predict_entities(text, labels, threshold=)` as GLiNER, or is a function of a text.

            A function returns findings: objects or dicts with `start`, `end`, and a label as
            `entity_type`, `label` or `entity_group`, and a `score` if there is one.

        labels: Which of the model's labels are asked for, and their category. Omitted: people.

        score: Findings below it are left out. Above 0, at most 1.

        language: Given to Presidio.

        window: How many characters the model reads at once. Models with a limit of their own drop
            the rest of a text without a word; 100 to 65,536.

        name: Its name in reports.

    Raises:
        voxvalley_privacy.ConfigurationError: All faults at once, each with its path.
    """
    ask, own_labels = _asked(model)
    categories = _categories(own_labels if labels is None else labels)
    faults = tuple(_faults(model, ask, categories, score, window))
    if faults:
        raise ConfigurationError("name_finder() cannot be used.", faults=faults)
    known = {label: DataCategory(category) for label, category in categories.items()}
    find = _FindNames(
        model=model, ask=ask, labels=known, score=float(score), language=language, window=window
    )
    return Finder(name, tuple(dict.fromkeys(known.values())), _may_hold_a_name, find)


def _may_hold_a_name(text: str, /) -> bool:
    return _LETTERS.search(text) is not None


def _asked(model: Any) -> tuple[str, Mapping[str, DataCategory | str]]:
    """Return how a model is asked, and its label for a person."""
    if callable(getattr(model, "analyze", None)):
        return "analyze", _PRESIDIO
    if callable(getattr(model, "predict_entities", None)):
        return "predict", _GLINER
    return "call", _PEOPLE


def _categories(labels: object) -> dict[Any, Any]:
    return dict(labels) if isinstance(labels, Mapping) else {}


def _faults(
    model: object, ask: str, labels: dict[Any, Any], score: object, window: object
) -> Iterator[tuple[str, str]]:
    if ask == "call" and not callable(model):
        yield "model", "must have analyze() or predict_entities(), or be a function of a text"
    if not labels:
        yield "labels", "must name at least one label and its category"
    for at, (label, category) in enumerate(labels.items()):
        if not isinstance(label, str) or category not in set(DataCategory):
            yield f"labels[{at}]", "must be a label of the model and a DataCategory"
    if type(score) not in (int, float) or not 0 < score <= 1:  # type: ignore[operator]
        yield "score", "must be a number above 0 and at most 1"
    if type(window) is not int or not _LEAST_WINDOW <= window <= _MOST_WINDOW:
        yield "window", f"must be from {_LEAST_WINDOW} to {_MOST_WINDOW} characters"


@attrs.frozen(kw_only=True)
class _FindNames:
    """Ask a model about a text, window by window."""

    model: Any
    ask: str
    labels: dict[str, DataCategory] = attrs.field(hash=False)
    score: float
    language: str
    window: int

    def __call__(self, text: str, /) -> list[Finding]:
        # Same length: the places that the model names are those of the text.
        shown = _OURS.sub(_blank, text)
        findings: list[Finding] = []
        for start, end in _windows(shown, self.window):
            part = shown[start:end]
            if _may_hold_a_name(part):
                findings += (self._finding(named, start, len(part)) for named in self._named(part))
        return list(dict.fromkeys(findings))

    def _named(self, text: str) -> Iterator[Any]:
        """Give what the model names in a text, with a label that was asked for and enough score."""
        for named in self._answers(text):
            score = _part(named, "score")
            # A score that is not a number is not below it.
            if _label(named) in self.labels and (score is None or not score < self.score):
                yield named

    def _answers(self, text: str) -> Iterable[Any]:
        labels = list(self.labels)
        if self.ask == "analyze":
            found = self.model.analyze(text=text, entities=labels, language=self.language)
        elif self.ask == "predict":
            found = self.model.predict_entities(text, labels, threshold=self.score)
        else:
            found = self.model(text)
        answers: Iterable[Any] = found
        return answers

    def _finding(self, named: Any, offset: int, size: int) -> Finding:
        start, end = int(_part(named, "start")), int(_part(named, "end"))
        if not 0 <= start < end <= size:
            raise ValueError("The model named a place that is not in the text.")
        return Finding(start + offset, end + offset, self.labels[str(_label(named))])


def _blank(mark: re.Match[str]) -> str:
    return " " * len(mark.group())


def _part(named: Any, field: str) -> Any:
    if isinstance(named, Mapping):
        return named.get(field)
    return getattr(named, field, None)


def _label(named: Any) -> Any:
    for field in ("entity_type", "label", "entity_group"):
        label = _part(named, field)
        if label is not None:
            return label
    return None


def _windows(text: str, size: int) -> Iterator[tuple[int, int]]:
    """Give the parts of a text, which overlap, so that a name at a border is whole in one."""
    start = 0
    while start < len(text):
        end = min(start + size, len(text))
        yield start, end
        if end == len(text):
            return
        # The next one begins at a word, an eighth of a window before this one ends.
        latest = end - size // 8
        space = text.rfind(" ", latest - size // 8, latest)
        start = latest if space < 0 else space + 1
