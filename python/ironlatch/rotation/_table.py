"""Going through a table, batch by batch, until nothing is left to do."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ironlatch.rotation._columns import Column, Failed, Work
from ironlatch.rotation._database import Cell, Connect, Database, Fault, Layout, Page, Stored, Write
from ironlatch.rotation._errors import RotationError, RotationStopped
from ironlatch.rotation._report import MOST_ROUNDS, ColumnReport, Failure, Mode, Progress, Report
from ironlatch.rotation._session import Session
from ironlatch.utils import _at_home

__all__ = ["rotate_table", "table_status"]

MOST_FAILURES = 1000
"""The number of rows listed; more are only counted."""


def rotate_table(
    connect: Connect,
    *,
    table: str | Sequence[str],
    columns: Sequence[Column],
    key: str | Sequence[str] = "id",
    batch: int = 1000,
    dry_run: bool = False,
    examine: bool = False,
    stop_on_error: bool = False,
    pause: float = 0.0,
    patience: float = 60.0,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Re-encrypts a table's columns to the current key and context, while others read and write it.

    ``connect`` makes connections of psycopg 3, psycopg2 or sqlite3: a function, or an SQLAlchemy
    engine. The rotation has a connection of its own, and closes it. ``table`` is a name,
    ``schema.name``, or the two in a tuple; ``key`` names its primary key.

    A batch of ``batch`` rows (1 to 100,000) is read, re-encrypted and written back in one short
    transaction, to rows that still hold what was read and that nobody has locked. The others are
    looked at again at the end. The rotation can be killed at any moment and run again: what is
    under the current key already is left alone.

    ``dry_run`` opens every value and writes nothing. ``examine`` opens every value and checks every
    blind index, also where the key is current. ``stop_on_error`` stops at the first value that does
    not open; otherwise such values stay as they are and are reported. ``pause`` is in seconds,
    after each batch. ``patience`` is the number of seconds to try again if the database is gone or
    locked. ``progress`` is called after each batch.

    Raises :class:`RotationError`: :class:`WrongTable`, :class:`RotationRunning`,
    :class:`DatabaseLost`, :class:`DatabaseBusy` or :class:`RotationStopped`.

    >>> import sqlite3
    >>> from ironlatch.fields import FieldCipher
    >>> from ironlatch.keyring import Keyring
    >>> from ironlatch.rotation import Column, rotate_table
    >>> ring = Keyring.in_memory()
    >>> emails = FieldCipher(ring.create_key("app"), "customer", "email")
    >>> with sqlite3.connect("shop.db") as db:
    ...     done = db.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY, email BLOB)")
    ...     row = (1, emails.encrypt("ada@example.com", 1))
    ...     done = db.execute("INSERT INTO customer VALUES (?, ?)", row)
    >>> version = ring.rotate("app")
    >>> report = rotate_table(
    ...     lambda: sqlite3.connect("shop.db"), table="customer", columns=[Column("email", emails)]
    ... )
    >>> report.written, report.complete
    (1, True)
    """
    return _Rotation(
        connect,
        table,
        key,
        columns,
        Mode.DRY_RUN if dry_run else Mode.ROTATE,
        batch=batch,
        patience=patience,
        progress=progress,
        examine=examine,
        stop_on_error=stop_on_error,
        pause=pause,
    ).run()


def table_status(
    connect: Connect,
    *,
    table: str | Sequence[str],
    columns: Sequence[Column],
    key: str | Sequence[str] = "id",
    batch: int = 10_000,
    patience: float = 60.0,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Counts the values under each version of the key, by how they begin. Nothing is opened,
    nothing written.

    Arguments and errors are those of :func:`rotate_table`.

    >>> import sqlite3
    >>> from ironlatch.fields import FieldCipher
    >>> from ironlatch.keyring import Keyring
    >>> from ironlatch.rotation import Column, table_status
    >>> ring = Keyring.in_memory()
    >>> emails = FieldCipher(ring.create_key("app"), "customer", "email")
    >>> with sqlite3.connect("shop.db") as db:
    ...     done = db.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY, email BLOB)")
    ...     row = (1, emails.encrypt("ada@example.com", 1))
    ...     done = db.execute("INSERT INTO customer VALUES (?, ?)", row)
    >>> report = table_status(
    ...     lambda: sqlite3.connect("shop.db"), table="customer", columns=[Column("email", emails)]
    ... )
    >>> report.columns[0].versions[0].values
    1
    """
    return _Rotation(connect, table, key, columns, Mode.STATUS, batch=batch, patience=patience, progress=progress).run()


@dataclass(slots=True)
class _Tally:
    """The counts of a round for one column."""

    reencrypted: int = 0
    reindexed: int = 0
    old_form: int = 0
    stale: int = 0
    """Values to be written, indexed or reported."""
    null: int = 0
    failed: int = 0
    failures: list[Failure] = field(default_factory=list)
    heads: Counter[Stored] = field(default_factory=Counter)

    def fail(self, key: tuple[Any, ...], reason: str, kind: str) -> None:
        self.failed += 1
        if len(self.failures) < MOST_FAILURES:
            self.failures.append(Failure(key, reason, kind))

    def add(self, other: _Tally) -> None:
        self.reencrypted += other.reencrypted
        self.reindexed += other.reindexed
        self.old_form += other.old_form
        self.stale += other.stale
        self.null += other.null
        self.failed += other.failed
        self.failures += other.failures[: MOST_FAILURES - len(self.failures)]
        self.heads.update(other.heads)


@dataclass(slots=True)
class _Seen:
    """The counts of a round, or of a batch of it."""

    tallies: list[_Tally]
    rows: int = 0
    written: int = 0
    missed: int = 0
    """Rows that others changed, removed or held."""
    refused: int = 0
    """Rows whose new values break a constraint."""
    last: tuple[Any, ...] | None = None
    """The key of the last row."""

    def add(self, other: _Seen) -> None:
        self.rows += other.rows
        self.written += other.written
        self.missed += other.missed
        self.refused += other.refused
        self.last = other.last
        for tally, more in zip(self.tallies, other.tallies, strict=True):
            tally.add(more)


class _Rotation:
    """One run."""

    def __init__(
        self,
        connect: Connect,
        table: str | Sequence[str],
        key: str | Sequence[str],
        columns: Sequence[Column],
        mode: Mode,
        *,
        batch: int,
        patience: float,
        progress: Callable[[Progress], None] | None,
        examine: bool = False,
        stop_on_error: bool = False,
        pause: float = 0.0,
    ) -> None:
        if not 1 <= batch <= 100_000:
            raise ValueError(f"a batch is of 1 to 100,000 rows, not {batch}")
        names = tuple(table.split(".")) if isinstance(table, str) else tuple(table)
        keys = (key,) if isinstance(key, str) else tuple(key)
        if not keys or not columns:
            raise ValueError("a rotation needs a key and at least one column")
        written = [name for column in columns for name in (column.name, *column.indexes)]
        if len(set(written)) < len(written) or set(written) & set(keys):
            raise ValueError("each column is given once, and none is of the key")
        self.mode, self.patience, self.batch, self.pause = mode, patience, batch, pause
        self.stop_on_error, self.progress = stop_on_error, progress
        self.works = [Work(column, keys, examine=examine or mode is Mode.DRY_RUN) for column in columns]
        beside = dict.fromkeys(name for work in self.works for name in work.bound_to if name not in keys)
        self.layout = Layout(names, keys, tuple(beside), tuple(work.place for work in self.works))
        self.session = Session(connect, self.layout, writing=mode is Mode.ROTATE, patience=patience)
        self.report = Report(".".join(names), self.session.kind, mode)
        self.report.columns = [ColumnReport(column.name) for column in columns]
        self.total: int | None = None

    def run(self) -> Report:
        began = time.monotonic()
        try:
            self.total = self.session.run(lambda database: database.estimate())
            for work in self.works:
                work.token_forms = tuple(self.session.token_form(name) for name in work.place.indexes)
            self._rounds()
            self.report.finished = True
        except RotationError as error:
            error.report = self.report
            raise
        finally:
            self.report.seconds = time.monotonic() - began
            self.session.close()
        return self.report

    def _rounds(self) -> None:
        """Through the table, and again while there is something to do."""
        deadline = None
        pause = 0.1
        while True:
            self.report.rounds += 1
            seen = self._round()
            self.report.left = seen.missed
            if self.mode is not Mode.ROTATE or not (seen.written or seen.missed) or self.report.rounds == MOST_ROUNDS:
                return
            if seen.missed and not seen.written:
                # Nothing is left but rows that others hold: give them time.
                deadline = deadline or time.monotonic() + self.patience
                if time.monotonic() + pause > deadline:
                    return
                time.sleep(pause)
                pause = min(pause * 2, 5.0)

    def _round(self) -> _Seen:
        """Once through the table."""
        seen = _Seen([_Tally() for _ in self.works])
        began = time.monotonic()
        try:
            for part in self.session.run(lambda database: database.parts()):
                self._part(part, seen, began)
            return seen
        finally:
            self._note(seen)

    def _part(self, part: str, seen: _Seen, began: float) -> None:
        """Once through one of the tables that the rows are in."""
        seen.last = None
        while True:
            batch = self.session.run(lambda database: self._batch(database, part, seen.last))
            if not batch.rows:
                return
            seen.add(batch)
            if self.progress is not None:
                self.progress(self._progress(seen.rows, time.monotonic() - began))
            if self.pause and batch.written:
                time.sleep(self.pause)

    def _batch(self, database: Database, part: str, after: tuple[Any, ...] | None) -> _Seen:
        """The rows after a key: reads them, makes the new values, writes these."""
        page = database.page(part, after, self.batch, [work.prefixes(self.mode) for work in self.works])
        seen = _Seen([_Tally() for _ in self.works], rows=len(page.keys), last=page.keys[-1] if page.keys else after)
        outcomes = [self._renew(number, page, tally) for number, tally in enumerate(seen.tallies)]
        # A row is written once, however many of its columns are new.
        writes = [
            Write(
                page.keys[row],
                tuple(
                    cells.get(row) or Cell(None, None, (None,) * len(work.place.indexes))
                    for cells, work in zip(outcomes, self.works, strict=True)
                ),
            )
            for row in sorted(set().union(*outcomes))
        ]
        written = {write.key for write in writes}
        if self.mode is Mode.ROTATE and writes:
            written = set() if self.report.rounds == MOST_ROUNDS else self._write(database, part, writes, seen)
            seen.written = len(written)
            seen.missed = len(writes) - len(written) - seen.refused
        for write in writes:
            if write.key in written:
                for tally, cell in zip(seen.tallies, write.cells, strict=True):
                    tally.reencrypted += cell.new is not None
                    tally.reindexed += cell.new is None and cell.old is not None
                    tally.old_form += cell.old_form
        return seen

    def _renew(self, number: int, page: Page, tally: _Tally) -> dict[int, Cell]:
        """Returns the changes to one of the columns, by the row's number in the page."""
        heads, values = page.heads[number], page.values[number]
        tally.heads.update(head for head in heads if head is not None)
        tally.null = heads.count(None)
        rows = [row for row, value in enumerate(values) if value is not None]
        if self.mode is Mode.STATUS or not rows:
            return {}
        names = (*self.layout.key, *self.layout.beside)
        outcomes = self.works[number].renew(
            [value for value in values if value is not None],
            [dict(zip(names, (*page.keys[row], *page.beside[row]), strict=True)) for row in rows],
            [page.tokens[number][row] for row in rows],
        )
        cells = {}
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, Failed):
                tally.fail(page.keys[row], str(outcome.error), type(outcome.error).__name__)
                if self.stop_on_error:
                    shown = ", ".join(map(str, page.keys[row]))
                    raise RotationStopped(f"the value in the row {shown} cannot be re-encrypted: {outcome.error}")
            elif outcome is not None:
                cells[row] = outcome
        tally.stale = len(cells) + tally.failed
        return cells

    def _write(self, database: Database, part: str, writes: Sequence[Write], seen: _Seen) -> set[tuple[Any, ...]]:
        """Writes, and leaves out the rows whose new values break a constraint. The keys of those
        that were written.
        """
        try:
            return database.write(part, writes)
        except database.errors as error:
            if database.fault(error) is not Fault.CONSTRAINT:
                raise
            if len(writes) > 1:
                middle = len(writes) // 2
                halves = writes[:middle], writes[middle:]
                return set().union(*(self._write(database, part, half, seen) for half in halves))
            for tally, cell in zip(seen.tallies, writes[0].cells, strict=True):
                if cell.old is not None:
                    tally.fail(
                        writes[0].key,
                        f"the database refused the new value: {database.explain(error)}",
                        type(error).__name__,
                    )
            seen.refused += 1
            return set()

    def _progress(self, done: int, seconds: float) -> Progress:
        rate = done / seconds if seconds else 0.0
        left = max(self.total - done, 0) / rate if self.total is not None and rate else None
        return Progress(self.report.rounds, done, self.total, rate, left)

    def _note(self, seen: _Seen) -> None:
        """Puts a round, which may have been broken off, into the report."""
        report = self.report
        report.written += seen.written
        report.changed += seen.missed if report.rounds < MOST_ROUNDS else 0
        report.rows = max(report.rows, seen.rows) if report.rounds > 1 else seen.rows
        for column, tally, work in zip(report.columns, seen.tallies, self.works, strict=True):
            column.reencrypted += tally.reencrypted
            column.reindexed += tally.reindexed
            column.old_form += tally.old_form
            column.failed, column.failures = tally.failed, tally.failures
            column.versions, column.other = work.count(tally.heads)
            column.null = tally.null
            if report.rounds == 1:
                column.current = seen.rows - tally.null - tally.stale


_at_home("ironlatch.rotation", rotate_table, table_status)
