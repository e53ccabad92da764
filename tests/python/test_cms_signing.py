"""Messages that `ironlatch.cms` signs: verified by us and by `openssl`, and what is refused."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ironlatch import cms, x509
from ironlatch.certificates import Verifier
from ironlatch.exceptions import InvalidSignature
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import ec, ed448, ed25519, mldsa, padding, rsa, x25519
from ironlatch.hazmat.primitives.serialization import Encoding
from ironlatch.x509.oid import ExtendedKeyUsageOID, NameOID

MESSAGE = b"a message\nof two lines\n"
KEYS: dict[str, Any] = {
    "rsa": rsa.generate_private_key(65537, 2048),
    "p256": ec.generate_private_key(ec.SECP256R1()),
    "p384": ec.generate_private_key(ec.SECP384R1()),
    "p521": ec.generate_private_key(ec.SECP521R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
    "ed448": ed448.Ed448PrivateKey.generate(),
    "mldsa44": mldsa.MLDSA44PrivateKey.generate(),
    "mldsa65": mldsa.MLDSA65PrivateKey.generate(),
}


def issue(key: Any) -> x509.Certificate:
    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "signer")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(start).not_valid_after(start + datetime.timedelta(days=365))
    hashing = None if isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey) else hashes.SHA256()
    return builder.sign(key, None if "mldsa" in type(key).__name__.lower() else hashing)


CERTIFICATES = {name: issue(key) for name, key in KEYS.items()}


def verifier(name: str) -> Verifier:
    return Verifier([CERTIFICATES[name]], purpose=ExtendedKeyUsageOID.EMAIL_PROTECTION, trusted_leaf=True, lenient=True)


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("detached", [False, True])
def test_we_verify_what_we_sign(name: str, detached: bool, tmp_path: Path) -> None:
    key, certificate = KEYS[name], CERTIFICATES[name]
    other = CERTIFICATES["p256"]
    signed = cms.sign(MESSAGE, certificate, key, detached=detached, certificates=[other])
    assert (MESSAGE in signed) != detached
    assert other.public_bytes(Encoding.DER) in signed
    verified = cms.verify(signed, verifier(name), content=MESSAGE if detached else None)
    assert verified.content == MESSAGE
    assert verified.signers[0].certificate == certificate
    now = datetime.datetime.now(datetime.UTC)
    assert verified.signers[0].signing_time is not None
    assert abs(verified.signers[0].signing_time - now) < datetime.timedelta(minutes=5)
    with pytest.raises(InvalidSignature):
        cms.verify(signed, verifier(name), content=MESSAGE + b"x")
    (tmp_path / "file").write_bytes(MESSAGE)
    of_file = cms.sign_file(tmp_path / "file", certificate, key)
    assert cms.verify(of_file, verifier(name), content=MESSAGE).content == MESSAGE


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("rsa", {}),
        ("rsa", {"hash_algorithm": hashes.SHA512()}),
        ("rsa", {"rsa_padding": padding.PSS(padding.MGF1(hashes.SHA256()), 32)}),
        ("p256", {}),
        ("p384", {}),
        ("p521", {"hash_algorithm": hashes.SHA256()}),
        # Version 3.0 of `openssl` verifies no EdDSA over signed attributes, and knows no ML-DSA.
    ],
)
@pytest.mark.parametrize("detached", [False, True])
def test_openssl_verifies(name: str, options: dict[str, Any], detached: bool, tmp_path: Path) -> None:
    signed = cms.sign(MESSAGE, CERTIFICATES[name], KEYS[name], detached=detached, **options)
    for file, data in (("message", signed), ("content", MESSAGE)):
        (tmp_path / file).write_bytes(data)
    (tmp_path / "crt").write_bytes(CERTIFICATES[name].public_bytes(Encoding.PEM))
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "message", "-CAfile", "crt"]
    command += ["-purpose", "any", *(["-content", "content"] if detached else [])]
    try:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    assert done.returncode == 0, done.stderr
    assert done.stdout == MESSAGE


def test_hash_functions_by_the_key() -> None:
    """RFC 8419 §3.1, RFC 9882 §4; the NIST curves with hash functions that are as strong."""
    sha2 = "6086480165030402"
    for name, arc in [
        ("rsa", "01"),
        ("p256", "01"),
        ("p384", "02"),
        ("p521", "03"),
        ("ed25519", "03"),
        ("ed448", "12"),
        ("mldsa44", "03"),
    ]:
        assert bytes.fromhex(sha2 + arc) in cms.sign(MESSAGE, CERTIFICATES[name], KEYS[name]), name


def test_what_cannot_sign() -> None:
    certificate = CERTIFICATES["rsa"]
    with pytest.raises(ValueError, match="not that of the certificate"):
        cms.sign(MESSAGE, certificate, KEYS["p256"])
    with pytest.raises(ValueError):
        cms.sign(MESSAGE, CERTIFICATES["ed25519"], KEYS["ed25519"], hash_algorithm=hashes.SHA256())
    key = x25519.X25519PrivateKey.generate()
    start = datetime.datetime(2026, 1, 1)
    name = certificate.subject
    exchanging = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start).sign(
        KEYS["p256"], hashes.SHA256()
    )
    with pytest.raises(TypeError):
        cms.sign(MESSAGE, exchanging, key)  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError, match="nowhere"):
        cms.sign_file("nowhere", certificate, KEYS["rsa"])
