"""The contents of `dh`. They stand apart from there because every name of that module warns when it
is used.
"""

from __future__ import annotations

import abc

from ironlatch import utils
from ironlatch._native import dh as _native
from ironlatch.hazmat.primitives import _serialization
from ironlatch.hazmat.primitives.asymmetric._numbers import Numbers

MODULE = "ironlatch.hazmat.primitives.asymmetric.dh"


class DHParameters(metaclass=abc.ABCMeta):
    """The group that both sides of an exchange have in common."""

    __module__ = MODULE

    @abc.abstractmethod
    def generate_private_key(self) -> DHPrivateKey:
        """A new key in this group."""

    @abc.abstractmethod
    def parameter_bytes(
        self,
        encoding: _serialization.Encoding,
        format: _serialization.ParameterFormat,
    ) -> bytes:
        """Returns this group in ``encoding``, PEM or DER, and ``format``.

        Raises TypeError for an argument of another type, and for another encoding.
        """

    @abc.abstractmethod
    def parameter_numbers(self) -> DHParameterNumbers:
        """The numbers of this group."""


class DHPublicKey(metaclass=abc.ABCMeta):
    """A Diffie-Hellman public key."""

    __module__ = MODULE

    @property
    @abc.abstractmethod
    def key_size(self) -> int:
        """The length of p in bits."""

    @abc.abstractmethod
    def parameters(self) -> DHParameters:
        """The group of this key."""

    @abc.abstractmethod
    def public_numbers(self) -> DHPublicNumbers:
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
    def __eq__(self, other: object) -> bool:
        """Whether both keys have the same numbers."""

    def __hash__(self) -> int:
        """Equal keys have equal hashes."""
        return hash(self.public_numbers())

    @abc.abstractmethod
    def __copy__(self) -> DHPublicKey:
        """The key itself: it never changes."""

    @abc.abstractmethod
    def __deepcopy__(self, memo: dict[int, object]) -> DHPublicKey:
        """The key itself: it never changes."""


class DHPrivateKey(metaclass=abc.ABCMeta):
    """A Diffie-Hellman private key."""

    __module__ = MODULE

    @property
    @abc.abstractmethod
    def key_size(self) -> int:
        """The length of p in bits."""

    @abc.abstractmethod
    def public_key(self) -> DHPublicKey:
        """The public key of this key."""

    @abc.abstractmethod
    def parameters(self) -> DHParameters:
        """The group of this key."""

    @abc.abstractmethod
    def exchange(self, peer_public_key: DHPublicKey) -> bytes:
        """Returns the secret shared with the owner of ``peer_public_key``, as long as p. Derive
        keys from it.

        Raises ValueError if the keys are of different groups, or the peer's number is not an
        element of the group, and TypeError if ``peer_public_key`` is no such key.
        """

    @abc.abstractmethod
    def private_numbers(self) -> DHPrivateNumbers:
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
    def __copy__(self) -> DHPrivateKey:
        """The key itself: it never changes."""

    @abc.abstractmethod
    def __deepcopy__(self, memo: dict[int, object]) -> DHPrivateKey:
        """The key itself: it never changes."""


DHParametersWithSerialization = DHParameters
DHPrivateKeyWithSerialization = DHPrivateKey
DHPublicKeyWithSerialization = DHPublicKey

DHParameters.register(_native.DHParameters)
DHPrivateKey.register(_native.DHPrivateKey)
DHPublicKey.register(_native.DHPublicKey)


def generate_parameters(generator: int, key_size: int, backend: object = None) -> DHParameters:
    """Returns a new group with a safe prime of ``key_size`` bits, 512 to 10,000, and the
    ``generator`` 2 or 5.

    Raises ValueError for others. From 2048 bits on this can take minutes. The groups of RFC 7919
    are as good, and there at once.
    """
    return _native.generate_parameters(generator, key_size)


generate_parameters.__module__ = MODULE


class DHParameterNumbers(Numbers):
    """The numbers of a group: the modulus ``p``, the generator ``g`` and, if it is known, the order
    ``q`` of g. Raises TypeError if one is no ``int``, and ValueError for a p under 512 bits or a g
    under 2.
    """

    __slots__ = ("_g", "_p", "_q")
    __module__ = MODULE

    def __init__(self, p: int, g: int, q: int | None = None) -> None:
        self._p = utils._integer("p", p)
        self._g = utils._integer("g", g)
        self._q = q if q is None else utils._integer("q", q)
        _native.check_sizes(p, g)

    @property
    def p(self) -> int:
        """The modulus, a prime."""
        return self._p

    @property
    def g(self) -> int:
        """The generator."""
        return self._g

    @property
    def q(self) -> int | None:
        """The order of the generator, or None if it is not known."""
        return self._q

    def parameters(self, backend: object = None) -> DHParameters:
        """The group of these numbers, its primes tested. Raises ValueError if it is none."""
        return _native.parameters_from_numbers(self._p, self._g, self._q)


class DHPublicNumbers(Numbers):
    """The numbers of a public key: ``y`` and those of the group. Raises TypeError if ``y`` is no
    ``int``, or ``parameter_numbers`` of another type.
    """

    __slots__ = ("_parameter_numbers", "_y")
    __module__ = MODULE

    def __init__(self, y: int, parameter_numbers: DHParameterNumbers) -> None:
        self._y = utils._integer("y", y)
        if not isinstance(parameter_numbers, DHParameterNumbers):
            raise TypeError(f"parameter_numbers must be DHParameterNumbers, not {type(parameter_numbers).__name__}")
        self._parameter_numbers = parameter_numbers

    @property
    def y(self) -> int:
        """The public value, g to the power of x modulo p."""
        return self._y

    @property
    def parameter_numbers(self) -> DHParameterNumbers:
        """The numbers of the group."""
        return self._parameter_numbers

    def public_key(self, backend: object = None) -> DHPublicKey:
        """The key with these numbers. Raises ValueError if the group is none."""
        group = self._parameter_numbers
        return _native.public_key_from_numbers(group.p, group.g, group.q, self._y)


class DHPrivateNumbers(Numbers):
    """The numbers of a private key: ``x`` and those of the public key. Raises TypeError if ``x`` is
    no ``int``, or ``public_numbers`` of another type.
    """

    __slots__ = ("_public_numbers", "_x")
    __module__ = MODULE

    def __init__(self, x: int, public_numbers: DHPublicNumbers) -> None:
        self._x = utils._integer("x", x)
        if not isinstance(public_numbers, DHPublicNumbers):
            raise TypeError(f"public_numbers must be DHPublicNumbers, not {type(public_numbers).__name__}")
        self._public_numbers = public_numbers

    @property
    def x(self) -> int:
        """The secret exponent."""
        return self._x

    @property
    def public_numbers(self) -> DHPublicNumbers:
        """The numbers of the public key."""
        return self._public_numbers

    def private_key(self, backend: object = None) -> DHPrivateKey:
        """The key with these numbers. Raises ValueError if the group is none."""
        public = self._public_numbers
        group = public.parameter_numbers
        return _native.private_key_from_numbers(group.p, group.g, group.q, public.y, self._x)
