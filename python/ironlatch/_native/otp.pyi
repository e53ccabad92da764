from typing import Any

from ironlatch.hazmat.primitives.twofactor.hotp import HOTPHashTypes
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer
from typing_extensions import disjoint_base

@disjoint_base
class HOTP:
    """One-time passwords from a counter (RFC 4226).

    `key` should be 20 random bytes, `length` is 6, 7 or 8 digits, `algorithm` an instance of
    `SHA1`, `SHA256` or `SHA512`.

    Raises `ValueError` for another number of digits and, unless `enforce_key_length` is false, for
    a key of less than 16 bytes, and `TypeError` for an argument of another type.
    """
    def __new__(
        cls,
        key: Buffer | SecretBytes,
        length: int,
        algorithm: HOTPHashTypes,
        backend: Any = None,
        enforce_key_length: bool = True,
    ) -> HOTP: ...
    def generate(self, counter: int) -> bytes:
        """Returns the password for `counter`, as ASCII digits. Raises `ValueError` unless it is 0 to
        2**64 - 1, and `TypeError` if it is no `int`.
        """
    def verify(self, hotp: bytes, counter: int) -> None:
        """Compares `hotp` with the password for `counter`, in constant time. Raises `InvalidToken` if
        they differ.
        """
    def get_provisioning_uri(self, account_name: str, counter: int, issuer: str | None) -> str:
        """Returns the `otpauth:` URI that authenticator programs read, usually from a QR code. It
        holds the key.

        Raises `TypeError` for an argument of another type, and HOTP `ValueError` for a counter out
        of range.
        """
    def _dynamic_truncate(self, counter: int) -> int: ...

@disjoint_base
class TOTP:
    """One-time passwords from the time (RFC 6238).

    As `HOTP`, and raises `ValueError` and `TypeError` as that does; the password changes every
    `time_step` seconds, usually 30.
    """
    def __new__(
        cls,
        key: Buffer | SecretBytes,
        length: int,
        algorithm: HOTPHashTypes,
        time_step: int,
        backend: Any = None,
        enforce_key_length: bool = True,
    ) -> TOTP: ...
    def generate(self, time: float) -> bytes:
        """Returns the password at `time`, in seconds since 1970 in UTC, as ASCII digits. Raises
        `TypeError` if it is neither `int` nor `float`.
        """
    def verify(self, totp: bytes, time: float) -> None:
        """Compares `totp` with the password at `time`, in constant time. Raises `InvalidToken` if they
        differ.
        """
    def get_provisioning_uri(self, account_name: str, issuer: str | None) -> str:
        """Returns the `otpauth:` URI that authenticator programs read, usually from a QR code. It
        holds the key.

        Raises `TypeError` for an argument of another type, and HOTP `ValueError` for a counter out
        of range.
        """
