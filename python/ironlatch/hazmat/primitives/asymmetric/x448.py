"""X448 key agreement (RFC 7748).

ours = X448PrivateKey.generate()
key = HKDF(hashes.SHA256(), 32, None, b"what it is for").derive(ours.exchange(theirs))
"""

from __future__ import annotations

import abc

from ironlatch._native import x448 as _native
from ironlatch.hazmat.primitives.asymmetric._raw_keys import RawPrivateKey, RawPublicKey
from ironlatch.utils import Buffer

__all__ = ["X448PrivateKey", "X448PublicKey"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ironlatch.secrets import SecretBytes


class X448PublicKey(RawPublicKey):
    """An X448 public key of 56 bytes."""

    @classmethod
    def from_public_bytes(cls, data: Buffer) -> X448PublicKey:
        """The public key of 56 bytes. Raises ValueError for another length."""
        return _native.from_public_bytes(data)


class X448PrivateKey(RawPrivateKey):
    """An X448 private key of 56 bytes."""

    @classmethod
    def generate(cls) -> X448PrivateKey:
        """A new private key."""
        return _native.generate_key()

    @classmethod
    def from_private_bytes(cls, data: Buffer | SecretBytes) -> X448PrivateKey:
        """The private key of 56 bytes. Raises ValueError for another length."""
        return _native.from_private_bytes(data)

    @abc.abstractmethod
    def public_key(self) -> X448PublicKey:
        """The public key that belongs to it."""

    @abc.abstractmethod
    def exchange(self, peer_public_key: X448PublicKey) -> bytes:
        """The secret of 56 bytes that is shared with the owner of ``peer_public_key``.

        Derive a key from it before it is used as one. Raises ValueError for a public key of small
        order.
        """


X448PrivateKey.register(_native.X448PrivateKey)
X448PublicKey.register(_native.X448PublicKey)
