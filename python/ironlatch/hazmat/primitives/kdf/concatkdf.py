"""ConcatKDF (NIST SP 800-56C §4), for keys from the result of a key exchange where a standard asks
for it.
"""

from __future__ import annotations

from ironlatch._native.kdf import ConcatKDFHash, ConcatKDFHMAC
from ironlatch.hazmat.primitives.kdf import KeyDerivationFunction

__all__ = ["ConcatKDFHMAC", "ConcatKDFHash"]

KeyDerivationFunction.register(ConcatKDFHMAC)
KeyDerivationFunction.register(ConcatKDFHash)
