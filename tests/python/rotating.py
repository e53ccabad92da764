"""A table of recovery codes in PostgreSQL or SQLite, for the tests of rotations."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
import psycopg2
from ironlatch.fields import BlindIndex, FieldCipher
from ironlatch.keyring import Keyring
from ironlatch.rotation import Column, Report, rotate_table
from postgres import Database


class Store:
    """A database. Statements have ``?`` for parameters and BLOB for bytes."""

    def __init__(self, kind: str, connect: Callable[[], Any]) -> None:
        self.kind, self.connect = kind, connect

    def sql(self, statement: str) -> str:
        if self.kind == "sqlite3":
            return statement
        return statement.replace("%", "%%").replace("?", "%s").replace("BLOB", "bytea")

    def run(self, statement: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """Runs one statement, on a connection of its own."""
        connection = self.connect()
        try:
            cursor = connection.cursor()
            cursor.execute(self.sql(statement), tuple(parameters))
            rows = cursor.fetchall() if cursor.description else []
            connection.commit()
        finally:
            connection.close()
        return [tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in rows]

    def fill(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Runs a statement for each of the rows."""
        connection = self.connect()
        connection.cursor().executemany(self.sql(statement), list(rows))
        connection.commit()
        connection.close()


def open_store(kind: str, folder: Path, database: Database | None) -> Store:
    """``database`` is None for sqlite3."""
    if database is None:
        return Store(kind, lambda: sqlite3.connect(folder / "shop.db", timeout=20))
    module = {"psycopg": psycopg, "psycopg2": psycopg2}[kind]
    return Store(kind, lambda: module.connect(database.conninfo))


class Codes:
    """Customers' recovery codes, encrypted and with a blind index; every tenth row has none."""

    def __init__(self, store: Store, count: int) -> None:
        self.store, self.count = store, count
        self.ring = Keyring.in_memory()
        self.ring.create_key("customers")
        key = self.ring["customers"]
        self.cipher = FieldCipher(key, table="recovery_code", column="code", type=str)
        self.index = BlindIndex(key, table="recovery_code", column="code", type=str, bits=64)
        self.columns = [Column("code", self.cipher, indexes={"code_index": self.index})]
        store.run("CREATE TABLE recovery_code (id integer PRIMARY KEY, code BLOB, code_index BLOB)")
        self.values = {id: f"{id:04}-{id * 7919 % 10000:04}" if id % 10 else None for id in range(1, count + 1)}
        store.fill(
            "INSERT INTO recovery_code VALUES (?, ?, ?)", (self.row(id, value) for id, value in self.values.items())
        )

    def row(self, id: int, value: str | None) -> tuple[int, bytes | None, bytes | None]:
        """A row of the table, under the current key."""
        stored = self.cipher.encrypt(value, id)
        beside = stored if self.index.key.name == self.cipher.key.name else None
        return id, stored, None if value is None else self.index.token(value, beside=beside)

    def rotate(self, **options: Any) -> Report:
        """Rotates the table, with options of rotate_table."""
        return rotate_table(self.store.connect, **{"table": "recovery_code", "columns": self.columns, **options})

    def stored(self) -> dict[int, tuple[bytes | None, bytes | None]]:
        """The contents of the table."""
        return {
            id: (code, token) for id, code, token in self.store.run("SELECT id, code, code_index FROM recovery_code")
        }

    def check(self) -> None:
        """Every value is there, in its row, under the current key, and found by its index."""
        stored = self.stored()
        assert {id: self.cipher.decrypt(code, id) for id, (code, _) in stored.items()} == self.values
        for id, (code, token) in stored.items():
            if code is not None:
                assert code.startswith(self.cipher.current_prefix)
                assert token == self.index.token(self.values[id])

    def count_changes(self) -> None:
        """From now on every change of a row's code is kept."""
        self.store.run("CREATE TABLE change (id integer NOT NULL)")
        if self.store.kind == "sqlite3":
            self.store.run(
                "CREATE TRIGGER noted AFTER UPDATE OF code ON recovery_code BEGIN INSERT INTO change VALUES (new.id); END"
            )
            return
        self.store.run(
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN INSERT INTO change VALUES (new.id); RETURN new; END'"
        )
        self.store.run(
            "CREATE TRIGGER noted AFTER UPDATE OF code ON recovery_code FOR EACH ROW EXECUTE FUNCTION note()"
        )

    def changes(self) -> dict[int, int]:
        """The number of changes of each row's code."""
        return dict(self.store.run("SELECT id, count(*) FROM change GROUP BY id"))
