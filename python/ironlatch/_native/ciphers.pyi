from typing import final

from ironlatch.hazmat.primitives import ciphers
from ironlatch.hazmat.primitives._cipheralgorithm import CipherAlgorithm
from ironlatch.hazmat.primitives._modes import Mode
from ironlatch.utils import Buffer

@final
class CipherContext(ciphers.CipherContext):
    """A cipher in an unauthenticated mode at work."""
    def update(self, data: Buffer) -> bytes:
        """Processes `data` and returns the whole blocks of the result. Raises AlreadyFinalized."""
    def update_into(self, data: Buffer, buf: Buffer) -> int:
        """Like update, into the writable buffer `buf`, which must have room for len(data) + block size
        - 1 bytes; returns how many were written.
        """
    def finalize(self) -> bytes:
        """Ends the work and returns no bytes. Raises ValueError if the data was not whole blocks, and
        AlreadyFinalized.
        """
    def reset_nonce(self, nonce: Buffer) -> None:
        """Starts again with another nonce under the same key, in CTR mode and with ChaCha20 only.
        Raises UnsupportedAlgorithm in another.
        """

@final
class AEADEncryptionContext(ciphers.AEADEncryptionContext):
    """An encryption in an authenticated mode."""
    def update(self, data: Buffer) -> bytes:
        """Processes `data` and returns as many bytes. Raises AlreadyFinalized, and ValueError
        past the mode's limit.
        """
    def update_into(self, data: Buffer, buf: Buffer) -> int:
        """Like update, into the writable buffer `buf`, which must be as long as data; returns
        how many bytes were written.
        """
    def authenticate_additional_data(self, data: Buffer) -> None:
        """Authenticates `data` without encrypting it, before the first update. Raises
        AlreadyUpdated after it.
        """
    def reset_nonce(self, nonce: Buffer) -> None:
        """Raises UnsupportedAlgorithm: an authenticated mode cannot start again."""
    def finalize(self) -> bytes:
        """Ends the encryption and returns no bytes; then the tag is available. Raises
        AlreadyFinalized.
        """
    @property
    def tag(self) -> bytes:
        """The tag of 16 bytes. Raises NotYetFinalized before finalize."""

@final
class AEADDecryptionContext(ciphers.AEADDecryptionContext):
    """A decryption in an authenticated mode. Trust nothing that it gives before it is finalized."""
    def update(self, data: Buffer) -> bytes:
        """Processes `data` and returns as many bytes. Raises AlreadyFinalized, and ValueError
        past the mode's limit.
        """
    def update_into(self, data: Buffer, buf: Buffer) -> int:
        """Like update, into the writable buffer `buf`, which must be as long as data; returns
        how many bytes were written.
        """
    def authenticate_additional_data(self, data: Buffer) -> None:
        """Authenticates `data` without encrypting it, before the first update. Raises
        AlreadyUpdated after it.
        """
    def reset_nonce(self, nonce: Buffer) -> None:
        """Raises UnsupportedAlgorithm: an authenticated mode cannot start again."""
    def finalize(self) -> bytes:
        """Checks the tag that the mode was given and returns no bytes. Raises InvalidTag if the data
        is not authentic, ValueError if the mode was given no tag, and AlreadyFinalized.
        """
    def finalize_with_tag(self, tag: Buffer) -> bytes:
        """Checks `tag` and returns no bytes. Raises InvalidTag if the data is not authentic,
        ValueError if the tag's length is not allowed or the mode was given one too, and
        AlreadyFinalized.
        """

def create_encryption_ctx(algorithm: CipherAlgorithm, mode: Mode | None) -> ciphers.CipherContext:
    """An encryption with `algorithm` in `mode`. Raises UnsupportedAlgorithm if there is no such
    combination.
    """

def create_decryption_ctx(algorithm: CipherAlgorithm, mode: Mode | None) -> ciphers.CipherContext:
    """A decryption with `algorithm` in `mode`. Raises UnsupportedAlgorithm if there is no such
    combination.
    """

def cipher_supported(algorithm: CipherAlgorithm, mode: Mode | None) -> bool:
    """Whether `algorithm` in `mode` is available."""
