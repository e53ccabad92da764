from typing import Any, final

from ironlatch.hazmat.primitives import _serialization, hashes
from ironlatch.hazmat.primitives._asymmetric import AsymmetricPadding
from ironlatch.hazmat.primitives.asymmetric import rsa
from ironlatch.hazmat.primitives.asymmetric import utils as asym_utils
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class RSAPrivateKey(rsa.RSAPrivateKey):
    """An RSA private key, wiped from memory when the last reference to it goes.

    generate_private_key makes one, the readers in the serialization module read one.
    """
    @property
    def key_size(self) -> int:
        """The length of the modulus in bits."""
    def public_key(self) -> RSAPublicKey:
        """The public key that belongs to it."""
    def sign(
        self,
        data: Buffer,
        padding: AsymmetricPadding,
        algorithm: asym_utils.Prehashed | hashes.HashAlgorithm | asym_utils.NoDigestInfo,
    ) -> bytes:
        """Signs `data` (RFC 8017 sections 8.1 and 8.2). The signature is as long as the modulus.

        `padding` is PSS or PKCS1v15. `algorithm` is a hash function, or Prehashed if `data` is
        the digest, or, with PKCS1v15, NoDigestInfo if `data` is to be padded as it is.

        Raises ValueError if the key is too small for the digest and the salt, or if the digest
        has a wrong length; UnsupportedAlgorithm for other paddings and for hash functions that
        RSA is not used with.
        """
    def decrypt(self, ciphertext: Buffer, padding: AsymmetricPadding) -> bytes:
        """Decrypts `ciphertext`, which is as long as the modulus (RFC 8017 sections 7.1 and 7.2).

        `padding` is OAEP or PKCS1v15. Raises ValueError if the ciphertext has another length
        or, with OAEP, was not made for this key and label. With PKCS1v15 a wrong padding gives
        random-looking bytes instead, always the same for the same ciphertext (implicit
        rejection): an error would let others use the key.
        """
    def private_numbers(self) -> rsa.RSAPrivateNumbers:
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
    def __copy__(self) -> RSAPrivateKey: ...
    def __deepcopy__(self, memo: Any) -> RSAPrivateKey: ...

@final
class RSAPublicKey(rsa.RSAPublicKey):
    """An RSA public key."""
    @property
    def key_size(self) -> int:
        """The length of the modulus in bits."""
    def verify(
        self,
        signature: Buffer,
        data: Buffer,
        padding: AsymmetricPadding,
        algorithm: asym_utils.Prehashed | hashes.HashAlgorithm | asym_utils.NoDigestInfo,
    ) -> None:
        """Raises InvalidSignature unless `signature` is one of `data` by this key. `padding` and
        `algorithm` are as for RSAPrivateKey.sign; PSS.AUTO takes a salt of any length.
        """
    def encrypt(self, plaintext: Buffer | SecretBytes, padding: AsymmetricPadding) -> bytes:
        """Encrypts `plaintext` with OAEP or PKCS1v15. The ciphertext is as long as the modulus.

        Raises ValueError if the plaintext is too long: OAEP takes `key_size / 8 - 2 *
        digest_size - 2` bytes, PKCS1v15 `key_size / 8 - 11`.
        """
    def recover_data_from_signature(
        self,
        signature: Buffer,
        padding: AsymmetricPadding,
        algorithm: hashes.HashAlgorithm | asym_utils.NoDigestInfo | None,
    ) -> bytes:
        """Returns the content of a PKCS1v15 signature: the digest that `algorithm` made, or with
        None or NoDigestInfo all of it.

        Raises InvalidSignature if the signature is malformed or was made with another hash
        function.
        """
    def public_numbers(self) -> rsa.RSAPublicNumbers:
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
    def __copy__(self) -> RSAPublicKey: ...
    def __deepcopy__(self, memo: Any) -> RSAPublicKey: ...

def generate_private_key(public_exponent: int, key_size: int) -> RSAPrivateKey:
    """A new key, made without the GIL."""

def private_key_from_numbers(
    n: int,
    e: int,
    d: int,
    p: int,
    q: int,
    dmp1: int,
    dmq1: int,
    iqmp: int,
    skip_checks: bool,
) -> RSAPrivateKey:
    """The private key of these numbers."""

def public_key_from_numbers(n: int, e: int) -> RSAPublicKey:
    """The public key of these numbers."""

def padding_supported(padding: AsymmetricPadding) -> bool:
    """Whether keys sign or encrypt with this padding."""

def crt_coefficient(q: int, p: int) -> int:
    """The inverse of `q` modulo `p`. Raises ValueError if there is none, or a number is less than 2."""

def crt_exponent(d: int, p: int) -> int:
    """`d` modulo `p - 1`. Raises ValueError if a number is less than 2."""

def private_exponent(e: int, p: int, q: int) -> int:
    """The smallest private exponent for `e` and the primes. Raises ValueError if there is none, or a
    number is less than 2.
    """

def prime_factors(n: int, e: int, d: int) -> tuple[int, int]:
    """The primes of `n`, the greater one first. Raises ValueError if the numbers do not belong
    together, or one is less than 2.
    """
