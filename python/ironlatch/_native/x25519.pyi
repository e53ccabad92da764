from typing import Any, final

from ironlatch.hazmat.primitives import _serialization
from ironlatch.hazmat.primitives.asymmetric import x25519
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class X25519PrivateKey(x25519.X25519PrivateKey):
    """An X25519 private key of 32 bytes, wiped from memory when the last reference to it goes."""
    def exchange(self, peer_public_key: x25519.X25519PublicKey) -> bytes:
        """The secret of 32 bytes that is shared with the owner of `peer_public_key` (RFC 7748
        section 6.1). Derive a key from it before it is used as one. Raises ValueError for a
        public key of small order.
        """
    def public_key(self) -> X25519PublicKey:
        """The public key that belongs to it."""
    def private_bytes(
        self,
        encoding: _serialization.Encoding,
        format: _serialization.PrivateFormat,
        encryption_algorithm: _serialization.KeySerializationEncryption,
    ) -> bytes:
        """The key as bytes: `encoding` PEM or DER with `format` PKCS8, or with
        TraditionalOpenSSL for RSA, DSA and EC keys, encrypted as `encryption_algorithm`
        says. Keys that are a plain string of bytes have Raw with Raw and NoEncryption too.

        Raises TypeError or ValueError if the three do not go together.
        """
    def private_bytes_raw(self) -> bytes:
        """The key's bytes and nothing else."""
    def __copy__(self) -> X25519PrivateKey: ...
    def __deepcopy__(self, memo: Any) -> X25519PrivateKey: ...

@final
class X25519PublicKey(x25519.X25519PublicKey):
    """An X25519 public key of 32 bytes."""
    def public_bytes(self, encoding: _serialization.Encoding, format: _serialization.PublicFormat) -> bytes:
        """The key as bytes: `encoding` PEM or DER with `format` SubjectPublicKeyInfo. Some
        types have more: RSA PKCS1, EC points with X962, plain strings of bytes Raw with
        Raw, and OpenSSH with OpenSSH where there are such keys.

        Raises TypeError or ValueError if the two do not go together. OpenSSH has dropped
        DSA, so its format is deprecated for DSA keys, with a warning.
        """
    def public_bytes_raw(self) -> bytes:
        """The key's bytes and nothing else."""
    def __copy__(self) -> X25519PublicKey: ...
    def __deepcopy__(self, memo: Any) -> X25519PublicKey: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def generate_key() -> X25519PrivateKey:
    """A new private key."""

def from_private_bytes(data: Buffer | SecretBytes) -> X25519PrivateKey:
    """The private key of 32 bytes. Raises ValueError for another length."""

def from_public_bytes(data: Buffer) -> X25519PublicKey:
    """The public key of 32 bytes. Raises ValueError for another length."""
