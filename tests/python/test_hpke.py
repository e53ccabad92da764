"""HPKE, as Python sees it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from ironlatch.exceptions import InvalidTag
from ironlatch.hazmat.primitives.asymmetric import ec, ed25519, mlkem, x448, x25519
from ironlatch.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    MLKEM1024P384PrivateKey,
    MLKEM1024P384PublicKey,
    Suite,
)

KEYS: dict[str, Callable[[], Any]] = {
    "X25519": x25519.X25519PrivateKey.generate,
    "P256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "P521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "X448": x448.X448PrivateKey.generate,
    "MLKEM768": mlkem.MLKEM768PrivateKey.generate,
    "MLKEM1024": mlkem.MLKEM1024PrivateKey.generate,
    "MLKEM768_X25519": lambda: MLKEM768X25519PrivateKey(
        mlkem.MLKEM768PrivateKey.generate(), x25519.X25519PrivateKey.generate()
    ),
    "MLKEM1024_P384": lambda: MLKEM1024P384PrivateKey(
        mlkem.MLKEM1024PrivateKey.generate(), ec.generate_private_key(ec.SECP384R1())
    ),
}
KDFS = ["HKDF_SHA256", "HKDF_SHA384", "HKDF_SHA512", "SHAKE128", "SHAKE256"]
AEADS = ["AES_128_GCM", "AES_256_GCM", "CHACHA20_POLY1305"]
every_kem = pytest.mark.parametrize("kem", list(KEYS))


def suite(kem: str = "X25519", kdf: str = "HKDF_SHA256", aead: str = "AES_128_GCM") -> Suite:
    return Suite(getattr(KEM, kem), getattr(KDF, kdf), getattr(AEAD, aead))


@every_kem
@pytest.mark.parametrize("kdf", KDFS)
@pytest.mark.parametrize("aead", AEADS)
def test_there_and_back(kem: str, kdf: str, aead: str) -> None:
    chosen, key = suite(kem, kdf, aead), KEYS[kem]()
    sealed = chosen.encrypt(bytearray(b"message"), key.public_key(), memoryview(b"info"))
    assert len(sealed) == getattr(KEM, kem).enc_length() + 7 + 16
    assert chosen.decrypt(bytearray(sealed), key, bytearray(b"info")) == b"message"
    assert sealed != chosen.encrypt(b"message", key.public_key(), b"info")
    with pytest.raises(InvalidTag):
        chosen.decrypt(sealed, key)


@every_kem
def test_changes_are_seen(kem: str) -> None:
    chosen, key = suite(kem), KEYS[kem]()
    sealed = chosen.encrypt(b"message", key.public_key())
    for at in (0, 1, len(sealed) // 2, len(sealed) - 24, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(InvalidTag):
            chosen.decrypt(changed, key)
    for cut in (b"", sealed[:1], sealed[:-17], sealed[:-1], sealed + b"\0", sealed[1:]):
        with pytest.raises(InvalidTag):
            chosen.decrypt(cut, key)
    with pytest.raises(InvalidTag):
        chosen.decrypt(sealed, KEYS[kem]())


@every_kem
def test_keys_of_another_kind_are_refused(kem: str) -> None:
    chosen, right = suite(kem), KEYS[kem]()
    sealed = chosen.encrypt(b"", right.public_key())
    wrong: list[Any] = [make() for name, make in KEYS.items() if name != kem]
    wrong += [ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256K1())]
    for key in wrong:
        with pytest.raises(TypeError):
            chosen.encrypt(b"", key.public_key())
        with pytest.raises(TypeError):
            chosen.decrypt(sealed, key)
    for key in (right, None, b"key", "key"):
        with pytest.raises(TypeError):
            chosen.encrypt(b"", key)
    for key in (right.public_key(), None, b"key"):
        with pytest.raises(TypeError):
            chosen.decrypt(sealed, key)


def test_associated_data() -> None:
    key = x25519.X25519PrivateKey.generate()
    sealed = suite().encrypt(b"message", key.public_key(), b"info", aad=b"header")
    assert suite().decrypt(sealed, key, b"info", aad=bytearray(b"header")) == b"message"
    for aad in (None, b"", b"Header"):
        with pytest.raises(InvalidTag):
            suite().decrypt(sealed, key, b"info", aad=aad)
    plain = suite().encrypt(b"message", key.public_key())
    assert suite().decrypt(plain, key, None, aad=b"") == b"message"


def test_wrong_types() -> None:
    key = x25519.X25519PrivateKey.generate()
    for arguments in (("text",), (None,), (5,), (b"", key.public_key(), "text"), (b"", key.public_key(), 5)):
        with pytest.raises(TypeError):
            suite().encrypt(*(arguments + (key.public_key(),))[: max(2, len(arguments))])  # type: ignore[arg-type]
    for data in ("text", None, 5):
        with pytest.raises(TypeError):
            suite().decrypt(data, key)  # type: ignore[arg-type]
    for wrong in (
        ("X25519", KDF.SHAKE128, AEAD.AES_128_GCM),
        (KEM.X25519, KEM.X25519, AEAD.AES_128_GCM),
        (KEM.X25519, KDF.SHAKE128, 1),
        (KEM.X25519, KDF.SHAKE128),
    ):
        with pytest.raises(TypeError):
            Suite(*wrong)  # type: ignore[arg-type]


def test_pairs_are_of_the_right_keys() -> None:
    m768, m1024 = mlkem.MLKEM768PrivateKey.generate(), mlkem.MLKEM1024PrivateKey.generate()
    x, p256 = x25519.X25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
    p384 = ec.generate_private_key(ec.SECP384R1())
    wrong: list[tuple[Any, Any, Any]] = [
        (MLKEM768X25519PrivateKey, m1024, x),
        (MLKEM768X25519PrivateKey, m768, p256),
        (MLKEM768X25519PrivateKey, m768.public_key(), x),
        (MLKEM768X25519PrivateKey, x, m768),
        (MLKEM1024P384PrivateKey, m768, p384),
        (MLKEM1024P384PrivateKey, m1024, p256),
        (MLKEM1024P384PrivateKey, m1024, x),
        (MLKEM768X25519PublicKey, m768, x),
        (MLKEM768X25519PublicKey, m1024.public_key(), x.public_key()),
        (MLKEM1024P384PublicKey, m1024.public_key(), p256.public_key()),
        (MLKEM1024P384PublicKey, m1024.public_key(), None),
    ]
    for kind, first, second in wrong:
        with pytest.raises(TypeError):
            kind(first, second)
    public = MLKEM768X25519PublicKey(mlkem_key=m768.public_key(), x25519_key=x.public_key())
    private = MLKEM768X25519PrivateKey(mlkem_key=m768, x25519_key=x)
    chosen = suite("MLKEM768_X25519")
    assert chosen.decrypt(chosen.encrypt(b"m", public), private) == b"m"
    assert chosen.decrypt(chosen.encrypt(b"m", private.public_key()), private) == b"m"
    MLKEM1024P384PublicKey(mlkem_key=m1024.public_key(), p384_key=p384.public_key())
    with pytest.raises(TypeError):
        pickle.dumps(private)


def test_points_of_small_order() -> None:
    small = x25519.X25519PublicKey.from_public_bytes(bytes(32))
    with pytest.raises(ValueError, match="small order"):
        suite().encrypt(b"", small)
    with pytest.raises(InvalidTag):
        suite().decrypt(bytes(100), x25519.X25519PrivateKey.generate())


def test_info_that_is_too_long_for_shake() -> None:
    key = x25519.X25519PrivateKey.generate()
    for kdf in ("SHAKE128", "SHAKE256"):
        with pytest.raises(ValueError, match="info is too large"):
            suite(kdf=kdf).encrypt(b"", key.public_key(), bytes(65536))
        sealed = suite(kdf=kdf).encrypt(b"m", key.public_key(), bytes(65535))
        assert suite(kdf=kdf).decrypt(sealed, key, bytes(65535)) == b"m"
    sealed = suite().encrypt(b"m", key.public_key(), bytes(100_000))
    assert suite().decrypt(sealed, key, bytes(100_000)) == b"m"


def test_long_and_empty_messages() -> None:
    key = KEYS["MLKEM768_X25519"]()
    for message in (b"", b"m" * 1_000_000):
        for aead in AEADS:
            chosen = suite("MLKEM768_X25519", "SHAKE256", aead)
            assert chosen.decrypt(chosen.encrypt(message, key.public_key()), key) == message


def test_the_choices_are_values() -> None:
    for kind, names in ((KEM, list(KEYS)), (KDF, KDFS), (AEAD, AEADS)):
        values = [getattr(kind, name) for name in names]
        assert len(set(values)) == len(names)
        assert [repr(value) for value in values] == [f"{kind.__name__}.{name}" for name in names]
        assert values[0] == getattr(kind, names[0]) != values[1]
        assert values[0] != names[0]
        with pytest.raises(TypeError):
            kind()
        with pytest.raises(AttributeError):
            _ = kind.NOTHING
