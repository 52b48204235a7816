"""Erase one made-up person over a table, files, a cache, and a recorded Twilio and Plivo."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

import voxvalley_privacy as vp
from voxvalley_privacy.audit import generate_signer
from voxvalley_privacy.testing import RecordedVendor

ANA, BRUNO = "+14155550132", "+14155550199"
SPELLINGS = [
    "14155550132", "4155550132", "415-555-0132", "415.555.0132", "415 555 0132", "(415) 555-0132",
    "1-415-555-0132", "1.415.555.0132", "1 415 555 0132", "1 (415) 555-0132", "0014155550132",
    "tel:+14155550132", "sip:+14155550132", "tel:4155550132", "14155550132@s.whatsapp.net",
    "14155550132@c.us", "415/555/0132", "415_555_0132", quote("+1 415 555 0132"),
    "\uff14\uff11\uff15\uff15\uff15\uff15\uff10\uff11\uff13\uff12",
]  # fmt: skip

# A run leaves nothing behind in the folder that it is started in.
folder = tempfile.TemporaryDirectory()
os.chdir(folder.name)

# What an app has: a table, files, a cache, and two vendors.
data = Path("data")
data.mkdir()
engine = sa.create_engine("sqlite:///data/calls.db", poolclass=sa.pool.NullPool)


@sa.event.listens_for(engine, "connect")
def overwrite(connection: Any, _record: object) -> None:
    """Let SQLite overwrite what is deleted."""
    connection.execute("PRAGMA secure_delete=ON")


with engine.begin() as connection:
    connection.exec_driver_sql(
        "CREATE TABLE calls (sid TEXT PRIMARY KEY, caller TEXT, callee TEXT, started_at TEXT)"
    )
    rows = [
        ("CA1", ANA, None, "2026-11-01T09:00:00+00:00"),
        ("CA2", "(415) 555-0132", BRUNO, "2026-11-02T09:00:00+00:00"),
        ("CA3", BRUNO, None, "2026-11-03T09:00:00+00:00"),
    ]
    connection.exec_driver_sql("INSERT INTO calls VALUES (?, ?, ?, ?)", rows)
(data / "cdr.jsonl").write_text(
    json.dumps({"from": "tel:+1-415-555-0132", "to": BRUNO, "start_time": "2026-11-02T09:00:00Z"})
    + "\n"
)
keys = vp.KeyRing.generate()
cache = vp.PrivateCache(vp.CachePolicy({}), keys=keys)
message = {"sid": "SM1", "from": ANA, "to": BRUNO, "date_sent": "2026-11-02T09:00:00Z"}
twilio = RecordedVendor("twilio", {"Messages": [message]})
plivo = RecordedVendor(
    "plivo", {"Message": [{"message_uuid": "m1", "from_number": ANA, "to_number": BRUNO}]}
)

# What this library adds. Ledger and keys are never in the backup of the data.
store = vp.stores.sqlite("privacy.db")
schedule = vp.RetentionSchedule(
    [
        vp.retain(vp.RecordKind.CALL, at_most="P13M"),
        vp.retain(vp.RecordKind.MESSAGE, at_most="P13M"),
    ]
)
holds = vp.LegalHolds(store, keys=keys, region="US")
audit = vp.AuditLog(
    store, keys=keys, signer=generate_signer(), witnesses=[vp.audit.to_file("heads")]
)
vault = vp.SubjectVault(vp.stores.keys("keys.db"), keys=keys)
calls = vp.erasure.sql_table(
    engine,
    "calls",
    subject=("caller", "callee"),
    kind=vp.RecordKind.CALL,
    event_time="started_at",
    id="sid",
)
inventory = vp.Inventory(
    [
        calls,
        vp.erasure.files("data/*.jsonl", schema="twilio.call"),
        vp.erasure.cache(cache),
        vp.erasure.twilio(twilio.client()),
        vp.erasure.plivo(plivo.client()),
    ]
)
erasure = vp.ErasureService(
    inventory,
    schedule=schedule,
    holds=holds,
    store=store,
    keys=keys,
    vault=vault,
    audit=audit,
    region="US",
)
inventory.check(engine)
sealed = vault.seal(ANA, record_id="CA1", data=b"a transcript", kind="content")
shutil.copy("data/calls.db", "last-night.db")

print(erasure.plan(ANA, ticket="T-1"))
hold = holds.place(matter="M-7", by="counsel", subjects=[ANA], review="P6M")
certificate = erasure.execute(erasure.plan("(415) 555-0132", ticket="T-1"))
print(certificate)
assert certificate.state == "open"

# The release takes up what the hold had deferred.
holds.release(hold.id, by="counsel", reason="settled")
print(json.dumps(json.loads(erasure.certificate(ANA) or "{}"), indent=1))
assert not vault.open(ANA, record_id="CA1", blob=sealed)

# Last night's backup is restored: nobody reads it until the erasure is replayed.
shutil.copy("last-night.db", "data/calls.db")
print(calls.guard())
assert not calls.guard()
erasure.replay(calls)
assert calls.guard()
print(json.loads(certificate.for_person())["state"])

left = [path for path in Path().rglob("*") if path.is_file() and path.name != "last-night.db"]
for path in left:
    content = path.read_bytes()
    found = [spelling for spelling in SPELLINGS if spelling.encode() in content]
    assert not found, path
print(f"{len(SPELLINGS)} spellings in {len(left)} files: not found")
