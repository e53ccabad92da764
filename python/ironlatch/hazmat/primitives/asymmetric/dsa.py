"""DSA (FIPS 186-4). For compatibility alone: FIPS 186-5 has withdrawn it. New programs take Ed25519
or ECDSA.

key = dsa.generate_private_key(key_size=2048) signature = key.sign(data, hashes.SHA256())
"""

from __future__ import annotations

import abc

from ironlatch import utils
from ironlatch._native import dsa as _native
from ironlatch.hazmat.primitives import _serialization, hashes
from ironlatch.hazmat.primitives.asymmetric import utils as asym_utils
from ironlatch.hazmat.primitives.asymmetric._numbers import Numbers

__all__ = [
    "DSAParameterNumbers",
    "DSAParameters",
    "DSAParametersWithNumbers",
    "DSAPrivateKey",
    "DSAPrivateKeyWithSerialization",
    "DSAPrivateNumbers",
    "DSAPublicKey",
    "DSAPublicKeyWithSerialization",
    "DSAPublicNumbers",
    "generate_parameters",
    "generate_private_key",
]


class DSAParameters(metaclass=abc.ABCMeta):
    """The group that keys are made in."""

    @abc.abstractmethod
    def generate_private_key(self) -> DSAPrivateKey:
        """A new key in this group."""

    @abc.abstractmethod
    def parameter_numbers(self) -> DSAParameterNumbers:
        """The numbers of this group."""


class DSAPrivateKey(metaclass=abc.ABCMeta):
    """A DSA private key."""

    @property
    @abc.abstractmethod
    def key_size(self) -> int:
        """The length of p in bits."""

    @abc.abstractmethod
    def public_key(self) -> DSAPublicKey:
        """The public key of this key."""

    @abc.abstractmethod
    def parameters(self) -> DSAParameters:
        """The group of this key."""

    @abc.abstractmethod
    def sign(self, data: bytes, algorithm: asym_utils.Prehashed | hashes.HashAlgorithm) -> bytes:
        """Returns the signature of ``data``: two numbers in DER.

        Raises TypeError for an argument of another type, UnsupportedAlgorithm for a hash function
        that is not here, and ValueError if the data of a ``Prehashed`` signature are not as long as
        the digest, or the key's numbers do not belong together.
        """

    @abc.abstractmethod
    def private_numbers(self) -> DSAPrivateNumbers:
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
    def __copy__(self) -> DSAPrivateKey:
        """The key itself: it never changes."""

    @abc.abstractmethod
    def __deepcopy__(self, memo: dict[int, object]) -> DSAPrivateKey:
        """The key itself: it never changes."""


class DSAPublicKey(metaclass=abc.ABCMeta):
    """A DSA public key."""

    @property
    @abc.abstractmethod
    def key_size(self) -> int:
        """The length of p in bits."""

    @abc.abstractmethod
    def parameters(self) -> DSAParameters:
        """The group of this key."""

    @abc.abstractmethod
    def public_numbers(self) -> DSAPublicNumbers:
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
        algorithm: asym_utils.Prehashed | hashes.HashAlgorithm,
    ) -> None:
        """Raises InvalidSignature unless ``signature`` is one of ``data`` by the private key of
        this key.

        Raises TypeError for an argument of another type, UnsupportedAlgorithm for a hash function
        that is not here, and ValueError if the data of a ``Prehashed`` signature are not as long as
        the digest.
        """

    @abc.abstractmethod
    def __eq__(self, other: object) -> bool:
        """Whether both keys have the same numbers."""

    def __hash__(self) -> int:
        """Equal keys have equal hashes."""
        return hash(self.public_numbers())

    @abc.abstractmethod
    def __copy__(self) -> DSAPublicKey:
        """The key itself: it never changes."""

    @abc.abstractmethod
    def __deepcopy__(self, memo: dict[int, object]) -> DSAPublicKey:
        """The key itself: it never changes."""


DSAParametersWithNumbers = DSAParameters
DSAPrivateKeyWithSerialization = DSAPrivateKey
DSAPublicKeyWithSerialization = DSAPublicKey

DSAParameters.register(_native.DSAParameters)
DSAPrivateKey.register(_native.DSAPrivateKey)
DSAPublicKey.register(_native.DSAPublicKey)


def generate_parameters(key_size: int, backend: object = None) -> DSAParameters:
    """A new group with a p of ``key_size`` bits: 1024, 2048, 3072 or 4096. Raises ValueError for
    others.
    """
    return _native.generate_parameters(key_size)


def generate_private_key(key_size: int, backend: object = None) -> DSAPrivateKey:
    """Returns a new key in a new group with a p of ``key_size`` bits: 1024, 2048, 3072 or 4096.
    Raises ValueError for others.
    """
    return generate_parameters(key_size).generate_private_key()


class DSAParameterNumbers(Numbers):
    """The numbers of a group: the primes ``p`` and ``q``, and the generator ``g``. Raises TypeError
    if one is no ``int``.
    """

    __slots__ = ("_g", "_p", "_q")

    def __init__(self, p: int, q: int, g: int) -> None:
        self._p = utils._integer("p", p)
        self._q = utils._integer("q", q)
        self._g = utils._integer("g", g)

    @property
    def p(self) -> int:
        """The modulus, a prime."""
        return self._p

    @property
    def q(self) -> int:
        """The order of the group, a prime."""
        return self._q

    @property
    def g(self) -> int:
        """The generator."""
        return self._g

    def parameters(self, backend: object = None) -> DSAParameters:
        """The group of these numbers. Raises ValueError unless their lengths are the standard's."""
        return _native.parameters_from_numbers(self._p, self._q, self._g)

    def __repr__(self) -> str:
        return f"<DSAParameterNumbers(p={self._p}, q={self._q}, g={self._g})>"


class DSAPublicNumbers(Numbers):
    """The numbers of a public key: ``y`` and those of the group. Raises TypeError if ``y`` is no
    ``int``, or ``parameter_numbers`` of another type.
    """

    __slots__ = ("_parameter_numbers", "_y")

    def __init__(self, y: int, parameter_numbers: DSAParameterNumbers) -> None:
        self._y = utils._integer("y", y)
        if not isinstance(parameter_numbers, DSAParameterNumbers):
            raise TypeError(f"parameter_numbers must be DSAParameterNumbers, not {type(parameter_numbers).__name__}")
        self._parameter_numbers = parameter_numbers

    @property
    def y(self) -> int:
        """The public value, g to the power of x modulo p."""
        return self._y

    @property
    def parameter_numbers(self) -> DSAParameterNumbers:
        """The numbers of the group."""
        return self._parameter_numbers

    def public_key(self, backend: object = None) -> DSAPublicKey:
        """The key with these numbers. Raises ValueError if no key has them."""
        group = self._parameter_numbers
        return _native.public_key_from_numbers(group.p, group.q, group.g, self._y)

    def __repr__(self) -> str:
        return f"<DSAPublicNumbers(y={self._y}, parameter_numbers={self._parameter_numbers!r})>"


class DSAPrivateNumbers(Numbers):
    """The numbers of a private key: ``x`` and those of the public key. Raises TypeError if ``x`` is
    no ``int``, or ``public_numbers`` of another type.
    """

    __slots__ = ("_public_numbers", "_x")

    def __init__(self, x: int, public_numbers: DSAPublicNumbers) -> None:
        self._x = utils._integer("x", x)
        if not isinstance(public_numbers, DSAPublicNumbers):
            raise TypeError(f"public_numbers must be DSAPublicNumbers, not {type(public_numbers).__name__}")
        self._public_numbers = public_numbers

    @property
    def x(self) -> int:
        """The secret exponent."""
        return self._x

    @property
    def public_numbers(self) -> DSAPublicNumbers:
        """The numbers of the public key."""
        return self._public_numbers

    def private_key(self, backend: object = None) -> DSAPrivateKey:
        """The key with these numbers. Raises ValueError if they do not belong together."""
        group = self._public_numbers.parameter_numbers
        return _native.private_key_from_numbers(group.p, group.q, group.g, self._public_numbers.y, self._x)

    def __repr__(self) -> str:
        return f"<DSAPrivateNumbers(public_numbers={self._public_numbers!r})>"
