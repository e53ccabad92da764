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
    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]: ...
    def __arrow_c_schema__(self) -> Any: ...
    def __len__(self) -> int: ...

@final
class FieldCipher:
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
    def key(self) -> Key: ...
    @property
    def table(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def deterministic(self) -> bool: ...
    @property
    def pad_to(self) -> int | None: ...
    @overload
    def encrypt(self, value: None, row: _Row = None) -> None: ...
    @overload
    def encrypt(self, value: object, row: _Row = None) -> bytes: ...
    @overload
    def encrypt_text(self, value: None, row: _Row = None) -> None: ...
    @overload
    def encrypt_text(self, value: object, row: _Row = None) -> str: ...
    def decrypt(self, stored: Buffer | str | None, row: _Row = None) -> Any: ...
    @overload
    def reencrypt(
        self, stored: None, row: _Row = None, *, to: FieldCipher | None = None, to_row: _Row = None
    ) -> None: ...
    @overload
    def reencrypt(
        self, stored: str, row: _Row = None, *, to: FieldCipher | None = None, to_row: _Row = None
    ) -> str: ...
    @overload
    def reencrypt(
        self, stored: Buffer, row: _Row = None, *, to: FieldCipher | None = None, to_row: _Row = None
    ) -> bytes: ...
    @overload
    def tokens(self, value: object, row: _Row = None, *, text: Literal[False] = False) -> list[bytes]: ...
    @overload
    def tokens(self, value: object, row: _Row = None, *, text: Literal[True]) -> list[str]: ...
    def needs_update(self, stored: Buffer | str | None) -> bool: ...
    @staticmethod
    def version_id(stored: Buffer | str) -> str: ...
    @staticmethod
    def has_header(stored: object) -> bool: ...
    def recognizes(self, stored: object) -> bool: ...
    @staticmethod
    def is_encrypted(stored: object) -> bool: ...
    @property
    def current_prefix(self) -> bytes: ...
    @property
    def current_text_prefix(self) -> str: ...
    @overload
    def encrypt_many(
        self, values: Sequence[object], rows: Sequence[_Row] | None = None, text: Literal[False] = False
    ) -> list[bytes | None]: ...
    @overload
    def encrypt_many(
        self, values: Sequence[object], rows: Sequence[_Row] | None = None, *, text: Literal[True]
    ) -> list[str | None]: ...
    @overload
    def encrypt_many(
        self, values: Sequence[object], rows: Sequence[_Row] | None, text: Literal[True]
    ) -> list[str | None]: ...
    def decrypt_many(
        self,
        stored: Sequence[Buffer | str | None],
        rows: Sequence[_Row] | None = None,
        *,
        return_errors: bool = False,
    ) -> list[Any]: ...
    def reencrypt_many(
        self,
        stored: Sequence[Buffer | str | None],
        rows: Sequence[_Row] | None = None,
        *,
        to: FieldCipher | None = None,
        to_rows: Sequence[_Row] | None = None,
        return_errors: bool = False,
    ) -> list[Any]: ...
    def encrypt_arrow(
        self, values: _Arrow, rows: _Arrow | None = None, *, row_type: _RowType = None, text: bool = False
    ) -> ArrowArray: ...
    def decrypt_arrow(
        self,
        stored: _Arrow,
        rows: _Arrow | None = None,
        *,
        row_type: _RowType = None,
        on_error: Literal["raise", "null"] = "raise",
    ) -> ArrowArray: ...
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
    ) -> ArrowArray: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class BlindIndex:
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
    def key(self) -> Key: ...
    @property
    def table(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def bits(self) -> int: ...
    @property
    def normalize(self) -> str: ...
    @overload
    def token(self, value: None, *, beside: Buffer | str | None = None) -> None: ...
    @overload
    def token(self, value: object, *, beside: Buffer | str | None = None) -> bytes: ...
    @overload
    def token_int(self, value: None, *, beside: Buffer | str | None = None) -> None: ...
    @overload
    def token_int(self, value: object, *, beside: Buffer | str | None = None) -> int: ...
    @overload
    def token_text(self, value: None, *, beside: Buffer | str | None = None) -> None: ...
    @overload
    def token_text(self, value: object, *, beside: Buffer | str | None = None) -> str: ...
    def tokens(self, value: object) -> list[bytes]: ...
    def tokens_int(self, value: object) -> list[int]: ...
    def tokens_text(self, value: object) -> list[str]: ...
    @overload
    def tokens_many(
        self,
        values: Sequence[object],
        *,
        beside: Sequence[Buffer | str | None] | None = None,
        form: Literal["bytes"] = "bytes",
    ) -> list[bytes | None]: ...
    @overload
    def tokens_many(
        self,
        values: Sequence[object],
        *,
        beside: Sequence[Buffer | str | None] | None = None,
        form: Literal["int"],
    ) -> list[int | None]: ...
    @overload
    def tokens_many(
        self,
        values: Sequence[object],
        *,
        beside: Sequence[Buffer | str | None] | None = None,
        form: Literal["text"],
    ) -> list[str | None]: ...
    def tokens_arrow(
        self, values: _Arrow, *, beside: _Arrow | None = None, form: Literal["bytes", "int", "text"] = "bytes"
    ) -> ArrowArray: ...
    def leak(self, rows: int) -> Leak: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class Leak:
    @property
    def bits(self) -> int: ...
    @property
    def rows(self) -> int: ...
    @property
    def other_rows(self) -> float: ...
    @property
    def noticed_from(self) -> int: ...
    @property
    def is_exact(self) -> bool: ...
