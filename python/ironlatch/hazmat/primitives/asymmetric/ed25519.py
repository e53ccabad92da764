"""Ed25519 signatures (RFC 8032).

key = Ed25519PrivateKey.generate()
key.public_key().verify(key.sign(data), data)
"""

from __future__ import annotations

import abc

from ironlatch._native import ed25519 as _native
from ironlatch.hazmat.primitives.asymmetric._raw_keys import RawPrivateKey, RawPublicKey
from ironlatch.utils import Buffer

__all__ = ["Ed25519PrivateKey", "Ed25519PublicKey"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ironlatch.secrets import SecretBytes


class Ed25519PublicKey(RawPublicKey):
    """An Ed25519 public key of 32 bytes."""

    @classmethod
    def from_public_bytes(cls, data: Buffer) -> Ed25519PublicKey:
        """The public key of 32 bytes. Raises ValueError for another length."""
        return _native.from_public_bytes(data)

    @abc.abstractmethod
    def verify(self, signature: Buffer, data: Buffer) -> None:
        """Raises InvalidSignature unless ``signature`` is one of ``data`` by this key."""


class Ed25519PrivateKey(RawPrivateKey):
    """An Ed25519 private key of 32 bytes."""

    @classmethod
    def generate(cls) -> Ed25519PrivateKey:
        """A new private key."""
        return _native.generate_key()

    @classmethod
    def from_private_bytes(cls, data: Buffer | SecretBytes) -> Ed25519PrivateKey:
        """The private key of 32 bytes. Raises ValueError for another length."""
        return _native.from_private_bytes(data)

    @abc.abstractmethod
    def public_key(self) -> Ed25519PublicKey:
        """The public key that belongs to it."""

    @abc.abstractmethod
    def sign(self, data: Buffer) -> bytes:
        """Returns the signature of ``data``, 64 bytes. The same data gives the same signature.
        Raises TypeError if ``data`` is not bytes-like.
        """


Ed25519PrivateKey.register(_native.Ed25519PrivateKey)
Ed25519PublicKey.register(_native.Ed25519PublicKey)
