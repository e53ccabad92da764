"""Hybrid public key encryption."""

from __future__ import annotations

from typing import Any

from benches.operation import Group, Library, Prepared

hpke = Group("HPKE")

KEMS = ("X25519", "P256", "P384", "MLKEM768", "MLKEM768_X25519")


def suite_and_key(library: Library, kem: str) -> tuple[Any, Any]:
    module, asymmetric = library("hazmat.primitives.hpke"), "hazmat.primitives.asymmetric"
    suite = module.Suite(getattr(module.KEM, kem), module.KDF.HKDF_SHA256, module.AEAD.AES_128_GCM)
    if kem.startswith("P"):
        ec = library(f"{asymmetric}.ec")
        return suite, ec.generate_private_key(getattr(ec, f"SECP{kem[1:]}R1")())
    x25519 = library(f"{asymmetric}.x25519").X25519PrivateKey.generate()
    if kem == "X25519":
        return suite, x25519
    ml_kem = library(f"{asymmetric}.mlkem").MLKEM768PrivateKey.generate()
    return suite, ml_kem if kem == "MLKEM768" else module.MLKEM768X25519PrivateKey(ml_kem, x25519)


@hpke.operation("HPKE {kem} encrypt, 100 B", kem=KEMS)
def encrypt(library: Library, kem: str) -> Prepared:
    suite, key = suite_and_key(library, kem)
    public_key = key.public_key()
    return lambda: suite.encrypt(bytes(100), public_key, b"info")


@hpke.operation("HPKE {kem} decrypt, 100 B", kem=KEMS)
def decrypt(library: Library, kem: str) -> Prepared:
    suite, key = suite_and_key(library, kem)
    sealed = suite.encrypt(bytes(100), key.public_key(), b"info")
    return lambda: suite.decrypt(sealed, key, b"info")
