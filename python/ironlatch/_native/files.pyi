from collections.abc import Callable, Iterable
from os import PathLike
from typing import NoReturn, final

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
    def unlock(self, passphrase: str | Buffer | SecretBytes | Passphrase) -> Identity: ...
    def save(self, path: str | PathLike[str], *, overwrite: bool = False) -> None: ...
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
