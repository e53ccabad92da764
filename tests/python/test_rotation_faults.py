"""Faults during a rotation, for it and for others: kills, crashes, locks, readers, writers."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from ironlatch.fields import FieldCipher
from ironlatch.keyring import Keyring
from ironlatch.rotation import (
    Column,
    DatabaseBusy,
    DatabaseLost,
    Progress,
    RotationError,
    RotationRunning,
    WrongTable,
    rotate_table,
)
from postgres import Server
from rotating import Codes, Store, open_store


@pytest.fixture(params=["sqlite3", "psycopg"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    database = None if request.param == "sqlite3" else request.getfixturevalue("database")
    store = open_store(request.param, tmp_path, database)
    if store.kind == "sqlite3":
        store.run("PRAGMA journal_mode = wal")
    return store


@contextmanager
def forked(work: Callable[[], object]) -> Iterator[int]:
    """A child process that does the work, then ends: with 0 if it raised nothing."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    try:
        yield child
    finally:
        try:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_again_and_again_nothing_is_lost_or_done_twice(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    codes = Codes(store, 1000)
    codes.ring.rotate("customers")
    codes.count_changes()
    kills = 0
    while True:
        # The pause makes it last long enough to be hit in all of its steps.
        with forked(lambda: codes.rotate(batch=10, pause=0.005)) as child:
            # Longer each time, so that it comes to an end on a slow machine, too.
            time.sleep(chance.uniform(0.02, 0.15) * 1.2**kills)
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                assert status == 0
                break
        kills += 1
    assert kills >= 3
    codes.check()
    assert codes.changes() == {id: 1 for id in codes.values if id % 10}
    assert codes.rotate().written == 0


def test_readers_and_writers_never_fail_and_nothing_of_theirs_is_lost(store: Store) -> None:
    codes = Codes(store, 1500)
    codes.ring.rotate("customers")
    codes.count_changes()
    stop = threading.Event()
    faults: list[BaseException] = []
    counts = {"reads": 0, "look-ups": 0, "writes": 0, "inserts": 0, "deletes": 0}

    def every_moment(work: Callable[[Any, random.Random], None], seed: int) -> threading.Thread:
        def run() -> None:
            chance = random.Random(seed)
            connection = store.connect()
            try:
                while not stop.is_set():
                    work(connection, chance)
                    connection.commit()
            except BaseException as error:
                faults.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def read(connection: Any, chance: random.Random) -> None:
        id = chance.randrange(1, 1001)  # of those that nobody writes to
        cursor = connection.cursor()
        cursor.execute(store.sql("SELECT code FROM recovery_code WHERE id = ?"), (id,))
        assert codes.cipher.decrypt(cursor.fetchone()[0], id) == codes.values[id]
        counts["reads"] += 1
        if codes.values[id] is not None:
            tokens = codes.index.tokens(codes.values[id])
            marks = ", ".join("?" * len(tokens))
            cursor.execute(store.sql(f"SELECT id FROM recovery_code WHERE code_index IN ({marks})"), tokens)
            assert id in [found for (found,) in cursor.fetchall()]
            counts["look-ups"] += 1

    def write(connection: Any, chance: random.Random) -> None:
        cursor = connection.cursor()
        id = chance.randrange(1001, 1501)
        if codes.values.get(id, "") == "":
            codes.values[id] = value = f"inserted-{chance.random()}"
            cursor.execute(store.sql("INSERT INTO recovery_code VALUES (?, ?, ?)"), codes.row(id, value))
            counts["inserts"] += 1
        elif chance.random() < 0.2:
            del codes.values[id]
            cursor.execute(store.sql("DELETE FROM recovery_code WHERE id = ?"), (id,))
            counts["deletes"] += 1
        else:
            codes.values[id] = value = f"written-{chance.random()}"
            cursor.execute(
                store.sql("UPDATE recovery_code SET code = ?, code_index = ? WHERE id = ?"),
                (*codes.row(id, value)[1:], id),
            )
            assert cursor.rowcount == 1
            counts["writes"] += 1

    threads = [every_moment(read, 1), every_moment(read, 2), every_moment(write, 3)]
    try:
        report = codes.rotate(batch=25, pause=0.01)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert faults == []
    assert all(count > 10 for count in counts.values()), counts
    assert report.complete
    codes.check()
    changes = codes.changes()
    assert all(changes.get(id, 0) == (1 if id % 10 else 0) for id in range(1, 1001))


def test_a_writer_in_between_wins(store: Store) -> None:
    codes = Codes(store, 100)
    codes.ring.rotate("customers")
    connection = store.connect()

    class Meddling:
        """Somebody writes just after the batch was read."""

        def __init__(self, cipher: FieldCipher) -> None:
            self._cipher, self.done = cipher, False

        def __getattr__(self, name: str) -> Any:
            return getattr(self._cipher, name)

        def decrypt_many(self, stored: list[Any], rows: list[Any], *, return_errors: bool) -> list[Any]:
            if not self.done:
                self.done = True
                cursor = connection.cursor()
                codes.values[33] = "changed"
                cursor.execute(
                    store.sql("UPDATE recovery_code SET code = ?, code_index = ? WHERE id = ?"),
                    (*codes.row(33, "changed")[1:], 33),
                )
                del codes.values[34]
                cursor.execute("DELETE FROM recovery_code WHERE id = 34")
                connection.commit()
            return self._cipher.decrypt_many(stored, rows, return_errors=return_errors)

    codes.columns = [Column("code", Meddling(codes.cipher), indexes={"code_index": codes.index})]
    report = codes.rotate()
    connection.close()
    assert (report.complete, report.changed, report.written) == (True, 2, 88)
    assert "changed or locked by others" in str(report)
    codes.check()


def test_rows_that_others_have_locked_are_done_later(database: Any, tmp_path: Path) -> None:
    codes = Codes(open_store("psycopg", tmp_path, database), 100)
    codes.ring.rotate("customers")
    with psycopg.connect(database.conninfo) as holder:
        holder.execute("SELECT 1 FROM recovery_code WHERE id IN (3, 4) FOR UPDATE")
        began = time.monotonic()
        report = codes.rotate(patience=0.5)
        assert time.monotonic() - began < 5
        assert (report.written, report.left, report.finished, report.complete) == (88, 2, True, False)
        assert "2 rows still to be done" in str(report)
        told: list[Progress] = []

        def let_go(progress: Progress) -> None:
            told.append(progress)
            if progress.round == 2:
                holder.rollback()

        assert codes.rotate(progress=let_go).complete
    codes.check()


def test_two_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ironlatch.rotation._session.LOCK_SECONDS", 1.0)
    codes = Codes(store, 500)
    codes.ring.rotate("customers")
    with forked(lambda: codes.rotate(batch=5, pause=0.2)):
        deadline = time.monotonic() + 10
        while not any(code and code.startswith(codes.cipher.current_prefix) for code, _ in codes.stored().values()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        began = time.monotonic()
        with pytest.raises(RotationRunning, match="another rotation of recovery_code is running"):
            codes.rotate()
        assert 0.8 < time.monotonic() - began < 5
        assert codes.rotate(dry_run=True).finished  # which needs no lock
    assert codes.rotate().complete
    codes.check()


def test_the_lock_is_of_one_table(store: Store) -> None:
    codes = Codes(store, 100)
    store.run("CREATE TABLE other (id integer PRIMARY KEY, code BLOB)")
    ran: list[object] = []

    def also(progress: Progress) -> None:
        if not ran:
            ran.append(rotate_table(store.connect, table="other", columns=[Column("code", codes.cipher)]))

    codes.ring.rotate("customers")
    assert codes.rotate(progress=also).complete
    assert ran[0].complete


def test_a_planted_lock_is_not_used(tmp_path: Path) -> None:
    codes = Codes(open_store("sqlite3", tmp_path, None), 10)
    target, planted = tmp_path / "target", tmp_path / "shop.db-rotate-recovery_code"
    target.write_text("precious")
    for plant, said in [(planted.symlink_to, "it is a link"), (planted.hardlink_to, "hard link")]:
        plant(target)
        with pytest.raises(WrongTable, match=f"the lock next to the database cannot be used: .*{said}"):
            codes.rotate()
        assert target.read_text() == "precious"
        planted.unlink()
    assert codes.rotate().complete
    assert not planted.exists()


class TestServer:
    """A PostgreSQL that stops and starts."""

    @pytest.fixture
    def server(self) -> Iterator[Server]:
        server = Server()
        yield server
        server.remove()

    def test_it_goes_on_after_a_crash_and_a_restart(self, server: Server, tmp_path: Path) -> None:
        with server.database() as database:
            codes = Codes(open_store("psycopg", tmp_path, database), 1000)
            codes.ring.rotate("customers")
            codes.count_changes()
            happened: list[str] = []

            def disturb(progress: Progress) -> None:
                for done, what in ((200, server.kill), (500, server.stop)):
                    if progress.done >= done and what.__name__ not in happened:
                        happened.append(what.__name__)
                        what()
                        threading.Timer(0.3, server.start).start()

            report = codes.rotate(batch=20, progress=disturb)
            assert happened == ["kill", "stop"]
            assert report.complete
            codes.check()
            assert codes.changes() == {id: 1 for id in codes.values if id % 10}

    def test_without_patience_it_says_how_far_it_came(self, server: Server, tmp_path: Path) -> None:
        with server.database() as database:
            codes = Codes(open_store("psycopg", tmp_path, database), 1000)
            codes.ring.rotate("customers")

            def stop(progress: Progress) -> None:
                if progress.done == 400:
                    server.stop()

            with pytest.raises(DatabaseLost, match="run it again to go on") as lost:
                codes.rotate(batch=20, patience=0.5, progress=stop)
            report = lost.value.report
            assert report is not None
            assert (report.rows, report.written, report.finished) == (400, 360, False)
            assert "broken off" in str(report)
            server.start()
            report = codes.rotate()
            assert (report.complete, report.written, report.columns[0].current) == (True, 540, 360)
            codes.check()


class TestWrongTables:
    def test_names(self, store: Store) -> None:
        codes = Codes(store, 10)
        with pytest.raises(WrongTable, match="there is no table nothing"):
            codes.rotate(table="nothing")
        with pytest.raises(WrongTable, match="no column number: it has id, code, code_index"):
            codes.rotate(key="number")
        with pytest.raises(WrongTable, match="no column secret"):
            codes.rotate(columns=[Column("secret", codes.cipher)])
        with pytest.raises(WrongTable, match="no column token"):
            codes.rotate(columns=[Column("code", codes.cipher, indexes={"token": codes.index})])
        with pytest.raises(WrongTable, match="no column owner"):
            codes.rotate(columns=[Column("code", codes.cipher, row="owner")])
        store.run("ALTER TABLE recovery_code ADD COLUMN note integer")
        with pytest.raises(WrongTable, match="is not unique"):
            codes.rotate(key="note")
        store.run("CREATE VIEW codes AS SELECT * FROM recovery_code")
        with pytest.raises(WrongTable):
            codes.rotate(table="codes")
        for names in ("", "a..b", "a\0b"):
            with pytest.raises(WrongTable, match="no name"):
                codes.rotate(table=names)
        with pytest.raises(ValueError, match="at least one column"):
            codes.rotate(columns=[])
        with pytest.raises(ValueError, match="given once"):
            codes.rotate(columns=codes.columns * 2)

    def test_a_schema(self, database: Any, tmp_path: Path) -> None:
        codes = Codes(open_store("psycopg", tmp_path, database), 20)
        codes.store.run('CREATE SCHEMA "Shop"')
        codes.store.run('ALTER TABLE recovery_code SET SCHEMA "Shop"')
        codes.ring.rotate("customers")
        with pytest.raises(WrongTable, match="there is no table recovery_code in the database test_"):
            codes.rotate()
        assert codes.rotate(table="Shop.recovery_code").written == 18
        assert codes.rotate(table=("Shop", "recovery_code")).complete

    def test_a_partitioned_table(self, database: Any, tmp_path: Path) -> None:
        store = open_store("psycopg", tmp_path, database)
        codes = Codes(store, 100)
        store.run("ALTER TABLE recovery_code RENAME TO whole")
        store.run("CREATE TABLE recovery_code (LIKE whole INCLUDING ALL) PARTITION BY RANGE (id)")
        store.run("CREATE TABLE first PARTITION OF recovery_code FOR VALUES FROM (0) TO (50)")
        store.run("CREATE TABLE second PARTITION OF recovery_code FOR VALUES FROM (50) TO (200)")
        store.run("INSERT INTO recovery_code SELECT * FROM whole")
        codes.ring.rotate("customers")
        told: list[Progress] = []
        assert codes.rotate(batch=30, progress=told.append).written == 90
        assert told[0].total == 100
        codes.check()

    def test_columns_of_other_types(self, database: Any, tmp_path: Path) -> None:
        codes = Codes(open_store("psycopg", tmp_path, database), 10)
        codes.store.run("ALTER TABLE recovery_code ADD COLUMN number integer")
        with pytest.raises(WrongTable, match="the column number is of type integer"):
            codes.rotate(columns=[Column("number", codes.cipher)])

    def test_a_key_that_is_null(self, tmp_path: Path) -> None:
        store = open_store("sqlite3", tmp_path, None)
        codes = Codes(store, 10)
        store.run("CREATE TABLE t (id text PRIMARY KEY, code BLOB)")
        store.run("INSERT INTO t VALUES (NULL, ?)", (codes.cipher.encrypt("x"),))
        with pytest.raises(WrongTable, match="is NULL in a row"):
            codes.rotate(table="t", columns=[Column("code", codes.cipher)])


class TestRefusals:
    """Operations that a database does not allow a rotation."""

    def test_a_sqlite_that_can_only_be_read(self, tmp_path: Path) -> None:
        codes = Codes(open_store("sqlite3", tmp_path, None), 100)
        codes.ring.rotate("customers")
        path = tmp_path / "shop.db"
        with pytest.raises(RotationError, match="may only be read"):
            rotate_table(
                lambda: sqlite3.connect(f"file:{path}?mode=ro", uri=True), table="recovery_code", columns=codes.columns
            )

        def query_only() -> sqlite3.Connection:
            connection = sqlite3.connect(path)
            connection.execute("PRAGMA query_only = on")
            return connection

        with pytest.raises(WrongTable, match="query_only"):
            rotate_table(query_only, table="recovery_code", columns=codes.columns)
        assert codes.rotate(dry_run=True).columns[0].reencrypted == 90
        assert os.listdir(tmp_path) == ["shop.db"]

    def test_rights_in_postgresql(self, database: Any, tmp_path: Path) -> None:
        codes = Codes(open_store("psycopg", tmp_path, database), 100)
        run = codes.store.run
        name = f"rotator_{database.name}"
        run(f"CREATE ROLE {name} LOGIN")

        def connect() -> psycopg.Connection:
            return psycopg.connect(database.conninfo, user=name)

        def rotate(**options: Any) -> Any:
            return rotate_table(connect, table="recovery_code", columns=codes.columns, **options)

        codes.ring.rotate("customers")
        try:
            run(f"GRANT SELECT ON recovery_code TO {name}")
            with pytest.raises(WrongTable, match="may not UPDATE code"):
                rotate()
            assert rotate(dry_run=True).columns[0].reencrypted == 90
            run(f"GRANT UPDATE (code, code_index) ON recovery_code TO {name}")
            run("ALTER TABLE recovery_code ENABLE ROW LEVEL SECURITY")
            run("CREATE POLICY few ON recovery_code USING (id < 50)")
            with pytest.raises(RotationError, match="row-level security"):
                rotate()
            run("ALTER TABLE recovery_code DISABLE ROW LEVEL SECURITY")
            run(f"ALTER ROLE {name} SET default_transaction_read_only = on")
            with pytest.raises(WrongTable, match="can only be read"):
                rotate()
            run(f"ALTER ROLE {name} RESET default_transaction_read_only")
            run(f"ALTER ROLE {name} SET default_transaction_isolation = 'serializable'")
            assert rotate().complete
        finally:
            run(f"DROP OWNED BY {name}")
            run(f"DROP ROLE {name}")
        codes.check()

    def test_a_column_that_is_too_short(self, database: Any, tmp_path: Path) -> None:
        store = open_store("psycopg", tmp_path, database)
        ring = Keyring.in_memory()
        ring.create_key("customers")
        cipher = FieldCipher(ring["customers"], table="t", column="x", type=str)

        class Plain:
            def decrypt(self, stored: str, row: object = None, /) -> str:
                return stored

        store.run("CREATE TABLE t (id integer PRIMARY KEY, x varchar(20))")
        store.run("INSERT INTO t VALUES (1, 'abc')")
        with pytest.raises(RotationError, match="ALTER COLUMN"):
            rotate_table(store.connect, table="t", columns=[Column("x", Plain(), cipher)])
        assert store.run("SELECT x FROM t") == [("abc",)]

    def test_new_values_that_break_a_constraint(self, store: Store) -> None:
        codes = Codes(store, 100)
        store.run("CREATE UNIQUE INDEX once ON recovery_code (code_index)")
        codes.ring.rotate("customers")
        # What the unique index did not see: it is the same code, but indexed under the new key.
        store.run("INSERT INTO recovery_code VALUES (?, ?, ?)", codes.row(1000, codes.values[33]))
        codes.values[1000] = codes.values[33]
        report = codes.rotate(batch=40)
        (column,) = report.columns
        assert (report.finished, report.complete, report.written, column.failed) == (True, False, 89, 1)
        assert column.failures[0].key == (33,)
        assert "the database refused the new value" in column.failures[0].reason
        assert codes.values[33] not in column.failures[0].reason
        store.run("DELETE FROM recovery_code WHERE id = 1000")
        del codes.values[1000]
        assert codes.rotate().complete
        codes.check()

    def test_a_lock_on_the_whole_table(self, database: Any, tmp_path: Path) -> None:
        codes = Codes(open_store("psycopg", tmp_path, database), 100)
        codes.ring.rotate("customers")
        with psycopg.connect(database.conninfo) as holder:
            holder.execute("LOCK TABLE recovery_code IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(DatabaseBusy, match="others held a lock on recovery_code"):
                codes.rotate(patience=1)
            threading.Timer(1, holder.rollback).start()
            assert codes.rotate().complete
        codes.check()

    def test_a_lock_on_the_whole_sqlite(self, tmp_path: Path) -> None:
        codes = Codes(open_store("sqlite3", tmp_path, None), 100)
        codes.ring.rotate("customers")
        holder = sqlite3.connect(tmp_path / "shop.db", isolation_level=None, check_same_thread=False)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy, match="database is locked"):
            codes.rotate(patience=1)
        threading.Timer(1, lambda: holder.execute("ROLLBACK")).start()
        assert codes.rotate().complete
        codes.check()
        holder.close()

    def test_a_driver_that_is_not_known(self) -> None:
        cipher = FieldCipher(Keyring.in_memory().create_key("k"), "t", "x", str)
        with pytest.raises(RotationError, match="object cannot be used: a rotation works in PostgreSQL"):
            rotate_table(object, table="t", columns=[Column("x", cipher)])
