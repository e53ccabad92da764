"""Modes of operation: a name, and a nonce of a length that fits."""

from __future__ import annotations

from ironlatch import utils
from ironlatch.hazmat.primitives._cipheralgorithm import CipherAlgorithm
from ironlatch.hazmat.primitives._modes import (
    Mode,
    ModeWithAuthenticationTag,
    ModeWithInitializationVector,
    ModeWithNonce,
    ModeWithTweak,
    _block_cipher,
    _check_aes_key_length,
    _check_nonce_length,
    _ModeWithBlockIV,
)
from ironlatch.hazmat.primitives.ciphers.algorithms import AES128, AES256

__all__ = [
    "CBC",
    "CTR",
    "ECB",
    "GCM",
    "XTS",
    "Mode",
    "ModeWithAuthenticationTag",
    "ModeWithInitializationVector",
    "ModeWithNonce",
    "ModeWithTweak",
]


class CBC(_ModeWithBlockIV):
    """Cipher block chaining (SP 800-38A) with an unpredictable IV of one block.

    ``initialization_vector`` has the length of one block, which ``Cipher`` checks: it raises
    ValueError for another. Raises TypeError if it is not bytes-like.
    """

    name = "CBC"


class XTS(ModeWithTweak):
    """XTS (IEEE 1619) with a tweak of 16 bytes, for storage in sectors. Raises TypeError if
    ``tweak`` is not bytes-like, and ValueError for another length.
    """

    name = "XTS"

    def __init__(self, tweak: utils.Buffer) -> None:
        utils._check_byteslike("tweak", tweak)
        if len(tweak) != 16:
            raise ValueError(f"tweak must be 128-bits (16 bytes); it has {len(tweak)} bytes")
        self._tweak = tweak

    @property
    def tweak(self) -> utils.Buffer:
        return self._tweak

    def validate_for_algorithm(self, algorithm: CipherAlgorithm) -> None:
        """Raises ValueError unless the key has 32 or 64 bytes, and TypeError for AES128 and AES256,
        which have one key alone.
        """
        if isinstance(algorithm, (AES128, AES256)):
            raise TypeError("XTS takes two keys in one: use AES, not AES128 or AES256")
        if algorithm.key_size not in (256, 512):
            raise ValueError("XTS takes a key of 256 bits for AES-128 and of 512 bits for AES-256")


class ECB(Mode):
    """Each block by itself: equal blocks stay equal, so it hides little."""

    name = "ECB"

    def validate_for_algorithm(self, algorithm: CipherAlgorithm) -> None:
        """Raises ValueError for AES with a key of 64 bytes, which is for XTS."""
        _check_aes_key_length(self, algorithm)


class CTR(ModeWithNonce):
    """Counter mode (SP 800-38A); ``nonce`` is the first counter block. Never use one twice under
    one key. ``Cipher`` raises ValueError if it is not as long as a block, the constructor TypeError
    if it is not bytes-like.
    """

    name = "CTR"

    def __init__(self, nonce: utils.Buffer) -> None:
        utils._check_byteslike("nonce", nonce)
        self._nonce = nonce

    @property
    def nonce(self) -> utils.Buffer:
        return self._nonce

    def validate_for_algorithm(self, algorithm: CipherAlgorithm) -> None:
        """Raises ValueError if the nonce is not as long as a block of ``algorithm``, and
        UnsupportedAlgorithm if that is no block cipher.
        """
        _check_aes_key_length(self, algorithm)
        _check_nonce_length(self._nonce, self.name, algorithm)


class GCM(ModeWithInitializationVector, ModeWithAuthenticationTag):
    """Galois/Counter Mode (SP 800-38D) with a nonce of 8 to 128 bytes (use 12), never used twice
    under one key.

    For a decryption, ``tag`` is the tag to check, of ``min_tag_length`` to 16 bytes; it may come
    later instead, by ``finalize_with_tag``.

    Raises ValueError for a nonce or tag of another length, or a ``min_tag_length`` under 4, and
    TypeError if the nonce is not bytes-like or the tag not ``bytes``.
    """

    name = "GCM"
    _MAX_ENCRYPTED_BYTES = (2**39 - 256) // 8
    _MAX_AAD_BYTES = 2**64 // 8

    def __init__(
        self,
        initialization_vector: utils.Buffer,
        tag: bytes | None = None,
        min_tag_length: int = 16,
    ) -> None:
        utils._check_byteslike("initialization_vector", initialization_vector)
        if not 8 <= len(initialization_vector) <= 128:
            raise ValueError(
                "initialization_vector must be between 8 and 128 bytes (64 and 1024 bits); "
                f"it has {len(initialization_vector)}"
            )
        if min_tag_length < 4:
            raise ValueError(f"min_tag_length must be >= 4; it is {min_tag_length}")
        if tag is not None:
            utils._check_bytes("tag", tag)
            if len(tag) < min_tag_length:
                raise ValueError(f"Authentication tag must be {min_tag_length} bytes or longer; it has {len(tag)}")
        self._initialization_vector = initialization_vector
        self._tag = tag
        self._min_tag_length = min_tag_length

    @property
    def tag(self) -> bytes | None:
        return self._tag

    @property
    def initialization_vector(self) -> utils.Buffer:
        return self._initialization_vector

    def validate_for_algorithm(self, algorithm: CipherAlgorithm) -> None:
        """Raises ValueError for a tag that is longer than a block of ``algorithm``, and
        UnsupportedAlgorithm if that is no block cipher.
        """
        _check_aes_key_length(self, algorithm)
        block_bytes = _block_cipher(self.name, algorithm).block_size // 8
        if self._tag is not None and len(self._tag) > block_bytes:
            raise ValueError(f"Authentication tag cannot be more than {block_bytes} bytes; it has {len(self._tag)}")


def _moved(name: str) -> object:
    from ironlatch.hazmat.decrepit.ciphers import modes

    return {"CFB": modes.CFB, "CFB8": modes.CFB8, "OFB": modes.OFB}[name]


__getattr__ = utils._deprecated_names(
    __name__,
    utils.CryptographyDeprecationWarning,
    "{name} has moved to ironlatch.hazmat.decrepit.ciphers.modes and will go away here",
    _moved,
)
