"""ironlatch.jwk: the examples of the RFCs, every type of key there and back, and what must be
refused.
"""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from ironlatch import jwk
from ironlatch.exceptions import UnsupportedAlgorithm
from ironlatch.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, mldsa, mlkem, rsa, x448, x25519
from ironlatch.jwk import Jwk
from ironlatch.secrets import SecretBytes

# RFC 7517 appendix A.1, RFC 8037 appendix A.1, RFC 7515 appendix A.1: the last is a symmetric key.
EC_PUBLIC = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "use": "enc",
    "kid": "1",
}
EC_PRIVATE = EC_PUBLIC | {"d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}
OKP_PRIVATE = {
    "kty": "OKP",
    "crv": "Ed25519",
    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
OCT = {"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}
# RFC 7638 section 3.1.
RSA_PUBLIC = {
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj"
    "hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5"
    "hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    "e": "AQAB",
    "alg": "RS256",
    "kid": "2011-04-29",
}


def test_examples_of_the_rfcs() -> None:
    key = jwk.load(EC_PRIVATE)
    assert (key.kid, key.use, key.alg, key.is_private) == ("1", "enc", None, True)
    assert isinstance(key.key, ec.EllipticCurvePrivateKey)
    assert key.to_dict(private=True) == EC_PRIVATE
    assert key.to_dict() == EC_PUBLIC
    assert jwk.load(OKP_PRIVATE).to_dict(private=True) == OKP_PRIVATE
    assert jwk.load(RSA_PUBLIC).to_dict() == RSA_PUBLIC
    secret = jwk.load(OCT).key
    assert isinstance(secret, SecretBytes)
    assert len(secret) == 64


def test_thumbprints_of_the_rfcs() -> None:
    assert jwk.load(RSA_PUBLIC).thumbprint() == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    assert jwk.load(OKP_PRIVATE).thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert jwk.load(OKP_PRIVATE).public().thumbprint() == jwk.load(OKP_PRIVATE).thumbprint()


KEYS: list[Any] = [
    *(ec.generate_private_key(curve) for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), ec.SECP256K1())),
    ed25519.Ed25519PrivateKey.generate(),
    ed448.Ed448PrivateKey.generate(),
    x25519.X25519PrivateKey.generate(),
    x448.X448PrivateKey.generate(),
    rsa.generate_private_key(65537, 2048),
]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: type(key).__name__)
def test_there_and_back(key: Any) -> None:
    written = Jwk(key, kid="k", alg="X", use="sig", key_ops=["sign"])
    for form in (written.to_json(private=True), written.to_json(private=True).encode(), written.to_dict(private=True)):
        read = jwk.load(form)
        assert read.is_private
        assert (read.kid, read.alg, read.use, read.key_ops) == ("k", "X", "sig", ["sign"])
        assert type(read.key) is type(key)
        assert read.key.public_key() == key.public_key()  # type: ignore[union-attr]
        assert read.to_json(private=True) == written.to_json(private=True)
    public = jwk.load(written.to_json())
    assert not public.is_private
    assert public.key == key.public_key()
    assert "d" not in public.to_dict(private=True)
    assert Jwk(key.public_key(), kid="k", alg="X", use="sig").to_json() == public.to_json()


@pytest.mark.parametrize(
    ("private", "algorithm"),
    [
        (mldsa.MLDSA44PrivateKey, "ML-DSA-44"),
        (mldsa.MLDSA65PrivateKey, "ML-DSA-65"),
        (mldsa.MLDSA87PrivateKey, "ML-DSA-87"),
    ],
)
def test_ml_dsa_says_its_algorithm(private: Any, algorithm: str) -> None:
    key = private.generate()
    for written in (Jwk(key, kid="k"), Jwk(key, kid="k", alg=algorithm)):
        assert written.alg == algorithm
        assert written.to_json(private=True).count('"alg"') == 1
        assert list(written.to_dict(private=True)) == ["kty", "alg", "pub", "priv", "kid"]
        assert list(written.to_dict()) == ["kty", "alg", "pub", "kid"]
        read = jwk.load(written.to_json(private=True))
        assert (read.alg, read.is_private) == (algorithm, True)
        assert read.key.private_bytes_raw() == key.private_bytes_raw()  # type: ignore[union-attr]
        assert jwk.load(written.to_json()).key == key.public_key()
    with pytest.raises(ValueError, match="alg"):
        Jwk(key, alg="ES256")
    members = Jwk(key).to_dict(private=True)
    other = Jwk(private.generate()).to_dict(private=True)
    for changes, said in (
        ({"alg": None}, "alg"),
        ({"pub": None}, "pub"),
        ({"pub": other["pub"]}, "belong together"),
        ({"pub": "AAAA"}, "bytes long"),
        ({"priv": "AA"}, "32 bytes"),
    ):
        bad = {name: value for name, value in (members | changes).items() if value is not None}
        with pytest.raises(ValueError, match=said):
            jwk.load(bad)


def test_rsa_key_without_primes() -> None:
    whole = Jwk(KEYS[-1]).to_dict(private=True)
    short = {name: whole[name] for name in ("kty", "n", "e", "d")}
    assert jwk.load(short).key.private_numbers().public_numbers == KEYS[-1].public_key().public_numbers()  # type: ignore[union-attr]


def test_rsa_primes_come_all_or_none() -> None:
    whole = Jwk(KEYS[-1]).to_dict(private=True)
    for name in ("p", "q", "dp", "dq", "qi"):
        with pytest.raises(ValueError, match=f'no member "{name}"'):
            jwk.load({other: value for other, value in whole.items() if other != name})
        with pytest.raises(ValueError, match="no member"):
            jwk.load({other: whole[other] for other in ("kty", "n", "e", "d", name)})


def test_a_byte_order_mark_is_passed_over() -> None:
    assert jwk.load("\ufeff" + json.dumps(EC_PUBLIC)).kid == "1"
    assert len(jwk.load_set(("\ufeff" + json.dumps({"keys": [EC_PUBLIC]})).encode())) == 1
    with pytest.raises(ValueError):
        jwk.load("\ufeff\ufeff" + json.dumps(EC_PUBLIC))


def test_symmetric_keys_are_not_written_by_accident() -> None:
    key = Jwk(b"0123456789abcdef", kid="s")
    for write in (key.to_json, key.to_dict, key.public):
        with pytest.raises(TypeError):
            write()
    assert jwk.load(key.to_json(private=True)).key == b"0123456789abcdef"
    assert Jwk(SecretBytes.copy_from(b"0123456789abcdef")).thumbprint() == key.thumbprint()


def test_sets() -> None:
    keys = [EC_PUBLIC, {"kty": "of the future", "x": 1}, OKP_PRIVATE, {"kty": "EC", "crv": "P-1", "x": "", "y": ""}]
    read = jwk.load_set({"keys": keys})
    assert [key.kid for key in read] == ["1", None]
    assert (len(read), read[0].kid, read[-1].kid) == (2, "1", None)
    for index in (2, -3):
        with pytest.raises(IndexError):
            read[index]
    assert [ignored.index for ignored in read.ignored] == [1, 3]
    assert list(jwk.load_set('{"keys":[]}')) == []
    for bad in ('{"keys":{}}', "{}", "[]", '{"keys":[],"keys":[]}', '{"keys":[}'):
        with pytest.raises(ValueError):
            jwk.load_set(bad)


# Each is of no use, and none spoils the set that it stands in (RFC 7517 section 5).
UNUSABLE: list[tuple[Any, str]] = [
    (EC_PUBLIC | {"x": EC_PUBLIC["x"] + "="}, "base64url"),
    (EC_PUBLIC | {"x": "!"}, "base64url"),
    (EC_PUBLIC | {"x": "AA"}, "32 bytes"),
    (EC_PUBLIC | {"x": EC_PUBLIC["y"]}, "not on the curve"),
    ({"kty": "EC", "crv": "P-256", "kid": "1"}, '"x"'),
    ({"kty": "OKP", "crv": "Ed25519", "x": "A" * 42}, "32"),
    ({"kid": "1"}, "kty"),
    ({"kty": "RSA", "n": "AQ", "e": "AQAB"}, "RSA"),
    (1, "object"),
    ([], "object"),
    (None, "object"),
    ("text", "object"),
    (OKP_PRIVATE | {"alg": 7}, "alg"),
    (RSA_PUBLIC | {"kty": "of the future"}, "of the future"),
]


@pytest.mark.parametrize(("bad", "said"), UNUSABLE)
def test_one_unusable_key_does_not_spoil_a_set(bad: Any, said: str) -> None:
    for read in (jwk.load_set, jwk.load_public_set):
        keys = read({"keys": [bad, RSA_PUBLIC, bad]})
        assert [key.kid for key in keys] == ["2011-04-29"]
        assert [ignored.index for ignored in keys.ignored] == [0, 2]
        is_private = read is jwk.load_public_set and isinstance(bad, dict) and "d" in bad
        assert ("private key" if is_private else said) in keys.ignored[0].reason
        kid = bad.get("kid") if isinstance(bad, dict) else None
        assert {ignored.kid for ignored in keys.ignored} == {kid}
        assert repr(keys.ignored[0]).startswith("IgnoredKey(index=0, " + (f'kid="{kid}"' if kid else "reason="))


def test_a_member_that_stands_twice_is_refused() -> None:
    whole = json.dumps(RSA_PUBLIC)
    for name, value in (("kty", "RSA"), ("n", "AQ"), ("e", "Aw"), ("alg", "none"), ("k\\u0069d", "x"), ("unknown", "")):
        twice = whole[:-1] + f', "{name}": "{value}"' + ("" if name != "unknown" else ', "unknown": ""') + "}"
        with pytest.raises(ValueError, match="two members of the same name"):
            jwk.load(twice)
        keys = jwk.load_set('{"keys": [' + twice + ", " + whole + "]}")
        assert [key.kid for key in keys] == ["2011-04-29"]
        assert "two members of the same name" in keys.ignored[0].reason


RSA_1024 = rsa.generate_private_key(65537, 1024)


@pytest.mark.parametrize(
    ("members", "alg", "said"),
    [
        (Jwk(RSA_1024.public_key()).to_dict(), "RS256", "2048 bits"),
        (Jwk(RSA_1024).to_dict(private=True), "PS384", "2048 bits"),
        (Jwk(RSA_1024.public_key()).to_dict(), "RSA-OAEP-256", "2048 bits"),
        (RSA_PUBLIC, "HS256", "not for RSA"),
        (RSA_PUBLIC, "ES256", "not for RSA"),
        (EC_PUBLIC, "ES384", "type or curve"),
        (EC_PUBLIC, "RS256", "type or curve"),
        (EC_PUBLIC, "HS256", "type or curve"),
        (OKP_PRIVATE, "Ed448", "type or curve"),
        (OKP_PRIVATE, "ECDH-ES", "type or curve"),
        ({"kty": "oct", "k": "A" * 42}, "HS256", "at least 256 bits"),
        ({"kty": "oct", "k": "A" * 63}, "HS384", "at least 384 bits"),
        ({"kty": "oct", "k": "A" * 84}, "HS512", "at least 512 bits"),
        ({"kty": "oct", "k": "A" * 22}, "A256GCM", "256 bits"),
        (OCT, "RS256", "symmetric"),
        (OCT, "EdDSA", "symmetric"),
    ],
)
def test_an_algorithm_takes_keys_of_its_own_kind_and_length(members: dict[str, Any], alg: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        jwk.load(members | {"alg": alg})
    keys = jwk.load_set({"keys": [members | {"alg": alg}, EC_PUBLIC]})
    assert (len(keys), said in keys.ignored[0].reason) == (1, True)
    other = {name: value for name, value in members.items() if name != "alg"}
    key = jwk.load(other).key
    with pytest.raises(ValueError, match=said):
        Jwk(key, alg=alg)


@pytest.mark.parametrize(
    ("alg", "members"),
    [
        ("RS256", RSA_PUBLIC),
        ("RSA-OAEP", RSA_PUBLIC),
        ("ES256", EC_PUBLIC),
        ("ECDH-ES+A256KW", EC_PUBLIC),
        ("EdDSA", OKP_PRIVATE),
        ("Ed25519", OKP_PRIVATE),
        ("HS512", OCT),
        ("HS256", OCT),
        ("A256CBC-HS512", OCT),
        ("dir", OCT),
        ("of the future", EC_PUBLIC),
    ],
)
def test_algorithms_that_fit(alg: str, members: dict[str, Any]) -> None:
    assert jwk.load(members | {"alg": alg}).alg == alg


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key_ops": ["sign", "sign"]}, "twice"),
        ({"use": "sig", "key_ops": ["encrypt"]}, "contradicts itself"),
        ({"use": "sig", "key_ops": ["sign", "deriveKey"]}, "contradicts itself"),
        ({"use": "enc", "key_ops": ["verify"]}, "contradicts itself"),
    ],
)
def test_key_ops_that_contradict(changes: dict[str, Any], said: str) -> None:
    members = {name: value for name, value in EC_PRIVATE.items() if name != "use"}
    with pytest.raises(ValueError, match=said):
        jwk.load(members | changes)
    with pytest.raises(ValueError, match=said):
        Jwk(jwk.load(members).key, **changes)
    for fine in (
        {"use": "sig", "key_ops": ["sign", "verify"]},
        {"use": "x", "key_ops": ["sign"]},
        {"key_ops": ["new"]},
    ):
        assert jwk.load(members | fine).key_ops == fine["key_ops"]


def test_published_sets_hold_public_keys_alone() -> None:
    keys = [RSA_PUBLIC, EC_PRIVATE, OKP_PRIVATE, OCT | {"kid": "s"}, EC_PUBLIC]
    read = jwk.load_public_set({"keys": keys})
    assert [key.kid for key in read] == ["2011-04-29", "1"]
    assert not any(key.is_private for key in read)
    assert [ignored.index for ignored in read.ignored] == [1, 2, 3]
    assert "everybody can read" in read.ignored[0].reason
    assert ("symmetric" in read.ignored[2].reason, read.ignored[2].kid) == (True, "s")


def test_the_number_and_the_size_of_keys_are_bounded() -> None:
    with pytest.raises(ValueError, match="at most 100, not 101"):
        jwk.load_public_set({"keys": [EC_PUBLIC] * 101})
    assert len(jwk.load_public_set({"keys": [EC_PUBLIC] * 100})) == 100
    with pytest.raises(ValueError, match="at most 2"):
        jwk.load_public_set({"keys": [EC_PUBLIC] * 3}, max_keys=2)
    with pytest.raises(ValueError, match="at most 1000"):
        jwk.load_public_set({"keys": [1] * 1001}, max_keys=10_000)
    for read in (jwk.load_set, jwk.load_public_set):
        with pytest.raises(ValueError, match="at most 1000|at most 100"):
            read({"keys": [1] * 1001})
        with pytest.raises(ValueError, match="at most 1048576"):
            read('{"keys":[]}' + " " * 1024 * 1024)
        with pytest.raises(ValueError, match="too deep"):
            read('{"keys":[' + "[" * 40 + "]" * 40 + "]}")


def test_keys_without_primes_are_few_and_bounded() -> None:
    whole = Jwk(KEYS[-1]).to_dict(private=True)
    short = {name: whole[name] for name in ("kty", "n", "e", "d")}
    keys = jwk.load_set({"keys": [short] * 6})
    assert (len(keys), len(keys.ignored)) == (4, 2)
    assert "at most 4" in keys.ignored[0].reason
    # The sum of four primes' lengths: no work is done for it.
    long = {"kty": "RSA", "n": "g" * 700, "e": "AQAB", "d": "g" * 700}
    with pytest.raises(ValueError, match="must come with its primes"):
        jwk.load(long)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kty": None}, "kty"),
        ({"kty": 7}, "kty"),
        ({"crv": None}, "crv"),
        ({"x": None}, "x"),
        ({"y": None}, "y"),
        ({"x": EC_PUBLIC["x"] + "="}, "base64url"),
        ({"x": EC_PUBLIC["x"].replace("M", "+", 1)}, "base64url"),
        ({"x": EC_PUBLIC["x"][:-3]}, "32 bytes"),
        ({"x": EC_PUBLIC["y"]}, "not on the curve"),
        ({"d": OKP_PRIVATE["d"]}, "key"),
        ({"d": "AA"}, "key"),
        ({"d": "AQ"}, "key"),
        ({"kid": 1}, "kid"),
        ({"key_ops": "sign"}, "key_ops"),
        ({"key_ops": [1]}, "key_ops"),
    ],
)
def test_bad_members_are_named(changes: dict[str, Any], said: str) -> None:
    members = {name: value for name, value in (EC_PRIVATE | changes).items() if value is not None}
    with pytest.raises(ValueError, match=said):
        jwk.load(members)


@pytest.mark.parametrize(
    "members",
    [{"kty": "AKP", "alg": "SLH-DSA-SHA2-128s"}, EC_PUBLIC | {"crv": "P-224"}, OKP_PRIVATE | {"crv": "Ed999"}],
)
def test_what_is_not_known_is_unsupported(members: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedAlgorithm):
        jwk.load(members)


def test_halves_that_do_not_belong_together() -> None:
    with pytest.raises(ValueError, match="belong together"):
        jwk.load(OKP_PRIVATE | {"x": Jwk(ed25519.Ed25519PrivateKey.generate()).to_dict()["x"]})


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "\0", '{"kty":"EC"', '"x"', "[" * 100_000, "x" * 2_000_000])
def test_what_is_no_jwk(text: str) -> None:
    with pytest.raises(ValueError):
        jwk.load(text)


def test_likely_slips_are_named() -> None:
    with pytest.raises(ValueError, match="JWK Set"):
        jwk.load({"keys": [EC_PUBLIC]})
    with pytest.raises(ValueError, match="single JWK"):
        jwk.load_set(EC_PUBLIC)
    for read in (jwk.load, jwk.load_set):
        with pytest.raises(ValueError, match="PEM"):
            read("-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n")


def test_errors_repeat_no_secret() -> None:
    text = '{"kty":"oct","k":"c2VjcmV0c2VjcmV0c2VjcmV0" "}'
    with pytest.raises(ValueError) as caught:
        jwk.load(text)
    assert "c2Vj" not in str(caught.value)
    assert "c2Vj" not in repr(jwk.load(text.replace(' "}', "}")))


def test_types() -> None:
    for wrong in (None, 7, ["x"], object()):
        with pytest.raises(TypeError):
            jwk.load(wrong)  # type: ignore[arg-type]
    for wrong in (None, 7, "text", object()):
        with pytest.raises(TypeError):
            Jwk(wrong)  # type: ignore[arg-type]
    with pytest.raises(UnsupportedAlgorithm):
        Jwk(dsa.generate_private_key(1024))
    with pytest.raises(UnsupportedAlgorithm):
        Jwk(ec.generate_private_key(ec.SECP224R1()))
    with pytest.raises(UnsupportedAlgorithm):
        Jwk(mlkem.MLKEM768PrivateKey.generate().public_key())
    with pytest.raises(TypeError):
        pickle.dumps(jwk.load(EC_PUBLIC))
