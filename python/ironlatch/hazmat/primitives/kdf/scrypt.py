"""scrypt (RFC 7914), for passwords, at the price of memory."""

from __future__ import annotations

from ironlatch._native.kdf import Scrypt
from ironlatch.hazmat.primitives.kdf import KeyDerivationFunction

__all__ = ["Scrypt"]

KeyDerivationFunction.register(Scrypt)
