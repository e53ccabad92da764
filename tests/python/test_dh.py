"""Diffie-Hellman over finite fields: exchanges, groups, formats, warnings, and misuse."""

from __future__ import annotations

import base64
import copy
import time
import warnings

import pytest
from ironlatch.hazmat.primitives import serialization
from ironlatch.hazmat.primitives.asymmetric import _dh, dh
from ironlatch.utils import CryptographyDeprecationWarning

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")

PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
PKCS3, PKCS8 = serialization.ParameterFormat.PKCS3, serialization.PrivateFormat.PKCS8
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo
NONE = serialization.NoEncryption()

# RFC 3526 and RFC 7919 write their primes as 2^n - 2^(n-64) - 1 + 2^64 * (floor(2^(n-130) * c) +
# addend), with pi and e.
RFC_3526 = {1536: 741804, 2048: 124476, 3072: 1690314, 4096: 240904, 6144: 929484, 8192: 4743158}
RFC_7919 = {2048: 560316, 3072: 2625351, 4096: 5736041, 6144: 15705020, 8192: 10965728}


def scaled_pi(bits: int) -> int:
    one = 1 << bits + 64

    def arctan_of_inverse(divisor: int) -> int:
        total, term, index = 0, one // divisor, 0
        while term:
            total += (-1) ** index * (term // (2 * index + 1))
            term //= divisor * divisor
            index += 1
        return total

    return 4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239)) >> 64


def scaled_e(bits: int) -> int:
    total, term, index = 0, 1 << bits + 64, 1
    while term:
        total += term
        term //= index
        index += 1
    return total >> 64


def well_known(bits: int, rfc: int) -> int:
    digits, addend = (scaled_pi, RFC_3526[bits]) if rfc == 3526 else (scaled_e, RFC_7919[bits])
    return 2**bits - 2 ** (bits - 64) - 1 + 2**64 * (digits(bits - 130) + addend)


FFDHE2048 = well_known(2048, 7919)
ALL_WELL_KNOWN = [(bits, 3526) for bits in RFC_3526] + [(bits, 7919) for bits in RFC_7919]


@pytest.fixture(scope="module")
def small() -> dh.DHParameters:
    return dh.generate_parameters(2, 512)


@pytest.mark.parametrize(("bits", "rfc"), ALL_WELL_KNOWN)
def test_well_known_groups_are_there_at_once(bits, rfc):
    p = well_known(bits, rfc)
    start = time.perf_counter()
    group = dh.DHParameterNumbers(p, 2).parameters()
    assert time.perf_counter() - start < 0.1
    assert group.parameter_numbers() == dh.DHParameterNumbers(p, 2, p // 2)
    assert dh.DHParameterNumbers(p, 2, p // 2).parameters() == group
    x = group.generate_private_key().private_numbers().x
    assert x.bit_length() <= {1536: 200, 2048: 225, 3072: 275, 4096: 325, 6144: 375, 8192: 400}[bits]


@pytest.mark.parametrize("generator", [3, 4, 5, 0x10001])
@pytest.mark.parametrize(("bits", "rfc"), [(8192, 3526), (8192, 7919)])
def test_well_known_primes_are_there_at_once_whatever_the_generator(bits, rfc, generator):
    """The peer tests them for 20 seconds; anybody can send one in a key."""
    p = well_known(bits, rfc)
    start = time.process_time()
    parameters = dh.DHParameterNumbers(p, generator).parameters()
    assert parameters.parameter_numbers() == dh.DHParameterNumbers(p, generator)
    if pow(generator, p // 2, p) == 1:
        given = dh.DHParameterNumbers(p, generator, p // 2).parameters()
        assert given.parameter_numbers().q == p // 2
    else:
        with pytest.raises(ValueError, match="not the prime order"):
            dh.DHParameterNumbers(p, generator, p // 2).parameters()
    # Without optimisation and next to other work.
    assert time.process_time() - start < 6


def test_exchange_is_the_power_of_the_other_number(small):
    alice, bob = small.generate_private_key(), small.generate_private_key()
    secret = alice.exchange(bob.public_key())
    assert secret == bob.exchange(alice.public_key())
    numbers = alice.private_numbers()
    p = numbers.public_numbers.parameter_numbers.p
    assert numbers.public_numbers.y == pow(2, numbers.x, p)
    assert secret == pow(bob.public_key().public_numbers().y, numbers.x, p).to_bytes(64, "big")


def test_the_secret_keeps_its_leading_zeros(small):
    group = small.parameter_numbers()
    x = next(x for x in range(2, 100_000) if pow(3, x, group.p) >> 504 == 0)
    key = dh.DHPrivateNumbers(x, dh.DHPublicNumbers(pow(2, x, group.p), group)).private_key()
    secret = key.exchange(dh.DHPublicNumbers(3, group).public_key())
    assert len(secret) == 64
    assert secret[0] == 0


def test_generated_groups_have_safe_primes():
    for generator in (2, 5):
        for bits in (512, 515):
            numbers = dh.generate_parameters(generator, bits).parameter_numbers()
            assert (numbers.p.bit_length(), numbers.g, numbers.q) == (bits, generator, None)
            for prime in (numbers.p, numbers.p // 2):
                assert pow(3, prime - 1, prime) == 1
            # The generator is one of the subgroup of prime order.
            assert pow(generator, numbers.p // 2, numbers.p) == 1


def test_groups_that_are_not_made():
    for generator, bits in [(2, 511), (2, 0), (3, 512), (0, 512), (7, 512), (2, 10_001), (2, 2**31)]:
        with pytest.raises(ValueError):
            dh.generate_parameters(generator, bits)
    for wrong in ("512", None, 512.0):
        with pytest.raises(TypeError):
            dh.generate_parameters(2, wrong)
    with pytest.raises(OverflowError):
        dh.generate_parameters(2, 2**64)


def test_numbers_that_are_no_group(small):
    p = small.parameter_numbers().p
    for wrong in [(p, 1), (p, 0), (p, -2), (2**511 - 1, 2), (0, 2), (5, 2)]:
        with pytest.raises(ValueError):
            dh.DHParameterNumbers(*wrong)
    start = time.perf_counter()
    for wrong in [
        (p + 1, 2), (p + 2, 2), (p, p), (p, p - 1), (p, p + 2), (2**521 - 1, 2), (p, 2, 12345), (p, 2, 0), (p, 2, 1),
        (p, 2, p), (FFDHE2048, 2, 3), (1 << 9999 | 1, 2), (1 << 10_000 | 1, 2), (1 << 1_000_000 | 1, 2),
        (p, 1 << 1_000_000, None), (p, 2, 1 << 1_000_000 | 1),
    ]:  # fmt: skip
        numbers = dh.DHParameterNumbers(*wrong)
        with pytest.raises(ValueError):
            numbers.parameters()
        with pytest.raises(ValueError):
            dh.DHPublicNumbers(4, numbers).public_key()
        with pytest.raises(ValueError):
            dh.DHPrivateNumbers(2, dh.DHPublicNumbers(4, numbers)).private_key()
    assert time.perf_counter() - start < 60
    for wrong in (1.5, "2", b"2"):
        for arguments in [(wrong, 2), (p, wrong), (p, 2, wrong)]:
            with pytest.raises(TypeError):
                dh.DHParameterNumbers(*arguments)
        with pytest.raises(TypeError):
            dh.DHPublicNumbers(wrong, small.parameter_numbers())
        with pytest.raises(TypeError):
            dh.DHPublicNumbers(1, wrong)
        with pytest.raises(TypeError):
            dh.DHPrivateNumbers(1, wrong)


def test_numbers_that_no_key_should_have_give_no_secret(small):
    group = small.parameter_numbers()
    key = small.generate_private_key()
    for y in (0, 1, group.p - 1, group.p, group.p + 4):
        with pytest.raises(ValueError, match="shared key"):
            key.exchange(dh.DHPublicNumbers(y, group).public_key())
    for x in (0, group.p - 1, group.p // 2):
        bad = dh.DHPrivateNumbers(x, dh.DHPublicNumbers(4, group)).private_key()
        with pytest.raises(ValueError, match="shared key"):
            bad.exchange(key.public_key())
    with pytest.raises(OverflowError):
        dh.DHPublicNumbers(-1, group).public_key()
    with pytest.raises(ValueError, match="y must have at most 10000 bits"):
        dh.DHPublicNumbers(1 << 1_000_000, group).public_key()


def test_keys_of_other_groups_do_not_go_together(small):
    key = small.generate_private_key()
    group = small.parameter_numbers()
    for numbers in (dh.generate_parameters(2, 512).parameter_numbers(), dh.DHParameterNumbers(group.p, 4)):
        with pytest.raises(ValueError, match="shared key"):
            key.exchange(numbers.parameters().generate_private_key().public_key())
    for wrong in (key, b"key", None):
        with pytest.raises(TypeError):
            key.exchange(wrong)
    with_order = dh.DHParameterNumbers(group.p, 2, group.p // 2).parameters().generate_private_key()
    assert key.exchange(with_order.public_key()) == with_order.exchange(key.public_key())


def test_formats_give_the_key_back(small):
    for group in (small, dh.DHParameterNumbers(FFDHE2048, 2).parameters()):
        key = group.generate_private_key()
        for how, password in [(NONE, None), (serialization.BestAvailableEncryption(b"pw"), b"pw")]:
            text = key.private_bytes(PEM, PKCS8, how)
            assert serialization.load_pem_private_key(text, password).private_numbers() == key.private_numbers()
        assert serialization.load_der_public_key(key.public_key().public_bytes(DER, SPKI)) == key.public_key()
        assert serialization.load_pem_parameters(group.parameter_bytes(PEM, PKCS3)) == group
        der = group.parameter_bytes(DER, PKCS3)
        assert serialization.load_der_parameters(der) == group
        for end in range(0, len(der), 7):
            with pytest.raises(ValueError):
                serialization.load_der_parameters(der[:end])
        for format in (serialization.PrivateFormat.TraditionalOpenSSL, serialization.PrivateFormat.OpenSSH):
            with pytest.raises(ValueError, match="PKCS8"):
                key.private_bytes(PEM, format, NONE)
        with pytest.raises(ValueError, match="SubjectPublicKeyInfo"):
            key.public_key().public_bytes(PEM, serialization.PublicFormat.PKCS1)
        with pytest.raises(TypeError):
            group.parameter_bytes(serialization.Encoding.Raw, PKCS3)


def test_parameters_in_files_are_checked(small):
    def element(tag: int, contents: bytes) -> bytes:
        size = len(contents).to_bytes(3, "big")
        return bytes([tag, 0x83]) + size + contents if len(contents) > 127 else bytes([tag, len(contents)]) + contents

    def sequence(*numbers: int) -> bytes:
        return element(0x30, b"".join(element(2, n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in numbers))

    p = small.parameter_numbers().p
    for numbers in [(p,), (p, 1), (p + 2, 2), (23, 5), (p, 2, 0x10001), (1 << 1_000_000 | 1, 2)]:
        der = sequence(*numbers)
        text = (
            b"-----BEGIN X9.42 DH PARAMETERS-----\n" + base64.encodebytes(der) + b"-----END X9.42 DH PARAMETERS-----\n"
        )
        for load, data in [(serialization.load_der_parameters, der), (serialization.load_pem_parameters, text)]:
            with pytest.raises(ValueError):
                load(data)
    # Java writes how long private numbers are to be (PKCS #3), which is no order.
    assert serialization.load_der_parameters(sequence(p, 2, 225), None).parameter_numbers().p == p


def test_every_name_warns_where_it_is_used():
    for name in dh.__all__:
        with pytest.warns(CryptographyDeprecationWarning, match="Diffie-Hellman over finite fields") as caught:
            assert getattr(dh, name) is getattr(_dh, name)
        assert caught[0].filename == __file__
    assert set(dh.__all__) <= set(dir(dh))
    with pytest.raises(AttributeError):
        dh.nothing  # noqa: B018


def test_reading_a_key_warns_and_can_be_made_an_error(small):
    key = small.generate_private_key()
    files = [
        (lambda data: serialization.load_pem_private_key(data, None), key.private_bytes(PEM, PKCS8, NONE)),
        (serialization.load_der_public_key, key.public_key().public_bytes(DER, SPKI)),
        (lambda data: serialization.load_pem_parameters(data), small.parameter_bytes(PEM, PKCS3)),
        (lambda data: serialization.load_der_parameters(data), small.parameter_bytes(DER, PKCS3)),
    ]
    for load, data in files:
        with pytest.warns(CryptographyDeprecationWarning, match="Diffie-Hellman over finite fields") as caught:
            load(data)
        assert len(caught) == 1
        assert caught[0].filename == __file__
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(CryptographyDeprecationWarning):
                load(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        key.exchange(key.public_key())
        key.private_numbers()


def test_equality_copies_and_repr(small):
    key = small.generate_private_key()
    for value in (key, key.public_key()):
        assert copy.copy(value) is value
        assert copy.deepcopy(value) is value
    numbers = key.private_numbers()
    assert numbers == key.private_numbers() != small.generate_private_key().private_numbers()
    assert key.public_key() == numbers.public_numbers.public_key()
    assert str(numbers.x) not in repr(numbers) + repr(key)
    for value in (numbers, numbers.public_numbers, small.parameter_numbers(), key.public_key()):
        assert value != 1
    again = key.private_numbers()
    for value, same in [
        (numbers, again),
        (numbers.public_numbers, again.public_numbers),
        (small.parameter_numbers(), again.public_numbers.parameter_numbers),
        (key.public_key(), again.public_numbers.public_key()),
    ]:
        assert (value, hash(value)) == (same, hash(same))
