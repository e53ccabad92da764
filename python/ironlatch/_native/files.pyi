from collections.abc import Callable, Iterable
from io import IOBase
from os import PathLike
from typing import BinaryIO, NoReturn, final

from _typeshed import ReadableBuffer, WriteableBuffer
from ironlatch.secrets import Passphrase, SecretBytes
from ironlatch.utils import Buffer

@final
class Identity:
    """Holds a private key that decrypts files: ``AGE-SECRET-KEY-1…``, or an SSH key of type ed25519 or
    RSA.

    Others encrypt files to its public half, the :attr:`recipient`. ``repr`` shows that half alone.

    >>> from ironlatch import files
    >>> identity = files.Identity.generate()
    >>> sealed = files.encrypt(b"the plan", recipients=[identity.recipient])
    >>> files.decrypt(sealed, identities=[identity])
    b'the plan'
    """
    @staticmethod
    def generate(*, post_quantum: bool = False) -> Identity:
        """Makes a new private key.

        With ``post_quantum`` it is one that quantum computers to come will not break either. Its
        public key has 1959 characters, and a file cannot go to such keys and to others at once.
        """
    @staticmethod
    def parse(text: str | Buffer | SecretBytes) -> Identity:
        """Reads a private key from its text: ``AGE-SECRET-KEY-1…``, or the contents of an SSH key's
        file.

        Raises :class:`ValueError` if it is none.
        """
    @staticmethod
    def load(
        path: str | PathLike[str], *, passphrase: str | Buffer | SecretBytes | Passphrase | None = None
    ) -> list[Identity]:
        """Reads the private keys in a key file, as ``age-keygen`` and ``ironlatch keygen`` write it,
        or the one in an SSH key's file.

        ``passphrase`` opens a key file or an SSH key that is encrypted. Without one, such an SSH
        key comes back with ``is_locked`` set.

        Raises :class:`WrongKey` if the passphrase is wrong or missing, :class:`ValueError` if the
        file holds no key, and :class:`OSError` if it cannot be read. Warns with
        :class:`~ironlatch.secrets.ExposedFileWarning` of keys in clear that every user can read.
        """
    @property
    def is_locked(self) -> bool:
        """Whether it is an SSH key that is encrypted under a passphrase. It decrypts nothing before it
        is unlocked.
        """
    def unlock(self, passphrase: str | Buffer | SecretBytes | Passphrase, *, max_rounds: int = 1000) -> Identity:
        """Returns the same key, unlocked with its passphrase.

        Raises :class:`WrongKey` if the passphrase is wrong, and :class:`ValueError` if the file
        asks for more than ``max_rounds`` of work, 10 milliseconds each: raise it for a file of your
        own.
        """
    def save(
        self,
        path: str | PathLike[str],
        *,
        passphrase: str | Buffer | SecretBytes | Passphrase | None = None,
        overwrite: bool = False,
    ) -> None:
        """Writes a key file that its owner alone can read, encrypted under ``passphrase`` if there is
        one.

        Raises :class:`FileExistsError` if the file exists, unless ``overwrite`` is true, and
        :class:`ValueError` for an SSH key, which has a file of its own.
        """
    @property
    def recipient(self) -> str:
        """The public key, ``age1…`` or ``ssh-…``, that others encrypt files to."""
    def expose(self) -> str:
        """Returns the private key's text, ``AGE-SECRET-KEY-1…``.

        Raises :class:`ValueError` for an SSH key, which has a file of its own.
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
    """Encrypts the file ``source`` to a new file ``target``, under a ``passphrase`` or to the
    public keys ``recipients`` (``age1…``, ``ssh-ed25519 …``, ``ssh-rsa …``). Returns the number
    of bytes encrypted.

    ``target`` appears when it is whole. ``progress`` is called about twenty times a second with
    the bytes that are done and the total (``None`` if that is not known), also while ``source``
    is a pipe that gives nothing. What it raises ends the work, and so does what the handler of
    a signal raises. A file that grows is read to where it ends then.

    Raises :class:`FileExistsError` if ``target`` exists, unless ``overwrite`` is true;
    :class:`ValueError` for what is no public key; and :class:`OSError` if a file cannot be read
    or written, or is cut short meanwhile.

    >>> from pathlib import Path
    >>> from ironlatch import files
    >>> size = Path("plan.txt").write_bytes(b"the plan")
    >>> files.encrypt_file("plan.txt", "plan.age", passphrase="six random words of your own")
    8
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
    Returns the number of bytes decrypted.

    ``target`` appears when the whole of ``source`` has been verified. ``overwrite`` and
    ``progress`` are as for :func:`encrypt_file`.

    Raises :class:`WrongKey` if neither the passphrase nor one of the identities fits,
    :class:`DamagedFile` if the file was changed, cut short, or is of another kind, and what
    :func:`encrypt_file` raises for the files themselves.

    >>> from pathlib import Path
    >>> from ironlatch import files
    >>> size = Path("plan.age").write_bytes(files.encrypt(b"the plan", passphrase="six words"))
    >>> files.decrypt_file("plan.age", "plan.txt", passphrase="six words")
    8
    """

def encrypt(
    data: Buffer,
    *,
    passphrase: str | Buffer | SecretBytes | Passphrase | None = None,
    recipients: Iterable[str] | None = None,
) -> bytes:
    """Encrypts ``data``, under a passphrase or to public keys, as :func:`encrypt_file` does.

    Raises :class:`ValueError` for what is no public key, and :class:`TypeError` unless exactly
    one of the two is given.

    >>> from ironlatch import files
    >>> sealed = files.encrypt(b"the plan", passphrase="six random words of your own")
    """

def decrypt(
    data: Buffer,
    *,
    passphrase: str | Buffer | SecretBytes | Passphrase | None = None,
    identities: Iterable[Identity] | None = None,
) -> bytes:
    """Decrypts ``data``, with a passphrase or private keys, as :func:`decrypt_file` does.

    Raises :class:`WrongKey` if neither the passphrase nor one of the identities fits, and
    :class:`DamagedFile` if the data was changed, cut short, or is of another kind.

    >>> from ironlatch import files
    >>> sealed = files.encrypt(b"the plan", passphrase="six words")
    >>> files.decrypt(sealed, passphrase="six words")
    b'the plan'
    """

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
