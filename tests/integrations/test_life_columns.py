"""Migrations that add marks, holds, and due and token columns."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

import voxvalley_privacy as vp
from voxvalley_privacy.integrations import life_columns
from voxvalley_privacy.testing import person_of

TOKENS = ("caller_token", "callee_token")


@pytest.fixture
def engine():
    """Make a table of calls with one row."""
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE calls (sid TEXT PRIMARY KEY, caller TEXT, callee TEXT, at TEXT)"
        )
        connection.exec_driver_sql("INSERT INTO calls VALUES ('CA1', '+14155550132', NULL, NULL)")
    return engine


def _target(engine):
    return vp.erasure.sql_table(
        engine,
        "calls",
        subject=("caller", "callee"),
        kind="call",
        id="sid",
        event_time="at",
        due="privacy_due",
        tokens={"caller": "caller_token", "callee": "callee_token"},
        keys=vp.KeyRing.generate(),
        region="US",
    )


def test_alembic(engine):
    """A revision adds the columns with indexes, a target uses them, and a downgrade takes them."""
    pytest.importorskip("alembic")
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    with engine.begin() as connection:
        op = Operations(MigrationContext.configure(connection))
        life_columns.alembic_upgrade(op, "calls", tokens=TOKENS)
    target = _target(engine)
    assert 1 == target.refresh()
    assert 1 == len(target.find(person_of("+14155550132")))
    indexes = {index["name"] for index in sa.inspect(engine).get_indexes("calls")}
    assert {"ix_calls_privacy_due", "ix_calls_caller_token", "ix_calls_callee_token"} == indexes
    with engine.begin() as connection:
        op = Operations(MigrationContext.configure(connection))
        life_columns.alembic_downgrade(op, "calls", tokens=TOKENS)
    left = {column["name"] for column in sa.inspect(engine).get_columns("calls")}
    assert {"sid", "caller", "callee", "at"} == left


def test_ddl_and_django(engine):
    """The same as SQL, one statement each, which Django runs as it is."""
    migrations = pytest.importorskip("django.db.migrations")
    operations = life_columns.django_operations("calls", dialect="sqlite", tokens=TOKENS)
    assert all(isinstance(operation, migrations.RunSQL) for operation in operations)
    with engine.begin() as connection:
        for operation in operations:
            connection.exec_driver_sql(operation.sql)
    assert 1 == _target(engine).refresh()
    postgresql = life_columns.ddl("postgresql", "calls", tokens=TOKENS)
    assert "ALTER TABLE calls ADD COLUMN privacy_due BIGINT" in postgresql
    assert len(postgresql) == len(operations)


def test_what_cannot_be_added():
    """A dialect that is not known, and no column at all, are refused."""
    with pytest.raises(vp.ConfigurationError):
        life_columns.ddl("dbase", "calls")
    with pytest.raises(vp.ConfigurationError):
        life_columns.ddl("sqlite", "calls", due="")
