"""Hash functions: the markers that choose one, and the contexts that hash.

    digest = hashes.Hash.hash(hashes.SHA256(), data)

SHA-1 and MD5 no longer resist collisions. They are here for old formats; do not choose them for
anything new.
"""

from __future__ import annotations

import abc
import sys

from ironlatch._native.hashes import Hash, XOFHash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ironlatch.utils import Buffer

__all__ = [
    "MD5",
    "SHA1",
    "SHA3_224",
    "SHA3_256",
    "SHA3_384",
    "SHA3_512",
    "SHA224",
    "SHA256",
    "SHA384",
    "SHA512",
    "SHA512_224",
    "SHA512_256",
    "SHAKE128",
    "SHAKE256",
    "SM3",
    "BLAKE2b",
    "BLAKE2s",
    "ExtendableOutputFunction",
    "Hash",
    "HashAlgorithm",
    "HashContext",
    "XOFHash",
]


class HashAlgorithm(metaclass=abc.ABCMeta):
    """The description of a hash function: its name and sizes."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """The name in lower case, such as ``sha256``."""

    @property
    @abc.abstractmethod
    def digest_size(self) -> int:
        """The length of the result in bytes."""

    @property
    @abc.abstractmethod
    def block_size(self) -> int | None:
        """The length in bytes of the blocks it works on; ``None`` for a sponge, which has no such
        blocks.
        """


class HashContext(metaclass=abc.ABCMeta):
    """The interface that `Hash` and `HMAC` share."""

    @property
    @abc.abstractmethod
    def algorithm(self) -> HashAlgorithm:
        """The hash function in use."""

    @abc.abstractmethod
    def update(self, data: Buffer) -> None:
        """Takes `data` in. Raises AlreadyFinalized after ``finalize``, and TypeError if it is not
        bytes-like.
        """

    @abc.abstractmethod
    def finalize(self) -> bytes:
        """Returns the result over all that came in. The context takes no more after it: further
        calls raise AlreadyFinalized.
        """

    @abc.abstractmethod
    def copy(self) -> HashContext:
        """Returns an independent context in the same state. Raises AlreadyFinalized after
        ``finalize``.
        """


HashContext.register(Hash)


class ExtendableOutputFunction(metaclass=abc.ABCMeta):
    """A hash function whose result is as long as the caller asks."""


class _Marker(HashAlgorithm):
    """Equal to another marker of the same function with a result of the same length."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Marker):
            return NotImplemented
        return self.name == other.name and self.digest_size == other.digest_size


class SHA1(_Marker):
    """SHA-1 (FIPS 180-4). Collisions can be made: for old formats only."""

    name = "sha1"
    digest_size = 20
    block_size = 64


class SHA512_224(_Marker):
    """SHA-512/224 (FIPS 180-4)."""

    name = "sha512-224"
    digest_size = 28
    block_size = 128


class SHA512_256(_Marker):
    """SHA-512/256 (FIPS 180-4)."""

    name = "sha512-256"
    digest_size = 32
    block_size = 128


class SHA224(_Marker):
    """SHA-224 (FIPS 180-4)."""

    name = "sha224"
    digest_size = 28
    block_size = 64


class SHA256(_Marker):
    """SHA-256 (FIPS 180-4)."""

    name = "sha256"
    digest_size = 32
    block_size = 64


class SHA384(_Marker):
    """SHA-384 (FIPS 180-4)."""

    name = "sha384"
    digest_size = 48
    block_size = 128


class SHA512(_Marker):
    """SHA-512 (FIPS 180-4)."""

    name = "sha512"
    digest_size = 64
    block_size = 128


class SHA3_224(_Marker):
    """SHA3-224 (FIPS 202)."""

    name = "sha3-224"
    digest_size = 28
    block_size = None


class SHA3_256(_Marker):
    """SHA3-256 (FIPS 202)."""

    name = "sha3-256"
    digest_size = 32
    block_size = None


class SHA3_384(_Marker):
    """SHA3-384 (FIPS 202)."""

    name = "sha3-384"
    digest_size = 48
    block_size = None


class SHA3_512(_Marker):
    """SHA3-512 (FIPS 202)."""

    name = "sha3-512"
    digest_size = 64
    block_size = None


class _Shake(_Marker, ExtendableOutputFunction):
    block_size = None

    def __init__(self, digest_size: int):
        if not isinstance(digest_size, int):
            raise TypeError("digest_size must be an integer")
        if digest_size < 1:
            raise ValueError("digest_size must be a positive integer")
        self._digest_size = digest_size

    @property
    def digest_size(self) -> int:
        return self._digest_size


class SHAKE128(_Shake):
    """SHAKE128 with a result of `digest_size` bytes (FIPS 202). Raises TypeError if it is no
    ``int``, and ValueError if it is not positive.
    """

    name = "shake128"

    @classmethod
    def xof(cls) -> SHAKE128:
        """For `XOFHash`: output without a limit."""
        return cls(sys.maxsize)


class SHAKE256(_Shake):
    """SHAKE256 with a result of `digest_size` bytes (FIPS 202). Raises TypeError if it is no
    ``int``, and ValueError if it is not positive.
    """

    name = "shake256"

    @classmethod
    def xof(cls) -> SHAKE256:
        """For `XOFHash`: output without a limit."""
        return cls(sys.maxsize)


class MD5(_Marker):
    """MD5 (RFC 1321). Broken: for old formats only."""

    name = "md5"
    digest_size = 16
    block_size = 64


class _Blake2(_Marker):
    _digest_size: int

    def __init__(self, digest_size: int):
        if digest_size != self._digest_size:
            raise ValueError(f"Digest size must be {self._digest_size}")

    @property
    def digest_size(self) -> int:
        return self._digest_size


class BLAKE2b(_Blake2):
    """BLAKE2b (RFC 7693). `digest_size` must be 64, or the constructor raises ValueError."""

    name = "blake2b"
    block_size = 128
    _digest_size = 64


class BLAKE2s(_Blake2):
    """BLAKE2s (RFC 7693). `digest_size` must be 32, or the constructor raises ValueError."""

    name = "blake2s"
    block_size = 64
    _digest_size = 32


class SM3(_Marker):
    """SM3 (GB/T 32905-2016)."""

    name = "sm3"
    digest_size = 32
    block_size = 64
