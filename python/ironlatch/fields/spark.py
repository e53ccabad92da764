"""Encrypted columns in PySpark: each worker process opens the keyring once, and works on whole
Arrow batches.

    keys = KeyringFile("/etc/shop/app.keyring", passphrase_file="/run/secrets/keyring")
    emails = SparkCipher(keys, "customers", table="customer", column="email")
    stored = customers.withColumn("email", emails.encrypt("email", row="id"))

Importing this module imports PySpark, 4.1 or newer, and PyArrow; importing ``ironlatch.fields``
does not. See ``docs/fields-spark.md``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal, TypeAlias

import pyarrow as pa
from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.types import (
    BinaryType,
    BooleanType,
    ByteType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    IntegerType,
    LongType,
    ShortType,
    StringType,
    TimestampNTZType,
    TimestampType,
    TimeType,
)

from ironlatch._quiet import Failed, attempt
from ironlatch.fields import ArrowArray, BlindIndex, FieldCipher, WrongType
from ironlatch.keyring import Key, Keyring, KeyringFile

__all__ = ["SparkCipher", "SparkIndex"]

ColumnOrName: TypeAlias = Column | str
RowColumns: TypeAlias = Column | str | Sequence[Column | str] | None
RowType: TypeAlias = type | str | Sequence[type | str | None] | None
ValueType: TypeAlias = type | str

RETURNED: dict[str, tuple[DataType, ...]] = {
    "str": (StringType(),),
    "bytes": (BinaryType(),),
    "int": (LongType(), IntegerType(), ShortType(), ByteType()),
    "float": (DoubleType(),),
    "bool": (BooleanType(),),
    "date": (DateType(),),
    "time": (TimeType(),),
    "datetime": (TimestampType(), TimestampNTZType()),
    "decimal": (StringType(),),
    "uuid": (StringType(), BinaryType()),
    "json": (StringType(),),
}
"""The Spark types that a column can decrypt to, by the name of its type, the default first.
Decimals can also come back as decimals of a given size. None of them changes a value.
"""

ARROW: dict[DataType, pa.DataType] = {
    StringType(): pa.string(),
    BinaryType(): pa.binary(),
    ByteType(): pa.int8(),
    ShortType(): pa.int16(),
    IntegerType(): pa.int32(),
    LongType(): pa.int64(),
    DoubleType(): pa.float64(),
    BooleanType(): pa.bool_(),
    DateType(): pa.date32(),
    TimeType(): pa.time64("ns"),
    TimestampType(): pa.timestamp("us", "UTC"),
    TimestampNTZType(): pa.timestamp("us"),
}
"""The Spark types of these."""

ROW_TYPES = (int, str, bytes, uuid.UUID, "int", "str", "bytes", "uuid")


@dataclass(frozen=True)
class SparkCipher:
    """A :class:`~ironlatch.fields.FieldCipher` for columns of data frames. It has no key in it, but
    says where it is.

    The arguments after ``keyring`` are those of ``FieldCipher``, with the name of a key in place of
    the key. They are checked at once; the keyring is opened where it is needed.

    ``row`` of its methods is the column with the primary key, or several columns for a composite
    key. With ``row_type="uuid"`` its text is read as a UUID; for a composite key that is a tuple,
    with None for the others.
    """

    keyring: KeyringFile
    """Where the keyring is: it is opened in each worker."""
    key: str
    """The name of the key in the keyring."""
    table: str
    """The table's name."""
    column: str
    """The column's name."""
    type: ValueType = "str"
    """The type of the values: a class or its name."""
    _: KW_ONLY
    deterministic: bool = False
    """Whether equal values are encrypted to the same bytes."""
    pad_to: int | None = None
    """The multiple of bytes that values are padded to, or None."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "type", _checked(self).type)

    @property
    def cipher(self) -> FieldCipher:
        """The cipher itself, in the process that asks: for ``mapInArrow``, pandas UDFs and
        functions of your own.

        Made once in each process. Raises what :meth:`KeyringFile.open` raises, and
        :class:`~ironlatch.keyring.UnknownKey`.
        """
        cipher: FieldCipher = _opened(self)
        return cipher

    def encrypt(
        self,
        value: ColumnOrName,
        row: RowColumns = None,
        *,
        text: bool = False,
        row_type: RowType = None,
    ) -> Column:
        """The column encrypted, as ``binary``, or with ``text`` as ``string``. Nulls stay null."""
        read_as = _read_as(row, row_type)

        def encrypt(values: pa.Array, *rows: pa.Array) -> pa.Array:
            return pa.array(self.cipher.encrypt_arrow(values, *rows, text=text, row_type=read_as))

        return _call(encrypt, "string" if text else "binary", value, row, repeatable=False)

    def decrypt(
        self,
        stored: ColumnOrName,
        row: RowColumns = None,
        *,
        returns: DataType | str | None = None,
        on_error: Literal["raise", "null"] = "raise",
        row_type: RowType = None,
    ) -> Column:
        """Returns the decrypted values, from ``binary`` or ``string``. Nulls stay null.

        ``returns`` is the type of the result, where it is not the usual one: ``decimal(18,2)`` or
        ``string`` for a column of decimals, which has no usual one; ``timestamp_ntz`` for datetimes
        without a time zone; ``int`` for a column of small numbers. A value that it cannot hold is
        an error. With ``on_error="null"`` null stands in the place of each value that does not
        open, instead of an error that ends the job.
        """
        kind = self._returned(returns)
        read_as = _read_as(row, row_type)
        _check_on_error(on_error)
        as_text = self.type == "uuid" and isinstance(kind, StringType)
        target = BinaryType() if as_text else kind

        def decrypt(values: pa.Array, *rows: pa.Array) -> pa.Array:
            opened = self.cipher.decrypt_arrow(values, *rows, on_error=on_error, row_type=read_as)
            return _cast(opened, target, self.column)

        made = _call(decrypt, target, stored, row, repeatable=True)
        return _hyphenated(made) if as_text else made

    def reencrypt(
        self,
        stored: ColumnOrName,
        row: RowColumns = None,
        *,
        to: SparkCipher | None = None,
        to_row: RowColumns = None,
        to_row_type: RowType = None,
        text: bool = False,
        on_error: Literal["raise", "null"] = "raise",
        row_type: RowType = None,
    ) -> Column:
        """Returns the values again, under the current version of the key, or encrypted by the
        cipher ``to`` for ``to_row``.

        ``text`` says that it is stored as ``string``. Errors are treated as by :meth:`decrypt`.
        """
        target = to or self
        if target.type != self.type:
            raise TypeError(f"the columns have different types: {self.type} and {target.type}")
        read_as = _read_as(row, row_type)
        to_read_as = _read_as(to_row, to_row_type)
        _check_on_error(on_error)
        names = [name for name, given in (("rows", row), ("to_rows", to_row)) if given is not None]

        def reencrypt(values: pa.Array, *rows: pa.Array) -> pa.Array:
            if (pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type)) == text:
                raise TypeError(f"the column is stored as {values.type}: say text={not text}")
            places = dict(zip(names, rows, strict=True))
            moved = self.cipher.reencrypt_arrow(
                values, **places, row_type=read_as, to=target.cipher, to_row_type=to_read_as, on_error=on_error
            )
            return pa.array(moved)

        kind = "string" if text else "binary"
        return _call(reencrypt, kind, stored, row, to_row, repeatable=False)

    def _returned(self, returns: DataType | str | None) -> DataType:
        if returns is None and self.type == "decimal":
            raise ValueError(
                "Spark's decimals have a precision and a scale, these have not: "
                'say returns="decimal(18,2)", as you need it, or returns="string"'
            )
        allowed = RETURNED[str(self.type)]
        if returns is None:
            return allowed[0]
        kind = returns if isinstance(returns, DataType) else DataType.fromDDL(returns)
        if kind in allowed or (isinstance(kind, DecimalType) and self.type == "decimal"):
            return kind
        names = [one.simpleString() for one in allowed] + ["decimal(18,2)"] * (self.type == "decimal")
        raise ValueError(f"values of type {self.type} come back as {' or '.join(names)}, not as {kind.simpleString()}")

    def _under(self, key: Key) -> FieldCipher:
        return FieldCipher(
            key, self.table, self.column, self.type, deterministic=self.deterministic, pad_to=self.pad_to
        )


@dataclass(frozen=True)
class SparkIndex:
    """A :class:`~ironlatch.fields.BlindIndex` for columns of data frames, as :class:`SparkCipher`
    is a cipher.
    """

    keyring: KeyringFile
    """Where the keyring is: it is opened in each worker."""
    key: str
    """The name of the key in the keyring."""
    table: str
    """The table's name."""
    column: str
    """The column's name."""
    type: ValueType = "str"
    """The type of the values: a class or its name."""
    _: KW_ONLY
    bits: int | None = None
    """How many bits a token has, or None if ``rows`` is given."""
    rows: int | None = None
    """How many rows the table will have, or None if ``bits`` is given."""
    normalize: Literal["exact", "text", "digits"] = "exact"
    """The rule by which values are equal: ``exact``, ``text`` or ``digits``."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "type", _checked(self).type)

    @property
    def index(self) -> BlindIndex:
        """The index itself, in the process that asks. Made once in each process."""
        index: BlindIndex = _opened(self)
        return index

    def token(
        self,
        value: ColumnOrName,
        *,
        beside: ColumnOrName | None = None,
        form: Literal["bytes", "int", "text"] = "bytes",
    ) -> Column:
        """The tokens of the values, as ``binary``, ``bigint`` or ``string``.

        ``beside`` is the column that :meth:`SparkCipher.encrypt` made of the values: each
        token is then under the version of the key that its value is under, whichever worker made
        the one and the other, and when. Without it tokens are under the current version.
        """

        def token(values: pa.Array, *stored: pa.Array) -> pa.Array:
            return pa.array(self.index.tokens_arrow(values, beside=stored[0] if stored else None, form=form))

        kinds = {"bytes": "binary", "int": "bigint", "text": "string"}
        if form not in kinds:
            raise ValueError(f'the form of a token is "bytes", "int" or "text", not {form!r}')
        return _call(token, kinds[form], value, beside, repeatable=True)

    def _under(self, key: Key) -> BlindIndex:
        return BlindIndex(
            key, self.table, self.column, self.type, bits=self.bits, rows=self.rows, normalize=self.normalize
        )


def _checked(specification: SparkCipher | SparkIndex) -> Any:
    """Makes the object under a dummy key: wrong arguments are refused here, not by a worker."""
    if not isinstance(specification.keyring, KeyringFile):
        kind = type(specification.keyring).__name__
        raise TypeError(f"keyring is a KeyringFile, which says where the keyring is, not {kind}")
    if not isinstance(specification.key, str):
        raise TypeError(f"key is the name of a key in the keyring, not {type(specification.key).__name__}")
    return specification._under(Keyring.in_memory().create_key("any"))


_made: dict[SparkCipher | SparkIndex, Any] = {}


def _opened(specification: SparkCipher | SparkIndex) -> Any:
    """Returns the specified object, made once in each process."""
    if (made := _made.get(specification)) is None:
        made = specification._under(specification.keyring.shared()[specification.key])
        _made[specification] = made
    return made


def _read_as(row: RowColumns, row_type: RowType) -> Any:
    """`row_type` as the cipher takes it. Raises TypeError and ValueError if it or `row` is none."""
    parts = row if isinstance(row, (list, tuple)) else [row]
    if row is not None and not (parts and all(isinstance(part, (str, Column)) for part in parts)):
        raise TypeError("row is a column or its name, or a list of these for a composite key")
    if row_type is None:
        return None
    if isinstance(row_type, (list, tuple)) != isinstance(row, (list, tuple)):
        raise TypeError("row_type is one type for one column, and a list with a type or None for each of several")
    types = tuple(row_type) if isinstance(row_type, (list, tuple)) else (row_type,)
    if row is None or len(types) != len(parts):
        raise TypeError(f"row_type has {len(types)} types, and row has {0 if row is None else len(parts)} columns")
    if not all(kind is None or kind in ROW_TYPES for kind in types):
        raise ValueError(f'row_type is "int", "str", "bytes" or "uuid", not {row_type!r}')
    return types if isinstance(row, (list, tuple)) else types[0]


def _check_on_error(on_error: str) -> None:
    if on_error not in ("raise", "null"):
        raise ValueError(f'on_error is "raise" or "null", not {on_error!r}')


def _call(function: Callable[..., Any], returns: DataType | str, *columns: Any, repeatable: bool) -> Column:
    """A column of what `function` makes of arrays of these columns; those that are None are left
    out.
    """
    call: Any = arrow_udf(function, returns)  # type: ignore[call-overload] # The types of its arguments tell what it is.
    # Spark may otherwise compute a column twice and get another ciphertext each time (of a
    # deterministic column, if the key changes in between): the stored value would then not be the
    # one that its token was made for.
    if not repeatable:
        call = call.asNondeterministic()
    made: Column = call(*[_composite(column) for column in columns if column is not None])
    return made


def _composite(column: Any) -> Any:
    return column if isinstance(column, (str, Column)) else F.struct(*column)


def _cast(decrypted: ArrowArray, kind: DataType, column: str) -> pa.Array:
    """Decrypted values as `kind`. Spark would do it too, but say in its error what the value is."""
    if isinstance(kind, DecimalType):
        return pa.array(decrypted, pa.decimal128(kind.precision, kind.scale))
    opened = pa.array(decrypted)
    if pa.types.is_timestamp(opened.type) and opened.null_count < len(opened):
        if opened.type.tz is None and isinstance(kind, TimestampType):
            raise WrongType(f'datetimes in "{column}" are without a time zone: say returns="timestamp_ntz"')
        if opened.type.tz is not None and isinstance(kind, TimestampNTZType):
            raise WrongType(f'datetimes in "{column}" are with a time zone: say returns="timestamp"')
    if isinstance(opened, pa.ExtensionArray):
        opened = opened.storage
    cast = attempt(lambda: opened.cast(ARROW[kind]), pa.ArrowInvalid)  # whose message shows the value
    if isinstance(cast, Failed):
        index = next(index for index in range(len(opened)) if not _fits(opened.slice(index, 1), ARROW[kind]))
        raise WrongType(f'value {index} of a batch of "{column}" does not fit into {kind.simpleString()}')
    return cast


def _fits(one: pa.Array, kind: pa.DataType) -> bool:
    try:
        one.cast(kind)
    except pa.ArrowInvalid:
        return False
    return True


def _hyphenated(sixteen: Column) -> Column:
    return F.regexp_replace(F.lower(F.hex(sixteen)), "^(.{8})(.{4})(.{4})(.{4})(.{12})$", "$1-$2-$3-$4-$5")
