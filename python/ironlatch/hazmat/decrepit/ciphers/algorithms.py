"""Cipher algorithms that are kept only for old data."""

from __future__ import annotations

import warnings

from ironlatch import utils
from ironlatch.hazmat.primitives._cipheralgorithm import CipherAlgorithm, _verify_key_size
from ironlatch.hazmat.primitives.ciphers.algorithms import _KeyedBlockCipher

__all__ = ["ARC4", "IDEA", "RC2", "SEED", "Blowfish", "CAST5", "Camellia", "TripleDES"]


class ARC4(CipherAlgorithm):
    """RC4: broken. With a key of 5 to 32 bytes. Raises ValueError for a key of another length, and
    TypeError if it is neither bytes-like nor a SecretBytes.
    """

    name = "RC4"
    key_sizes = frozenset([40, 56, 64, 80, 128, 160, 192, 256])

    def __init__(self, key: utils.Buffer) -> None:
        self.key = _verify_key_size(self, key)

    @property
    def key_size(self) -> int:
        return len(self.key) * 8


class TripleDES(_KeyedBlockCipher):
    """Triple DES (SP 800-67) with a key of 24 bytes; one of 16 or 8 bytes is repeated to that
    length. Raises ValueError for a key of another length, and TypeError if it is neither bytes-like
    nor a SecretBytes.
    """

    name = "3DES"
    block_size = 64
    key_sizes = frozenset([64, 128, 192])

    def __init__(self, key: utils.Buffer) -> None:
        if len(key) in (8, 16):
            warnings.warn(
                "Triple DES with one key or two is weaker still and will be refused: repeat the key to 24 bytes",
                utils.DeprecatedIn47,
                stacklevel=2,
            )
            key = (bytes(key) * 3)[:24] if isinstance(key, (bytes, bytearray, memoryview)) else key
        super().__init__(key)


class _DES:
    """DES as a name: it is here for old key files and cannot be used with ``Cipher``."""

    name = "DES"
    key_size = 64


class Blowfish(_KeyedBlockCipher):
    """Blowfish with a key of 4 to 56 bytes. Raises ValueError for a key of another length, and
    TypeError if it is neither bytes-like nor a SecretBytes.
    """

    name = "Blowfish"
    block_size = 64
    key_sizes = frozenset(range(32, 449, 8))


class CAST5(_KeyedBlockCipher):
    """CAST-128 (RFC 2144) with a key of 5 to 16 bytes. Raises ValueError for a key of another
    length, and TypeError if it is neither bytes-like nor a SecretBytes.
    """

    name = "CAST5"
    block_size = 64
    key_sizes = frozenset(range(40, 129, 8))


class SEED(_KeyedBlockCipher):
    """SEED (RFC 4269) with a key of 16 bytes. Raises ValueError for a key of another length, and
    TypeError if it is neither bytes-like nor a SecretBytes.
    """

    name = "SEED"
    block_size = 128
    key_sizes = frozenset([128])


class IDEA(_KeyedBlockCipher):
    """IDEA with a key of 16 bytes. Raises ValueError for a key of another length, and TypeError if
    it is neither bytes-like nor a SecretBytes.
    """

    name = "IDEA"
    block_size = 64
    key_sizes = frozenset([128])


class Camellia(_KeyedBlockCipher):
    """Camellia (RFC 3713) with a key of 16, 24 or 32 bytes. Raises ValueError for a key of another
    length, and TypeError if it is neither bytes-like nor a SecretBytes.
    """

    name = "camellia"
    block_size = 128
    key_sizes = frozenset([128, 192, 256])


class RC2(_KeyedBlockCipher):
    """RC2 (RFC 2268) with a key of 16 bytes. Raises ValueError for a key of another length, and
    TypeError if it is neither bytes-like nor a SecretBytes.
    """

    name = "RC2"
    block_size = 64
    key_sizes = frozenset([128])
