from typing import Any, ClassVar, final

from ironlatch.hazmat.primitives._serialization import KeySerializationEncryptionBuilder
from ironlatch.hazmat.primitives.asymmetric._dh import DHParameters
from ironlatch.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class Encoding:
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
    PKCS8: ClassVar[PrivateFormat]
    TraditionalOpenSSL: ClassVar[PrivateFormat]
    Raw: ClassVar[PrivateFormat]
    OpenSSH: ClassVar[PrivateFormat]
    PKCS12: ClassVar[PrivateFormat]
    def encryption_builder(self) -> KeySerializationEncryptionBuilder: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __int__(self) -> int: ...

@final
class PublicFormat:
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
) -> PrivateKeyTypes: ...
def load_der_private_key(
    data: Buffer | SecretBytes,
    password: Buffer | SecretBytes | None,
    backend: Any = None,
    *,
    unsafe_skip_rsa_key_validation: bool = False,
) -> PrivateKeyTypes: ...
def load_pem_public_key(data: Buffer, backend: Any = None) -> PublicKeyTypes: ...
def load_der_public_key(data: Buffer, backend: Any = None) -> PublicKeyTypes: ...
def load_pem_parameters(data: Buffer, backend: Any = None) -> DHParameters: ...
def load_der_parameters(data: Buffer, backend: Any = None) -> DHParameters: ...
