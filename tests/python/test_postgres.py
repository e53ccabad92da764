"""The tests' own PostgreSQL is a real one, each test's database is its own, and a crash loses
nothing that was committed.
"""

from __future__ import annotations

import psycopg
import pytest
from postgres import Database, Server


def test_databases_are_apart(postgres: Server, database: Database) -> None:
    with psycopg.connect(database.conninfo) as connection:
        connection.execute("CREATE TABLE only_here (n int)")
    with postgres.database() as other, psycopg.connect(other.conninfo) as connection:
        (version,) = connection.execute("SHOW server_version_num").fetchone()
        assert int(version) >= 150000
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT * FROM only_here")


def test_a_crash_keeps_what_was_committed() -> None:
    server = Server()
    try:
        with server.database() as database:
            connection = psycopg.connect(database.conninfo)
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept VALUES (1)")
            connection.commit()
            connection.execute("INSERT INTO kept VALUES (2)")
            server.kill()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT n FROM kept")
            server.start()
            with psycopg.connect(database.conninfo) as again:
                assert again.execute("SELECT n FROM kept").fetchall() == [(1,)]
    finally:
        server.remove()
