"""Records on their way to a file or a log: formats, streams, and wrappers for writers."""

from __future__ import annotations

from ..reading import one_line
from . import sms
from ._border import FieldReport
from ._byte_source import plain_head
from ._csv import redact_csv
from ._explained_line import explain_line
from ._follow import Followed, follow
from ._frames import StreamReport
from ._growing import redact_growing
from ._guess import guess_format
from ._guess_schema import guess_schema
from ._json import redact_json
from ._jsonl import redact_jsonl
from ._line_cutter import schema_of
from ._line_format import Format, format_named, formats, guess_log
from ._parquet import is_parquet, redact_parquet
from ._radius import redact_radius
from ._redacted_file import kind_of, known_fields, redact_file, redact_log
from ._text_lines import redact_form, redact_text_lines
from ._wrap import wrap
from ._xml import redact_xml, redact_xml_text
from .sip import DtmfEvents, is_sip, redact_dtmf, redact_sip

__all__ = [
    "DtmfEvents",
    "FieldReport",
    "Followed",
    "Format",
    "StreamReport",
    "explain_line",
    "follow",
    "format_named",
    "formats",
    "guess_format",
    "guess_log",
    "guess_schema",
    "is_parquet",
    "is_sip",
    "kind_of",
    "known_fields",
    "one_line",
    "plain_head",
    "redact_csv",
    "redact_dtmf",
    "redact_file",
    "redact_form",
    "redact_growing",
    "redact_json",
    "redact_jsonl",
    "redact_log",
    "redact_parquet",
    "redact_radius",
    "redact_sip",
    "redact_text_lines",
    "redact_xml",
    "redact_xml_text",
    "schema_of",
    "sms",
    "wrap",
]
