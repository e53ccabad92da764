"""Replay stores: what was accepted already, so that nothing is accepted twice.

``MemoryReplayStore`` is for one process, ``SQLiteReplayStore`` for all processes of a machine. For
more machines write a class with the one method of :class:`ReplayStore` over a database that they
share.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from contextlib import suppress
from typing import Protocol

from ironlatch._native.fs import prepare_own
from ironlatch._native.signing import MemoryReplayStore as MemoryReplayStore
from ironlatch.signing import ReplayCheckFailed

__all__ = ["MemoryReplayStore", "ReplayStore", "SQLiteReplayStore"]


class ReplayStore(Protocol):
    """The method that a verifier asks of a store. Write such a class over a database that several
    machines share.
    """

    def remember(self, id: str, until: int, now: int, /) -> bool:
        """Remembers ``id`` until the time ``until``; it is ``now``, both in seconds since 1970.
        Returns False if it is remembered already.

        Nobody accepts the message after ``until``, whatever the settings of verifiers are: to
        forget it before then lets it in again. An entry that exists stays for the longer of the two
        times.

        Asking and remembering must be one step: of two callers at the same time only one is told
        True. An exception means that nothing is accepted.
        """
        ...


class SQLiteReplayStore:
    """Remembers what was accepted in a SQLite database, for all processes of one user that open the
    same file.

    It survives a restart, and a crash at any moment. A verification waits for at most ``timeout``
    seconds while other processes write. Processes that are forked open the database for themselves.

    The file, and what SQLite adds to it, is readable by its owner alone. Links, and files that
    others own or can write, are refused. Raises :class:`OSError` if the file cannot be used so,
    :class:`sqlite3.Error` if it is no such database, and :class:`ValueError` for a database in
    memory.

    >>> from ironlatch.signing.replay import SQLiteReplayStore
    >>> with SQLiteReplayStore("replay.db") as store:
    ...     store.remember("nonce", 1_900_000_300, 1_900_000_000)
    ...     store.remember("nonce", 1_900_000_300, 1_900_000_000)
    True
    False
    """

    def __init__(self, path: str | os.PathLike[str], *, timeout: float = 5.0) -> None:
        if os.fspath(path) in ("", ":memory:"):
            raise ValueError("a database in memory is of one process alone: use MemoryReplayStore")
        # It is opened again later, when the current directory may be another.
        self._path = os.path.abspath(path)
        self._timeout = timeout
        # The thread that has it may fork, by way of a signal handler.
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._ready: sqlite3.Connection | None = None
        self._process = 0
        self._purged = 0
        with self._lock:
            self._open()
            # A server that forks without Python's knowledge shares no open file with its workers.
            self._close()
        with _forking:
            _stores.add(self)

    def remember(self, id: str, until: int, now: int, /) -> bool:
        """Remembers ``id`` until the time ``until``, and forgets what has ended before ``now``.
        Returns False if it is remembered already.

        Raises :class:`ReplayCheckFailed` if the database cannot be written.
        """
        try:
            with self._lock:
                connection = self._open()
                if now != self._purged:
                    connection.execute("DELETE FROM replay WHERE until < ?", (now,))
                    self._purged = now
                added = connection.execute("INSERT OR IGNORE INTO replay VALUES (?, ?)", (id, until))
                if added.rowcount == 1:
                    return True
                connection.execute("UPDATE replay SET until = ? WHERE id = ? AND until < ?", (until, id, until))
                return False
        except (sqlite3.Error, OSError) as error:
            message = (
                f"the replay store {self._path} cannot be written, and nothing is accepted until it can be: {error}"
            )
            raise ReplayCheckFailed(message) from error

    def close(self) -> None:
        """Close the database. It is opened again when it is used."""
        with self._lock:
            self._close()

    def __enter__(self) -> SQLiteReplayStore:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # A signal handler that forks can run between any two steps below, in the thread that holds the
    # lock, and closes the connection. So each attribute is read once, and a connection stands in
    # `_connection` from its first statement on, but is used only if `_ready` names the same one.

    def _close(self) -> None:
        connection = self._connection
        if connection is not None and self._process == os.getpid():
            self._connection = None
            with suppress(sqlite3.Error):
                connection.close()

    def _open(self) -> sqlite3.Connection:
        connection = self._connection
        if connection is not None:
            if self._process != os.getpid():
                # SQLite takes the parent's locks for this process's own, and so would another
                # connection.
                raise ReplayCheckFailed(
                    f"the replay store {self._path} was in use when this process was forked, and not by os.fork: "
                    "close() it before, or make it in each process"
                )
            if self._ready is connection:
                return connection
        prepare_own(self._path, ["-journal", "-wal", "-shm"])
        # Each statement is its own transaction. The lock above is what keeps threads apart.
        connection = sqlite3.connect(self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False)
        self._connection, self._process = connection, os.getpid()
        try:
            self._use_log(connection)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS replay (id TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID"
            )
            connection.execute("CREATE INDEX IF NOT EXISTS replay_until ON replay (until)")
        except sqlite3.Error:
            self._close()
            raise
        self._ready = connection
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


_stores: weakref.WeakSet[SQLiteReplayStore] = weakref.WeakSet()
_forking = threading.RLock()
_held: list[list[SQLiteReplayStore]] = []  # as deep as signal handlers fork while a fork is prepared


def _before_fork() -> None:
    """Nobody is in the middle of a question, and nothing is open, when the process forks."""
    _forking.acquire()
    held: list[SQLiteReplayStore] = []
    _held.append(held)
    for store in list(_stores):
        store._lock.acquire()
        held.append(store)
        store._close()


def _after_in_parent() -> None:
    for store in _held.pop():
        store._lock.release()
    _forking.release()


def _after_in_child() -> None:
    """Makes new locks: a thread that had one is not here."""
    global _forking
    _forking = threading.RLock()
    _held.clear()
    for store in list(_stores):
        store._lock = threading.RLock()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(before=_before_fork, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
