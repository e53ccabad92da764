"""AES key wrap (RFC 3394), also with padding (RFC 5649): a key encrypted under another key."""

from __future__ import annotations

from ironlatch._native.keywrap import (
    aes_key_unwrap,
    aes_key_unwrap_with_padding,
    aes_key_wrap,
    aes_key_wrap_with_padding,
)

__all__ = [
    "InvalidUnwrap",
    "aes_key_unwrap",
    "aes_key_unwrap_with_padding",
    "aes_key_wrap",
    "aes_key_wrap_with_padding",
]


class InvalidUnwrap(Exception):
    """A wrapped key was changed, or was wrapped under another key."""
