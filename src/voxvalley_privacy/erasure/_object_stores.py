"""Where objects are kept in versions: a folder, and buckets as those of S3."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs

from ..errors import ConfigurationError, StoreUnavailable
from ..stores import Clock, system_clock
from ._object_target import ObjectTarget, ObjectVersion
from ._shape_of_rows import as_time

__all__ = ["bucket", "folder"]

_CHUNK = 1 << 20
_MARK = ".privacy_mark"
_BESIDE = ".meta.json"
_DELETED = ".deleted"
_LOCKED_UNTIL = "locked_until"
# What S3 answers for an object that has no lock, or that is not there.
_NOT_THERE = frozenset(["NoSuchObjectLockConfiguration", "NoSuchKey", "404"])


@attrs.frozen(kw_only=True)
class _Folder:
    """Files; older versions of `a/b.wav` are files in `VERSIONS/a/b.wav/`."""

    root: Path
    older: str

    def versions(self) -> Iterator[ObjectVersion]:
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and path.name != _MARK and not path.name.endswith(_BESIDE):
                yield self._version(path)

    def read(self, version: ObjectVersion, /) -> Iterator[bytes]:
        with self._path(version).open("rb") as handle:
            while part := handle.read(_CHUNK):
                yield part

    def delete(self, version: ObjectVersion, /) -> None:
        path = self._path(version)
        _beside(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        # The name of an empty folder may be data too.
        for parent in path.parents:
            if parent == self.root or any(parent.iterdir()):
                break
            parent.rmdir()

    def mark(self) -> int:
        try:
            return int((self.root / _MARK).read_text())
        except (OSError, ValueError):
            return 0

    def set_mark(self, position: int, /) -> None:
        beside = self.root / f"{_MARK}.new"
        beside.write_text(str(position))
        beside.replace(self.root / _MARK)

    def _version(self, path: Path) -> ObjectVersion:
        place = path.relative_to(self.root)
        is_older = place.parts[0] == self.older
        metadata = _metadata(_beside(path))
        return ObjectVersion(
            key="/".join(place.parts[1:-1]) if is_older else place.as_posix(),
            version=place.name if is_older else "",
            modified=datetime.fromtimestamp(path.stat().st_mtime, UTC),
            is_marker=is_older and place.name.endswith(_DELETED),
            locked_until=as_time(metadata.get(_LOCKED_UNTIL)),
            metadata=metadata,
        )

    def _path(self, version: ObjectVersion) -> Path:
        if version.version:
            return self.root / self.older / version.key / version.version
        return self.root / version.key


def _beside(path: Path) -> Path:
    return path.with_name(path.name + _BESIDE)


def _metadata(path: Path) -> dict[str, str]:
    try:
        metadata = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        metadata = None
    if not isinstance(metadata, dict):
        raise StoreUnavailable("The metadata of a file cannot be read.")
    return {str(name): str(value) for name, value in metadata.items()}


@attrs.frozen(kw_only=True)
class _Bucket:
    """A bucket, through a client of boto3."""

    client: Any = attrs.field(repr=False)
    bucket: str
    prefix: str

    def versions(self) -> Iterator[ObjectVersion]:
        pages = self.client.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix):
            for row in page.get("Versions", ()):
                if not row["Key"].endswith(_MARK):
                    yield self._version(row)
            for row in page.get("DeleteMarkers", ()):
                yield ObjectVersion(
                    key=row["Key"],
                    version=row["VersionId"],
                    modified=row["LastModified"],
                    is_marker=True,
                )

    def read(self, version: ObjectVersion, /) -> Iterator[bytes]:
        answer = self.client.get_object(**self._named(version))
        yield from answer["Body"].iter_chunks(_CHUNK)

    def delete(self, version: ObjectVersion, /) -> None:
        # Without the version's id S3 would put a marker in front of it, and keep it.
        self.client.delete_object(**self._named(version))

    def mark(self) -> int:
        answer = _or_none(
            lambda: self.client.get_object(Bucket=self.bucket, Key=self.prefix + _MARK)
        )
        return 0 if answer is None else int(answer["Body"].read())

    def set_mark(self, position: int, /) -> None:
        self.client.put_object(
            Bucket=self.bucket, Key=self.prefix + _MARK, Body=str(position).encode()
        )

    def _version(self, row: Mapping[str, Any]) -> ObjectVersion:
        named = {"Bucket": self.bucket, "Key": row["Key"], "VersionId": row["VersionId"]}
        head = self.client.head_object(**named)
        return ObjectVersion(
            key=row["Key"],
            version=row["VersionId"],
            modified=row["LastModified"],
            locked_until=_lock_in(head),
            metadata=head.get("Metadata", {}),
        )

    def _named(self, version: ObjectVersion) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": version.key, "VersionId": version.version}


def _lock_in(head: Mapping[str, Any]) -> datetime | None:
    """Return until when an object is locked: by its retention, or a legal hold without an end."""
    if head.get("ObjectLockLegalHoldStatus") == "ON":
        return datetime.max.replace(tzinfo=UTC)
    until: datetime | None = head.get("ObjectLockRetainUntilDate")
    return until


def _or_none(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as error:  # the class is made by the client at run time
        code = str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))
    if code in _NOT_THERE:
        return None
    raise StoreUnavailable("A bucket cannot be read.")


def _nobody(_key: str, /) -> tuple[str, ...]:
    return ()


def folder(
    path: str | Path,
    /,
    *,
    kind: str,
    versions: str = ".versions",
    people: Callable[[str], Iterable[str]] = _nobody,
    name: str = "",
    place: str = "",
    after: tuple[str, ...] = (),
    clock: Clock = system_clock,
) -> ObjectTarget:
    """
    Erase files from a folder with all their versions.

    A file is a person's if its name, the names of the folders above it, its content, or the
    metadata beside it in `NAME.meta.json` name the person, or *people* says so. Then every version
    goes. A `locked_until` in the metadata keeps a version until then, and the certificate open.

    Args:
        path: The folder.

        kind: What the files are, such as `recording`.

        versions: The folder in *path* with older versions: those of `a.wav` are the files in
            `.versions/a.wav/`; one whose name ends in `.deleted` says that the file was deleted.

        people: Returns who is in a file, by its path in the folder, in any spelling.

        name: The name of the target; that of the folder if empty.

        place: Whose law holds.

        after: Targets that go first.

        clock: The time.

    Raises:
        voxvalley_privacy.ConfigurationError: If there is no such folder.
    """
    root = Path(path)
    if not root.is_dir():
        raise ConfigurationError("folder() names a folder that is not there.")
    return ObjectTarget(
        store=_Folder(root=root, older=versions),
        name=name or root.name,
        kind=kind,
        place=place,
        people=people,
        after=after,
        clock=clock,
    )


def bucket(
    client: Any,
    name: str,
    /,
    *,
    kind: str,
    prefix: str = "",
    people: Callable[[str], Iterable[str]] = _nobody,
    place: str = "",
    after: tuple[str, ...] = (),
    clock: Clock = system_clock,
) -> ObjectTarget:
    """
    Erase objects from a bucket as those of S3, with all their versions and markers.

    Args:
        client: A client of boto3 for S3.

        name: The bucket; it is the name of the target too.

        kind: What the objects are, such as `recording`.

        prefix: What the names of the objects begin with, such as that of a tenant.

        people: Returns who is in an object, by its key, in any spelling.

        place: Whose law holds.

        after: Targets that go first.

        clock: The time.
    """
    return ObjectTarget(
        store=_Bucket(client=client, bucket=name, prefix=prefix),
        name=name,
        kind=kind,
        place=place,
        people=people,
        after=after,
        clock=clock,
    )
