from typing import ClassVar, TypeAlias, final

from ironlatch.hazmat.primitives.asymmetric import ec, mlkem, x448, x25519
from ironlatch.utils import Buffer

@final
class KEM:
    X25519: ClassVar[KEM]
    P256: ClassVar[KEM]
    P384: ClassVar[KEM]
    P521: ClassVar[KEM]
    X448: ClassVar[KEM]
    MLKEM768: ClassVar[KEM]
    MLKEM1024: ClassVar[KEM]
    MLKEM768_X25519: ClassVar[KEM]
    MLKEM1024_P384: ClassVar[KEM]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __int__(self) -> int: ...
    def enc_length(self) -> int: ...

@final
class KDF:
    HKDF_SHA256: ClassVar[KDF]
    HKDF_SHA384: ClassVar[KDF]
    HKDF_SHA512: ClassVar[KDF]
    SHAKE128: ClassVar[KDF]
    SHAKE256: ClassVar[KDF]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __int__(self) -> int: ...

@final
class AEAD:
    AES_128_GCM: ClassVar[AEAD]
    AES_256_GCM: ClassVar[AEAD]
    CHACHA20_POLY1305: ClassVar[AEAD]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __int__(self) -> int: ...

@final
class MLKEM768X25519PrivateKey:
    def __new__(
        cls, mlkem_key: mlkem.MLKEM768PrivateKey, x25519_key: x25519.X25519PrivateKey
    ) -> MLKEM768X25519PrivateKey: ...
    def public_key(self) -> MLKEM768X25519PublicKey: ...

@final
class MLKEM768X25519PublicKey:
    def __new__(
        cls, mlkem_key: mlkem.MLKEM768PublicKey, x25519_key: x25519.X25519PublicKey
    ) -> MLKEM768X25519PublicKey: ...

@final
class MLKEM1024P384PrivateKey:
    def __new__(
        cls, mlkem_key: mlkem.MLKEM1024PrivateKey, p384_key: ec.EllipticCurvePrivateKey
    ) -> MLKEM1024P384PrivateKey: ...
    def public_key(self) -> MLKEM1024P384PublicKey: ...

@final
class MLKEM1024P384PublicKey:
    def __new__(
        cls, mlkem_key: mlkem.MLKEM1024PublicKey, p384_key: ec.EllipticCurvePublicKey
    ) -> MLKEM1024P384PublicKey: ...

_PublicKey: TypeAlias = (
    x25519.X25519PublicKey
    | x448.X448PublicKey
    | ec.EllipticCurvePublicKey
    | mlkem.MLKEM768PublicKey
    | mlkem.MLKEM1024PublicKey
    | MLKEM768X25519PublicKey
    | MLKEM1024P384PublicKey
)

_PrivateKey: TypeAlias = (
    x25519.X25519PrivateKey
    | x448.X448PrivateKey
    | ec.EllipticCurvePrivateKey
    | mlkem.MLKEM768PrivateKey
    | mlkem.MLKEM1024PrivateKey
    | MLKEM768X25519PrivateKey
    | MLKEM1024P384PrivateKey
)

@final
class Suite:
    def __new__(cls, kem: KEM, kdf: KDF, aead: AEAD) -> Suite: ...
    def encrypt(
        self, plaintext: Buffer, public_key: _PublicKey, info: Buffer | None = None, *, aad: Buffer | None = None
    ) -> bytes: ...
    def decrypt(
        self, ciphertext: Buffer, private_key: _PrivateKey, info: Buffer | None = None, *, aad: Buffer | None = None
    ) -> bytes: ...
