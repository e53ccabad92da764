"""Hashes by scrypt and Argon2 as other programs have stored them, within their standards or near
enough that all others read them.

They come from public bug reports; `tests/faults.md`, section 20, says which.
"""

from __future__ import annotations

import base64
import hashlib
import os

import pytest
from der import OCTETS, OID, SEQUENCE, encrypted, integer, pem, pkcs8, tlv
from ironlatch import passwords
from ironlatch.exceptions import InvalidKey
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import ed25519
from ironlatch.hazmat.primitives.kdf.argon2 import Argon2d, Argon2i, Argon2id
from ironlatch.hazmat.primitives.kdf.scrypt import Scrypt
from ironlatch.hazmat.primitives.serialization import (
    load_der_private_key,
    load_pem_private_key,
)

SHA256 = hashes.SHA256()

# scrypt with r = 1

ETHEREUM_SALT = bytes.fromhex("ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19")
# hashlib gives none of these. They come from the published Web3 secret (its key opens its MAC), and
# two implementations.
ETHEREUM = (2**18, 1, 8, b"testpassword", "fac192ceb5fd772906bea3e118a69e8bbb5cc24229e20d8766fd298291bba6bd")


def test_scrypt_with_blocks_of_one() -> None:
    n, r, p, password, key = ETHEREUM
    assert Scrypt(ETHEREUM_SALT, 32, n, r, p).derive(password).hex() == key
    for exponent in (15, 16, 17):
        derived = Scrypt(b"NaCl", 64, 2**exponent, 1, 1).derive(b"password")
        Scrypt(b"NaCl", 64, 2**exponent, 1, 1).verify(b"password", derived)
        with pytest.raises(InvalidKey):
            Scrypt(b"NaCl", 64, 2**exponent, 1, 1).verify(b"passwore", derived)
    assert Scrypt(b"NaCl", 16, 2**15, 1, 1).derive(b"password") == hashlib.scrypt(
        b"password", salt=b"NaCl", n=2**15, r=1, p=1, dklen=16, maxmem=2**26
    )


def test_scrypt_with_blocks_of_one_in_a_key_file() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    salt = os.urandom(16)
    derivation = tlv(
        SEQUENCE,
        tlv(OID, bytes.fromhex("2b06010401da47040b")),
        tlv(SEQUENCE, tlv(OCTETS, salt), integer(2**16), integer(1), integer(1)),
    )
    file = encrypted(pkcs8(key), derivation, Scrypt(salt, 32, 2**16, 1, 1).derive(b"pw"))
    assert pkcs8(load_der_private_key(file, b"pw")) == pkcs8(key)
    with pytest.raises(ValueError, match="Incorrect password"):
        load_pem_private_key(pem("ENCRYPTED PRIVATE KEY", file), b"wrong")


def test_stored_scrypt_hashes_with_blocks_of_one() -> None:
    key = Scrypt(b"saltsaltsaltsalt", 64, 2**16, 1, 1).derive(b"password")

    def unpadded(data: bytes) -> str:
        return base64.b64encode(data).decode().rstrip("=")

    for stored in (
        f"scrypt:65536:1:1$saltsaltsaltsalt${key.hex()}",
        f"scrypt$65536$saltsaltsaltsalt$1$1${base64.b64encode(key).decode()}",
        f"$scrypt$ln=16,r=1,p=1${unpadded(b'saltsaltsaltsalt')}${unpadded(key)}",
    ):
        assert passwords.verify("password", stored)
        assert not passwords.verify("passwore", stored)


# Argon2 1.0

# From the reference implementation's own tests: version, passes, memory, lanes, and the string of
# version 1.0.
ARGON2_1_0 = [
    "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
    "$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
]


def test_stored_argon2_hashes_of_version_1_0() -> None:
    argon2 = pytest.importorskip("argon2")
    stored = [form for text in ARGON2_1_0 for form in (text, text.replace("$argon2i$", "$argon2i$v=16$"))]
    kinds = (argon2.Type.D, argon2.Type.I, argon2.Type.ID)
    for kind in kinds:
        for passes, memory, lanes in ((1, 8, 1), (2, 64, 2), (3, 128, 4)):
            made = argon2.low_level.hash_secret(b"password", b"saltsalt", passes, memory, lanes, 32, kind, version=16)
            assert b"$v=16$" in made
            stored += [made.decode(), "argon2" + made.decode()]
    for text in stored:
        assert passwords.verify("password", text), text
        assert not passwords.verify("passwore", text), text
        assert passwords.needs_rehash(text), text
        assert not passwords.verify("password", text.replace("v=16", "v=19")) if "v=16" in text else True
    for unknown in ("v=15", "v=17", "v=20", "v=", "v=016", "v=0x10"):
        with pytest.raises(passwords.UnusableHash, match=r"versions 1\.0"):
            passwords.verify("password", ARGON2_1_0[1].replace("$argon2i$", f"$argon2i${unknown}$"))


def test_an_argon2_hash_of_version_1_0_is_replaced_at_login() -> None:
    right, new = passwords.verify_and_update("password", ARGON2_1_0[1])
    assert right
    assert new is not None
    assert new.startswith("$argon2id$v=19$")


def test_argon2_classes_verify_strings_of_version_1_0() -> None:
    for text in ARGON2_1_0:
        for form in (text, text.replace("$argon2i$", "$argon2i$v=16$")):
            Argon2i.verify_phc_encoded(b"password", form)
            with pytest.raises(InvalidKey):
                Argon2i.verify_phc_encoded(b"passwore", form)
            for other in (Argon2d, Argon2id):
                with pytest.raises(InvalidKey, match="Argon2i"):
                    other.verify_phc_encoded(b"password", form)
            with pytest.raises(InvalidKey):
                Argon2i.verify_phc_encoded(b"password", text.replace("$argon2i$", "$argon2i$v=17$"))
