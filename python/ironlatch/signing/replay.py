"""Replay stores: what was accepted already, so that nothing is accepted twice.

``MemoryReplayStore`` is for one process, ``SQLiteReplayStore`` for all processes of a machine. For more machines write
a class with the one method of :class:`ReplayStore` over a database that they share.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import suppress
from typing import Protocol

from ironlatch._native.signing import MemoryReplayStore as MemoryReplayStore
from ironlatch.signing import Unchecked

__all__ = ["MemoryReplayStore", "ReplayStore", "SQLiteReplayStore"]


class ReplayStore(Protocol):
    """What a verifier asks of a store."""

    def remember(self, id: str, until: int, now: int, /) -> bool:
        """Keep ``id`` until the time ``until``; it is ``now``, both in seconds since 1970. True if it was not kept yet.

        Asking and keeping must be one step: of two callers at the same time only one is told True.
        An exception means that nothing is accepted.
        """
        ...


class SQLiteReplayStore:
    """Keeps what was accepted in a SQLite database, for all processes that open the same file.

    It survives a restart, and a crash at any moment. A verification waits for at most ``timeout`` seconds while other
    processes write.
    """

    def __init__(self, path: str | os.PathLike[str], *, timeout: float = 5.0) -> None:
        self._path = os.fspath(path)
        self._timeout = timeout
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._purged = 0
        with self._lock:
            self._open()

    def remember(self, id: str, until: int, now: int, /) -> bool:
        """Keep ``id`` until the time ``until``, and forget what was to be kept until before ``now``.

        True if it was not kept yet.

        Raises :class:`Unchecked` if the database cannot be written.
        """
        try:
            with self._lock:
                connection = self._open()
                if now != self._purged:
                    connection.execute("DELETE FROM replay WHERE until < ?", (now,))
                    self._purged = now
                added = connection.execute("INSERT OR IGNORE INTO replay VALUES (?, ?)", (id, until))
                return added.rowcount == 1
        except sqlite3.Error as error:
            message = (
                f"the replay store {self._path} cannot be written, and nothing is accepted until it can be: {error}"
            )
            raise Unchecked(message) from error

    def close(self) -> None:
        """Close the database. It is opened again when it is used."""
        with self._lock, suppress(sqlite3.Error):
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def __enter__(self) -> SQLiteReplayStore:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _open(self) -> sqlite3.Connection:
        # A connection does not survive a fork, and must not be closed in the child.
        if self._connection is not None and self._process == os.getpid():
            return self._connection
        # Each statement is its own transaction. The lock above is what keeps threads apart.
        connection = sqlite3.connect(self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False)
        try:
            self._use_log(connection)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS replay (id TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID"
            )
            connection.execute("CREATE INDEX IF NOT EXISTS replay_until ON replay (until)")
        except sqlite3.Error:
            connection.close()
            raise
        self._connection, self._process = connection, os.getpid()
        return connection

    def _use_log(self, connection: sqlite3.Connection) -> None:
        """Set the journal so that readers and one writer do not wait for each other.

        SQLite does not wait by itself here while another process does the same.
        """
        end = time.monotonic() + self._timeout
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)
