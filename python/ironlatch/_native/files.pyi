from collections.abc import Callable, Iterable
from io import IOBase
from os import PathLike
from typing import BinaryIO, NoReturn, final

from _typeshed import ReadableBuffer, WriteableBuffer
from ironlatch.secrets import Passphrase, SecretBytes
from ironlatch.utils import Buffer

@final
class Identity:
    @staticmethod
    def generate(*, post_quantum: bool = False) -> Identity: ...
    @staticmethod
    def parse(text: str | Buffer | SecretBytes) -> Identity: ...
    @staticmethod
    def load(
        path: str | PathLike[str], *, passphrase: str | Buffer | SecretBytes | Passphrase | None = None
    ) -> list[Identity]: ...
    @property
    def is_locked(self) -> bool: ...
    def unlock(self, passphrase: str | Buffer | SecretBytes | Passphrase, *, max_rounds: int = 1000) -> Identity: ...
    def save(
        self,
        path: str | PathLike[str],
        *,
        passphrase: str | Buffer | SecretBytes | Passphrase | None = None,
        overwrite: bool = False,
    ) -> None: ...
    @property
    def recipient(self) -> str: ...
    def expose(self) -> str: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

def encrypt_file(
    source: str | PathLike[str],
    target: str | PathLike[str],
    *,
    passphrase: str | Buffer | SecretBytes | Passphrase | None = None,
    recipients: Iterable[str] | None = None,
    overwrite: bool = False,
    progress: Callable[[int, int | None], object] | None = None,
) -> int: ...
def decrypt_file(
    source: str | PathLike[str],
    target: str | PathLike[str],
    *,
    passphrase: str | Buffer | SecretBytes | Passphrase | None = None,
    identities: Iterable[Identity] | None = None,
    overwrite: bool = False,
    progress: Callable[[int, int | None], object] | None = None,
) -> int: ...
def encrypt(
    data: Buffer,
    *,
    passphrase: str | Buffer | SecretBytes | Passphrase | None = None,
    recipients: Iterable[str] | None = None,
) -> bytes: ...
def decrypt(
    data: Buffer,
    *,
    passphrase: str | Buffer | SecretBytes | Passphrase | None = None,
    identities: Iterable[Identity] | None = None,
) -> bytes: ...

@final
class Reader:
    def __new__(
        cls,
        source: str | PathLike[str] | BinaryIO | IOBase,
        passphrase: str | Buffer | SecretBytes | Passphrase | None,
        identities: Iterable[Identity] | None,
    ) -> Reader: ...
    @property
    def size(self) -> int | None: ...
    def read_at(self, offset: int, buffer: WriteableBuffer) -> int: ...

@final
class Writer:
    def __new__(
        cls,
        target: str | PathLike[str] | BinaryIO | IOBase,
        passphrase: str | Buffer | SecretBytes | Passphrase | None,
        recipients: Iterable[str] | None,
        overwrite: bool,
    ) -> Writer: ...
    def write(self, data: ReadableBuffer) -> int: ...
    def flush(self) -> None: ...
    def finish(self) -> None: ...
    def discard(self) -> None: ...
