"""Poly1305, a one-time authenticator (RFC 8439). A key must serve one message and no other."""

from __future__ import annotations

from ironlatch._native.poly1305 import Poly1305

__all__ = ["Poly1305"]
