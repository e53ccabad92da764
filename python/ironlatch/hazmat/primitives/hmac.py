"""HMAC, a message authentication code made of a hash function (RFC 2104)."""

from __future__ import annotations

from ironlatch._native.hmac import HMAC
from ironlatch.hazmat.primitives import hashes

__all__ = ["HMAC"]

hashes.HashContext.register(HMAC)
