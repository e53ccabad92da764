"""Files encrypted in the age format, under a passphrase or to keys.

See ``docs/files.md``.
"""

from __future__ import annotations

import io
import os
import typing
from collections.abc import Iterable

from ironlatch._errors import IronlatchError
from ironlatch._native.files import Identity, Reader, Writer, decrypt, decrypt_file, encrypt, encrypt_file

if typing.TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

    from ironlatch.secrets import Passphrase, SecretBytes
    from ironlatch.utils import Buffer

    _Secret = str | Buffer | SecretBytes | Passphrase
    _Source = str | os.PathLike[str] | typing.BinaryIO | io.IOBase

__all__ = [
    "DamagedFile",
    "DecryptionError",
    "EncryptingWriter",
    "Identity",
    "WrongKey",
    "decrypt",
    "decrypt_file",
    "encrypt",
    "encrypt_file",
    "open_encrypted",
]


class DecryptionError(IronlatchError):
    """A file could not be decrypted: the base of the errors of this module."""


class WrongKey(DecryptionError):
    """Neither the passphrase nor one of the keys opens the file."""


class DamagedFile(DecryptionError):
    """The file was changed or cut short, or is not an age file at all."""


@typing.overload
def open_encrypted(
    file: _Source,
    mode: typing.Literal["rb"] = "rb",
    *,
    passphrase: _Secret | None = None,
    identities: Iterable[Identity] | None = None,
) -> io.BufferedReader: ...
@typing.overload
def open_encrypted(
    file: _Source,
    mode: typing.Literal["wb"],
    *,
    passphrase: _Secret | None = None,
    recipients: Iterable[str] | None = None,
    overwrite: bool = False,
) -> EncryptingWriter: ...
def open_encrypted(
    file: _Source,
    mode: str = "rb",
    *,
    passphrase: _Secret | None = None,
    recipients: Iterable[str] | None = None,
    identities: Iterable[Identity] | None = None,
    overwrite: bool = False,
) -> io.BufferedReader | EncryptingWriter:
    """Opens a file to read its plaintext (mode ``rb``), or to encrypt what is written to it (mode
    ``wb``).

    ``file`` is a path, or a binary file object, which stays open. ``passphrase``, ``identities``
    and ``recipients`` are as for :func:`decrypt_file` and :func:`encrypt_file`.

    What is read is authentic. Where the source can be sought, so can the plaintext: only the chunks
    that are needed are read, and opening the file has verified its end. Otherwise the plaintext is
    whole only once ``read`` has returned ``b""``; if the file was cut short it raises
    :class:`DamagedFile` instead.

    A new file appears when the writer is closed, which leaving its ``with`` block does. If the
    block raises, or nothing closes the writer, it does not appear.

    Raises :class:`FileExistsError` if a new file exists, unless ``overwrite`` is true;
    :class:`WrongKey` and :class:`DamagedFile`; and :class:`ValueError` for arguments that do not go
    with the mode.

    >>> from ironlatch.files import open_encrypted
    >>> with open_encrypted("plan.age", "wb", passphrase="six words") as file:
    ...     size = file.write(b"the plan")
    >>> with open_encrypted("plan.age", passphrase="six words") as file:
    ...     print(file.read())
    b'the plan'
    """
    if mode == "rb":
        if recipients is not None or overwrite:
            raise ValueError("recipients and overwrite are for writing")
        return io.BufferedReader(_PlaintextReader(Reader(file, passphrase, identities)), _CHUNK)
    if mode == "wb":
        if identities is not None:
            raise ValueError("identities are for reading; to encrypt to one, give its recipient")
        return EncryptingWriter(Writer(file, passphrase, recipients, overwrite))
    raise ValueError(f"mode must be 'rb' or 'wb', not {mode!r}")


_CHUNK = 64 * 1024

# All cores take part when this much is read at once.
_PIECE = 4 * 1024 * 1024


class _PlaintextReader(io.RawIOBase):
    def __init__(self, native: Reader) -> None:
        self._native: Reader | None = native
        self._position = 0

    @property
    def _open(self) -> Reader:
        if self._native is None:
            raise ValueError("I/O operation on closed file")
        return self._native

    def close(self) -> None:
        self._native = None
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._open.size is not None

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        count = self._open.read_at(self._position, buffer)
        self._position += count
        return count

    def readall(self) -> bytes:
        return b"".join(iter(lambda: self.read(_PIECE) or b"", b""))

    def tell(self) -> int:
        return self.seek(0, io.SEEK_CUR) if self.seekable() else self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        size = self._open.size
        if size is None:
            raise io.UnsupportedOperation("the source of this file cannot be sought, so neither can its plaintext")
        bases = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: size}
        if whence not in bases:
            raise ValueError(f"whence must be 0, 1 or 2, not {whence}")
        position = bases[whence] + offset
        if position < 0:
            raise ValueError(f"cannot seek to before the beginning of the file: {position}")
        self._position = position
        return position


class EncryptingWriter(io.BufferedIOBase):
    """Encrypts what is written to it. Made by :func:`open_encrypted`."""

    def __init__(self, native: Writer) -> None:
        self._native = native

    def writable(self) -> bool:
        """Returns True."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Encrypts ``data``, and returns its length."""
        return self._native.write(data)

    def flush(self) -> None:
        """Flush what has been encrypted. The rest of a chunk stays until the file is closed."""
        if self.closed:
            raise ValueError("I/O operation on closed file")

    def close(self) -> None:
        """Write the end. A new file appears now."""
        if not self.closed:
            try:
                self._native.finish()
            finally:
                super().close()

    def discard(self) -> None:
        """Close without an end. A new file does not appear; what a file object has got does not
        decrypt.
        """
        self._native.discard()
        super().close()

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def __del__(self) -> None:
        # Not closed, so not whole.
        self._native.discard()
