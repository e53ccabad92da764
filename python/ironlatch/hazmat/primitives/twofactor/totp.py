"""TOTP (RFC 6238): one-time passwords from the time."""

from __future__ import annotations

from ironlatch._native.otp import TOTP
from ironlatch.hazmat.primitives.twofactor import InvalidToken
from ironlatch.hazmat.primitives.twofactor.hotp import HOTP, HOTPHashTypes

__all__ = ["HOTP", "TOTP", "HOTPHashTypes", "InvalidToken"]
