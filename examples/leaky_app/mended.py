"""The SMS app of `leaky.py`, after its developer followed the messages of `privacy_guard`."""

from __future__ import annotations

import csv
import gzip
import json
import logging
import sqlite3
import subprocess
import sys
import warnings
import zipfile

from flask import Flask, jsonify, request

import voxvalley_privacy as vp

log = logging.getLogger("smsapp")
audit = logging.getLogger("smsapp.audit")
web = Flask(__name__)
keys = vp.KeyRing.generate()
redact = vp.Redactor(vp.policies.debug(keys), schema="twilio.message_webhook")
for_statistics = vp.Redactor(vp.policies.share(keys), schema="twilio.message_webhook")
pseudonym = vp.pseudonym(keys)
protection = vp.logs.protect(redact, log)


def token(message):
    return pseudonym(message["From"], vp.DataCategory.PARTY_NUMBER)


@web.post("/echo")
def echo():
    # Answer with an id or a status.
    return jsonify(received=request.form["MessageSid"])


@web.post("/header")
def header():
    return "ok", 200, {"X-Received": request.form["MessageSid"]}


def log_message(message):
    log.info("message from %s", message["From"])


def log_extra(message):
    # Leave the field out.
    log.info("message received", extra={"sid": message["MessageSid"]})


def log_error(message):
    # Raise errors that name the field.
    try:
        raise LookupError("no route for the field From")
    except LookupError:
        log.exception("delivery failed")


def print_out(message):
    # Print a redacted copy.
    print("received:", redact(message)["Body"])


def write_err(message):
    print("received from", vp.scrub(message["From"]), file=sys.stderr)


def warn(message):
    # Name the field in a warning.
    warnings.warn("the sender has no opt-in", stacklevel=2)


def write_log_file(message, folder):
    handler = logging.FileHandler(folder / "audit.log")
    audit.propagate = False
    audit.setLevel(logging.INFO)
    audit.addHandler(handler)
    protected = vp.logs.protect(redact, audit)
    try:
        audit.info("stored %s", message["From"])
    finally:
        protected.remove()
        audit.removeHandler(handler)
        handler.close()


def write_csv(message, folder):
    with open(folder / "messages.csv", "w", newline="") as file:
        fields = ["MessageSid", "From", "Body"]
        writer = vp.wrap(csv.DictWriter(file, fields, extrasaction="ignore"), redact)
        writer.writeheader()
        writer.writerow(message)


def name_file(message, folder):
    # Name files after an id.
    (folder / f"{message['MessageSid']}.txt").write_text("1 message\n")


def compress(message, folder):
    # Redact before you compress.
    (folder / "message.json.gz").write_bytes(gzip.compress(json.dumps(redact(message)).encode()))


def archive(message, folder):
    with zipfile.ZipFile(folder / "messages.zip", "w") as file:
        file.writestr("message.json", json.dumps(redact(message)))


def store(message, database):
    database.execute("CREATE TABLE messages (sid, sender)")
    database.execute("INSERT INTO messages VALUES (?, ?)", (message["MessageSid"], token(message)))
    database.commit()


def delete(message, database):
    database.execute("PRAGMA secure_delete = ON")
    database.execute("CREATE TABLE queue (sender)")
    database.execute("INSERT INTO queue VALUES (?)", (message["From"],))
    database.commit()
    database.execute("DELETE FROM queue")
    database.commit()
    database.execute("VACUUM")


def look_up(message, client):
    # Send the value in the body if the receiver needs it; this one takes a pseudonym.
    return client.get("https://lookup.example.com/v1", params={"number": token(message)})


def trace(message, client):
    return client.get("https://trace.example.com/v1", headers={"X-Caller": token(message)})


def report(message, client):
    return client.post("https://report.example.com/v1", json=redact(message))


def fetch(message, session):
    return session.get(f"https://crm.example.com/people/{token(message)}", timeout=5)


def count(message, session):
    # Redact with the policy of the audience.
    return session.post(
        "https://statistics.example.com/v1", data=for_statistics(message), timeout=5
    )


def run_child(message):
    command = "import sys; print('child got', sys.argv[1])"
    number = redact(message)["From"]
    subprocess.run([sys.executable, "-S", "-c", command, number], check=True)


def open_database(path):
    return sqlite3.connect(path)
