"""PEM as other programs write it: old encryption, labels that do not fit, blocks in other orders.

It comes from public bug reports; `tests/faults.md`, section 20, says which.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable

import pytest
from der import pem, pkcs8, spki
from ironlatch.hazmat.decrepit.ciphers.algorithms import TripleDES
from ironlatch.hazmat.primitives import padding
from ironlatch.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from ironlatch.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes
from ironlatch.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")


# Traditional PEM under other ciphers


def bytes_to_key(length: int, password: bytes, salt: bytes) -> bytes:
    key, block = b"", b""
    while len(key) < length:
        block = hashlib.md5(block + password + salt).digest()
        key += block
    return key[:length]


def under_dek(label: str, der: bytes, name: str, algorithm: Callable[[bytes], CipherAlgorithm], key_len: int) -> bytes:
    block = 8 if name.startswith("DES") else 16
    iv = os.urandom(block)
    pad = padding.PKCS7(8 * block).padder()
    cipher = Cipher(algorithm(bytes_to_key(key_len, b"pw", iv[:8])), modes.CBC(iv)).encryptor()
    data = cipher.update(pad.update(der) + pad.finalize()) + cipher.finalize()
    return pem(label, data, f"Proc-Type: 4,ENCRYPTED\nDEK-Info: {name},{iv.hex().upper()}\n\n")


@pytest.mark.parametrize(
    ("name", "algorithm", "key_len"),
    [
        ("AES-128-CBC", algorithms.AES, 16),
        ("AES-192-CBC", algorithms.AES, 24),
        ("AES-256-CBC", algorithms.AES, 32),
        ("DES-EDE3-CBC", TripleDES, 24),
        # One key three times is DES.
        ("DES-CBC", lambda key: TripleDES(key * 3), 8),
    ],
)
def test_traditional_encryption(name: str, algorithm: Callable[[bytes], CipherAlgorithm], key_len: int) -> None:
    for label, key in (
        ("RSA PRIVATE KEY", rsa.generate_private_key(65537, 1024)),
        ("EC PRIVATE KEY", ec.generate_private_key(ec.SECP384R1())),
        ("DSA PRIVATE KEY", dsa.generate_private_key(1024)),
    ):
        der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        text = under_dek(label, der, name, algorithm, key_len)
        assert pkcs8(load_pem_private_key(text, b"pw")) == pkcs8(key)
        with pytest.raises(TypeError):
            load_pem_private_key(text, None)
        with pytest.raises(ValueError):
            load_pem_private_key(text, b"wrong")


def test_an_unknown_traditional_cipher_is_answered_with_the_known_ones() -> None:
    text = under_dek("RSA PRIVATE KEY", b"x", "AES-192-CBC", algorithms.AES, 24)
    with pytest.raises(ValueError, match=r"unknown cipher.*AES-192-CBC.*openssl pkcs8 -topk8"):
        load_pem_private_key(text.replace(b"AES-192-CBC", b"SEED-CBC"), b"pw")


# Labels


def test_a_wrong_label_is_answered_with_the_one_that_fits() -> None:
    for kind, key in (
        ("RSA", rsa.generate_private_key(65537, 1024)),
        ("EC", ec.generate_private_key(ec.SECP256R1())),
        ("DSA", dsa.generate_private_key(1024)),
        ("", ed25519.Ed25519PrivateKey.generate()),
    ):
        forms = {
            "PRIVATE KEY": pkcs8(key),
            "ENCRYPTED PRIVATE KEY": key.private_bytes(
                Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"pw")
            ),
            "PUBLIC KEY": spki(key.public_key()),
        }
        if kind:
            traditional = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
            forms[f"{kind} PRIVATE KEY"] = traditional
        if isinstance(key, rsa.RSAPrivateKey):
            forms["RSA PUBLIC KEY"] = key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
        private = {"PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"}
        for right, der in forms.items():
            for label in private - {right}:
                for password in (None, b"pw"):
                    with pytest.raises(ValueError, match=f"block labelled {right}\n") as caught:
                        load_pem_private_key(pem(label, der), password)
                    assert f"BEGIN/END {right}" in caught.value.__notes__[0]
            for label in {"PUBLIC KEY", "RSA PUBLIC KEY"} - {right}:
                if (kind, right, label) == ("RSA", "PUBLIC KEY", "RSA PUBLIC KEY"):
                    # Some programs write it so.
                    assert spki(load_pem_public_key(pem(label, der))) == spki(key.public_key())
                    continue
                with pytest.raises(ValueError, match=f"block labelled {right}\n"):
                    load_pem_public_key(pem(label, der))


def test_damage_is_not_taken_for_a_wrong_label() -> None:
    for label in ("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"):
        for der in (b"", b"\0", b"\x30\0", b"\x30\3\2\1\0", b"\4\0"):
            with pytest.raises(ValueError, match="could not read the key"):
                load_pem_private_key(pem(label, der), None)


def test_public_and_private_der_are_told_apart() -> None:
    for key in (rsa.generate_private_key(65537, 1024), ed25519.Ed25519PrivateKey.generate()):
        with pytest.raises(ValueError, match="is a public key"):
            load_der_private_key(spki(key.public_key()), None)
        with pytest.raises(ValueError, match="is a private key"):
            load_der_public_key(pkcs8(key))
    key = rsa.generate_private_key(65537, 1024)
    with pytest.raises(ValueError, match="is a public key"):
        load_der_private_key(key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1), None)
    with pytest.raises(ValueError, match="is a private key"):
        load_der_public_key(key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()))


def test_a_public_key_is_found_behind_other_blocks() -> None:
    key, other = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()

    def public(key: ed25519.Ed25519PrivateKey) -> bytes:
        return pem("PUBLIC KEY", spki(key.public_key()))

    private = pem("PRIVATE KEY", pkcs8(other))
    certificate = pem("CERTIFICATE", b"\x30\0")
    for before in (private, certificate, pem("EC PARAMETERS", b"\6\0"), private + certificate, b"words\n" + private):
        assert spki(load_pem_public_key(before + public(key) + public(other))) == spki(key.public_key())
    with pytest.raises(ValueError, match="no BEGIN PUBLIC KEY"):
        load_pem_public_key(private + certificate)
    rsa_key = rsa.generate_private_key(65537, 1024).public_key()
    pkcs1 = pem("RSA PUBLIC KEY", rsa_key.public_bytes(Encoding.DER, PublicFormat.PKCS1))
    assert spki(load_pem_public_key(private + pkcs1 + public(key))) == spki(rsa_key)
