"""One payload on its way to a log: what it says, treated."""

from __future__ import annotations

from ...placeholders import BYTES, FAULT, label_of
from ...reading.sms import decode_user_data, writable
from ...redaction import Redactor, treated_pieces
from ...vocabulary import DataCategory

__all__ = ["redact_pdu_payload"]


def redact_pdu_payload(
    data: bytes | str,
    redact: Redactor,
    /,
    *,
    dcs: int = 0,
    udhi: bool = False,
    septets: int | None = None,
    packed: bool = True,
) -> str:
    """
    Return the text of one payload, treated as content; `[BYTES]` when it is no text.

    Of a part of a longer message only the label of content comes out: what is split over two parts shows in neither. Use a `PartBuffer`
    to see them.

    Args:
        data: The bytes, or their hexadecimal digits.

        redact: A `voxvalley_privacy.Redactor`.

        dcs: As in `decode_user_data()`.

        udhi: As there.

        septets: As there.

        packed: As there.
    """
    try:
        decoded = decode_user_data(data, dcs=dcs, udhi=udhi, septets=septets, packed=packed)
        if decoded.text is None:
            return BYTES
        if decoded.header.total > 1:
            return label_of(DataCategory.CONTENT)
        return writable(treated_pieces(redact, [decoded.text], DataCategory.CONTENT)[0])
    except Exception:  # a fault gives less, never raw, and never an exception into the call path
        return FAULT
