from typing import Any, final

from ironlatch.hazmat.primitives import _serialization
from ironlatch.hazmat.primitives.asymmetric import mlkem
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class MLKEM512PrivateKey(mlkem.MLKEM512PrivateKey):
    """An ML-KEM-512 private key, wiped from memory when the last reference to it goes."""
    def decapsulate(self, ciphertext: Buffer) -> bytes:
        """The shared secret of 32 bytes that `ciphertext` carries. Raises ValueError for
        another length than the parameter set's; a ciphertext that was changed gives a
        secret that nobody else has.
        """
    def public_key(self) -> MLKEM512PublicKey:
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
    def __copy__(self) -> MLKEM512PrivateKey: ...
    def __deepcopy__(self, memo: Any) -> MLKEM512PrivateKey: ...

@final
class MLKEM512PublicKey(mlkem.MLKEM512PublicKey):
    """An ML-KEM-512 public key."""
    def encapsulate(self) -> tuple[bytes, bytes]:
        """A new shared secret of 32 bytes, and the ciphertext that carries it to the owner
        of the private key.
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
    def __copy__(self) -> MLKEM512PublicKey: ...
    def __deepcopy__(self, memo: Any) -> MLKEM512PublicKey: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def generate_512() -> MLKEM512PrivateKey:
    """A new private key."""

def from_seed_bytes_512(data: Buffer | SecretBytes) -> MLKEM512PrivateKey:
    """The private key made from a seed of 64 bytes. Raises ValueError for another length."""

def from_public_bytes_512(data: Buffer) -> MLKEM512PublicKey:
    """The public key in its encoded form. Raises ValueError for another length and for what is
    no key.
    """

@final
class MLKEM768PrivateKey(mlkem.MLKEM768PrivateKey):
    """An ML-KEM-768 private key, wiped from memory when the last reference to it goes."""
    def decapsulate(self, ciphertext: Buffer) -> bytes:
        """The shared secret of 32 bytes that `ciphertext` carries. Raises ValueError for
        another length than the parameter set's; a ciphertext that was changed gives a
        secret that nobody else has.
        """
    def public_key(self) -> MLKEM768PublicKey:
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
    def __copy__(self) -> MLKEM768PrivateKey: ...
    def __deepcopy__(self, memo: Any) -> MLKEM768PrivateKey: ...

@final
class MLKEM768PublicKey(mlkem.MLKEM768PublicKey):
    """An ML-KEM-768 public key."""
    def encapsulate(self) -> tuple[bytes, bytes]:
        """A new shared secret of 32 bytes, and the ciphertext that carries it to the owner
        of the private key.
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
    def __copy__(self) -> MLKEM768PublicKey: ...
    def __deepcopy__(self, memo: Any) -> MLKEM768PublicKey: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def generate_768() -> MLKEM768PrivateKey:
    """A new private key."""

def from_seed_bytes_768(data: Buffer | SecretBytes) -> MLKEM768PrivateKey:
    """The private key made from a seed of 64 bytes. Raises ValueError for another length."""

def from_public_bytes_768(data: Buffer) -> MLKEM768PublicKey:
    """The public key in its encoded form. Raises ValueError for another length and for what is
    no key.
    """

@final
class MLKEM1024PrivateKey(mlkem.MLKEM1024PrivateKey):
    """An ML-KEM-1024 private key, wiped from memory when the last reference to it goes."""
    def decapsulate(self, ciphertext: Buffer) -> bytes:
        """The shared secret of 32 bytes that `ciphertext` carries. Raises ValueError for
        another length than the parameter set's; a ciphertext that was changed gives a
        secret that nobody else has.
        """
    def public_key(self) -> MLKEM1024PublicKey:
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
    def __copy__(self) -> MLKEM1024PrivateKey: ...
    def __deepcopy__(self, memo: Any) -> MLKEM1024PrivateKey: ...

@final
class MLKEM1024PublicKey(mlkem.MLKEM1024PublicKey):
    """An ML-KEM-1024 public key."""
    def encapsulate(self) -> tuple[bytes, bytes]:
        """A new shared secret of 32 bytes, and the ciphertext that carries it to the owner
        of the private key.
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
    def __copy__(self) -> MLKEM1024PublicKey: ...
    def __deepcopy__(self, memo: Any) -> MLKEM1024PublicKey: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def generate_1024() -> MLKEM1024PrivateKey:
    """A new private key."""

def from_seed_bytes_1024(data: Buffer | SecretBytes) -> MLKEM1024PrivateKey:
    """The private key made from a seed of 64 bytes. Raises ValueError for another length."""

def from_public_bytes_1024(data: Buffer) -> MLKEM1024PublicKey:
    """The public key in its encoded form. Raises ValueError for another length and for what is
    no key.
    """
