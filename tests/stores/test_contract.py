"""The contract of event stores, on every store there is."""

from __future__ import annotations

import pytest

from tests.stores import postgres
from voxvalley_privacy import stores
from voxvalley_privacy.testing import EventStoreContract


class TestMemory(EventStoreContract):
    def make(self):
        """Make a store in memory."""
        return stores.memory()


class TestSqlite(EventStoreContract):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path):
        """Give each test a folder."""
        self.path = tmp_path / "events.db"

    def make(self):
        """Make a store in a file."""
        return stores.sqlite(self.path)


class TestSqlOnSqlite(TestSqlite):
    def make(self):
        """Make a store in a file, through SQLAlchemy."""
        from voxvalley_privacy.stores.sql import sql

        return sql(f"sqlite:///{self.path}")


class TestSqlOnPostgres(EventStoreContract):
    @pytest.fixture(autouse=True)
    def database(self, request):
        """Give each test a table of its own."""
        self.url = postgres.url(request)
        self.table = f"event_{abs(hash(request.node.nodeid))}"

    def make(self):
        """Make a store in PostgreSQL."""
        from voxvalley_privacy.stores.sql import sql

        return sql(self.url, table=self.table)
