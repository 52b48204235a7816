"""A journal is read on from where it was read to, and loses nothing that comes meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from voxvalley_privacy.errors import StoreCorrupt
from voxvalley_privacy.ledgers import Journal, _journal
from voxvalley_privacy.stores import Draft

NOON = datetime(2026, 11, 23, 18, tzinfo=UTC)


def draft(number):
    """Make a draft; its body says which it is."""
    return Draft(stream="k.book.a", kind="no", body=f"{number}", at=NOON, key=f"{number}")


def journal(path):
    """Open a journal that may hold what says no."""
    return Journal(path, keys={"k": b"k" * 32}, active="k", kinds=["no"])


def bodies(drafts):
    """Return which drafts they are."""
    return [waiting.body for waiting in drafts]


@pytest.fixture
def file(tmp_path):
    """Name a file that is not there yet."""
    return tmp_path / "withdrawn"


def test_a_line_is_read_once(file, monkeypatch):
    """A hundred lines that are each followed by a look cost a hundred readings."""
    readings = []
    read = _journal._from_line
    monkeypatch.setattr(_journal, "_from_line", lambda *line: readings.append(line) or read(*line))
    waiting = journal(file)
    for number in range(100):
        waiting.add(draft(number))
        assert number + 1 == len(waiting.pending())
    assert 100 == len(readings)


@pytest.mark.parametrize("more", [0, 1, 2, 5])
def test_a_file_that_another_process_emptied_is_read_anew(file, more):
    """However much was written after that, all of it and nothing else is there."""
    mine, other = journal(file), journal(file)
    for number in range(3):
        mine.add(draft(number))
    assert ["0", "1", "2"] == bodies(mine.pending())
    with other.replaying():
        pass
    for number in range(10, 10 + more):
        other.add(draft(number))
    assert [f"{number}" for number in range(10, 10 + more)] == bodies(mine.pending())


def test_a_torn_line_is_left_out_and_then_overwritten(file):
    """A line without its end was not acknowledged; the next one takes its place."""
    waiting = journal(file)
    waiting.add(draft(0))
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"draft": "torn')
    assert ["0"] == bodies(waiting.pending())
    waiting.add(draft(1))
    assert ["0", "1"] == bodies(waiting.pending())
    file.write_bytes(b'{"draft": "torn')
    waiting.add(draft(2))
    assert ["2"] == bodies(waiting.pending())


@pytest.mark.parametrize(
    "line", [b"{}\n", b"\n", b"\r", b"\xff\n", b'{"draft": "x", "key": "k"}\n']
)
def test_a_forged_line_behind_those_that_were_read_is_damage(file, line):
    """What is added is proved as what was there before."""
    waiting = journal(file)
    waiting.add(draft(0))
    assert ["0"] == bodies(waiting.pending())
    file.write_bytes(file.read_bytes() + line + b"\n")
    with pytest.raises(StoreCorrupt):
        waiting.pending()


def test_what_comes_to_memory_during_a_replay_stays():
    """A withdrawal that another thread adds while others are stored waits for the next replay."""
    waiting = journal(None)
    waiting.add(draft(0))
    with waiting.replaying() as drafts:
        waiting.add(draft(1))
        waiting.add(draft(0))
    assert ["0"] == bodies(drafts)
    assert ["1", "0"] == bodies(waiting.pending())
