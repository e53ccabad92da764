"""Keys for signing."""

from __future__ import annotations

import base64
import contextlib
import copy
import hashlib
import json
import pickle
import resource
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ironlatch.exceptions import UnsupportedAlgorithm
from ironlatch.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from ironlatch.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from ironlatch.jwk import Jwk
from ironlatch.secrets import SecretBytes
from ironlatch.signing import Key, KeySet, NotVerified
from ironlatch.signing.tokens import EncryptionKey, SignedTokens
from ironlatch.signing.webhooks import WebhookSecret


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


SAVED = [Key.generate(), Key.generate_pair(), KeySet([Key.generate(), Key.generate_pair()]), EncryptionKey.generate()]


@pytest.mark.parametrize("key", SAVED, ids=lambda key: type(key).__name__)
def test_a_full_disk_leaves_the_old_key_or_none(key: Key | KeySet | EncryptionKey, tmp_path: Path) -> None:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    for path, overwrite in ((tmp_path / "new", False), (tmp_path / "old", True)):
        if overwrite:
            key.save(path)
        before = sorted((file.name, file.read_bytes()) for file in tmp_path.iterdir())
        # What a full disk answers, without one.
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, limit[1]))
        try:
            with pytest.raises(OSError, match="too large"):
                key.save(path, overwrite=overwrite)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        assert sorted((file.name, file.read_bytes()) for file in tmp_path.iterdir()) == before


def test_of_many_writers_one_makes_the_key_file(tmp_path: Path) -> None:
    keys = [Key.generate() for _ in range(16)]

    def save(key: Key) -> bool:
        try:
            key.save(tmp_path / "key.jwk")
        except FileExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        saved = [key.id for key, done in zip(keys, pool.map(save, keys), strict=True) if done]
    assert saved == [Key.load(tmp_path / "key.jwk").id]
    assert len(list(tmp_path.iterdir())) == 1


KILLED = """
import sys
from ironlatch.signing import Key, KeySet
keys = KeySet([Key.generate() for _ in range(200)])
while True:
    keys.save(sys.argv[1], overwrite=True)
    print(flush=True)
"""


def test_kill_9_leaves_a_whole_key_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.jwks"
    for lines in (1, 3, 10):
        process = subprocess.Popen([sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE)
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        process.kill()
        process.wait()
        process.stdout.close()
        assert len(KeySet.load(path)) == 200
    # A temporary name may be left, and nobody else may read what is under it.
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in tmp_path.iterdir())


@pytest.mark.parametrize("load", [Key.load, KeySet.load, EncryptionKey.load])
def test_files_that_are_no_key_files(load: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is it the right file"):
        load(Path("/dev/zero"))
    with pytest.raises(IsADirectoryError):
        load(tmp_path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none")
    path = tmp_path / "key"
    for text in ("", "{}", "[" * 1_000_000, '{"keys":[' * 100_000, "\0", '{"kty":"oct","k":"' + "A" * 900_000 + "="):
        path.write_text(text)
        with pytest.raises(ValueError):
            load(path)


@pytest.mark.parametrize("key", SAVED, ids=lambda key: type(key).__name__)
def test_a_cut_key_file_is_refused_and_a_changed_one_does_no_harm(key: Key | KeySet | EncryptionKey) -> None:
    text = key.expose()
    for at in range(len(text)):
        with pytest.raises((ValueError, TypeError)):
            type(key).parse(text[:at])
        # What is still a key is read as it stands: a name that was changed, say.
        with contextlib.suppress(ValueError, TypeError, UnsupportedAlgorithm):
            read = type(key).parse(text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :])
            assert type(key).parse(read.expose()).expose() == read.expose()


def test_nothing_secret_is_shown() -> None:
    key = Key.generate()
    secret = json.loads(key.expose())["k"]
    for text in (repr(key), str(key), repr(KeySet(key))):
        assert secret not in text
    for act in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            act(key)


SECRET = "A" * 43


def jwk_of(key: object, **changes: object) -> dict[str, object]:
    return Jwk(key, **changes).to_dict(private=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("bits", [1024, 2032])
def test_short_rsa_keys_verify_nothing(bits: int) -> None:
    public = rsa.generate_private_key(65537, bits).public_key()
    for algorithm in ("rsa-v1_5-sha256", "rsa-pss-sha512"):
        with pytest.raises(ValueError, match=f"{bits} bits"):
            Key.from_key(public, algorithm=algorithm)
    members = jwk_of(public)
    for alg in ("RS256", "PS512"):
        with pytest.raises(ValueError, match=f"{bits} bits"):
            Key.parse(json.dumps(members | {"alg": alg}))
        good = jwk_of(ed25519.Ed25519PrivateKey.generate().public_key(), kid="good")
        for read in (KeySet.parse, KeySet.parse_public):
            keys = read(json.dumps({"keys": [members | {"alg": alg, "kid": "short"}, good]}))
            assert [key.id for key in keys.keys] == ["good"]
            assert (keys.ignored[0].kid, f"at least 2048 bits, not {bits}" in keys.ignored[0].reason) == ("short", True)


@pytest.mark.parametrize(
    ("operations", "signs", "verifies"),
    [
        (["sign"], True, False),
        (["verify"], False, True),
        (["sign", "verify"], True, True),
        (["sign", "new"], True, False),
    ],
)
def test_key_ops_of_a_secret_are_kept_to(operations: list[str], signs: bool, verifies: bool) -> None:
    text = json.dumps({"kty": "oct", "k": SECRET, "kid": "s", "key_ops": operations})
    both = SignedTokens(Key.parse(json.dumps({"kty": "oct", "k": SECRET, "kid": "s"})), "test", valid_for=60)
    for key in (Key.parse(text), Key.parse(Key.parse(text).expose()), KeySet.parse(text).keys[0]):
        assert (key.can_sign, key.can_verify) == (signs, verifies)
        tokens = SignedTokens(key, "test", valid_for=60)
        if signs:
            assert both.verify(tokens.sign(1)).data == 1
        else:
            with pytest.raises(TypeError, match="key_ops"):
                tokens.sign(1)
        if verifies:
            assert tokens.verify(both.sign(2)).data == 2
        else:
            with pytest.raises(NotVerified):
                tokens.verify(both.sign(2))


def test_key_ops_of_pairs_are_kept_to() -> None:
    private = ed25519.Ed25519PrivateKey.generate()
    assert Key.parse(json.dumps(jwk_of(private, key_ops=["sign"]))).can_sign
    only = Key.parse(json.dumps(jwk_of(private, key_ops=["verify"])))
    assert not only.can_sign
    assert '"d"' not in only.expose()
    assert not Key.parse(json.dumps(jwk_of(private.public_key(), key_ops=["verify"]))).can_sign
    for key, operations in (
        (private, ["deriveKey"]),
        (private, []),
        (private.public_key(), ["sign"]),
        (private.public_key(), ["encrypt"]),
        (bytes(32), ["encrypt", "decrypt"]),
    ):
        with pytest.raises(TypeError, match="key_ops"):
            Key.parse(json.dumps(jwk_of(key, key_ops=operations)))
        keys = KeySet.parse(json.dumps({"keys": [jwk_of(key, key_ops=operations), jwk_of(private)]}))
        assert (len(keys), "key_ops" in keys.ignored[0].reason) == (1, True)
    for operations in (["encrypt"], ["decrypt"], ["sign", "verify"]):
        with pytest.raises(TypeError, match="key_ops"):
            EncryptionKey.parse(json.dumps(jwk_of(bytes(64), key_ops=operations)))
    assert EncryptionKey.parse(json.dumps(jwk_of(bytes(64), key_ops=["encrypt", "decrypt"]))).id


def test_published_keys_are_public_and_few() -> None:
    pair, other = Key.generate_pair(), Key.generate_pair()
    published = json.dumps(
        {
            "keys": [
                json.loads(pair.expose()),
                {"kty": "oct", "k": SECRET, "kid": "secret", "alg": "HS256"},
                {"kty": "EC", "crv": "P-256", "x": "AA", "kid": "damaged"},
                json.loads(other.public().expose()),
                json.loads(other.public().expose()),
            ]
        }
    )
    keys = KeySet.parse_public(published)
    assert [key.id for key in keys.keys] == [other.id]
    assert [ignored.index for ignored in keys.ignored] == [0, 1, 2, 4]
    assert "before it" in keys.ignored[3].reason
    token = SignedTokens(Key.from_secret(bytes(32), id="secret"), "test", valid_for=60).sign("forged")
    with pytest.raises(NotVerified):
        SignedTokens(keys, "test").verify(token)
    assert SignedTokens(keys, "test").verify(SignedTokens(other, "test", valid_for=60).sign(1)).data == 1
    for bad, said in (
        (pair.public().expose(), "single JWK"),
        ('{"keys":[]}', "no key"),
        (json.dumps({"keys": [json.loads(pair.expose())]}), "everybody can read"),
        (json.dumps({"keys": [{}] * 101}), "at most 100"),
        ("-----BEGIN PUBLIC KEY-----", "PEM"),
        ("x" * 2_000_000, "at most"),
    ):
        with pytest.raises(ValueError, match=said):
            KeySet.parse_public(bad)


def test_a_damaged_first_key_lets_no_other_sign_in_its_place() -> None:
    new, old = json.loads(Key.generate().expose()), json.loads(Key.generate().expose())
    with pytest.raises(ValueError, match="first key of the set, which is the one that signs"):
        KeySet.parse(json.dumps({"keys": [new | {"k": "AA"}, old]}))
    keys = KeySet.parse(json.dumps({"keys": [old, new | {"k": "AA"}]}))
    assert (keys.keys[0].id, keys.ignored[0].kid) == (old["kid"], new["kid"])


def test_the_name_of_a_secret_is_no_hash_of_it() -> None:
    secret = bytes(range(32))
    key = Key.from_secret(secret)
    assert key.id == Key.parse(json.dumps(jwk_of(secret))).id
    assert key.id != Jwk(secret).thumbprint()
    assert hashlib.sha256(secret).digest() not in base64.urlsafe_b64decode(key.id + "==")
    assert Key.from_secret(secret[::-1]).id != key.id
    assert EncryptionKey.parse(json.dumps(jwk_of(secret * 2))).id != Jwk(secret * 2).thumbprint()


def test_other_threads_run_while_a_key_is_read() -> None:
    """A prime for a modulus: no other key takes so long to be refused."""
    prime = 2**3217 - 1
    exponent = pow(65537, -1, prime - 1)
    n, d = (base64.urlsafe_b64encode(number.to_bytes(403, "big")).decode().rstrip("=") for number in (prime, exponent))
    hostile = json.dumps({"kty": "RSA", "n": n, "e": "AQAB", "d": d})
    ticks = 0
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(Key.parse, hostile)
        while not work.done():
            ticks += 1
        with pytest.raises(ValueError):
            work.result()
    assert ticks > 1000


P = 2**255 - 19
#: The y of the eight points of small order, and what two of them may be written as besides.
SMALL = [
    0,
    1,
    P - 1,
    P,
    P + 1,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
    P - 55188659117513257062467267217118295137698188065244968500265048394206261417927,
]


@pytest.mark.parametrize("sign", [0, 1 << 255])
@pytest.mark.parametrize("y", SMALL)
def test_keys_under_which_anybody_signs_are_refused(y: int, sign: int) -> None:
    point = (y | sign).to_bytes(32, "little")
    text = base64.urlsafe_b64encode(point).rstrip(b"=").decode()
    with pytest.raises(ValueError, match="small order"):
        Key.parse(json.dumps({"kty": "OKP", "crv": "Ed25519", "x": text}))
    with pytest.raises(ValueError, match="small order"):
        WebhookSecret.parse("whpk_" + base64.b64encode(point).decode())
    # As with the peer.
    key = ed25519.Ed25519PublicKey.from_public_bytes(point)
    with pytest.raises(ValueError, match="small order"):
        Key.from_key(key)


def test_an_even_modulus_is_refused() -> None:
    number = (1 << 2047) + 2
    text = base64.urlsafe_b64encode(number.to_bytes(256, "big")).rstrip(b"=").decode()
    with pytest.raises(ValueError, match="even"):
        Key.parse(json.dumps({"kty": "RSA", "n": text, "e": "AQAB", "alg": "PS512"}))
    # As with the peer.
    key = rsa.RSAPublicNumbers(65537, number).public_key()
    with pytest.raises(ValueError, match="even"):
        Key.from_key(key, algorithm="rsa-pss-sha512")
