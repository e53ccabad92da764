"""PBKDF2 (RFC 8018 §5.2), for passwords where a protocol or a format asks for it."""

from __future__ import annotations

from ironlatch._native.kdf import PBKDF2HMAC
from ironlatch.hazmat.primitives.kdf import KeyDerivationFunction

__all__ = ["PBKDF2HMAC"]

KeyDerivationFunction.register(PBKDF2HMAC)
