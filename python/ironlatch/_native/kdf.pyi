from typing import Any, final

from ironlatch.hazmat.primitives._cipheralgorithm import BlockCipherAlgorithm
from ironlatch.hazmat.primitives.hashes import HashAlgorithm
from ironlatch.hazmat.primitives.kdf import KeyDerivationFunction
from ironlatch.hazmat.primitives.kdf.kbkdf import CounterLocation, Mode
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class PBKDF2HMAC(KeyDerivationFunction):
    def __new__(
        cls,
        algorithm: HashAlgorithm,
        length: int,
        salt: bytes,
        iterations: int,
        backend: Any = None,
    ) -> PBKDF2HMAC: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes: ...
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int: ...
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None: ...

@final
class HKDF(KeyDerivationFunction):
    def __new__(
        cls,
        algorithm: HashAlgorithm,
        length: int,
        salt: bytes | None,
        info: bytes | None,
        backend: Any = None,
    ) -> HKDF: ...
    @staticmethod
    def extract(algorithm: HashAlgorithm, salt: bytes | None, key_material: Buffer | SecretBytes) -> bytes: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes: ...
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int: ...
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None: ...

@final
class HKDFExpand(KeyDerivationFunction):
    def __new__(
        cls,
        algorithm: HashAlgorithm,
        length: int,
        info: bytes | None,
        backend: Any = None,
    ) -> HKDFExpand: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes: ...
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int: ...
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None: ...

@final
class ConcatKDFHash(KeyDerivationFunction):
    def __new__(
        cls,
        algorithm: HashAlgorithm,
        length: int,
        otherinfo: bytes | None,
        backend: Any = None,
    ) -> ConcatKDFHash: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes: ...
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int: ...
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None: ...

@final
class ConcatKDFHMAC(KeyDerivationFunction):
    def __new__(
        cls,
        algorithm: HashAlgorithm,
        length: int,
        salt: bytes | None,
        otherinfo: bytes | None,
        backend: Any = None,
    ) -> ConcatKDFHMAC: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes: ...
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int: ...
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None: ...

@final
class X963KDF(KeyDerivationFunction):
    def __new__(
        cls,
        algorithm: HashAlgorithm,
        length: int,
        sharedinfo: bytes | None,
        backend: Any = None,
    ) -> X963KDF: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes: ...
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int: ...
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None: ...

@final
class KBKDFHMAC(KeyDerivationFunction):
    def __new__(
        cls,
        algorithm: HashAlgorithm,
        mode: Mode,
        length: int,
        rlen: int,
        llen: int | None,
        location: CounterLocation,
        label: bytes | None,
        context: bytes | None,
        fixed: bytes | None,
        backend: Any = None,
        *,
        break_location: int | None = None,
    ) -> KBKDFHMAC: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes: ...
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int: ...
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None: ...

@final
class KBKDFCMAC(KeyDerivationFunction):
    def __new__(
        cls,
        algorithm: type[BlockCipherAlgorithm],
        mode: Mode,
        length: int,
        rlen: int,
        llen: int | None,
        location: CounterLocation,
        label: bytes | None,
        context: bytes | None,
        fixed: bytes | None,
        backend: Any = None,
        *,
        break_location: int | None = None,
    ) -> KBKDFCMAC: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes: ...
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int: ...
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None: ...

@final
class Scrypt(KeyDerivationFunction):
    def __new__(
        cls,
        salt: bytes,
        length: int,
        n: int,
        r: int,
        p: int,
        backend: Any = None,
    ) -> Scrypt: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes: ...
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int: ...
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None: ...

@final
class Argon2d(KeyDerivationFunction):
    def __new__(
        cls,
        salt: bytes,
        length: int,
        iterations: int,
        lanes: int,
        memory_cost: int,
        ad: bytes | None = None,
        secret: Buffer | SecretBytes | None = None,
    ) -> Argon2d: ...
    def derive_phc_encoded(self, key_material: Buffer | SecretBytes) -> str: ...
    @classmethod
    def verify_phc_encoded(
        cls, key_material: Buffer | SecretBytes, phc_encoded: str, secret: Buffer | SecretBytes | None = None
    ) -> None: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes: ...
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int: ...
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None: ...

@final
class Argon2i(KeyDerivationFunction):
    def __new__(
        cls,
        salt: bytes,
        length: int,
        iterations: int,
        lanes: int,
        memory_cost: int,
        ad: bytes | None = None,
        secret: Buffer | SecretBytes | None = None,
    ) -> Argon2i: ...
    def derive_phc_encoded(self, key_material: Buffer | SecretBytes) -> str: ...
    @classmethod
    def verify_phc_encoded(
        cls, key_material: Buffer | SecretBytes, phc_encoded: str, secret: Buffer | SecretBytes | None = None
    ) -> None: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes: ...
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int: ...
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None: ...

@final
class Argon2id(KeyDerivationFunction):
    def __new__(
        cls,
        salt: bytes,
        length: int,
        iterations: int,
        lanes: int,
        memory_cost: int,
        ad: bytes | None = None,
        secret: Buffer | SecretBytes | None = None,
    ) -> Argon2id: ...
    def derive_phc_encoded(self, key_material: Buffer | SecretBytes) -> str: ...
    @classmethod
    def verify_phc_encoded(
        cls, key_material: Buffer | SecretBytes, phc_encoded: str, secret: Buffer | SecretBytes | None = None
    ) -> None: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes: ...
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int: ...
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None: ...
