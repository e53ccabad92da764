"""The base of the classes of keys that are a plain string of bytes."""

from __future__ import annotations

import abc

from ironlatch.hazmat.primitives import _serialization

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class RawPublicKey(metaclass=abc.ABCMeta):
    """The methods of all such public keys."""

    @abc.abstractmethod
    def public_bytes(self, encoding: _serialization.Encoding, format: _serialization.PublicFormat) -> bytes:
        """Returns the key as bytes in ``encoding`` and ``format``.

        Raises TypeError or ValueError if the two do not go together, and TypeError for an argument
        of another type.
        """

    @abc.abstractmethod
    def public_bytes_raw(self) -> bytes:
        """The bytes of the key alone."""

    @abc.abstractmethod
    def __eq__(self, value: object, /) -> bool: ...

    def __hash__(self) -> int:
        return hash(self.public_bytes_raw())

    @abc.abstractmethod
    def __copy__(self) -> Self: ...

    @abc.abstractmethod
    def __deepcopy__(self, memo: dict[int, object]) -> Self: ...


class RawPrivateKey(metaclass=abc.ABCMeta):
    """The methods of all such private keys."""

    @abc.abstractmethod
    def private_bytes(
        self,
        encoding: _serialization.Encoding,
        format: _serialization.PrivateFormat,
        encryption_algorithm: _serialization.KeySerializationEncryption,
    ) -> bytes:
        """Returns the key in ``encoding`` and ``format``, encrypted as ``encryption_algorithm``
        says.

        Raises TypeError or ValueError if the three do not go together, TypeError for an argument of
        another type, and ValueError for a password of more than 1023 bytes.
        """

    @abc.abstractmethod
    def private_bytes_raw(self) -> bytes:
        """The bytes of the key alone."""

    @abc.abstractmethod
    def __copy__(self) -> Self: ...

    @abc.abstractmethod
    def __deepcopy__(self, memo: dict[int, object]) -> Self: ...
