"""Cipher algorithms: a name, and a key of a length that fits."""

from __future__ import annotations

from ironlatch import utils
from ironlatch.hazmat.primitives._cipheralgorithm import (
    BlockCipherAlgorithm,
    CipherAlgorithm,
    _verify_key_size,
)

__all__ = ["AES", "AES128", "AES256", "SM4", "ChaCha20"]


class _KeyedBlockCipher(BlockCipherAlgorithm):
    """A block cipher whose key is all that it takes."""

    def __init__(self, key: utils.Buffer) -> None:
        self.key = _verify_key_size(self, key)

    @property
    def key_size(self) -> int:
        return len(self.key) * 8


class AES(_KeyedBlockCipher):
    """AES (FIPS 197) with a key of 16, 24 or 32 bytes; in XTS mode of 32 or 64. Raises ValueError
    for a key of another length, and TypeError if it is neither bytes-like nor a SecretBytes.
    """

    name = "AES"
    block_size = 128
    key_sizes = frozenset([128, 192, 256, 512])


class AES128(_KeyedBlockCipher):
    """AES with a key of 16 bytes and no other. Raises ValueError for a key of another length, and
    TypeError if it is neither bytes-like nor a SecretBytes.
    """

    name = "AES"
    block_size = 128
    key_sizes = frozenset([128])
    key_size = 128


class AES256(_KeyedBlockCipher):
    """AES with a key of 32 bytes and no other. Raises ValueError for a key of another length, and
    TypeError if it is neither bytes-like nor a SecretBytes.
    """

    name = "AES"
    block_size = 128
    key_sizes = frozenset([256])
    key_size = 256


class SM4(_KeyedBlockCipher):
    """SM4 (GB/T 32907) with a key of 16 bytes. Raises ValueError for a key of another length, and
    TypeError if it is neither bytes-like nor a SecretBytes.
    """

    name = "SM4"
    block_size = 128
    key_sizes = frozenset([128])


class ChaCha20(CipherAlgorithm):
    """ChaCha20 with a key of 32 bytes and a ``nonce`` of 16: a little-endian counter of 4 or 8
    bytes, and the nonce.

    Raises ValueError for a key or nonce of another length, and TypeError if one is not bytes-like.
    """

    name = "ChaCha20"
    key_sizes = frozenset([256])

    def __init__(self, key: utils.Buffer, nonce: utils.Buffer) -> None:
        self.key = _verify_key_size(self, key)
        utils._check_byteslike("nonce", nonce)
        if len(nonce) != 16:
            raise ValueError(f"nonce must be 128-bits (16 bytes); it has {len(nonce)} bytes")
        self._nonce = nonce

    @property
    def nonce(self) -> utils.Buffer:
        """The counter and the nonce, 16 bytes."""
        return self._nonce

    @property
    def key_size(self) -> int:
        return len(self.key) * 8


def _moved(name: str) -> object:
    from ironlatch.hazmat.decrepit.ciphers import algorithms

    return {
        "ARC4": algorithms.ARC4,
        "Blowfish": algorithms.Blowfish,
        "CAST5": algorithms.CAST5,
        "Camellia": algorithms.Camellia,
        "IDEA": algorithms.IDEA,
        "SEED": algorithms.SEED,
        "TripleDES": algorithms.TripleDES,
    }[name]


__getattr__ = utils._deprecated_names(
    __name__,
    utils.CryptographyDeprecationWarning,
    "{name} has moved to ironlatch.hazmat.decrepit.ciphers.algorithms and will go away here",
    _moved,
)
