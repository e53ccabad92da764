"""HKDF (RFC 5869), for keys from a secret that is hard to guess already."""

from __future__ import annotations

from ironlatch._native.kdf import HKDF, HKDFExpand
from ironlatch.hazmat.primitives.kdf import KeyDerivationFunction

__all__ = ["HKDF", "HKDFExpand"]

KeyDerivationFunction.register(HKDF)
KeyDerivationFunction.register(HKDFExpand)
