"""Ed448 signatures (RFC 8032).

key = Ed448PrivateKey.generate()
key.public_key().verify(key.sign(data), data)
"""

from __future__ import annotations

import abc

from ironlatch._native import ed448 as _native
from ironlatch.hazmat.primitives.asymmetric._raw_keys import RawPrivateKey, RawPublicKey
from ironlatch.utils import Buffer

__all__ = ["Ed448PrivateKey", "Ed448PublicKey"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ironlatch.secrets import SecretBytes


class Ed448PublicKey(RawPublicKey):
    """An Ed448 public key of 57 bytes."""

    @classmethod
    def from_public_bytes(cls, data: Buffer) -> Ed448PublicKey:
        """The public key of 57 bytes. Raises ValueError for another length."""
        return _native.from_public_bytes(data)

    @abc.abstractmethod
    def verify(self, signature: Buffer, data: Buffer) -> None:
        """Raises InvalidSignature unless ``signature`` is one of ``data`` by this key."""


class Ed448PrivateKey(RawPrivateKey):
    """An Ed448 private key of 57 bytes."""

    @classmethod
    def generate(cls) -> Ed448PrivateKey:
        """A new private key."""
        return _native.generate_key()

    @classmethod
    def from_private_bytes(cls, data: Buffer | SecretBytes) -> Ed448PrivateKey:
        """The private key of 57 bytes. Raises ValueError for another length."""
        return _native.from_private_bytes(data)

    @abc.abstractmethod
    def public_key(self) -> Ed448PublicKey:
        """The public key that belongs to it."""

    @abc.abstractmethod
    def sign(self, data: Buffer) -> bytes:
        """Returns the signature of ``data``, 114 bytes. The same data gives the same signature.
        Raises TypeError if ``data`` is not bytes-like.
        """


Ed448PrivateKey.register(_native.Ed448PrivateKey)
Ed448PublicKey.register(_native.Ed448PublicKey)
