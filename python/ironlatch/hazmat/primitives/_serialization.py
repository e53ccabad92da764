"""The names that choose how a key is written: encodings, formats, and encryptions."""

from __future__ import annotations

import abc
from enum import Enum

from ironlatch._native.secrets import SecretBytes
from ironlatch._native.serialization import Encoding as Encoding
from ironlatch._native.serialization import ParameterFormat as ParameterFormat
from ironlatch._native.serialization import PrivateFormat as PrivateFormat
from ironlatch._native.serialization import PublicFormat as PublicFormat
from ironlatch._native.serialization import check_password_len
from ironlatch.hazmat.primitives.hashes import HashAlgorithm
from ironlatch.utils import _at_home


class PBES(Enum):
    """How keys and certificates in a PKCS#12 file are encrypted."""

    PBESv1SHA1And3KeyTripleDESCBC = "PBESv1 using SHA1 and 3-Key TripleDES"
    PBESv2SHA256AndAES256CBC = "PBESv2 using SHA256 PBKDF2 and AES256 CBC"


class KeySerializationEncryption(metaclass=abc.ABCMeta):
    """How a private key is encrypted when it is written."""


class BestAvailableEncryption(KeySerializationEncryption):
    """Encryption under a password with the best that the format offers.

    Which that is may change from release to release; what was written before stays readable.
    ``password`` is ``bytes`` or ``SecretBytes``, at least one byte and at most 1023 bytes long.

    Raises ValueError if it is empty or of another type. What writes the key raises ValueError for
    one that is longer.
    """

    def __init__(self, password: bytes | SecretBytes) -> None:
        self.password = _check_password(password)


class NoEncryption(KeySerializationEncryption):
    """No encryption: anyone who reads the result has the key."""


class KeySerializationEncryptionBuilder:
    """Describes an encryption step by step; `PrivateFormat.encryption_builder` makes one.

    Every method returns a new builder, and each can be called once.
    """

    def __init__(
        self,
        format: PrivateFormat,
        *,
        _kdf_rounds: int | None = None,
        _hmac_hash: HashAlgorithm | None = None,
        _key_cert_algorithm: PBES | None = None,
    ) -> None:
        self._format = format
        self._kdf_rounds = _kdf_rounds
        self._hmac_hash = _hmac_hash
        self._key_cert_algorithm = _key_cert_algorithm

    def kdf_rounds(self, rounds: int) -> KeySerializationEncryptionBuilder:
        """Sets how much work deriving the key from the password is, in rounds of the format's
        function. Raises TypeError if ``rounds`` is no ``int``, and ValueError if it is not
        positive, or is set already.
        """
        if self._kdf_rounds is not None:
            raise ValueError("kdf_rounds already set")
        if not isinstance(rounds, int):
            raise TypeError("kdf_rounds must be an integer")
        if rounds < 1:
            raise ValueError("kdf_rounds must be a positive integer")
        return self._with(_kdf_rounds=rounds)

    def hmac_hash(self, algorithm: HashAlgorithm) -> KeySerializationEncryptionBuilder:
        """Sets the hash of the authentication code of a PKCS#12 file. Raises TypeError for other
        formats. Raises ValueError if it is set already.
        """
        if self._format != PrivateFormat.PKCS12:
            raise TypeError("hmac_hash only supported with PrivateFormat.PKCS12")
        if self._hmac_hash is not None:
            raise ValueError("hmac_hash already set")
        return self._with(_hmac_hash=algorithm)

    def key_cert_algorithm(self, algorithm: PBES) -> KeySerializationEncryptionBuilder:
        """Sets the encryption inside a PKCS#12 file. Raises TypeError for other formats. Raises
        ValueError if it is set already.
        """
        if self._format != PrivateFormat.PKCS12:
            raise TypeError("key_cert_algorithm only supported with PrivateFormat.PKCS12")
        if self._key_cert_algorithm is not None:
            raise ValueError("key_cert_algorithm already set")
        return self._with(_key_cert_algorithm=algorithm)

    def build(self, password: bytes | SecretBytes) -> KeySerializationEncryption:
        """Returns the encryption under ``password``, which is at least one byte long. Raises
        ValueError if it is empty or of another type.
        """
        return _KeySerializationEncryption(
            self._format,
            _check_password(password),
            kdf_rounds=self._kdf_rounds,
            hmac_hash=self._hmac_hash,
            key_cert_algorithm=self._key_cert_algorithm,
        )

    def _with(
        self,
        *,
        _kdf_rounds: int | None = None,
        _hmac_hash: HashAlgorithm | None = None,
        _key_cert_algorithm: PBES | None = None,
    ) -> KeySerializationEncryptionBuilder:
        return KeySerializationEncryptionBuilder(
            self._format,
            _kdf_rounds=self._kdf_rounds if _kdf_rounds is None else _kdf_rounds,
            _hmac_hash=self._hmac_hash if _hmac_hash is None else _hmac_hash,
            _key_cert_algorithm=self._key_cert_algorithm if _key_cert_algorithm is None else _key_cert_algorithm,
        )


class _KeySerializationEncryption(KeySerializationEncryption):
    """The encryption that a builder builds."""

    def __init__(
        self,
        format: PrivateFormat,
        password: bytes | SecretBytes,
        *,
        kdf_rounds: int | None,
        hmac_hash: HashAlgorithm | None,
        key_cert_algorithm: PBES | None,
    ) -> None:
        self._format = format
        self.password = password
        self._kdf_rounds = kdf_rounds
        self._hmac_hash = hmac_hash
        self._key_cert_algorithm = key_cert_algorithm


def _check_password(password: bytes | SecretBytes) -> bytes | SecretBytes:
    # The peer has the same error for other types.
    check_password_len(len(password) if isinstance(password, (bytes, SecretBytes)) else 0)
    return password


_at_home(
    "ironlatch.hazmat.primitives.serialization",
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    ParameterFormat,
    PrivateFormat,
    PublicFormat,
    _KeySerializationEncryption,
)


_at_home("ironlatch.hazmat.primitives.serialization.pkcs12", PBES)
