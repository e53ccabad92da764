"""One column of a table: how its values become those under the current key."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, cast

from ironlatch.fields import BlindIndex, FieldCipher, Tampered
from ironlatch.fields._old_values import open_stored
from ironlatch.fields.legacy import LegacyReader
from ironlatch.keyring import KeyringError
from ironlatch.rotation._database import Cell, Place, Prefixes, Stored
from ironlatch.rotation._report import Mode, VersionCount
from ironlatch.utils import _at_home

__all__ = ["Column", "Failed", "Row", "Work"]

TEXT_PREFIX = "ilf1."
HEADER_LEN = 5
"""How a stored value begins: a byte for its form, four for the id of the key's version."""
FORMS = (b"\xc0", b"\xc1")
TEXT_SYMBOLS = 7
"""The number of base64 symbols that hold the header, and two bits more."""

REFUSED = (ValueError, KeyringError)
"""Errors that are about a value, or about the version of the key that it names. Any other is about
the call.
"""


class _Default(Enum):
    KEY = "the key of the table"
    SAME = "as it was"


class Row:
    """Names the columns that a value is bound to, and how their contents become the row that the
    cipher is given.

    ``Row("id")`` gives the contents of ``id``, ``Row("tenant", "id")`` a tuple. With ``convert`` it
    is what that function returns for the contents, where a database holds UUIDs as text, say.

    >>> from uuid import UUID
    >>> from ironlatch.rotation import Row
    >>> row = Row("id", convert=UUID)
    >>> row.of({"id": "12345678-1234-5678-1234-567812345678"})
    UUID('12345678-1234-5678-1234-567812345678')
    """

    def __init__(self, *columns: str, convert: Callable[..., Any] | None = None) -> None:
        self.columns = columns
        self.convert = convert

    def of(self, contents: Mapping[str, Any]) -> Any:
        """Returns the row that a cipher is given, from what the columns hold."""
        own = tuple(contents[name] for name in self.columns)
        if self.convert is not None:
            return self.convert(*own)
        return own[0] if len(own) == 1 else own


@dataclass(frozen=True)
class Column:
    """Describes a column to be rotated.

    ``cipher`` decrypts what is stored, and may be a reader of ``ironlatch.fields.legacy`` for what
    another package wrote. Tokens that are missing in the columns of ``indexes`` are filled in, and
    each is written with its value.

    A row is given as the name of a column, as several, as a :class:`Row`, or as None if values are
    bound to no row. Raises :class:`ValueError` without a cipher that encrypts.

    >>> from ironlatch.fields import FieldCipher
    >>> from ironlatch.keyring import Keyring
    >>> from ironlatch.rotation import Column
    >>> key = Keyring.in_memory().create_key("app")
    >>> column = Column("email", FieldCipher(key, "customer", "email"), row=("tenant", "id"))
    """

    name: str
    """The column's name in the database."""
    cipher: FieldCipher | LegacyReader
    """Decrypts what is stored."""
    new_cipher: FieldCipher | None = None
    """Encrypts what is written; ``cipher`` if it is None."""
    indexes: Mapping[str, BlindIndex] = field(default_factory=dict)
    """The blind indexes of this column's values, by the names of their columns."""
    row: str | Sequence[str] | Row | _Default | None = _Default.KEY
    """The columns that stored values are bound to, by default the table's key."""
    new_row: str | Sequence[str] | Row | _Default | None = _Default.SAME
    """The columns that new values are bound to, by default the same."""

    def __post_init__(self) -> None:
        if self.new_cipher is None and not hasattr(self.cipher, "encrypt_many"):
            raise ValueError(f"the column {self.name} needs a new_cipher: {type(self.cipher).__name__} only reads")


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a value stays as it is."""

    error: Exception


class Work:
    """The work to do on a column."""

    token_forms: tuple[str, ...] = ()
    """For each index column how it holds tokens: bytes, int or text."""

    def __init__(self, column: Column, key: tuple[str, ...], *, examine: bool) -> None:
        self.place = Place(column.name, tuple(column.indexes))
        self._indexes = tuple(column.indexes.values())
        self._reader = column.cipher
        # Without a new cipher the same one writes: it is no mere reader then.
        self._writer = cast("FieldCipher", column.cipher if column.new_cipher is None else column.new_cipher)
        self._row = _row(column.row, key)
        self._new_row = self._row if column.new_row is _Default.SAME else _row(column.new_row, key)
        self._moves = column.new_cipher is not None or self._new_row is not self._row
        own = {version.id for version in self._writer.key.versions}
        # A token is under its value's version, unless the index has another key: that has its own
        # current version.
        self._beside = tuple(
            not own.isdisjoint(version.id for version in index.key.versions) for index in self._indexes
        )
        # Where only table, column or row are new, old and new values begin alike. And what a value
        # begins with proves nothing of what its indexes hold. Then each has to be looked at.
        self._examine = examine or bool(self._indexes) or (self._moves and isinstance(column.cipher, FieldCipher))

    @property
    def bound_to(self) -> tuple[str, ...]:
        """The columns that old or new values are bound to."""
        return (*self._row.columns, *self._new_row.columns)

    def prefixes(self, mode: Mode) -> Prefixes:
        """How values begin that need no look."""
        if mode is Mode.STATUS:
            return b"", ("",)
        if self._examine:
            return None
        header: bytes = self._writer.current_prefix
        # A symbol of base64 stands for 6 bits: the last that the header fills in part has four
        # forms.
        return header, tuple(TEXT_PREFIX + _encode(header + bytes([rest << 6]))[:TEXT_SYMBOLS] for rest in range(4))

    def renew(
        self, stored: Sequence[Stored], rows: Sequence[Mapping[str, Any]], tokens: Sequence[tuple[Any, ...]]
    ) -> list[Cell | Failed | None]:
        """Returns the outcome for each value. ``rows`` hold the columns that it may be bound to,
        ``tokens`` what its indexes hold.

        None for a value that is current, with all its indexes.
        """
        bound = [self._bind(row) for row in rows]
        pairs = [pair for pair in bound if not isinstance(pair, Failed)]
        if len(pairs) < len(bound):
            good = [at for at, pair in enumerate(bound) if not isinstance(pair, Failed)]
            done = self.renew([stored[at] for at in good], [rows[at] for at in good], [tokens[at] for at in good])
            renewed = dict(zip(good, done, strict=True))
            return [pair if isinstance(pair, Failed) else renewed[at] for at, pair in enumerate(bound)]
        old_rows = [old for old, _ in pairs]
        if not self._moves and not self._examine:
            # The usual case, in which no value becomes an object of Python's.
            return [
                new if isinstance(new, Failed) else Cell(old, new, ())
                for old, new in zip(stored, self._reencrypt(stored, old_rows), strict=True)
            ]
        new_rows = [new for _, new in pairs]
        opened, stale, old_form = self._open(stored, old_rows, new_rows)
        good = [at for at, value in enumerate(opened) if not isinstance(value, Failed)]
        anew = [at for at in good if stale[at]]
        made = self._encrypt([opened[at] for at in anew], [new_rows[at] for at in anew], [stored[at] for at in anew])
        new_values = dict(zip(anew, made, strict=True))
        good = [at for at in good if not isinstance(new_values.get(at), Failed)]
        to_be: list[Any] = [new_values.get(at, stored[at]) for at in good]
        new_tokens = dict(zip(good, self._make_tokens([opened[at] for at in good], to_be), strict=True))
        outcomes: list[Cell | Failed | None] = []
        for at, value in enumerate(opened):
            new = new_values.get(at)
            if isinstance(value, Failed):
                outcomes.append(value)
            elif isinstance(new, Failed):
                outcomes.append(new)
            elif new is None and tokens[at] == new_tokens[at]:
                outcomes.append(None)
            else:
                outcomes.append(Cell(stored[at], new, new_tokens[at], at in old_form))
        return outcomes

    def count(self, heads: Counter[Stored]) -> tuple[list[VersionCount], int]:
        """How many values are under which version, by how they begin; and how many are of another
        form.
        """
        counts: Counter[str] = Counter()
        other = 0
        known = {version.id: version for version in self._writer.key.versions}
        for head, count in heads.items():
            version = _version_id(head)
            # Among values in another package's form, bytes that begin as ours do need not be ours.
            if version and (version in known or isinstance(self._reader, FieldCipher)):
                counts[version] += count
            else:
                other += count
        counts[self._writer.key.primary.id] += 0
        # The current version first, then those of its key, the youngest first.
        order = [version.id for version in reversed(known.values()) if version.id in counts]
        order.sort(key=lambda version: known[version].state != "primary")
        found = [
            VersionCount(version, known[version].number, known[version].state, counts[version]) for version in order
        ]
        found += [
            VersionCount(version, None, "unknown", counts[version]) for version in sorted(counts.keys() - known.keys())
        ]
        return found, other

    def _bind(self, contents: Mapping[str, Any]) -> tuple[Any, Any] | Failed:
        """Returns the rows that the old and the new value are bound to."""
        try:
            old = self._row.of(contents)
            return old, old if self._new_row is self._row else self._new_row.of(contents)
        except (*REFUSED, TypeError) as error:
            return Failed(ValueError(f"the row cannot be bound to what its columns hold: {error}"))

    def _reencrypt(self, stored: Sequence[Stored], rows: Sequence[Any]) -> list[Any]:
        return _failures(self._writer.reencrypt_many(stored, rows, return_errors=True))

    def _open(
        self, stored: Sequence[Stored], old_rows: Sequence[Any], new_rows: Sequence[Any]
    ) -> tuple[list[Any], list[bool], set[int]]:
        """The values, or why they do not open; which are to be rewritten; which are in another
        package's form.
        """
        stale = [_is_stale(self._writer, value) for value in stored]
        if not isinstance(self._reader, FieldCipher):
            old_form = {at for at, value in enumerate(stored) if not self._writer.recognizes(value)}
            ours = [at for at in range(len(stored)) if at not in old_form]
            decrypted = _failures(
                self._writer.decrypt_many(
                    [stored[at] for at in ours], [new_rows[at] for at in ours], return_errors=True
                )
            )
            opened: list[Any] = [None] * len(stored)
            for at, value in zip(ours, decrypted, strict=True):
                opened[at] = value
            for at in old_form:
                opened[at] = _open_legacy(self._writer, self._reader, stored[at])
            return opened, stale, old_form
        # A value that opens as a new one is one: from an earlier run, or from a program ahead of
        # us.
        opened = _failures(self._writer.decrypt_many(stored, new_rows, return_errors=True))
        rest = [at for at, value in enumerate(opened) if isinstance(value, Failed)] if self._moves else []
        old = _failures(
            self._reader.decrypt_many([stored[at] for at in rest], [old_rows[at] for at in rest], return_errors=True)
        )
        for at, value in zip(rest, old, strict=True):
            # The more informative of the two errors: a value that was tampered with is not of
            # another key as well.
            if not (isinstance(value, Failed) and isinstance(opened[at].error, Tampered)):
                opened[at] = value
            stale[at] = True
        return opened, stale, set()

    def _encrypt(self, values: list[Any], rows: list[Any], stored: list[Stored]) -> list[Stored | Failed]:
        """New values, as bytes or text where the old ones are."""
        made: dict[int, Stored | Failed] = {}
        for text in (False, True):
            chosen = [at for at, old in enumerate(stored) if isinstance(old, str) is text]
            of_form = _encrypt_each(self._writer, [values[at] for at in chosen], [rows[at] for at in chosen], text)
            made.update(zip(chosen, of_form, strict=True))
        return [made[at] for at in range(len(values))]

    def _make_tokens(self, values: list[Any], stored: list[Stored]) -> list[tuple[Any, ...]]:
        """For each value the tokens for its index columns, made for the value to be stored."""
        columns = [
            index.tokens_many(values, beside=stored if beside else None, form=form)  # type: ignore[call-overload]
            for index, beside, form in zip(self._indexes, self._beside, self.token_forms, strict=True)
        ]
        return list(zip(*columns, strict=True)) if columns else [()] * len(values)


def _row(given: str | Sequence[str] | Row | _Default | None, key: tuple[str, ...]) -> Row:
    if isinstance(given, Row):
        return given
    if given is _Default.KEY:
        return Row(*key)
    if given is None or isinstance(given, _Default):
        return Row(convert=lambda: None)
    return Row(given) if isinstance(given, str) else Row(*given)


def _failures(outcomes: list[Any]) -> list[Any]:
    """Returns the results of a batch, with its errors marked as such."""
    return [Failed(outcome) if isinstance(outcome, Exception) else outcome for outcome in outcomes]


def _open_legacy(writer: FieldCipher, reader: LegacyReader, stored: Stored) -> Any:
    """Returns a value as a reader opens it."""
    try:
        value = open_stored(writer, reader, stored)
    except REFUSED as error:
        return Failed(error)
    return Failed(ValueError("the value reads as None, which is not encrypted")) if value is None else value


def _is_stale(writer: FieldCipher, stored: Stored) -> bool:
    try:
        return writer.needs_update(stored)
    except ValueError:
        return True  # Not of our form: it is the reader's.


def _encrypt_each(writer: FieldCipher, values: list[Any], rows: list[Any], text: bool) -> list[Any]:
    """New values, in one call if all are of the column's type, or else one by one."""
    try:
        return list(writer.encrypt_many(values, rows, text=text))
    except (*REFUSED, TypeError):
        pass
    outcomes: list[Any] = []
    for value, row in zip(values, rows, strict=True):
        try:
            outcomes.append(writer.encrypt(value, row, text=text))
        except (*REFUSED, TypeError) as error:
            outcomes.append(Failed(error))
    return outcomes


def _version_id(head: Stored) -> str | None:
    """The id in what a stored value begins with, as 8 hexadecimal digits; None if it is not of our
    form.
    """
    if isinstance(head, str):
        symbols = head.removeprefix(TEXT_PREFIX)
        if symbols == head or len(symbols) < TEXT_SYMBOLS:
            return None
        try:
            head = base64.urlsafe_b64decode(f"{symbols[:TEXT_SYMBOLS]}=")
        except ValueError:
            return None
    return head[1:HEADER_LEN].hex() if head[:1] in FORMS and len(head) >= HEADER_LEN else None


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii")


_at_home("ironlatch.rotation", Column, Row)
