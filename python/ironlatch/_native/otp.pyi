from typing import Any

from ironlatch.hazmat.primitives.twofactor.hotp import HOTPHashTypes
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer
from typing_extensions import disjoint_base

@disjoint_base
class HOTP:
    """One-time passwords from a counter (RFC 4226).

    `key` should be 20 random bytes, `length` is 6, 7 or 8 digits, `algorithm` an instance of
    `SHA1`, `SHA256` or `SHA512`. A key of less than 16 bytes is a `ValueError`, unless
    `enforce_key_length` is false.
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
        """The password for `counter`, as ASCII digits."""
    def verify(self, hotp: bytes, counter: int) -> None:
        """Compares `hotp` with the password for `counter`, in constant time. Raises `InvalidToken` if
        they differ.
        """
    def get_provisioning_uri(self, account_name: str, counter: int, issuer: str | None) -> str:
        """The `otpauth:` URI that authenticator programs read, usually from a QR code. It holds the
        key.
        """
    def _dynamic_truncate(self, counter: int) -> int: ...

@disjoint_base
class TOTP:
    """One-time passwords from the time (RFC 6238).

    As `HOTP`; the password changes every `time_step` seconds, usually 30.
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
        """The password at `time`, in seconds since 1970 in UTC, as ASCII digits."""
    def verify(self, totp: bytes, time: float) -> None:
        """Compares `totp` with the password at `time`, in constant time. Raises `InvalidToken` if they
        differ.
        """
    def get_provisioning_uri(self, account_name: str, issuer: str | None) -> str:
        """The `otpauth:` URI that authenticator programs read, usually from a QR code. It holds the
        key.
        """
