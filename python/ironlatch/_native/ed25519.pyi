from typing import Any, final

from ironlatch.hazmat.primitives import _serialization
from ironlatch.hazmat.primitives.asymmetric import ed25519
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class Ed25519PrivateKey(ed25519.Ed25519PrivateKey):
    """An Ed25519 private key of 32 bytes, wiped from memory when the last reference to it goes."""
    def sign(self, data: Buffer) -> bytes:
        """The signature of `data`, 64 bytes (RFC 8032 section 5.1.6). The same data gives the same
        signature.
        """
    def public_key(self) -> Ed25519PublicKey:
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
    def __copy__(self) -> Ed25519PrivateKey: ...
    def __deepcopy__(self, memo: Any) -> Ed25519PrivateKey: ...

@final
class Ed25519PublicKey(ed25519.Ed25519PublicKey):
    """An Ed25519 public key of 32 bytes."""
    def verify(self, signature: Buffer, data: Buffer) -> None:
        """Raises InvalidSignature unless `signature` is one of `data` by this key (RFC 8032
        section 5.1.7).
        """
    def public_bytes(self, encoding: _serialization.Encoding, format: _serialization.PublicFormat) -> bytes:
        """The key as bytes: `encoding` PEM or DER with `format` SubjectPublicKeyInfo. Some
        types have more: RSA PKCS1, EC points with X962, plain strings of bytes Raw with
        Raw, and OpenSSH with OpenSSH where there are such keys.

        Raises TypeError or ValueError if the two do not go together. OpenSSH has dropped
        DSA, so its format is deprecated for DSA keys, with a warning.
        """
    def public_bytes_raw(self) -> bytes:
        """The key's bytes and nothing else."""
    def __copy__(self) -> Ed25519PublicKey: ...
    def __deepcopy__(self, memo: Any) -> Ed25519PublicKey: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def generate_key() -> Ed25519PrivateKey:
    """A new private key."""

def from_private_bytes(data: Buffer | SecretBytes) -> Ed25519PrivateKey:
    """The private key of 32 bytes. Raises ValueError for another length."""

def from_public_bytes(data: Buffer) -> Ed25519PublicKey:
    """The public key of 32 bytes. Raises ValueError for another length."""
