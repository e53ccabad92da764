"""Keys, parameters and hashes as other programs write them, within their standards or near enough
that all others read them.

They come from public bug reports; `tests/faults.md`, section 20, says which.
"""

from __future__ import annotations

import base64
import hashlib
import os
import urllib.parse
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from ironlatch import jwk, passwords
from ironlatch.exceptions import InvalidKey, InvalidSignature, UnsupportedAlgorithm
from ironlatch.fernet import Fernet, InvalidToken
from ironlatch.hazmat.decrepit.ciphers.algorithms import TripleDES
from ironlatch.hazmat.primitives import hashes, padding
from ironlatch.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, mldsa, mlkem, rsa, utils, x448, x25519
from ironlatch.hazmat.primitives.asymmetric import padding as rsa_padding
from ironlatch.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes
from ironlatch.hazmat.primitives.kdf.argon2 import Argon2d, Argon2i, Argon2id
from ironlatch.hazmat.primitives.kdf.scrypt import Scrypt
from ironlatch.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)
from ironlatch.hazmat.primitives.twofactor.hotp import HOTP
from ironlatch.hazmat.primitives.twofactor.totp import TOTP
from ironlatch.slh_dsa import SLHDSAPrivateKey

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from ironlatch.hazmat.primitives.asymmetric import dh
    from ironlatch.hazmat.primitives.serialization import ParameterFormat, load_der_parameters, load_pem_parameters

pytestmark = pytest.mark.filterwarnings("ignore:.*Diffie-Hellman")

SHA256 = hashes.SHA256()
CURVES: list[ec.EllipticCurve] = [
    ec.SECP192R1(),
    ec.SECP224R1(),
    ec.SECP256R1(),
    ec.SECP384R1(),
    ec.SECP521R1(),
    ec.SECP256K1(),
    ec.BrainpoolP256R1(),
    ec.BrainpoolP384R1(),
    ec.BrainpoolP512R1(),
]

# DER, as much as is needed to write what the library does not.

SEQUENCE, INTEGER, BITS, OCTETS, OID = 0x30, 2, 3, 4, 6


def tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def integer(number: int) -> bytes:
    return tlv(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def split(der: bytes) -> list[bytes]:
    """The elements in a constructed element."""

    def header(data: bytes) -> tuple[int, int]:
        if data[1] < 128:
            return 2, data[1]
        count = data[1] & 0x7F
        return 2 + count, int.from_bytes(data[2 : 2 + count], "big")

    start, length = header(der)
    rest, elements = der[start : start + length], []
    while rest:
        start, length = header(rest)
        elements.append(rest[: start + length])
        rest = rest[start + length :]
    return elements


def contents(der: bytes) -> bytes:
    return der[2:] if der[1] < 128 else der[2 + (der[1] & 0x7F) :]


def pem(label: str, der: bytes, headers: str = "") -> bytes:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{headers}{body}-----END {label}-----\n".encode()


def pkcs8(key: Any) -> bytes:
    return bytes(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def spki(key: Any) -> bytes:
    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def encrypted(info: bytes, derivation: bytes, key: bytes) -> bytes:
    """An EncryptedPrivateKeyInfo under PBES2 with AES-256-CBC."""
    iv = os.urandom(16)
    pad = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    data = encryptor.update(pad.update(info) + pad.finalize()) + encryptor.finalize()
    cipher = tlv(SEQUENCE, tlv(OID, bytes.fromhex("60864801650304012a")), tlv(OCTETS, iv))
    parameters = tlv(SEQUENCE, derivation, cipher)
    algorithm = tlv(SEQUENCE, tlv(OID, bytes.fromhex("2a864886f70d01050d")), parameters)
    return tlv(SEQUENCE, algorithm, tlv(OCTETS, data))


# PSS: MAX_LENGTH says how long a salt one makes oneself.


@pytest.mark.parametrize("bits", [1024, 1031])
@pytest.mark.parametrize("prehashed", [False, True])
def test_pss_with_max_length_verifies_a_salt_of_any_length(bits: int, prehashed: bool) -> None:
    key = rsa.generate_private_key(65537, bits)
    for algorithm, mask in ((SHA256, SHA256), (hashes.SHA1(), SHA256), (SHA256, hashes.SHA384())):

        def pss(salt: Any, mask: hashes.HashAlgorithm = mask) -> rsa_padding.PSS:
            return rsa_padding.PSS(rsa_padding.MGF1(mask), salt)

        digest = hashes.Hash(algorithm)
        digest.update(b"message")
        data = digest.finalize() if prehashed else b"message"
        how = utils.Prehashed(algorithm) if prehashed else algorithm
        longest = rsa_padding.calculate_max_pss_salt_length(key, algorithm)
        for salt in (0, 1, 20, 32, 64, longest, rsa_padding.PSS.DIGEST_LENGTH, rsa_padding.PSS.MAX_LENGTH):
            signature = key.sign(data, pss(salt), how)
            key.public_key().verify(signature, data, pss(rsa_padding.PSS.MAX_LENGTH), how)
            for wrong in (signature[:-1] + bytes([signature[-1] ^ 1]), bytes(len(signature)), b"", signature[1:]):
                with pytest.raises(InvalidSignature):
                    key.public_key().verify(wrong, data, pss(rsa_padding.PSS.MAX_LENGTH), how)
        # What is said exactly is held exactly.
        signature = key.sign(data, pss(11), how)
        for other in (10, 12, longest, rsa_padding.PSS.DIGEST_LENGTH):
            with pytest.raises(InvalidSignature):
                key.public_key().verify(signature, data, pss(other), how)


# EC private values that are not as long as the order


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
@pytest.mark.parametrize("public", [False, True])
def test_ec_values_may_lack_zeros_or_have_more(curve: ec.EllipticCurve, public: bool) -> None:
    size = (curve.key_size + 7) // 8
    for value in (1, 2, 255, 256, 2 ** (8 * (size - 8)) - 5, 2 ** (curve.key_size - 2) - 3):
        key = ec.derive_private_key(value, curve)
        version, algorithm, _ = split(pkcs8(key))
        whole = value.to_bytes(size, "big")
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        forms = [value.to_bytes((value.bit_length() + 7) // 8, "big"), whole, b"\0" + whole, b"\0\0\0" + whole]
        for scalar in forms:
            parts = [integer(1), tlv(OCTETS, scalar)]
            rest = [tlv(0xA1, tlv(BITS, b"\0", point))] if public else []
            inner = tlv(SEQUENCE, *parts, *rest)
            info = tlv(SEQUENCE, version, algorithm, tlv(OCTETS, inner))
            sec1 = tlv(SEQUENCE, *parts, tlv(0xA0, split(algorithm)[1]), *rest)
            for read in (
                load_der_private_key(info, None),
                load_pem_private_key(pem("PRIVATE KEY", info), None),
                load_der_private_key(sec1, None),
                load_pem_private_key(pem("EC PRIVATE KEY", sec1), None),
            ):
                assert pkcs8(read) == pkcs8(key), (value, len(scalar))
                assert isinstance(read, ec.EllipticCurvePrivateKey)
                assert read.private_numbers() == key.private_numbers()


@pytest.mark.parametrize(
    "curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), ec.SECP256K1()], ids=lambda c: c.name
)
def test_ec_values_in_jwks_may_lack_zeros_or_have_more(curve: ec.EllipticCurve) -> None:
    size = (curve.key_size + 7) // 8
    for value in (1, 255, 2 ** (8 * (size - 8)) - 5):
        key = ec.derive_private_key(value, curve)
        whole = jwk.Jwk(key).to_dict(private=True)
        for length in ((value.bit_length() + 7) // 8, size - 1, size, size + 1):
            d = base64.urlsafe_b64encode(value.to_bytes(length, "big")).decode().rstrip("=")
            read = jwk.load(whole | {"d": d})
            assert pkcs8(read.key) == pkcs8(key)
            assert read.to_dict(private=True) == whole
        with pytest.raises(ValueError):
            jwk.load(whole | {"d": base64.urlsafe_b64encode(b"\7").decode().rstrip("=")})


def test_ec_values_that_are_none_are_refused() -> None:
    key = ec.derive_private_key(5, ec.SECP256R1())
    version, algorithm, _ = split(pkcs8(key))
    other = ec.derive_private_key(6, ec.SECP256R1()).public_key()
    foreign = tlv(0xA1, tlv(BITS, b"\0", other.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)))
    for scalar, rest in [
        (b"", b""),
        (b"\0", b""),
        (bytes(33), b""),
        (b"\1" + bytes(31) + b"\5", b""),
        (b"\0\1" + bytes(31) + b"\5", b""),
        (b"\xff" * 32, b""),
        (b"\5", foreign),
        (bytes(32) + b"\5", foreign),
    ]:
        inner = tlv(SEQUENCE, integer(1), tlv(OCTETS, scalar), rest)
        with pytest.raises(ValueError):
            load_der_private_key(tlv(SEQUENCE, version, algorithm, tlv(OCTETS, inner)), None)
    inner = tlv(SEQUENCE, integer(1), tlv(OCTETS, b"\1" * 33))
    with pytest.raises(ValueError, match="too long, 33 bytes instead of 32"):
        load_der_private_key(tlv(SEQUENCE, version, algorithm, tlv(OCTETS, inner)), None)


# PKCS #8 of the second version


def two_of_each_kind() -> list[tuple[str, Any, Any]]:
    group = dsa.generate_parameters(1024)
    ffdhe2048 = load_pem_parameters(FFDHE2048)
    makers: list[tuple[str, Callable[[], Any]]] = [
        ("rsa", lambda: rsa.generate_private_key(65537, 1024)),
        ("dsa", group.generate_private_key),
        ("dh", ffdhe2048.generate_private_key),
        ("ed25519", ed25519.Ed25519PrivateKey.generate),
        ("ed448", ed448.Ed448PrivateKey.generate),
        ("x25519", x25519.X25519PrivateKey.generate),
        ("x448", x448.X448PrivateKey.generate),
        ("ml-dsa", mldsa.MLDSA44PrivateKey.generate),
        ("ml-kem", mlkem.MLKEM768PrivateKey.generate),
        ("slh-dsa", lambda: SLHDSAPrivateKey.generate("SLH-DSA-SHA2-128f")),
        *((curve.name, lambda curve=curve: ec.generate_private_key(curve)) for curve in CURVES),
    ]
    return [(name, make(), make()) for name, make in makers]


FFDHE2048 = b"""-----BEGIN DH PARAMETERS-----
MIIBDAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAgICAOE=
-----END DH PARAMETERS-----
"""


def test_pkcs8_of_the_second_version() -> None:
    for name, key, other in two_of_each_kind():
        first, algorithm, octets = split(pkcs8(key))
        public = split(spki(key.public_key()))[1]
        foreign = split(spki(other.public_key()))[1]
        attributes = tlv(0xA0, tlv(SEQUENCE, tlv(OID, b"\x2a\x03"), tlv(0x31, tlv(12, b"a name"))))

        def read(*parts: bytes) -> Any:
            return load_der_private_key(tlv(SEQUENCE, *parts), None)

        implicit, explicit = tlv(0x81, contents(public)), tlv(0xA1, public)
        for rest in [(), (implicit,), (explicit,), (attributes,), (attributes, implicit)]:
            data = tlv(SEQUENCE, integer(1), algorithm, octets, *rest)
            assert pkcs8(load_der_private_key(data, None)) == pkcs8(key), (name, rest)
            assert pkcs8(load_pem_private_key(pem("PRIVATE KEY", data), None)) == pkcs8(key), name
        for wrong in (
            (integer(1), algorithm, octets, tlv(0x81, contents(foreign))),
            (integer(1), algorithm, octets, tlv(0xA1, foreign)),
            (integer(1), algorithm, octets, tlv(0x81, b"\0")),
            (integer(1), algorithm, octets, tlv(0x81, contents(public)[:-1])),
            (integer(1), algorithm, octets, tlv(0x81, b"\1", contents(public)[1:-1], b"\0")),
            (integer(1), algorithm, octets, implicit, explicit),
            (first, algorithm, octets, implicit),
            (integer(2), algorithm, octets),
            (integer(2), algorithm, octets, implicit),
        ):
            with pytest.raises(ValueError):
                read(*wrong)
        with pytest.raises(ValueError, match="belongs to another private key"):
            read(integer(1), algorithm, octets, tlv(0x81, contents(foreign)))


def test_pkcs8_of_the_second_version_encrypted_and_as_published() -> None:
    # RFC 8410 section 10.3, with attributes and the public key.
    published = b"""-----BEGIN PRIVATE KEY-----
MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
Z9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PRIVATE KEY-----
"""
    key = load_pem_private_key(published, None)
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    assert key.public_key().public_bytes_raw().hex().startswith("19bf44096984cdfe")
    data = base64.b64decode(b"".join(published.splitlines()[1:-1]))
    salt = os.urandom(8)
    derivation = tlv(
        SEQUENCE,
        tlv(OID, bytes.fromhex("2a864886f70d01050c")),
        tlv(SEQUENCE, tlv(OCTETS, salt), integer(2048)),
    )
    file = encrypted(data, derivation, hashlib.pbkdf2_hmac("sha1", b"pw", salt, 2048, 32))
    assert pkcs8(load_pem_private_key(pem("ENCRYPTED PRIVATE KEY", file), b"pw")) == pkcs8(key)
    with pytest.raises(ValueError, match="Incorrect password"):
        load_der_private_key(file, b"wrong")


# scrypt with r = 1

ETHEREUM_SALT = bytes.fromhex("ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19")
# hashlib gives none of these. They come from the published Web3 secret (its key opens its MAC), and
# two implementations.
ETHEREUM = (2**18, 1, 8, b"testpassword", "fac192ceb5fd772906bea3e118a69e8bbb5cc24229e20d8766fd298291bba6bd")


def test_scrypt_with_blocks_of_one() -> None:
    n, r, p, password, key = ETHEREUM
    assert Scrypt(ETHEREUM_SALT, 32, n, r, p).derive(password).hex() == key
    for exponent in (15, 16, 17):
        derived = Scrypt(b"NaCl", 64, 2**exponent, 1, 1).derive(b"password")
        Scrypt(b"NaCl", 64, 2**exponent, 1, 1).verify(b"password", derived)
        with pytest.raises(InvalidKey):
            Scrypt(b"NaCl", 64, 2**exponent, 1, 1).verify(b"passwore", derived)
    assert Scrypt(b"NaCl", 16, 2**15, 1, 1).derive(b"password") == hashlib.scrypt(
        b"password", salt=b"NaCl", n=2**15, r=1, p=1, dklen=16, maxmem=2**26
    )


def test_scrypt_with_blocks_of_one_in_a_key_file() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    salt = os.urandom(16)
    derivation = tlv(
        SEQUENCE,
        tlv(OID, bytes.fromhex("2b06010401da47040b")),
        tlv(SEQUENCE, tlv(OCTETS, salt), integer(2**16), integer(1), integer(1)),
    )
    file = encrypted(pkcs8(key), derivation, Scrypt(salt, 32, 2**16, 1, 1).derive(b"pw"))
    assert pkcs8(load_der_private_key(file, b"pw")) == pkcs8(key)
    with pytest.raises(ValueError, match="Incorrect password"):
        load_pem_private_key(pem("ENCRYPTED PRIVATE KEY", file), b"wrong")


def test_stored_scrypt_hashes_with_blocks_of_one() -> None:
    key = Scrypt(b"saltsaltsaltsalt", 64, 2**16, 1, 1).derive(b"password")

    def unpadded(data: bytes) -> str:
        return base64.b64encode(data).decode().rstrip("=")

    for stored in (
        f"scrypt:65536:1:1$saltsaltsaltsalt${key.hex()}",
        f"scrypt$65536$saltsaltsaltsalt$1$1${base64.b64encode(key).decode()}",
        f"$scrypt$ln=16,r=1,p=1${unpadded(b'saltsaltsaltsalt')}${unpadded(key)}",
    ):
        assert passwords.verify("password", stored)
        assert not passwords.verify("passwore", stored)


# Argon2 1.0

# From the reference implementation's own tests: version, passes, memory, lanes, and the string of
# version 1.0.
ARGON2_1_0 = [
    "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
    "$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
]


def test_stored_argon2_hashes_of_version_1_0() -> None:
    argon2 = pytest.importorskip("argon2")
    stored = [form for text in ARGON2_1_0 for form in (text, text.replace("$argon2i$", "$argon2i$v=16$"))]
    kinds = (argon2.Type.D, argon2.Type.I, argon2.Type.ID)
    for kind in kinds:
        for passes, memory, lanes in ((1, 8, 1), (2, 64, 2), (3, 128, 4)):
            made = argon2.low_level.hash_secret(b"password", b"saltsalt", passes, memory, lanes, 32, kind, version=16)
            assert b"$v=16$" in made
            stored += [made.decode(), "argon2" + made.decode()]
    for text in stored:
        assert passwords.verify("password", text), text
        assert not passwords.verify("passwore", text), text
        assert passwords.needs_rehash(text), text
        assert not passwords.verify("password", text.replace("v=16", "v=19")) if "v=16" in text else True
    for unknown in ("v=15", "v=17", "v=20", "v=", "v=016", "v=0x10"):
        with pytest.raises(passwords.UnusableHash, match=r"versions 1\.0"):
            passwords.verify("password", ARGON2_1_0[1].replace("$argon2i$", f"$argon2i${unknown}$"))


def test_an_argon2_hash_of_version_1_0_is_replaced_at_login() -> None:
    right, new = passwords.verify_and_update("password", ARGON2_1_0[1])
    assert right
    assert new is not None
    assert new.startswith("$argon2id$v=19$")


def test_argon2_classes_verify_strings_of_version_1_0() -> None:
    for text in ARGON2_1_0:
        for form in (text, text.replace("$argon2i$", "$argon2i$v=16$")):
            Argon2i.verify_phc_encoded(b"password", form)
            with pytest.raises(InvalidKey):
                Argon2i.verify_phc_encoded(b"passwore", form)
            for other in (Argon2d, Argon2id):
                with pytest.raises(InvalidKey, match="Argon2i"):
                    other.verify_phc_encoded(b"password", form)
            with pytest.raises(InvalidKey):
                Argon2i.verify_phc_encoded(b"password", text.replace("$argon2i$", "$argon2i$v=17$"))


# Diffie-Hellman groups


def test_a_length_of_private_numbers_is_no_order() -> None:
    body = base64.b64decode(b"".join(FFDHE2048.splitlines()[1:-1]))
    p, g, length = split(body)
    assert length == integer(225)
    for third in (b"", length, integer(0), integer(1), integer(160), integer(2047), integer(65535)):
        data = tlv(SEQUENCE, p, g, third)
        numbers = load_der_parameters(data).parameter_numbers()
        from_pem = load_pem_parameters(pem("DH PARAMETERS", data)).parameter_numbers()
        assert numbers == from_pem == load_pem_parameters(FFDHE2048).parameter_numbers()
    # What cannot be a length is an order, and this is none.
    for third in (integer(65536 + 1), integer(2**160 + 7)):
        with pytest.raises(ValueError):
            load_der_parameters(tlv(SEQUENCE, p, g, third))
    with pytest.raises(ValueError):
        load_pem_parameters(pem("X9.42 DH PARAMETERS", body))


def test_groups_are_written_in_the_form_in_which_they_came() -> None:
    body = base64.b64decode(b"".join(FFDHE2048.splitlines()[1:-1]))
    p, g, _ = split(body)
    order = integer((int.from_bytes(contents(p), "big") - 1) // 2)
    for third, label, oid in (
        (b"", b"DH PARAMETERS", bytes.fromhex("2a864886f70d010301")),
        (order, b"X9.42 DH PARAMETERS", bytes.fromhex("2a8648ce3e0201")),
    ):
        group = tlv(SEQUENCE, p, g, third)
        numbers = dh.DHParameterNumbers(
            int.from_bytes(contents(p), "big"),
            int.from_bytes(contents(g), "big"),
            int.from_bytes(contents(order), "big") if third else None,
        )
        for parameters in (
            load_der_parameters(group),
            load_pem_parameters(pem(label.decode(), group)),
            numbers.parameters(),
        ):
            assert parameters.parameter_bytes(Encoding.DER, ParameterFormat.PKCS3) == group
            written = parameters.parameter_bytes(Encoding.PEM, ParameterFormat.PKCS3)
            assert written.startswith(b"-----BEGIN " + label + b"-----\n")
            key = parameters.generate_private_key()
            for read in (key, load_der_private_key(pkcs8(key), None)):
                assert isinstance(read, dh.DHPrivateKey)
                assert split(split(pkcs8(read))[1]) == [tlv(OID, oid), group]
                assert split(split(spki(read.public_key()))[0]) == [tlv(OID, oid), group]
                again = load_der_public_key(spki(read.public_key()))
                assert spki(again) == spki(key.public_key())
            # The order is known of both.
            assert parameters.parameter_numbers().q is not None


# EC parameters in full

SEEDS = {
    "secp192r1": "3045ae6fc8422f64ed579528d38120eae12196d5",
    "secp224r1": "bd71344799d5c7fcdc45b59fa3b9ab8f6a948bc5",
    "secp256r1": "c49d360886e704936a6678e1139d26b7819f7e90",
    "secp384r1": "a335926aa319a27a1d00896a6773a4827acdac73",
    "secp521r1": "d09e8800291cb85396cc6717393284aaa0da64ba",
}


class Explicit:
    """A curve's numbers as an ECParameters structure, and what can be varied in it."""

    def __init__(self, curve: ec.EllipticCurve) -> None:
        generator = ec.derive_private_key(1, curve).public_key()
        numbers = generator.public_numbers()
        self.size = (curve.key_size + 7) // 8
        self.curve = curve
        self.order = curve.group_order
        self.x, self.y = numbers.x, numbers.y
        # p, a and b out of three points on the curve: y^2 - x^3 = ax + b.
        self.p = {
            "secp192r1": 2**192 - 2**64 - 1,
            "secp224r1": 2**224 - 2**96 + 1,
            "secp256r1": 2**256 - 2**224 + 2**192 + 2**96 - 1,
            "secp384r1": 2**384 - 2**128 - 2**96 + 2**32 - 1,
            "secp521r1": 2**521 - 1,
            "secp256k1": 2**256 - 2**32 - 977,
            "brainpoolP256r1": 0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377,
            "brainpoolP384r1": int(
                "8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B412B1DA197FB71123ACD3A729901D1A71874700133107EC53",
                16,
            ),
            "brainpoolP512r1": int(
                "AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA70330871"
                "7D4D9B009BC66842AECDA12AE6A380E62881FF2F2D82C68528AA6056583A48F3",
                16,
            ),
        }[curve.name]
        other = ec.derive_private_key(2, curve).public_key().public_numbers()
        left, right = ((point.y**2 - point.x**3) % self.p for point in (numbers, other))
        self.a = (left - right) * pow(numbers.x - other.x, -1, self.p) % self.p
        self.b = (left - self.a * numbers.x) % self.p

    def element(self, number: int) -> bytes:
        return number.to_bytes(self.size, "big")

    def point(self, form: int) -> bytes:
        x, y = self.element(self.x), self.element(self.y)
        if form in (2, 3):
            return bytes([2 + self.y % 2]) + x
        return bytes([form if form == 4 else 6 + self.y % 2]) + x + y

    def der(
        self,
        *,
        version: int = 1,
        base: bytes | None = None,
        a: bytes | None = None,
        b: bytes | None = None,
        p: int | None = None,
        order: int | None = None,
        seed: bytes = b"",
        cofactor: bytes | None = None,
        rest: bytes = b"",
    ) -> bytes:
        field = tlv(SEQUENCE, tlv(OID, bytes.fromhex("2a8648ce3d0101")), integer(p or self.p))
        coefficients = [tlv(OCTETS, self.element(self.a) if a is None else a)]
        coefficients.append(tlv(OCTETS, self.element(self.b) if b is None else b))
        return tlv(
            SEQUENCE,
            integer(version),
            field,
            tlv(SEQUENCE, *coefficients, seed),
            tlv(OCTETS, self.point(4) if base is None else base),
            integer(order or self.order),
            integer(1) if cofactor is None else cofactor,
            rest,
        )


EC_OID = tlv(OID, bytes.fromhex("2a8648ce3d0201"))


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_explicit_parameters_of_every_curve(curve: ec.EllipticCurve) -> None:
    numbers = Explicit(curve)
    key = ec.generate_private_key(curve)
    public = split(spki(key.public_key()))[1]
    version, _, octets = split(pkcs8(key))
    one, scalar, point = split(contents(octets))
    short = numbers.a.to_bytes((numbers.a.bit_length() + 7) // 8, "big")
    forms = [
        numbers.der(),
        numbers.der(cofactor=b""),
        numbers.der(version=2),
        numbers.der(version=3),
        numbers.der(base=numbers.point(2)),
        numbers.der(base=numbers.point(6)),
        numbers.der(a=short, b=numbers.b.to_bytes((numbers.b.bit_length() + 7) // 8, "big")),
        numbers.der(version=3, rest=tlv(SEQUENCE, tlv(OID, bytes.fromhex("608648016503040201")))),
        numbers.der(version=2, base=numbers.point(2), cofactor=b""),
    ]
    if seed := SEEDS.get(curve.name):
        forms.append(numbers.der(seed=tlv(BITS, b"\0", bytes.fromhex(seed))))
    for form in forms:
        algorithm = tlv(SEQUENCE, EC_OID, form)
        info = tlv(SEQUENCE, version, algorithm, octets)
        sec1 = tlv(SEQUENCE, one, scalar, tlv(0xA0, form), point)
        both = tlv(SEQUENCE, version, algorithm, tlv(OCTETS, sec1))
        named = tlv(SEQUENCE, version, split(pkcs8(key))[1], tlv(OCTETS, sec1))
        assert spki(load_der_public_key(tlv(SEQUENCE, algorithm, public))) == spki(key.public_key())
        for data in (info, sec1, both, named):
            assert pkcs8(load_der_private_key(data, None)) == pkcs8(key)
        assert pkcs8(load_pem_private_key(pem("EC PRIVATE KEY", sec1), None)) == pkcs8(key)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_parameters_of_another_curve_are_refused(curve: ec.EllipticCurve) -> None:
    numbers = Explicit(curve)
    key = ec.generate_private_key(curve)
    public = split(spki(key.public_key()))[1]
    other = ec.derive_private_key(7, curve).public_key()
    wrong_sign = bytes([numbers.point(2)[0] ^ 1])
    for form in (
        numbers.der(base=other.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
        numbers.der(base=other.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)),
        numbers.der(base=public[-2 * numbers.size - 1 :]),
        numbers.der(base=wrong_sign + numbers.point(2)[1:]),
        numbers.der(base=bytes([numbers.point(6)[0] ^ 1]) + numbers.point(6)[1:]),
        numbers.der(base=b"\5" + numbers.point(4)[1:]),
        numbers.der(base=b""),
        numbers.der(base=b"\0"),
        numbers.der(base=numbers.point(4) + b"\0"),
        numbers.der(base=numbers.point(4)[:-1]),
        numbers.der(a=numbers.element(1)),
        numbers.der(b=numbers.element(numbers.a)),
        numbers.der(b=b""),
        numbers.der(b=b"\0" + numbers.element(numbers.b)),
        numbers.der(p=numbers.p + 2),
        numbers.der(order=numbers.order + 2),
        numbers.der(cofactor=integer(2)),
        numbers.der(cofactor=integer(0)),
        numbers.der(version=0),
        numbers.der(version=4),
        numbers.der(seed=tlv(BITS, b"\0", bytes(20))),
    ):
        with pytest.raises((UnsupportedAlgorithm, ValueError)):
            load_der_public_key(tlv(SEQUENCE, tlv(SEQUENCE, EC_OID, form), public))


# Traditional PEM under other ciphers


def bytes_to_key(length: int, password: bytes, salt: bytes) -> bytes:
    key, block = b"", b""
    while len(key) < length:
        block = hashlib.md5(block + password + salt).digest()
        key += block
    return key[:length]


def under_dek(label: str, der: bytes, name: str, algorithm: Callable[[bytes], CipherAlgorithm], key_len: int) -> bytes:
    block = 8 if name.startswith("DES") else 16
    iv = os.urandom(block)
    pad = padding.PKCS7(8 * block).padder()
    cipher = Cipher(algorithm(bytes_to_key(key_len, b"pw", iv[:8])), modes.CBC(iv)).encryptor()
    data = cipher.update(pad.update(der) + pad.finalize()) + cipher.finalize()
    return pem(label, data, f"Proc-Type: 4,ENCRYPTED\nDEK-Info: {name},{iv.hex().upper()}\n\n")


@pytest.mark.parametrize(
    ("name", "algorithm", "key_len"),
    [
        ("AES-128-CBC", algorithms.AES, 16),
        ("AES-192-CBC", algorithms.AES, 24),
        ("AES-256-CBC", algorithms.AES, 32),
        ("DES-EDE3-CBC", TripleDES, 24),
        # One key three times is DES.
        ("DES-CBC", lambda key: TripleDES(key * 3), 8),
    ],
)
def test_traditional_encryption(name: str, algorithm: Callable[[bytes], CipherAlgorithm], key_len: int) -> None:
    for label, key in (
        ("RSA PRIVATE KEY", rsa.generate_private_key(65537, 1024)),
        ("EC PRIVATE KEY", ec.generate_private_key(ec.SECP384R1())),
        ("DSA PRIVATE KEY", dsa.generate_private_key(1024)),
    ):
        der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        text = under_dek(label, der, name, algorithm, key_len)
        assert pkcs8(load_pem_private_key(text, b"pw")) == pkcs8(key)
        with pytest.raises(TypeError):
            load_pem_private_key(text, None)
        with pytest.raises(ValueError):
            load_pem_private_key(text, b"wrong")


def test_an_unknown_traditional_cipher_is_answered_with_the_known_ones() -> None:
    text = under_dek("RSA PRIVATE KEY", b"x", "AES-192-CBC", algorithms.AES, 24)
    with pytest.raises(ValueError, match=r"unknown cipher.*AES-192-CBC.*openssl pkcs8 -topk8"):
        load_pem_private_key(text.replace(b"AES-192-CBC", b"SEED-CBC"), b"pw")


# Labels


def test_a_wrong_label_is_answered_with_the_one_that_fits() -> None:
    for kind, key in (
        ("RSA", rsa.generate_private_key(65537, 1024)),
        ("EC", ec.generate_private_key(ec.SECP256R1())),
        ("DSA", dsa.generate_private_key(1024)),
        ("", ed25519.Ed25519PrivateKey.generate()),
    ):
        forms = {
            "PRIVATE KEY": pkcs8(key),
            "ENCRYPTED PRIVATE KEY": key.private_bytes(
                Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"pw")
            ),
            "PUBLIC KEY": spki(key.public_key()),
        }
        if kind:
            traditional = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
            forms[f"{kind} PRIVATE KEY"] = traditional
        if isinstance(key, rsa.RSAPrivateKey):
            forms["RSA PUBLIC KEY"] = key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
        private = {"PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"}
        for right, der in forms.items():
            for label in private - {right}:
                for password in (None, b"pw"):
                    with pytest.raises(ValueError, match=f"block labelled {right}\n") as caught:
                        load_pem_private_key(pem(label, der), password)
                    assert f"BEGIN/END {right}" in caught.value.__notes__[0]
            for label in {"PUBLIC KEY", "RSA PUBLIC KEY"} - {right}:
                if (kind, right, label) == ("RSA", "PUBLIC KEY", "RSA PUBLIC KEY"):
                    # Some programs write it so.
                    assert spki(load_pem_public_key(pem(label, der))) == spki(key.public_key())
                    continue
                with pytest.raises(ValueError, match=f"block labelled {right}\n"):
                    load_pem_public_key(pem(label, der))


def test_damage_is_not_taken_for_a_wrong_label() -> None:
    for label in ("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"):
        for der in (b"", b"\0", b"\x30\0", b"\x30\3\2\1\0", b"\4\0"):
            with pytest.raises(ValueError, match="could not read the key"):
                load_pem_private_key(pem(label, der), None)


def test_public_and_private_der_are_told_apart() -> None:
    for key in (rsa.generate_private_key(65537, 1024), ed25519.Ed25519PrivateKey.generate()):
        with pytest.raises(ValueError, match="is a public key"):
            load_der_private_key(spki(key.public_key()), None)
        with pytest.raises(ValueError, match="is a private key"):
            load_der_public_key(pkcs8(key))
    key = rsa.generate_private_key(65537, 1024)
    with pytest.raises(ValueError, match="is a public key"):
        load_der_private_key(key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1), None)
    with pytest.raises(ValueError, match="is a private key"):
        load_der_public_key(key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()))


def test_a_public_key_is_found_behind_other_blocks() -> None:
    key, other = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()

    def public(key: ed25519.Ed25519PrivateKey) -> bytes:
        return pem("PUBLIC KEY", spki(key.public_key()))

    private = pem("PRIVATE KEY", pkcs8(other))
    certificate = pem("CERTIFICATE", b"\x30\0")
    for before in (private, certificate, pem("EC PARAMETERS", b"\6\0"), private + certificate, b"words\n" + private):
        assert spki(load_pem_public_key(before + public(key) + public(other))) == spki(key.public_key())
    with pytest.raises(ValueError, match="no BEGIN PUBLIC KEY"):
        load_pem_public_key(private + certificate)
    rsa_key = rsa.generate_private_key(65537, 1024).public_key()
    pkcs1 = pem("RSA PUBLIC KEY", rsa_key.public_bytes(Encoding.DER, PublicFormat.PKCS1))
    assert spki(load_pem_public_key(private + pkcs1 + public(key))) == spki(rsa_key)


# Numbers


def test_an_rsa_exponent_above_the_modulus_is_read() -> None:
    key = rsa.generate_private_key(65537, 1024)
    numbers = key.private_numbers()
    n, e = numbers.public_numbers.n, numbers.public_numbers.e
    phi = (numbers.p - 1) * (numbers.q - 1)

    def pkcs1(d: int) -> bytes:
        rest = (numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp)
        return tlv(SEQUENCE, *(integer(number) for number in (0, n, e, d, *rest)))

    _, algorithm, _ = split(pkcs8(key))
    for d in (numbers.d + phi, numbers.d + 5 * phi, numbers.d + 2**64 * phi):
        assert d > n
        for read in (
            load_der_private_key(pkcs1(d), None),
            load_pem_private_key(pem("RSA PRIVATE KEY", pkcs1(d)), None),
            load_der_private_key(tlv(SEQUENCE, integer(0), algorithm, tlv(OCTETS, pkcs1(d))), None),
            load_der_private_key(pkcs1(d), None, unsafe_skip_rsa_key_validation=True),
        ):
            assert isinstance(read, rsa.RSAPrivateKey)
            again = read.private_numbers()
            assert again.d < n
            assert again.d * e % (numbers.p - 1) == again.d * e % (numbers.q - 1) == 1
            signature = read.sign(b"message", rsa_padding.PKCS1v15(), SHA256)
            key.public_key().verify(signature, b"message", rsa_padding.PKCS1v15(), SHA256)
            assert pkcs8(load_der_private_key(pkcs8(read), None)) == pkcs8(read)

    def in_jwk(d: int) -> dict[str, object]:
        encoded = base64.urlsafe_b64encode(d.to_bytes((d.bit_length() + 7) // 8, "big"))
        return jwk.Jwk(key).to_dict(private=True) | {"d": encoded.decode().rstrip("=")}

    assert pkcs8(jwk.load(in_jwk(numbers.d + phi)).key) == pkcs8(load_der_private_key(pkcs1(numbers.d + phi), None))
    for d in (numbers.d + phi + 2, numbers.d + n, 2 * n, 2**1100 + 1):
        with pytest.raises(ValueError, match="not a consistent RSA private key"):
            jwk.load(in_jwk(d))
        with pytest.raises(ValueError, match="not a consistent RSA private key"):
            load_der_private_key(pkcs1(d), None)


def test_a_dsa_file_with_the_public_number_of_another_key_gives_no_signature() -> None:
    group = dsa.generate_parameters(1024)
    numbers = group.parameter_numbers()
    key, other = group.generate_private_key(), group.generate_private_key()

    def file(y: int) -> bytes:
        x = key.private_numbers().x
        return tlv(SEQUENCE, *(integer(number) for number in (0, numbers.p, numbers.q, numbers.g, y, x)))

    assert pkcs8(load_der_private_key(file(key.public_key().public_numbers().y), None)) == pkcs8(key)
    for y in (other.public_key().public_numbers().y, 2, key.public_key().public_numbers().y + 1):
        for read in (
            load_der_private_key(file(y), None),
            load_pem_private_key(pem("DSA PRIVATE KEY", file(y)), None),
        ):
            assert isinstance(read, dsa.DSAPrivateKey)
            with pytest.raises(ValueError, match="do not belong together"):
                read.sign(b"message", SHA256)


# One-time passwords


@pytest.mark.parametrize("length", [16, 20, 26, 32, 64])
@pytest.mark.parametrize("issuer", ["Big Co", "Big Co & Son", "a+b c", "two  spaces ", "ä b"])
def test_otp_uris_are_those_of_the_key_uri_format(length: int, issuer: str) -> None:
    key = bytes(range(length))
    for uri in (
        HOTP(key, 6, hashes.SHA1()).get_provisioning_uri("Jo Doe", 5, issuer),
        TOTP(key, 6, hashes.SHA1(), 30).get_provisioning_uri("Jo Doe", issuer),
    ):
        # Read as programs do that know of percent signs alone, and as those that read forms.
        query = urllib.parse.urlsplit(uri).query
        for unquote in (urllib.parse.unquote, urllib.parse.unquote_plus):
            pairs = dict(pair.split("=", 1) for pair in query.split("&"))
            assert unquote(pairs["issuer"]) == issuer
            secret = unquote(pairs["secret"])
            assert secret.isalnum()
            assert base64.b32decode(secret + "=" * (-len(secret) % 8)) == key


# Fernet, as the peer has it: what stands behind the padding is not looked at.


def test_fernet_ignores_what_stands_behind_the_padding() -> None:
    fernet = Fernet(Fernet.generate_key())
    for data in (b"", b"x", b"hello", b"16 bytes of data"):
        token = fernet.encrypt(data)
        ends_in_padding = token.endswith(b"=")
        for rest in (b"-GARBAGE", b"=", b"====", base64.urlsafe_b64encode(os.urandom(16)), b"\n", b"!?"):
            if ends_in_padding:
                assert fernet.decrypt(token + rest) == data
                assert fernet.decrypt((token + rest).decode()) == data
            for broken in (token[:-8] + rest, rest + token[1:]):
                with pytest.raises(InvalidToken):
                    fernet.decrypt(broken)


# Members of sets


def test_public_keys_and_numbers_are_members_of_sets() -> None:
    for name, key, other in two_of_each_kind():
        public, again = key.public_key(), load_der_public_key(spki(key.public_key()))
        assert public == again, name
        assert hash(public) == hash(again), name
        assert len({public, again, other.public_key()}) == 2, name
        assert {public: 1}[again] == 1, name
        if hasattr(key, "private_numbers"):
            assert len({key.private_numbers(), key.private_numbers(), other.private_numbers()}) == 2, name
            public_numbers = [item.public_key().public_numbers() for item in (key, key, other)]
            assert len(set(public_numbers)) == 2, name
        if isinstance(key, (dsa.DSAPrivateKey, dh.DHPrivateKey)):
            groups = [item.parameters().parameter_numbers() for item in (key, other)]
            assert len(set(groups)) == 1, name
    parameters = load_pem_parameters(FFDHE2048)
    assert len({parameters, load_pem_parameters(FFDHE2048)}) == 1


def test_key_classes_of_ones_own_need_no_hash() -> None:
    for abstract in (
        rsa.RSAPublicKey,
        ec.EllipticCurvePublicKey,
        dsa.DSAPublicKey,
        dh.DHPublicKey,
        ed25519.Ed25519PublicKey,
        ed448.Ed448PublicKey,
        x25519.X25519PublicKey,
        x448.X448PublicKey,
        mldsa.MLDSA44PublicKey,
        mlkem.MLKEM768PublicKey,
    ):
        assert "__hash__" not in abstract.__abstractmethods__
