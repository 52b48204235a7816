"""Reports: the public list, its feed, the record of processing, accounting."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import attrs
import pytest

import voxvalley_privacy as vp
from voxvalley_privacy.disclosure import (
    Activity,
    Disclosed,
    accounting_table,
    feed_page,
    processing_page,
    subprocessor_page,
)

from .conftest import LOGSHIP, NOW, register_with

CALLS = Activity(
    name="Calls",
    purposes=["service"],
    people=["end users"],
    data=["numbers", "times"],
    retention="call",
    security="TLS; sealed at rest",
)
SCHEDULE = vp.RetentionSchedule([vp.retain(vp.RecordKind.CALL, at_most="P13M", since="call_end")])


@pytest.mark.parametrize("form", ["markdown", "html", "csv", "json"])
def test_the_record_of_processing_says_all_that_is_asked(form):
    """Controller, purposes, people, data, recipients, transfers, terms and security are in it."""
    page = processing_page(
        register_with(), [CALLS], day=NOW.date(), controller="Acme", schedule=SCHEDULE, form=form
    )

    for text in (
        "Acme",
        "service",
        "end users",
        "numbers",
        "logship",
        "EU_SCC_2021",
        "P13M",
        "TLS",
    ):
        assert text in page


def test_an_activity_names_recipients_that_there_are():
    """A recipient that is not on the register on that day is an error, not a line."""
    stray = attrs.evolve(CALLS, recipients=("nobody",))

    with pytest.raises(vp.ConfigurationError):
        processing_page(register_with(), [stray], day=NOW.date(), controller="Acme")


def test_the_public_list_cannot_be_broken_by_a_name():
    """A name with signs of markup, of a table or of a formula stays a name."""
    odd = attrs.evolve(LOGSHIP, name="=<b>|x\n", services="<script>")
    register = register_with(odd)
    pages = {
        form: subprocessor_page(register, day=NOW.date(), form=form)
        for form in ("markdown", "html", "csv", "json", "jsonld")
    }

    assert "<script>" not in pages["html"]
    rows = [line for line in pages["markdown"].splitlines() if line.startswith("|")]
    assert 4 == len(rows)
    assert "'=<b>" in next(csv.reader(io.StringIO(pages["csv"].split("\n", 1)[1])))[0]
    nodes = json.loads(pages["jsonld"])["dpv:hasRecipient"]
    assert {"dpv:DataSubProcessor"} == {node["@type"] for node in nodes}
    with pytest.raises(vp.ConfigurationError):
        subprocessor_page(register, day=NOW.date(), form="pdf")


def test_the_feed_names_every_change_the_newest_first():
    """Both forms parse, and hold the same changes."""
    register = register_with(attrs.evolve(LOGSHIP, services="a <b> & c"))
    register.retire("logship", effective=NOW.date())
    url = "https://example.com/subprocessors"

    items = json.loads(feed_page(register, url=url))["items"]
    tree = ElementTree.fromstring(feed_page(register, url=url, form="atom"))

    titles = [node.text for node in tree.iter("{http://www.w3.org/2005/Atom}title")][1:]
    assert [item["content_text"] for item in items] == titles
    assert ["removed", "entered"] == [title.split()[1].strip(",") for title in titles]
    with pytest.raises(vp.ConfigurationError):
        feed_page(register, url=url, form="rss")


@pytest.mark.parametrize("form", ["markdown", "html", "csv", "json"])
def test_the_accounting_of_a_person_in_each_form(form):
    """Each form names recipient, purpose, fields and outcome."""
    line = Disclosed(
        recipient="logship", purpose="support", fields=("sid",), at=NOW, outcome="sent", basis="p"
    )

    page = accounting_table([line], form=form)

    assert [text for text in ("logship", "support", "sid", "sent") if text in page] == [
        "logship", "support", "sid", "sent",
    ]  # fmt: skip
