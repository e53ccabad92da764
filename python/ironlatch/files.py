"""Files encrypted in the age format, under a passphrase or to keys.

See ``docs/files.md``.
"""

from ironlatch._native.files import Identity, decrypt_file, encrypt_file

__all__ = ["DamagedFile", "DecryptionError", "Identity", "WrongKey", "decrypt_file", "encrypt_file"]


class DecryptionError(Exception):
    """A file could not be decrypted."""


class WrongKey(DecryptionError):
    """Neither the passphrase nor one of the keys opens the file."""


class DamagedFile(DecryptionError):
    """The file was changed or cut short, or is not an age file at all."""
