from typing import final

from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class XAES256GCM:
    """Seals messages with XAES-256-GCM (C2SP), under a key of 32 bytes."""
    def __new__(cls, key: Buffer | SecretBytes) -> XAES256GCM: ...
    @staticmethod
    def generate_key() -> bytes:
        """A fresh random key of 32 bytes."""
    def seal(self, data: Buffer, associated_data: Buffer | None = None) -> bytes:
        """Encrypts and authenticates `data`, authenticates `associated_data`, and returns a
        nonce, the ciphertext and a tag: len(data) + 40 bytes.
        """
    def open(self, sealed: Buffer, associated_data: Buffer | None = None) -> bytes:
        """Returns the data that seal made `sealed` of.

        Raises InvalidTag if it was changed or cut off, or was sealed under another key or
        with other associated data.
        """

@final
class XChaCha20Poly1305:
    """Seals messages with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), under a key of 32
    bytes.
    """
    def __new__(cls, key: Buffer | SecretBytes) -> XChaCha20Poly1305: ...
    @staticmethod
    def generate_key() -> bytes:
        """A fresh random key of 32 bytes."""
    def seal(self, data: Buffer, associated_data: Buffer | None = None) -> bytes:
        """Encrypts and authenticates `data`, authenticates `associated_data`, and returns a
        nonce, the ciphertext and a tag: len(data) + 40 bytes.
        """
    def open(self, sealed: Buffer, associated_data: Buffer | None = None) -> bytes:
        """Returns the data that seal made `sealed` of.

        Raises InvalidTag if it was changed or cut off, or was sealed under another key or
        with other associated data.
        """
