"""Symmetric encryption. For a whole message at a time, use the AEADs in ``ciphers.aead``."""

from ironlatch.hazmat.primitives._cipheralgorithm import BlockCipherAlgorithm, CipherAlgorithm
from ironlatch.hazmat.primitives.ciphers import algorithms, modes
from ironlatch.hazmat.primitives.ciphers.base import (
    AEADCipherContext,
    AEADDecryptionContext,
    AEADEncryptionContext,
    Cipher,
    CipherContext,
)

__all__ = [
    "AEADCipherContext",
    "AEADDecryptionContext",
    "AEADEncryptionContext",
    "BlockCipherAlgorithm",
    "Cipher",
    "CipherAlgorithm",
    "CipherContext",
    "algorithms",
    "modes",
]
