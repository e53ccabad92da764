from typing import Any, final

from ironlatch.hazmat.primitives import _serialization
from ironlatch.hazmat.primitives.asymmetric import mldsa
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class MLDSA44PrivateKey(mldsa.MLDSA44PrivateKey):
    """An ML-DSA-44 private key, wiped from memory when the last reference to it goes."""
    def sign(self, data: Buffer, context: Buffer | None = None) -> bytes:
        """Signs `data` (FIPS 204 section 5.2). The same data gives another signature each
        time.

        `context` says what the signature is for. Raises ValueError if it is longer than
        255 bytes.
        """
    def sign_mu(self, mu: Buffer) -> bytes:
        """Signs a message by its representative, which MLDSAMuHasher makes. Raises
        ValueError unless `mu` has 64 bytes.
        """
    def public_key(self) -> MLDSA44PublicKey:
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
    def __copy__(self) -> MLDSA44PrivateKey: ...
    def __deepcopy__(self, memo: Any) -> MLDSA44PrivateKey: ...

@final
class MLDSA44PublicKey(mldsa.MLDSA44PublicKey):
    """An ML-DSA-44 public key."""
    def verify(self, signature: Buffer, data: Buffer, context: Buffer | None = None) -> None:
        """Raises InvalidSignature unless `signature` is one of `data` by this key for the
        purpose that `context` says, and ValueError if `context` is longer than 255
        bytes.
        """
    def verify_mu(self, signature: Buffer, mu: Buffer) -> None:
        """Raises InvalidSignature unless `signature` is one of the message with the
        representative `mu`, and ValueError unless `mu` has 64 bytes.
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
    def __copy__(self) -> MLDSA44PublicKey: ...
    def __deepcopy__(self, memo: Any) -> MLDSA44PublicKey: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def generate_44() -> MLDSA44PrivateKey:
    """A new private key."""

def from_seed_bytes_44(data: Buffer | SecretBytes) -> MLDSA44PrivateKey:
    """The private key made from a seed of 32 bytes. Raises ValueError for another length."""

def from_public_bytes_44(data: Buffer) -> MLDSA44PublicKey:
    """The public key in its encoded form. Raises ValueError for another length."""

@final
class MLDSA65PrivateKey(mldsa.MLDSA65PrivateKey):
    """An ML-DSA-65 private key, wiped from memory when the last reference to it goes."""
    def sign(self, data: Buffer, context: Buffer | None = None) -> bytes:
        """Signs `data` (FIPS 204 section 5.2). The same data gives another signature each
        time.

        `context` says what the signature is for. Raises ValueError if it is longer than
        255 bytes.
        """
    def sign_mu(self, mu: Buffer) -> bytes:
        """Signs a message by its representative, which MLDSAMuHasher makes. Raises
        ValueError unless `mu` has 64 bytes.
        """
    def public_key(self) -> MLDSA65PublicKey:
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
    def __copy__(self) -> MLDSA65PrivateKey: ...
    def __deepcopy__(self, memo: Any) -> MLDSA65PrivateKey: ...

@final
class MLDSA65PublicKey(mldsa.MLDSA65PublicKey):
    """An ML-DSA-65 public key."""
    def verify(self, signature: Buffer, data: Buffer, context: Buffer | None = None) -> None:
        """Raises InvalidSignature unless `signature` is one of `data` by this key for the
        purpose that `context` says, and ValueError if `context` is longer than 255
        bytes.
        """
    def verify_mu(self, signature: Buffer, mu: Buffer) -> None:
        """Raises InvalidSignature unless `signature` is one of the message with the
        representative `mu`, and ValueError unless `mu` has 64 bytes.
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
    def __copy__(self) -> MLDSA65PublicKey: ...
    def __deepcopy__(self, memo: Any) -> MLDSA65PublicKey: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def generate_65() -> MLDSA65PrivateKey:
    """A new private key."""

def from_seed_bytes_65(data: Buffer | SecretBytes) -> MLDSA65PrivateKey:
    """The private key made from a seed of 32 bytes. Raises ValueError for another length."""

def from_public_bytes_65(data: Buffer) -> MLDSA65PublicKey:
    """The public key in its encoded form. Raises ValueError for another length."""

@final
class MLDSA87PrivateKey(mldsa.MLDSA87PrivateKey):
    """An ML-DSA-87 private key, wiped from memory when the last reference to it goes."""
    def sign(self, data: Buffer, context: Buffer | None = None) -> bytes:
        """Signs `data` (FIPS 204 section 5.2). The same data gives another signature each
        time.

        `context` says what the signature is for. Raises ValueError if it is longer than
        255 bytes.
        """
    def sign_mu(self, mu: Buffer) -> bytes:
        """Signs a message by its representative, which MLDSAMuHasher makes. Raises
        ValueError unless `mu` has 64 bytes.
        """
    def public_key(self) -> MLDSA87PublicKey:
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
    def __copy__(self) -> MLDSA87PrivateKey: ...
    def __deepcopy__(self, memo: Any) -> MLDSA87PrivateKey: ...

@final
class MLDSA87PublicKey(mldsa.MLDSA87PublicKey):
    """An ML-DSA-87 public key."""
    def verify(self, signature: Buffer, data: Buffer, context: Buffer | None = None) -> None:
        """Raises InvalidSignature unless `signature` is one of `data` by this key for the
        purpose that `context` says, and ValueError if `context` is longer than 255
        bytes.
        """
    def verify_mu(self, signature: Buffer, mu: Buffer) -> None:
        """Raises InvalidSignature unless `signature` is one of the message with the
        representative `mu`, and ValueError unless `mu` has 64 bytes.
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
    def __copy__(self) -> MLDSA87PublicKey: ...
    def __deepcopy__(self, memo: Any) -> MLDSA87PublicKey: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def generate_87() -> MLDSA87PrivateKey:
    """A new private key."""

def from_seed_bytes_87(data: Buffer | SecretBytes) -> MLDSA87PrivateKey:
    """The private key made from a seed of 32 bytes. Raises ValueError for another length."""

def from_public_bytes_87(data: Buffer) -> MLDSA87PublicKey:
    """The public key in its encoded form. Raises ValueError for another length."""

@final
class MLDSAMuHasher:
    """Makes the representative of a message, for sign_mu and verify_mu, piece by piece (FIPS 204
    section 6.2).

    `public_key` is the signer's. Raises ValueError if `context` is longer than 255 bytes.
    """
    def __new__(
        cls,
        public_key: mldsa.MLDSA44PublicKey | mldsa.MLDSA65PublicKey | mldsa.MLDSA87PublicKey,
        context: Buffer | None = None,
    ) -> MLDSAMuHasher: ...
    def update(self, data: Buffer) -> None:
        """Takes `data` in. Raises AlreadyFinalized after finalize."""
    def copy(self) -> MLDSAMuHasher:
        """An independent hasher in the same state. Raises AlreadyFinalized after finalize."""
    def finalize(self) -> bytes:
        """The representative of all that came in, 64 bytes. Raises AlreadyFinalized the second time."""
