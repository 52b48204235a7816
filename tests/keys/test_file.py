"""Key files."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from voxvalley_privacy.errors import ConfigurationError
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.keys import _text as _file

RING = KeyRing.generate().rotate()

posix = pytest.mark.skipif(os.name != "posix", reason="Only POSIX has these modes.")


@pytest.fixture
def path(tmp_path):
    """Give a path where no file is yet."""
    return tmp_path / "keys"


def test_to_file_and_back(path):
    """A ring comes back from its file, given as a path or as text."""
    RING.to_file(path)

    assert RING == KeyRing.from_file(path) == KeyRing.from_file(str(path))
    assert RING.to_text() + "\n" == path.read_text()


@posix
def test_the_file_is_closed_to_others_from_the_start(path):
    """Even where the process makes open files, a key file has mode 0600."""
    before = os.umask(0)
    try:
        RING.to_file(path)
    finally:
        os.umask(before)

    assert 0o600 == path.stat().st_mode & 0o7777


def test_nothing_is_overwritten(path):
    """A file, or a link to one, in the path's place is left as it is."""
    path.write_text("something")

    with pytest.raises(ConfigurationError, match="cannot be made"):
        RING.to_file(path)

    assert "something" == path.read_text()


@posix
def test_a_dangling_link_is_not_followed(path, tmp_path):
    """Keys are not written to where somebody's link points."""
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ConfigurationError):
        RING.to_file(path)

    assert not (tmp_path / "elsewhere").exists()


@posix
@pytest.mark.parametrize(
    "mode", [0o640, 0o604, 0o660, 0o644, 0o666, 0o620, 0o602, 0o601, 0o610, 0o700]
)
def test_open_files_are_refused_with_the_mend(path, mode):
    """A file that anybody else can read, write or run is refused, and the error says what to do."""
    RING.to_file(path)
    path.chmod(mode)

    with pytest.raises(ConfigurationError, match="chmod 600"):
        KeyRing.from_file(path)


@posix
@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_closed_files_are_read(path, mode):
    """0600 or stricter is enough."""
    RING.to_file(path)
    path.chmod(mode)

    assert RING == KeyRing.from_file(path)


@posix
def test_another_users_file_is_refused(path, monkeypatch):
    """Who owns the file could change the keys."""
    RING.to_file(path)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)

    with pytest.raises(ConfigurationError, match="another user"):
        KeyRing.from_file(path)


def test_other_systems_have_no_modes(monkeypatch):
    """Where modes mean nothing, only the kind of the file is checked."""
    monkeypatch.setattr(_file, "os", SimpleNamespace(name="nt"))

    assert "" == _file._fault(SimpleNamespace(st_mode=0o100666))


@posix
def test_pipes_and_folders_are_refused_at_once(tmp_path):
    """What is no file does not hold the process up."""
    os.mkfifo(tmp_path / "pipe", 0o600)

    for place in (tmp_path / "pipe", tmp_path):
        with pytest.raises(ConfigurationError, match="is not a file"):
            KeyRing.from_file(place)


def test_a_missing_file_is_named(path):
    """The error tells which file was looked for."""
    with pytest.raises(ConfigurationError, match="keys"):
        KeyRing.from_file(path)


@pytest.mark.parametrize("content", [b"", b"\xff" * 100, b"\n", RING.to_text().encode() + b"\r\n"])
def test_broken_files_are_refused_without_their_content(path, content):
    """Neither the error nor what it hangs on holds a byte of the file."""
    RING.to_file(path)
    path.write_bytes(content)

    with pytest.raises(ConfigurationError) as caught:
        KeyRing.from_file(path)

    assert caught.value.__context__ is None
    assert RING.to_text()[20:60] not in str(caught.value)
