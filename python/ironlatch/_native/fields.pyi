import builtins
from collections.abc import Sequence
from types import GenericAlias
from typing import Any, Generic, Literal, NoReturn, Protocol, TypeAlias, final, overload
from uuid import UUID

from ironlatch.keyring import Key
from ironlatch.utils import Buffer
from typing_extensions import TypeVar

_T = TypeVar("_T", default=Any)
_V = TypeVar("_V")

_Part: TypeAlias = int | str | bytes | UUID
_Row: TypeAlias = _Part | tuple[_Part, ...] | None

class _ArrayExport(Protocol):
    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]: ...

class _StreamExport(Protocol):
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...

_RowType: TypeAlias = type | str | tuple[type | str | None, ...] | None
_Form: TypeAlias = Literal["bytes", "int", "text"]
_Normalization: TypeAlias = Literal["exact", "text", "digits"]
_TypeName: TypeAlias = Literal[
    "str", "bytes", "int", "decimal", "float", "bool", "date", "time", "datetime", "uuid", "json"
]
_Arrow: TypeAlias = _ArrayExport | _StreamExport

@final
class ArrowArray:
    """The result of a call with Arrow arrays: an array for whoever reads Arrow's C data interface,
    such as ``pyarrow.array(result)``.
    """
    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]: ...
    def __arrow_c_schema__(self) -> Any: ...
    def __len__(self) -> int: ...

@final
class FieldCipher(Generic[_T]):
    """Encrypts the values of one column, each for its row, and decrypts them.

    ``key`` is a key of a keyring, of the kind ``general``. ``table`` and ``column`` are part of
    what is encrypted: give the same names for as long as the column lives. ``type`` is the class of
    the values, or its name. With ``deterministic`` equal values are encrypted to the same bytes;
    with ``pad_to`` values are made longer, up to a multiple of so many bytes. ``None`` always stays
    ``None``.
    """
    @overload
    def __new__(
        cls,
        key: Key,
        table: str,
        column: str,
        type: builtins.type[str] | Literal["str"] = str,
        *,
        deterministic: bool = False,
        pad_to: int | None = None,
    ) -> FieldCipher[str]: ...
    @overload
    def __new__(
        cls,
        key: Key,
        table: str,
        column: str,
        type: builtins.type[_V],
        *,
        deterministic: bool = False,
        pad_to: int | None = None,
    ) -> FieldCipher[_V]: ...
    @overload
    def __new__(
        cls,
        key: Key,
        table: str,
        column: str,
        type: str,
        *,
        deterministic: bool = False,
        pad_to: int | None = None,
    ) -> FieldCipher[Any]: ...
    @classmethod
    def __class_getitem__(cls, item: Any) -> GenericAlias: ...
    @property
    def key(self) -> Key:
        """The key."""
    @property
    def table(self) -> str:
        """The table's name."""
    @property
    def column(self) -> str:
        """The column's name."""
    @property
    def type(self) -> _TypeName:
        """The name of the type: ``str``, ``bytes``, ``int``, ``decimal``, ``float``, ``bool``,
        ``date``, ``time``, ``datetime``, ``uuid`` or ``json``.
        """
    @property
    def deterministic(self) -> bool:
        """Whether equal values are encrypted to the same bytes."""
    @property
    def pad_to(self) -> int | None:
        """To a multiple of how many bytes values are padded."""
    @overload
    def encrypt(self, value: None, row: _Row = None, *, text: bool = False) -> None:
        """Encrypts ``value``, and returns what to store: bytes, or with ``text`` a str for columns that
        hold no bytes, ``ilf1.`` and base64 for URLs. ``None`` stays ``None``.

        ``row`` is what tells the row from all others and never changes, its primary key: an int,
        str, bytes or UUID, or a tuple of these. Without one the value opens in every row. The result
        is 46 bytes longer than the value, 22 if deterministic.

        Raises :class:`TypeError` if the value is not of the column's type, and :class:`ValueError` if
        it cannot be stored exactly.
        """
    @overload
    def encrypt(self, value: _T, row: _Row = None, *, text: Literal[False] = False) -> bytes:
        """Encrypts ``value``, and returns what to store: bytes, or with ``text`` a str for columns that
        hold no bytes, ``ilf1.`` and base64 for URLs. ``None`` stays ``None``.

        ``row`` is what tells the row from all others and never changes, its primary key: an int,
        str, bytes or UUID, or a tuple of these. Without one the value opens in every row. The result
        is 46 bytes longer than the value, 22 if deterministic.

        Raises :class:`TypeError` if the value is not of the column's type, and :class:`ValueError` if
        it cannot be stored exactly.
        """
    @overload
    def encrypt(self, value: _T, row: _Row = None, *, text: Literal[True]) -> str:
        """Encrypts ``value``, and returns what to store: bytes, or with ``text`` a str for columns that
        hold no bytes, ``ilf1.`` and base64 for URLs. ``None`` stays ``None``.

        ``row`` is what tells the row from all others and never changes, its primary key: an int,
        str, bytes or UUID, or a tuple of these. Without one the value opens in every row. The result
        is 46 bytes longer than the value, 22 if deterministic.

        Raises :class:`TypeError` if the value is not of the column's type, and :class:`ValueError` if
        it cannot be stored exactly.
        """
    @overload
    def encrypt(self, value: _T, row: _Row = None, *, text: bool) -> bytes | str:
        """Encrypts ``value``, and returns what to store: bytes, or with ``text`` a str for columns that
        hold no bytes, ``ilf1.`` and base64 for URLs. ``None`` stays ``None``.

        ``row`` is what tells the row from all others and never changes, its primary key: an int,
        str, bytes or UUID, or a tuple of these. Without one the value opens in every row. The result
        is 46 bytes longer than the value, 22 if deterministic.

        Raises :class:`TypeError` if the value is not of the column's type, and :class:`ValueError` if
        it cannot be stored exactly.
        """
    @overload
    def encrypt_text(self, value: None, row: _Row = None) -> None:
        """Deprecated: use :meth:`encrypt` with ``text=True``."""
    @overload
    def encrypt_text(self, value: _T, row: _Row = None) -> str:
        """Deprecated: use :meth:`encrypt` with ``text=True``."""
    @overload
    def decrypt(self, stored: None, row: _Row = None) -> None:
        """Decrypts what :meth:`encrypt` returned for the same row. ``None`` stays ``None``.

        Raises :class:`Tampered` if it was changed or belongs to another table, column or row,
        :class:`MalformedValue` if it is no encrypted value, :class:`WrongType` if it is of another type
        than the column; and of :mod:`ironlatch.keyring` :class:`UnknownKey`, :class:`KeyDisabled`
        or :class:`KeyDestroyed`.
        """
    @overload
    def decrypt(self, stored: Buffer | str, row: _Row = None) -> _T:
        """Decrypts what :meth:`encrypt` returned for the same row. ``None`` stays ``None``.

        Raises :class:`Tampered` if it was changed or belongs to another table, column or row,
        :class:`MalformedValue` if it is no encrypted value, :class:`WrongType` if it is of another type
        than the column; and of :mod:`ironlatch.keyring` :class:`UnknownKey`, :class:`KeyDisabled`
        or :class:`KeyDestroyed`.
        """
    @overload
    def decrypt(self, stored: Buffer | str | None, row: _Row = None) -> _T | None:
        """Decrypts what :meth:`encrypt` returned for the same row. ``None`` stays ``None``.

        Raises :class:`Tampered` if it was changed or belongs to another table, column or row,
        :class:`MalformedValue` if it is no encrypted value, :class:`WrongType` if it is of another type
        than the column; and of :mod:`ironlatch.keyring` :class:`UnknownKey`, :class:`KeyDisabled`
        or :class:`KeyDestroyed`.
        """
    @overload
    def reencrypt(
        self, stored: None, row: _Row = None, *, to: FieldCipher[_T] | None = None, to_row: _Row = None
    ) -> None:
        """Decrypts ``stored`` and encrypts its value again under the current version of the key, in
        the same form.

        With ``to``, another cipher for the same type, and ``to_row``, the value moves to another
        column or row. Errors are those of :meth:`decrypt`.
        """
    @overload
    def reencrypt(
        self, stored: str, row: _Row = None, *, to: FieldCipher[_T] | None = None, to_row: _Row = None
    ) -> str:
        """Decrypts ``stored`` and encrypts its value again under the current version of the key, in
        the same form.

        With ``to``, another cipher for the same type, and ``to_row``, the value moves to another
        column or row. Errors are those of :meth:`decrypt`.
        """
    @overload
    def reencrypt(
        self, stored: Buffer, row: _Row = None, *, to: FieldCipher[_T] | None = None, to_row: _Row = None
    ) -> bytes:
        """Decrypts ``stored`` and encrypts its value again under the current version of the key, in
        the same form.

        With ``to``, another cipher for the same type, and ``to_row``, the value moves to another
        column or row. Errors are those of :meth:`decrypt`.
        """
    @overload
    def tokens(self, value: _T | None, row: _Row = None, *, text: Literal[False] = False) -> list[bytes]:
        """What to look for in a deterministic column: what is stored of ``value`` under each usable
        version of the key, the current one first. Empty for ``None``.

        Raises :class:`ValueError` if the cipher is not deterministic.
        """
    @overload
    def tokens(self, value: _T | None, row: _Row = None, *, text: Literal[True]) -> list[str]:
        """What to look for in a deterministic column: what is stored of ``value`` under each usable
        version of the key, the current one first. Empty for ``None``.

        Raises :class:`ValueError` if the cipher is not deterministic.
        """
    @overload
    def tokens(self, value: _T | None, row: _Row = None, *, text: bool) -> list[bytes] | list[str]:
        """What to look for in a deterministic column: what is stored of ``value`` under each usable
        version of the key, the current one first. Empty for ``None``.

        Raises :class:`ValueError` if the cipher is not deterministic.
        """
    def needs_update(self, stored: Buffer | str | None) -> bool:
        """Whether ``stored`` was not made under the current version of the key and in this cipher's
        mode: :meth:`reencrypt` it. False for ``None``.

        Raises :class:`MalformedValue` if it is no encrypted value.
        """
    @staticmethod
    def version_id(stored: Buffer | str) -> str:
        """The id of the version of the key under which ``stored`` was made: 8 hexadecimal digits. It
        is read, not authenticated.

        Raises :class:`MalformedValue` if it is no encrypted value.
        """
    @staticmethod
    def has_header(stored: object) -> bool:
        """Whether ``stored`` begins as what this package encrypts does, with the whole header of this
        or a later format. Of bytes that are something else one in 128 begin so: where there may be
        such, :meth:`recognizes` tells.
        """
    def recognizes(self, stored: object) -> bool:
        """Whether ``stored`` is for this cipher to open, and not for what else may read the column: it
        has the text form, or begins with the header of a version of this key, in whatever state
        that version is. Whether it opens, only :meth:`decrypt` can tell.
        """
    @staticmethod
    def is_encrypted(stored: object) -> bool:
        """Whether ``stored`` has the form of an encrypted value, for telling rows apart that are
        encrypted already. Whether it is one, only :meth:`decrypt` can tell.
        """
    @property
    def current_prefix(self) -> bytes:
        """The 5 bytes with which everything begins that is stored now: what does not needs an update."""
    @property
    def current_text_prefix(self) -> str:
        """The 11 characters with which the text form of everything begins that is stored now.

        Compare beginnings, or escape it in ``LIKE``, where an underscore stands for any character.
        """
    @overload
    def encrypt_many(
        self, values: Sequence[_T | None], rows: Sequence[_Row] | None = None, text: Literal[False] = False
    ) -> list[bytes | None]:
        """:meth:`encrypt` for a list, on all cores and without the GIL. All values are encrypted, or
        none.

        ``rows`` are as many rows. An exception has the place of the value it is about as ``index``.
        """
    @overload
    def encrypt_many(
        self, values: Sequence[_T | None], rows: Sequence[_Row] | None = None, *, text: Literal[True]
    ) -> list[str | None]:
        """:meth:`encrypt` for a list, on all cores and without the GIL. All values are encrypted, or
        none.

        ``rows`` are as many rows. An exception has the place of the value it is about as ``index``.
        """
    @overload
    def encrypt_many(
        self, values: Sequence[_T | None], rows: Sequence[_Row] | None, text: Literal[True]
    ) -> list[str | None]:
        """:meth:`encrypt` for a list, on all cores and without the GIL. All values are encrypted, or
        none.

        ``rows`` are as many rows. An exception has the place of the value it is about as ``index``.
        """
    @overload
    def encrypt_many(
        self, values: Sequence[_T | None], rows: Sequence[_Row] | None = None, *, text: bool
    ) -> list[bytes | None] | list[str | None]:
        """:meth:`encrypt` for a list, on all cores and without the GIL. All values are encrypted, or
        none.

        ``rows`` are as many rows. An exception has the place of the value it is about as ``index``.
        """
    @overload
    def decrypt_many(
        self,
        stored: Sequence[Buffer | str | None],
        rows: Sequence[_Row] | None = None,
        *,
        return_errors: Literal[False] = False,
    ) -> list[_T | None]:
        """:meth:`decrypt` for a list, on all cores and without the GIL.

        The first value that cannot be decrypted is raised, with its place as ``index``. With
        ``return_errors`` its exception stands in the place of each such value instead.
        """
    @overload
    def decrypt_many(
        self,
        stored: Sequence[Buffer | str | None],
        rows: Sequence[_Row] | None = None,
        *,
        return_errors: bool,
    ) -> list[_T | Exception | None]:
        """:meth:`decrypt` for a list, on all cores and without the GIL.

        The first value that cannot be decrypted is raised, with its place as ``index``. With
        ``return_errors`` its exception stands in the place of each such value instead.
        """
    def reencrypt_many(
        self,
        stored: Sequence[Buffer | str | None],
        rows: Sequence[_Row] | None = None,
        *,
        to: FieldCipher[_T] | None = None,
        to_rows: Sequence[_Row] | None = None,
        return_errors: bool = False,
    ) -> list[Any]:
        """:meth:`reencrypt` for a list, on all cores and without the GIL. All come back in the form of
        the first one.

        ``to_rows`` are ``rows`` unless given. Errors are those of :meth:`decrypt_many`.
        """
    def encrypt_arrow(
        self, values: _Arrow, rows: _Arrow | None = None, *, row_type: _RowType = None, text: bool = False
    ) -> ArrowArray:
        """:meth:`encrypt_many` for an Arrow array, from any library that has Arrow's C data interface:
        gives binary values, or text. No Python object is made for a value.

        ``rows`` are as many ints, texts, bytes or UUIDs, or for composite keys structs of these,
        such as a table; where a value is null, its row may be. With ``row_type="uuid"`` texts and
        16 bytes are read as UUIDs; for structs it is a tuple with a type or ``None`` for each
        field. Nulls among the values stay null. Raises :class:`TypeError` if the array is not of
        the column's type.
        """
    def decrypt_arrow(
        self,
        stored: _Arrow,
        rows: _Arrow | None = None,
        *,
        row_type: _RowType = None,
        on_error: Literal["raise", "null"] = "raise",
    ) -> ArrowArray:
        """:meth:`decrypt_many` for an Arrow array of binary values or text: gives an array of the
        column's type.

        ``on_error`` is ``"raise"``, or ``"null"`` for null in the place of each value that cannot
        be decrypted. Decimal numbers come as text; numbers of more than 64 bits and a mixture of
        datetimes with and without offset raise :class:`ValueError`.
        """
    def reencrypt_arrow(
        self,
        stored: _Arrow,
        rows: _Arrow | None = None,
        *,
        row_type: _RowType = None,
        to: FieldCipher[_T] | None = None,
        to_rows: _Arrow | None = None,
        to_row_type: _RowType = None,
        on_error: Literal["raise", "null"] = "raise",
    ) -> ArrowArray:
        """:meth:`reencrypt_many` for an Arrow array, in the form that it has.

        ``to_rows`` are ``rows`` unless given; ``to_row_type`` is theirs. Errors are those of
        :meth:`decrypt_arrow`.
        """
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class BlindIndex:
    """Makes what is stored beside an encrypted column so that rows can be looked up by its value: a
    keyed, shortened hash.

    Rows with equal values have equal tokens, and so have some others: decrypt what is found, and
    compare. Give ``rows``, the size to which the table grows, and so many bits are taken that 4 to
    8 rows share a token; or ``bits``, from 1 to 256. ``normalize`` says what counts as equal:
    ``exact``; for texts also ``text`` (capitals, spaces and the form of characters do not matter)
    or ``digits`` (nothing else matters).
    """
    def __new__(
        cls,
        key: Key,
        table: str,
        column: str,
        type: builtins.type | str = str,
        *,
        bits: int | None = None,
        rows: int | None = None,
        normalize: _Normalization = "exact",
    ) -> BlindIndex: ...
    @property
    def key(self) -> Key:
        """The key."""
    @property
    def table(self) -> str:
        """The table's name."""
    @property
    def column(self) -> str:
        """The column's name."""
    @property
    def type(self) -> _TypeName:
        """The name of the type of the values."""
    @property
    def bits(self) -> int:
        """How many bits a token has."""
    @property
    def normalize(self) -> _Normalization:
        """What counts as equal."""
    @overload
    def token(self, value: None, *, beside: Buffer | str | None = None, form: _Form = "bytes") -> None:
        """Returns the token of ``value``, to store with what the column stores. ``None`` stays ``None``.

        ``form`` is ``"bytes"``, as few as hold the bits; ``"int"``, a number that is not negative, for
        a column such as ``BIGINT`` and at most 63 bits; or ``"text"``, the bytes in hexadecimal.

        ``beside`` is what the encrypted column stores of the value. The token is then under the same
        version of the key, so that a rotation that comes between the two cannot tear them apart: pass
        it whenever there is one. Without it the token is under the current version.

        Raises :class:`ValueError` for a number of more than 63 bits, :class:`MalformedValue` if
        ``beside`` is no encrypted value; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
        :class:`KeyDisabled` or :class:`KeyDestroyed` if this index's key has no such version that may
        be used.
        """
    @overload
    def token(self, value: object, *, beside: Buffer | str | None = None, form: Literal["bytes"] = "bytes") -> bytes:
        """Returns the token of ``value``, to store with what the column stores. ``None`` stays ``None``.

        ``form`` is ``"bytes"``, as few as hold the bits; ``"int"``, a number that is not negative, for
        a column such as ``BIGINT`` and at most 63 bits; or ``"text"``, the bytes in hexadecimal.

        ``beside`` is what the encrypted column stores of the value. The token is then under the same
        version of the key, so that a rotation that comes between the two cannot tear them apart: pass
        it whenever there is one. Without it the token is under the current version.

        Raises :class:`ValueError` for a number of more than 63 bits, :class:`MalformedValue` if
        ``beside`` is no encrypted value; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
        :class:`KeyDisabled` or :class:`KeyDestroyed` if this index's key has no such version that may
        be used.
        """
    @overload
    def token(self, value: object, *, beside: Buffer | str | None = None, form: Literal["int"]) -> int:
        """Returns the token of ``value``, to store with what the column stores. ``None`` stays ``None``.

        ``form`` is ``"bytes"``, as few as hold the bits; ``"int"``, a number that is not negative, for
        a column such as ``BIGINT`` and at most 63 bits; or ``"text"``, the bytes in hexadecimal.

        ``beside`` is what the encrypted column stores of the value. The token is then under the same
        version of the key, so that a rotation that comes between the two cannot tear them apart: pass
        it whenever there is one. Without it the token is under the current version.

        Raises :class:`ValueError` for a number of more than 63 bits, :class:`MalformedValue` if
        ``beside`` is no encrypted value; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
        :class:`KeyDisabled` or :class:`KeyDestroyed` if this index's key has no such version that may
        be used.
        """
    @overload
    def token(self, value: object, *, beside: Buffer | str | None = None, form: Literal["text"]) -> str:
        """Returns the token of ``value``, to store with what the column stores. ``None`` stays ``None``.

        ``form`` is ``"bytes"``, as few as hold the bits; ``"int"``, a number that is not negative, for
        a column such as ``BIGINT`` and at most 63 bits; or ``"text"``, the bytes in hexadecimal.

        ``beside`` is what the encrypted column stores of the value. The token is then under the same
        version of the key, so that a rotation that comes between the two cannot tear them apart: pass
        it whenever there is one. Without it the token is under the current version.

        Raises :class:`ValueError` for a number of more than 63 bits, :class:`MalformedValue` if
        ``beside`` is no encrypted value; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
        :class:`KeyDisabled` or :class:`KeyDestroyed` if this index's key has no such version that may
        be used.
        """
    @overload
    def token(self, value: object, *, beside: Buffer | str | None = None, form: _Form) -> bytes | int | str:
        """Returns the token of ``value``, to store with what the column stores. ``None`` stays ``None``.

        ``form`` is ``"bytes"``, as few as hold the bits; ``"int"``, a number that is not negative, for
        a column such as ``BIGINT`` and at most 63 bits; or ``"text"``, the bytes in hexadecimal.

        ``beside`` is what the encrypted column stores of the value. The token is then under the same
        version of the key, so that a rotation that comes between the two cannot tear them apart: pass
        it whenever there is one. Without it the token is under the current version.

        Raises :class:`ValueError` for a number of more than 63 bits, :class:`MalformedValue` if
        ``beside`` is no encrypted value; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
        :class:`KeyDisabled` or :class:`KeyDestroyed` if this index's key has no such version that may
        be used.
        """
    @overload
    def token_int(self, value: None, *, beside: Buffer | str | None = None) -> None:
        """Deprecated: use :meth:`token` with ``form="int"``."""
    @overload
    def token_int(self, value: object, *, beside: Buffer | str | None = None) -> int:
        """Deprecated: use :meth:`token` with ``form="int"``."""
    @overload
    def token_text(self, value: None, *, beside: Buffer | str | None = None) -> None:
        """Deprecated: use :meth:`token` with ``form="text"``."""
    @overload
    def token_text(self, value: object, *, beside: Buffer | str | None = None) -> str:
        """Deprecated: use :meth:`token` with ``form="text"``."""
    @overload
    def tokens(self, value: object, *, form: Literal["bytes"] = "bytes") -> list[bytes]:
        """Returns what to look for: the tokens of ``value`` under each usable version of the key, the
        current one first. The list is empty for ``None``. ``form`` is as for :meth:`token`.
        """
    @overload
    def tokens(self, value: object, *, form: Literal["int"]) -> list[int]:
        """Returns what to look for: the tokens of ``value`` under each usable version of the key, the
        current one first. The list is empty for ``None``. ``form`` is as for :meth:`token`.
        """
    @overload
    def tokens(self, value: object, *, form: Literal["text"]) -> list[str]:
        """Returns what to look for: the tokens of ``value`` under each usable version of the key, the
        current one first. The list is empty for ``None``. ``form`` is as for :meth:`token`.
        """
    @overload
    def tokens(self, value: object, *, form: _Form) -> list[bytes] | list[int] | list[str]:
        """Returns what to look for: the tokens of ``value`` under each usable version of the key, the
        current one first. The list is empty for ``None``. ``form`` is as for :meth:`token`.
        """
    def tokens_int(self, value: object) -> list[int]:
        """Deprecated: use :meth:`tokens` with ``form="int"``."""
    def tokens_text(self, value: object) -> list[str]:
        """Deprecated: use :meth:`tokens` with ``form="text"``."""
    @overload
    def tokens_many(
        self,
        values: Sequence[object],
        *,
        beside: Sequence[Buffer | str | None] | None = None,
        form: Literal["bytes"] = "bytes",
    ) -> list[bytes | None]:
        """:meth:`token` for a list, on all cores and without the GIL. ``form`` is ``bytes``, ``int``
        or ``text``; ``beside`` are as many stored values.

        An exception has the place of the value that it is about as ``index``.
        """
    @overload
    def tokens_many(
        self,
        values: Sequence[object],
        *,
        beside: Sequence[Buffer | str | None] | None = None,
        form: Literal["int"],
    ) -> list[int | None]:
        """:meth:`token` for a list, on all cores and without the GIL. ``form`` is ``bytes``, ``int``
        or ``text``; ``beside`` are as many stored values.

        An exception has the place of the value that it is about as ``index``.
        """
    @overload
    def tokens_many(
        self,
        values: Sequence[object],
        *,
        beside: Sequence[Buffer | str | None] | None = None,
        form: Literal["text"],
    ) -> list[str | None]:
        """:meth:`token` for a list, on all cores and without the GIL. ``form`` is ``bytes``, ``int``
        or ``text``; ``beside`` are as many stored values.

        An exception has the place of the value that it is about as ``index``.
        """
    @overload
    def tokens_many(
        self,
        values: Sequence[object],
        *,
        beside: Sequence[Buffer | str | None] | None = None,
        form: _Form,
    ) -> list[bytes | None] | list[int | None] | list[str | None]:
        """:meth:`token` for a list, on all cores and without the GIL. ``form`` is ``bytes``, ``int``
        or ``text``; ``beside`` are as many stored values.

        An exception has the place of the value that it is about as ``index``.
        """
    def tokens_arrow(self, values: _Arrow, *, beside: _Arrow | None = None, form: _Form = "bytes") -> ArrowArray:
        """:meth:`tokens_many` for an Arrow array: gives binary values, 64-bit ints or texts. Nulls
        stay null. ``beside`` is the array that :meth:`FieldCipher.encrypt_arrow` gave for the
        values.

        Raises :class:`TypeError` if the array is not of the column's type.
        """
    def leak(self, rows: int) -> Leak:
        """What the tokens of a table of ``rows`` rows tell to who sees them and has no key."""
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class Leak:
    """What the tokens of a blind index tell: see :meth:`BlindIndex.leak`. ``str`` says it in words."""
    @property
    def bits(self) -> int:
        """The bits of a token."""
    @property
    def rows(self) -> int:
        """The rows of the table."""
    @property
    def other_rows(self) -> float:
        """How many rows with other values are found along with those that are looked for, on average."""
    @property
    def noticed_from(self) -> int:
        """From how many rows on a value that they share can be seen to be frequent."""
    @property
    def is_exact(self) -> bool:
        """Whether the same token means the same value, as a rule."""
