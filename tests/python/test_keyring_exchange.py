"""Keys of other programs in a keyring: Fernet keys, JSON Web Keys, and keysets that Tink itself
writes and reads.
"""

from __future__ import annotations

import io
import json
from base64 import urlsafe_b64encode

import pytest
from ironlatch.exceptions import InvalidSignature, InvalidTag
from ironlatch.fernet import Fernet, MultiFernet
from ironlatch.hazmat.primitives.ciphers import Cipher, algorithms, modes
from ironlatch.hazmat.primitives.ciphers.aead import AESGCM
from ironlatch.keyring import Keyring, KeyringError, OperationNotAllowed
from ironlatch.signing import KeySet
from ironlatch.signing.tokens import SignedTokens
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
    assert key.kind == "tink-hmac-sha256"
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


@pytest.mark.parametrize("kind", ["chacha20-poly1305", "aes-siv", "xaes-256-gcm", "tink-hmac-sha256", "tink-ed25519"])
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
    with pytest.raises(OperationNotAllowed, match="already"):
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


def multiplied(a: int, b: int) -> int:
    """A product in GCM's field, whose numbers have their bits in reverse."""
    product = 0
    for place in range(127, -1, -1):
        if b >> place & 1:
            product ^= a
        a = a >> 1 ^ (0xE1 << 120 if a & 1 else 0)
    return product


def inverted(a: int) -> int:
    inverse, square = 1 << 127, a
    for _ in range(127):
        square = multiplied(square, square)
        inverse = multiplied(inverse, square)
    return inverse


def opening_under_both(first: bytes, second: bytes) -> bytes:
    """A nonce, a ciphertext of two blocks and a tag that are right under two keys of AES-GCM."""
    nonce, block, length = b"\0" * 12, 12345, 256

    def encrypted(key: bytes, block: bytes) -> int:
        return int.from_bytes(Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block))

    (h, e), (i, f) = ((encrypted(key, bytes(16)), encrypted(key, nonce + b"\0\0\0\1")) for key in (first, second))
    hh, ii = multiplied(h, h), multiplied(i, i)
    difference = e ^ f ^ multiplied(block, multiplied(hh, h) ^ multiplied(ii, i)) ^ multiplied(length, h ^ i)
    solved = multiplied(difference, inverted(hh ^ ii))
    tag = e ^ multiplied(multiplied(multiplied(block, h) ^ solved, h) ^ length, h)
    return nonce + b"".join(number.to_bytes(16) for number in (block, solved, tag))


def test_what_opens_under_two_keys_is_refused() -> None:
    """AES-GCM does not commit to a key, and keys without an id in front are tried in turn."""
    keys = [bytes(31) + bytes([number]) for number in (1, 2)]
    made = opening_under_both(*keys)
    for key in keys:
        assert len(AESGCM(key).decrypt(made[:12], made[12:], b"")) == 32
    ring = Keyring.in_memory()
    jwks = [{"kty": "oct", "alg": "A256GCM", "k": urlsafe_b64encode(key).decode().rstrip("=")} for key in keys]
    ring.import_keys("key", json.dumps({"keys": jwks}))
    honest = AESGCM(keys[1]).encrypt(b"\7" * 12, b"x", b"")
    assert ring["key"].decrypt(b"\7" * 12 + honest) == b"x"
    with pytest.raises(InvalidTag):
        ring["key"].decrypt(made)
    # Once one of the two is disabled, nothing tells.
    ring.disable("key", 1)
    assert len(ring["key"].decrypt(made)) == 32


def test_tokens_and_what_tink_signs_are_under_keys_of_their_own() -> None:
    ring = imported(new_keyset_handle(mac.mac_key_templates.HMAC_SHA256_256BITTAG))
    for use in (ring["key"].signing_keys, lambda: SignedTokens(ring["key"], "t")):
        with pytest.raises(TypeError, match="tink-hmac-sha256"):
            use()
    with pytest.raises(TypeError, match="keys of their own"):
        ring.export_keys("key", "jwk")
    for kind in ("hmac-sha256", "ed25519"):
        ring.create_key(kind, kind)
        with pytest.raises(TypeError, match="keys of their own"):
            ring.export_keys(kind, "tink")
