"""Keys for signing."""

from __future__ import annotations

import copy
import json
import pickle
import stat
from pathlib import Path

import pytest
from ironlatch.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from ironlatch.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from ironlatch.secrets import SecretBytes
from ironlatch.signing import Key, KeySet


def test_kinds() -> None:
    secret, pair = Key.generate(), Key.generate_pair()
    assert (secret.algorithm, secret.can_sign) == ("hmac-sha256", True)
    assert (pair.algorithm, pair.can_sign) == ("ed25519", True)
    public = pair.public()
    assert (public.algorithm, public.can_sign, public.id) == ("ed25519", False, pair.id)
    with pytest.raises(TypeError, match="no public half"):
        secret.public()


def test_text_and_files(tmp_path: Path) -> None:
    for key in (Key.generate(), Key.generate_pair(), Key.generate_pair().public()):
        members = json.loads(key.expose())
        assert members["kid"] == key.id
        assert members["use"] == "sig"
        assert Key.parse(key.expose()).id == key.id
        path = tmp_path / f"{key.id}.jwk"
        key.save(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert Key.load(path).expose() == key.expose()
        with pytest.raises(FileExistsError):
            key.save(path)
        key.save(path, overwrite=True)


def test_keys_from_elsewhere() -> None:
    secret = Key.from_secret(SecretBytes.copy_from(bytes(range(32))), id="2026-11")
    assert secret.id == "2026-11"
    private = ed25519.Ed25519PrivateKey.generate()
    key = Key.from_key(private)
    assert Key.from_key(private.public_key()).id == key.id
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"password"))
    assert Key.parse(pem, password="password").id == key.id
    with pytest.raises(TypeError, match="not given"):
        Key.parse(pem)
    with pytest.raises(ValueError, match="Incorrect password"):
        Key.parse(pem, password="pasword")
    theirs = rsa.generate_private_key(65537, 2048).public_key()
    assert Key.from_key(theirs, algorithm="rsa-pss-sha512").algorithm == "rsa-pss-sha512"
    with pytest.raises(TypeError, match="say whether"):
        Key.from_key(theirs)
    with pytest.raises(ValueError, match="no algorithm has the name"):
        Key.from_key(theirs, algorithm="none")


@pytest.mark.parametrize("secret", [b"", bytes(31)])
def test_a_short_secret_is_refused(secret: bytes) -> None:
    with pytest.raises(ValueError, match="at least 32 random bytes"):
        Key.from_secret(secret)


@pytest.mark.parametrize("id", ["", "two words", "a" * 257, "é", "line\n"])
def test_a_bad_name_is_refused(id: str) -> None:
    with pytest.raises(ValueError, match="visible ASCII"):
        Key.from_secret(bytes(32), id=id)


def test_keys_that_do_not_sign_are_refused() -> None:
    for key in (x25519.X25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1()), "text"):
        with pytest.raises(TypeError):
            Key.from_key(key)  # type: ignore[arg-type]


def test_a_set() -> None:
    new, old = Key.generate_pair(), Key.generate()
    keys = KeySet([new, old])
    assert [key.id for key in KeySet.parse(keys.expose()).keys] == [new.id, old.id]
    assert len(keys) == 2
    assert len(KeySet(new)) == 1
    for wrong in ([], [new, new]):
        with pytest.raises(ValueError):
            KeySet(wrong)
    with pytest.raises(TypeError, match="keys must be"):
        KeySet("keys")  # type: ignore[arg-type]


def test_nothing_secret_is_shown() -> None:
    key = Key.generate()
    secret = json.loads(key.expose())["k"]
    for text in (repr(key), str(key), repr(KeySet(key))):
        assert secret not in text
    for act in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            act(key)
