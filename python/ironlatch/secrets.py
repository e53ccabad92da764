"""Secrets in memory that is wiped, and secrets made for programs and for people.

See ``docs/secrets.md``.
"""

from ironlatch._native.secrets import Passphrase as Passphrase
from ironlatch._native.secrets import RecoveryCodes as RecoveryCodes
from ironlatch._native.secrets import SecretBytes as SecretBytes
from ironlatch._native.secrets import normalize_recovery_code as normalize_recovery_code
from ironlatch._native.secrets import passphrase as passphrase
from ironlatch._native.secrets import recovery_codes as recovery_codes
from ironlatch._native.secrets import token_bytes as token_bytes
from ironlatch._native.secrets import token_hex as token_hex
from ironlatch._native.secrets import token_urlsafe as token_urlsafe

__all__ = [
    "ExposedFileWarning",
    "Passphrase",
    "RecoveryCodes",
    "SecretBytes",
    "normalize_recovery_code",
    "passphrase",
    "recovery_codes",
    "token_bytes",
    "token_hex",
    "token_urlsafe",
]


class ExposedFileWarning(UserWarning):
    """A file with secrets in it can be read by every user, or written by others than its owner."""
