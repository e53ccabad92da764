"""Tests the first mistakes of a new user, and that the message says what would be right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ironlatch.exceptions import AlreadyFinalized, AlreadyUpdated, InvalidKey, InvalidTag, NotYetFinalized
from ironlatch.fernet import Fernet, InvalidToken, MultiFernet
from ironlatch.hazmat.primitives import hashes, hmac, padding
from ironlatch.hazmat.primitives.asymmetric import padding as rsa_padding
from ironlatch.hazmat.primitives.asymmetric import rsa
from ironlatch.hazmat.primitives.ciphers import Cipher, algorithms, modes
from ironlatch.hazmat.primitives.ciphers.aead import AESGCM
from ironlatch.hazmat.primitives.kdf.argon2 import Argon2id
from ironlatch.hazmat.primitives.kdf.hkdf import HKDF
from ironlatch.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from ironlatch.hazmat.primitives.kdf.scrypt import Scrypt
from ironlatch.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
    load_pem_public_key,
)
from ironlatch.secrets import SecretBytes

SHA256 = hashes.SHA256()
KEY, NONCE = bytes(32), bytes(12)
AEAD = AESGCM(KEY)
FERNET = Fernet(Fernet.generate_key())

RSA = rsa.generate_private_key(65537, 2048)
PEM = RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
DER = RSA.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
LOCKED = RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"pw"))
PUBLIC = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
PSS = rsa_padding.PSS(rsa_padding.MGF1(SHA256), rsa_padding.PSS.DIGEST_LENGTH)
OAEP = rsa_padding.OAEP(rsa_padding.MGF1(SHA256), SHA256, None)

Attempt = tuple[Callable[[], object], type[Exception], str]


def gcm_encryptor_with_data() -> object:
    context = Cipher(algorithms.AES(KEY), modes.GCM(NONCE)).encryptor()
    context.update(b"data")
    return context


def aes_cbc(data: bytes) -> bytes:
    context = Cipher(algorithms.AES(KEY), modes.CBC(bytes(16))).encryptor()
    return context.update(data) + context.finalize()


def derive_twice() -> None:
    kdf = PBKDF2HMAC(SHA256, 32, b"salt", 1)
    kdf.derive(b"once")
    kdf.derive(b"twice")


def unpad(block: bytes) -> bytes:
    context = padding.PKCS7(128).unpadder()
    return context.update(block) + context.finalize()


ATTEMPTS: dict[str, Attempt] = {
    "the class for its instance": (lambda: hashes.Hash(hashes.SHA256), TypeError, r"write SHA256\(\)"),  # type: ignore[arg-type]
    "the name of a hash": (lambda: hashes.Hash("sha256"), TypeError, "not str"),  # type: ignore[arg-type]
    "text for bytes": (lambda: hashes.Hash.hash(SHA256, "text"), TypeError, "bytestring"),  # type: ignore[arg-type]
    "every second byte": (lambda: hashes.Hash.hash(SHA256, memoryview(b"abcd")[::2]), BufferError, "contiguous"),
    "a short BLAKE2": (lambda: hashes.BLAKE2b(32), ValueError, "64"),
    "the class of a mode": (
        lambda: Cipher(algorithms.AES(KEY), modes.ECB),  # type: ignore[arg-type,type-var]
        TypeError,
        r"write ECB\(",
    ),
    "a key of 5 bytes": (lambda: AESGCM(bytes(5)), ValueError, "128, 192, or 256 bits"),
    "a key in text": (lambda: AESGCM("0" * 32), TypeError, "bytestring"),  # type: ignore[arg-type]
    "bytes for bits": (lambda: AESGCM.generate_key(32), ValueError, "256"),
    "a short secret": (lambda: AESGCM(SecretBytes.generate(5)), ValueError, "128, 192, or 256 bits"),
    "a short nonce": (lambda: AEAD.encrypt(bytes(7), b"", None), ValueError, "between 8 and 128"),
    "a ciphertext without a tag": (lambda: AEAD.decrypt(NONCE, b"short", None), InvalidTag, "^$"),
    "a buffer too short": (lambda: AEAD.encrypt_into(NONCE, b"abc", None, bytearray(5)), ValueError, "19 bytes"),
    "a buffer too long": (lambda: AEAD.encrypt_into(NONCE, b"abc", None, bytearray(99)), ValueError, "19 bytes"),
    "a buffer of bytes": (lambda: AEAD.encrypt_into(NONCE, b"abc", None, bytes(19)), TypeError, "bytearray"),
    "a short IV": (lambda: Cipher(algorithms.AES(KEY), modes.CBC(bytes(5))), ValueError, "16 bytes"),
    "half a block": (lambda: aes_cbc(b"half"), ValueError, "multiple of the block length"),
    "the tag before the end": (lambda: gcm_encryptor_with_data().tag, NotYetFinalized, "finalize"),  # type: ignore[attr-defined]
    "a header after the data": (
        lambda: gcm_encryptor_with_data().authenticate_additional_data(b"late"),  # type: ignore[attr-defined]
        AlreadyUpdated,
        "before the first data",
    ),
    "padding that is none": (lambda: unpad(bytes(16)), ValueError, "padding"),
    "a block of bytes for bits": (lambda: padding.PKCS7(129), ValueError, "multiple of 8"),
    "a key that is too long": (lambda: HKDF(SHA256, 8161, None, None), ValueError, "8160"),
    "no iterations": (lambda: PBKDF2HMAC(SHA256, 32, b"salt", 0), ValueError, "iterations"),
    "deriving twice": (derive_twice, AlreadyFinalized, "finalized"),
    "a password in text": (lambda: PBKDF2HMAC(SHA256, 32, b"salt", 1).derive("pw"), TypeError, "bytestring"),  # type: ignore[arg-type]
    "an odd cost": (lambda: Scrypt(b"salt", 32, n=1000, r=8, p=1), ValueError, "power of 2"),
    "absurd memory, scrypt": (lambda: Scrypt(b"salt", 32, n=2**40, r=8, p=1).derive(b"x"), MemoryError, "memory"),
    "absurd memory, Argon2": (
        lambda: Argon2id(salt=bytes(8), length=32, iterations=1, lanes=1, memory_cost=2**32 - 1).derive(b"x"),
        MemoryError,
        "memory",
    ),
    "no PHC string": (lambda: Argon2id.verify_phc_encoded(b"pw", "nonsense"), InvalidKey, "PHC"),
    "another password": (lambda: HKDF(SHA256, 32, None, None).verify(b"x", bytes(32)), InvalidKey, "do not match"),
    "a MAC key in text": (lambda: hmac.HMAC("key", SHA256), TypeError, "bytestring"),  # type: ignore[arg-type]
    "a password for a Fernet key": (lambda: Fernet("my password"), ValueError, r"generate_key\(\)"),
    "raw bytes for a Fernet key": (lambda: Fernet(bytes(32)), ValueError, "base64"),
    "text to encrypt": (lambda: FERNET.encrypt("text"), TypeError, "bytestring"),  # type: ignore[arg-type]
    "no token at all": (lambda: FERNET.decrypt(b""), InvalidToken, "^$"),
    "a number for a token": (lambda: FERNET.decrypt(7), TypeError, "bytes or str"),  # type: ignore[arg-type]
    "a time limit in text": (lambda: FERNET.decrypt(FERNET.encrypt(b""), "60"), TypeError, "not str"),  # type: ignore[arg-type]
    "no keys to rotate": (lambda: MultiFernet([]), ValueError, "at least one"),
    "keys for Fernets": (lambda: MultiFernet([Fernet.generate_key()]), TypeError, "Fernet"),  # type: ignore[list-item]
    "a tiny RSA key": (lambda: rsa.generate_private_key(65537, 512), ValueError, "1024"),
    "an odd exponent": (lambda: rsa.generate_private_key(4, 2048), ValueError, "65537"),
    "a locked key without its password": (
        lambda: load_pem_private_key(LOCKED, None),
        TypeError,
        "Password was not given",
    ),
    "a locked key, another password": (lambda: load_pem_private_key(LOCKED, b"x"), ValueError, "Incorrect password"),
    "an open key with a password": (lambda: load_pem_private_key(PEM, b"pw"), TypeError, "not encrypted"),
    "a key that was cut short": (lambda: load_pem_private_key(PEM[:500], None), ValueError, "no END line"),
    "a public key for a private one": (lambda: load_pem_private_key(PUBLIC, None), ValueError, "private key"),
    "a private key for a public one": (lambda: load_pem_public_key(PEM), ValueError, "public key"),
    "DER for PEM": (lambda: load_pem_private_key(DER, None), ValueError, "looks like DER"),
    "PEM for DER": (lambda: load_der_private_key(PEM, None), ValueError, "this is PEM"),
    "a file's name for its contents": (lambda: load_pem_private_key("key.pem", None), TypeError, "bytestring"),  # type: ignore[arg-type]
    "a message too long for RSA": (lambda: RSA.public_key().encrypt(bytes(200), OAEP), ValueError, "190"),
    "signing without a scheme": (lambda: RSA.sign(b"m", None, SHA256), TypeError, "AsymmetricPadding"),  # type: ignore[arg-type]
    "encrypting with a scheme for signatures": (lambda: RSA.public_key().encrypt(b"m", PSS), Exception, "PSS"),
    "printing a secret": (lambda: f"{SecretBytes.generate()}", TypeError, "expose"),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_the_message_teaches(attempt: Attempt) -> None:
    do, error, message = attempt
    with pytest.raises(error, match=message):
        do()
