"""Keys on curves that are given by all their parameters instead of a name."""

from __future__ import annotations

import warnings

import pytest
from der import BITS, OCTETS, OID, SEQUENCE, contents, integer, pem, pkcs8, spki, split, tlv
from ironlatch.exceptions import UnsupportedAlgorithm
from ironlatch.hazmat.primitives.asymmetric import ec
from ironlatch.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
)
from keys_of_each_kind import CURVES

with warnings.catch_warnings():
    warnings.simplefilter("ignore")


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
