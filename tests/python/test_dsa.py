"""DSA: signatures, numbers, formats, and misuse."""

from __future__ import annotations

import copy
import hashlib
import threading

import pytest
from ironlatch.exceptions import InvalidSignature
from ironlatch.hazmat.primitives import hashes, serialization
from ironlatch.hazmat.primitives.asymmetric import dsa, utils
from ironlatch.utils import CryptographyDeprecationWarning

SHA256 = hashes.SHA256()
PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER


@pytest.fixture(scope="module")
def key() -> dsa.DSAPrivateKey:
    return dsa.generate_private_key(1024)


def numbers(key: dsa.DSAPrivateKey) -> dict[str, int]:
    private = key.private_numbers()
    group = private.public_numbers.parameter_numbers
    return {"p": group.p, "q": group.q, "g": group.g, "y": private.public_numbers.y, "x": private.x}


def build(p: int, q: int, g: int, y: int, x: int) -> dsa.DSAPrivateKey:
    return dsa.DSAPrivateNumbers(x, dsa.DSAPublicNumbers(y, dsa.DSAParameterNumbers(p, q, g))).private_key()


@pytest.mark.parametrize("size", [1023, 0, -1024, 1 << 80, "1024", None, True])
def test_groups_of_other_sizes_are_not_made(size):
    for generate in (dsa.generate_parameters, dsa.generate_private_key):
        with pytest.raises(ValueError, match="must be 1024, 2048, 3072, or 4096 bits"):
            generate(size)


def test_numbers_are_those_of_a_dsa_key(key):
    n = numbers(key)
    assert n["p"].bit_length() == key.key_size == key.public_key().key_size == 1024
    assert n["q"].bit_length() == 160
    assert (n["p"] - 1) % n["q"] == 0
    assert pow(n["g"], n["q"], n["p"]) == 1 != n["g"]
    assert pow(n["g"], n["x"], n["p"]) == n["y"]
    assert 0 < n["x"] < n["q"]


def test_a_signature_fulfils_the_equation_of_the_standard(key):
    n = numbers(key)
    r, s = utils.decode_dss_signature(key.sign(b"message", hashes.SHA512()))
    digest = int.from_bytes(hashlib.sha512(b"message").digest()[:20], "big")
    w = pow(s, -1, n["q"])
    assert pow(n["g"], digest * w, n["p"]) * pow(n["y"], r * w, n["p"]) % n["p"] % n["q"] == r


@pytest.mark.parametrize(
    "algorithm",
    [hashes.MD5(), hashes.SHA1(), SHA256, hashes.SHA3_512(), hashes.SHAKE128(16), hashes.BLAKE2b(64), hashes.SM3()],
)
def test_every_hash_signs_and_verifies(key, algorithm):
    public = key.public_key()
    signature = key.sign(bytearray(b"message"), algorithm)
    public.verify(memoryview(signature), b"message", algorithm)
    digest = hashes.Hash(algorithm)
    digest.update(b"message")
    public.verify(signature, digest.finalize(), utils.Prehashed(algorithm))
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"massage", algorithm)


def test_changed_signatures_are_refused(key):
    public, q = key.public_key(), numbers(key)["q"]
    signature = key.sign(b"message", SHA256)
    r, s = utils.decode_dss_signature(signature)
    bad = [b"", b"\x30", signature[:-1], signature + b"\0", b"\0" + signature, bytes(len(signature)), b"x" * 100_000]
    bad += [
        utils.encode_dss_signature(*pair)
        for pair in [(0, s), (r, 0), (q, s), (r, q), (r + q, s), (r, s + q), (r, q - s), (s, r), (2**5000, s), (1, 1)]
    ]
    for wrong in bad:
        with pytest.raises(InvalidSignature):
            public.verify(wrong, b"message", SHA256)
    public.verify(signature, b"message", SHA256)


def test_arguments_of_the_wrong_kind(key):
    public, signature = key.public_key(), key.sign(b"", SHA256)
    for algorithm in (None, "sha256", hashes.SHA256, utils.NoDigestInfo(), 1):
        with pytest.raises(TypeError):
            key.sign(b"", algorithm)
        with pytest.raises(TypeError):
            public.verify(signature, b"", algorithm)
    for data in ("text", None, 1):
        with pytest.raises(TypeError):
            key.sign(data, SHA256)
        with pytest.raises(TypeError):
            public.verify(data, b"", SHA256)
    for length in (0, 31, 33):
        with pytest.raises(ValueError, match="digest"):
            key.sign(bytes(length), utils.Prehashed(SHA256))
        with pytest.raises(ValueError, match="digest"):
            public.verify(signature, bytes(length), utils.Prehashed(SHA256))
    for wrong in (1.0, "1", None):
        with pytest.raises(TypeError):
            dsa.DSAParameterNumbers(wrong, 1, 1)
        with pytest.raises(TypeError):
            dsa.DSAPublicNumbers(wrong, dsa.DSAParameterNumbers(1, 1, 1))
        with pytest.raises(TypeError):
            dsa.DSAPublicNumbers(1, wrong)
        with pytest.raises(TypeError):
            dsa.DSAPrivateNumbers(1, wrong)


@pytest.mark.parametrize("size", [0, 512, 1023, 1025, 8192, -1, 2**64, "2048", None])
def test_sizes_that_are_not_made(size):
    for make in (dsa.generate_parameters, dsa.generate_private_key):
        with pytest.raises(ValueError, match="1024, 2048, 3072, or 4096"):
            make(size)


def test_numbers_give_the_key_back(key):
    again = build(**numbers(key))
    assert again.private_numbers() == key.private_numbers()
    assert again.public_key() == key.public_key()
    assert again.parameters().parameter_numbers() == key.parameters().parameter_numbers()
    other = key.parameters().generate_private_key()
    assert other.public_key() != key.public_key()
    assert other.private_numbers() != key.private_numbers()
    assert hash(again.public_key()) == hash(key.public_key())
    assert hash(again.private_numbers()) == hash(key.private_numbers())
    for value in (key.public_key(), key.private_numbers()):
        assert value != 1


def test_numbers_that_are_no_key(key):
    n = numbers(key)
    wrong = [
        {"p": 0}, {"p": -n["p"]}, {"p": n["p"] >> 1}, {"p": n["p"] + 1}, {"p": 2**1023 + 1}, {"p": 1 << 1_000_000 | 1},
        {"q": 0}, {"q": n["q"] >> 1}, {"q": n["q"] << 1}, {"q": n["q"] + 1}, {"q": 1 << 1_000_000 | 1},
        {"g": 0}, {"g": 1}, {"g": n["p"]}, {"g": -1}, {"g": n["g"] + 1},
        {"y": 0}, {"y": n["y"] + 1}, {"y": n["p"]}, {"y": n["y"] + n["p"]}, {"y": 1 << 1_000_000},
        {"x": 0}, {"x": -1}, {"x": n["q"]}, {"x": n["x"] + 1}, {"x": n["x"] + n["q"]}, {"x": 1 << 1_000_000},
    ]  # fmt: skip
    for change in wrong:
        with pytest.raises(ValueError):
            build(**n | change)
    for name in ("q", "y"):
        with pytest.raises(ValueError):
            build(**n | {name: -1})


def test_the_repr_shows_no_secret(key):
    private = key.private_numbers()
    for shown in (repr(key), repr(private), str(private)):
        assert str(private.x) not in shown
    assert repr(dsa.DSAParameterNumbers(5, 6, 7)) == "<DSAParameterNumbers(p=5, q=6, g=7)>"


@pytest.mark.parametrize("format", ["PKCS8", "TraditionalOpenSSL"])
@pytest.mark.parametrize("password", [None, b"p", b"x" * 1000])
def test_private_formats(key, format, password):
    how = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    structure = getattr(serialization.PrivateFormat, format)
    text = key.private_bytes(PEM, structure, how)
    assert serialization.load_pem_private_key(text, password).private_numbers() == key.private_numbers()
    if password is None or format == "PKCS8":
        data = key.private_bytes(DER, structure, how)
        assert serialization.load_der_private_key(data, password).private_numbers() == key.private_numbers()
    if password:
        for wrong in (b"q", b"\xff" * 8):
            with pytest.raises(ValueError):
                serialization.load_pem_private_key(text, wrong)
        with pytest.raises(TypeError):
            serialization.load_pem_private_key(text, None)
    else:
        with pytest.raises(TypeError):
            serialization.load_pem_private_key(text, b"p")


def test_public_formats(key):
    public = key.public_key()
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    assert serialization.load_pem_public_key(public.public_bytes(PEM, spki)) == public
    der = public.public_bytes(DER, spki)
    assert serialization.load_der_public_key(der) == public
    for end in range(len(der)):
        with pytest.raises(ValueError):
            serialization.load_der_public_key(der[:end])
    openssh = (serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    with pytest.warns(CryptographyDeprecationWarning, match="SSH DSA"):
        assert public.public_bytes(*openssh).startswith(b"ssh-dss AAAAB3NzaC1kc3M")


def test_formats_that_keys_do_not_have(key):
    none = serialization.NoEncryption()
    for encoding in (PEM, DER, serialization.Encoding.Raw, serialization.Encoding.X962):
        with pytest.raises((ValueError, TypeError)):
            key.private_bytes(encoding, serialization.PrivateFormat.Raw, none)
        for format in (serialization.PublicFormat.PKCS1, serialization.PublicFormat.UncompressedPoint):
            with pytest.raises((ValueError, TypeError)):
                key.public_key().public_bytes(encoding, format)
    with pytest.raises(TypeError):
        key.private_bytes("PEM", serialization.PrivateFormat.PKCS8, none)


def test_copies_are_the_key_itself(key):
    for value in (key, key.public_key()):
        assert copy.copy(value) is value
        assert copy.deepcopy(value) is value


def test_one_key_in_many_threads(key):
    failures = []

    def work() -> None:
        try:
            for _ in range(20):
                key.public_key().verify(key.sign(b"message", SHA256), b"message", SHA256)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
