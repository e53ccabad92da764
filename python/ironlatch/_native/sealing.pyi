from typing import final

from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class XAES256GCM:
    """Seals messages with XAES-256-GCM (C2SP), under a key of 32 bytes. Raises ValueError for
    another length.

    >>> from ironlatch.sealing import XAES256GCM
    >>> sealer = XAES256GCM(XAES256GCM.generate_key())
    >>> sealer.open(sealer.seal(b"a message", b"its place"), b"its place")
    b'a message'
    """
    def __new__(cls, key: Buffer | SecretBytes) -> XAES256GCM: ...
    @staticmethod
    def generate_key() -> bytes:
        """Makes a fresh random key of 32 bytes."""
    def seal(self, data: Buffer, associated_data: Buffer | None = None) -> bytes:
        """Encrypts and authenticates `data`, authenticates `associated_data`, and returns a
        nonce, the ciphertext and a tag: len(data) + 40 bytes.
        """
    def open(self, sealed: Buffer, associated_data: Buffer | None = None) -> bytes:
        """Decrypts what seal returned.

        Raises InvalidTag if it was changed or cut off, or was sealed under another key or
        with other associated data.
        """

@final
class XChaCha20Poly1305:
    """Seals messages with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), under a key of 32
    bytes. Raises ValueError for another length.

    >>> from ironlatch.sealing import XChaCha20Poly1305
    >>> sealer = XChaCha20Poly1305(XChaCha20Poly1305.generate_key())
    >>> sealer.open(sealer.seal(b"a message", b"its place"), b"its place")
    b'a message'
    """
    def __new__(cls, key: Buffer | SecretBytes) -> XChaCha20Poly1305: ...
    @staticmethod
    def generate_key() -> bytes:
        """Makes a fresh random key of 32 bytes."""
    def seal(self, data: Buffer, associated_data: Buffer | None = None) -> bytes:
        """Encrypts and authenticates `data`, authenticates `associated_data`, and returns a
        nonce, the ciphertext and a tag: len(data) + 40 bytes.
        """
    def open(self, sealed: Buffer, associated_data: Buffer | None = None) -> bytes:
        """Decrypts what seal returned.

        Raises InvalidTag if it was changed or cut off, or was sealed under another key or
        with other associated data.
        """
