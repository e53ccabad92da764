"""Rotation of a table's columns to the current key, on PostgreSQL and SQLite."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest
from ironlatch.fields import BlindIndex, FieldCipher
from ironlatch.fields.legacy import PlainText
from ironlatch.keyring import Keyring
from ironlatch.rotation import (
    Column,
    Progress,
    RotationError,
    RotationStopped,
    Row,
    WrongTable,
    rotate_table,
    table_status,
)
from ironlatch.rotation._postgresql import PostgreSQL
from rotating import Codes, Store, open_store


@pytest.fixture(params=["sqlite3", "psycopg"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    database = None if request.param == "sqlite3" else request.getfixturevalue("database")
    return open_store(request.param, tmp_path, database)


@pytest.fixture
def codes(store: Store) -> Codes:
    return Codes(store, 250)


def test_every_value_moves_to_the_current_key(codes: Codes) -> None:
    old = codes.stored()
    codes.ring.rotate("customers")
    codes.count_changes()
    report = codes.rotate(batch=40)
    codes.check()
    assert report.complete
    (column,) = report.columns
    assert (report.rows, report.written, report.changed, report.left) == (250, 225, 0, 0)
    assert (column.reencrypted, column.current, column.null, column.failed) == (225, 0, 25, 0)
    assert [(version.number, version.state, version.values) for version in column.versions] == [(2, "primary", 225)]
    assert codes.changes() == {id: 1 for id in codes.values if id % 10}
    assert all(new != old[id] for id, new in codes.stored().items() if id % 10)
    again = codes.rotate()
    assert again.complete
    assert (again.written, again.columns[0].current) == (0, 225)
    assert codes.changes() == {id: 1 for id in codes.values if id % 10}


def test_psycopg2_does_it_too(tmp_path: Path, database: object) -> None:
    codes = Codes(open_store("psycopg2", tmp_path, database), 250)
    codes.ring.rotate("customers")
    report = codes.rotate(batch=40)
    codes.check()
    assert (report.complete, report.written) == (True, 225)


def test_an_engine_of_sqlalchemy_gives_connections(codes: Codes, database: object, tmp_path: Path) -> None:
    import sqlalchemy

    url = f"sqlite:///{tmp_path / 'shop.db'}" if codes.store.kind == "sqlite3" else database.url
    engine = sqlalchemy.create_engine(url, pool_size=1, max_overflow=0)
    codes.ring.rotate("customers")
    assert rotate_table(engine, table="recovery_code", columns=codes.columns).complete
    codes.check()
    with engine.connect() as connection:  # which the pool still has to give
        assert connection.execute(sqlalchemy.text("SELECT count(*) FROM recovery_code")).scalar() == 250
    engine.dispose()


@pytest.mark.parametrize("batch", [1, 7, 249, 250, 251, 100_000])
def test_batches_of_any_size(codes: Codes, batch: int) -> None:
    codes.ring.rotate("customers")
    report = codes.rotate(batch=batch)
    codes.check()
    assert (report.complete, report.written, report.rounds) == (True, 225, 2)


@pytest.mark.parametrize("batch", [0, -1, 100_001])
def test_batches_of_no_size(codes: Codes, batch: int) -> None:
    with pytest.raises(ValueError, match="1 to 100,000"):
        codes.rotate(batch=batch)
    with pytest.raises(ValueError, match="1 to 100,000"):
        table_status(codes.store.connect, table="recovery_code", columns=codes.columns, batch=batch)


def test_an_empty_table(store: Store) -> None:
    codes = Codes(store, 0)
    report = codes.rotate()
    assert (report.complete, report.rows, report.rounds) == (True, 0, 1)
    assert report.columns[0].versions[0].values == 0


def test_a_dry_run_opens_all_and_writes_nothing(codes: Codes) -> None:
    codes.ring.rotate("customers")
    codes.store.run(
        "UPDATE recovery_code SET code = ?, code_index = ? WHERE id = ?", codes.row(7, codes.values[7])[1:] + (7,)
    )
    codes.store.run("UPDATE recovery_code SET code = ? WHERE id = ?", (codes.cipher.encrypt("moved", 1), 8))
    before = codes.stored()
    report = codes.rotate(dry_run=True, batch=100)
    assert codes.stored() == before
    (column,) = report.columns
    assert (column.reencrypted, column.current, column.null, column.failed) == (223, 1, 25, 1)
    assert [failure.key for failure in column.failures] == [(8,)]
    assert [(version.number, version.values) for version in column.versions] == [(2, 2), (1, 223)]
    assert not report.complete
    assert "would be re-encrypted" in str(report)
    assert "dry run" in str(report)


def test_status_says_what_is_under_which_version(codes: Codes) -> None:
    codes.ring.rotate("customers")
    codes.store.run("UPDATE recovery_code SET code = ? WHERE id = ?", (b"\xc1\x00\x00\x00\x09" + bytes(50), 8))
    codes.store.run("UPDATE recovery_code SET code = ? WHERE id = ?", (b"gAAAAA", 9))
    before = codes.stored()
    report = table_status(codes.store.connect, table="recovery_code", columns=codes.columns, batch=100)
    assert codes.stored() == before
    (column,) = report.columns
    found = [(version.number, version.state, version.values) for version in column.versions]
    assert found == [(2, "primary", 0), (1, "active", 223), (None, "unknown", 1)]
    assert (column.other, column.null, column.old) == (1, 25, 225)
    assert "still needed" in str(report)
    assert "under version 1" in str(report)


def test_the_report_as_json(codes: Codes) -> None:
    codes.ring.rotate("customers")
    codes.store.run("UPDATE recovery_code SET code = ? WHERE id = ?", (codes.stored()[7][0], 8))
    told = json.loads(codes.rotate().to_json())
    assert (told["table"], told["mode"], told["complete"], told["rows"]) == ("recovery_code", "rotation", False, 250)
    assert (told["written"], told["rounds"]) == (224, 2)
    (column,) = told["columns"]
    assert (column["reencrypted"], column["null"], column["failed"]) == (224, 25, 1)
    (failure,) = column["failures"]
    assert (failure["key"], failure["kind"]) == ([8], "Tampered")
    assert [version["values"] for version in column["versions"]] == [224, 1]


def test_progress_is_told(codes: Codes) -> None:
    codes.ring.rotate("customers")
    told = []
    codes.rotate(batch=100, progress=told.append)
    assert [(progress.round, progress.done, progress.total) for progress in told] == [
        (1, 100, 250), (1, 200, 250), (1, 250, 250), (2, 100, 250), (2, 200, 250), (2, 250, 250),
    ]  # fmt: skip
    assert all(progress.rate > 0 and progress.left is not None and progress.left >= 0 for progress in told)
    assert told[2].left == 0


def test_values_that_do_not_open_stay_and_are_told(codes: Codes) -> None:
    stored = codes.stored()
    codes.ring.rotate("customers")
    flipped = bytearray(stored[11][0])
    flipped[-1] ^= 1
    wrong = {
        11: bytes(flipped),
        12: stored[13][0],
        14: stored[14][0][:20],
        15: b"",
        16: b"\xc1\x00\x00\x00\x07" + bytes(60),
    }
    codes.store.fill("UPDATE recovery_code SET code = ? WHERE id = ?", [(code, id) for id, code in wrong.items()])
    report = codes.rotate(batch=40)
    (column,) = report.columns
    assert (report.finished, report.complete, report.written, column.failed) == (True, False, 220, 5)
    kinds = {failure.key: failure.kind for failure in column.failures}
    assert kinds == {
        (11,): "Tampered",
        (12,): "Tampered",
        (14,): "MalformedValue",
        (15,): "MalformedValue",
        (16,): "UnknownKey",
    }
    after = codes.stored()
    for id, code in wrong.items():
        assert after[id][0] == code
    assert all(codes.cipher.decrypt(after[id][0], id) == value for id, value in codes.values.items() if id not in wrong)
    assert "12: " in str(report)
    assert codes.values[12] not in str(report) + report.to_json()


def test_stopping_at_the_first_that_does_not_open(codes: Codes) -> None:
    codes.ring.rotate("customers")
    codes.store.run("UPDATE recovery_code SET code = ? WHERE id = ?", (codes.stored()[7][0], 105))
    with pytest.raises(RotationStopped, match="row 105") as stopped:
        codes.rotate(batch=40, stop_on_error=True)
    report = stopped.value.report
    assert report is not None
    assert (report.finished, report.written) == (False, 72)
    assert "run it again" in str(report)


def test_disabled_and_destroyed_versions(codes: Codes) -> None:
    first = codes.ring["customers"].versions[0].id
    codes.ring.rotate("customers")
    codes.ring.disable("customers", first)
    report = codes.rotate()
    assert (report.written, report.columns[0].failed) == (0, 225)
    assert {failure.kind for failure in report.columns[0].failures} == {"KeyDisabled"}
    codes.ring.enable("customers", first)
    assert codes.rotate(batch=100).complete
    codes.check()
    third = codes.row(1, codes.values[1])
    codes.ring.rotate("customers")
    assert codes.rotate().complete
    for version in codes.ring["customers"].versions[:2]:
        if version.state != "disabled":
            codes.ring.disable("customers", version.id)
        codes.ring.destroy("customers", version.id)
    codes.check()  # with all that the old versions are gone
    codes.store.run("UPDATE recovery_code SET code = ? WHERE id = ?", (third[1], 1))
    (failure,) = codes.rotate().columns[0].failures
    assert (failure.key, failure.kind) == ((1,), "KeyDestroyed")


def test_missing_indexes_are_filled_in(codes: Codes) -> None:
    codes.store.run("ALTER TABLE recovery_code ADD COLUMN new_index BLOB")
    index = BlindIndex(codes.ring["customers"], table="recovery_code", column="code", type=str, bits=64)
    codes.columns[0] = Column("code", codes.cipher, indexes={"code_index": codes.index, "new_index": index})
    codes.store.run("UPDATE recovery_code SET code_index = NULL WHERE id < 20")
    before = codes.stored()
    report = codes.rotate(batch=40)
    assert (report.complete, report.columns[0].reencrypted, report.columns[0].reindexed) == (True, 0, 225)
    assert {id: code for id, (code, _) in codes.stored().items()} == {id: code for id, (code, _) in before.items()}
    codes.check()
    for id, token in codes.store.run("SELECT id, new_index FROM recovery_code"):
        assert token == (index.token(codes.values[id]) if id % 10 else None)


def test_a_rotation_is_complete_when_each_token_is_that_of_its_value(codes: Codes) -> None:
    stored = codes.stored()
    old = codes.ring["customers"].primary.id
    codes.ring.rotate("customers")
    assert codes.rotate().complete
    # What a writer leaves that draws its two facts at two moments: the new version, and a token of
    # the old one.
    codes.store.run("UPDATE recovery_code SET code_index = ? WHERE id = 3", (stored[3][1],))
    looked = codes.rotate(dry_run=True)
    assert (looked.columns[0].reindexed, looked.columns[0].reencrypted) == (1, 0)
    report = codes.rotate()
    assert (report.complete, report.written, report.columns[0].reindexed) == (True, 1, 1)
    codes.ring.disable("customers", old)
    codes.check()


def test_examining_finds_tampered_values_of_the_current_key(codes: Codes) -> None:
    stored = codes.stored()
    codes.columns[0] = Column("code", codes.cipher)
    codes.store.run("UPDATE recovery_code SET code = ? WHERE id = 5", (stored[6][0],))
    assert codes.rotate().failed == 0
    report = codes.rotate(examine=True)
    assert (report.written, report.columns[0].failed) == (0, 1)
    assert report.columns[0].failures[0].key == (5,)


def test_an_index_under_another_key_follows_that_key(codes: Codes) -> None:
    codes.ring.create_key("indexes")
    codes.index = BlindIndex(codes.ring["indexes"], table="recovery_code", column="code", type=str, bits=64)
    codes.columns = [Column("code", codes.cipher, indexes={"code_index": codes.index})]
    assert codes.rotate().columns[0].reindexed == 225
    codes.check()
    codes.ring.rotate("indexes")
    assert codes.rotate().columns[0].reindexed == 225
    codes.check()
    codes.ring.rotate("customers")
    assert codes.rotate().columns[0].reencrypted == 225
    codes.check()


@pytest.mark.parametrize("deterministic", [True, False])
def test_a_column_changes_its_mode(codes: Codes, deterministic: bool) -> None:
    def cipher(deterministic: bool) -> FieldCipher:
        return FieldCipher(codes.ring["customers"], "recovery_code", "code", deterministic=deterministic)

    before, after = cipher(not deterministic), cipher(deterministic)
    stored = before.encrypt("x", 1)
    codes.store.run("UPDATE recovery_code SET code = ?", (None,))
    codes.store.run("UPDATE recovery_code SET code = ? WHERE id = 1", (stored,))
    codes.columns = [Column("code", after)]
    assert after.decrypt(stored, 1) == before.decrypt(after.encrypt("x", 1), 1) == "x"
    assert after.needs_update(stored)
    assert not before.needs_update(stored)
    report = codes.rotate()
    assert (report.complete, report.written) == (True, 1)
    moved = codes.stored()[1][0]
    assert not after.needs_update(moved)
    assert after.decrypt(moved, 1) == "x"
    if deterministic:
        assert moved in after.tokens("x", 1)
        assert stored not in after.tokens("x", 1)


class TestFamilies:
    """Tables of PostgreSQL that store rows in others: partitions, and tables with children."""

    COLUMNS = "(id integer NOT NULL, code bytea, code_index bytea)"

    @pytest.fixture
    def codes(self, tmp_path: Path, database: object) -> Codes:
        codes = Codes(open_store("psycopg", tmp_path, database), 0)
        codes.store.run("DROP TABLE recovery_code")
        return codes

    def fill(self, codes: Codes, table: str, ids: range) -> None:
        codes.store.fill(f"INSERT INTO {table} VALUES (?, ?, ?)", [codes.row(id, f"{table} {id}") for id in ids])

    def check(self, codes: Codes, table: str, ids: range) -> None:
        rows = codes.store.run(f"SELECT id, code, code_index FROM ONLY {table}")
        assert {id: codes.cipher.decrypt(code, id) for id, code, _ in rows} == {id: f"{table} {id}" for id in ids}
        for id, code, token in rows:
            assert not codes.cipher.needs_update(code)
            assert token == codes.index.token(f"{table} {id}")

    def test_tables_that_inherit_it_are_rotated_too_though_keys_repeat(self, codes: Codes) -> None:
        codes.store.run(f"CREATE TABLE recovery_code {self.COLUMNS}")
        codes.store.run("CREATE TABLE child () INHERITS (recovery_code)")
        codes.store.run('CREATE SCHEMA "o""ther%s"')
        codes.store.run('CREATE TABLE "o""ther%s".grandchild (more text) INHERITS (child)')
        grandchild = '"o""ther%s".grandchild'
        tables = {"recovery_code": range(1, 30), "child": range(1, 40), grandchild: range(20, 50)}
        for table, ids in tables.items():
            codes.store.run(f"ALTER TABLE {table} ADD PRIMARY KEY (id)")
            codes.store.fill(
                f"INSERT INTO {table} (id, code, code_index) VALUES (?, ?, ?)",
                [codes.row(id, f"{table} {id}") for id in ids],
            )
        codes.ring.rotate("customers")
        assert table_status(codes.store.connect, table="recovery_code", columns=codes.columns).rows == 98
        report = codes.rotate(batch=7)
        assert (report.complete, report.rows, report.written) == (True, 98, 98)
        for table, ids in tables.items():
            self.check(codes, table, ids)
        assert codes.rotate(table="child").rows == 69

    def test_each_needs_a_key_of_its_own(self, codes: Codes) -> None:
        codes.store.run(f"CREATE TABLE recovery_code {self.COLUMNS}")
        codes.store.run("ALTER TABLE recovery_code ADD PRIMARY KEY (id)")
        codes.store.run("CREATE TABLE child () INHERITS (recovery_code)")
        with pytest.raises(WrongTable, match=r"key \(id\) of public.child is not unique .* inherits"):
            codes.rotate()

    def test_a_child_that_comes_meanwhile(self, codes: Codes) -> None:
        codes.store.run(f"CREATE TABLE recovery_code {self.COLUMNS}")
        codes.store.run("ALTER TABLE recovery_code ADD PRIMARY KEY (id)")
        self.fill(codes, "recovery_code", range(1, 30))
        codes.store.run("CREATE TABLE child (LIKE recovery_code INCLUDING ALL)")
        self.fill(codes, "child", range(1, 40))
        codes.ring.rotate("customers")

        def attach(progress: Progress) -> None:
            if (progress.round, progress.done) == (1, 10):
                codes.store.run("ALTER TABLE child INHERIT recovery_code")

        report = codes.rotate(batch=10, progress=attach)
        assert (report.complete, report.rows) == (True, 68)
        self.check(codes, "recovery_code", range(1, 30))
        self.check(codes, "child", range(1, 40))

    def test_partitions_are_one_table(self, codes: Codes) -> None:
        codes.store.run(f"CREATE TABLE recovery_code {self.COLUMNS} PARTITION BY RANGE (id)")
        codes.store.run("ALTER TABLE recovery_code ADD PRIMARY KEY (id)")
        codes.store.run(
            "CREATE TABLE low PARTITION OF recovery_code FOR VALUES FROM (0) TO (50) PARTITION BY RANGE (id)"
        )
        codes.store.run("CREATE TABLE lowest PARTITION OF low FOR VALUES FROM (0) TO (20)")
        codes.store.run("CREATE TABLE lower PARTITION OF low DEFAULT")
        codes.store.run("CREATE TABLE high PARTITION OF recovery_code DEFAULT")
        self.fill(codes, "recovery_code", range(1, 90))
        codes.ring.rotate("customers")
        report = codes.rotate(batch=7)
        assert (report.complete, report.rows, report.written) == (True, 89, 89)
        rows = codes.store.run("SELECT id, code FROM recovery_code")
        assert {codes.cipher.decrypt(code, id) for id, code in rows} == {f"recovery_code {id}" for id in range(1, 90)}
        assert not any(codes.cipher.needs_update(code) for _, code in rows)

    def test_what_is_on_another_server_is_refused(self, codes: Codes) -> None:
        codes.store.run(f"CREATE TABLE recovery_code {self.COLUMNS}")
        codes.store.run("ALTER TABLE recovery_code ADD PRIMARY KEY (id)")
        codes.store.run("CREATE FOREIGN DATA WRAPPER nothing")
        codes.store.run("CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing")
        codes.store.run(
            "CREATE FOREIGN TABLE away () INHERITS (recovery_code) SERVER elsewhere OPTIONS (filename '/x')"
        )
        with pytest.raises(WrongTable, match="public.away.* is a foreign table"):
            codes.rotate()


def test_only_what_is_known_is_rotated(codes: Codes, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []

    class Elsewhere:
        def close(self) -> None:
            closed.append(self)

    with pytest.raises(
        RotationError, match="Elsewhere cannot be used: a rotation works in PostgreSQL.*SQLite.*row by row"
    ):
        rotate_table(Elsewhere, table="recovery_code", columns=codes.columns)
    assert len(closed) == 1
    if codes.store.kind == "sqlite3":
        return
    run = PostgreSQL._run
    for words in (
        "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC, Redshift 1.0.12103",
        "CockroachDB CCL v25.2.0 (x86_64-pc-linux-gnu, built …)",
        "PostgreSQL 15.2-YB-2.25.0.0-b0 on x86_64-pc-linux-gnu",
    ):

        def answer(self: PostgreSQL, statement: str, *more: object, words: str = words) -> list:
            return [(words,)] if "version()" in statement else run(self, statement, *more)

        with monkeypatch.context() as patch:
            patch.setattr(PostgreSQL, "_run", answer)
            with pytest.raises(RotationError, match="no PostgreSQL"):
                codes.rotate()


class TestBindings:
    """Keys, and what values are bound to."""

    def test_a_composite_key(self, store: Store) -> None:
        ring = Keyring.in_memory()
        ring.create_key("customers")
        cipher = FieldCipher(ring["customers"], table="note", column="text", type=str)
        store.run(
            "CREATE TABLE note (tenant varchar(20) NOT NULL, day integer NOT NULL, text BLOB, PRIMARY KEY (tenant, day))"
        )
        keys = [(tenant, day) for tenant in ("ada", "bob", "Čeněk", "%s") for day in range(30)]
        store.fill("INSERT INTO note VALUES (?, ?, ?)", [(*key, cipher.encrypt(f"{key}", key)) for key in keys])
        ring.rotate("customers")
        report = rotate_table(
            store.connect, table="note", key=("tenant", "day"), columns=[Column("text", cipher)], batch=7
        )
        assert (report.complete, report.written, report.rows) == (True, 120, 120)
        rows = store.run("SELECT tenant, day, text FROM note")
        assert sorted(cipher.decrypt(text, (tenant, day)) for tenant, day, text in rows) == sorted(map(str, keys))
        store.run(
            "UPDATE note SET text = (SELECT text FROM note WHERE tenant = 'ada' AND day = 3) WHERE tenant = 'bob' AND day = 4"
        )
        ring.rotate("customers")
        report = rotate_table(store.connect, table="note", key=("tenant", "day"), columns=[Column("text", cipher)])
        assert [failure.key for failure in report.columns[0].failures] == [("bob", 4)]

    def test_text_columns_and_several_of_them_with_odd_names(self, store: Store) -> None:
        ring = Keyring.in_memory()
        ring.create_key("customers")
        ciphers = [FieldCipher(ring["customers"], table="t", column=str(number), type=str) for number in range(3)]
        store.run(
            'CREATE TABLE "Odd ""table"" 100%" ("the key%" integer PRIMARY KEY, "a ""b""" text, "%%s" BLOB, "c" varchar(200))'
        )
        store.fill(
            'INSERT INTO "Odd ""table"" 100%" VALUES (?, ?, ?, ?)',
            [
                (
                    id,
                    ciphers[0].encrypt(f"a{id}", id, text=True),
                    ciphers[1].encrypt(f"b{id}", id),
                    None if id % 3 else ciphers[2].encrypt(f"c{id}", text=True),
                )
                for id in range(100)
            ],
        )
        ring.rotate("customers")
        columns = [Column('a "b"', ciphers[0]), Column("%%s", ciphers[1]), Column("c", ciphers[2], row=None)]
        report = rotate_table(store.connect, table=('Odd "table" 100%',), key="the key%", columns=columns, batch=30)
        assert (report.complete, report.written) == (True, 100)
        assert [(column.reencrypted, column.null) for column in report.columns] == [(100, 0), (100, 0), (34, 66)]
        for id, first, second, third in store.run('SELECT * FROM "Odd ""table"" 100%"'):
            assert first.startswith(ciphers[0].current_text_prefix)
            opened = ciphers[0].decrypt(first, id), ciphers[1].decrypt(second, id), ciphers[2].decrypt(third)
            assert opened == (f"a{id}", f"b{id}", None if id % 3 else f"c{id}")

    def test_moving_to_another_binding_and_key(self, store: Store) -> None:
        ring = Keyring.in_memory()
        ring.create_key("customers")
        ring.create_key("people")
        old = FieldCipher(ring["customers"], table="customer", column="code", type=str)
        new = FieldCipher(ring["people"], table="person", column="secret", type=str)
        store.run("CREATE TABLE person (id integer PRIMARY KEY, number varchar(32) NOT NULL, secret BLOB)")
        number = "00000000000000000000000000000{:03}"
        store.fill(
            "INSERT INTO person VALUES (?, ?, ?)",
            [(id, number.format(id), old.encrypt(f"s{id}", id)) for id in range(100)],
        )
        store.run("UPDATE person SET secret = ? WHERE id = 5", (new.encrypt("s5", UUID(number.format(5))),))
        column = Column("secret", old, new, new_row=Row("number", convert=UUID))
        report = rotate_table(store.connect, table="person", columns=[column], batch=30)
        assert (report.complete, report.written, report.columns[0].current) == (True, 99, 1)
        for id, uuid, secret in store.run("SELECT id, number, secret FROM person"):
            assert new.decrypt(secret, UUID(uuid)) == f"s{id}"
        assert rotate_table(store.connect, table="person", columns=[column]).written == 0

    def test_moving_within_one_key_is_done_once_only(self, store: Store) -> None:
        ring = Keyring.in_memory()
        ring.create_key("customers")
        old = FieldCipher(ring["customers"], table="a", column="x", type=str)
        new = FieldCipher(ring["customers"], table="b", column="x", type=str)
        store.run("CREATE TABLE b (id integer PRIMARY KEY, x BLOB)")
        store.fill(
            "INSERT INTO b VALUES (?, ?)", [(id, (new if id < 40 else old).encrypt(f"x{id}", id)) for id in range(100)]
        )
        store.run("UPDATE b SET x = ? WHERE id = 50", (old.encrypt("x51", 51),))
        column = Column("x", old, new)
        report = rotate_table(store.connect, table="b", columns=[column], batch=30)
        assert (report.written, report.columns[0].current, report.columns[0].failed) == (59, 40, 1)
        assert rotate_table(store.connect, table="b", columns=[column]).written == 0
        opened = {id: new.decrypt(x, id) for id, x in store.run("SELECT id, x FROM b") if id != 50}
        assert opened == {id: f"x{id}" for id in range(100) if id != 50}

    def test_a_reader_cannot_write(self, store: Store) -> None:
        with pytest.raises(ValueError, match="the column x needs a new_cipher: PlainText only reads"):
            Column("x", PlainText())

    def test_a_reader_of_ones_own(self, store: Store) -> None:
        class Reversed:
            def decrypt(self, stored: str, row: object = None, /) -> str:
                if not stored.startswith("rev:"):
                    raise ValueError("no reversed text")
                return stored[:3:-1]

        ring = Keyring.in_memory()
        ring.create_key("customers")
        cipher = FieldCipher(ring["customers"], table="t", column="x", type=str)
        store.run("CREATE TABLE t (id integer PRIMARY KEY, x text)")
        store.fill("INSERT INTO t VALUES (?, ?)", [(id, f"rev:{id:03}"[:4] + f"{id:03}"[::-1]) for id in range(100)])
        store.run("UPDATE t SET x = 'plain' WHERE id = 3")
        store.run("UPDATE t SET x = ? WHERE id = 4", (cipher.encrypt("004", 4, text=True),))
        ring.rotate("customers")
        column = Column("x", Reversed(), cipher)
        report = rotate_table(store.connect, table="t", columns=[column], batch=30)
        assert (report.written, report.columns[0].failed) == (99, 1)
        assert report.columns[0].failures[0].reason == "no reversed text"
        assert {id: cipher.decrypt(x, id) for id, x in store.run("SELECT id, x FROM t") if id != 3} == {
            id: f"{id:03}" for id in range(100) if id != 3
        }
