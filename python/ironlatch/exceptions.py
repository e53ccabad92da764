"""The exceptions of the hazmat layer, beyond Python's own, and the base of the recipes' ones."""

from __future__ import annotations

import enum

from ironlatch._errors import IronlatchError

__all__ = [
    "AlreadyFinalized",
    "AlreadyUpdated",
    "InternalError",
    "InvalidKey",
    "InvalidSignature",
    "InvalidTag",
    "IronlatchError",
    "NotYetFinalized",
    "UnsupportedAlgorithm",
]


class _Reasons(enum.Enum):
    """Which kind of thing an UnsupportedAlgorithm is about."""

    BACKEND_MISSING_INTERFACE = 0
    UNSUPPORTED_HASH = 1
    UNSUPPORTED_CIPHER = 2
    UNSUPPORTED_PADDING = 3
    UNSUPPORTED_MGF = 4
    UNSUPPORTED_PUBLIC_KEY_ALGORITHM = 5
    UNSUPPORTED_ELLIPTIC_CURVE = 6
    UNSUPPORTED_SERIALIZATION = 7
    UNSUPPORTED_X509 = 8
    UNSUPPORTED_EXCHANGE_ALGORITHM = 9
    UNSUPPORTED_DIFFIE_HELLMAN = 10
    UNSUPPORTED_MAC = 11


class UnsupportedAlgorithm(Exception):
    """The algorithm, or this combination of parameters, is not available."""

    def __init__(self, message: str, reason: _Reasons | None = None) -> None:
        super().__init__(message)
        self._reason = reason


class AlreadyFinalized(Exception):
    """The context has given its result and takes no more input."""


class AlreadyUpdated(Exception):
    """Associated data came after the first data."""


class NotYetFinalized(Exception):
    """A result was asked for before the context was finalized."""


class InvalidTag(Exception):
    """An authentication tag did not match: wrong key, or the data was changed."""


class InvalidSignature(Exception):
    """A signature or message authentication code did not match."""


class InternalError(Exception):
    """The cryptographic library failed for a reason that no input explains."""

    def __init__(self, msg: str, err_code: list[object] | None = None) -> None:
        super().__init__(msg)
        self.err_code = err_code or []


class InvalidKey(Exception):
    """A derived key is not the expected one."""
