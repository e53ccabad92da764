from os import PathLike
from types import TracebackType
from typing import Never, NoReturn, Self, final

from ironlatch.hazmat.primitives.kdf import KeyDerivationFunction
from ironlatch.utils import Buffer

@final
class SecretBytes:
    """Holds bytes that are secret: a key, a password, a seed.

    They live in memory that is locked against swapping and left out of core dumps where the system
    allows it, and that is zeroed when the object goes away, at the end of a ``with`` block, or by
    :meth:`wipe`. Everything in Ironlatch that takes a key or a password as bytes takes a
    ``SecretBytes`` too.

    Comparison takes constant time. ``repr`` and ``str`` show the length alone. Formatting,
    pickling, copying and hashing raise :class:`TypeError`, as each would leave a copy that nobody
    wipes. So does calling the class: its methods say where a secret comes from.

    >>> from ironlatch.secrets import SecretBytes
    >>> with SecretBytes.generate(32) as key:
    ...     print(key)
    SecretBytes(<32 bytes>)
    >>> key.wiped
    True
    """
    def __new__(cls, *args: Never, **kwargs: Never) -> Self: ...
    @staticmethod
    def copy_from(data: Buffer | SecretBytes) -> SecretBytes:
        """Copies ``data``. The original is not wiped: where possible, make the secret in another way."""
    @staticmethod
    def generate(length: int = 32) -> SecretBytes:
        """Makes a secret of ``length`` random bytes, fit for a key.

        Raises :class:`ValueError` for a negative length.
        """
    @staticmethod
    def from_prompt(prompt: str = "Password: ", *, confirm: bool = False) -> SecretBytes:
        """Asks a person at the terminal, without echo.

        With ``confirm`` it asks twice. Raises :class:`ValueError` if the two differ,
        :class:`OSError` where there is no terminal, :class:`EOFError` on Ctrl-D, and
        :class:`KeyboardInterrupt` on Ctrl-C.
        """
    @staticmethod
    def from_file(path: str | PathLike[str], *, strip_newline: bool = False) -> SecretBytes:
        """Reads a file of at most 1 MiB.

        With ``strip_newline``, which is for text, one line end at the very end and a byte-order
        mark of UTF-8 at the beginning are left out, as editors put them there. Do without it for
        binary keys, which may happen to look so.

        Warns with :class:`ExposedFileWarning` if every user of the machine can read the file, or
        others can write to it. Raises :class:`OSError` if it cannot be read, and
        :class:`ValueError` if it is longer.
        """
    @staticmethod
    def from_env(name: str, *, remove: bool = False) -> SecretBytes:
        """Reads an environment variable.

        With ``remove`` the variable is taken out of ``os.environ``, so that child processes do not
        inherit it. What Python and the system copied when the process started is out of reach:
        prefer a file. Raises :class:`ValueError` if the variable is not set.
        """
    @staticmethod
    def from_kdf(kdf: KeyDerivationFunction, key_material: Buffer | SecretBytes) -> SecretBytes:
        """Derives the secret from ``key_material`` with ``kdf``, one of Ironlatch's key derivation
        functions, which is then used up as by ``derive``.

        Raises :class:`TypeError` for another object.
        """
    def expose(self) -> bytes:
        """Returns the secret as ordinary ``bytes``, which Python copies at will and never wipes.

        This is for code that takes nothing else: Ironlatch's own functions take the
        ``SecretBytes``. Raises :class:`ValueError` if it was wiped.
        """
    def wipe(self) -> None:
        """Zeroes the secret now. Any further use raises :class:`ValueError`; wiping again does
        nothing.

        A call in another thread that is using the secret at this moment finishes undisturbed, and
        the bytes are zeroed when it does.
        """
    @property
    def wiped(self) -> bool:
        """Whether :meth:`wipe` was called."""
    @property
    def locked(self) -> bool:
        """Whether the system keeps the secret out of swap: false past the process's limit of locked
        memory.
        """
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
        /,
    ) -> None: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __format__(self, _specification: str, /) -> NoReturn: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...
    def __copy__(self) -> NoReturn: ...
    def __deepcopy__(self, _memo: object, /) -> NoReturn: ...

@final
class Passphrase:
    """Holds random words for a person to remember: see :func:`passphrase`. Formatting and pickling it
    raise :class:`TypeError`.
    """
    def expose(self) -> str:
        """Returns the passphrase itself, to show to the person whose it is."""
    def to_secret(self) -> SecretBytes:
        """Returns the passphrase as a :class:`SecretBytes`, to encrypt with or to hash."""
    @property
    def words(self) -> int:
        """The number of words."""
    @property
    def entropy_bits(self) -> float:
        """The base-two logarithm of the number of passphrases that it was drawn from."""
    def __format__(self, _specification: str, /) -> NoReturn: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class RecoveryCodes:
    """Holds codes that let a person back in who has lost everything else: see :func:`recovery_codes`.

    It is a sequence of ``str``. ``in`` finds a code however it was typed.
    """
    def expose(self) -> list[str]:
        """Returns the codes themselves, to show once to the person whose they are."""
    @property
    def entropy_bits(self) -> float:
        """The base-two logarithm of the number of codes that each one was drawn from."""
    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> str: ...
    def __contains__(self, typed: object, /) -> bool: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

def token_bytes(nbytes: int | None = None) -> bytes:
    """Returns ``nbytes`` random bytes, 32 if it is None.

    Raises :class:`ValueError` for a negative number.

    >>> from ironlatch.secrets import token_bytes
    >>> len(token_bytes(16))
    16
    """

def token_hex(nbytes: int | None = None) -> str:
    """Returns ``nbytes`` random bytes in hexadecimal, 32 if it is None.

    Raises :class:`ValueError` for a negative number.

    >>> from ironlatch.secrets import token_hex
    >>> len(token_hex(16))
    32
    """

def token_urlsafe(nbytes: int | None = None) -> str:
    """Returns ``nbytes`` random bytes, 32 if it is None, in base64 for URLs and file names: about
    1.3 characters a byte.

    Raises :class:`ValueError` for a negative number.

    >>> from ironlatch.secrets import token_urlsafe
    >>> len(token_urlsafe(32))
    43
    """

def passphrase(words: int = 6, *, separator: str = " ") -> Passphrase:
    """Makes a :class:`Passphrase` of random words from the EFF's long list: 12.9 bits of entropy a
    word.

    Six words, 77 bits, withstand an attacker who has stolen the hash or the encrypted file;
    four do for a login that counts wrong tries. Some of the words have hyphens in them, so a
    hyphen does not separate well. Raises :class:`ValueError` for too few words.

    >>> from ironlatch import secrets
    >>> made = secrets.passphrase()
    >>> len(made.expose().split())
    6
    """

def recovery_codes(count: int = 10, *, groups: int = 4, group_size: int = 4) -> RecoveryCodes:
    """Makes :class:`RecoveryCodes`: ``count`` different codes of ``groups`` groups of
    ``group_size`` symbols.

    The symbols are digits and small letters without those that look alike: 4.9 bits each, 78
    bits a code with the defaults. Raises :class:`ValueError` for codes that are too short to be
    safe.

    >>> from ironlatch import secrets
    >>> codes = secrets.recovery_codes()
    >>> codes[0].upper() in codes
    True
    """

def normalize_recovery_code(typed: str, *, group_size: int = 4) -> str:
    """Returns what a person typed as a recovery code in the form that :func:`recovery_codes` gave
    it: small letters, no spaces, a hyphen after every ``group_size`` symbols. Hash or compare
    the result.

    >>> from ironlatch.secrets import normalize_recovery_code
    >>> normalize_recovery_code(" 7K2M  XPQ4 ")
    '7k2m-xpq4'
    """
