"""The interface of a database for a rotation, and how connections are told apart."""

from __future__ import annotations

import contextlib
import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from ironlatch.rotation._errors import RotationError, WrongTable

__all__ = [
    "Cell",
    "Connect",
    "Database",
    "Fault",
    "Layout",
    "Page",
    "Place",
    "Prefixes",
    "Stored",
    "Write",
    "dial",
    "quote",
]

Connection = Any  # DB-API 2.0 (PEP 249) has no types.


class Engine(Protocol):
    """The part of an SQLAlchemy engine that is used."""

    def raw_connection(self) -> Any: ...


Connect = Callable[[], Connection] | Engine
"""A function that makes a new connection, or an SQLAlchemy engine."""

HEAD = 12
"""The bytes or characters of a stored value that hold its form and its key's id, with some to
spare.
"""


class Fault(Enum):
    """The meaning of a driver's error for a rotation."""

    LOST = "the connection is gone"
    BUSY = "somebody else holds a lock"
    CONSTRAINT = "a new value breaks a constraint"
    OTHER = "anything else"


Stored = bytes | str
"""An encrypted value, as it is in its column."""

Prefixes = tuple[bytes, tuple[str, ...]] | None
"""How values begin that need no look: as bytes, and as text, where all are of one length. None if
each is looked at.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A column with stored values, and the columns with its blind indexes."""

    name: str
    indexes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that a rotation reads and writes."""

    table: tuple[str, ...]
    """Schema and table, or the table alone."""
    key: tuple[str, ...]
    beside: tuple[str, ...]
    """The columns read with the key because values are bound to them."""
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in the order of their keys."""

    keys: list[tuple[Any, ...]]
    beside: list[tuple[Any, ...]]
    heads: list[list[Stored | None]]
    """For each place, how the stored values begin."""
    values: list[list[Stored | None]]
    """For each place the stored values, None where they begin with one of its prefixes."""
    tokens: list[list[tuple[Any, ...]]]
    """For each place what its index columns hold."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The new contents of a place. None leaves it as it is."""

    old: Stored | None
    """The value that was read. If it is no longer there, the row is left alone."""
    new: Stored | None
    tokens: tuple[Any, ...]
    old_form: bool = False
    """Whether what was read was in another package's form."""


@dataclass(frozen=True, slots=True)
class Write:
    """The new contents of a row."""

    key: tuple[Any, ...]
    cells: tuple[Cell, ...]
    """For each place."""


class Database(ABC):
    """A connection of the rotation's own, and the SQL that it speaks."""

    name: str
    lent: Any = None
    """SQLAlchemy's wrapper of the connection, which closes it when it is dropped."""

    def __init__(self, connection: Connection, layout: Layout) -> None:
        self.connection = connection
        self.layout = layout
        self.errors: type[Exception] = importlib.import_module(driver_name(connection)).Error

    @abstractmethod
    def prepare(self, writing: bool) -> None:
        """Sets the session up, and checks table and columns. Raises WrongTable."""

    @abstractmethod
    def lock(self) -> str | None:
        """Takes the lock of which each table has one. None if it was free, or else who has it."""

    @abstractmethod
    def unlock(self) -> None:
        """Gives the lock back."""

    @abstractmethod
    def estimate(self) -> int | None:
        """How many rows there are, as far as that is known quickly."""

    @abstractmethod
    def parts(self) -> list[str]:
        """The tables that the rows are in, as SQL names them: in each of them the key is unique."""

    @abstractmethod
    def page(self, part: str, after: tuple[Any, ...] | None, limit: int, prefixes: Sequence[Prefixes]) -> Page:
        """The rows of a part after the key ``after``. There are ``prefixes`` for each place."""

    @abstractmethod
    def write(self, part: str, writes: Sequence[Write]) -> set[tuple[Any, ...]]:
        """Writes in one transaction, to rows that hold what was read and that nobody has locked:
        the keys of these.
        """

    @abstractmethod
    def fault(self, error: Exception) -> Fault:
        """Returns the meaning of an error."""

    @abstractmethod
    def explain(self, error: Exception) -> str:
        """The database's words, without the values that it may add to them, and a remedy."""

    @abstractmethod
    def token_form(self, column: str) -> str:
        """How a blind index is stored in this column: as bytes, int or text."""

    def close(self) -> None:
        """Closes the connection, which may be broken already."""
        try:
            self.connection.close()
        except self.errors:
            return

    def split(self, rows: Sequence[Sequence[Any]]) -> Page:
        """A page from rows of: key, bound columns, and for each place head, value and tokens."""
        layout = self.layout
        if not rows:
            none: list[list[Any]] = [[] for _ in layout.places]
            return Page([], [], none, none, none)
        columns = [list(map(plain, column)) for column in zip(*rows, strict=True)]
        taken = 0

        def take(count: int) -> list[list[Any]]:
            nonlocal taken
            taken += count
            return columns[taken - count : taken]

        def tuples(count: int) -> list[tuple[Any, ...]]:
            return list(zip(*take(count), strict=True)) if count else [()] * len(rows)

        page = Page(tuples(len(layout.key)), tuples(len(layout.beside)), [], [], [])
        for place in layout.places:
            page.heads.extend(take(1))
            page.values.extend(take(1))
            page.tokens.append(tuples(len(place.indexes)))
        return page


def dial(connect: Connect, layout: Layout) -> Database:
    """A new connection, in the dialect of its driver.

    Raises RotationError if the driver is not one that is known, and whatever connecting raises.
    """
    from ironlatch.rotation._postgresql import PostgreSQL
    from ironlatch.rotation._sqlite import SQLite

    lent = None
    if callable(connect):
        connection = connect()
    else:
        # SQLAlchemy lends connections of its pool. This one does not go back: its session is
        # changed.
        lent = connect.raw_connection()
        connection = lent.driver_connection
        lent.detach()
    kinds: dict[str, type[Database]] = {"psycopg": PostgreSQL, "psycopg2": PostgreSQL, "sqlite3": SQLite}
    try:
        database = kinds[driver_name(connection)](connection, layout)
    except RotationError:
        with contextlib.suppress(Exception):  # It is not for us, and its driver's errors are not known.
            connection.close()
        raise
    database.lent = lent
    return database


def driver_name(connection: Connection) -> str:
    """The driver that a connection is of. Raises RotationError if the rotation does not know it."""
    for base in type(connection).__mro__:
        name = base.__module__.partition(".")[0]
        if name in ("psycopg", "psycopg2", "sqlite3"):
            return name
    kind = f"{type(connection).__module__}.{type(connection).__qualname__}"
    raise RotationError(
        f"a {kind} cannot be used: a rotation works in PostgreSQL, by psycopg or psycopg2, and in SQLite, by sqlite3."
        " In other databases re-encrypt row by row with FieldCipher.reencrypt: see docs/fields.md"
    )


def quote(*names: str) -> str:
    """Names as SQL writes them, whatever they hold."""
    for name in names:
        if not name or "\0" in name:
            raise WrongTable(f"{name!r} is no name that a table or a column can have")
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def plain(value: Any) -> Any:
    """Bytes where a driver gives a view of them."""
    return bytes(value) if isinstance(value, (memoryview, bytearray)) else value
