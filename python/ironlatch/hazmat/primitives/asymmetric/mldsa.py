"""ML-DSA (FIPS 204): signatures that a quantum computer does not forge.

signature = private_key.sign(data, context=b"what the signature is for")
private_key.public_key().verify(signature, data, context=b"what the signature is for")
"""

from __future__ import annotations

import abc

from ironlatch._native import mldsa as _native
from ironlatch._native.mldsa import MLDSAMuHasher
from ironlatch.hazmat.primitives import _serialization
from ironlatch.utils import Buffer

__all__ = [
    "MLDSA44PrivateKey",
    "MLDSA44PublicKey",
    "MLDSA65PrivateKey",
    "MLDSA65PublicKey",
    "MLDSA87PrivateKey",
    "MLDSA87PublicKey",
    "MLDSAMuHasher",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

    from ironlatch.secrets import SecretBytes


class _PublicKey(metaclass=abc.ABCMeta):
    @abc.abstractmethod
    def verify(self, signature: Buffer, data: Buffer, context: Buffer | None = None) -> None:
        """Raises InvalidSignature unless ``signature`` is one of ``data`` by this key for the same
        ``context``.

        Raises ValueError for a ``context`` of more than 255 bytes.
        """

    @abc.abstractmethod
    def verify_mu(self, signature: Buffer, mu: Buffer) -> None:
        """Raises InvalidSignature unless ``signature`` is one of the message with the
        representative ``mu``.

        Raises ValueError if ``mu`` has not 64 bytes.
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
    def sign(self, data: Buffer, context: Buffer | None = None) -> bytes:
        """Returns the signature of ``data``, another one each time.

        ``context`` says what the signature is for. Raises ValueError if it is longer than 255
        bytes.
        """

    @abc.abstractmethod
    def sign_mu(self, mu: Buffer) -> bytes:
        """Returns the signature of a message by its representative, 64 bytes that MLDSAMuHasher
        makes. Raises ValueError for another length.
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
        """The seed of 32 bytes."""

    @abc.abstractmethod
    def __copy__(self) -> Self: ...

    @abc.abstractmethod
    def __deepcopy__(self, memo: Any) -> Self: ...


class MLDSA44PublicKey(_PublicKey):
    """An ML-DSA-44 public key of 1312 bytes. Signatures have 2420."""

    @classmethod
    def from_public_bytes(cls, data: Buffer) -> MLDSA44PublicKey:
        """The public key in its encoded form. Raises ValueError for another length."""
        return _native.from_public_bytes_44(data)


class MLDSA44PrivateKey(_PrivateKey):
    """An ML-DSA-44 private key, made from a seed of 32 bytes."""

    @classmethod
    def generate(cls) -> MLDSA44PrivateKey:
        """A new private key."""
        return _native.generate_44()

    @classmethod
    def from_seed_bytes(cls, data: Buffer | SecretBytes) -> MLDSA44PrivateKey:
        """The private key made from a seed. Raises ValueError for another length."""
        return _native.from_seed_bytes_44(data)

    @abc.abstractmethod
    def public_key(self) -> MLDSA44PublicKey:
        """The public key that belongs to it."""


class MLDSA65PublicKey(_PublicKey):
    """An ML-DSA-65 public key of 1952 bytes. Signatures have 3309."""

    @classmethod
    def from_public_bytes(cls, data: Buffer) -> MLDSA65PublicKey:
        """The public key in its encoded form. Raises ValueError for another length."""
        return _native.from_public_bytes_65(data)


class MLDSA65PrivateKey(_PrivateKey):
    """An ML-DSA-65 private key, made from a seed of 32 bytes."""

    @classmethod
    def generate(cls) -> MLDSA65PrivateKey:
        """A new private key."""
        return _native.generate_65()

    @classmethod
    def from_seed_bytes(cls, data: Buffer | SecretBytes) -> MLDSA65PrivateKey:
        """The private key made from a seed. Raises ValueError for another length."""
        return _native.from_seed_bytes_65(data)

    @abc.abstractmethod
    def public_key(self) -> MLDSA65PublicKey:
        """The public key that belongs to it."""


class MLDSA87PublicKey(_PublicKey):
    """An ML-DSA-87 public key of 2592 bytes. Signatures have 4627."""

    @classmethod
    def from_public_bytes(cls, data: Buffer) -> MLDSA87PublicKey:
        """The public key in its encoded form. Raises ValueError for another length."""
        return _native.from_public_bytes_87(data)


class MLDSA87PrivateKey(_PrivateKey):
    """An ML-DSA-87 private key, made from a seed of 32 bytes."""

    @classmethod
    def generate(cls) -> MLDSA87PrivateKey:
        """A new private key."""
        return _native.generate_87()

    @classmethod
    def from_seed_bytes(cls, data: Buffer | SecretBytes) -> MLDSA87PrivateKey:
        """The private key made from a seed. Raises ValueError for another length."""
        return _native.from_seed_bytes_87(data)

    @abc.abstractmethod
    def public_key(self) -> MLDSA87PublicKey:
        """The public key that belongs to it."""


MLDSA44PublicKey.register(_native.MLDSA44PublicKey)
MLDSA44PrivateKey.register(_native.MLDSA44PrivateKey)
MLDSA65PublicKey.register(_native.MLDSA65PublicKey)
MLDSA65PrivateKey.register(_native.MLDSA65PrivateKey)
MLDSA87PublicKey.register(_native.MLDSA87PublicKey)
MLDSA87PrivateKey.register(_native.MLDSA87PrivateKey)
