"""Argon2 (RFC 9106), for passwords. `Argon2id` is the one to choose."""

from __future__ import annotations

from ironlatch._native.kdf import Argon2d, Argon2i, Argon2id
from ironlatch.hazmat.primitives.kdf import KeyDerivationFunction

__all__ = ["Argon2d", "Argon2i", "Argon2id"]

KeyDerivationFunction.register(Argon2d)
KeyDerivationFunction.register(Argon2i)
KeyDerivationFunction.register(Argon2id)
