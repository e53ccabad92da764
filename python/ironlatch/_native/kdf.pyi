from typing import Any, final

from ironlatch.hazmat.primitives._cipheralgorithm import BlockCipherAlgorithm
from ironlatch.hazmat.primitives.hashes import HashAlgorithm
from ironlatch.hazmat.primitives.kdf import KeyDerivationFunction
from ironlatch.hazmat.primitives.kdf.kbkdf import CounterLocation, Mode
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class PBKDF2HMAC(KeyDerivationFunction):
    """PBKDF2 with HMAC (RFC 8018 §5.2): a key of `length` bytes from a password.

    `salt` should be 16 random bytes or more. For SHA-256, `iterations` should be 600 000 or
    more. Where there is a choice, take `Argon2id` instead.

    Raises `ValueError` if `iterations` is under 1, `TypeError` for an argument of another type,
    and `UnsupportedAlgorithm` for a hash function that HMAC does not work with.
    """
    def __new__(
        cls,
        algorithm: HashAlgorithm,
        length: int,
        salt: bytes,
        iterations: int,
        backend: Any = None,
    ) -> PBKDF2HMAC: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes:
        """The key that `key_material` gives, `length` bytes.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int:
        """Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
        `length` bytes, and returns their number.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None:
        """Compares the key that `key_material` gives with `expected_key`, in constant time.

        Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used
        before.
        """

@final
class HKDF(KeyDerivationFunction):
    """HKDF (RFC 5869): a key of `length` bytes from a secret that is hard to guess already.

    Not for passwords. `salt` may be `None` or public; `info` says what the key is for. Raises
    `ValueError` for a `length` of more than 255 digests, `TypeError` for an argument of another
    type, and `UnsupportedAlgorithm` for a hash function that HMAC does not work with.
    """
    def __new__(
        cls,
        algorithm: HashAlgorithm,
        length: int,
        salt: bytes | None,
        info: bytes | None,
        backend: Any = None,
    ) -> HKDF: ...
    @staticmethod
    def extract(algorithm: HashAlgorithm, salt: bytes | None, key_material: Buffer | SecretBytes) -> bytes:
        """Returns the result of the first step alone: a pseudorandom key of
        `algorithm.digest_size` bytes.

        Raises `TypeError` for an argument of another type, and `UnsupportedAlgorithm` for a
        hash function that HMAC does not work with.
        """
    def derive(self, key_material: Buffer | SecretBytes) -> bytes:
        """The key that `key_material` gives, `length` bytes.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int:
        """Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
        `length` bytes, and returns their number.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None:
        """Compares the key that `key_material` gives with `expected_key`, in constant time.

        Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used
        before.
        """

@final
class HKDFExpand(KeyDerivationFunction):
    """The second step of HKDF alone (RFC 5869 §2.3), for key material that is a pseudorandom key
    already.

    `info` says what the key is for. Raises `ValueError` for a `length` of more than 255
    digests, `TypeError` for an argument of another type, and `UnsupportedAlgorithm` for a hash
    function that HMAC does not work with.
    """
    def __new__(
        cls,
        algorithm: HashAlgorithm,
        length: int,
        info: bytes | None,
        backend: Any = None,
    ) -> HKDFExpand: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes:
        """The key that `key_material` gives, `length` bytes.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int:
        """Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
        `length` bytes, and returns their number.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None:
        """Compares the key that `key_material` gives with `expected_key`, in constant time.

        Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used
        before.
        """

@final
class ConcatKDFHash(KeyDerivationFunction):
    """ConcatKDF with a hash function (NIST SP 800-56C §4): a key of `length` bytes from the result
    of a key exchange.

    Not for passwords. `otherinfo` says what the key is for. Raises `ValueError` for a `length`
    of more than 2**32 - 1 digests, `TypeError` for an argument of another type, and
    `UnsupportedAlgorithm` for a hash function that is not available.
    """
    def __new__(
        cls,
        algorithm: HashAlgorithm,
        length: int,
        otherinfo: bytes | None,
        backend: Any = None,
    ) -> ConcatKDFHash: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes:
        """The key that `key_material` gives, `length` bytes.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int:
        """Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
        `length` bytes, and returns their number.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None:
        """Compares the key that `key_material` gives with `expected_key`, in constant time.

        Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used
        before.
        """

@final
class ConcatKDFHMAC(KeyDerivationFunction):
    """ConcatKDF with HMAC (NIST SP 800-56C §4): a key of `length` bytes from the result of a key
    exchange.

    Not for passwords. `salt` may be `None` or public; `otherinfo` says what the key is for.
    Raises `ValueError` for a `length` of more than 2**32 - 1 digests, `TypeError` for an
    argument of another type or SHA-3, and `UnsupportedAlgorithm` for a hash function that is
    not available.
    """
    def __new__(
        cls,
        algorithm: HashAlgorithm,
        length: int,
        salt: bytes | None,
        otherinfo: bytes | None,
        backend: Any = None,
    ) -> ConcatKDFHMAC: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes:
        """The key that `key_material` gives, `length` bytes.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int:
        """Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
        `length` bytes, and returns their number.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None:
        """Compares the key that `key_material` gives with `expected_key`, in constant time.

        Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used
        before.
        """

@final
class X963KDF(KeyDerivationFunction):
    """The key derivation of ANSI X9.63: a key of `length` bytes from the result of a key exchange.

    Not for passwords, and only where a standard asks for it. `sharedinfo` says what the key is
    for. Raises `ValueError` for a `length` of more than 2**32 - 1 digests, `TypeError` for an
    argument of another type, and `UnsupportedAlgorithm` for a hash function that is not
    available.
    """
    def __new__(
        cls,
        algorithm: HashAlgorithm,
        length: int,
        sharedinfo: bytes | None,
        backend: Any = None,
    ) -> X963KDF: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes:
        """The key that `key_material` gives, `length` bytes.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int:
        """Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
        `length` bytes, and returns their number.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None:
        """Compares the key that `key_material` gives with `expected_key`, in constant time.

        Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used
        before.
        """

@final
class KBKDFHMAC(KeyDerivationFunction):
    """KBKDF with HMAC, in counter mode (NIST SP 800-108 §4.1): a key of `length` bytes from a key.

    The counter has `rlen` bytes, 1 to 4, and stands at `location` of the fixed input data.
    Those are `label`, a zero byte, `context`, and the length in `llen` bytes; or else `fixed`.

    Raises `ValueError` for numbers out of range, more output than the counter can count,
    `label` or `context` together with `fixed`, and a `location` in the middle without
    `break_location`; `TypeError` for an argument of another type, and `UnsupportedAlgorithm`
    for a hash function that HMAC does not work with.
    """
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
    def derive(self, key_material: Buffer | SecretBytes) -> bytes:
        """The key that `key_material` gives, `length` bytes.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int:
        """Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
        `length` bytes, and returns their number.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None:
        """Compares the key that `key_material` gives with `expected_key`, in constant time.

        Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used
        before.
        """

@final
class KBKDFCMAC(KeyDerivationFunction):
    """KBKDF with CMAC, in counter mode (NIST SP 800-108 §4.1): a key of `length` bytes from a key of a
    block cipher.

    As `KBKDFHMAC`, but `algorithm` is a class: that of the cipher whose key the key material is.
    Raises `UnsupportedAlgorithm` if it is no block cipher; deriving raises `ValueError` for a key
    of another length than the cipher has.
    """
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
    def derive(self, key_material: Buffer | SecretBytes) -> bytes:
        """The key that `key_material` gives, `length` bytes.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int:
        """Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
        `length` bytes, and returns their number.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None:
        """Compares the key that `key_material` gives with `expected_key`, in constant time.

        Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used before.
        """

@final
class Scrypt(KeyDerivationFunction):
    """scrypt (RFC 7914): a key of `length` bytes from a password, at the price of `128 * n * r`
    bytes of memory.

    `salt` should be 16 random bytes or more. `n` must be a power of two above 1, `r` and `p` at
    least 1, or it raises `ValueError`; `n=2**17`, `r=8`, `p=1` is a good choice. Deriving
    raises `MemoryError` if the memory is not available.
    """
    def __new__(
        cls,
        salt: bytes,
        length: int,
        n: int,
        r: int,
        p: int,
        backend: Any = None,
    ) -> Scrypt: ...
    def derive(self, key_material: Buffer | SecretBytes) -> bytes:
        """The key that `key_material` gives, `length` bytes.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int:
        """Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
        `length` bytes, and returns their number.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None:
        """Compares the key that `key_material` gives with `expected_key`, in constant time.

        Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used
        before.
        """

@final
class Argon2d(KeyDerivationFunction):
    """Argon2d (RFC 9106): a key of `length` bytes from a password, hardest to speed up with more
    memory. Which memory is read depends on the password, so it is not for machines that others
    share: take `Argon2id`.

    `salt` must be 8 bytes or more, and should be 16 random ones. `memory_cost` is in
    KiB, at least 8 for each of `lanes`, which are filled in parallel; `iterations` is
    how often. `ad` is data that the result also depends on, `secret` a key that is not
    stored with the result. Deriving raises `MemoryError` if the memory is not
    available.
    """
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
    def derive_phc_encoded(self, key_material: Buffer | SecretBytes) -> str:
        """The hash of the password `key_material` as a PHC string, the form in which to
        store it. Neither `ad` nor `secret` stands in it.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    @classmethod
    def verify_phc_encoded(
        cls, key_material: Buffer | SecretBytes, phc_encoded: str, secret: Buffer | SecretBytes | None = None
    ) -> None:
        """Checks the password `key_material` against a PHC string, at the cost that the
        string names.

        Raises `InvalidKey` if the password is another one or the string is malformed,
        `ValueError` if its numbers are out of range, `MemoryError` if it asks for more
        memory than there is.
        """
    def derive(self, key_material: Buffer | SecretBytes) -> bytes:
        """The key that `key_material` gives, `length` bytes.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int:
        """Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
        `length` bytes, and returns their number.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None:
        """Compares the key that `key_material` gives with `expected_key`, in constant time.

        Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used
        before.
        """

@final
class Argon2i(KeyDerivationFunction):
    """Argon2i (RFC 9106): a key of `length` bytes from a password. Which memory is read does not
    depend on the password.

    `salt` must be 8 bytes or more, and should be 16 random ones. `memory_cost` is in
    KiB, at least 8 for each of `lanes`, which are filled in parallel; `iterations` is
    how often. `ad` is data that the result also depends on, `secret` a key that is not
    stored with the result. Deriving raises `MemoryError` if the memory is not
    available.
    """
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
    def derive_phc_encoded(self, key_material: Buffer | SecretBytes) -> str:
        """The hash of the password `key_material` as a PHC string, the form in which to
        store it. Neither `ad` nor `secret` stands in it.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    @classmethod
    def verify_phc_encoded(
        cls, key_material: Buffer | SecretBytes, phc_encoded: str, secret: Buffer | SecretBytes | None = None
    ) -> None:
        """Checks the password `key_material` against a PHC string, at the cost that the
        string names.

        Raises `InvalidKey` if the password is another one or the string is malformed,
        `ValueError` if its numbers are out of range, `MemoryError` if it asks for more
        memory than there is.
        """
    def derive(self, key_material: Buffer | SecretBytes) -> bytes:
        """The key that `key_material` gives, `length` bytes.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int:
        """Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
        `length` bytes, and returns their number.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None:
        """Compares the key that `key_material` gives with `expected_key`, in constant time.

        Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used
        before.
        """

@final
class Argon2id(KeyDerivationFunction):
    """Argon2id (RFC 9106): a key of `length` bytes from a password. The one to choose.

    `salt` must be 8 bytes or more, and should be 16 random ones. `memory_cost` is in
    KiB, at least 8 for each of `lanes`, which are filled in parallel; `iterations` is
    how often. `ad` is data that the result also depends on, `secret` a key that is not
    stored with the result. Deriving raises `MemoryError` if the memory is not
    available.
    """
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
    def derive_phc_encoded(self, key_material: Buffer | SecretBytes) -> str:
        """The hash of the password `key_material` as a PHC string, the form in which to
        store it. Neither `ad` nor `secret` stands in it.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    @classmethod
    def verify_phc_encoded(
        cls, key_material: Buffer | SecretBytes, phc_encoded: str, secret: Buffer | SecretBytes | None = None
    ) -> None:
        """Checks the password `key_material` against a PHC string, at the cost that the
        string names.

        Raises `InvalidKey` if the password is another one or the string is malformed,
        `ValueError` if its numbers are out of range, `MemoryError` if it asks for more
        memory than there is.
        """
    def derive(self, key_material: Buffer | SecretBytes) -> bytes:
        """The key that `key_material` gives, `length` bytes.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def derive_into(self, key_material: Buffer | SecretBytes, buffer: Buffer) -> int:
        """Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
        `length` bytes, and returns their number.

        Raises `AlreadyFinalized` if the object has been used before.
        """
    def verify(self, key_material: Buffer | SecretBytes, expected_key: Buffer | SecretBytes) -> None:
        """Compares the key that `key_material` gives with `expected_key`, in constant time.

        Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used
        before.
        """
