"""RSA (RFC 8017).

key = rsa.generate_private_key(public_exponent=65537, key_size=3072) signature = key.sign(data,
padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH), hashes.SHA256())
"""

from __future__ import annotations

import abc

from ironlatch import utils
from ironlatch._native import rsa as _native
from ironlatch.hazmat.bindings._rust import openssl as rust_openssl  # noqa: F401  other packages take it from here
from ironlatch.hazmat.primitives import _serialization, hashes
from ironlatch.hazmat.primitives._asymmetric import AsymmetricPadding
from ironlatch.hazmat.primitives.asymmetric import utils as asym_utils
from ironlatch.hazmat.primitives.asymmetric._numbers import Numbers

__all__ = [
    "RSAPrivateKey",
    "RSAPrivateKeyWithSerialization",
    "RSAPrivateNumbers",
    "RSAPublicKey",
    "RSAPublicKeyWithSerialization",
    "RSAPublicNumbers",
    "generate_private_key",
    "rsa_crt_dmp1",
    "rsa_crt_dmq1",
    "rsa_crt_iqmp",
    "rsa_recover_prime_factors",
    "rsa_recover_private_exponent",
]


class RSAPrivateKey(metaclass=abc.ABCMeta):
    """An RSA private key."""

    @abc.abstractmethod
    def decrypt(self, ciphertext: bytes, padding: AsymmetricPadding) -> bytes:
        """Returns the plaintext of ``ciphertext``, which is as long as the modulus.

        Raises ValueError if the ciphertext is of another length or, with OAEP, was not made for
        this key, TypeError for an argument of another type, and UnsupportedAlgorithm for another
        padding. With PKCS#1 v1.5 a bad padding raises nothing: the result is then random-looking
        bytes (implicit rejection).
        """

    @property
    @abc.abstractmethod
    def key_size(self) -> int:
        """The length of the modulus in bits."""

    @abc.abstractmethod
    def public_key(self) -> RSAPublicKey:
        """The public key of this key."""

    @abc.abstractmethod
    def sign(
        self,
        data: bytes,
        padding: AsymmetricPadding,
        algorithm: asym_utils.Prehashed | hashes.HashAlgorithm | asym_utils.NoDigestInfo,
    ) -> bytes:
        """Returns the signature of ``data``, as long as the modulus.

        Raises TypeError for an argument of another type, UnsupportedAlgorithm for a hash function
        that is not here, and ValueError if the data of a ``Prehashed`` signature are not as long as
        the digest or the key is too small for digest and padding.
        """

    @abc.abstractmethod
    def private_numbers(self) -> RSAPrivateNumbers:
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
    def __copy__(self) -> RSAPrivateKey:
        """The key itself: it never changes."""

    @abc.abstractmethod
    def __deepcopy__(self, memo: dict[int, object]) -> RSAPrivateKey:
        """The key itself: it never changes."""


class RSAPublicKey(metaclass=abc.ABCMeta):
    """An RSA public key."""

    @abc.abstractmethod
    def encrypt(self, plaintext: bytes, padding: AsymmetricPadding) -> bytes:
        """Returns the ciphertext of ``plaintext``, as long as the modulus.

        Raises ValueError if the plaintext is too long: with OAEP it has at most the modulus's
        length minus 2 and twice the digest's, with PKCS#1 v1.5 minus 11. Raises TypeError for an
        argument of another type, and UnsupportedAlgorithm for another padding.
        """

    @property
    @abc.abstractmethod
    def key_size(self) -> int:
        """The length of the modulus in bits."""

    @abc.abstractmethod
    def public_numbers(self) -> RSAPublicNumbers:
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
        padding: AsymmetricPadding,
        algorithm: asym_utils.Prehashed | hashes.HashAlgorithm | asym_utils.NoDigestInfo,
    ) -> None:
        """Raises InvalidSignature unless ``signature`` is one of ``data`` by the private key of
        this key.

        Raises TypeError for an argument of another type, UnsupportedAlgorithm for a hash function
        that is not here, and ValueError if the data of a ``Prehashed`` signature are not as long as
        the digest.
        """

    @abc.abstractmethod
    def recover_data_from_signature(
        self,
        signature: bytes,
        padding: AsymmetricPadding,
        algorithm: hashes.HashAlgorithm | asym_utils.NoDigestInfo | None,
    ) -> bytes:
        """Returns the content of a PKCS#1 v1.5 signature: the digest, or with ``algorithm`` None
        the whole encoded message.

        Raises InvalidSignature if the signature has no such content, TypeError for an argument of
        another type or ``Prehashed``, and UnsupportedAlgorithm for another padding.
        """

    @abc.abstractmethod
    def __eq__(self, other: object) -> bool:
        """Whether both keys have the same numbers."""

    def __hash__(self) -> int:
        """Equal keys have equal hashes."""
        return hash(self.public_numbers())

    @abc.abstractmethod
    def __copy__(self) -> RSAPublicKey:
        """The key itself: it never changes."""

    @abc.abstractmethod
    def __deepcopy__(self, memo: dict[int, object]) -> RSAPublicKey:
        """The key itself: it never changes."""


RSAPrivateKeyWithSerialization = RSAPrivateKey
RSAPublicKeyWithSerialization = RSAPublicKey

RSAPrivateKey.register(_native.RSAPrivateKey)
RSAPublicKey.register(_native.RSAPublicKey)


def generate_private_key(public_exponent: int, key_size: int, backend: object = None) -> RSAPrivateKey:
    """Returns a new key with a modulus of ``key_size`` bits, at least 1024, and the exponent 65537,
    or 3 for old systems.

    Raises ValueError for others, and TypeError if one is no ``int``. A key of 3072 bits is as
    strong as a symmetric one of 128.
    """
    return _native.generate_private_key(public_exponent, key_size)


class RSAPublicNumbers(Numbers):
    """The numbers of a public key: the exponent ``e`` and the modulus ``n``. Raises TypeError if
    one is no ``int``.
    """

    __slots__ = ("_e", "_n")

    def __init__(self, e: int, n: int) -> None:
        self._e = utils._integer("e", e)
        self._n = utils._integer("n", n)

    @property
    def e(self) -> int:
        """The public exponent."""
        return self._e

    @property
    def n(self) -> int:
        """The modulus."""
        return self._n

    def public_key(self, backend: object = None) -> RSAPublicKey:
        """Returns the key with these numbers. Raises ValueError if no key has them: the exponent
        must be odd, at least 3 and less than the modulus, and that has at most 16384 bits.
        """
        return _native.public_key_from_numbers(self._n, self._e)

    def __repr__(self) -> str:
        return f"<RSAPublicNumbers(e={self._e}, n={self._n})>"


class RSAPrivateNumbers(Numbers):
    """The numbers of a private key: the primes, the exponents, and the coefficient ``iqmp``. Raises
    TypeError if one is no ``int``, or ``public_numbers`` of another type.
    """

    __slots__ = ("_d", "_dmp1", "_dmq1", "_iqmp", "_p", "_public_numbers", "_q")

    def __init__(
        self,
        p: int,
        q: int,
        d: int,
        dmp1: int,
        dmq1: int,
        iqmp: int,
        public_numbers: RSAPublicNumbers,
    ) -> None:
        self._p = utils._integer("p", p)
        self._q = utils._integer("q", q)
        self._d = utils._integer("d", d)
        self._dmp1 = utils._integer("dmp1", dmp1)
        self._dmq1 = utils._integer("dmq1", dmq1)
        self._iqmp = utils._integer("iqmp", iqmp)
        if not isinstance(public_numbers, RSAPublicNumbers):
            raise TypeError(f"public_numbers must be RSAPublicNumbers, not {type(public_numbers).__name__}")
        self._public_numbers = public_numbers

    @property
    def p(self) -> int:
        """The first prime factor of the modulus."""
        return self._p

    @property
    def q(self) -> int:
        """The second prime factor of the modulus."""
        return self._q

    @property
    def d(self) -> int:
        """The private exponent."""
        return self._d

    @property
    def dmp1(self) -> int:
        """The private exponent modulo p - 1."""
        return self._dmp1

    @property
    def dmq1(self) -> int:
        """The private exponent modulo q - 1."""
        return self._dmq1

    @property
    def iqmp(self) -> int:
        """The inverse of q modulo p."""
        return self._iqmp

    @property
    def public_numbers(self) -> RSAPublicNumbers:
        """The numbers of the public key."""
        return self._public_numbers

    def private_key(self, backend: object = None, *, unsafe_skip_rsa_key_validation: bool = False) -> RSAPrivateKey:
        """Returns the key with these numbers. Raises ValueError if they do not belong together;
        ``unsafe_skip_rsa_key_validation`` leaves the checks out that take long.
        """
        return _native.private_key_from_numbers(
            self._public_numbers.n,
            self._public_numbers.e,
            self._d,
            self._p,
            self._q,
            self._dmp1,
            self._dmq1,
            self._iqmp,
            unsafe_skip_rsa_key_validation,
        )

    def __repr__(self) -> str:
        return f"<RSAPrivateNumbers(public_numbers={self._public_numbers!r})>"


def rsa_crt_iqmp(p: int, q: int) -> int:
    """Returns the coefficient: the inverse of ``q`` modulo ``p``. Raises ValueError if there is
    none, or one of them is not greater than 1.
    """
    return _native.crt_coefficient(q, p)


def rsa_crt_dmp1(private_exponent: int, p: int) -> int:
    """Returns the private exponent modulo ``p - 1``. Raises ValueError if one of them is not
    greater than 1.
    """
    return _native.crt_exponent(private_exponent, p)


def rsa_crt_dmq1(private_exponent: int, q: int) -> int:
    """Returns the private exponent modulo ``q - 1``. Raises ValueError if one of them is not
    greater than 1.
    """
    return _native.crt_exponent(private_exponent, q)


def rsa_recover_private_exponent(e: int, p: int, q: int) -> int:
    """Returns the smallest private exponent for the exponent ``e`` and the primes: modulo lcm(p -
    1, q - 1) (FIPS 186-5).

    Raises ValueError if a number is not greater than 1, or ``e`` has no inverse.
    """
    return _native.private_exponent(e, p, q)


def rsa_recover_prime_factors(n: int, e: int, d: int) -> tuple[int, int]:
    """The primes of a key, the greater one first, from its modulus and exponents (SP 800-56B
    appendix C.1).

    Raises ValueError if the numbers do not belong together.
    """
    return _native.prime_factors(n, e, d)


def _modinv(e: int, m: int) -> int:
    """The inverse of ``e`` modulo ``m``. Raises ValueError if there is none."""
    return _native.crt_coefficient(e, m)
