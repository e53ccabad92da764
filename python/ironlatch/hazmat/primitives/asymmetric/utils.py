"""Tools that signatures of several algorithms share."""

from __future__ import annotations

from ironlatch._native.asymmetric_utils import decode_dss_signature, encode_dss_signature
from ironlatch.hazmat.primitives import hashes

__all__ = ["NoDigestInfo", "Prehashed", "decode_dss_signature", "encode_dss_signature"]


class NoDigestInfo:
    """In place of a hash function: PKCS#1 v1.5 signs the data as they are, without naming a hash
    function.
    """


class Prehashed:
    """In place of a hash function: the data are already the digest that ``algorithm`` gave. Raises
    TypeError if ``algorithm`` is no HashAlgorithm.
    """

    def __init__(self, algorithm: hashes.HashAlgorithm) -> None:
        if not isinstance(algorithm, hashes.HashAlgorithm):
            raise TypeError(f"Expected instance of HashAlgorithm, not {type(algorithm).__name__}")
        self._algorithm = algorithm
        self._digest_size = algorithm.digest_size

    @property
    def digest_size(self) -> int:
        """The digest's length in bytes."""
        return self._digest_size
