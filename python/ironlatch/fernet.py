"""Fernet: encrypt and authenticate a message under one key, in one call.

    key = Fernet.generate_key()
    token = Fernet(key).encrypt(b"a message")
    assert Fernet(key).decrypt(token) == b"a message"

A token hides the message and shows any change to it, but not its length, nor when it was made.
"""

from ironlatch._native.fernet import Fernet, MultiFernet

__all__ = ["Fernet", "InvalidToken", "MultiFernet"]


class InvalidToken(Exception):
    """The token is malformed, was changed, was made under another key, or has expired."""
