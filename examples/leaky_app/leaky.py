"""
An SMS app that leaks in twenty ways. Its own tests, `app_tests.py`, find each of them.

`mended.py` is the same app after its developer followed the messages of `privacy_guard`.
"""

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

log = logging.getLogger("smsapp")
audit = logging.getLogger("smsapp.audit")
web = Flask(__name__)


@web.post("/echo")
def echo():
    return jsonify(received=request.form.to_dict())


@web.post("/header")
def header():
    return "ok", 200, {"X-Received-From": request.form["From"]}


def log_message(message):
    log.info("message from %s", message["From"])


def log_extra(message):
    log.info("message received", extra={"sender": message["From"]})


def log_error(message):
    try:
        raise LookupError(f"no route for {message}")
    except LookupError:
        log.exception("delivery failed")


def print_out(message):
    print("received:", message["Body"])


def write_err(message):
    print("received from", message["From"], file=sys.stderr)


def warn(message):
    warnings.warn(f"{message['ProfileName']} has no opt-in", stacklevel=2)


def write_log_file(message, folder):
    handler = logging.FileHandler(folder / "audit.log")
    audit.propagate = False
    audit.setLevel(logging.INFO)
    audit.addHandler(handler)
    try:
        audit.info("stored %s", message["From"])
    finally:
        audit.removeHandler(handler)
        handler.close()


def write_csv(message, folder):
    with open(folder / "messages.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, ["MessageSid", "From", "Body"], extrasaction="ignore")
        writer.writeheader()
        writer.writerow(message)


def name_file(message, folder):
    (folder / f"{message['From']}.txt").write_text("1 message\n")


def compress(message, folder):
    (folder / "message.json.gz").write_bytes(gzip.compress(json.dumps(message).encode()))


def archive(message, folder):
    with zipfile.ZipFile(folder / "messages.zip", "w") as file:
        file.writestr("message.json", json.dumps(message))


def store(message, database):
    database.execute("CREATE TABLE messages (sid, sender)")
    database.execute("INSERT INTO messages VALUES (?, ?)", (message["MessageSid"], message["From"]))
    database.commit()


def delete(message, database):
    database.execute("PRAGMA secure_delete = OFF")
    database.execute("CREATE TABLE queue (sender)")
    database.execute("INSERT INTO queue VALUES (?)", (message["From"],))
    database.commit()
    database.execute("DELETE FROM queue")
    database.commit()


def look_up(message, client):
    return client.get("https://lookup.example.com/v1", params={"number": message["From"]})


def trace(message, client):
    return client.get("https://trace.example.com/v1", headers={"X-Caller": message["From"]})


def report(message, client):
    return client.post("https://report.example.com/v1", json=message)


def fetch(message, session):
    return session.get(f"https://crm.example.com/people/{message['From']}", timeout=5)


def count(message, session):
    return session.post("https://statistics.example.com/v1", data=message, timeout=5)


def run_child(message):
    command = "import sys; print('child got', sys.argv[1])"
    subprocess.run([sys.executable, "-S", "-c", command, message["From"]], check=True)


def open_database(path):
    return sqlite3.connect(path)
