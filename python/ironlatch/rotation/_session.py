"""The rotation's connection: its lock, and what is done when the database is gone or busy."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable
from typing import TypeVar

from ironlatch.rotation._database import Connect, Database, Fault, Layout, dial
from ironlatch.rotation._errors import DatabaseBusy, DatabaseLost, RotationError, RotationRunning

__all__ = ["Session"]

T = TypeVar("T")

LOCK_SECONDS = 5.0
"""After a process was killed its lock stays until the server has noticed."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0
"""Seconds between attempts: twice as many each time."""


class Session:
    """Runs work on a database, again on a new connection if need be, for at most ``patience``
    seconds.
    """

    def __init__(self, connect: Connect, layout: Layout, *, writing: bool, patience: float) -> None:
        self._connect, self._layout = connect, layout
        self._writing, self._patience = writing, patience
        # An error here is the caller's own, of his function that connects.
        self._database: Database = dial(connect, layout)
        self._prepared = False
        self.kind = self._database.name

    def run(self, work: Callable[[Database], T]) -> T:
        """Returns the result of ``work``. It may be called more than once, so it must not mind what
        it did the first time.
        """
        deadline = None
        pause = FIRST_PAUSE
        while True:
            try:
                if not self._prepared:
                    self._prepare()
                return work(self._database)
            except self._database.errors as error:
                fault, words = self._database.fault(error), self._database.explain(error)
            if fault not in (Fault.LOST, Fault.BUSY):
                raise RotationError(f"{self.kind} refused: {words}")
            now = time.monotonic()
            deadline = deadline or now + self._patience
            if now + pause > deadline:
                self._give_up(fault, words)
            # Not all at once, if there are several.
            time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            pause = min(pause * 2, LONGEST_PAUSE)
            if fault is Fault.LOST:
                self._reconnect()

    def close(self) -> None:
        """Gives the lock back, and closes the connection."""
        if self._prepared and self._writing:
            # If that fails it goes with the connection.
            with contextlib.suppress(self._database.errors):
                self._database.unlock()
        self._database.close()

    def token_form(self, column: str) -> str:
        """How this column holds a blind index."""
        return self.run(lambda database: database.token_form(column))

    def _prepare(self) -> None:
        self._database.prepare(self._writing)
        if self._writing:
            self._lock()
        self._prepared = True

    def _lock(self) -> None:
        deadline = time.monotonic() + LOCK_SECONDS
        while holder := self._database.lock():
            if time.monotonic() > deadline:
                raise RotationRunning(
                    f"another rotation of {'.'.join(self._layout.table)} is running ({holder}):"
                    " wait until it is done, or end it"
                )
            time.sleep(0.1)

    def _reconnect(self) -> None:
        """Opens a new connection if possible. If not, the old one fails again, and is tried
        again.
        """
        self._database.close()
        try:
            self._database = dial(self._connect, self._layout)
        except self._database.errors:
            return
        self._prepared = False

    def _give_up(self, fault: Fault, words: str) -> None:
        if fault is Fault.LOST:
            raise DatabaseLost(
                f"the connection to the database broke, and none could be made for {self._patience:g} s: {words}."
                " Nothing is lost: run it again to go on"
            )
        raise DatabaseBusy(
            f"others held a lock on {'.'.join(self._layout.table)} for {self._patience:g} s: {words}."
            " Nothing is lost: run it again to go on"
        )
