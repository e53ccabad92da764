"""Elliptic curves: ECDSA signatures and ECDH agreement (FIPS 186-5, SEC 1, RFC 5639).

key = ec.generate_private_key(ec.SECP256R1())
signature = key.sign(data, ec.ECDSA(hashes.SHA256()))
secret = key.exchange(ec.ECDH(), other_public_key)
"""

from __future__ import annotations

import abc

from ironlatch import utils
from ironlatch._native import ec as _native
from ironlatch.hazmat.bindings._rust import ObjectIdentifier
from ironlatch.hazmat.primitives import _serialization, hashes
from ironlatch.hazmat.primitives.asymmetric import utils as asym_utils
from ironlatch.hazmat.primitives.asymmetric._numbers import Numbers

__all__ = [
    "ECDH",
    "ECDSA",
    "SECP192R1",
    "SECP224R1",
    "SECP256K1",
    "SECP256R1",
    "SECP384R1",
    "SECP521R1",
    "BrainpoolP256R1",
    "BrainpoolP384R1",
    "BrainpoolP512R1",
    "EllipticCurve",
    "EllipticCurveOID",
    "EllipticCurvePrivateKey",
    "EllipticCurvePrivateKeyWithSerialization",
    "EllipticCurvePrivateNumbers",
    "EllipticCurvePublicKey",
    "EllipticCurvePublicKeyWithSerialization",
    "EllipticCurvePublicNumbers",
    "EllipticCurveSignatureAlgorithm",
    "derive_private_key",
    "generate_private_key",
    "get_curve_for_oid",
]


class EllipticCurveOID:
    """The names of the curves in key files (RFC 5480, RFC 5639)."""

    SECP192R1 = ObjectIdentifier("1.2.840.10045.3.1.1")
    SECP224R1 = ObjectIdentifier("1.3.132.0.33")
    SECP256K1 = ObjectIdentifier("1.3.132.0.10")
    SECP256R1 = ObjectIdentifier("1.2.840.10045.3.1.7")
    SECP384R1 = ObjectIdentifier("1.3.132.0.34")
    SECP521R1 = ObjectIdentifier("1.3.132.0.35")
    BRAINPOOLP256R1 = ObjectIdentifier("1.3.36.3.3.2.8.1.1.7")
    BRAINPOOLP384R1 = ObjectIdentifier("1.3.36.3.3.2.8.1.1.11")
    BRAINPOOLP512R1 = ObjectIdentifier("1.3.36.3.3.2.8.1.1.13")


class EllipticCurve(metaclass=abc.ABCMeta):
    """A curve. Keys are made on those of this module alone, which their ``name`` tells."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """The curve's name, such as ``secp256r1``."""

    @property
    @abc.abstractmethod
    def key_size(self) -> int:
        """The length of the curve's prime in bits."""

    @property
    @abc.abstractmethod
    def group_order(self) -> int:
        """The order of the curve's group: private values are below it."""


class EllipticCurveSignatureAlgorithm(metaclass=abc.ABCMeta):
    """A way to sign with such keys."""

    @property
    @abc.abstractmethod
    def algorithm(self) -> asym_utils.Prehashed | hashes.HashAlgorithm:
        """The hash function."""


class EllipticCurvePrivateKey(metaclass=abc.ABCMeta):
    """A private key of an elliptic curve."""

    @abc.abstractmethod
    def exchange(self, algorithm: ECDH, peer_public_key: EllipticCurvePublicKey) -> bytes:
        """Returns the secret shared with the owner of ``peer_public_key``, as long as the curve's
        prime. Derive keys from it with a KDF.

        Raises ValueError if the keys are of different curves, TypeError if ``peer_public_key`` is
        no such key, and UnsupportedAlgorithm if ``algorithm`` is not ECDH.
        """

    @abc.abstractmethod
    def public_key(self) -> EllipticCurvePublicKey:
        """The public key of this key."""

    @property
    @abc.abstractmethod
    def curve(self) -> EllipticCurve:
        """The curve."""

    @property
    @abc.abstractmethod
    def key_size(self) -> int:
        """The length of the curve's prime in bits."""

    @abc.abstractmethod
    def sign(self, data: bytes, signature_algorithm: EllipticCurveSignatureAlgorithm) -> bytes:
        """Returns the signature of ``data``: two numbers in DER, at most 9 bytes more than twice
        the curve's length.

        Raises TypeError for an argument of another type, UnsupportedAlgorithm for a hash function
        that is not here, and ValueError if the data of a ``Prehashed`` signature are not as long as
        the digest.
        """

    @abc.abstractmethod
    def private_numbers(self) -> EllipticCurvePrivateNumbers:
        """The numbers of this key. They are Python ints, which cannot be wiped."""

    @abc.abstractmethod
    def private_bytes(
        self,
        encoding: _serialization.Encoding,
        format: _serialization.PrivateFormat,
        encryption_algorithm: _serialization.KeySerializationEncryption,
    ) -> bytes:
        """Returns the key in ``encoding`` and ``format``, encrypted as ``encryption_algorithm``
        says.

        Raises TypeError or ValueError if the three do not go together, TypeError for an argument of
        another type, and ValueError for a password of more than 1023 bytes.
        """

    @abc.abstractmethod
    def __copy__(self) -> EllipticCurvePrivateKey:
        """The key itself: it never changes."""

    @abc.abstractmethod
    def __deepcopy__(self, memo: dict[int, object]) -> EllipticCurvePrivateKey:
        """The key itself: it never changes."""


class EllipticCurvePublicKey(metaclass=abc.ABCMeta):
    """A public key of an elliptic curve: a point."""

    @property
    @abc.abstractmethod
    def curve(self) -> EllipticCurve:
        """The curve."""

    @property
    @abc.abstractmethod
    def key_size(self) -> int:
        """The length of the curve's prime in bits."""

    @abc.abstractmethod
    def public_numbers(self) -> EllipticCurvePublicNumbers:
        """The numbers of this key."""

    @abc.abstractmethod
    def public_bytes(
        self,
        encoding: _serialization.Encoding,
        format: _serialization.PublicFormat,
    ) -> bytes:
        """Returns the key in ``encoding`` and ``format``.

        Raises TypeError or ValueError if the two do not go together, and TypeError for an argument
        of another type.
        """

    @abc.abstractmethod
    def verify(
        self,
        signature: bytes,
        data: bytes,
        signature_algorithm: EllipticCurveSignatureAlgorithm,
    ) -> None:
        """Raises InvalidSignature unless ``signature`` is one of ``data`` by the private key of
        this key.

        Raises TypeError for an argument of another type, UnsupportedAlgorithm for a hash function
        that is not here, and ValueError if the data of a ``Prehashed`` signature are not as long as
        the digest.
        """

    @classmethod
    def from_encoded_point(cls, curve: EllipticCurve, data: bytes) -> EllipticCurvePublicKey:
        """Returns the key whose point has this encoding (SEC 1 section 2.3.4): one byte and the x
        coordinate, or one byte and both coordinates.

        Raises ValueError if it is neither, or the point is not on ``curve``, TypeError if an
        argument is of another type, and UnsupportedAlgorithm for a curve that is not one of this
        module.
        """
        return _native.public_key_from_point(curve, data)

    @abc.abstractmethod
    def __eq__(self, other: object) -> bool:
        """Whether both keys are the same point of the same curve."""

    def __hash__(self) -> int:
        """Equal keys have equal hashes."""
        return hash(self.public_numbers())

    @abc.abstractmethod
    def __copy__(self) -> EllipticCurvePublicKey:
        """The key itself: it never changes."""

    @abc.abstractmethod
    def __deepcopy__(self, memo: dict[int, object]) -> EllipticCurvePublicKey:
        """The key itself: it never changes."""


EllipticCurvePrivateKeyWithSerialization = EllipticCurvePrivateKey
EllipticCurvePublicKeyWithSerialization = EllipticCurvePublicKey

EllipticCurvePrivateKey.register(_native.EllipticCurvePrivateKey)
EllipticCurvePublicKey.register(_native.EllipticCurvePublicKey)


class SECP192R1(EllipticCurve):
    """P-192. Too short for new keys."""

    name = "secp192r1"
    key_size = 192
    group_order = 0xFFFFFFFFFFFFFFFFFFFFFFFF99DEF836146BC9B1B4D22831


class SECP224R1(EllipticCurve):
    """P-224."""

    name = "secp224r1"
    key_size = 224
    group_order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFF16A2E0B8F03E13DD29455C5C2A3D


class SECP256R1(EllipticCurve):
    """P-256, the usual choice: as strong as a symmetric key of 128 bits."""

    name = "secp256r1"
    key_size = 256
    group_order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class SECP384R1(EllipticCurve):
    """P-384, as strong as a symmetric key of 192 bits."""

    name = "secp384r1"
    key_size = 384
    group_order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973


class SECP521R1(EllipticCurve):
    """P-521, as strong as a symmetric key of 256 bits."""

    name = "secp521r1"
    key_size = 521
    group_order = int(
        "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "A51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
        16,
    )


class SECP256K1(EllipticCurve):
    """secp256k1, the curve of Bitcoin and its kin."""

    name = "secp256k1"
    key_size = 256
    group_order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class BrainpoolP256R1(EllipticCurve):
    """brainpoolP256r1."""

    name = "brainpoolP256r1"
    key_size = 256
    group_order = 0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7


class BrainpoolP384R1(EllipticCurve):
    """brainpoolP384r1."""

    name = "brainpoolP384r1"
    key_size = 384
    group_order = 0x8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B31F166E6CAC0425A7CF3AB6AF6B7FC3103B883202E9046565


class BrainpoolP512R1(EllipticCurve):
    """brainpoolP512r1."""

    name = "brainpoolP512r1"
    key_size = 512
    group_order = int(
        "AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA70330870"
        "553E5C414CA92619418661197FAC10471DB1D381085DDADDB58796829CA90069",
        16,
    )


_CURVE_TYPES: dict[str, EllipticCurve] = {
    "prime192v1": SECP192R1(),
    "prime256v1": SECP256R1(),
    "secp192r1": SECP192R1(),
    "secp224r1": SECP224R1(),
    "secp256r1": SECP256R1(),
    "secp384r1": SECP384R1(),
    "secp521r1": SECP521R1(),
    "secp256k1": SECP256K1(),
    "brainpoolP256r1": BrainpoolP256R1(),
    "brainpoolP384r1": BrainpoolP384R1(),
    "brainpoolP512r1": BrainpoolP512R1(),
}

_OID_TO_CURVE: dict[ObjectIdentifier, type[EllipticCurve]] = {
    EllipticCurveOID.SECP192R1: SECP192R1,
    EllipticCurveOID.SECP224R1: SECP224R1,
    EllipticCurveOID.SECP256K1: SECP256K1,
    EllipticCurveOID.SECP256R1: SECP256R1,
    EllipticCurveOID.SECP384R1: SECP384R1,
    EllipticCurveOID.SECP521R1: SECP521R1,
    EllipticCurveOID.BRAINPOOLP256R1: BrainpoolP256R1,
    EllipticCurveOID.BRAINPOOLP384R1: BrainpoolP384R1,
    EllipticCurveOID.BRAINPOOLP512R1: BrainpoolP512R1,
}


def get_curve_for_oid(oid: ObjectIdentifier) -> type[EllipticCurve]:
    """The curve with this name in key files. Raises LookupError if there is none here."""
    try:
        return _OID_TO_CURVE[oid]
    except KeyError:
        raise LookupError(f"no curve here has the object identifier {oid.dotted_string}") from None


class ECDSA(EllipticCurveSignatureAlgorithm):
    """ECDSA with a hash function, or with Prehashed.

    With ``deterministic_signing`` the nonce is computed from key and message (RFC 6979): the same
    message has the same signature. Without it the nonce is random. Verification is the same. The
    hash function is checked by ``sign`` and ``verify``, which raise TypeError or
    UnsupportedAlgorithm.
    """

    __slots__ = ("_algorithm", "_deterministic_signing")

    def __init__(
        self,
        algorithm: asym_utils.Prehashed | hashes.HashAlgorithm,
        deterministic_signing: bool = False,
    ) -> None:
        self._algorithm = algorithm
        self._deterministic_signing = deterministic_signing

    @property
    def algorithm(self) -> asym_utils.Prehashed | hashes.HashAlgorithm:
        """The hash function, or Prehashed."""
        return self._algorithm

    @property
    def deterministic_signing(self) -> bool:
        """Whether nonces are computed from the key and the message (RFC 6979) instead of random."""
        return self._deterministic_signing


class ECDH:
    """ECDH with a cofactor of 1, which all curves here have."""

    __slots__ = ()


generate_private_key = _native.generate_private_key
derive_private_key = _native.derive_private_key


class EllipticCurvePublicNumbers(Numbers):
    """The coordinates of a point, and its curve. Raises TypeError if a coordinate is no ``int`` or
    ``curve`` no curve.
    """

    __slots__ = ("_curve", "_x", "_y")

    def __init__(self, x: int, y: int, curve: EllipticCurve) -> None:
        self._x = utils._integer("x", x)
        self._y = utils._integer("y", y)
        if not isinstance(curve, EllipticCurve):
            raise TypeError(f"curve must be an EllipticCurve instance, not {type(curve).__name__}")
        self._curve = curve

    @property
    def x(self) -> int:
        """The affine x coordinate of the point."""
        return self._x

    @property
    def y(self) -> int:
        """The affine y coordinate of the point."""
        return self._y

    @property
    def curve(self) -> EllipticCurve:
        """The curve that the point is on."""
        return self._curve

    def public_key(self, backend: object = None) -> EllipticCurvePublicKey:
        """Returns the key with these numbers. Raises ValueError if the point is not on the curve,
        and UnsupportedAlgorithm for a curve that is not one of this module.
        """
        return _native.public_key_from_numbers(self._x, self._y, self._curve)

    def __repr__(self) -> str:
        return f"<EllipticCurvePublicNumbers(curve={self._curve.name}, x={self._x}, y={self._y})>"

    def _as_tuple(self) -> tuple[object, ...]:
        return (self._x, self._y, self._curve.name, self._curve.key_size)


class EllipticCurvePrivateNumbers(Numbers):
    """A private value, and the numbers of its public key. Raises TypeError if ``private_value`` is
    no ``int`` or ``public_numbers`` of another type.
    """

    __slots__ = ("_private_value", "_public_numbers")

    def __init__(self, private_value: int, public_numbers: EllipticCurvePublicNumbers) -> None:
        self._private_value = utils._integer("private_value", private_value)
        if not isinstance(public_numbers, EllipticCurvePublicNumbers):
            raise TypeError(f"public_numbers must be EllipticCurvePublicNumbers, not {type(public_numbers).__name__}")
        self._public_numbers = public_numbers

    @property
    def private_value(self) -> int:
        """The secret number."""
        return self._private_value

    @property
    def public_numbers(self) -> EllipticCurvePublicNumbers:
        """The numbers of the public key."""
        return self._public_numbers

    def private_key(self, backend: object = None) -> EllipticCurvePrivateKey:
        """Returns the key with these numbers. Raises ValueError if they do not belong together, and
        UnsupportedAlgorithm for a curve that is not one of this module.
        """
        public = self._public_numbers
        return _native.private_key_from_numbers(self._private_value, public.x, public.y, public.curve)

    def __repr__(self) -> str:
        return f"<EllipticCurvePrivateNumbers(public_numbers={self._public_numbers!r})>"
