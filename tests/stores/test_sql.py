"""SQLAlchemy stores that cannot be reached, or would not keep what they acknowledge."""

from __future__ import annotations

import pickle
import re
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stores import postgres
from voxvalley_privacy.errors import (
    ConfigurationError,
    NotPicklable,
    StoreCorrupt,
    StoreUnavailable,
)
from voxvalley_privacy.stores import Chain, Draft, FixedClock, sqlite
from voxvalley_privacy.stores.events import GroupCommit, Job, from_row

sa = pytest.importorskip("sqlalchemy", reason="The extra `sql` is not installed.")
from voxvalley_privacy.stores.sql import event_table, sql  # noqa: E402

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEAL = Chain({"k": b"k" * 32})


def draft(**more):
    """Draft an event with a body that must not show."""
    return Draft(stream="k.a", kind="test", body="SECRETCANARY", at=NOON, **more)


def test_unreachable():
    """A server that is not there is told when the store is made, without its address."""
    with pytest.raises(StoreUnavailable) as caught:
        sql("postgresql+psycopg://someone:hidden@127.0.0.1:1/none?connect_timeout=1")
    assert "hidden" not in str(caught.value)


def test_other_databases():
    """What lacks the lock is refused."""
    with pytest.raises(ConfigurationError):
        sql(sa.create_mock_engine("mysql://", executor=lambda *_: None))


def test_not_a_database(tmp_path):
    """A file that is none is corrupt."""
    (tmp_path / "p.db").write_bytes(b"hello" * 1000)
    with pytest.raises(StoreCorrupt):
        sql(f"sqlite:///{tmp_path / 'p.db'}")


def test_postgres_that_forgets(request):
    """A database that acknowledges before it writes is refused."""
    engine = sa.create_engine(
        postgres.url(request), connect_args={"options": "-c synchronous_commit=off"}
    )
    with pytest.raises(StoreUnavailable, match="synchronous_commit"):
        sql(engine, table="event_forgetful")
    engine.dispose()


def test_postgres_that_is_locked(request):
    """While another holds the lock a write fails in time, shows no value, and reads go on."""
    url = postgres.url(request)
    store = sql(url, table="event_locked", timeout=timedelta(milliseconds=300))
    store.append(draft(), seal=SEAL)
    engine = sa.create_engine(url)
    with engine.connect() as other, other.begin():
        other.exec_driver_sql(f"SELECT pg_advisory_xact_lock({0x56565031})")
        with pytest.raises(StoreUnavailable) as caught:
            store.append(draft(), seal=SEAL)
        assert 1 == len(store.read("k.a"))
    assert "SECRETCANARY" not in str(caught.value) + repr(caught.value)
    assert 2 == store.append(draft(), seal=SEAL)[0].seq
    store.close()
    engine.dispose()


def test_two_stores_on_one_table(request):
    """Two writers of one table keep one chain."""
    one, two = (sql(postgres.url(request), table="event_shared") for _ in range(2))
    for _ in range(10):
        one.append(draft(), seal=SEAL)
        two.append(draft(), seal=SEAL)
    assert 20 == SEAL.verify(one.scan())[0]
    one.close()
    two.close()


def test_rows_that_cannot_be():
    """A column of the wrong kind is corrupt, and not an error of another kind."""
    with pytest.raises(StoreCorrupt):
        from_row((1, "k.a", 1, "noon", "kind", None, None, b"", b"", b""))


def test_keys_of_a_chain_do_not_travel():
    """A chain does not pickle, and does not check what names another key."""
    with pytest.raises(NotPicklable):
        pickle.dumps(SEAL)
    with pytest.raises(StoreCorrupt):
        SEAL(Draft(stream="other.a", kind="test", at=NOON), position=1, seq=1, previous=bytes(32))


def test_fixed_clock_needs_a_zone():
    """Clocks have zones."""
    with pytest.raises(ConfigurationError):
        FixedClock(datetime(2026, 11, 23))  # noqa: DTZ001


class TestGroup:
    def test_whoever_waits_too_long_gives_up(self):
        """A writer that is not taken up in time raises, and those after it go on."""
        import threading

        hold, started = threading.Event(), threading.Event()

        def commit(jobs):
            started.set()
            hold.wait()
            for job in jobs:
                job.made = ()

        group = GroupCommit(commit, 0.05)
        first = threading.Thread(target=group.submit, args=((), SEAL))
        first.start()
        started.wait()
        with pytest.raises(StoreUnavailable):
            group.submit((), SEAL)
        hold.set()
        first.join()
        assert () == group.submit((), SEAL)

    def test_an_interrupted_writer_frees_the_others(self):
        """An interrupt goes to its own thread; the next writer writes."""

        def commit(jobs):
            if not done:
                done.append(1)
                raise KeyboardInterrupt
            for job in jobs:
                job.made = ()

        done = []
        group = GroupCommit(commit, 1)
        with pytest.raises(KeyboardInterrupt):
            group.submit((), SEAL)
        assert () == group.submit((), SEAL)

    def test_one_writers_fault_is_its_own(self, tmp_path):
        """Of writers that share a commit, only the one whose draft cannot be sealed fails."""
        store = sqlite(tmp_path / "p.db")
        jobs = [
            Job([draft()], SEAL),
            Job([Draft(stream="other.a", kind="test", at=NOON)], SEAL),
            Job([draft()], SEAL),
        ]
        store._commit(jobs)
        assert [True, False, True] == [job.error is None for job in jobs]
        assert 2 == SEAL.verify(store.scan())[0]
        store.close()

    def test_a_seal_that_fails_leaves_nothing(self, tmp_path):
        """When a draft cannot be sealed nothing is stored, and the store goes on."""
        store = sqlite(tmp_path / "p.db")
        with pytest.raises(StoreCorrupt):
            store.append(draft(), Draft(stream="other.a", kind="test", at=NOON), seal=SEAL)
        assert None is store.head()
        assert 1 == store.append(draft(), seal=SEAL)[0].position
        store.close()


class TestWhatItIsGiven:
    @pytest.mark.parametrize("table", ["", ".", "a.", ".a", "a.b.c"])
    def test_b17_248_names_of_tables(self, table):
        """A name that is none is refused when the store is made."""
        with pytest.raises(ConfigurationError):
            sql(sa.create_engine("sqlite://"), table=table)

    def test_b17_248_sqlite_has_no_schemas(self):
        """There a schema is refused."""
        with pytest.raises(ConfigurationError):
            sql("sqlite://", table="privacy.event")

    def test_b17_248_a_schema_of_postgres(self, request):
        """A name with a schema before a dot is a table in that schema."""
        engine = sa.create_engine(postgres.url(request))
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS b17_248")
            connection.exec_driver_sql("DROP TABLE IF EXISTS b17_248.event")
        sql(engine, table="b17_248.event").append(draft(), seal=SEAL)
        assert 1 == sql(engine, table="b17_248.event").head().position
        assert "event" in sa.inspect(engine).get_table_names(schema="b17_248")
        engine.dispose()

    def test_b17_248_an_async_engine(self):
        """An engine for an event loop, as it is or its inner one, is refused when built."""
        asyncio_of = pytest.importorskip("sqlalchemy.ext.asyncio")
        engine = asyncio_of.create_async_engine("sqlite+aiosqlite://")
        for given in (engine, engine.sync_engine):
            with pytest.raises(ConfigurationError):
                sql(given)

    def test_b17_248_a_session(self):
        """A session or a connection ends before the store does: both are refused."""
        from sqlalchemy.orm import Session

        engine = sa.create_engine("sqlite://")
        with Session(engine) as session, engine.connect() as connection:
            for given in (session, connection):
                with pytest.raises(ConfigurationError):
                    sql(given)


PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "consent-in-postgresql.md"


class TestMigrations:
    def test_the_page_has_the_table(self):
        """The DDL of the page is the one that the store makes."""
        from sqlalchemy.dialects import postgresql
        from sqlalchemy.schema import CreateTable

        ddl = str(CreateTable(event_table()).compile(dialect=postgresql.dialect()))
        assert ddl.strip() in PAGE.read_text("utf-8")

    def test_a_migration_by_hand_is_the_same_table(self, tmp_path):
        """Alembic finds no difference between the page's migration and the table of the store."""
        alembic = pytest.importorskip("alembic", reason="Alembic is not installed.")
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext
        from alembic.operations import Operations

        (steps,) = re.findall(
            r"```text\ndef upgrade.*?\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL
        )
        engine = sa.create_engine(f"sqlite:///{tmp_path / 'p.db'}")
        with engine.begin() as connection:
            context = MigrationContext.configure(connection)
            with Operations.context(context):
                exec(textwrap.dedent(steps), {"op": alembic.op, "sa": sa})
        metadata = sa.MetaData()
        event_table("privacy_event", metadata)
        with engine.begin() as connection:
            assert [] == compare_metadata(MigrationContext.configure(connection), metadata)
        store = sql(engine)
        assert 1 == store.append(draft(), seal=SEAL)[0].position
        engine.dispose()

    def test_names_of_tables(self):
        """A schema goes to the table of the metadata; a name that is none is refused."""
        assert "privacy" == event_table("privacy.event").schema
        with pytest.raises(ConfigurationError):
            event_table(".event")

    def test_the_rights_that_the_page_names_are_enough(self, request):
        """A role that can select, insert and change bodies keeps the books; it can delete nothing."""
        url = sa.make_url(postgres.url(request))
        owner = sa.create_engine(url)
        role, name = "privacy_app", "rights_event"
        with owner.begin() as connection:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
            event_table(name).create(connection)
            if not connection.exec_driver_sql(
                f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"
            ).first():
                connection.exec_driver_sql(f"CREATE ROLE {role}")
            schema = connection.exec_driver_sql("SELECT current_schema()").scalar()
            connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
            connection.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE (body) ON {name} TO {role}")
        options = f"{url.query['options']} -crole={role}"
        engine = sa.create_engine(url.update_query_dict({"options": options}))
        store = sql(engine, table=name)
        store.append(draft(), seal=SEAL)
        store.scrub("k.a", through=1)
        assert None is store.head().body
        with engine.begin() as connection, pytest.raises(sa.exc.ProgrammingError):
            connection.exec_driver_sql(f"DELETE FROM {name}")
        engine.dispose()
        owner.dispose()
