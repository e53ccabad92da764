"""X25519 key agreement (RFC 7748).

ours = X25519PrivateKey.generate()
key = HKDF(hashes.SHA256(), 32, None, b"what it is for").derive(ours.exchange(theirs))
"""

from __future__ import annotations

import abc

from ironlatch._native import x25519 as _native
from ironlatch.hazmat.primitives.asymmetric._raw_keys import RawPrivateKey, RawPublicKey
from ironlatch.utils import Buffer

__all__ = ["X25519PrivateKey", "X25519PublicKey"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ironlatch.secrets import SecretBytes


class X25519PublicKey(RawPublicKey):
    """An X25519 public key of 32 bytes."""

    @classmethod
    def from_public_bytes(cls, data: Buffer) -> X25519PublicKey:
        """The public key of 32 bytes. Raises ValueError for another length."""
        return _native.from_public_bytes(data)


class X25519PrivateKey(RawPrivateKey):
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
    def exchange(self, peer_public_key: X25519PublicKey) -> bytes:
        """The secret of 32 bytes that is shared with the owner of ``peer_public_key``.

        Derive a key from it before it is used as one. Raises ValueError for a public key of small
        order.
        """


X25519PrivateKey.register(_native.X25519PrivateKey)
X25519PublicKey.register(_native.X25519PublicKey)
