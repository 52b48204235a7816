"""Presidio: what the library finds, as a recognizer; and its models as finders of names."""

from __future__ import annotations

from typing import Any, Final

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult

from ..errors import ConfigurationError
from ..policies import labels
from ..redaction import Redactor
from ..vocabulary import DataCategory
from .name_finder import name_finder

__all__ = ["Recognizer", "name_finder", "recognizer"]

_NAME: Final = "VoxvalleyPrivacyRecognizer"
# Presidio's name of an entity, where it has one for the same; the others keep their own.
_ENTITIES: Final = {
    DataCategory.AADHAAR: "IN_AADHAAR",
    DataCategory.IBAN: "IBAN_CODE",
    DataCategory.INDIA_PAN: "IN_PAN",
    DataCategory.PAYMENT_CARD: "CREDIT_CARD",
    DataCategory.PERSON_NAME: "PERSON",
}
# What a finder can see in a text; the rest are kinds of fields.
_FOUND_IN_TEXT: Final = frozenset(
    {
        DataCategory.AADHAAR,
        DataCategory.COORDINATES,
        DataCategory.CREDENTIAL,
        DataCategory.DATE_OF_BIRTH,
        DataCategory.EMAIL_ADDRESS,
        DataCategory.HOST,
        DataCategory.IBAN,
        DataCategory.ICCID,
        DataCategory.IMEI,
        DataCategory.IMSI,
        DataCategory.INDIA_PAN,
        DataCategory.IP_ADDRESS,
        DataCategory.MAC_ADDRESS,
        DataCategory.NATIONAL_ID,
        DataCategory.ONE_TIME_CODE,
        DataCategory.PAYMENT_CARD,
        DataCategory.PERSON_NAME,
        DataCategory.PHONE_NUMBER,
        DataCategory.SIP_URI,
        DataCategory.SUBSCRIBER_ID,
        DataCategory.UNKNOWN,
        DataCategory.UPI_ID,
        DataCategory.URL,
        DataCategory.US_SSN,
    }
)


def _entity(category: DataCategory) -> str:
    return _ENTITIES.get(category, category.value)


class Recognizer(EntityRecognizer):
    """
    Recognize what a redactor finds. Built by `recognizer()`.

    Args:
        redact: Finds.

        language: The language that Presidio asks it for.

        score: Of each result.
    """

    def __init__(self, redact: Redactor, *, language: str, score: float) -> None:
        self.redact = redact
        self.score = score
        of_finders = {category for finder in redact.finders for category in finder.categories}
        entities = sorted({_entity(category) for category in _FOUND_IN_TEXT | of_finders})
        super().__init__(supported_entities=entities, supported_language=language, name=_NAME)

    def load(self) -> None:
        """Load nothing: the finders are code."""

    def analyze(
        self, text: str, entities: list[str] | None, nlp_artifacts: Any = None
    ) -> list[RecognizerResult]:
        """
        Return what is found in *text*, of the entities that are asked for.

        If the redactor fails, the whole text is one result of each of them.
        """
        asked = set(entities or self.supported_entities)
        results: list[RecognizerResult] = []
        for start, end, category in self.redact.find(text):
            if category is DataCategory.UNKNOWN:
                results += (self._result(each, start, end) for each in sorted(asked))
            elif _entity(category) in asked:
                results.append(self._result(_entity(category), start, end))
        return results

    def _result(self, entity: str, start: int, end: int) -> RecognizerResult:
        why = AnalysisExplanation(recognizer=_NAME, original_score=self.score)
        return RecognizerResult(
            entity_type=entity,
            start=start,
            end=end,
            score=self.score,
            analysis_explanation=why,
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: _NAME,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            },
        )


def recognizer(
    redact: Redactor | None = None, /, *, language: str = "en", score: float = 0.85
) -> Recognizer:
    """
    Build a recognizer, for `analyzer.registry.add_recognizer()`.

    Args:
        redact: A redactor whose finders look. Omitted: those of the library.

        language: The language that Presidio asks it for. It finds the same in all.

        score: Of each result: above 0, at most 1. Where results overlap, Presidio takes the higher.

    Raises:
        voxvalley_privacy.ConfigurationError: All faults at once, each with its path.
    """
    finding: object = Redactor(labels()) if redact is None else redact
    faults: list[tuple[str, str]] = []
    if not isinstance(finding, Redactor):
        faults.append(("redact", "must be a vp.Redactor"))
    elif any(callable(_analyze_of(finder.find)) for finder in finding.finders):
        faults.append(("redact", "asks Presidio itself, which would ask this recognizer again"))
    if type(score) not in (int, float) or not 0 < score <= 1:
        faults.append(("score", "must be a number above 0 and at most 1"))
    if faults:
        raise ConfigurationError("recognizer() cannot be used.", faults=tuple(faults))
    return Recognizer(finding, language=language, score=float(score))  # type: ignore[arg-type]


def _analyze_of(find: object) -> object:
    return getattr(getattr(find, "model", None), "analyze", None)
