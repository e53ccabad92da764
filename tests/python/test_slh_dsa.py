"""SLH-DSA: signatures, the forms of their keys, and what must be refused."""

from __future__ import annotations

import copy
import hashlib
import pickle
from typing import Any

import pytest
from ironlatch import signing
from ironlatch.exceptions import InvalidSignature, UnsupportedAlgorithm
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives import serialization as s
from ironlatch.hazmat.primitives.asymmetric.utils import Prehashed
from ironlatch.jwk import Jwk
from ironlatch.secrets import SecretBytes
from ironlatch.slh_dsa import PARAMETER_SETS, SLHDSAPrivateKey, SLHDSAPublicKey

PEM, DER, RAW = s.Encoding.PEM, s.Encoding.DER, s.Encoding.Raw
SIGNATURE_LENS = (7856, 17088, 16224, 35664, 29792, 49856) * 2
FAST = "SLH-DSA-SHA2-128f"


@pytest.fixture(scope="module")
def key() -> SLHDSAPrivateKey:
    return SLHDSAPrivateKey.generate(FAST)


@pytest.mark.parametrize(("parameters", "signature_len"), list(zip(PARAMETER_SETS, SIGNATURE_LENS, strict=True)))
def test_every_parameter_set(parameters: str, signature_len: int) -> None:
    key = SLHDSAPrivateKey.generate(parameters)
    public = key.public_key()
    assert key.parameters == public.parameters == parameters
    n = int(parameters.split("-")[-1][:3]) // 8
    assert (len(key.private_bytes_raw()), len(public.public_bytes_raw())) == (4 * n, 2 * n)
    signature = key.sign(b"data", b"context")
    assert len(signature) == signature_len
    public.verify(signature, b"data", b"context")
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"data")

    pem = key.private_bytes(PEM, s.PrivateFormat.PKCS8, s.BestAvailableEncryption(b"pw"))
    loaded: Any = s.load_pem_private_key(pem, b"pw")
    assert isinstance(loaded, SLHDSAPrivateKey)
    assert loaded.private_bytes_raw() == key.private_bytes_raw()
    loaded_public: Any = s.load_der_public_key(public.public_bytes(DER, s.PublicFormat.SubjectPublicKeyInfo))
    assert loaded_public == public
    assert loaded_public.parameters == parameters


def test_data_of_any_kind(key: SLHDSAPrivateKey) -> None:
    public = key.public_key()
    for data in (b"", b"m", b"m" * 100_000, bytearray(b"m"), memoryview(b"m")):
        for context in (None, b"", b"c" * 255):
            public.verify(key.sign(data, context), data, context)
    public.verify(signature=key.sign(data=b"m", context=b"c"), data=b"m", context=b"c")


def test_hedged_or_deterministic(key: SLHDSAPrivateKey) -> None:
    assert key.sign(b"m") != key.sign(b"m")
    signature = key.sign(b"m", deterministic=True)
    assert signature == key.sign(b"m", deterministic=True)
    key.public_key().verify(signature, b"m")
    with pytest.raises(TypeError):
        key.sign(b"m", None, True)  # type: ignore[misc]


def test_refuses_all_else(key: SLHDSAPrivateKey) -> None:
    signature, verify = key.sign(b"data"), key.public_key().verify
    for at in (0, 16, 400, 5000, len(signature) - 1):
        changed = bytearray(signature)
        changed[at] ^= 1
        with pytest.raises(InvalidSignature):
            verify(changed, b"data")
    for bad in (b"", signature[:-1], signature + b"\0", bytes(len(signature)), b"\xff" * (1 << 20)):
        with pytest.raises(InvalidSignature):
            verify(bad, b"data")
    with pytest.raises(InvalidSignature):
        verify(signature, b"other data")
    with pytest.raises(InvalidSignature):
        SLHDSAPrivateKey.generate(FAST).public_key().verify(signature, b"data")
    with pytest.raises(ValueError, match="at most 255 bytes"):
        verify(signature, b"data", bytes(256))
    with pytest.raises(ValueError, match="at most 255 bytes"):
        key.sign(b"data", bytes(256))


def test_signatures_of_hashes(key: SLHDSAPrivateKey) -> None:
    public = key.public_key()
    signature = key.sign_hash(b"data", hashes.SHA256(), b"c", deterministic=True)
    digest = hashlib.sha256(b"data").digest()
    assert signature == key.sign_hash(digest, Prehashed(hashes.SHA256()), b"c", deterministic=True)
    public.verify_hash(signature, b"data", hashes.SHA256(), b"c")
    public.verify_hash(signature, digest, Prehashed(hashes.SHA256()), b"c")
    for call in (
        lambda: public.verify(signature, b"data", b"c"),
        lambda: public.verify(signature, digest, b"c"),
        lambda: public.verify_hash(signature, b"data", hashes.SHA512(), b"c"),
        lambda: public.verify_hash(signature, b"data", hashes.SHA256()),
        lambda: public.verify_hash(key.sign(b"data"), b"data", hashes.SHA256()),
    ):
        with pytest.raises(InvalidSignature):
            call()
    public.verify_hash(key.sign_hash(b"data", hashes.SHAKE256(64)), b"data", hashes.SHAKE256(64))
    for unfit in (hashes.MD5(), hashes.SHA1(), hashes.SHAKE256(32), hashes.BLAKE2b(64)):
        with pytest.raises(UnsupportedAlgorithm):
            key.sign_hash(b"data", unfit)
    with pytest.raises(ValueError):
        key.sign_hash(digest[1:], Prehashed(hashes.SHA256()))
    for wrong in (None, "SHA256", hashes.SHA256):
        with pytest.raises(TypeError):
            key.sign_hash(b"data", wrong)  # type: ignore[arg-type]


def test_raw_keys(key: SLHDSAPrivateKey) -> None:
    raw, encoded = key.private_bytes_raw(), key.public_key().public_bytes_raw()
    assert raw.endswith(encoded)
    for form in (raw, bytearray(raw), memoryview(raw), SecretBytes.copy_from(raw)):
        assert SLHDSAPrivateKey.from_private_bytes(FAST, form).public_key() == key.public_key()
    assert SLHDSAPublicKey.from_public_bytes(FAST, memoryview(encoded)) == key.public_key()
    assert key.private_bytes(RAW, s.PrivateFormat.Raw, s.NoEncryption()) == raw
    for length in (0, 63, 65, 128, 1 << 20):
        with pytest.raises(ValueError, match=f"64 bytes long, not {length}"):
            SLHDSAPrivateKey.from_private_bytes(FAST, bytes(length))
    with pytest.raises(ValueError, match="do not match"):
        SLHDSAPrivateKey.from_private_bytes(FAST, bytes(64))
    with pytest.raises(ValueError, match="32 bytes long, not 31"):
        SLHDSAPublicKey.from_public_bytes(FAST, bytes(31))
    # The same bytes are another key under another parameter set.
    assert SLHDSAPublicKey.from_public_bytes("SLH-DSA-SHAKE-128f", encoded) != key.public_key()
    for wrong in ("x" * 64, None, 64):
        with pytest.raises(TypeError):
            SLHDSAPrivateKey.from_private_bytes(FAST, wrong)  # type: ignore[arg-type]


def test_names_of_parameter_sets() -> None:
    for name in ("", "slh-dsa-sha2-128f", "SLH-DSA-SHA2-128", "ML-DSA-65", "x" * 10_000):
        with pytest.raises(ValueError, match="known are SLH-DSA-SHA2-128s"):
            SLHDSAPrivateKey.generate(name)
    for wrong in (None, 7, b"SLH-DSA-SHA2-128f"):
        with pytest.raises(TypeError):
            SLHDSAPrivateKey.generate(wrong)  # type: ignore[arg-type]


def test_damaged_files(key: SLHDSAPrivateKey) -> None:
    der = key.private_bytes(DER, s.PrivateFormat.PKCS8, s.NoEncryption())
    changed = bytearray(der)
    changed[-1] ^= 1
    another_set = bytearray(der)
    another_set[der.index(b"\x03\x04\x03") + 3] ^= 8
    for bad in (der[:-1], der + b"\0", bytes(changed), bytes(another_set)):
        with pytest.raises(ValueError):
            s.load_der_private_key(bad, None)
    for encoding, form in ((PEM, s.PrivateFormat.Raw), (PEM, s.PrivateFormat.TraditionalOpenSSL)):
        with pytest.raises(ValueError):
            key.private_bytes(encoding, form, s.NoEncryption())


def test_as_objects(key: SLHDSAPrivateKey) -> None:
    assert key.private_bytes_raw().hex() not in repr(key)
    assert copy.copy(key) is key
    assert copy.deepcopy(key.public_key()) == key.public_key()
    assert key.public_key() != object()
    for wrong in (SLHDSAPrivateKey, SLHDSAPublicKey, lambda: pickle.dumps(key)):
        with pytest.raises(TypeError):
            wrong()


def test_what_takes_no_such_key_says_which_it_is(key: SLHDSAPrivateKey) -> None:
    for one in (key, key.public_key()):
        with pytest.raises(UnsupportedAlgorithm, match=FAST):
            Jwk(one)
        with pytest.raises(TypeError, match="Ed25519"):
            signing.Key.from_key(one)
