"""HOTP (RFC 4226): one-time passwords from a counter."""

from __future__ import annotations

from ironlatch._native.otp import HOTP
from ironlatch.hazmat.primitives.hashes import SHA1, SHA256, SHA512
from ironlatch.hazmat.primitives.twofactor import InvalidToken

__all__ = ["HOTP", "HOTPHashTypes", "InvalidToken"]

HOTPHashTypes = SHA1 | SHA256 | SHA512
