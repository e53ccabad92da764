from typing import Any, final

from ironlatch.hazmat.primitives import _serialization
from ironlatch.hazmat.primitives.asymmetric import ed448
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class Ed448PrivateKey(ed448.Ed448PrivateKey):
    """An Ed448 private key of 57 bytes, wiped from memory when the last reference to it goes."""
    def sign(self, data: Buffer) -> bytes:
        """The signature of `data`, 114 bytes (RFC 8032 section 5.2.6). The same data gives the
        same signature.
        """
    def public_key(self) -> Ed448PublicKey:
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
    def __copy__(self) -> Ed448PrivateKey: ...
    def __deepcopy__(self, memo: Any) -> Ed448PrivateKey: ...

@final
class Ed448PublicKey(ed448.Ed448PublicKey):
    """An Ed448 public key of 57 bytes."""
    def verify(self, signature: Buffer, data: Buffer) -> None:
        """Raises InvalidSignature unless `signature` is one of `data` by this key (RFC 8032
        section 5.2.7).
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
    def __copy__(self) -> Ed448PublicKey: ...
    def __deepcopy__(self, memo: Any) -> Ed448PublicKey: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def generate_key() -> Ed448PrivateKey:
    """A new private key."""

def from_private_bytes(data: Buffer | SecretBytes) -> Ed448PrivateKey:
    """The private key of 57 bytes. Raises ValueError for another length."""

def from_public_bytes(data: Buffer) -> Ed448PublicKey:
    """The public key of 57 bytes. Raises ValueError for another length."""
