"""Keys and parameters in DER as other programs write them, within their standards or near enough
that all others read them.

They come from public bug reports; `tests/faults.md`, section 20, says which.
"""

from __future__ import annotations

import base64
import hashlib
import os
import warnings
from typing import Any

import pytest
from der import BITS, OCTETS, OID, SEQUENCE, contents, encrypted, integer, pem, pkcs8, spki, split, tlv
from ironlatch import jwk
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, mldsa, mlkem, rsa, x448, x25519
from ironlatch.hazmat.primitives.asymmetric import padding as rsa_padding
from ironlatch.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
)
from keys_of_each_kind import CURVES, FFDHE2048, two_of_each_kind

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from ironlatch.hazmat.primitives.asymmetric import dh
    from ironlatch.hazmat.primitives.serialization import ParameterFormat, load_der_parameters, load_pem_parameters


pytestmark = pytest.mark.filterwarnings("ignore:.*Diffie-Hellman")


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
            signature = read.sign(b"message", rsa_padding.PKCS1v15(), hashes.SHA256())
            key.public_key().verify(signature, b"message", rsa_padding.PKCS1v15(), hashes.SHA256())
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
                read.sign(b"message", hashes.SHA256())


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
