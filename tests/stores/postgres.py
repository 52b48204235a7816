"""A PostgreSQL for the tests: the one the environment names, else one of their own on loopback."""

from __future__ import annotations

import atexit
import functools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

from tests import require

_ENV = "VOXVALLEY_PRIVACY_POSTGRES_URL"


def url(request) -> str:
    """Return a SQLAlchemy address, or skip (or fail where services are required)."""
    found = os.environ.get(_ENV) or _start()
    if not found:
        require.absent(
            f"No PostgreSQL: {_ENV} is not set and no server binaries are installed.",
            required_by=require.SERVICES,
        )
    return _apart(found)


@functools.cache
def _apart(server: str) -> str:
    # A schema of this run's own: the runs of several interpreters share the server.
    import sqlalchemy as sa

    name = f"run_{uuid.uuid4().hex}"
    engine = sa.create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    engine.dispose()
    return (
        sa.make_url(server)
        .update_query_dict({"options": f"-csearch_path={name}"})
        .render_as_string(False)
    )


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@functools.cache
def _start() -> str | None:
    binaries = _binaries()
    if binaries is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="privacy-pg-"))
    as_user = _unprivileged(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    run = functools.partial(
        subprocess.run, check=True, stdout=subprocess.DEVNULL, cwd="/", **as_user
    )
    run(
        [
            binaries / "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-sync",
        ]
    )
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={folder}"
    run([binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"])

    def stop() -> None:
        run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"


def _unprivileged(folder: Path) -> dict[str, object]:
    # PostgreSQL refuses to run as root.
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
