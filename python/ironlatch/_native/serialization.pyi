from typing import Any, ClassVar, final

from ironlatch.hazmat.primitives._serialization import KeySerializationEncryptionBuilder
from ironlatch.hazmat.primitives.asymmetric._dh import DHParameters
from ironlatch.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class Encoding:
    """How a key is put into bytes.

    PEM is text, DER is binary, and both hold any structure. OpenSSH goes with the format of that
    name, X962 with points of elliptic curves, Raw with keys that are a plain string of bytes, SMIME
    with messages.
    """

    PEM: ClassVar[Encoding]
    DER: ClassVar[Encoding]
    OpenSSH: ClassVar[Encoding]
    Raw: ClassVar[Encoding]
    X962: ClassVar[Encoding]
    SMIME: ClassVar[Encoding]
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __int__(self) -> int: ...

@final
class PrivateFormat:
    """The structure of a private key: PKCS8 for keys of all types, TraditionalOpenSSL for the one that
    each type had before.
    """

    PKCS8: ClassVar[PrivateFormat]
    TraditionalOpenSSL: ClassVar[PrivateFormat]
    Raw: ClassVar[PrivateFormat]
    OpenSSH: ClassVar[PrivateFormat]
    PKCS12: ClassVar[PrivateFormat]
    def encryption_builder(self) -> KeySerializationEncryptionBuilder:
        """A builder for an encryption with parameters of one's own. Raises ValueError for formats that
        have none.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __int__(self) -> int: ...

@final
class PublicFormat:
    """The structure of a public key: SubjectPublicKeyInfo for keys of all types, the others for some."""

    SubjectPublicKeyInfo: ClassVar[PublicFormat]
    PKCS1: ClassVar[PublicFormat]
    OpenSSH: ClassVar[PublicFormat]
    Raw: ClassVar[PublicFormat]
    CompressedPoint: ClassVar[PublicFormat]
    UncompressedPoint: ClassVar[PublicFormat]
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __int__(self) -> int: ...

@final
class ParameterFormat:
    """The structure of parameters that keys share."""

    PKCS3: ClassVar[ParameterFormat]
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __int__(self) -> int: ...

def load_pem_private_key(
    data: Buffer | SecretBytes,
    password: Buffer | SecretBytes | None,
    backend: Any = None,
    *,
    unsafe_skip_rsa_key_validation: bool = False,
) -> PrivateKeyTypes:
    """Reads the first private key in PEM text: PKCS#8 or traditional, encrypted or not.

    `data` and `password` are bytes-like or SecretBytes; an empty password counts as none. RSA keys
    are checked for consistency unless `unsafe_skip_rsa_key_validation` is true, which is for keys
    that are certain to be valid.

    Raises ValueError if the key cannot be read or decrypted, TypeError if a password is missing or
    superfluous, and UnsupportedAlgorithm for types of keys that are not supported.
    """

def load_der_private_key(
    data: Buffer | SecretBytes,
    password: Buffer | SecretBytes | None,
    backend: Any = None,
    *,
    unsafe_skip_rsa_key_validation: bool = False,
) -> PrivateKeyTypes:
    """Reads a private key from DER: PKCS#8, encrypted or not, or a traditional structure.

    Arguments and errors are those of load_pem_private_key: ValueError, TypeError and
    UnsupportedAlgorithm.
    """

def load_pem_public_key(data: Buffer, backend: Any = None) -> PublicKeyTypes:
    """Reads the public key in the first block of PEM text: SubjectPublicKeyInfo or PKCS#1.

    Raises ValueError if it cannot be read, and UnsupportedAlgorithm for types of keys that are not
    supported.
    """

def load_der_public_key(data: Buffer, backend: Any = None) -> PublicKeyTypes:
    """Reads a public key from DER: SubjectPublicKeyInfo or PKCS#1.

    Raises ValueError if it cannot be read, and UnsupportedAlgorithm for types of keys that are not
    supported.
    """

def load_pem_parameters(data: Buffer, backend: Any = None) -> DHParameters:
    """Reads parameters from PEM text: PKCS3 or X9.42.

    Raises ValueError if they cannot be read or are not valid. There are none but Diffie-Hellman's,
    which are deprecated.
    """

def load_der_parameters(data: Buffer, backend: Any = None) -> DHParameters:
    """Reads parameters from DER: PKCS3 or X9.42.

    Raises ValueError if they cannot be read or are not valid. There are none but Diffie-Hellman's,
    which are deprecated.
    """

def check_password_len(len: int) -> None:
    """Raises ValueError for the length in bytes of a password under which no key is written: 0."""
