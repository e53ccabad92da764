from typing import Any, final

from ironlatch.hazmat.primitives import _serialization
from ironlatch.hazmat.primitives.asymmetric import _dh as dh

@final
class DHParameters(dh.DHParameters):
    """The group that both sides of an exchange have in common."""
    def generate_private_key(self) -> DHPrivateKey:
        """A new key in this group."""
    def parameter_numbers(self) -> dh.DHParameterNumbers:
        """The numbers of the group."""
    def parameter_bytes(self, encoding: _serialization.Encoding, format: _serialization.ParameterFormat) -> bytes:
        """The group as bytes, PEM or DER: as X9.42 has it if q is known, as PKCS3 otherwise.

        Raises TypeError for other encodings.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class DHPrivateKey(dh.DHPrivateKey):
    """A Diffie-Hellman private key, wiped from memory when the last reference to it goes."""
    @property
    def key_size(self) -> int:
        """The length of p in bits."""
    def public_key(self) -> DHPublicKey:
        """The public key that belongs to it."""
    def parameters(self) -> DHParameters:
        """The group that the key is in."""
    def exchange(self, peer_public_key: dh.DHPublicKey) -> bytes:
        """The secret that this key shares with the owner of `peer_public_key`, as long as p.
        Derive keys from it.

        Raises ValueError if the keys are of different groups, or the peer's number is not an
        element of the group.
        """
    def private_numbers(self) -> dh.DHPrivateNumbers:
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
    def __copy__(self) -> DHPrivateKey: ...
    def __deepcopy__(self, memo: Any) -> DHPrivateKey: ...

@final
class DHPublicKey(dh.DHPublicKey):
    """A Diffie-Hellman public key."""
    @property
    def key_size(self) -> int:
        """The length of p in bits."""
    def parameters(self) -> DHParameters:
        """The group that the key is in."""
    def public_numbers(self) -> dh.DHPublicNumbers:
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
    def __copy__(self) -> DHPublicKey: ...
    def __deepcopy__(self, memo: Any) -> DHPublicKey: ...

def generate_parameters(generator: int, key_size: int) -> DHParameters:
    """A new group, made without the GIL."""

def check_sizes(p: int, g: int) -> None:
    """Raises ValueError for a p and a g that no group has by their size alone."""

def parameters_from_numbers(p: int, g: int, q: int | None) -> DHParameters:
    """The group of these numbers."""

def public_key_from_numbers(p: int, g: int, q: int | None, y: int) -> DHPublicKey:
    """The public key of these numbers."""

def private_key_from_numbers(p: int, g: int, q: int | None, y: int, x: int) -> DHPrivateKey:
    """The private key of these numbers."""
