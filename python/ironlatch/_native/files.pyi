from collections.abc import Callable, Iterable
from io import IOBase
from os import PathLike
from typing import BinaryIO, NoReturn, final

from _typeshed import ReadableBuffer, WriteableBuffer
from ironlatch.secrets import Passphrase, SecretBytes
from ironlatch.utils import Buffer

@final
class Identity:
    """A private key that decrypts files: ``AGE-SECRET-KEY-1…``, or an SSH key of type ed25519 or RSA.

    Its public half, ``recipient``, is what files are encrypted to. ``repr`` shows that half alone.
    """
    @staticmethod
    def generate(*, post_quantum: bool = False) -> Identity:
        """A new private key.

        With ``post_quantum`` it is one that quantum computers to come will not break either. Its
        public key has 1959 characters, and a file cannot go to such keys and to others at once.
        """
    @staticmethod
    def parse(text: str | Buffer | SecretBytes) -> Identity:
        """A private key from its text: ``AGE-SECRET-KEY-1…``, or what is in an SSH key's file. Raises
        :class:`ValueError` if it is none.
        """
    @staticmethod
    def load(
        path: str | PathLike[str], *, passphrase: str | Buffer | SecretBytes | Passphrase | None = None
    ) -> list[Identity]:
        """The private keys in a key file, as ``age-keygen`` and ``ironlatch keygen`` write it, or the
        one in an SSH key's file.

        ``passphrase`` is that of a key file or an SSH key which is encrypted; :class:`WrongKey` is
        raised if it is wrong. Without one, such an SSH key comes ``is_locked``, and an encrypted
        key file raises :class:`WrongKey`.

        Warns with :class:`~ironlatch.secrets.ExposedFileWarning` of keys in clear that every user
        can read.
        """
    @property
    def is_locked(self) -> bool:
        """Whether it is an SSH key that is encrypted under a passphrase. It decrypts nothing before it
        is unlocked.
        """
    def unlock(self, passphrase: str | Buffer | SecretBytes | Passphrase, *, max_rounds: int = 1000) -> Identity:
        """The same key, unlocked with its passphrase. Raises :class:`WrongKey` if the passphrase is
        wrong, :class:`ValueError` if the file asks for more than ``max_rounds`` of work, 10
        milliseconds each: raise it for a file of your own.
        """
    def save(
        self,
        path: str | PathLike[str],
        *,
        passphrase: str | Buffer | SecretBytes | Passphrase | None = None,
        overwrite: bool = False,
    ) -> None:
        """Writes a key file that its owner alone can read, encrypted under ``passphrase`` if there is
        one. An existing file stays unless ``overwrite`` is true.
        """
    @property
    def recipient(self) -> str:
        """The public key, ``age1…`` or ``ssh-…``, that others encrypt files to."""
    def expose(self) -> str:
        """The private key's text, ``AGE-SECRET-KEY-1…``. Raises :class:`ValueError` for an SSH key,
        which has a file of its own.
        """
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

def encrypt_file(
    source: str | PathLike[str],
    target: str | PathLike[str],
    *,
    passphrase: str | Buffer | SecretBytes | Passphrase | None = None,
    recipients: Iterable[str] | None = None,
    overwrite: bool = False,
    progress: Callable[[int, int | None], object] | None = None,
) -> int:
    """Encrypts the file ``source`` to a new file ``target``, under a passphrase or to public keys
    (``age1…``, ``ssh-ed25519 …``, ``ssh-rsa …``).

    ``target`` appears when it is whole. An existing file stays, and :class:`FileExistsError` is
    raised, unless ``overwrite`` is true. ``progress`` is called about twenty times a second
    with the bytes that are done and those that there are (``None`` if that is not known), also
    while ``source`` is a pipe that gives nothing; what it raises ends the work, and so does
    what the handler of a signal raises. Returns the number of bytes encrypted.

    A file that grows is read to where it ends then; one that somebody cuts short meanwhile
    raises :class:`OSError`.
    """

def decrypt_file(
    source: str | PathLike[str],
    target: str | PathLike[str],
    *,
    passphrase: str | Buffer | SecretBytes | Passphrase | None = None,
    identities: Iterable[Identity] | None = None,
    overwrite: bool = False,
    progress: Callable[[int, int | None], object] | None = None,
) -> int:
    """Decrypts the file ``source`` to a new file ``target``, which its owner alone can read.

    ``target`` appears when the whole of ``source`` has been verified. Raises :class:`WrongKey`
    if neither the passphrase nor one of the identities fits, :class:`DamagedFile` if the file
    was changed, cut short, or is of another kind. ``overwrite`` and ``progress`` are as for
    :func:`encrypt_file`. Returns the number of bytes decrypted.
    """

def encrypt(
    data: Buffer,
    *,
    passphrase: str | Buffer | SecretBytes | Passphrase | None = None,
    recipients: Iterable[str] | None = None,
) -> bytes:
    """Encrypts ``data``, under a passphrase or to public keys, as :func:`encrypt_file` does."""

def decrypt(
    data: Buffer,
    *,
    passphrase: str | Buffer | SecretBytes | Passphrase | None = None,
    identities: Iterable[Identity] | None = None,
) -> bytes:
    """Decrypts ``data``, with a passphrase or private keys, as :func:`decrypt_file` does."""

@final
class Reader:
    """The plaintext of an encrypted file."""
    def __new__(
        cls,
        source: str | PathLike[str] | BinaryIO | IOBase,
        passphrase: str | Buffer | SecretBytes | Passphrase | None,
        identities: Iterable[Identity] | None,
    ) -> Reader: ...
    @property
    def size(self) -> int | None:
        """The length of the plaintext; ``None`` if the source cannot be sought."""
    def read_at(self, offset: int, buffer: WriteableBuffer) -> int:
        """Fills the front of ``buffer``, from ``offset`` on if the source can be sought, and returns
        how much that is.
        """

@final
class Writer:
    """Encrypts what it is given, to a new file or a Python file object."""
    def __new__(
        cls,
        target: str | PathLike[str] | BinaryIO | IOBase,
        passphrase: str | Buffer | SecretBytes | Passphrase | None,
        recipients: Iterable[str] | None,
        overwrite: bool,
    ) -> Writer: ...
    def write(self, data: ReadableBuffer) -> int:
        """Encrypts ``data``, and returns its length."""
    def flush(self) -> None:
        """Flushes the file object that the ciphertext goes to."""
    def finish(self) -> None:
        """Writes the last chunk, and puts a new file under its name."""
    def discard(self) -> None:
        """Drops what was written: a new file does not appear, and what has gone to a file object does
        not decrypt.
        """
