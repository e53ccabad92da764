"""Timed tokens: data that comes back later, signed or encrypted.

See ``docs/tokens.md``.
"""

from ironlatch._native.signing import EncryptedTokens as EncryptedTokens
from ironlatch._native.signing import EncryptionKey as EncryptionKey
from ironlatch._native.signing import SignedTokens as SignedTokens
from ironlatch._native.signing import Token as Token

__all__ = ["EncryptedTokens", "EncryptionKey", "SignedTokens", "Token"]
