"""The interfaces of cipher algorithms."""

from __future__ import annotations

import abc

from ironlatch import utils
from ironlatch._native.secrets import SecretBytes


class CipherAlgorithm(metaclass=abc.ABCMeta):
    """A cipher with its key."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """The cipher's name, such as ``AES``."""

    @property
    @abc.abstractmethod
    def key_sizes(self) -> frozenset[int]:
        """The key lengths that the cipher takes, in bits."""

    @property
    @abc.abstractmethod
    def key_size(self) -> int:
        """The length of this key in bits."""


class BlockCipherAlgorithm(CipherAlgorithm):
    """A block cipher with its key."""

    key: utils.Buffer
    """The key."""

    @property
    @abc.abstractmethod
    def block_size(self) -> int:
        """The length of a block in bits."""


def _verify_key_size(algorithm: CipherAlgorithm, key: utils.Buffer) -> utils.Buffer:
    """``key``, if it is bytes-like or a SecretBytes of a length that ``algorithm`` takes."""
    if not isinstance(key, (bytes, SecretBytes)):
        utils._check_byteslike("key", key)
    if len(key) * 8 not in algorithm.key_sizes:
        sizes = ", ".join(map(str, sorted(algorithm.key_sizes)))
        raise ValueError(f"Invalid key size ({len(key) * 8}) for {algorithm.name}: it must be one of {sizes} bits")
    return key


utils._at_home("ironlatch.hazmat.primitives.ciphers", BlockCipherAlgorithm, CipherAlgorithm)
