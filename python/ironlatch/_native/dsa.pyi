from typing import Any, final

from ironlatch.hazmat.primitives import _serialization, hashes
from ironlatch.hazmat.primitives.asymmetric import dsa
from ironlatch.hazmat.primitives.asymmetric import utils as asym_utils
from ironlatch.utils import Buffer

@final
class DSAParameters(dsa.DSAParameters):
    """The group that DSA keys are made in."""
    def generate_private_key(self) -> DSAPrivateKey:
        """A new key in this group."""
    def parameter_numbers(self) -> dsa.DSAParameterNumbers:
        """The numbers of the group."""

@final
class DSAPrivateKey(dsa.DSAPrivateKey):
    """A DSA private key, wiped from memory when the last reference to it goes."""
    @property
    def key_size(self) -> int:
        """The length of p in bits."""
    def public_key(self) -> DSAPublicKey:
        """The public key that belongs to it."""
    def parameters(self) -> DSAParameters:
        """The group that the key is in."""
    def sign(self, data: Buffer, algorithm: asym_utils.Prehashed | hashes.HashAlgorithm) -> bytes:
        """Signs `data` (FIPS 186-4 section 4.6). The signature is DER of two numbers.

        `algorithm` is a hash function, or Prehashed if `data` is the digest. Raises ValueError
        if the digest has a wrong length, or the numbers of the key do not belong together.
        """
    def private_numbers(self) -> dsa.DSAPrivateNumbers:
        """The numbers that the key is made of, as Python integers, which cannot be wiped."""
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
    def __copy__(self) -> DSAPrivateKey: ...
    def __deepcopy__(self, memo: Any) -> DSAPrivateKey: ...

@final
class DSAPublicKey(dsa.DSAPublicKey):
    """A DSA public key."""
    @property
    def key_size(self) -> int:
        """The length of p in bits."""
    def parameters(self) -> DSAParameters:
        """The group that the key is in."""
    def verify(self, signature: Buffer, data: Buffer, algorithm: asym_utils.Prehashed | hashes.HashAlgorithm) -> None:
        """Raises InvalidSignature unless `signature` is one of `data` by this key. `algorithm` is
        as for DSAPrivateKey.sign.
        """
    def public_numbers(self) -> dsa.DSAPublicNumbers:
        """The numbers that the key is made of."""
    def public_bytes(self, encoding: _serialization.Encoding, format: _serialization.PublicFormat) -> bytes:
        """The key as bytes: `encoding` PEM or DER with `format` SubjectPublicKeyInfo. Some
        types have more: RSA PKCS1, EC points with X962, plain strings of bytes Raw with
        Raw, and OpenSSH with OpenSSH where there are such keys.

        Raises TypeError or ValueError if the two do not go together. OpenSSH has dropped
        DSA, so its format is deprecated for DSA keys, with a warning.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> DSAPublicKey: ...
    def __deepcopy__(self, memo: Any) -> DSAPublicKey: ...

def generate_parameters(key_size: int) -> DSAParameters:
    """A new group, made without the GIL."""

def parameters_from_numbers(p: int, q: int, g: int) -> DSAParameters:
    """The group of these numbers."""

def public_key_from_numbers(p: int, q: int, g: int, y: int) -> DSAPublicKey:
    """The public key of these numbers."""

def private_key_from_numbers(p: int, q: int, g: int, y: int, x: int) -> DSAPrivateKey:
    """The private key of these numbers."""
