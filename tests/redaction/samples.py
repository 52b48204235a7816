"""Values to plant: for each category what a vendor would write there, with canaries that no output may show."""

from __future__ import annotations

from collections.abc import Iterator

from voxvalley_privacy import DataCategory as C
from voxvalley_privacy import Schema

NUMBER = "+14155550132"
NAME = "Zebulon Quartermain"
SECRET = "hunter2-kjq8472913"  # a made-up one

SAMPLES: dict[C, str] = {
    C.PARTY_NUMBER: NUMBER,
    C.END_USER_NUMBER: NUMBER,
    C.FORMATTED_NUMBER: "(415) 555-0132",
    C.PERSON_NAME: NAME,
    C.SIP_URI: f"sip:{NUMBER}@sip.example.com;user=phone",
    C.NAME_ADDR: f'"{NAME}" <4155550132>',
    C.CHANNEL_NAME: "PJSIP/14155550132-0000002a",
    C.IP_ADDRESS: "192.0.2.217",
    C.CONTENT: f"Hi {NAME}, your code is 847291, call {NUMBER}",
    C.MEDIA_URL: "https://media.example.com/v1/14155550132/voice.mp3?key=kjq8472913",
    C.RECORDING: "https://rec.example.com/r/14155550132.wav",
    C.CREDENTIAL: SECRET,
    C.DTMF: "847291#",
    C.DEVICE_ID: "490154203237518",
    C.SUBSCRIBER_ID: "310150123456789",
    C.LOCATION: "37.77490,-122.41942",
    C.FREE_TEXT: f"customer called from {NUMBER}",
    C.URL: f"https://app.example.com/hook?To=%2B14155550132&user={SECRET}",
    C.RAW_MESSAGE: "PJSIP/+14155550132@trunk,30,tT",
}

# What must not show, by category; fragments of the values above that tell the person apart.
CANARIES = ("5550132", "555-0132", NAME, "Zebulon", "Quartermain", SECRET, "8472913", "847291", "490154203237518", "0154203237",
            "310150123456789", "0150123456", "37.77490", "122.41942", "192.0.2.217")  # fmt: skip


def planted(schema: Schema, categories: dict[C, str] = SAMPLES) -> dict[str, object]:
    """Return a record of *schema* with a canary in every personal field."""
    record: dict[str, object] = {}
    for path, field in schema.fields.items():
        if field.category in categories:
            plant(record, path, categories[field.category])
    return record


def plant(record: dict[str, object], path: str, value: str) -> None:
    """Put *value* at a path of a schema into *record*, making the objects and lists on the way."""
    at: dict[str, object] = record
    parts = list(_steps(path))
    for i, (name, lists) in enumerate(parts):
        last = i == len(parts) - 1
        if last:
            if isinstance(at.get(name), dict):  # the schema lists the record and its fields
                return
            at[name] = [value] if lists else value
            return
        inner = at.get(name)
        if lists:
            if not isinstance(inner, list) or not inner or not isinstance(inner[0], dict):
                inner = at[name] = [{}]
            at = inner[0]
        else:
            if not isinstance(inner, dict):
                inner = at[name] = {}
            at = inner


def _steps(path: str) -> Iterator[tuple[str, bool]]:
    for part in path.split("."):
        name = part.replace("[]", "")
        for start, end in (("{", "}"), ("<", ">")):
            head, mark, rest = name.partition(start)
            if mark:
                name = head + "1" + rest.partition(end)[2]
        name = name.replace("*", "Thing")
        head, mark, tail = name.partition("(")
        yield (head if mark and tail[:-1].isdigit() else name), "[]" in part
