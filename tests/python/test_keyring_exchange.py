"""Keys of other programs in a keyring: Fernet keys, JSON Web Keys, and keysets that Tink itself writes and reads."""

from __future__ import annotations

import io
import json

import pytest
from ironlatch.exceptions import InvalidSignature, InvalidTag
from ironlatch.fernet import Fernet, MultiFernet
from ironlatch.keyring import Keyring, KeyringError, NotAllowed
from ironlatch.signing import KeySet
from tink import (
    JsonKeysetReader,
    JsonKeysetWriter,
    KeysetHandle,
    aead,
    cleartext_keyset_handle,
    daead,
    mac,
    new_keyset_handle,
    signature,
)

for primitives in (aead, daead, mac, signature):
    primitives.register()

AEADS = [
    "AES128_GCM",
    "AES256_GCM",
    "AES256_GCM_RAW",
    "XAES_256_GCM_192_BIT_NONCE",
    "XAES_256_GCM_192_BIT_NONCE_NO_PREFIX",
    "XCHACHA20_POLY1305",
    "XCHACHA20_POLY1305_RAW",
]


def text_of(handle: KeysetHandle) -> str:
    stream = io.StringIO()
    cleartext_keyset_handle.write(JsonKeysetWriter(stream), handle)
    return stream.getvalue()


def handle_of(ring: Keyring) -> KeysetHandle:
    text = ring.export_keys("key", "tink").expose().decode()
    return cleartext_keyset_handle.read(JsonKeysetReader(text))


def imported(handle: KeysetHandle) -> Keyring:
    ring = Keyring.in_memory()
    ring.import_keys("key", text_of(handle))
    return ring


@pytest.mark.parametrize("template", AEADS)
def test_messages_of_tink(template: str) -> None:
    handle = new_keyset_handle(getattr(aead.aead_key_templates, template))
    ring = imported(handle)
    theirs = handle.primitive(aead.Aead)
    for message in (b"", b"a message", bytes(100_000)):
        assert ring["key"].decrypt(theirs.encrypt(message, b"data"), b"data") == message
        assert theirs.decrypt(ring["key"].encrypt(message, b"data"), b"data") == message
    old = theirs.encrypt(b"x", b"")
    ring.rotate("key")
    theirs = handle_of(ring).primitive(aead.Aead)
    assert theirs.decrypt(ring["key"].encrypt(b"x"), b"") == b"x"
    assert theirs.decrypt(old, b"") == ring["key"].decrypt(old) == b"x"
    with pytest.raises((InvalidTag, KeyringError)):
        ring["key"].decrypt(old[:-1])


def test_deterministic_messages_of_tink() -> None:
    handle = new_keyset_handle(daead.deterministic_aead_key_templates.AES256_SIV)
    ring = imported(handle)
    theirs = handle.primitive(daead.DeterministicAead).encrypt_deterministically(b"a message", b"data")
    assert ring["key"].encrypt(b"a message", b"data") == theirs
    assert ring["key"].decrypt(theirs, b"data") == b"a message"


def test_codes_and_signatures_of_tink() -> None:
    handle = new_keyset_handle(mac.mac_key_templates.HMAC_SHA256_256BITTAG)
    key = imported(handle)["key"]
    assert key.kind == "hmac-sha256"
    key.verify(b"a message", handle.primitive(mac.Mac).compute_mac(b"a message"))
    handle.primitive(mac.Mac).verify_mac(key.sign(b"a message"), b"a message")
    handle = new_keyset_handle(signature.signature_key_templates.ED25519)
    key = imported(handle)["key"]
    made = handle.primitive(signature.PublicKeySign).sign(b"a message")
    key.verify(b"a message", made)
    verifier = handle.public_keyset_handle().primitive(signature.PublicKeyVerify)
    verifier.verify(key.sign(b"a message"), b"a message")
    with pytest.raises(InvalidSignature):
        key.verify(b"another message", made)


@pytest.mark.parametrize("kind", ["chacha20-poly1305", "aes-siv", "xaes-256-gcm", "hmac-sha256", "ed25519"])
def test_keys_that_were_made_here(kind: str) -> None:
    ring = Keyring.in_memory()
    key = ring.create_key("key", kind)
    ring.rotate("key")
    ring.rotate("key")
    ring.disable("key", 1)
    if kind == "chacha20-poly1305":  # Tink for Python has no such keys
        assert "ChaCha20Poly1305Key" in ring.export_keys("key", "tink").expose().decode()
        return
    handle = handle_of(ring)
    info = handle.keyset_info()
    assert [(f"{key.key_id:08x}", key.status) for key in info.key_info] == [
        (version.id, 2 if version.state == "disabled" else 1) for version in key.versions
    ]
    assert f"{info.primary_key_id:08x}" == key.primary.id


def test_keysets_that_are_not_taken() -> None:
    ring = Keyring.in_memory()
    for template, why in [
        (aead.aead_key_templates.AES256_EAX, "AesEaxKey"),
        (aead.aead_key_templates.XAES_256_GCM_160_BIT_NONCE_NO_PREFIX, "salts of 12 bytes"),
        (mac.mac_key_templates.HMAC_SHA256_128BITTAG, "tags of 32 bytes"),
        (signature.signature_key_templates.ECDSA_P256, "EcdsaPrivateKey"),
    ]:
        with pytest.raises(TypeError, match=why):
            ring.import_keys("key", text_of(new_keyset_handle(template)))
    assert len(ring) == 0
    good = text_of(new_keyset_handle(aead.aead_key_templates.AES256_GCM))
    ring.import_keys("key", good)
    with pytest.raises(NotAllowed, match="already"):
        ring.import_keys("again", good)
    assert ring.names == ["key"]
    with pytest.raises(ValueError, match="Tink wrote"):
        ring.import_keys("more", good[:-10], "tink")


def test_fernet_keys() -> None:
    new, old = Fernet.generate_key(), Fernet.generate_key()
    token = Fernet(old).encrypt(b"x")
    ring = Keyring.in_memory()
    ring.import_keys("tokens", new + b"\n" + old + b"\n", actor="ada")
    assert ring["tokens"].fernet().decrypt(token) == b"x"
    assert Fernet(new).decrypt(ring["tokens"].fernet().encrypt(b"y")) == b"y"
    ring.rotate("tokens")
    lines = ring.export_keys("tokens", "fernet").expose().split()
    assert lines[1:] == [new, old]
    assert MultiFernet([Fernet(line) for line in lines]).decrypt(token) == b"x"
    assert [change.action for change in ring.history()] == ["imported", "imported", "rotated", "exported"]
    for bad in (b"", new[:-1], b"# nothing"):
        with pytest.raises(ValueError, match="Fernet"):
            ring.import_keys("other", bad, "fernet")


def test_json_web_keys() -> None:
    ring = Keyring.in_memory()
    ring.create_key("webhooks", "ed25519")
    ring.rotate("webhooks")
    jwks = ring.export_keys("webhooks", "jwk").expose()
    again = Keyring.in_memory()
    again.import_keys("webhooks", jwks)
    assert again["webhooks"].primary.label == ring["webhooks"].primary.id
    assert [key["kid"] for key in json.loads(jwks)["keys"]] == [v.id for v in reversed(ring["webhooks"].versions)]
    assert repr(KeySet.parse(jwks)) == repr(ring["webhooks"].signing_keys())
    assert repr(again["webhooks"].signing_keys()) == repr(ring["webhooks"].signing_keys())
    ring.create_key("general")
    with pytest.raises(TypeError, match="general"):
        ring.export_keys("general", "jwk")
    with pytest.raises(ValueError, match="fernet, jwk or tink"):
        ring.export_keys("webhooks", "pem")  # type: ignore[arg-type]
