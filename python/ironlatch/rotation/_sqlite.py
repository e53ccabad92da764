"""SQLite, by Python's own module."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote as percent

from ironlatch._native.fs import FileLock
from ironlatch.rotation._database import HEAD, Database, Fault, Page, Prefixes, Write, quote
from ironlatch.rotation._errors import WrongTable

__all__ = ["SQLite"]

PRIMARY = 0xFF  # An extended error code holds the primary one in its lowest byte.
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
HINTS = {
    sqlite3.SQLITE_READONLY: "the file, its directory or the connection may only be read",
    sqlite3.SQLITE_FULL: "free some space on the disk",
    sqlite3.SQLITE_CORRUPT: "take a copy of the file before anything else, then see `pragma integrity_check`",
}


class SQLite(Database):
    name = "SQLite"

    table = ""
    _lock: FileLock | None = None

    def prepare(self, writing: bool) -> None:
        # Transactions are ours to begin. Before Python 3.12 there is only the first of the two.
        self.connection.isolation_level = None
        if getattr(self.connection, "autocommit", True) is False:
            self.connection.autocommit = True
        self.connection.row_factory = None
        self.connection.text_factory = str
        self._run("PRAGMA busy_timeout = 2000")
        self._look_up()
        self._check_key()
        if writing and self._run("PRAGMA query_only")[0][0]:
            raise WrongTable("the connection can only read: PRAGMA query_only is on")

    def lock(self) -> str | None:
        """Locks a file next to the database. The system releases it when the process ends, in
        whatever way.
        """
        schema = self.layout.table[0] if len(self.layout.table) > 1 else "main"
        paths = {name: path for _, name, path in self._run("PRAGMA database_list")}
        path = paths.get(schema)
        if not path:
            return None  # In memory: nobody else sees it.
        beside = f"{path}-rotate-{percent(self.layout.table[-1].lower(), safe='')}"
        try:
            lock = FileLock.attempt(beside)
        except OSError as error:
            raise WrongTable(f"the lock next to the database cannot be used: {error.strerror or error}") from None
        if isinstance(lock, str):
            return f"process {lock or 'that has just begun'}"
        self._lock = lock
        return None

    def unlock(self) -> None:
        if self._lock is not None:
            lock, self._lock = self._lock, None
            with contextlib.suppress(FileNotFoundError):
                lock.release()

    def estimate(self) -> int | None:
        return int(self._run(f"SELECT count(*) FROM {self.table}")[0][0])

    def parts(self) -> list[str]:
        return [self.table]

    def page(self, part: str, after: tuple[Any, ...] | None, limit: int, prefixes: Sequence[Prefixes]) -> Page:
        layout = self.layout
        columns = [quote(name) for name in (*layout.key, *layout.beside)]
        parameters: list[Any] = []
        for place, prefix in zip(layout.places, prefixes, strict=True):
            name = quote(place.name)
            columns.append(f"substr({name}, 1, {HEAD})")
            if prefix is None:
                columns.append(name)
            else:
                # A column holds what was put into it, bytes or text. Neither equals the other.
                binary, texts = prefix
                marks = ", ".join("?" * len(texts))
                begins = f"(substr({name}, 1, {len(binary)}) = ? OR substr({name}, 1, {len(texts[0])}) IN ({marks}))"
                columns.append(f"CASE WHEN {begins} THEN NULL ELSE {name} END")
                parameters += [binary, *texts]
            columns += [quote(index) for index in place.indexes]
        key = ", ".join(quote(name) for name in layout.key)
        where = ""
        if after is not None:
            where = f" WHERE ({key}) > ({', '.join('?' * len(after))})"
            parameters += after
        selected = ", ".join(columns)
        return self.split(
            self._run(f"SELECT {selected} FROM {part}{where} ORDER BY {key} LIMIT ?", [*parameters, limit])
        )

    def write(self, part: str, writes: Sequence[Write]) -> set[tuple[Any, ...]]:
        sets, unchanged = [], []
        for place in self.layout.places:
            column = quote(place.name)
            sets.append(f"{column} = coalesce(?, {column})")
            sets += [f"{quote(index)} = coalesce(?, {quote(index)})" for index in place.indexes]
            unchanged.append(f"(? IS NULL OR {column} = ? COLLATE BINARY)")
        same = " AND ".join([*(f"{quote(name)} = ?" for name in self.layout.key), *unchanged])
        statement = f"UPDATE {part} SET {', '.join(sets)} WHERE {same}"
        written = set()
        cursor = self.connection.cursor()
        # A write lock at once: a transaction that begins by reading cannot always wait for one.
        cursor.execute("BEGIN IMMEDIATE")
        try:
            for write in writes:
                new = [value for cell in write.cells for value in (cell.new, *cell.tokens)]
                old = [value for cell in write.cells for value in (cell.old, cell.old)]
                cursor.execute(statement, [*new, *write.key, *old])
                if cursor.rowcount:
                    written.add(write.key)
            cursor.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                cursor.execute("ROLLBACK")
            raise
        return written

    def fault(self, error: Exception) -> Fault:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & PRIMARY
        if code in BUSY:
            return Fault.BUSY
        return Fault.CONSTRAINT if code == sqlite3.SQLITE_CONSTRAINT else Fault.OTHER

    def explain(self, error: Exception) -> str:
        hint = HINTS.get(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & PRIMARY)
        return f"{error} ({hint})" if hint else str(error)

    def token_form(self, column: str) -> str:
        declared = self._types[column].upper()
        if "INT" in declared:
            return "int"
        return "text" if any(part in declared for part in ("CHAR", "CLOB", "TEXT")) else "bytes"

    def close(self) -> None:
        self.unlock()
        super().close()

    def _look_up(self) -> None:
        layout = self.layout
        self.table = quote(*layout.table)
        shown = ".".join(layout.table)
        name = layout.table[-1]
        schema = f"{quote(layout.table[0])}." if len(layout.table) > 1 else ""
        columns = self._run(f"PRAGMA {schema}table_info({quote(name)})")
        if not columns:
            files = [path for _, _, path in self._run("PRAGMA database_list")]
            raise WrongTable(f"there is no table {shown} in {', '.join(filter(None, files)) or 'the database'}")
        self._types = {column[1]: column[2] for column in columns}
        self._primary = {column[1] for column in columns if column[5]}
        self._never_null = {column[1] for column in columns if column[3]}
        wanted = [*layout.key, *layout.beside]
        for place in layout.places:
            wanted += [place.name, *place.indexes]
        for column in wanted:
            if column not in self._types:
                raise WrongTable(f"{shown} has no column {column}: it has {', '.join(self._types)}")

    def _check_key(self) -> None:
        layout = self.layout
        schema = f"{quote(layout.table[0])}." if len(layout.table) > 1 else ""
        unique = [self._primary] if self._primary else []
        for _, index, is_unique, _, partial in self._run(f"PRAGMA {schema}index_list({quote(layout.table[-1])})"):
            if is_unique and not partial:
                unique.append({column[2] for column in self._run(f"PRAGMA {schema}index_info({quote(index)})")})
        shown = f"the key ({', '.join(layout.key)}) of {'.'.join(layout.table)}"
        if not any(names <= set(layout.key) for names in unique):
            raise WrongTable(f"{shown} is not unique: give the primary key")
        null = " OR ".join(f"{quote(name)} IS NULL" for name in layout.key)
        # SQLite lets a primary key be NULL if it is no INTEGER; such a row would never be reached.
        if self._run(f"SELECT EXISTS (SELECT 1 FROM {self.table} WHERE {null})")[0][0]:
            raise WrongTable(f"{shown} is NULL in a row: give it a key first")

    def _run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement, parameters).fetchall()  # type: ignore[no-any-return]
