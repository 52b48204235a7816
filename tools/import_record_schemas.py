"""
Carry a table of record schemas into the package: one JSON file a vendor, categories by their full names.

    python tools/import_record_schemas.py PATH/record_schemas.json

The hand-kept parts (versions, column orders, nested and included schemas, directions) stand in this file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "src" / "voxvalley_privacy" / "facts" / "schemas"

# Without a header row, position is all there is. The second order is Asterisk's cdr_custom sample.
COLUMN_ORDERS = {
    "asterisk.cdr_csv": [
        (
            "accountcode src dst dcontext clid channel dstchannel lastapp lastdata start answer end duration billsec "
            "disposition amaflags uniqueid userfield peeraccount linkedid sequence"
        ),
        (
            "clid src dst dcontext channel dstchannel lastapp lastdata start answer end duration billsec "
            "disposition amaflags accountcode uniqueid userfield sequence"
        ),
    ],
    "freeswitch.cdr_csv": [
        (
            "caller_id_name caller_id_number destination_number context start_stamp answer_stamp end_stamp duration "
            "billsec hangup_cause uuid bleg_uuid accountcode read_codec write_codec"
        ),
    ],
}

# A field whose value is itself a record of another schema.
NESTED = {"freeswitch.json_cdr": {"variables": "freeswitch.variables"}}

# Keys with this prefix are fields of another schema.
PREFIXED = {"freeswitch.event_caller": {"variable_": "freeswitch.variables"}}

_OUT_TO = {
    "outbound": "to",
    "outbound-api": "to",
    "outbound-call": "to",
    "outbound-reply": "to",
    "outgoing": "to",
    "out": "to",
}
_IN_FROM = {"inbound": "from", "incoming": "from", "in": "from"}


def _direction(field: str, sender: str, recipient: str) -> dict[str, object]:
    ends = {"to": recipient, "from": sender}
    values = {word: ends[end] for word, end in {**_OUT_TO, **_IN_FROM}.items()}
    return {"field": field, "end_user": values}


# Which side is the end user's, told by the direction field. outbound-dial bridges two parties: neither side is left out.
DIRECTIONS = {
    "twilio.call": _direction("direction", "from", "to"),
    "twilio.message": _direction("direction", "from", "to"),
    "twilio.voice_webhook": _direction("Direction", "From", "To"),
    "plivo.call": _direction("call_direction", "from_number", "to_number"),
    "plivo.live_call": _direction("direction", "from", "to"),
    "plivo.message": _direction("message_direction", "from_number", "to_number"),
    "plivo.voice_webhook": _direction("Direction", "From", "To"),
    "vonage.sms_cdr": _direction("direction", "from", "to"),
    "vonage.voice_cdr": _direction("direction", "from", "to"),
    "vonage.messages_cdr": _direction("direction", "from", "to"),
    "vonage.voice_event": _direction("direction", "from", "to"),
    "telnyx.mdr": _direction("direction", "cli", "cld"),
    "bandwidth.call_state": _direction("direction", "from", "to"),
    "bandwidth.voice_callback": _direction("direction", "from", "to"),
}


def main(source: Path) -> None:
    """Write the files under `facts/schemas`."""
    table = json.loads(source.read_text(encoding="utf-8"))
    names = {short: row["name"] for short, row in table["categories"].items()}
    vendors: dict[str, dict[str, object]] = {}
    for name, row in table["schemas"].items():
        fields = {path: [names[f["category"]], f["meaning"]] for path, f in row["fields"].items()}
        entry: dict[str, object] = {
            "version": 1,
            "title": row["title"],
            "source": row["source"],
            "status": row["status"],
        }
        if name in COLUMN_ORDERS:
            entry["column_orders"] = [order.split() for order in COLUMN_ORDERS[name]]
        if name in NESTED:
            entry["nested"] = NESTED[name]
        if name in PREFIXED:
            entry["prefixed"] = PREFIXED[name]
        if name in DIRECTIONS:
            direction = DIRECTIONS[name]
            ends = {end for end in direction["end_user"].values() if end in fields}  # type: ignore[attr-defined]
            missing = set(direction["end_user"].values()) - ends  # type: ignore[attr-defined]
            if direction["field"] in fields and not missing:
                entry["direction"] = direction
            else:
                print("no direction for", name, missing, direction["field"])
        entry["fields"] = fields
        vendors.setdefault(name.split(".")[0], {})[name] = entry
    TARGET.mkdir(parents=True, exist_ok=True)
    for vendor, schemas in vendors.items():
        text = json.dumps(schemas, indent=1, ensure_ascii=False)
        (TARGET / f"{vendor}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
