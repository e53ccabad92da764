"""ML-KEM (FIPS 203): agreeing on a secret in a way that a quantum computer does not undo.

secret, ciphertext = public_key.encapsulate()
assert private_key.decapsulate(ciphertext) == secret
"""

from __future__ import annotations

import abc

from ironlatch._native import mlkem as _native
from ironlatch.hazmat.primitives import _serialization
from ironlatch.utils import Buffer

__all__ = [
    "MLKEM512PrivateKey",
    "MLKEM512PublicKey",
    "MLKEM768PrivateKey",
    "MLKEM768PublicKey",
    "MLKEM1024PrivateKey",
    "MLKEM1024PublicKey",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

    from ironlatch.secrets import SecretBytes


class _PublicKey(metaclass=abc.ABCMeta):
    @abc.abstractmethod
    def encapsulate(self) -> tuple[bytes, bytes]:
        """A new shared secret of 32 bytes, and the ciphertext that carries it to the owner of the
        private key.
        """

    @abc.abstractmethod
    def public_bytes(self, encoding: _serialization.Encoding, format: _serialization.PublicFormat) -> bytes:
        """Returns the key as bytes in ``encoding`` and ``format``.

        Raises TypeError or ValueError if the two do not go together, and TypeError for an argument
        of another type.
        """

    @abc.abstractmethod
    def public_bytes_raw(self) -> bytes:
        """The encoded key and nothing else."""

    @abc.abstractmethod
    def __eq__(self, other: object) -> bool: ...

    def __hash__(self) -> int:
        return hash(self.public_bytes_raw())

    @abc.abstractmethod
    def __copy__(self) -> Self: ...

    @abc.abstractmethod
    def __deepcopy__(self, memo: Any) -> Self: ...


class _PrivateKey(metaclass=abc.ABCMeta):
    @abc.abstractmethod
    def decapsulate(self, ciphertext: Buffer) -> bytes:
        """The shared secret that ``ciphertext`` carries.

        Raises ValueError for another length. A ciphertext that was changed gives a secret that
        nobody else has.
        """

    @abc.abstractmethod
    def private_bytes(
        self,
        encoding: _serialization.Encoding,
        format: _serialization.PrivateFormat,
        encryption_algorithm: _serialization.KeySerializationEncryption,
    ) -> bytes:
        """Returns the key in ``encoding`` and ``format``, encrypted as ``encryption_algorithm``
        says.

        Raises TypeError or ValueError if the three do not go together, TypeError for an argument of
        another type, and ValueError for a password of more than 1023 bytes.
        """

    @abc.abstractmethod
    def private_bytes_raw(self) -> bytes:
        """The seed of 64 bytes."""

    @abc.abstractmethod
    def __copy__(self) -> Self: ...

    @abc.abstractmethod
    def __deepcopy__(self, memo: Any) -> Self: ...


class MLKEM512PublicKey(_PublicKey):
    """An ML-KEM-512 public key of 800 bytes. Its ciphertexts have 768."""

    @classmethod
    def from_public_bytes(cls, data: Buffer) -> MLKEM512PublicKey:
        """The public key in its encoded form. Raises ValueError for another length and for what is
        no key.
        """
        return _native.from_public_bytes_512(data)


class MLKEM512PrivateKey(_PrivateKey):
    """An ML-KEM-512 private key, made from a seed of 64 bytes."""

    @classmethod
    def generate(cls) -> MLKEM512PrivateKey:
        """A new private key."""
        return _native.generate_512()

    @classmethod
    def from_seed_bytes(cls, data: Buffer | SecretBytes) -> MLKEM512PrivateKey:
        """The private key made from a seed. Raises ValueError for another length."""
        return _native.from_seed_bytes_512(data)

    @abc.abstractmethod
    def public_key(self) -> MLKEM512PublicKey:
        """The public key that belongs to it."""


class MLKEM768PublicKey(_PublicKey):
    """An ML-KEM-768 public key of 1184 bytes. Its ciphertexts have 1088."""

    @classmethod
    def from_public_bytes(cls, data: Buffer) -> MLKEM768PublicKey:
        """The public key in its encoded form. Raises ValueError for another length and for what is
        no key.
        """
        return _native.from_public_bytes_768(data)


class MLKEM768PrivateKey(_PrivateKey):
    """An ML-KEM-768 private key, made from a seed of 64 bytes."""

    @classmethod
    def generate(cls) -> MLKEM768PrivateKey:
        """A new private key."""
        return _native.generate_768()

    @classmethod
    def from_seed_bytes(cls, data: Buffer | SecretBytes) -> MLKEM768PrivateKey:
        """The private key made from a seed. Raises ValueError for another length."""
        return _native.from_seed_bytes_768(data)

    @abc.abstractmethod
    def public_key(self) -> MLKEM768PublicKey:
        """The public key that belongs to it."""


class MLKEM1024PublicKey(_PublicKey):
    """An ML-KEM-1024 public key of 1568 bytes. Its ciphertexts have 1568."""

    @classmethod
    def from_public_bytes(cls, data: Buffer) -> MLKEM1024PublicKey:
        """The public key in its encoded form. Raises ValueError for another length and for what is
        no key.
        """
        return _native.from_public_bytes_1024(data)


class MLKEM1024PrivateKey(_PrivateKey):
    """An ML-KEM-1024 private key, made from a seed of 64 bytes."""

    @classmethod
    def generate(cls) -> MLKEM1024PrivateKey:
        """A new private key."""
        return _native.generate_1024()

    @classmethod
    def from_seed_bytes(cls, data: Buffer | SecretBytes) -> MLKEM1024PrivateKey:
        """The private key made from a seed. Raises ValueError for another length."""
        return _native.from_seed_bytes_1024(data)

    @abc.abstractmethod
    def public_key(self) -> MLKEM1024PublicKey:
        """The public key that belongs to it."""


MLKEM512PublicKey.register(_native.MLKEM512PublicKey)
MLKEM512PrivateKey.register(_native.MLKEM512PrivateKey)
MLKEM768PublicKey.register(_native.MLKEM768PublicKey)
MLKEM768PrivateKey.register(_native.MLKEM768PrivateKey)
MLKEM1024PublicKey.register(_native.MLKEM1024PublicKey)
MLKEM1024PrivateKey.register(_native.MLKEM1024PrivateKey)
