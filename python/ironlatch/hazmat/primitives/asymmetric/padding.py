"""Paddings for RSA: PSS for signatures, OAEP for encryption, and PKCS#1 v1.5 for what already uses
it.
"""

from __future__ import annotations

import abc

from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives._asymmetric import AsymmetricPadding as AsymmetricPadding
from ironlatch.hazmat.primitives.asymmetric import rsa

__all__ = ["MGF", "MGF1", "OAEP", "PSS", "AsymmetricPadding", "PKCS1v15", "calculate_max_pss_salt_length"]


class _MaxLength:
    """The longest salt that the key and the hash function leave room for."""


class _Auto:
    """In verification, whatever length the signature has."""


class _DigestLength:
    """A salt as long as the digest."""


class MGF(metaclass=abc.ABCMeta):
    """A mask generation function."""

    _algorithm: hashes.HashAlgorithm


class MGF1(MGF):
    """MGF1 (RFC 8017 appendix B.2.1) over a hash function. Raises TypeError if ``algorithm`` is no
    HashAlgorithm.
    """

    def __init__(self, algorithm: hashes.HashAlgorithm) -> None:
        self._algorithm = _hash_algorithm(algorithm)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MGF1):
            return NotImplemented
        return self._algorithm == other._algorithm

    def __hash__(self) -> int:
        return hash((MGF1, self._algorithm.name))


class PKCS1v15(AsymmetricPadding):
    """The padding of PKCS#1 v1.5 (RFC 8017 sections 7.2 and 8.2), for what already uses it.

    Decryption never fails on a bad padding: it gives random-looking bytes then, so that an attacker
    learns nothing.
    """

    name = "EMSA-PKCS1-v1_5"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PKCS1v15):
            return NotImplemented
        return True

    def __hash__(self) -> int:
        return hash(PKCS1v15)


class PSS(AsymmetricPadding):
    """PSS (RFC 8017 section 8.1), the padding for new signatures.

    ``salt_length`` is a number of bytes, ``PSS.DIGEST_LENGTH`` (the usual choice),
    ``PSS.MAX_LENGTH``, or, to verify a signature whose salt's length is not known, ``PSS.AUTO``.

    Raises TypeError for a ``salt_length`` of another type, and ValueError if it is negative.
    """

    MAX_LENGTH = _MaxLength()
    AUTO = _Auto()
    DIGEST_LENGTH = _DigestLength()
    name = "EMSA-PSS"

    def __init__(self, mgf: MGF, salt_length: int | _MaxLength | _Auto | _DigestLength) -> None:
        if not isinstance(salt_length, (int, _MaxLength, _Auto, _DigestLength)):
            raise TypeError("salt_length must be an integer, MAX_LENGTH, DIGEST_LENGTH, or AUTO")
        if isinstance(salt_length, int) and salt_length < 0:
            raise ValueError(f"salt_length must be zero or greater; it is {salt_length}")
        self._mgf = mgf
        self._salt_length = salt_length

    @property
    def mgf(self) -> MGF:
        """The mask generation function."""
        return self._mgf

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PSS):
            return NotImplemented
        return self._salt_length == other._salt_length and self._mgf == other._mgf

    def __hash__(self) -> int:
        return hash((PSS, self._salt_length, self._mgf))


class OAEP(AsymmetricPadding):
    """OAEP (RFC 8017 section 7.1), the padding to encrypt with; ``label`` is bytes that both sides
    know, or None. Raises TypeError if ``algorithm`` is no HashAlgorithm.
    """

    name = "EME-OAEP"

    def __init__(self, mgf: MGF, algorithm: hashes.HashAlgorithm, label: bytes | None) -> None:
        self._mgf = mgf
        self._algorithm = _hash_algorithm(algorithm)
        self._label = label

    @property
    def algorithm(self) -> hashes.HashAlgorithm:
        """The hash function for the label."""
        return self._algorithm

    @property
    def mgf(self) -> MGF:
        """The mask generation function."""
        return self._mgf

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OAEP):
            return NotImplemented
        # As in the peer, no label and an empty one differ here, although they encrypt alike.
        return self._mgf == other._mgf and self._algorithm == other._algorithm and self._label == other._label

    def __hash__(self) -> int:
        return hash((OAEP, self._mgf, self._algorithm.name, self._label))


def calculate_max_pss_salt_length(
    key: rsa.RSAPrivateKey | rsa.RSAPublicKey, hash_algorithm: hashes.HashAlgorithm
) -> int:
    """Returns the longest PSS salt in bytes that ``key`` and ``hash_algorithm`` leave room for (RFC
    8017 section 9.1.1).

    Raises ValueError if there is no room even without a salt, and TypeError if ``key`` is no RSA
    key.
    """
    if not isinstance(key, (rsa.RSAPrivateKey, rsa.RSAPublicKey)):
        raise TypeError(f"key must be an RSA public or private key, not {type(key).__name__}")
    encoded_length = (key.key_size + 6) // 8
    salt_length = encoded_length - hash_algorithm.digest_size - 2
    if salt_length < 0:
        raise ValueError(f"a key of {key.key_size} bits is too small for PSS with {hash_algorithm.name}")
    return salt_length


def _hash_algorithm(algorithm: hashes.HashAlgorithm) -> hashes.HashAlgorithm:
    if not isinstance(algorithm, hashes.HashAlgorithm):
        raise TypeError(f"Expected instance of hashes.HashAlgorithm, not {type(algorithm).__name__}")
    return algorithm
