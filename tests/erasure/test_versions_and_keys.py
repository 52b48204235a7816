"""Folders and buckets with versions, and Redis."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

import voxvalley_privacy as vp
from tests.caching import redis_server
from tests.erasure.conftest import ANA, BRUNO, NOON
from voxvalley_privacy.testing import ErasureTargetContract, person_of


class TestFolder(ErasureTargetContract):
    """A folder of recordings and notes, without versions."""

    # A recording holds every leg: it goes with any of its people.
    keeps_shared = False

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path):
        self.folder = tmp_path / "recordings"

    def make(self):
        self.folder.mkdir()
        for name, text in (
            ("1.txt", "tel:+14155550132"),
            ("2.txt", "+14155550132 and +14155550199"),
            ("3.txt", "+14155550199: call 415.555.0132 back"),
            ("4.txt", "+14155550199"),
        ):
            (self.folder / name).write_text(text)
        return vp.erasure.folder(self.folder, kind="recording")


@pytest.fixture
def recordings(tmp_path):
    """Keep a recording in three versions, one of them a marker."""
    folder = tmp_path / "recordings"
    older = folder / ".versions" / "2026" / "call-415-555-0132.wav"
    older.mkdir(parents=True)
    (folder / "2026").mkdir()
    (folder / "2026" / "call-415-555-0132.wav").write_bytes(b"RIFF\x00\x00")
    (older / "1").write_bytes(b"RIFF\x00\x01")
    (older / "2.deleted").write_bytes(b"")
    (folder / "other.wav").write_bytes(b"RIFF\xff\xfe")
    return folder


def test_every_version_and_marker_goes(recordings):
    """A name is data: what was called by it goes in all its versions, with its empty folders."""
    target = vp.erasure.folder(recordings, kind="recording")
    assert 3 == len(target.find(person_of(ANA)))
    outcome = target.erase(target.find(person_of(ANA)), person_of(ANA), lambda: None)
    assert 3 == len(outcome.done)
    assert 0 == target.verify_absent(person_of(ANA))
    assert ["other.wav"] == sorted(os.listdir(recordings))


def test_metadata_and_other_sources_name_people(recordings):
    """What is kept beside a file, and what the app knows of it, make it a person's too."""
    (recordings / "other.wav.meta.json").write_text(json.dumps({"caller": "+1 415 555 0199"}))
    target = vp.erasure.folder(recordings, kind="recording")
    assert 1 == len(target.find(person_of(BRUNO)))
    (recordings / "other.wav.meta.json").unlink()
    target = vp.erasure.folder(
        recordings, kind="recording", people=lambda key: [BRUNO] if key == "other.wav" else []
    )
    assert 1 == len(target.find(person_of(BRUNO)))
    (recordings / "other.wav.meta.json").write_text("[")
    with pytest.raises(vp.StoreUnavailable):
        target.find(person_of(BRUNO))


def test_a_locked_version_is_pending_until_its_date(recordings):
    """What nobody can delete is never counted as done, and its date is named."""
    until = NOON + timedelta(days=90)
    path = recordings / "2026" / "call-415-555-0132.wav.meta.json"
    path.write_text(json.dumps({"locked_until": until.isoformat()}))
    target = vp.erasure.folder(recordings, kind="recording", clock=lambda: NOON)
    outcome = target.erase(target.find(person_of(ANA)), person_of(ANA), lambda: None)
    assert (2, 1, until, "object.locked") == (
        len(outcome.done),
        len(outcome.pending),
        outcome.due,
        outcome.code,
    )
    assert 1 == target.verify_absent(person_of(ANA))


def test_a_bucket_is_asked_for_versions():
    """Deletes name the version, so that no marker takes its place; a lock is found first."""
    boto3 = pytest.importorskip("boto3")
    stub = pytest.importorskip("botocore.stub")
    client = boto3.client(
        "s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    key, at = "t1/call-14155550132.wav", datetime(2026, 11, 1, tzinfo=UTC)
    row = {"Key": key, "LastModified": at}
    listing = {
        "Versions": [{**row, "VersionId": "v1"}, {**row, "VersionId": "v2"}],
        "DeleteMarkers": [{**row, "VersionId": "v3"}],
    }
    locked = {"ObjectLockRetainUntilDate": NOON + timedelta(days=1)}
    with stub.Stubber(client) as answers:
        for _ in ("find", "erase"):
            answers.add_response("list_object_versions", listing)
            answers.add_response("head_object", {"Metadata": {}})
            answers.add_response("head_object", locked)
        for version in ("v1", "v3"):
            answers.add_response(
                "delete_object", {}, {"Bucket": "rec", "Key": key, "VersionId": version}
            )
        answers.add_client_error("get_object", "NoSuchKey")
        target = vp.erasure.bucket(
            client, "rec", kind="recording", prefix="t1/", clock=lambda: NOON
        )
        outcome = target.erase(target.find(person_of(ANA)), person_of(ANA), lambda: None)
        assert (2, 1) == (len(outcome.done), len(outcome.pending))
        assert 0 == target.mark()
        answers.assert_no_pending_responses()


@pytest.fixture(scope="module")
def server():
    """Start a redis-server, or take the one that is named."""
    redis = pytest.importorskip("redis")
    with redis_server.running() as address:
        yield redis.Redis.from_url(address)


@pytest.fixture
def redis_app(server):
    """Keep keys of two people, with indexes in both directions."""
    prefix = f"life{os.urandom(4).hex()}:"
    server.set(f"{prefix}lookup:{ANA}", "x")
    server.sadd(f"{prefix}calls-of:{ANA}", f"{prefix}call:1", f"{prefix}call:2")
    server.hset(f"{prefix}call:1", mapping={"from": "(415) 555-0132", "to": BRUNO})
    server.set(f"{prefix}call:2", "x")
    server.sadd(f"{prefix}people:{prefix}call:1", ANA, BRUNO)
    server.set(f"{prefix}lookup:{BRUNO}", "y")
    yield server, prefix
    server.delete(*server.scan_iter(match=f"{prefix}*"))


def _target(client, prefix, **settings):
    return vp.erasure.redis(
        client,
        keys=prefix + "lookup:{person}",
        indexes=prefix + "calls-of:{person}",
        people_of=prefix + "people:{key}",
        prefix=prefix,
        **settings,
    )


def test_redis_by_keys_and_indexes(redis_app):
    """Keys by name, members of an index and the index go, and the way back too; others stay."""
    client, prefix = redis_app
    target = _target(client, prefix)
    found = target.find(person_of("tel:+1-415-555-0132"))
    assert 4 == len(found)
    assert target.verify_absent(person_of(ANA))
    assert 4 == len(target.erase(found, person_of(ANA), lambda: None).done)
    assert 0 == target.verify_absent(person_of(ANA))
    assert {BRUNO.encode()} == client.smembers(f"{prefix}people:{prefix}call:1")
    assert b"y" == client.get(f"{prefix}lookup:{BRUNO}")
    target.set_mark(7)
    assert 7 == _target(client, prefix).mark()


def test_l6_a_redis_that_came_back(redis_app, app):
    """After a restore of a snapshot a replay finds keys by what is in them; by token it cannot."""
    client, prefix = redis_app
    app.targets = [_target(client, prefix)]
    service = app.service()
    name = f"{prefix}lookup:{ANA}"
    service.execute(service.plan(ANA, ticket="T-1"))
    client.set(name, "x")
    client.delete(f"{prefix}privacy_mark:redis")
    by_token = vp.erasure.redis(
        client, keys=prefix + "lookup:{token}", tokens=lambda number: [number], prefix=prefix
    )
    with pytest.raises(vp.StoreUnavailable):
        service.replay(by_token)
    assert ("erasure.replay_due",) == service.guard(by_token).codes
    assert (name,) == service.replay(app.targets[0]).done
    assert not client.exists(name)
    assert b"y" == client.get(f"{prefix}lookup:{BRUNO}")
    assert service.guard(app.targets[0])


def test_redis_keys_that_nobody_named(redis_app):
    """A key beyond the templates is found by looking again, in its name or any kind of value."""
    client, prefix = redis_app
    target = _target(client, prefix)
    target.erase(target.find(person_of(ANA)), person_of(ANA), lambda: None)
    client.rpush(f"{prefix}log", "call 415-555-0132 back")
    client.zadd(f"{prefix}top", {"14155550132": 1})
    client.set(f"{prefix}note:+1 415 555 0132", "x")
    assert 3 == target.verify_absent(person_of(ANA))


@pytest.mark.parametrize("settings", [{}, {"keys": "all"}, {"keys": "a:{token}"}])
def test_redis_templates_that_name_nobody(settings):
    """A template that is the same for everybody would delete everybody's."""
    with pytest.raises(vp.ConfigurationError):
        vp.erasure.redis(None, **settings)
