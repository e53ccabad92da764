"""Key derivation functions: keys from passwords (`argon2`, `scrypt`, `pbkdf2`) and from other
secrets (`hkdf`).
"""

from __future__ import annotations

import abc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ironlatch.utils import Buffer

__all__ = ["KeyDerivationFunction"]


class KeyDerivationFunction(metaclass=abc.ABCMeta):
    """The interface of all key derivation functions. An object can be used once, by one of these
    methods.
    """

    @abc.abstractmethod
    def derive(self, key_material: Buffer) -> bytes:
        """Returns the key that `key_material` gives. Raises AlreadyFinalized if the object was
        used, and TypeError if `key_material` is not bytes-like.
        """

    @abc.abstractmethod
    def derive_into(self, key_material: Buffer, buffer: Buffer) -> int:
        """Writes the key that `key_material` gives into `buffer`, which must have its length;
        returns the length.

        Raises ValueError for a buffer of another length, AlreadyFinalized if the object was used,
        and TypeError if an argument is of another type.
        """

    @abc.abstractmethod
    def verify(self, key_material: Buffer, expected_key: Buffer) -> None:
        """Raises `InvalidKey` if `key_material` gives another key than `expected_key`, and
        AlreadyFinalized if the object was used.
        """
