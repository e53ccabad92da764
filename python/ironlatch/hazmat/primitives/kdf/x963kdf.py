"""The key derivation of ANSI X9.63, for keys from the result of a key exchange where a standard
asks for it.
"""

from __future__ import annotations

from ironlatch._native.kdf import X963KDF
from ironlatch.hazmat.primitives.kdf import KeyDerivationFunction

__all__ = ["X963KDF"]

KeyDerivationFunction.register(X963KDF)
