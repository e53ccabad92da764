"""The interfaces of modes of operation."""

from __future__ import annotations

import abc

from ironlatch import utils
from ironlatch.exceptions import UnsupportedAlgorithm, _Reasons
from ironlatch.hazmat.primitives._cipheralgorithm import BlockCipherAlgorithm, CipherAlgorithm


class Mode(metaclass=abc.ABCMeta):
    """A mode of operation."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """The mode's name, such as ``CBC``."""

    @abc.abstractmethod
    def validate_for_algorithm(self, algorithm: CipherAlgorithm) -> None:
        """Raises ValueError if the mode's parameters do not fit ``algorithm``."""


class ModeWithInitializationVector(Mode, metaclass=abc.ABCMeta):
    """A mode with an initialization vector."""

    @property
    @abc.abstractmethod
    def initialization_vector(self) -> utils.Buffer:
        """The initialization vector."""


class ModeWithTweak(Mode, metaclass=abc.ABCMeta):
    """A mode with a tweak."""

    @property
    @abc.abstractmethod
    def tweak(self) -> utils.Buffer:
        """The tweak."""


class ModeWithNonce(Mode, metaclass=abc.ABCMeta):
    """A mode with a nonce."""

    @property
    @abc.abstractmethod
    def nonce(self) -> utils.Buffer:
        """The nonce."""


class ModeWithAuthenticationTag(Mode, metaclass=abc.ABCMeta):
    """A mode that authenticates."""

    @property
    @abc.abstractmethod
    def tag(self) -> bytes | None:
        """The tag to check, if it is known before the decryption."""


class _ModeWithBlockIV(ModeWithInitializationVector):
    """A mode whose initialization vector is as long as the cipher's block."""

    def __init__(self, initialization_vector: utils.Buffer) -> None:
        utils._check_byteslike("initialization_vector", initialization_vector)
        self._initialization_vector = initialization_vector

    @property
    def initialization_vector(self) -> utils.Buffer:
        return self._initialization_vector

    def validate_for_algorithm(self, algorithm: CipherAlgorithm) -> None:
        """Raises ValueError if the initialization vector is not as long as a block of
        ``algorithm``, and UnsupportedAlgorithm if that is no block cipher.
        """
        _check_aes_key_length(self, algorithm)
        _check_nonce_length(self._initialization_vector, self.name, algorithm, "IV")


def _check_aes_key_length(mode: Mode, algorithm: CipherAlgorithm) -> None:
    if algorithm.key_size > 256 and algorithm.name == "AES":
        raise ValueError(f"AES in {mode.name} takes keys of 128, 192, and 256 bits; a key of 512 bits is for XTS alone")


def _check_nonce_length(nonce: utils.Buffer, mode: str, algorithm: CipherAlgorithm, what: str = "nonce") -> None:
    block_size = _block_cipher(mode, algorithm).block_size
    if len(nonce) * 8 != block_size:
        raise ValueError(f"Invalid {what} size ({len(nonce)}) for {mode}: it must be {block_size // 8} bytes")


def _block_cipher(mode: str, algorithm: CipherAlgorithm) -> BlockCipherAlgorithm:
    if not isinstance(algorithm, BlockCipherAlgorithm):
        raise UnsupportedAlgorithm(f"{mode} requires a block cipher algorithm", _Reasons.UNSUPPORTED_CIPHER)
    return algorithm


utils._at_home(
    "ironlatch.hazmat.primitives.ciphers.modes",
    Mode,
    ModeWithAuthenticationTag,
    ModeWithInitializationVector,
    ModeWithNonce,
    ModeWithTweak,
)
