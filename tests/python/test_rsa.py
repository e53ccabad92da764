"""RSA: keys made, put together, taken apart; signatures and encryption; and everything that must be
refused.
"""

import copy
import hashlib
import threading
from typing import Any

import pytest
from ironlatch.exceptions import InvalidSignature, UnsupportedAlgorithm, _Reasons
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import padding, rsa, utils

SHA256 = hashes.SHA256()
PKCS1 = padding.PKCS1v15()
PSS = padding.PSS(padding.MGF1(SHA256), padding.PSS.DIGEST_LENGTH)
OAEP = padding.OAEP(padding.MGF1(SHA256), SHA256, None)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def other() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def changed(numbers: rsa.RSAPrivateNumbers, **changes: int) -> rsa.RSAPrivateNumbers:
    public = numbers.public_numbers
    values = {name: getattr(numbers, name) for name in ("p", "q", "d", "dmp1", "dmq1", "iqmp")}
    values |= {"e": public.e, "n": public.n} | changes
    return rsa.RSAPrivateNumbers(
        *(values[name] for name in ("p", "q", "d", "dmp1", "dmq1", "iqmp")),
        rsa.RSAPublicNumbers(values["e"], values["n"]),
    )


@pytest.mark.parametrize("size", [1024, 1025, 1111])
@pytest.mark.parametrize("exponent", [3, 65537])
def test_generated_keys_have_the_size_and_the_exponent_asked_for(size: int, exponent: int) -> None:
    key = rsa.generate_private_key(exponent, size)
    numbers = key.private_numbers()
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == key.public_key().key_size == numbers.public_numbers.n.bit_length() == size
    assert numbers.public_numbers.e == exponent
    assert numbers.p * numbers.q == numbers.public_numbers.n
    assert key.public_key() == numbers.private_key().public_key()


@pytest.mark.parametrize(("exponent", "size"), [(1, 2048), (4, 2048), (65535, 2048), (65537, 1023), (3, 0), (3, -1)])
def test_other_sizes_and_exponents_are_not_made(exponent: int, size: int) -> None:
    with pytest.raises(ValueError):
        rsa.generate_private_key(exponent, size)


# A float is not taken for the number that it is equal to: Python's conversions refuse it too.
@pytest.mark.parametrize(
    ("exponent", "size", "expected"),
    [
        ("65537", 2048, ValueError),
        (None, 2048, ValueError),
        (-3, 2048, ValueError),
        (1 << 80, 2048, ValueError),
        (65537.0, 2048, TypeError),
        (65537, "2048", TypeError),
        (65537, None, TypeError),
        (65537, 2048.0, TypeError),
        (65537, 1 << 80, OverflowError),
    ],
)
def test_other_objects_for_exponent_and_size_raise_what_the_peer_raises(
    exponent: Any, size: Any, expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        rsa.generate_private_key(exponent, size)


class Index:
    """A number of another type, such as those of numpy."""

    def __index__(self) -> int:
        return 1024


def test_numbers_of_other_types_are_sizes() -> None:
    size: Any = Index()
    assert rsa.generate_private_key(3, size).key_size == 1024


@pytest.mark.parametrize("wrong", [1, 0, -1, -(1 << 2000)])
def test_numbers_below_two_are_refused_where_numbers_are_computed(wrong: int) -> None:
    with pytest.raises(ValueError, match="can't be <= 1: p "):
        rsa.rsa_crt_iqmp(wrong, 5)
    with pytest.raises(ValueError, match="can't be <= 1: d "):
        rsa.rsa_crt_dmp1(wrong, 5)
    with pytest.raises(ValueError, match="can't be <= 1: e "):
        rsa.rsa_recover_private_exponent(wrong, 5, 7)
    with pytest.raises(ValueError, match="can't be <= 1: n "):
        rsa.rsa_recover_prime_factors(wrong, 5, 7)


def test_an_absurd_size_is_refused_at_once() -> None:
    with pytest.raises(ValueError):
        rsa.generate_private_key(65537, 1_000_000)


@pytest.mark.parametrize("pad", [PKCS1, PSS, padding.PSS(padding.MGF1(hashes.SHA1()), padding.PSS.MAX_LENGTH)])
@pytest.mark.parametrize("algorithm", [SHA256, hashes.SHA3_512(), hashes.MD5(), hashes.SM3()])
def test_signatures_verify_and_wrong_ones_do_not(
    key: rsa.RSAPrivateKey, other: rsa.RSAPrivateKey, pad: padding.PSS, algorithm: hashes.HashAlgorithm
) -> None:
    signature = key.sign(b"message", pad, algorithm)
    public = key.public_key()
    public.verify(signature, b"message", pad, algorithm)
    public.verify(bytearray(signature), memoryview(b"message"), pad, algorithm)
    wrong = [
        (signature, b"messagf"),
        (signature[:-1], b"message"),
        (signature + b"\0", b"message"),
        (b"", b"message"),
        (bytes(256), b"message"),
        (b"\xff" * 256, b"message"),
        (signature[:-1] + bytes([signature[-1] ^ 1]), b"message"),
    ]
    for bad, message in wrong:
        with pytest.raises(InvalidSignature):
            public.verify(bad, message, pad, algorithm)
    with pytest.raises(InvalidSignature):
        other.public_key().verify(signature, b"message", pad, algorithm)
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"message", pad, hashes.SHA384())


def test_prehashed_is_the_same_as_hashing_here(key: rsa.RSAPrivateKey) -> None:
    digest = hashlib.sha256(b"message").digest()
    prehashed = utils.Prehashed(SHA256)
    assert key.sign(digest, PKCS1, prehashed) == key.sign(b"message", PKCS1, SHA256)
    key.public_key().verify(key.sign(b"message", PSS, SHA256), digest, PSS, prehashed)
    for wrong in (digest[1:], digest + b"\0", b""):
        with pytest.raises(ValueError):
            key.sign(wrong, PKCS1, prehashed)


def test_raw_bytes_are_signed_as_they_are_and_recovered(key: rsa.RSAPrivateKey) -> None:
    signature = key.sign(b"anything", PKCS1, utils.NoDigestInfo())
    public = key.public_key()
    assert public.recover_data_from_signature(signature, PKCS1, utils.NoDigestInfo()) == b"anything"
    assert public.recover_data_from_signature(signature, PKCS1, None) == b"anything"
    public.verify(signature, b"anything", PKCS1, utils.NoDigestInfo())
    with pytest.raises(InvalidSignature):
        public.recover_data_from_signature(signature, PKCS1, SHA256)
    with pytest.raises(ValueError):
        key.sign(bytes(246), PKCS1, utils.NoDigestInfo())
    with pytest.raises(TypeError):
        key.sign(b"anything", PSS, utils.NoDigestInfo())


def test_the_digest_is_recovered(key: rsa.RSAPrivateKey) -> None:
    public = key.public_key()
    signature = key.sign(b"message", PKCS1, SHA256)
    assert public.recover_data_from_signature(signature, PKCS1, SHA256) == hashlib.sha256(b"message").digest()
    with pytest.raises(InvalidSignature):
        public.recover_data_from_signature(signature, PKCS1, hashes.SHA3_256())
    with pytest.raises(TypeError):
        public.recover_data_from_signature(signature, PKCS1, utils.Prehashed(SHA256))  # type: ignore[arg-type]
    with pytest.raises(UnsupportedAlgorithm):
        public.recover_data_from_signature(signature, PSS, SHA256)


def test_pss_salts(key: rsa.RSAPrivateKey) -> None:
    def pss(salt: object) -> padding.PSS:
        return padding.PSS(padding.MGF1(SHA256), salt)  # type: ignore[arg-type]

    public = key.public_key()
    signature = key.sign(b"message", pss(20), SHA256)
    public.verify(signature, b"message", pss(20), SHA256)
    public.verify(signature, b"message", pss(padding.PSS.AUTO), SHA256)
    public.verify(signature, b"message", pss(padding.PSS.MAX_LENGTH), SHA256)
    for wrong in (0, 19, 21, 10**6, 10**30, padding.PSS.DIGEST_LENGTH):
        with pytest.raises(InvalidSignature):
            public.verify(signature, b"message", pss(wrong), SHA256)
    longest = padding.calculate_max_pss_salt_length(key, SHA256)
    public.verify(key.sign(b"m", pss(longest), SHA256), b"m", pss(padding.PSS.MAX_LENGTH), SHA256)
    for refused in (longest + 1, 10**30, padding.PSS.AUTO):
        with pytest.raises(ValueError):
            key.sign(b"m", pss(refused), SHA256)


@pytest.mark.parametrize("pad", [PKCS1, OAEP, padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA3_224(), b"label")])
def test_encryption_there_and_back(key: rsa.RSAPrivateKey, pad: padding.OAEP) -> None:
    public = key.public_key()
    for message in (b"", b"x", bytes(range(100))):
        ciphertext = public.encrypt(message, pad)
        assert len(ciphertext) == 256
        assert key.decrypt(ciphertext, pad) == message
        assert public.encrypt(message, pad) != ciphertext
    with pytest.raises(ValueError):
        public.encrypt(bytes(256), pad)
    for wrong in (ciphertext[1:], ciphertext + b"\0", b"", b"\xff" * 256):
        with pytest.raises(ValueError):
            key.decrypt(wrong, pad)


def test_oaep_refuses_other_labels_keys_and_changes(key: rsa.RSAPrivateKey, other: rsa.RSAPrivateKey) -> None:
    ciphertext = key.public_key().encrypt(b"message", OAEP)
    assert key.decrypt(ciphertext, padding.OAEP(padding.MGF1(SHA256), SHA256, b"")) == b"message"
    flipped = bytes([ciphertext[0] ^ 1]) + ciphertext[1:]
    attempts = [
        (key, ciphertext, padding.OAEP(padding.MGF1(SHA256), SHA256, b"label")),
        (key, ciphertext, padding.OAEP(padding.MGF1(hashes.SHA1()), SHA256, None)),
        (key, flipped, OAEP),
        (key, bytes(256), OAEP),
        (other, ciphertext, OAEP),
    ]
    for who, what, how in attempts:
        with pytest.raises(ValueError):
            who.decrypt(what, how)


def test_a_wrong_pkcs1_padding_gives_the_same_random_bytes_each_time(key: rsa.RSAPrivateKey) -> None:
    results = {key.decrypt(bytes(255) + bytes([n]), PKCS1) for n in range(2)}
    assert results == {key.decrypt(bytes(255) + bytes([n]), PKCS1) for n in range(2)}
    assert len(results) == 2


class OtherPadding(padding.AsymmetricPadding):
    name = "other"


class OtherMgf(padding.MGF):
    pass


def test_paddings_that_do_not_fit_the_operation(key: rsa.RSAPrivateKey) -> None:
    public = key.public_key()
    for pad in (OtherPadding(), OAEP):
        with pytest.raises(UnsupportedAlgorithm) as raised:
            key.sign(b"m", pad, SHA256)
        assert raised.value._reason is _Reasons.UNSUPPORTED_PADDING
    for pad in (OtherPadding(), PSS):
        with pytest.raises(UnsupportedAlgorithm):
            public.encrypt(b"m", pad)
        with pytest.raises(UnsupportedAlgorithm):
            key.decrypt(bytes(256), pad)
    with pytest.raises(UnsupportedAlgorithm) as raised:
        key.sign(b"m", padding.PSS(OtherMgf(), 0), SHA256)
    assert raised.value._reason is _Reasons.UNSUPPORTED_MGF
    for algorithm in (hashes.BLAKE2b(64), hashes.SHAKE128(32)):
        with pytest.raises(UnsupportedAlgorithm) as raised:
            key.sign(b"m", PKCS1, algorithm)
        assert raised.value._reason is _Reasons.UNSUPPORTED_HASH


@pytest.mark.parametrize("pad", [None, "PKCS1v15", padding.PKCS1v15, object()])
def test_what_is_no_padding_is_a_type_error(key: rsa.RSAPrivateKey, pad: object) -> None:
    for call in (
        lambda: key.sign(b"m", pad, SHA256),  # type: ignore[arg-type]
        lambda: key.public_key().encrypt(b"m", pad),  # type: ignore[arg-type]
        lambda: key.decrypt(bytes(256), pad),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError):
            call()


def test_arguments_of_a_wrong_type(key: rsa.RSAPrivateKey) -> None:
    with pytest.raises(TypeError):
        key.sign("text", PKCS1, SHA256)  # type: ignore[arg-type]
    for algorithm in (None, "sha256", hashes.SHA256):
        with pytest.raises(TypeError):
            key.sign(b"m", PKCS1, algorithm)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        rsa.RSAPublicNumbers(3.0, 33)  # type: ignore[arg-type]


def test_numbers_build_the_same_key(key: rsa.RSAPrivateKey) -> None:
    numbers = key.private_numbers()
    again = numbers.private_key()
    assert again.private_numbers() == numbers
    assert hash(again.private_numbers()) == hash(numbers)
    public = numbers.public_numbers
    assert public.public_key() == key.public_key()
    assert hash(public.public_key()) == hash(key.public_key())
    assert str(numbers.d) not in repr(numbers)
    assert str(numbers.d) not in repr(key)


@pytest.mark.parametrize("name", ["p", "q", "d", "dmp1", "dmq1", "iqmp", "n", "e"])
def test_one_changed_number_is_noticed(key: rsa.RSAPrivateKey, other: rsa.RSAPrivateKey, name: str) -> None:
    numbers, others = key.private_numbers(), other.private_numbers()
    owner = numbers.public_numbers if name in "ne" else numbers
    wrong = [0, 1, getattr(owner, name) + 2, 1 << 100_000]
    if name != "e":
        wrong.append(getattr(others.public_numbers if name == "n" else others, name))
    for value in wrong:
        with pytest.raises(ValueError):
            changed(numbers, **{name: value}).private_key()
    # What is looked at before it is converted to bytes, as the peer does it, and what is not.
    with pytest.raises(ValueError if name in {"p", "q", "n", "e"} else OverflowError):
        changed(numbers, **{name: -1}).private_key()


def test_a_key_that_skips_the_checks_fails_rather_than_sign_wrongly(key: rsa.RSAPrivateKey) -> None:
    numbers = key.private_numbers()
    broken = changed(numbers, dmp1=numbers.dmp1 ^ 2)
    with pytest.raises(ValueError):
        broken.private_key()
    with pytest.raises(RuntimeError):
        broken.private_key(unsafe_skip_rsa_key_validation=True).sign(b"m", PKCS1, SHA256)


def test_public_keys_that_cannot_be() -> None:
    for e, n in [(7, 2), (1, 15), (17, 15), (14, 15), (0, 15), (3, 0), (3, (1 << 1_000_000) + 1)]:
        with pytest.raises(ValueError):
            rsa.RSAPublicNumbers(e, n).public_key()
    with pytest.raises(ValueError):
        rsa.RSAPublicNumbers((1 << 5000) + 1, (1 << 8000) + 1).public_key()


def test_a_large_exponent_still_verifies(key: rsa.RSAPrivateKey) -> None:
    numbers = key.private_numbers()
    e = (1 << 200) + 235
    while True:
        try:
            d = rsa.rsa_recover_private_exponent(e, numbers.p, numbers.q)
            break
        except ValueError:
            e += 2
    dmp1, dmq1 = rsa.rsa_crt_dmp1(d, numbers.p), rsa.rsa_crt_dmq1(d, numbers.q)
    large = changed(numbers, e=e, d=d, dmp1=dmp1, dmq1=dmq1).private_key()
    large.public_key().verify(large.sign(b"m", PSS, SHA256), b"m", PSS, SHA256)


def test_numbers_are_recovered_from_others(key: rsa.RSAPrivateKey) -> None:
    numbers = key.private_numbers()
    n, e = numbers.public_numbers.n, numbers.public_numbers.e
    p, q = rsa.rsa_recover_prime_factors(n, e, numbers.d)
    assert {p, q} == {numbers.p, numbers.q}
    assert p > q
    assert rsa.rsa_crt_iqmp(numbers.p, numbers.q) == numbers.iqmp
    assert rsa.rsa_crt_dmp1(numbers.d, numbers.p) == numbers.dmp1
    d = rsa.rsa_recover_private_exponent(e, p, q)
    changed(numbers, d=d).private_key()
    with pytest.raises(ValueError):
        rsa.rsa_recover_prime_factors(n, e, numbers.d + 2)


def test_copies_are_the_key_itself(key: rsa.RSAPrivateKey) -> None:
    public = key.public_key()
    assert copy.copy(key) is key
    assert copy.deepcopy(key) is key
    assert copy.deepcopy(public) == public
    assert public != object()


def test_one_key_serves_many_threads(key: rsa.RSAPrivateKey) -> None:
    public = key.public_key()
    done: list[int] = []

    def work(number: int) -> None:
        message = bytes([number]) * 10
        for _ in range(5):
            public.verify(key.sign(message, PSS, SHA256), message, PSS, SHA256)
            assert key.decrypt(public.encrypt(message, OAEP), OAEP) == message
        done.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(8))


@pytest.mark.parametrize("bad", [(hashes.MD5(), SHA256), (SHA256, hashes.MD5()), (SHA256, hashes.SHAKE128(32))])
def test_oaep_refuses_hashes_that_it_is_not_specified_with(key, bad):
    pad = padding.OAEP(padding.MGF1(bad[0]), bad[1], None)
    for call in (key.decrypt, key.public_key().encrypt):
        with pytest.raises(UnsupportedAlgorithm) as raised:
            call(bytes(key.key_size // 8), pad)
        assert raised.value._reason is _Reasons.UNSUPPORTED_PADDING


# MAX_LENGTH says how long a salt one makes oneself.


@pytest.mark.parametrize("bits", [1024, 1031])
@pytest.mark.parametrize("prehashed", [False, True])
def test_pss_with_max_length_verifies_a_salt_of_any_length(bits: int, prehashed: bool) -> None:
    key = rsa.generate_private_key(65537, bits)
    for algorithm, mask in (
        (hashes.SHA256(), hashes.SHA256()),
        (hashes.SHA1(), hashes.SHA256()),
        (hashes.SHA256(), hashes.SHA384()),
    ):

        def pss(salt: Any, mask: hashes.HashAlgorithm = mask) -> padding.PSS:
            return padding.PSS(padding.MGF1(mask), salt)

        digest = hashes.Hash(algorithm)
        digest.update(b"message")
        data = digest.finalize() if prehashed else b"message"
        how = utils.Prehashed(algorithm) if prehashed else algorithm
        longest = padding.calculate_max_pss_salt_length(key, algorithm)
        for salt in (0, 1, 20, 32, 64, longest, padding.PSS.DIGEST_LENGTH, padding.PSS.MAX_LENGTH):
            signature = key.sign(data, pss(salt), how)
            key.public_key().verify(signature, data, pss(padding.PSS.MAX_LENGTH), how)
            for wrong in (signature[:-1] + bytes([signature[-1] ^ 1]), bytes(len(signature)), b"", signature[1:]):
                with pytest.raises(InvalidSignature):
                    key.public_key().verify(wrong, data, pss(padding.PSS.MAX_LENGTH), how)
        # What is said exactly is held exactly.
        signature = key.sign(data, pss(11), how)
        for other in (10, 12, longest, padding.PSS.DIGEST_LENGTH):
            with pytest.raises(InvalidSignature):
                key.public_key().verify(signature, data, pss(other), how)
