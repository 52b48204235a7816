"""Assertions about outputs and decisions; their messages name fields and categories, no values."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from ..decisions import Decision
from ..keys import KeyRing
from ..schemas import Schema
from .known_leaks import categories_in, needles_of
from .output_texts import as_text, texts_of

__all__ = [
    "assert_clean",
    "assert_denied",
    "assert_no_personal_data",
    "decision_table",
    "fixed_keys",
]

_C = TypeVar("_C")


def assert_clean(
    output: object,
    record: object,
    /,
    *,
    schema: Schema | str | None = None,
    allow: Iterable[str] = (),
) -> None:
    """
    Check that no personal value of a record can be read in an output, in any spelling.

    Looked for are six digits in a row of a number, each word of a name, three words in a row of a
    message and the whole of anything else; as they are, with separators, in other scripts,
    percent-encoded, in Base64, hexadecimal, JSON, HTML, quoted-printable, compressed and backwards.

    Args:
        output: A text, octets, a record, a response body, an error, or any object.

        record: What went in; it need not be a `sample()`.

        schema: The record's schema; None if the names of its fields say what they are.

        allow: Categories that may come out, such as `PARTY_NUMBER` in a bill.

    Raises:
        AssertionError: If a value can be read; or if the record has no personal value, as then
            nothing is tested.
    """
    needles = needles_of(record, schema, allow=allow)
    if not needles.needles:
        raise AssertionError("The record has no personal value, so nothing is tested.")
    text = "\n".join((as_text(output), *(text for _, text in texts_of(output))))
    leaks = needles.find(text)
    if leaks:
        fields = "; ".join(f"{path or 'the text'} ({category})" for path, category in leaks)
        raise AssertionError(
            f"The output shows {len(leaks)} of {len(needles.needles)} personal values: {fields}."
        )


def assert_no_personal_data(output: object, /, *, allow: Iterable[str] = ()) -> None:
    """
    Check that the finders see nothing personal in an output, and no made-up value is in it.

    Args:
        output: As for `assert_clean()`.

        allow: Categories that may come out.

    Raises:
        AssertionError: If there is something personal.
    """
    allowed = {str(category) for category in allow}
    leaks = [
        f"{category} in {path or 'the output'}"
        for path, text in texts_of(output)
        for category in sorted(categories_in(text))
        if category not in allowed
    ]
    if leaks:
        raise AssertionError(f"Personal data: {'; '.join(dict.fromkeys(leaks))}.")


def assert_denied(decision: object, code: str, /) -> Decision:
    """
    Check that a decision denies, and for this reason.

    Args:
        decision: What a rule returned; an asynchronous rule must have been awaited.

        code: The code of one of its reasons, such as `no_opt_in`.

    Returns:
        The decision.

    Raises:
        AssertionError: If it is not a decision, allows, or denies for other reasons.
    """
    if not isinstance(decision, Decision):
        raise AssertionError(  # noqa: TRY004 - a test fails
            f"{type(decision).__name__} is not a Decision; was it awaited?"
        )
    if decision:
        raise AssertionError(f"Expected a deny with {code!r}, but the rule allows: {decision}")
    if code not in decision.codes:
        raise AssertionError(f"Expected a deny with {code!r}, but the reasons are: {decision}")
    return decision


def decision_table(rule: Callable[[_C], Decision], contexts: Mapping[str, _C], /) -> str:
    """
    Return what a rule decides about each context, as a Markdown table for a snapshot.

    It holds no times and no values, so it changes when the rule does, and otherwise never.

    Args:
        rule: A rule.

        contexts: A description of each context, and the context.
    """
    rows = [("context", "answer", "reasons", "obligations"), ("---",) * 4]
    for description, context in contexts.items():
        decision = rule(context)
        duties = ", ".join(duty.code for duty in decision.obligations)
        rows.append((description, str(decision.effect), ", ".join(decision.codes), duties))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def fixed_keys() -> KeyRing:
    """
    Return keys that are the same in every run, so that tokens in a snapshot do not change.

    Everybody knows them: whatever is sealed with them can be read by anybody.
    """
    return KeyRing(
        {"fxdkrn": hashlib.sha256(b"voxvalley_privacy.testing").digest()}, active="fxdkrn"
    )
