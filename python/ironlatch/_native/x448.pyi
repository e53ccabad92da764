from typing import Any, final

from ironlatch.hazmat.primitives import _serialization
from ironlatch.hazmat.primitives.asymmetric import x448
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class X448PrivateKey(x448.X448PrivateKey):
    """An X448 private key of 56 bytes, wiped from memory when the last reference to it goes."""
    def exchange(self, peer_public_key: x448.X448PublicKey) -> bytes:
        """The secret of 56 bytes that is shared with the owner of `peer_public_key` (RFC 7748
        section 6.2). Derive a key from it before it is used as one. Raises ValueError for a
        public key of small order.
        """
    def public_key(self) -> X448PublicKey:
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
    def __copy__(self) -> X448PrivateKey: ...
    def __deepcopy__(self, memo: Any) -> X448PrivateKey: ...

@final
class X448PublicKey(x448.X448PublicKey):
    """An X448 public key of 56 bytes."""
    def public_bytes(self, encoding: _serialization.Encoding, format: _serialization.PublicFormat) -> bytes:
        """The key as bytes: `encoding` PEM or DER with `format` SubjectPublicKeyInfo. Some
        types have more: RSA PKCS1, EC points with X962, plain strings of bytes Raw with
        Raw, and OpenSSH with OpenSSH where there are such keys.

        Raises TypeError or ValueError if the two do not go together. OpenSSH has dropped
        DSA, so its format is deprecated for DSA keys, with a warning.
        """
    def public_bytes_raw(self) -> bytes:
        """The key's bytes and nothing else."""
    def __copy__(self) -> X448PublicKey: ...
    def __deepcopy__(self, memo: Any) -> X448PublicKey: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def generate_key() -> X448PrivateKey:
    """A new private key."""

def from_private_bytes(data: Buffer | SecretBytes) -> X448PrivateKey:
    """The private key of 56 bytes. Raises ValueError for another length."""

def from_public_bytes(data: Buffer) -> X448PublicKey:
    """The public key of 56 bytes. Raises ValueError for another length."""
