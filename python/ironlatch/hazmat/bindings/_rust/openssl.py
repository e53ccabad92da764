"""The names by which other packages ask the peer about its OpenSSL."""

from __future__ import annotations

from ironlatch._native import rsa as rsa

__all__ = ["is_fips_enabled", "rsa"]


def is_fips_enabled() -> bool:
    """Returns False: there is no validated module here, and no mode of one."""
    return False
