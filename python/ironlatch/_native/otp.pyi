from typing import Any

from ironlatch.hazmat.primitives.twofactor.hotp import HOTPHashTypes
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer
from typing_extensions import disjoint_base

@disjoint_base
class HOTP:
    def __new__(
        cls,
        key: Buffer | SecretBytes,
        length: int,
        algorithm: HOTPHashTypes,
        backend: Any = None,
        enforce_key_length: bool = True,
    ) -> HOTP: ...
    def generate(self, counter: int) -> bytes: ...
    def verify(self, hotp: bytes, counter: int) -> None: ...
    def get_provisioning_uri(self, account_name: str, counter: int, issuer: str | None) -> str: ...
    def _dynamic_truncate(self, counter: int) -> int: ...

@disjoint_base
class TOTP:
    def __new__(
        cls,
        key: Buffer | SecretBytes,
        length: int,
        algorithm: HOTPHashTypes,
        time_step: int,
        backend: Any = None,
        enforce_key_length: bool = True,
    ) -> TOTP: ...
    def generate(self, time: float) -> bytes: ...
    def verify(self, totp: bytes, time: float) -> None: ...
    def get_provisioning_uri(self, account_name: str, issuer: str | None) -> str: ...
