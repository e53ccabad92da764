from typing import Any, Literal, TypeAlias, final

from ironlatch.hazmat.primitives import _serialization, hashes
from ironlatch.hazmat.primitives.asymmetric import utils
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

_ParameterSet: TypeAlias = Literal[
    "SLH-DSA-SHA2-128s",
    "SLH-DSA-SHA2-128f",
    "SLH-DSA-SHA2-192s",
    "SLH-DSA-SHA2-192f",
    "SLH-DSA-SHA2-256s",
    "SLH-DSA-SHA2-256f",
    "SLH-DSA-SHAKE-128s",
    "SLH-DSA-SHAKE-128f",
    "SLH-DSA-SHAKE-192s",
    "SLH-DSA-SHAKE-192f",
    "SLH-DSA-SHAKE-256s",
    "SLH-DSA-SHAKE-256f",
]

@final
class SLHDSAPrivateKey:
    """An SLH-DSA private key (FIPS 205), wiped from memory when the last reference to it goes.

    >>> from ironlatch.slh_dsa import SLHDSAPrivateKey
    >>> key = SLHDSAPrivateKey.generate("SLH-DSA-SHA2-128f")
    >>> signature = key.sign(b"a message")
    >>> key.public_key().verify(signature, b"a message")
    """
    @staticmethod
    def generate(parameters: _ParameterSet) -> SLHDSAPrivateKey:
        """A new private key. `parameters` is the standard's name of a parameter set, such as
        "SLH-DSA-SHA2-128s".

        Raises ValueError for another name.
        """
    @staticmethod
    def from_private_bytes(parameters: _ParameterSet, data: Buffer | SecretBytes) -> SLHDSAPrivateKey:
        """The private key that `data` encodes. Raises ValueError for another length, and if its
        parts do not match.
        """
    @property
    def parameters(self) -> _ParameterSet:
        """The standard's name of the parameter set."""
    def sign(self, data: Buffer, context: Buffer | None = None, *, deterministic: bool = False) -> bytes:
        """Signs `data` (FIPS 205 section 10.2.1). `context` says what the signature is for, in up
        to 255 bytes.

        Signing draws randomness unless `deterministic` is true: then the same data gives the
        same signature. Raises ValueError if the context is too long.
        """
    def sign_hash(
        self,
        data: Buffer,
        algorithm: hashes.HashAlgorithm | utils.Prehashed,
        context: Buffer | None = None,
        *,
        deterministic: bool = False,
    ) -> bytes:
        """Signs the hash of `data`: HashSLH-DSA (FIPS 205 section 10.2.2), which verify_hash
        verifies and verify does not.

        `algorithm` is a hash function, or Prehashed if `data` is the digest. Raises
        UnsupportedAlgorithm for a hash function that the standard does not allow, ValueError if
        the context is too long or the digest has a wrong length.
        """
    def public_key(self) -> SLHDSAPublicKey:
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
    def __copy__(self) -> SLHDSAPrivateKey: ...
    def __deepcopy__(self, memo: Any) -> SLHDSAPrivateKey: ...

@final
class SLHDSAPublicKey:
    """An SLH-DSA public key (FIPS 205).

    >>> from ironlatch.slh_dsa import SLHDSAPrivateKey, SLHDSAPublicKey
    >>> raw = SLHDSAPrivateKey.generate("SLH-DSA-SHA2-128f").public_key().public_bytes_raw()
    >>> SLHDSAPublicKey.from_public_bytes("SLH-DSA-SHA2-128f", raw).parameters
    'SLH-DSA-SHA2-128f'
    """
    @staticmethod
    def from_public_bytes(parameters: _ParameterSet, data: Buffer) -> SLHDSAPublicKey:
        """The public key that `data` encodes. Raises ValueError for another length."""
    @property
    def parameters(self) -> _ParameterSet:
        """The standard's name of the parameter set."""
    def verify(self, signature: Buffer, data: Buffer, context: Buffer | None = None) -> None:
        """Raises InvalidSignature unless `signature` is one of `data` by this key for the purpose
        that `context` says.
        """
    def verify_hash(
        self,
        signature: Buffer,
        data: Buffer,
        algorithm: hashes.HashAlgorithm | utils.Prehashed,
        context: Buffer | None = None,
    ) -> None:
        """Raises InvalidSignature unless `signature` is one of the hash of `data`, made by
        sign_hash.
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
    def __copy__(self) -> SLHDSAPublicKey: ...
    def __deepcopy__(self, memo: Any) -> SLHDSAPublicKey: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
