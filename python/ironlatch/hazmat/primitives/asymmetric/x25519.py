"""X25519 key agreement (RFC 7748).

ours = X25519PrivateKey.generate()
key = HKDF(hashes.SHA256(), 32, None, b"what it is for").derive(ours.exchange(theirs))
"""

from __future__ import annotations

import abc

from ironlatch._native import x25519 as _native
from ironlatch.hazmat.primitives import _serialization
from ironlatch.utils import Buffer

__all__ = ["X25519PrivateKey", "X25519PublicKey"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ironlatch.secrets import SecretBytes


class X25519PublicKey(metaclass=abc.ABCMeta):
    """An X25519 public key of 32 bytes."""

    @classmethod
    def from_public_bytes(cls, data: Buffer) -> X25519PublicKey:
        """The public key of 32 bytes. Raises ValueError for another length."""
        return _native.from_public_bytes(data)

    @abc.abstractmethod
    def public_bytes(self, encoding: _serialization.Encoding, format: _serialization.PublicFormat) -> bytes:
        """The key as bytes. Raises TypeError or ValueError if the two do not go together."""

    @abc.abstractmethod
    def public_bytes_raw(self) -> bytes:
        """The 32 bytes of the key."""

    @abc.abstractmethod
    def __eq__(self, value: object, /) -> bool: ...

    def __hash__(self) -> int:
        return hash(self.public_bytes_raw())

    @abc.abstractmethod
    def __copy__(self) -> X25519PublicKey: ...

    @abc.abstractmethod
    def __deepcopy__(self, memo: Any) -> X25519PublicKey: ...


class X25519PrivateKey(metaclass=abc.ABCMeta):
    """An X25519 private key of 32 bytes."""

    @classmethod
    def generate(cls) -> X25519PrivateKey:
        """A new private key."""
        return _native.generate_key()

    @classmethod
    def from_private_bytes(cls, data: Buffer | SecretBytes) -> X25519PrivateKey:
        """The private key of 32 bytes. Raises ValueError for another length."""
        return _native.from_private_bytes(data)

    @abc.abstractmethod
    def public_key(self) -> X25519PublicKey:
        """The public key that belongs to it."""

    @abc.abstractmethod
    def private_bytes(
        self,
        encoding: _serialization.Encoding,
        format: _serialization.PrivateFormat,
        encryption_algorithm: _serialization.KeySerializationEncryption,
    ) -> bytes:
        """The key as bytes. Raises TypeError or ValueError if the three do not go together."""

    @abc.abstractmethod
    def private_bytes_raw(self) -> bytes:
        """The 32 bytes of the key."""

    @abc.abstractmethod
    def exchange(self, peer_public_key: X25519PublicKey) -> bytes:
        """The secret of 32 bytes that is shared with the owner of ``peer_public_key``.

        Derive a key from it before it is used as one. Raises ValueError for a public key of small
        order.
        """

    @abc.abstractmethod
    def __copy__(self) -> X25519PrivateKey: ...

    @abc.abstractmethod
    def __deepcopy__(self, memo: Any) -> X25519PrivateKey: ...


X25519PrivateKey.register(_native.X25519PrivateKey)
X25519PublicKey.register(_native.X25519PublicKey)
