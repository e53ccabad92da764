"""Authlib: tokens signed and encrypted with every kind of key."""

from __future__ import annotations

import pytest
from authlib.jose import JsonWebEncryption, JsonWebKey, JsonWebToken
from authlib.jose.errors import BadSignatureError

SIGNERS = [
    ("RS256", "RSA", 2048),
    ("PS384", "RSA", 2048),
    ("ES256", "EC", "P-256"),
    ("ES256K", "EC", "secp256k1"),
    ("ES512", "EC", "P-521"),
    ("EdDSA", "OKP", "Ed25519"),
    ("EdDSA", "OKP", "Ed448"),
]


@pytest.mark.parametrize(("algorithm", "kind", "size"), SIGNERS)
def test_tokens(algorithm: str, kind: str, size: object) -> None:
    key = JsonWebKey.generate_key(kind, size, is_private=True)
    jwt = JsonWebToken([algorithm])
    token = jwt.encode({"alg": algorithm}, {"sub": "alice"}, key)
    public = JsonWebKey.import_key(key.as_dict(is_private=False))
    assert jwt.decode(token, public)["sub"] == "alice"
    with pytest.raises(BadSignatureError):
        jwt.decode(token, JsonWebKey.generate_key(kind, size, is_private=True))


@pytest.mark.parametrize("encryption", ["A128GCM", "A256GCM", "A128CBC-HS256", "A256CBC-HS512"])
@pytest.mark.parametrize(
    ("algorithm", "kind", "size"),
    [
        ("RSA-OAEP-256", "RSA", 2048),
        ("ECDH-ES", "EC", "P-256"),
        ("ECDH-ES+A256KW", "OKP", "X25519"),
        ("A256GCMKW", "oct", 256),
    ],
)
def test_encrypted(algorithm: str, kind: str, size: object, encryption: str) -> None:
    key = JsonWebKey.generate_key(kind, size, is_private=True)
    jwe = JsonWebEncryption()
    token = jwe.serialize_compact({"alg": algorithm, "enc": encryption}, b"message", key)
    assert jwe.deserialize_compact(token, key)["payload"] == b"message"
