"""Encrypted values in psycopg 3.

    register(connection)
    email = Encrypted(cipher, "ada@example.com", row=1)
    row = (1, email, IndexToken(index, email))
    connection.execute("INSERT INTO customer VALUES (%s, %s, %s)", row)
    rows = decrypting({"email": cipher}, row="id", row_factory=dict_row)
    cursor = connection.cursor(row_factory=rows)
    customer = cursor.execute("SELECT id, email FROM customer").fetchone()

Works with connections and cursors of every kind, sync and async, in text and binary format, with
COPY and in pipelines. Importing this module imports psycopg; importing ``ironlatch`` or
``ironlatch.fields`` does not. See ``docs/fields-psycopg.md``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import psycopg
from psycopg.abc import AdaptContext, Buffer
from psycopg.rows import RowMaker, tuple_row
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper
from psycopg.types.string import BytesBinaryDumper, BytesDumper, StrBinaryDumper, StrDumper

from ironlatch.fields import BlindIndex, FieldCipher
from ironlatch.fields._frameworks import require
from ironlatch.fields._old_values import open_stored
from ironlatch.fields.legacy import LegacyReader

require("psycopg", psycopg.__version__, "3.2")

__all__ = [
    "Encrypted",
    "EncryptedText",
    "IndexToken",
    "IndexTokenInt",
    "IndexTokenText",
    "decrypting",
    "register",
]

Row = TypeVar("Row", covariant=True)
RowKey = str | Sequence[str] | Callable[[Mapping[str, Any]], Any]


class Encrypted:
    """A parameter of a query: `value`, which is encrypted by `cipher` for `row` when the query is
    sent, as ``bytea``.

    `row` is what `FieldCipher.encrypt` takes: the primary key, or None to bind to table and column
    alone. None as `value` is NULL. It is encrypted once: make a new one for each row that is
    written.
    """

    def __init__(self, cipher: FieldCipher, value: Any, row: Any = None) -> None:
        self._cipher = cipher
        self._value = value
        self._row = row
        self._lock = threading.Lock()
        self._stored: Any = None

    @property
    def value(self) -> Any:
        """The value itself."""
        return self._value

    def stored(self) -> Any:
        """Returns the parameter to send: the binary form in bytes, or None for NULL."""
        # Once, so that a token that is made of it is under the same version of the key.
        with self._lock:
            if self._stored is None:
                self._stored = self._encrypt(self._value, self._row)
            return self._stored

    def _encrypt(self, value: Any, row: Any) -> Any:
        return self._cipher.encrypt(value, row)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} value of {self._cipher.table}.{self._cipher.column}>"


class EncryptedText(Encrypted):
    """Like `Encrypted`, for a column of type ``text``."""

    def _encrypt(self, value: Any, row: Any) -> Any:
        return self._cipher.encrypt(value, row, text=True)


class IndexToken:
    """A parameter of a query: the token of a blind index for what another parameter encrypts, as
    ``bytea``.

    `of` is the `Encrypted` of the same row. However long it takes to send both, and whatever a
    rotation does meanwhile, the token is under the version of the key that the value is under, so
    that the row is found by it.
    """

    def __init__(self, index: BlindIndex, of: Encrypted) -> None:
        self._index = index
        self._of = of

    def stored(self) -> Any:
        """Returns the parameter to send, or None for NULL."""
        return self._index.token(self._of.value, beside=self._of.stored())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._of!r}>"


class IndexTokenInt(IndexToken):
    """Like `IndexToken`, for a column of type ``bigint``."""

    def stored(self) -> Any:
        """Returns the parameter to send, or None for NULL."""
        return self._index.token(self._of.value, beside=self._of.stored(), form="int")


class IndexTokenText(IndexToken):
    """Like `IndexToken`, in hexadecimal, for a column of type ``text``."""

    def stored(self) -> Any:
        """Returns the parameter to send, or None for NULL."""
        return self._index.token(self._of.value, beside=self._of.stored(), form="text")


def register(context: AdaptContext | None = None) -> None:
    """Teaches a connection or cursor, sync or async, to take `Encrypted`, `IndexToken` and their
    like as parameters.

    Without an argument all connections that are opened afterwards know them.
    """
    adapters = psycopg.adapters if context is None else context.adapters
    for kind, dumpers in _DUMPERS.items():
        for dumper in dumpers:
            adapters.register_dumper(kind, dumper)


def decrypting(
    columns: Mapping[str, FieldCipher],
    *,
    row: RowKey | None = None,
    row_factory: Callable[[Any], RowMaker[Row]] = tuple_row,  # type: ignore[assignment]
    legacy: Mapping[str, LegacyReader] | None = None,
) -> Callable[[Any], RowMaker[Row]]:
    """A row factory that decrypts the result's columns of these names, and leaves the making of
    rows to `row_factory`.

    `row` is what the values are bound to: the name of the result's column that holds the primary
    key, several names for a composite key, or a callable that gets the result's other columns by
    name and returns the row. Without it values are taken to be bound to table and column alone.
    `legacy` has readers of `ironlatch.fields.legacy` for columns in which another package left
    values.

    A column that the result does not have is not missed, but with one that it has, `row` has to be
    there too: otherwise psycopg.ProgrammingError is raised. Values raise the errors of
    `FieldCipher.decrypt`.
    """
    readers = legacy or {}

    def factory(cursor: Any) -> RowMaker[Row]:
        make = row_factory(cursor)
        names = [column.name for column in cursor.description or ()]
        places = [(place, columns[name], readers.get(name)) for place, name in enumerate(names) if name in columns]
        if not places:
            return make
        identify = _identifier(row, names, columns)

        def make_row(values: Sequence[Any]) -> Row:
            opened = list(values)
            identity = identify(values)
            for place, cipher, reader in places:
                stored = opened[place]
                opened[place] = None if stored is None else open_stored(cipher, reader, stored, identity)
            return make(opened)

        return make_row

    return factory


def _identifier(
    row: RowKey | None, names: Sequence[str], columns: Mapping[str, FieldCipher]
) -> Callable[[Sequence[Any]], Any]:
    if row is None:
        return lambda values: None
    if callable(row):
        return lambda values: row(
            {name: value for name, value in zip(names, values, strict=True) if name not in columns}
        )
    wanted = [row] if isinstance(row, str) else list(row)
    missing = [name for name in wanted if name not in names]
    if missing:
        raise psycopg.ProgrammingError(
            f"encrypted values of this result are bound to their row, so select {' and '.join(missing)} too"
        )
    places = [names.index(name) for name in wanted]
    if isinstance(row, str):
        return lambda values: values[places[0]]
    return lambda values: tuple(values[place] for place in places)


def _stored(value: Any) -> Any:
    """Returns the parameter to send. After set_types() of a COPY a dumper gets all that is
    ``bytea`` or ``text``, ours or not.
    """
    return value.stored() if isinstance(value, Encrypted | IndexToken) else value


class _EncryptedDumper(BytesDumper):
    def dump(self, obj: Any) -> Buffer | None:
        stored = _stored(obj)
        return None if stored is None else super().dump(stored)


class _EncryptedBinaryDumper(BytesBinaryDumper):
    def dump(self, obj: Any) -> Buffer | None:
        stored: Buffer | None = _stored(obj)
        return stored


class _EncryptedTextDumper(StrDumper):
    def dump(self, obj: Any) -> Buffer | None:
        stored = _stored(obj)
        return None if stored is None else super().dump(stored)


class _EncryptedTextBinaryDumper(StrBinaryDumper):
    def dump(self, obj: Any) -> Buffer | None:
        stored = _stored(obj)
        return None if stored is None else super().dump(stored)


class _IndexTokenIntDumper(Int8Dumper):
    def dump(self, obj: Any) -> Buffer | None:
        stored = _stored(obj)
        return None if stored is None else super().dump(stored)

    def quote(self, obj: Any) -> Buffer:
        stored = _stored(obj)
        return b"NULL" if stored is None else super().quote(stored)


class _IndexTokenIntBinaryDumper(Int8BinaryDumper):
    def dump(self, obj: Any) -> Buffer | None:
        stored = _stored(obj)
        return None if stored is None else super().dump(stored)


# Of each kind the last is what %s prefers.
_DUMPERS: dict[type, tuple[type[Any], ...]] = {
    Encrypted: (_EncryptedDumper, _EncryptedBinaryDumper),
    EncryptedText: (_EncryptedTextBinaryDumper, _EncryptedTextDumper),
    IndexToken: (_EncryptedDumper, _EncryptedBinaryDumper),
    IndexTokenInt: (_IndexTokenIntDumper, _IndexTokenIntBinaryDumper),
    IndexTokenText: (_EncryptedTextBinaryDumper, _EncryptedTextDumper),
}
