from collections.abc import Iterable

from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer
from typing_extensions import disjoint_base

@disjoint_base
class Fernet:
    """Makes and opens tokens: messages that are encrypted and authenticated under one key.

    `key` is URL-safe base64 of 32 bytes, as generate_key makes it, or a SecretBytes of that text or
    of the 32 bytes. Raises ValueError for another.
    """
    def __new__(cls, key: Buffer | str | SecretBytes, backend: object = None) -> Fernet: ...
    @classmethod
    def generate_key(cls) -> bytes:
        """A fresh random key: 44 bytes of URL-safe base64. Whoever has it reads and makes tokens: keep
        it secret.
        """
    def encrypt(self, data: Buffer) -> bytes:
        """A token for `data`, made now. The time is readable in it."""
    def encrypt_at_time(self, data: Buffer, current_time: int) -> bytes:
        """A token for `data`, made at `current_time` in seconds since 1970."""
    def decrypt(self, token: Buffer | str, ttl: float | None = None) -> bytes:
        """The data of `token` (bytes or str), which may be at most `ttl` seconds old; of any age if
        that is None.

        Raises InvalidToken if the token is malformed, was changed, was made under another key, is
        too old, or was made more than 60 seconds in the future.
        """
    def decrypt_at_time(self, token: Buffer | str, ttl: float, current_time: float) -> bytes:
        """Like decrypt, with `current_time` in seconds since 1970 in place of the clock. Raises
        ValueError if ttl is None.
        """
    def extract_timestamp(self, token: Buffer | str) -> int:
        """When `token` was made, in seconds since 1970. Raises InvalidToken if it was not made under
        this key.
        """

@disjoint_base
class MultiFernet:
    """Makes tokens under the first of several keys and opens those of all of them: for changing keys.
    A keyring's (``ring["tokens"].fernet()``) has the keys that the keyring has at each call.

    Raises ValueError for no keys, TypeError for what is no iterable of Fernet.
    """
    def __new__(cls, fernets: Iterable[Fernet]) -> MultiFernet: ...
    def encrypt(self, msg: Buffer) -> bytes:
        """A token for `msg` under the first key, made now."""
    def encrypt_at_time(self, msg: Buffer, current_time: int) -> bytes:
        """A token for `msg` under the first key, made at `current_time` in seconds since 1970."""
    def rotate(self, msg: Buffer | str) -> bytes:
        """A token for the data of `msg`, a token under any of the keys, under the first key. It keeps
        its time.

        Raises InvalidToken if `msg` is malformed, was changed, or was made under none of the keys.
        """
    def decrypt(self, msg: Buffer | str, ttl: float | None = None) -> bytes:
        """The data of `msg`, a token under any of the keys, at most `ttl` seconds old; of any age if
        that is None.

        Raises InvalidToken if the token is malformed, was changed, was made under none of the keys,
        is too old, or was made more than 60 seconds in the future.
        """
    def decrypt_at_time(self, msg: Buffer | str, ttl: float, current_time: float) -> bytes:
        """Like decrypt, with `current_time` in seconds since 1970 in place of the clock. Raises
        ValueError if ttl is None.
        """
    def extract_timestamp(self, msg: Buffer | str) -> int:
        """When `msg` was made, in seconds since 1970. Raises InvalidToken if it was made under none of
        the keys.
        """
