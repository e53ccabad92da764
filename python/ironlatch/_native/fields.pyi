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
    """The result of a call with Arrow arrays: an array for all that read Arrow's C data interface,
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
    the values, or its name: ``str``, ``bytes``, ``int``, ``decimal``, ``float``, ``bool``,
    ``date``, ``time``, ``datetime``, ``uuid`` or ``json``.

    With ``deterministic`` equal values are encrypted to the same bytes. With ``pad_to`` values are
    made longer, up to a multiple of that many bytes. ``None`` always stays ``None``. Raises
    :class:`TypeError` for a key of another kind or a type that is none, and :class:`ValueError` for
    names or a padding that are none.

    >>> from ironlatch.fields import FieldCipher
    >>> from ironlatch.keyring import Keyring
    >>> key = Keyring.in_memory().create_key("customers")
    >>> emails = FieldCipher(key, "customer", "email")
    >>> stored = emails.encrypt("ada@example.com", row=17)
    >>> emails.decrypt(stored, row=17)
    'ada@example.com'
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
        """The multiple of bytes that values are padded to, or None."""
    @overload
    def encrypt(self, value: None, row: _Row = None, *, text: bool = False) -> None:
        """Encrypts ``value``, and returns what to store: bytes, or with ``text`` a str for columns
        that hold no bytes, ``ilf1.`` and base64 for URLs. ``None`` stays ``None``.

        ``row`` is what tells the row from all others and never changes, its primary key: an int,
        str, bytes or UUID, or a tuple of these. Without one the value opens in every row. The
        result is 46 bytes longer than the value, 22 if deterministic.

        Raises :class:`TypeError` if the value is not of the column's type, and :class:`ValueError`
        if it cannot be stored exactly.
        """
    @overload
    def encrypt(self, value: _T, row: _Row = None, *, text: Literal[False] = False) -> bytes:
        """Encrypts ``value``, and returns what to store: bytes, or with ``text`` a str for columns
        that hold no bytes, ``ilf1.`` and base64 for URLs. ``None`` stays ``None``.

        ``row`` is what tells the row from all others and never changes, its primary key: an int,
        str, bytes or UUID, or a tuple of these. Without one the value opens in every row. The
        result is 46 bytes longer than the value, 22 if deterministic.

        Raises :class:`TypeError` if the value is not of the column's type, and :class:`ValueError`
        if it cannot be stored exactly.
        """
    @overload
    def encrypt(self, value: _T, row: _Row = None, *, text: Literal[True]) -> str:
        """Encrypts ``value``, and returns what to store: bytes, or with ``text`` a str for columns
        that hold no bytes, ``ilf1.`` and base64 for URLs. ``None`` stays ``None``.

        ``row`` is what tells the row from all others and never changes, its primary key: an int,
        str, bytes or UUID, or a tuple of these. Without one the value opens in every row. The
        result is 46 bytes longer than the value, 22 if deterministic.

        Raises :class:`TypeError` if the value is not of the column's type, and :class:`ValueError`
        if it cannot be stored exactly.
        """
    @overload
    def encrypt(self, value: _T, row: _Row = None, *, text: bool) -> bytes | str:
        """Encrypts ``value``, and returns what to store: bytes, or with ``text`` a str for columns
        that hold no bytes, ``ilf1.`` and base64 for URLs. ``None`` stays ``None``.

        ``row`` is what tells the row from all others and never changes, its primary key: an int,
        str, bytes or UUID, or a tuple of these. Without one the value opens in every row. The
        result is 46 bytes longer than the value, 22 if deterministic.

        Raises :class:`TypeError` if the value is not of the column's type, and :class:`ValueError`
        if it cannot be stored exactly.
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
        :class:`MalformedValue` if it is no encrypted value, :class:`WrongType` if it is of another
        type than the column; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
        :class:`KeyDisabled` or :class:`KeyDestroyed`.
        """
    @overload
    def decrypt(self, stored: Buffer | str, row: _Row = None) -> _T:
        """Decrypts what :meth:`encrypt` returned for the same row. ``None`` stays ``None``.

        Raises :class:`Tampered` if it was changed or belongs to another table, column or row,
        :class:`MalformedValue` if it is no encrypted value, :class:`WrongType` if it is of another
        type than the column; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
        :class:`KeyDisabled` or :class:`KeyDestroyed`.
        """
    @overload
    def decrypt(self, stored: Buffer | str | None, row: _Row = None) -> _T | None:
        """Decrypts what :meth:`encrypt` returned for the same row. ``None`` stays ``None``.

        Raises :class:`Tampered` if it was changed or belongs to another table, column or row,
        :class:`MalformedValue` if it is no encrypted value, :class:`WrongType` if it is of another
        type than the column; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
        :class:`KeyDisabled` or :class:`KeyDestroyed`.
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
        """Returns what to look for in a deterministic column: what is stored of ``value`` under each
        usable version of the key, the current one first. The list is empty for ``None``.

        Raises :class:`ValueError` if the cipher is not deterministic.
        """
    @overload
    def tokens(self, value: _T | None, row: _Row = None, *, text: Literal[True]) -> list[str]:
        """Returns what to look for in a deterministic column: what is stored of ``value`` under each
        usable version of the key, the current one first. The list is empty for ``None``.

        Raises :class:`ValueError` if the cipher is not deterministic.
        """
    @overload
    def tokens(self, value: _T | None, row: _Row = None, *, text: bool) -> list[bytes] | list[str]:
        """Returns what to look for in a deterministic column: what is stored of ``value`` under each
        usable version of the key, the current one first. The list is empty for ``None``.

        Raises :class:`ValueError` if the cipher is not deterministic.
        """
    def needs_update(self, stored: Buffer | str | None) -> bool:
        """Returns whether ``stored`` was not made under the current version of the key and in this
        cipher's mode: :meth:`reencrypt` it. False for ``None``.

        Raises :class:`MalformedValue` if it is no encrypted value.
        """
    @staticmethod
    def version_id(stored: Buffer | str) -> str:
        """Returns the id of the version of the key under which ``stored`` was made: 8 hexadecimal
        digits. It is read, not authenticated.

        Raises :class:`MalformedValue` if it is no encrypted value.
        """
    @staticmethod
    def has_header(stored: object) -> bool:
        """Returns whether ``stored`` begins as what this package encrypts does, with the whole header
        of this or a later format. Of bytes that are something else one in 128 begin so: where there
        may be such, use :meth:`recognizes`.
        """
    def recognizes(self, stored: object) -> bool:
        """Returns whether ``stored`` is for this cipher to open, and not for what else may read the
        column: it has the text form, or begins with the header of a version of this key, in
        whatever state that version is. Only :meth:`decrypt` can tell whether it opens.
        """
    @staticmethod
    def is_encrypted(stored: object) -> bool:
        """Returns whether ``stored`` has the form of an encrypted value, to tell rows apart that are
        encrypted already. Only :meth:`decrypt` can tell whether it is one.
        """
    @property
    def current_prefix(self) -> bytes:
        """The 5 bytes that everything stored now begins with: a value that does not needs an update."""
    @property
    def current_text_prefix(self) -> str:
        """The 11 characters that the text form of everything stored now begins with.

        Compare beginnings, or escape it in ``LIKE``, where an underscore stands for any character.
        """
    @overload
    def encrypt_many(
        self, values: Sequence[_T | None], rows: Sequence[_Row] | None = None, text: Literal[False] = False
    ) -> list[bytes | None]:
        """Encrypts a list of values as :meth:`encrypt` does, on all cores and without the GIL. All
        values are encrypted, or none.

        ``rows`` holds a row for each value. An exception has the place of the value it is about as
        ``index``.
        """
    @overload
    def encrypt_many(
        self, values: Sequence[_T | None], rows: Sequence[_Row] | None = None, *, text: Literal[True]
    ) -> list[str | None]:
        """Encrypts a list of values as :meth:`encrypt` does, on all cores and without the GIL. All
        values are encrypted, or none.

        ``rows`` holds a row for each value. An exception has the place of the value it is about as
        ``index``.
        """
    @overload
    def encrypt_many(
        self, values: Sequence[_T | None], rows: Sequence[_Row] | None, text: Literal[True]
    ) -> list[str | None]:
        """Encrypts a list of values as :meth:`encrypt` does, on all cores and without the GIL. All
        values are encrypted, or none.

        ``rows`` holds a row for each value. An exception has the place of the value it is about as
        ``index``.
        """
    @overload
    def encrypt_many(
        self, values: Sequence[_T | None], rows: Sequence[_Row] | None = None, *, text: bool
    ) -> list[bytes | None] | list[str | None]:
        """Encrypts a list of values as :meth:`encrypt` does, on all cores and without the GIL. All
        values are encrypted, or none.

        ``rows`` holds a row for each value. An exception has the place of the value it is about as
        ``index``.
        """
    @overload
    def decrypt_many(
        self,
        stored: Sequence[Buffer | str | None],
        rows: Sequence[_Row] | None = None,
        *,
        return_errors: Literal[False] = False,
    ) -> list[_T | None]:
        """Decrypts a list of values as :meth:`decrypt` does, on all cores and without the GIL.

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
        """Decrypts a list of values as :meth:`decrypt` does, on all cores and without the GIL.

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
        """Re-encrypts a list of values as :meth:`reencrypt` does, on all cores and without the GIL.
        All come back in the form of the first one.

        ``to_rows`` are ``rows`` unless given. Raises what :meth:`decrypt_many` raises.
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
        """Decrypts an Arrow array of binary values or text as :meth:`decrypt_many` does, and returns
        an array of the column's type.

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
        """Re-encrypts an Arrow array as :meth:`reencrypt_many` does, in the form that it has.

        ``to_rows`` are ``rows`` unless given; ``to_row_type`` is theirs. Raises what
        :meth:`decrypt_arrow` raises.
        """
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class BlindIndex:
    """Makes tokens that are stored with an encrypted column, so that rows can be looked up by its
    value: a keyed, shortened hash.

    Rows with equal values have equal tokens, and so have some others: decrypt what is found, and
    compare. Give ``rows``, the size to which the table grows, and a token gets as many bits as let
    4 to 8 rows share one; or ``bits``, from 1 to 256. ``normalize`` says which values count as
    equal: ``exact``; for texts also ``text`` (capitals, spaces and the form of characters do not
    matter) or ``digits`` (nothing else matters).

    Raises :class:`ValueError` unless exactly one of ``bits`` and ``rows`` is given, and for what is
    out of range.

    >>> from ironlatch.fields import BlindIndex
    >>> from ironlatch.keyring import Keyring
    >>> key = Keyring.in_memory().create_key("customers")
    >>> index = BlindIndex(key, "customer", "email", rows=1_000_000, normalize="text")
    >>> index.token("Ada@example.com") in index.tokens("ada@example.com")
    True
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
        """The number of bits of a token."""
    @property
    def normalize(self) -> _Normalization:
        """The values that count as equal: ``exact``, ``text`` or ``digits``."""
    @overload
    def token(self, value: None, *, beside: Buffer | str | None = None, form: _Form = "bytes") -> None:
        """Returns the token of ``value``, to store with the encrypted value. ``None`` stays ``None``.

        ``form`` is ``"bytes"``, as few as hold the bits; ``"int"``, a number that is not negative,
        for a column such as ``BIGINT`` and at most 63 bits; or ``"text"``, the bytes in
        hexadecimal.

        ``beside`` is the stored value of the encrypted column. The token is then under the same
        version of the key, so that a rotation that comes between the two cannot tear them apart:
        pass it whenever there is one. Without it the token is under the current version.

        Raises :class:`ValueError` for a number of more than 63 bits, :class:`MalformedValue` if
        ``beside`` is not an encrypted value; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
        :class:`KeyDisabled` or :class:`KeyDestroyed` if this index's key has no such version that
        may be used.
        """
    @overload
    def token(self, value: object, *, beside: Buffer | str | None = None, form: Literal["bytes"] = "bytes") -> bytes:
        """Returns the token of ``value``, to store with the encrypted value. ``None`` stays ``None``.

        ``form`` is ``"bytes"``, as few as hold the bits; ``"int"``, a number that is not negative,
        for a column such as ``BIGINT`` and at most 63 bits; or ``"text"``, the bytes in
        hexadecimal.

        ``beside`` is the stored value of the encrypted column. The token is then under the same
        version of the key, so that a rotation that comes between the two cannot tear them apart:
        pass it whenever there is one. Without it the token is under the current version.

        Raises :class:`ValueError` for a number of more than 63 bits, :class:`MalformedValue` if
        ``beside`` is not an encrypted value; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
        :class:`KeyDisabled` or :class:`KeyDestroyed` if this index's key has no such version that
        may be used.
        """
    @overload
    def token(self, value: object, *, beside: Buffer | str | None = None, form: Literal["int"]) -> int:
        """Returns the token of ``value``, to store with the encrypted value. ``None`` stays ``None``.

        ``form`` is ``"bytes"``, as few as hold the bits; ``"int"``, a number that is not negative,
        for a column such as ``BIGINT`` and at most 63 bits; or ``"text"``, the bytes in
        hexadecimal.

        ``beside`` is the stored value of the encrypted column. The token is then under the same
        version of the key, so that a rotation that comes between the two cannot tear them apart:
        pass it whenever there is one. Without it the token is under the current version.

        Raises :class:`ValueError` for a number of more than 63 bits, :class:`MalformedValue` if
        ``beside`` is not an encrypted value; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
        :class:`KeyDisabled` or :class:`KeyDestroyed` if this index's key has no such version that
        may be used.
        """
    @overload
    def token(self, value: object, *, beside: Buffer | str | None = None, form: Literal["text"]) -> str:
        """Returns the token of ``value``, to store with the encrypted value. ``None`` stays ``None``.

        ``form`` is ``"bytes"``, as few as hold the bits; ``"int"``, a number that is not negative,
        for a column such as ``BIGINT`` and at most 63 bits; or ``"text"``, the bytes in
        hexadecimal.

        ``beside`` is the stored value of the encrypted column. The token is then under the same
        version of the key, so that a rotation that comes between the two cannot tear them apart:
        pass it whenever there is one. Without it the token is under the current version.

        Raises :class:`ValueError` for a number of more than 63 bits, :class:`MalformedValue` if
        ``beside`` is not an encrypted value; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
        :class:`KeyDisabled` or :class:`KeyDestroyed` if this index's key has no such version that
        may be used.
        """
    @overload
    def token(self, value: object, *, beside: Buffer | str | None = None, form: _Form) -> bytes | int | str:
        """Returns the token of ``value``, to store with the encrypted value. ``None`` stays ``None``.

        ``form`` is ``"bytes"``, as few as hold the bits; ``"int"``, a number that is not negative,
        for a column such as ``BIGINT`` and at most 63 bits; or ``"text"``, the bytes in
        hexadecimal.

        ``beside`` is the stored value of the encrypted column. The token is then under the same
        version of the key, so that a rotation that comes between the two cannot tear them apart:
        pass it whenever there is one. Without it the token is under the current version.

        Raises :class:`ValueError` for a number of more than 63 bits, :class:`MalformedValue` if
        ``beside`` is not an encrypted value; and of :mod:`ironlatch.keyring` :class:`UnknownKey`,
        :class:`KeyDisabled` or :class:`KeyDestroyed` if this index's key has no such version that
        may be used.
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
        """Makes the tokens of a list of values as :meth:`token` does, on all cores and without the
        GIL. ``beside`` holds a stored value for each.

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
        """Makes the tokens of a list of values as :meth:`token` does, on all cores and without the
        GIL. ``beside`` holds a stored value for each.

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
        """Makes the tokens of a list of values as :meth:`token` does, on all cores and without the
        GIL. ``beside`` holds a stored value for each.

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
        """Makes the tokens of a list of values as :meth:`token` does, on all cores and without the
        GIL. ``beside`` holds a stored value for each.

        An exception has the place of the value that it is about as ``index``.
        """
    def tokens_arrow(self, values: _Arrow, *, beside: _Arrow | None = None, form: _Form = "bytes") -> ArrowArray:
        """Makes the tokens of an Arrow array as :meth:`tokens_many` does: binary values, 64-bit ints
        or texts. Nulls stay null. ``beside`` is the array that :meth:`FieldCipher.encrypt_arrow`
        returned for the values.

        Raises :class:`TypeError` if the array is not of the column's type.
        """
    def leak(self, rows: int) -> Leak:
        """Returns what the tokens of a table of ``rows`` rows tell to a reader without the key."""
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class Leak:
    """Measures what the tokens of a blind index tell: see :meth:`BlindIndex.leak`. ``str(leak)`` says
    it in words.
    """
    @property
    def bits(self) -> int:
        """The bits of a token."""
    @property
    def rows(self) -> int:
        """The rows of the table."""
    @property
    def other_rows(self) -> float:
        """The number of rows with other values that are found along with those looked for, on average."""
    @property
    def noticed_from(self) -> int:
        """The number of rows that share a value from which on it can be seen to be frequent."""
    @property
    def is_exact(self) -> bool:
        """Whether the same token means the same value, as a rule."""
