"""ironlatch.jwk: the examples of the RFCs, every type of key there and back, and what must be refused."""

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
    assert jwk.load_set('{"keys":[]}') == []
    for bad in ('{"keys":{}}', "{}", "[]", '{"keys":[1]}', json.dumps({"keys": [EC_PUBLIC | {"x": "AA"}]})):
        with pytest.raises(ValueError):
            jwk.load_set(bad)


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
        ({"d": "AA"}, "32 bytes"),
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
