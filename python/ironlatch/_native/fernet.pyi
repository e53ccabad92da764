from collections.abc import Iterable

from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer
from typing_extensions import disjoint_base

@disjoint_base
class Fernet:
    """Makes and opens tokens: messages that are encrypted and authenticated under one key.

    `key` is URL-safe base64 of 32 bytes, as generate_key makes it, or a SecretBytes of that text or
    of the 32 bytes. Raises ValueError for another.

    >>> from ironlatch.fernet import Fernet
    >>> fernet = Fernet(Fernet.generate_key())
    >>> fernet.decrypt(fernet.encrypt(b"a message"), ttl=60)
    b'a message'
    """
    def __new__(cls, key: Buffer | str | SecretBytes, backend: object = None) -> Fernet: ...
    @classmethod
    def generate_key(cls) -> bytes:
        """Makes a fresh random key: 44 bytes of URL-safe base64. Everyone who has it reads and makes
        tokens: keep it secret.
        """
    def encrypt(self, data: Buffer) -> bytes:
        """Makes a token for `data`. The time is readable in it."""
    def encrypt_at_time(self, data: Buffer, current_time: int) -> bytes:
        """Makes a token for `data` as if it were `current_time`, in seconds since 1970."""
    def decrypt(self, token: Buffer | str, ttl: float | None = None) -> bytes:
        """Returns the data of `token` (bytes or str), which may be at most `ttl` seconds old; of any
        age if that is None.

        Raises InvalidToken if the token is malformed, was changed, was made under another key, is
        too old, or was made more than 60 seconds in the future.
        """
    def decrypt_at_time(self, token: Buffer | str, ttl: float, current_time: float) -> bytes:
        """Decrypts as if it were `current_time`, in seconds since 1970.

        Raises ValueError if ttl is None, and what decrypt raises.
        """
    def extract_timestamp(self, token: Buffer | str) -> int:
        """Returns when `token` was made, in seconds since 1970.

        Raises InvalidToken if it was not made under this key.
        """

@disjoint_base
class MultiFernet:
    """Makes tokens under the first of several keys and opens those of all of them: for changing keys.
    A keyring's (``ring["tokens"].fernet()``) has the keys that the keyring has at each call.

    Raises ValueError for no keys, and TypeError for what is no iterable of Fernet.

    >>> from ironlatch.fernet import Fernet, MultiFernet
    >>> new, old = Fernet(Fernet.generate_key()), Fernet(Fernet.generate_key())
    >>> both = MultiFernet([new, old])
    >>> new.decrypt(both.rotate(old.encrypt(b"a message")))
    b'a message'
    """
    def __new__(cls, fernets: Iterable[Fernet]) -> MultiFernet: ...
    def encrypt(self, msg: Buffer) -> bytes:
        """Makes a token for `msg` under the first key."""
    def encrypt_at_time(self, msg: Buffer, current_time: int) -> bytes:
        """Makes a token for `msg` under the first key, as if it were `current_time`, in seconds since
        1970.
        """
    def rotate(self, msg: Buffer | str) -> bytes:
        """Makes a token under the first key for the data of `msg`, a token under any of the keys. It
        keeps its time.

        Raises InvalidToken if `msg` is malformed, was changed, or was made under none of the keys.
        """
    def decrypt(self, msg: Buffer | str, ttl: float | None = None) -> bytes:
        """Returns the data of `msg`, a token under any of the keys, at most `ttl` seconds old; of any
        age if that is None.

        Raises InvalidToken if the token is malformed, was changed, was made under none of the keys,
        is too old, or was made more than 60 seconds in the future.
        """
    def decrypt_at_time(self, msg: Buffer | str, ttl: float, current_time: float) -> bytes:
        """Decrypts as if it were `current_time`, in seconds since 1970.

        Raises ValueError if ttl is None, and what decrypt raises.
        """
    def extract_timestamp(self, msg: Buffer | str) -> int:
        """Returns when `msg` was made, in seconds since 1970.

        Raises InvalidToken if it was made under none of the keys.
        """
