"""The types of encrypted columns and of blind indexes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NoReturn

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, LargeBinary, Table, Text, event, not_, type_coerce
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import ArgumentError, InvalidRequestError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import ClauseElement, ColumnClause, ColumnElement, Null
from sqlalchemy.types import TypeDecorator, TypeEngine

from ironlatch.fields import BlindIndex, FieldCipher
from ironlatch.fields._old_values import open_stored
from ironlatch.fields._tokens import TokenBytes, TokenInt, typed
from ironlatch.fields.legacy import LegacyReader
from ironlatch.fields.sqlalchemy._errors import unwrapped
from ironlatch.keyring import Key
from ironlatch.utils import _at_home

EXACT_BITS = 100
"""From this number of bits on, two values with one token are not to be expected in any table."""

DIALECTS = frozenset({"postgresql", "sqlite"})
"""The databases whose every way to write is known here."""

KeySource = Key | Callable[[], Key]


class OwnType(TypeDecorator[Any]):
    """The base of encrypted columns and blind indexes: values come in through this type, or not at
    all.
    """

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of the database. Raises InvalidRequestError for one that is not known."""
        if dialect.name != "default":  # with which statements are printed
            refuse_dialect(dialect)
        return super().load_dialect_impl(dialect)

    def literal_processor(self, dialect: Dialect) -> NoReturn:
        """Raises InvalidRequestError: SQLAlchemy shows a value that it cannot write into the text
        of a statement.
        """
        with unwrapped:
            raise InvalidRequestError(f"{type(self).__name__} has no literals in SQL: leave literal_binds out")

    def with_variant(self, type_: Any, *dialect_names: str) -> NoReturn:
        """Raises InvalidRequestError: in a variant values would not be encrypted."""
        raise InvalidRequestError(f"{type(self).__name__} has no variants: values would not be encrypted in them")


class CipherType(OwnType):
    """The base of the types of encrypted columns: a cipher for the table and column that they find
    themselves in.
    """

    impl = LargeBinary
    cache_ok = True
    is_sealed = False
    """Whether values reach the type already encrypted."""

    def __init__(
        self,
        key: KeySource,
        type: Any = str,
        *,
        deterministic: bool = False,
        pad_to: int | None = None,
        text: bool = False,
        table: str | None = None,
        column: str | None = None,
        legacy: LegacyReader | None = None,
    ) -> None:
        super().__init__()
        if text:
            self.impl = Text()  # type: ignore[assignment] # an instance, as SQLAlchemy makes of the class
        self.key = key
        self.type = type
        self.deterministic = deterministic
        self.pad_to = pad_to
        self.text = text
        self.table = table
        self.column = column
        self.legacy = legacy
        self._names = (table, column)
        self._owner: Column[Any] | None = None
        self._cipher: FieldCipher | None = None

    @property
    def cipher(self) -> FieldCipher:
        """The cipher of this column.

        Raises InvalidRequestError as long as the type belongs to no column of a table.
        """
        if self._cipher is None:
            if self.table is None or self.column is None:
                raise InvalidRequestError(
                    "this type belongs to no column of a table: there is nothing to bind values to"
                )
            self._cipher = FieldCipher(
                self.open_key(),
                table=self.table,
                column=self.column,
                type=self.type,
                deterministic=self.deterministic,
                pad_to=self.pad_to,
            )
        return self._cipher

    @property
    def python_type(self) -> type[Any]:
        """The type of the column's values."""
        return self.type if isinstance(self.type, type) else object

    def open_key(self) -> Key:
        """The key, of the callable if one was given."""
        return self.key if isinstance(self.key, Key) else self.key()

    def encrypt(self, value: Any, row: Any = None) -> bytes | str:
        """Returns the stored form of a value."""
        stored: bytes | str = self.cipher.encrypt(value, row, text=self.text)
        return stored

    def open_stored(self, stored: bytes | str, row: Any = None) -> Any:
        """The value of what is stored, in our form or in the one that was there before."""
        with unwrapped:
            return open_stored(self.cipher, self.legacy, stored, row)

    def deterministic_tokens(self, value: Any) -> Sequence[bytes | str]:
        """Returns the stored forms of a value, one under each usable version of the key."""
        return self.cipher.tokens(value, text=self.text)

    def bind_to(self, column: Column[Any]) -> None:
        """Learns where it is. A type that belongs to one column already is copied for the other."""
        if self._owner is not None and self._owner is not column:
            column.type = self.copy()
            column.type._owner = column.type._cipher = None
            column.type.bind_to(column)
            return
        self._owner = column
        self.table = self._names[0] or column.table.name
        self.column = self._names[1] or column.name

    class comparator_factory(TypeDecorator.Comparator[Any]):
        """Refuses what would compare ciphertext."""

        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            """The hook for every operator."""
            operand: Any = other[0] if other else None
            if op in _NULL_TESTS or (op in _EQUALITY and (operand is None or isinstance(operand, Null))):
                return super().operate(op, *other, **kwargs)
            if op in _EQUALITY and _is_sql(operand) and hash(operand) == hash(self.expr):
                return super().operate(op, *other, **kwargs)  # SQLAlchemy keeps columns in dicts: it is the same one.
            if op in _EQUALITY and isinstance(operand, ColumnClause):
                return _OtherColumn(_no_comparison(self.expr), is_true=op is operators.ne)
            if op in _EQUALITY and not _is_sql(operand):
                condition = _exactly_one_of(self.expr, [operand])
                return condition if op is operators.eq else not_(condition)
            if op in _MEMBERSHIP and not _is_sql(operand):
                condition = _exactly_one_of(self.expr, [value for value in operand if value is not None])
                return condition if op is operators.in_op else not_(condition)
            raise InvalidRequestError(_no_comparison(self.expr))

        def reverse_operate(self, op: Any, other: Any, **kwargs: Any) -> Any:
            """The hook for operators that have the column on their right."""
            raise InvalidRequestError(_no_comparison(self.expr))


class _OtherColumn(ColumnElement[bool]):
    """A comparison with another column. SQLAlchemy makes such to find columns in lists; a statement
    cannot have one.
    """

    inherit_cache = False

    def __init__(self, refusal: str, *, is_true: bool) -> None:
        self.refusal = refusal
        self.type = Boolean()
        self._is_true = is_true

    def __bool__(self) -> bool:
        return self._is_true


@compiles(_OtherColumn)
def _refuse_comparison(element: _OtherColumn, compiler: Any, **keywords: Any) -> NoReturn:
    raise InvalidRequestError(element.refusal)


class Sealed:
    """A value with what is stored of it, so that its tokens can be made under the same version of
    the key.

    It is encrypted here and nowhere else: what has this type came out of the cipher.
    """

    __slots__ = ("_stored", "kind", "value")

    def __init__(self, kind: Encrypted, value: Any) -> None:
        self.kind = kind
        self.value = value
        with unwrapped:
            self._stored = kind.encrypt(value)

    @property
    def stored(self) -> bytes | str:
        """The stored form of the value."""
        return self._stored

    def __repr__(self) -> str:
        return f"<encrypted for {self.kind.table}.{self.kind.column}>"


class Encrypted(CipherType):
    """The type of a column whose values are encrypted, each bound to this table and column.

    `key` is a key of a keyring, or a callable that gives it when the first value is read or
    written, for models that are declared before the keyring is open. `type`, `deterministic` and
    `pad_to` are those of `FieldCipher`. The column is ``bytea`` or ``BLOB``, or with `text` of type
    ``TEXT``. `table` and `column` are what values are bound to, by default the names in the schema,
    without the schema's own: give the old ones when a table or column is renamed. `legacy` is a
    reader of `ironlatch.fields.legacy` for values that another package left in this column.

    Reading raises the errors of `ironlatch.fields` and `ironlatch.keyring` as they are. A
    comparison raises InvalidRequestError, but for NULL, and for equality where the database can
    tell it: with `deterministic`, or with a blind index that is not truncated. See `index_equals`
    for the others.
    """

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | str | None:
        """Encrypts a value on the way in."""
        if isinstance(value, Sealed):
            # A value made for another column is encrypted for this one, as any value is. A dialect
            # has copies of types.
            of_this_column = self._owner is not None and value.kind._owner is self._owner
            value = value if of_this_column else value.value
        sealed = value if isinstance(value, Sealed) else self.seal(value)
        return None if sealed is None else sealed.stored

    def seal(self, value: Any) -> Sealed | None:
        """The value, encrypted now: give it to a statement, and to `BlindIndexed.token` for the
        token stored with it.

        None for None.
        """
        return value if value is None or isinstance(value, Sealed) else Sealed(self, value)

    def process_result_value(self, value: bytes | str | None, dialect: Dialect) -> Any:
        """Decrypts a value on the way out."""
        return None if value is None else self.open_stored(value)


class BlindIndexed(OwnType):
    """The type of a column of blind index tokens for the encrypted column `of` of the same table.

    `rows`, `bits` and `normalize` are those of `BlindIndex`. Tokens are bytes, or with `integer`
    numbers in a ``BIGINT``. Declare the column with `blind_index`, which also makes sure that it is
    filled.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(
        self,
        of: str,
        *,
        rows: int | None = None,
        bits: int | None = None,
        normalize: Literal["exact", "text", "digits"] = "exact",
        integer: bool = False,
    ) -> None:
        if (rows is None) == (bits is None):
            raise ArgumentError("a blind index is cut to a table's size: give either rows or bits")
        super().__init__()
        if integer:
            self.impl = BigInteger()  # type: ignore[assignment] # as in CipherType
        self.of = of
        self.rows = rows
        self.bits = bits
        self.normalize = normalize
        self.integer = integer
        self._owner: Column[Any] | None = None
        self._index: BlindIndex | None = None
        self._whole: BlindIndex | None = None

    @property
    def source(self) -> Column[Any]:
        """The encrypted column.

        Raises InvalidRequestError if there is none.
        """
        if self._owner is None:
            raise InvalidRequestError("this BlindIndexed() belongs to no column of a table yet")
        column = self._owner.table.c.get(self.of)
        if column is None or not isinstance(column.type, CipherType):
            raise InvalidRequestError(
                f"{self._owner} is a blind index of {self.of!r}, which is no encrypted column of its table"
            )
        return column

    @property
    def index(self) -> BlindIndex:
        """The blind index, under the key of the encrypted column. Raises as `source` does."""
        if self._index is None:
            self._index = self._make(rows=self.rows, bits=self.bits)
        return self._index

    @property
    def whole(self) -> BlindIndex:
        """The same index without truncation, to compare values as it does. It is never stored."""
        if self._whole is None:
            self._whole = self._make(rows=None, bits=256)
        return self._whole

    @property
    def is_exact(self) -> bool:
        """Whether different values have different tokens for all practical purposes."""
        return self.index.bits >= EXACT_BITS

    def token(self, value: Any, beside: bytes | str | None = None) -> TokenBytes | TokenInt | None:
        """Returns the token of a value, under the version of the key of the value that is stored
        `beside` it.

        That is known of what `Encrypted.seal` gave. Of another value without `beside` it is the
        current version.
        """
        if isinstance(value, Sealed):
            value, beside = value.value, value.stored
        if value is None:
            return None
        with unwrapped:
            return typed(self.index.token(value, beside=beside, form="int" if self.integer else "bytes"))

    def tokens(self, values: Sequence[Any]) -> list[Any]:
        """Returns the tokens that find any of `values`, under all usable versions of the key."""
        with unwrapped:
            form: Literal["bytes", "int"] = "int" if self.integer else "bytes"
            return [typed(token) for value in values for token in self.index.tokens(value, form=form)]

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | int | None:
        """Lets tokens pass, and nothing that could be a value that was meant to be encrypted."""
        if value is None:
            return None
        if isinstance(value, TokenInt if self.integer else TokenBytes):
            return int(value) if self.integer else bytes(value)
        with unwrapped:
            raise TypeError(
                "a blind index holds tokens that its type made: set the encrypted column to fill it, "
                "look for values with index_equals()"
            )

    def process_result_value(self, value: Any, dialect: Dialect) -> TokenBytes | TokenInt | None:
        """A token of a row, known as one."""
        return typed(value)

    def bind_to(self, column: Column[Any]) -> None:
        """Learns where it is, as `CipherType.bind_to`."""
        if self._owner is not None and self._owner is not column:
            column.type = self.copy()
            column.type._owner = column.type._index = column.type._whole = None
            column.type.bind_to(column)
            return
        self._owner = column

    def _make(self, *, rows: int | None, bits: int | None) -> BlindIndex:
        encrypted: CipherType = self.source.type  # type: ignore[assignment]
        return BlindIndex(
            encrypted.open_key(),
            table=encrypted.cipher.table,
            column=encrypted.cipher.column,
            type=encrypted.type,
            rows=rows,
            bits=bits,
            normalize=self.normalize,
        )


def refuse_dialect(dialect: Dialect) -> None:
    """Raises InvalidRequestError for a database whose statements are not known to us."""
    if dialect.name not in DIALECTS:
        raise InvalidRequestError(
            f"encrypted columns work on {' and '.join(sorted(DIALECTS))}, and not on {dialect.name}: "
            "use FieldCipher and BlindIndex themselves there"
        )


def refuse_values_of_the_database(column: Column[Any]) -> None:
    """Raises InvalidRequestError if the database fills the column by itself: it does not have the
    key.
    """
    given = [column.server_default, column.server_onupdate, column.computed, column.identity]
    drawn = [default for default in (column.default, column.onupdate) if default is not None]
    if any(each is not None for each in given) or not all(each.is_scalar or each.is_callable for each in drawn):
        raise InvalidRequestError(
            f"{column} is encrypted, so the database cannot fill it: give it a default of Python's, "
            "and no server_default, Computed or SQL expression"
        )


def _refuse_wrapped(column: Column[Any]) -> None:
    """Raises InvalidRequestError if a type of ours is within another: what is written to the column
    is not checked.
    """
    inside: list[Any] = [column.type]
    for kind in inside:
        if isinstance(kind, OwnType) and kind is not column.type:
            raise InvalidRequestError(
                f"{column} has {type(kind).__name__} within {type(column.type).__name__}, so not all that is written "
                f"to it would be encrypted: make {type(kind).__name__} the column's own type"
            )
        inside += [kind.impl] if isinstance(kind, TypeDecorator) else []
        inside += [kind.item_type] if isinstance(kind, ARRAY) else []
        inside += kind._variant_mapping.values()


def blind_index_columns(columns: Any, of: str) -> list[Any]:
    """Those columns that are a blind index of the encrypted column of that name."""
    return [column for column in columns if isinstance(column.type, BlindIndexed) and column.type.of == of]


def index_of(expression: ColumnElement[Any]) -> Any:
    """The blind index column of an encrypted one, in its table, alias or subquery; None if
    there is none.
    """
    columns = getattr(getattr(expression, "table", None), "c", ())
    found = blind_index_columns(columns, getattr(expression, "name", ""))
    return found[0] if found else None


def _exactly_one_of(expression: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """A condition that is true exactly where one of `values` is stored.

    Raises InvalidRequestError if the database cannot tell.
    """
    index = index_of(expression)
    if index is not None and index.type.is_exact:
        found: ColumnElement[bool] = index.in_(index.type.tokens(values))
        return found
    encrypted: CipherType = expression.type  # type: ignore[assignment]
    if encrypted.deterministic:
        with unwrapped:
            stored = [token for value in values for token in encrypted.deterministic_tokens(value)]
        return type_coerce(expression, encrypted.impl_instance).in_(stored)
    raise InvalidRequestError(_no_comparison(expression))


def _no_comparison(expression: ColumnElement[Any]) -> str:
    index = index_of(expression)
    if index is None:
        name = getattr(expression, "name", "…")
        advice = f"declare a blind_index({name!r}, …) next to it and look for values with index_equals()"
    elif index.type.is_exact:
        advice = "its blind index answers ==, !=, in_() and not_in() with values, not with other columns or SQL"
    else:
        advice = "its blind index is truncated: look for values with index_equals() and tell them apart with matching()"
    return f"{expression} is encrypted, so the database cannot compare it: {advice}"


_NULL_TESTS = {operators.is_, operators.is_not}
_EQUALITY = {operators.eq, operators.ne}
_MEMBERSHIP = {operators.in_op, operators.not_in_op}


def _is_sql(operand: Any) -> bool:
    return isinstance(operand, ClauseElement) or hasattr(operand, "__clause_element__")


@event.listens_for(Column, "after_parent_attach")
def _column_meets_table(column: Column[Any], table: Any) -> None:
    if isinstance(table, Table):
        _refuse_wrapped(column)
    if isinstance(column.type, CipherType | BlindIndexed) and isinstance(table, Table):
        refuse_values_of_the_database(column)
        column.type.bind_to(column)


_at_home("ironlatch.fields.sqlalchemy", BlindIndexed, Encrypted)
