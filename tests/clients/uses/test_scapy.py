"""scapy: certificates and TLS with its own records, over the keys and ciphers of cryptography."""

from __future__ import annotations

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from scapy.layers.tls.cert import Cert, PrivKey, PrivKeyECDSA, PrivKeyRSA
from scapy.layers.tls.crypto.cipher_aead import Cipher_AES_128_GCM
from scapy.layers.tls.crypto.cipher_block import Cipher_AES_256_CBC
from scapy.layers.tls.crypto.prf import PRF

KEYS = {
    "rsa": (rsa.generate_private_key(65537, 2048), PrivKeyRSA),
    "ec": (ec.generate_private_key(ec.SECP256R1()), PrivKeyECDSA),
}


@pytest.mark.parametrize("kind", KEYS)
def test_keys_and_certificates(kind: str) -> None:
    made, expected = KEYS[kind]
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    key = PrivKey(pem)
    assert isinstance(key, expected)
    signature = key.sign(b"message", h="sha256")
    assert key.verify(b"message", signature, h="sha256")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "scapy")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(made.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(made, hashes.SHA256())
    )
    read = Cert(certificate.public_bytes(serialization.Encoding.DER))
    assert read.serial == 7
    assert read.isSelfSigned()


def test_records() -> None:
    writer, reader = (Cipher_AES_256_CBC(key=bytes(32), iv=bytes(16)) for _ in range(2))
    assert reader.decrypt(writer.encrypt(b"sixteen bytes ok")) == b"sixteen bytes ok"
    # The peer's AESGCM object behind it; the nonce is the salt and the explicit part.
    aead = Cipher_AES_128_GCM(key=bytes(16), fixed_iv=bytes(4), nonce_explicit=1)
    sealed = aead.auth_encrypt(b"message", b"data", bytes(8))
    assert len(sealed) == 8 + len(b"message") + 16
    assert len(PRF(hash_name="SHA256", tls_version=0x0303).compute_master_secret(bytes(48), bytes(32), bytes(32))) == 48
