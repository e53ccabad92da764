"""One-time passwords for a second factor: by counter (`hotp`) and by time (`totp`)."""

from __future__ import annotations

__all__ = ["InvalidToken"]


class InvalidToken(Exception):
    """A one-time password is not the expected one."""
