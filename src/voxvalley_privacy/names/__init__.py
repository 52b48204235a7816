"""
The judge of field names: what the name of a field says about its value.

One vocabulary for fields, name/value pairs, headers, query parameters and assignments in text.
The words are data (`facts/field_words.json`), and so is what the record schemas add to them
(`facts/field_names.json`).
"""

from __future__ import annotations

from ._claims import all_show, holds_a_person, shows
from ._judge import judge
from ._lexicon import is_word_of_names
from ._splitting import words_of
from ._value_shapes import fits
from ._verdict import TECHNICAL, Verdict

__all__ = [
    "TECHNICAL",
    "Verdict",
    "all_show",
    "fits",
    "holds_a_person",
    "is_word_of_names",
    "judge",
    "shows",
    "words_of",
]
