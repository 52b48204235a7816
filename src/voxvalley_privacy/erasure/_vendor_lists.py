"""How vendors list what they keep of a number."""

from __future__ import annotations

import attrs

__all__ = ["LISTINGS", "Listing"]


@attrs.frozen(kw_only=True)
class Listing:
    """
    How a vendor lists records.

    Args:
        object: The row of the table.

        path: Of the list.

        rows: The name of the list in an answer.

        id: The field with a record's id.

        parties: Query parameters for a number, and the fields that hold it.

        time: The field with the time.

        kind: What the records are.

        of: The query parameter and field that name a record of `parent`, where the list is asked
            for each of those and not for a number.

        parent: The object that these belong to.
    """

    object: str
    path: str
    rows: str
    id: str
    parties: tuple[tuple[str, str], ...]
    time: str
    kind: str
    of: tuple[str, str] = ("", "")
    parent: str = ""


LISTINGS = {
    "twilio": (
        Listing(
            object="message",
            path="/2010-04-01/Accounts/{account}/Messages.json",
            rows="messages",
            id="sid",
            parties=(("From", "from"), ("To", "to")),
            time="date_sent",
            kind="message",
        ),
        Listing(
            object="call record",
            path="/2010-04-01/Accounts/{account}/Calls.json",
            rows="calls",
            id="sid",
            parties=(("From", "from"), ("To", "to")),
            time="start_time",
            kind="call",
        ),
        Listing(
            object="recording",
            path="/2010-04-01/Accounts/{account}/Recordings.json",
            rows="recordings",
            id="sid",
            parties=(),
            time="start_time",
            kind="recording",
            of=("CallSid", "call_sid"),
            parent="call record",
        ),
    ),
    "plivo": (
        Listing(
            object="message record",
            path="/v1/Account/{account}/Message/",
            rows="objects",
            id="message_uuid",
            parties=(("from_number", "from_number"), ("to_number", "to_number")),
            time="message_time",
            kind="message",
        ),
        Listing(
            object="recording",
            path="/v1/Account/{account}/Recording/",
            rows="objects",
            id="recording_id",
            parties=(("from_number", "from_number"), ("to_number", "to_number")),
            time="add_time",
            kind="recording",
        ),
    ),
}
