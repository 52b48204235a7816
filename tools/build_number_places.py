"""Write facts/number_places.csv: where numbers of an area code or calling code may be, from phonenumbers' metadata."""

from __future__ import annotations

import csv
from pathlib import Path

import phonenumbers
from phonenumbers.geodata import GEOCODE_DATA
from phonenumbers.tzdata import TIMEZONE_DATA

OUT = Path(__file__).parents[1] / "src" / "voxvalley_privacy" / "facts" / "number_places.csv"
# fmt: off
STATES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO",
    "Connecticut": "CT", "Delaware": "DE", "Washington D.C.": "DC", "Florida": "FL", "Georgia": "GA", "Hawaii": "HI",
    "Idaho": "ID", "Illinois": "IL", "Indiana": "IN", "Iowa": "IA", "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA",
    "Maine": "ME", "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN", "Mississippi": "MS",
    "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV", "New Hampshire": "NH", "New Jersey": "NJ",
    "New Mexico": "NM", "New York": "NY", "North Carolina": "NC", "North Dakota": "ND", "Ohio": "OH", "Oklahoma": "OK",
    "Oregon": "OR", "Pennsylvania": "PA", "Rhode Island": "RI", "South Carolina": "SC", "South Dakota": "SD",
    "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT", "Virginia": "VA", "Washington": "WA",
    "Washington State": "WA", "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
}
PROVINCES = {
    "Alberta": "AB", "British Columbia": "BC", "Manitoba": "MB", "New Brunswick": "NB", "Newfoundland and Labrador": "NL",
    "Nova Scotia": "NS", "Ontario": "ON", "Prince Edward Island": "PE", "Quebec": "QC", "Saskatchewan": "SK",
}
# fmt: on
CODES = {code: f"US-{code}" for code in STATES.values()} | {
    code: f"CA-{code}" for code in PROVINCES.values()
}


def place(name: str) -> str | None:
    """Return "US-CA" for "California" and "San Francisco, CA"."""
    tail = name.rpartition(", ")[2]
    return CODES.get(STATES.get(tail) or PROVINCES.get(tail) or tail)


def zones(prefix: str) -> set[str]:
    """Return every zone of *prefix* and of all longer prefixes, else of the longest shorter one."""
    found = {
        zone for key, value in TIMEZONE_DATA.items() if key.startswith(prefix) for zone in value
    }
    return found or next(
        (set(TIMEZONE_DATA[prefix[:n]]) for n in (4, 3, 2) if prefix[:n] in TIMEZONE_DATA), set()
    )


def area_codes() -> list[tuple[str, str, str]]:
    """Return a row for each area code of the North American plan whose places are known."""
    rows = []
    for npa in range(201, 990):
        prefix = f"1{npa}"
        country = phonenumbers.region_code_for_number(phonenumbers.parse(f"+{prefix}2345678"))
        names = {
            value["en"]
            for key, value in GEOCODE_DATA.items()
            if key.startswith(prefix) and "en" in value
        }
        found = {place(name) for name in names} - {None}
        if not found and country not in {None, "US", "CA"}:
            found = {country}
        if found and zones(prefix):
            rows.append((prefix, " ".join(sorted(found)), " ".join(sorted(zones(prefix)))))
    return rows


def main() -> None:
    """Write the table."""
    rows = area_codes()
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        if code != 1 and regions != ("001",) and zones(str(code)):
            rows.append((str(code), "", " ".join(sorted(zones(str(code))))))
    source = f"phonenumbers {phonenumbers.__version__} geocoding and time zone metadata"
    with OUT.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("key", "regions", "zones", "as_of", "source", "confidence"))
        writer.writerows((*row, "2026-11-23", source, "M") for row in rows)
    print(f"{len(rows)} rows")


if __name__ == "__main__":
    main()
