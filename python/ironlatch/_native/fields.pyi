from collections.abc import Sequence
from typing import Any, Literal, NoReturn, Protocol, TypeAlias, final, overload
from uuid import UUID

from ironlatch.keyring import Key
from ironlatch.utils import Buffer

_Part: TypeAlias = int | str | bytes | UUID
_Row: TypeAlias = _Part | tuple[_Part, ...] | None

class _ArrayExport(Protocol):
    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]: ...

class _StreamExport(Protocol):
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...

_RowType: TypeAlias = type | str | tuple[type | str | None, ...] | None
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
class FieldCipher:
    """Encrypts the values of one column, each for its row, and decrypts them.

    ``key`` is a key of a keyring, of the kind ``general``. ``table`` and ``column`` are part of
    what is encrypted: give the same names for as long as the column lives. ``type`` is the class of
    the values, or its name. With ``deterministic`` equal values are encrypted to the same bytes;
    with ``pad_to`` values are made longer, up to a multiple of so many bytes. ``None`` always stays
    ``None``.
    """
    def __new__(
        cls,
        key: Key,
        table: str,
        column: str,
        type: type | str = ...,
        *,
        deterministic: bool = False,
        pad_to: int | None = None,
    ) -> FieldCipher: ...
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
    def type(self) -> str:
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
    def encrypt(self, value: None, row: _Row = None) -> None:
        """What to store of ``value``: 46 bytes more than it has, 22 if deterministic.

        ``row`` is what tells the row from all others and never changes, its primary key: an int,
        str, bytes or UUID, or a tuple of these. Without one the value opens in every row. Raises
        :class:`TypeError` if the value is not of the column's type, :class:`ValueError` if it
        cannot be kept exactly.
        """
    @overload
    def encrypt(self, value: object, row: _Row = None) -> bytes:
        """What to store of ``value``: 46 bytes more than it has, 22 if deterministic.

        ``row`` is what tells the row from all others and never changes, its primary key: an int,
        str, bytes or UUID, or a tuple of these. Without one the value opens in every row. Raises
        :class:`TypeError` if the value is not of the column's type, :class:`ValueError` if it
        cannot be kept exactly.
        """
    @overload
    def encrypt_text(self, value: None, row: _Row = None) -> None:
        """The same as text, for columns that hold no bytes: ``ilf1.`` and base64 for URLs."""
    @overload
    def encrypt_text(self, value: object, row: _Row = None) -> str:
        """The same as text, for columns that hold no bytes: ``ilf1.`` and base64 for URLs."""
    def decrypt(self, stored: Buffer | str | None, row: _Row = None) -> Any:
        """The value that :meth:`encrypt` or :meth:`encrypt_text` stored for the same row.

        Raises :class:`Tampered` if it was changed or belongs to another table, column or row,
        :class:`MalformedValue` if it is no encrypted value, :class:`WrongType` if it is of another type
        than the column; and of :mod:`ironlatch.keyring` :class:`UnknownKey`, :class:`KeyDisabled`
        or :class:`KeyDestroyed`.
        """
    @overload
    def reencrypt(self, stored: None, row: _Row = None, *, to: FieldCipher | None = None, to_row: _Row = None) -> None:
        """Decrypts ``stored`` and encrypts its value again under the current version of the key, in
        the same form.

        With ``to``, another cipher for the same type, and ``to_row``, the value moves to another
        column or row. Errors are those of :meth:`decrypt`.
        """
    @overload
    def reencrypt(self, stored: str, row: _Row = None, *, to: FieldCipher | None = None, to_row: _Row = None) -> str:
        """Decrypts ``stored`` and encrypts its value again under the current version of the key, in
        the same form.

        With ``to``, another cipher for the same type, and ``to_row``, the value moves to another
        column or row. Errors are those of :meth:`decrypt`.
        """
    @overload
    def reencrypt(
        self, stored: Buffer, row: _Row = None, *, to: FieldCipher | None = None, to_row: _Row = None
    ) -> bytes:
        """Decrypts ``stored`` and encrypts its value again under the current version of the key, in
        the same form.

        With ``to``, another cipher for the same type, and ``to_row``, the value moves to another
        column or row. Errors are those of :meth:`decrypt`.
        """
    @overload
    def tokens(self, value: object, row: _Row = None, *, text: Literal[False] = False) -> list[bytes]:
        """What to look for in a deterministic column: what is stored of ``value`` under each usable
        version of the key, the current one first. Empty for ``None``.

        Raises :class:`ValueError` if the cipher is not deterministic.
        """
    @overload
    def tokens(self, value: object, row: _Row = None, *, text: Literal[True]) -> list[str]:
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
        self, values: Sequence[object], rows: Sequence[_Row] | None = None, text: Literal[False] = False
    ) -> list[bytes | None]:
        """:meth:`encrypt` for a list, on all cores and without the GIL. All values are encrypted, or
        none.

        ``rows`` are as many rows. An exception has the place of the value it is about as ``index``.
        """
    @overload
    def encrypt_many(
        self, values: Sequence[object], rows: Sequence[_Row] | None = None, *, text: Literal[True]
    ) -> list[str | None]:
        """:meth:`encrypt` for a list, on all cores and without the GIL. All values are encrypted, or
        none.

        ``rows`` are as many rows. An exception has the place of the value it is about as ``index``.
        """
    @overload
    def encrypt_many(
        self, values: Sequence[object], rows: Sequence[_Row] | None, text: Literal[True]
    ) -> list[str | None]:
        """:meth:`encrypt` for a list, on all cores and without the GIL. All values are encrypted, or
        none.

        ``rows`` are as many rows. An exception has the place of the value it is about as ``index``.
        """
    def decrypt_many(
        self,
        stored: Sequence[Buffer | str | None],
        rows: Sequence[_Row] | None = None,
        *,
        return_errors: bool = False,
    ) -> list[Any]:
        """:meth:`decrypt` for a list, on all cores and without the GIL.

        The first value that cannot be decrypted is raised, with its place as ``index``. With
        ``return_errors`` its exception stands in the place of each such value instead.
        """
    def reencrypt_many(
        self,
        stored: Sequence[Buffer | str | None],
        rows: Sequence[_Row] | None = None,
        *,
        to: FieldCipher | None = None,
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
        to: FieldCipher | None = None,
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
        type: type | str = ...,
        *,
        bits: int | None = None,
        rows: int | None = None,
        normalize: str = "exact",
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
    def type(self) -> str:
        """The name of the type of the values."""
    @property
    def bits(self) -> int:
        """How many bits a token has."""
    @property
    def normalize(self) -> str:
        """What counts as equal."""
    @overload
    def token(self, value: None, *, beside: Buffer | str | None = None) -> None:
        """The token of ``value``: as few bytes as the bits take. ``None`` for ``None``.

        ``beside`` is what is stored of the value in the encrypted column. The token is then under
        the same version of the key, so that a rotation that comes between the two cannot tear them
        apart: give it whenever there is one. Without it the token is under the current version.
        Raises :class:`MalformedValue` if it is no encrypted value; of :mod:`ironlatch.keyring`
        :class:`UnknownKey`, :class:`KeyDisabled` or :class:`KeyDestroyed` if this index's key has
        no such version that may be used.
        """
    @overload
    def token(self, value: object, *, beside: Buffer | str | None = None) -> bytes:
        """The token of ``value``: as few bytes as the bits take. ``None`` for ``None``.

        ``beside`` is what is stored of the value in the encrypted column. The token is then under
        the same version of the key, so that a rotation that comes between the two cannot tear them
        apart: give it whenever there is one. Without it the token is under the current version.
        Raises :class:`MalformedValue` if it is no encrypted value; of :mod:`ironlatch.keyring`
        :class:`UnknownKey`, :class:`KeyDisabled` or :class:`KeyDestroyed` if this index's key has
        no such version that may be used.
        """
    @overload
    def token_int(self, value: None, *, beside: Buffer | str | None = None) -> None:
        """The same as a number, not negative, for a column such as ``BIGINT``. Raises
        :class:`ValueError` past 63 bits.
        """
    @overload
    def token_int(self, value: object, *, beside: Buffer | str | None = None) -> int:
        """The same as a number, not negative, for a column such as ``BIGINT``. Raises
        :class:`ValueError` past 63 bits.
        """
    @overload
    def token_text(self, value: None, *, beside: Buffer | str | None = None) -> None:
        """The same bytes in hexadecimal."""
    @overload
    def token_text(self, value: object, *, beside: Buffer | str | None = None) -> str:
        """The same bytes in hexadecimal."""
    def tokens(self, value: object) -> list[bytes]:
        """What to look for: the tokens of ``value`` under each usable version of the key, the current
        one first. Empty for ``None``.
        """
    def tokens_int(self, value: object) -> list[int]:
        """The same as numbers: see :meth:`token_int`."""
    def tokens_text(self, value: object) -> list[str]:
        """The same in hexadecimal."""
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
    def tokens_arrow(
        self, values: _Arrow, *, beside: _Arrow | None = None, form: Literal["bytes", "int", "text"] = "bytes"
    ) -> ArrowArray:
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
