"""``Cipher``, which joins an algorithm and a mode, and the interfaces of the contexts that it hands
out.
"""

from __future__ import annotations

import abc
from typing import Generic, TypeVar, overload

from ironlatch import utils
from ironlatch._native import ciphers as _native
from ironlatch.hazmat.primitives._cipheralgorithm import CipherAlgorithm
from ironlatch.hazmat.primitives._modes import Mode, ModeWithAuthenticationTag


class CipherContext(metaclass=abc.ABCMeta):
    """A cipher at work on data that comes in pieces."""

    @abc.abstractmethod
    def update(self, data: utils.Buffer) -> bytes:
        """Processes ``data`` and returns the result so far.

        Raises AlreadyFinalized after ``finalize``, TypeError if ``data`` is not bytes-like, and
        ValueError past the mode's limit; in XTS each call takes a whole unit of 16 bytes to 16 MiB.
        """

    @abc.abstractmethod
    def update_into(self, data: utils.Buffer, buf: utils.Buffer) -> int:
        """Processes ``data`` into ``buf`` and returns how many bytes were written.

        Raises ValueError if ``buf`` is shorter than ``data`` plus a block minus one byte,
        AlreadyFinalized after ``finalize``, and TypeError if ``data`` is not bytes-like or ``buf``
        cannot be written to.
        """

    @abc.abstractmethod
    def finalize(self) -> bytes:
        """Ends the work and returns the rest of the result.

        Raises ValueError if the data do not fill whole blocks in a mode that needs them, or the tag
        to check is missing, InvalidTag if it does not match, and AlreadyFinalized the second time.
        """

    @abc.abstractmethod
    def reset_nonce(self, nonce: utils.Buffer) -> None:
        """Starts again with another nonce under the same key.

        Raises UnsupportedAlgorithm for a mode that has none, ValueError for a nonce of another
        length, TypeError if it is not bytes-like, and AlreadyFinalized after ``finalize``.
        """


class AEADCipherContext(CipherContext, metaclass=abc.ABCMeta):
    """A cipher in an authenticated mode at work."""

    @abc.abstractmethod
    def authenticate_additional_data(self, data: utils.Buffer) -> None:
        """Authenticates ``data`` without encrypting it.

        Raises AlreadyUpdated after the first ``update``, AlreadyFinalized after ``finalize``, and
        ValueError past the mode's limit.
        """


class AEADDecryptionContext(AEADCipherContext, metaclass=abc.ABCMeta):
    """A decryption in an authenticated mode."""

    @abc.abstractmethod
    def finalize_with_tag(self, tag: bytes) -> bytes:
        """Ends the decryption by checking ``tag``, and returns the rest of the plaintext.

        Raises InvalidTag if it does not match, ValueError if it is shorter than the mode's
        ``min_tag_length`` or longer than 16 bytes, or the mode has a tag already, and
        AlreadyFinalized the second time.
        """


class AEADEncryptionContext(AEADCipherContext, metaclass=abc.ABCMeta):
    """An encryption in an authenticated mode."""

    @property
    @abc.abstractmethod
    def tag(self) -> bytes:
        """Returns the tag, 16 bytes. Raises NotYetFinalized before ``finalize``."""


CipherContext.register(_native.CipherContext)
AEADEncryptionContext.register(_native.AEADEncryptionContext)
AEADDecryptionContext.register(_native.AEADDecryptionContext)

_ModeT = TypeVar("_ModeT", bound=Mode | None, covariant=True)


class Cipher(Generic[_ModeT]):
    """An algorithm with its key, in a mode with its nonce.

    Raises TypeError if ``algorithm`` is no CipherAlgorithm or ``mode`` no Mode, and ValueError if
    the mode's parameters do not fit the algorithm.
    """

    def __init__(self, algorithm: CipherAlgorithm, mode: _ModeT, backend: object = None) -> None:
        if not isinstance(algorithm, CipherAlgorithm):
            raise TypeError(f"Expected interface of CipherAlgorithm, not {_kind(algorithm)}")
        if mode is not None:
            if not isinstance(mode, Mode):
                raise TypeError(f"Expected interface of Mode, not {_kind(mode)}")
            mode.validate_for_algorithm(algorithm)
        self.algorithm = algorithm
        self.mode = mode

    @overload
    def encryptor(self: Cipher[ModeWithAuthenticationTag]) -> AEADEncryptionContext: ...

    @overload
    def encryptor(self: Cipher[Mode | None]) -> CipherContext: ...

    def encryptor(self) -> CipherContext:
        """A context that encrypts. Raises UnsupportedAlgorithm if there is no such cipher in such a
        mode.
        """
        return _native.create_encryption_ctx(self.algorithm, self.mode)

    @overload
    def decryptor(self: Cipher[ModeWithAuthenticationTag]) -> AEADDecryptionContext: ...

    @overload
    def decryptor(self: Cipher[Mode | None]) -> CipherContext: ...

    def decryptor(self) -> CipherContext:
        """A context that decrypts. Raises UnsupportedAlgorithm if there is no such cipher in such a
        mode.
        """
        return _native.create_decryption_ctx(self.algorithm, self.mode)


def _kind(value: object) -> str:
    """Says what ``value`` is, with a hint if it is a class where its instance belongs."""
    if isinstance(value, type):
        return f"the class {value.__name__}: write {value.__name__}(...)"
    return type(value).__name__
