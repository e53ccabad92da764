from typing import Any, final

from ironlatch.hazmat.primitives import _serialization
from ironlatch.hazmat.primitives.asymmetric import ec
from ironlatch.utils import Buffer

@final
class EllipticCurvePrivateKey(ec.EllipticCurvePrivateKey):
    """A private key of an elliptic curve, wiped from memory when the last reference to it goes.

    generate_private_key and derive_private_key make one, the readers in the serialization
    module read one.
    """
    @property
    def curve(self) -> ec.EllipticCurve:
        """The curve."""
    @property
    def key_size(self) -> int:
        """The length of the curve's prime in bits."""
    def public_key(self) -> EllipticCurvePublicKey:
        """The public key that belongs to it."""
    def sign(self, data: Buffer, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """Signs `data` (FIPS 186-5 section 6). The signature is DER of two numbers.

        `signature_algorithm` is an ECDSA. Raises ValueError if the data are Prehashed and have
        not the digest's length, and UnsupportedAlgorithm for other algorithms.
        """
    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> bytes:
        """The secret that this key and a peer's public key lead to (SEC 1 section 3.3.1), as long
        as the curve's prime.

        `algorithm` is an ECDH. Derive keys from the secret with a KDF. Raises ValueError if the
        keys are of different curves.
        """
    def private_numbers(self) -> ec.EllipticCurvePrivateNumbers:
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
    def __copy__(self) -> EllipticCurvePrivateKey: ...
    def __deepcopy__(self, memo: Any) -> EllipticCurvePrivateKey: ...

@final
class EllipticCurvePublicKey(ec.EllipticCurvePublicKey):
    """A public key of an elliptic curve."""
    @property
    def curve(self) -> ec.EllipticCurve:
        """The curve."""
    @property
    def key_size(self) -> int:
        """The length of the curve's prime in bits."""
    def verify(
        self,
        signature: Buffer,
        data: Buffer,
        signature_algorithm: ec.EllipticCurveSignatureAlgorithm,
    ) -> None:
        """Raises InvalidSignature unless `signature` is one of `data` by this key.
        `signature_algorithm` is an ECDSA.
        """
    def public_numbers(self) -> ec.EllipticCurvePublicNumbers:
        """The numbers that the key is made of: the point's coordinates."""
    def public_bytes(self, encoding: _serialization.Encoding, format: _serialization.PublicFormat) -> bytes:
        """The key as bytes: `encoding` PEM or DER with `format` SubjectPublicKeyInfo. Some
        types have more: RSA PKCS1, EC points with X962, plain strings of bytes Raw with
        Raw, and OpenSSH with OpenSSH where there are such keys.

        Raises TypeError or ValueError if the two do not go together. OpenSSH has dropped
        DSA, so its format is deprecated for DSA keys, with a warning.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> EllipticCurvePublicKey: ...
    def __deepcopy__(self, memo: Any) -> EllipticCurvePublicKey: ...

def generate_private_key(curve: ec.EllipticCurve, backend: Any = None) -> EllipticCurvePrivateKey:
    """A new random key on `curve`, made without the GIL.

    Raises UnsupportedAlgorithm for curves that are not known.
    """

def derive_private_key(private_value: int, curve: ec.EllipticCurve, backend: Any = None) -> EllipticCurvePrivateKey:
    """The key on `curve` whose private number is `private_value`.

    Raises ValueError if it is not positive or not below the curve's order.
    """

def private_key_from_numbers(private_value: int, x: int, y: int, curve: ec.EllipticCurve) -> EllipticCurvePrivateKey:
    """The private key of these numbers."""

def public_key_from_numbers(x: int, y: int, curve: ec.EllipticCurve) -> EllipticCurvePublicKey:
    """The public key of these numbers."""

def public_key_from_point(curve: ec.EllipticCurve, data: Buffer) -> EllipticCurvePublicKey:
    """The public key whose point has this encoding (SEC 1 section 2.3.4), compressed or uncompressed.

    Raises ValueError if it is neither, or the point is not on the curve.
    """

def curve_supported(curve: object) -> bool:
    """Whether keys can be made on this curve."""
