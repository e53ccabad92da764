"""`ironlatch.signing.tokens`: signed and encrypted tokens."""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import itsdangerous
import pytest
from ironlatch import signing
from ironlatch.hazmat.primitives.ciphers import Cipher, algorithms, modes
from ironlatch.hazmat.primitives.padding import PKCS7
from ironlatch.signing import Key, KeySet
from ironlatch.signing.tokens import EncryptedTokens, EncryptionKey, SignedTokens

NOW = 1_700_000_000.5
Tokens = SignedTokens | EncryptedTokens


class Store:
    """The smallest possible replay store."""

    def __init__(self) -> None:
        self.kept: set[str] = set()

    def remember(self, id: str, until: int, now: int) -> bool:
        assert until >= now
        new = id not in self.kept
        self.kept.add(id)
        return new


def all_kinds(**options: object) -> list[Tokens]:
    return [
        SignedTokens(Key.generate(), "test", **options),
        SignedTokens(Key.generate_pair(), "test", **options),
        EncryptedTokens(EncryptionKey.generate(), "test", **options),
    ]


def make(tokens: Tokens, data: object, **options) -> str:
    return tokens.sign(data, **options) if isinstance(tokens, SignedTokens) else tokens.encrypt(data, **options)


def take(tokens: Tokens, token: str, **options):
    return tokens.verify(token, **options) if isinstance(tokens, SignedTokens) else tokens.decrypt(token, **options)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize(
    "data",
    [
        None,
        True,
        0,
        -1,
        2**80,
        1.5,
        "",
        "hello ü\U0001f600",
        [],
        [1, [2]],
        {},
        {"user": 42, "roles": ["a"]},
        b"",
        b"\0\xff" * 100,
    ],
)
def test_what_goes_in_comes_out(data):
    for tokens in all_kinds():
        token = take(tokens, make(tokens, data))
        assert token.data == data
        assert type(token.data) is type(data)


def test_what_json_cannot_say_is_refused():
    loop: list[object] = []
    loop.append(loop)
    nested: list[object] = []
    for _ in range(40):
        nested = [nested]
    for tokens in all_kinds():
        for data in [object(), {1, 2}, {("a",): 1}]:
            with pytest.raises(TypeError):
                make(tokens, data)
        for data in [float("nan"), float("inf"), loop, "\ud800", {1: "a", "1": "b"}, 10**1001, nested]:
            with pytest.raises(ValueError):
                make(tokens, data)
        with pytest.raises(OverflowError, match="put a reference into it"):
            make(tokens, "x" * 70_000)


def test_what_a_token_says():
    tokens = SignedTokens(Key.generate(), "test")
    token = tokens.verify(tokens.sign({"a": 1}, valid_for=60, now=NOW), now=NOW)
    assert token.issued_at == 1_700_000_000
    assert token.expires_at == 1_700_000_060
    assert token.claims == {"iat": 1_700_000_000, "exp": 1_700_000_060, "jti": token.id, "data": {"a": 1}}
    assert len(token.id) == 22
    assert "data" not in repr(token)


def test_times():
    for tokens in all_kinds(valid_for=timedelta(minutes=1), leeway=5):
        token = make(tokens, 1, now=NOW)
        take(tokens, token, now=NOW + 64)
        with pytest.raises(signing.Expired, match=r"expired \d+ seconds ago: ask for a new one"):
            take(tokens, token, now=NOW + 65)
        with pytest.raises(signing.NotYetValid, match="clocks"):
            take(tokens, token, now=NOW - 6)
        take(tokens, token, now=NOW + 20, max_age=timedelta(seconds=20))
        with pytest.raises(signing.Expired, match="at most 10 are allowed"):
            take(tokens, token, now=NOW + 20, max_age=10)
        for wrong in [0, -1, float("nan"), 1e20, timedelta(days=-1), timedelta(0)]:
            with pytest.raises((ValueError, TypeError)):
                make(tokens, 1, valid_for=wrong)


def test_every_character_counts():
    for tokens in all_kinds():
        token = make(tokens, {"user": 42})
        for at in range(len(token)):
            for to in "AB.=é":
                if token[at] != to:
                    with pytest.raises(signing.NotVerified):
                        take(tokens, token[:at] + to + token[at + 1 :])
            with pytest.raises(signing.NotVerified):
                take(tokens, token[:at])
        for extra in ["\n", " ", "=", ".", "A"]:
            with pytest.raises(signing.NotVerified):
                take(tokens, token + extra)


def test_another_purpose_key_or_kind():
    key, secret = Key.generate(), EncryptionKey.generate()
    with pytest.raises(signing.RequirementNotMet, match="reset"):
        SignedTokens(key, "reset").verify(SignedTokens(key, "login").sign(1))
    with pytest.raises(signing.RequirementNotMet, match="reset"):
        EncryptedTokens(secret, "reset").decrypt(EncryptedTokens(secret, "login").encrypt(1))
    with pytest.raises(signing.NotAuthentic, match="not among the keys"):
        SignedTokens(Key.generate(), "login").verify(SignedTokens(key, "login").sign(1))
    with pytest.raises(signing.MalformedMessage, match="encrypted"):
        SignedTokens(key, "login").verify(EncryptedTokens(secret, "login").encrypt(1))
    with pytest.raises(signing.MalformedMessage, match="signed"):
        EncryptedTokens(secret, "login").decrypt(SignedTokens(key, "login").sign(1))
    # A key for the one is not taken for the other.
    with pytest.raises(TypeError):
        EncryptedTokens(key, "login")
    with pytest.raises(TypeError):
        SignedTokens(secret, "login")
    with pytest.raises(TypeError, match="not for encrypting"):
        EncryptionKey.parse(key.expose())
    with pytest.raises(TypeError, match="not for signing"):
        Key.parse(secret.expose())


def test_same_name_other_key():
    ours, theirs = (Key.from_secret(bytes([n]) * 32, id="k") for n in (1, 2))
    with pytest.raises(signing.NotAuthentic, match="does not match"):
        SignedTokens(ours, "t").verify(SignedTokens(theirs, "t").sign(1))
    ours, theirs = (EncryptionKey.from_bytes(bytes([n]) * 64, id="k") for n in (1, 2))
    with pytest.raises(signing.NotAuthentic, match="does not open"):
        EncryptedTokens(ours, "t").decrypt(EncryptedTokens(theirs, "t").encrypt(1))


def test_two_keys_at_once():
    old, new = Key.generate(), Key.generate_pair()
    token = SignedTokens(old, "t").sign("still good")
    assert SignedTokens(KeySet([new, old]), "t").verify(token).key_id == old.id
    assert SignedTokens([new, old], "t").verify(SignedTokens([new, old], "t").sign(1)).key_id == new.id
    old, new = EncryptionKey.generate(), EncryptionKey.generate()
    token = EncryptedTokens(old, "t").encrypt("still good")
    assert EncryptedTokens([new, old], "t").decrypt(token).data == "still good"
    for wrong in [[], [old, old]]:
        with pytest.raises(ValueError):
            EncryptedTokens(wrong, "t")


def test_public_keys_verify_only():
    pair = Key.generate_pair()
    verifier = SignedTokens(pair.public(), "t")
    assert verifier.verify(SignedTokens(pair, "t").sign(1)).data == 1
    with pytest.raises(TypeError, match="only verifies"):
        verifier.sign(1)


def test_audience():
    key = Key.generate()
    shop, bank, anybody = (SignedTokens(key, "t", audience=name) for name in ("shop", "bank", None))
    assert shop.verify(shop.sign(1)).claims["aud"] == "shop"
    for signer, verifier in [(shop, bank), (shop, anybody), (anybody, shop)]:
        with pytest.raises(signing.RequirementNotMet, match="aud"):
            verifier.verify(signer.sign(1))


def test_once_only():
    for tokens in all_kinds(replay_store=Store()):
        token = make(tokens, 1)
        take(tokens, token)
        with pytest.raises(signing.Replayed):
            take(tokens, token)
        take(tokens, make(tokens, 1))


def test_a_store_that_fails_lets_nothing_in():
    class Broken:
        def remember(self, id: str, until: int, now: int) -> bool:
            raise ConnectionError("no store")

    tokens = SignedTokens(Key.generate(), "t", replay_store=Broken())
    with pytest.raises(ConnectionError):
        tokens.verify(tokens.sign(1))


def test_algorithms_are_not_the_tokens_to_choose():
    key = Key.from_secret(b"k" * 32, id="k")
    tokens = SignedTokens(key, "t")

    def forged(header: dict[str, object], code=lambda signed: hmac.digest(b"k" * 32, signed, "sha256")) -> str:
        claims = json.dumps({"exp": 2**40, "data": "forged"}).encode()
        signed = f"{b64(json.dumps(header).encode())}.{b64(claims)}"
        return f"{signed}.{b64(code(signed.encode()))}"

    good = {"alg": "HS256", "typ": "t+jwt", "kid": "k"}
    assert tokens.verify(forged(good)).data == "forged"
    for algorithm in ["none", "NONE", "HS512", "EdDSA", "RS256"]:
        with pytest.raises(signing.NotAuthentic):
            tokens.verify(forged(good | {"alg": algorithm}, lambda _: b""))
    for extra in [{"crit": ["exp"]}, {"zip": "DEF"}, {"kid": 7}, {"alg": None}]:
        with pytest.raises(signing.MalformedMessage):
            tokens.verify(forged(good | extra))
    for typ in ["JWT", "other+jwt", "T+jwt", ""]:
        with pytest.raises(signing.RequirementNotMet):
            tokens.verify(forged(good | {"typ": typ}))


def test_hostile_text():
    key = Key.from_secret(b"k" * 32, id="k")
    tokens = [SignedTokens(key, "t"), EncryptedTokens(EncryptionKey.generate(), "t")]
    head = b64(b'{"alg":"HS256","typ":"t+jwt"}')
    deep = b64(b'{"data":' + b"[" * 20_000 + b"]" * 20_000 + b"}")
    for text in [
        "",
        ".",
        "..",
        "....",
        "a" * 10_000_000,
        "." * 10_000_000,
        "\0",
        "é.é.é",
        f"{head}..",
        f"{head}.{deep}.AAAA",
    ]:
        for kind in tokens:
            with pytest.raises(signing.NotVerified) as caught:
                take(kind, text)
            assert len(str(caught.value)) < 400
    for wrong in [None, b"token", 1]:
        with pytest.raises(TypeError):
            take(tokens[0], wrong)


def test_an_encrypted_token_by_the_standards_text():
    """RFC 7518 §5.2.2, implemented a second time."""
    raw = bytes(range(64))
    tokens = EncryptedTokens(EncryptionKey.from_bytes(raw, id="k"), "t")
    head, none, iv, body, tag = tokens.encrypt({"secret": "x"}).split(".")
    assert json.loads(unb64(head)) == {"alg": "dir", "enc": "A256CBC-HS512", "kid": "k", "typ": "t+jwt"}
    assert none == ""
    assert len(unb64(iv)) == 16
    signed = head.encode() + unb64(iv) + unb64(body) + (8 * len(head)).to_bytes(8, "big")
    assert hmac.digest(raw[:32], signed, hashlib.sha512)[:32] == unb64(tag)
    decryptor = Cipher(algorithms.AES(raw[32:]), modes.CBC(unb64(iv))).decryptor()
    unpadder = PKCS7(128).unpadder()
    padded = decryptor.update(unb64(body)) + decryptor.finalize()
    claims = json.loads(unpadder.update(padded) + unpadder.finalize())
    assert claims["data"] == {"secret": "x"}
    assert "secret" not in head


def test_others_read_our_tokens_and_we_theirs():
    """PyJWT, by itself: it looks for the peer's package, of which the drop-in here is not the
    whole.
    """
    key = Key.from_secret(b"k" * 32, id="k")
    tokens = SignedTokens(key, "t")
    program = """
import jwt, sys
print(jwt.decode(sys.argv[1], b"k" * 32, algorithms=["HS256"])["data"])
print(jwt.encode({"exp": 2**40, "sub": "ada"}, b"k" * 32, headers={"typ": "t+jwt"}))
"""
    command = [sys.executable, "-I", "-c", program, tokens.sign({"a": 1})]
    read, theirs = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert read == "{'a': 1}"
    assert tokens.verify(theirs).data is None
    assert tokens.verify(theirs).claims["sub"] == "ada"


@pytest.mark.parametrize("data", [{"user": 42}, {"alg": "HS256", "typ": "test+jwt"}, "text", [1] * 500, None])
def test_tokens_of_itsdangerous_are_others_and_ours_are_to_it(data):
    key = Key.from_secret(b"k" * 32, id="k")
    theirs = itsdangerous.URLSafeTimedSerializer(
        b"k" * 32, salt="test", signer_kwargs={"digest_method": hashlib.sha256}
    )
    ours = SignedTokens(key, "test")
    with pytest.raises((signing.MalformedMessage, signing.NotAuthentic)):
        ours.verify(theirs.dumps(data))
    with pytest.raises(itsdangerous.BadSignature):
        theirs.loads(ours.sign(data))


def test_keys_for_encryption(tmp_path: Path):
    key = EncryptionKey.generate()
    path = tmp_path / "key.jwk"
    key.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        key.save(path)
    assert EncryptionKey.load(path).id == key.id
    assert json.loads(key.expose())["k"] not in repr(key)
    with pytest.raises(TypeError):
        __import__("pickle").dumps(key)
    for wrong in [b"", b"k" * 63, b"k" * 65]:
        with pytest.raises(ValueError, match="64 random bytes"):
            EncryptionKey.from_bytes(wrong)
    for wrong in ["", "{}", "[]", '{"kty":"oct"}', '{"kty":"oct","k":"AAAA"}']:
        with pytest.raises(ValueError):
            EncryptionKey.parse(wrong)


def test_purposes():
    for purpose in ["", "Login", "a b", "a+jwt", "ä", "a" * 65]:
        with pytest.raises(ValueError, match="lower-case"):
            SignedTokens(Key.generate(), purpose)


def test_many_threads():
    tokens = all_kinds()
    with ThreadPoolExecutor(8) as pool:
        for kind in tokens:
            made = list(pool.map(lambda number, kind=kind: make(kind, number), range(200)))
            assert list(pool.map(lambda token, kind=kind: take(kind, token).data, made)) == list(range(200))
