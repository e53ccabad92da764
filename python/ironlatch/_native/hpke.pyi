from typing import ClassVar, TypeAlias, final

from ironlatch.hazmat.primitives.asymmetric import ec, mlkem, x448, x25519
from ironlatch.utils import Buffer

@final
class KEM:
    """How sender and recipient come to share a secret."""

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
    def enc_length(self) -> int:
        """The length in bytes of the encapsulated key, with which an encrypted message begins."""

@final
class KDF:
    """How keys are made from the shared secret."""

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
    """The AEAD that encrypts the message."""

    AES_128_GCM: ClassVar[AEAD]
    AES_256_GCM: ClassVar[AEAD]
    CHACHA20_POLY1305: ClassVar[AEAD]
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __int__(self) -> int: ...

@final
class MLKEM768X25519PrivateKey:
    """The two private keys of a recipient for `KEM.MLKEM768_X25519`. Raises `TypeError` for other keys."""
    def __new__(
        cls, mlkem_key: mlkem.MLKEM768PrivateKey, x25519_key: x25519.X25519PrivateKey
    ) -> MLKEM768X25519PrivateKey: ...
    def public_key(self) -> MLKEM768X25519PublicKey:
        """Returns the public keys that belong to them."""

@final
class MLKEM768X25519PublicKey:
    """The two public keys of a recipient for `KEM.MLKEM768_X25519`. Raises `TypeError` for other keys."""
    def __new__(
        cls, mlkem_key: mlkem.MLKEM768PublicKey, x25519_key: x25519.X25519PublicKey
    ) -> MLKEM768X25519PublicKey: ...

@final
class MLKEM1024P384PrivateKey:
    """The two private keys of a recipient for `KEM.MLKEM1024_P384`. Raises `TypeError` for other keys."""
    def __new__(
        cls, mlkem_key: mlkem.MLKEM1024PrivateKey, p384_key: ec.EllipticCurvePrivateKey
    ) -> MLKEM1024P384PrivateKey: ...
    def public_key(self) -> MLKEM1024P384PublicKey:
        """Returns the public keys that belong to them."""

@final
class MLKEM1024P384PublicKey:
    """The two public keys of a recipient for `KEM.MLKEM1024_P384`. Raises `TypeError` for other keys."""
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
    """Hybrid public key encryption (RFC 9180): a message to the owner of a private key, in base mode.

    `kem`, `kdf` and `aead` are members of `KEM`, `KDF` and `AEAD`. Raises `TypeError` for anything
    else.
    """
    def __new__(cls, kem: KEM, kdf: KDF, aead: AEAD) -> Suite: ...
    def encrypt(
        self, plaintext: Buffer, public_key: _PublicKey, info: Buffer | None = None, *, aad: Buffer | None = None
    ) -> bytes:
        """Encrypts `plaintext` to the owner of `public_key`: the encapsulated key, then the
        ciphertext.

        Who decrypts has to know `info`, which says what the message is for. `aad` is there for
        those who speak to other implementations; alone, `info` does. Raises `TypeError` for a key
        that is not one for the suite's KEM.
        """
    def decrypt(
        self, ciphertext: Buffer, private_key: _PrivateKey, info: Buffer | None = None, *, aad: Buffer | None = None
    ) -> bytes:
        """Decrypts what `encrypt` made for the public key of `private_key`.

        Raises `InvalidTag` if key, `info` or `aad` is not the one of the encryption, or the message
        was changed.
        """
