"""Elliptic curves: keys made, put together, taken apart; ECDSA and ECDH; points; and everything
that must be refused.
"""

import copy
import pickle
import threading
from typing import Any

import pytest
from ironlatch.exceptions import InvalidSignature, UnsupportedAlgorithm, _Reasons
from ironlatch.hazmat.backends import default_backend
from ironlatch.hazmat.primitives import hashes, serialization
from ironlatch.hazmat.primitives.asymmetric import ec, utils
from ironlatch.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

CURVES = [
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
every_curve = pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
SHA256 = ec.ECDSA(hashes.SHA256())
DETERMINISTIC = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


class Unheard(ec.EllipticCurve):
    name = "a curve of one's own"
    key_size = 256
    group_order = ec.SECP256R1.group_order


class Renamed(ec.EllipticCurve):
    """A class of a user's, with a name that is known."""

    name = "secp384r1"
    key_size = 384
    group_order = ec.SECP384R1.group_order


@pytest.fixture(scope="module")
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def other() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def unsupported(reason: _Reasons) -> Any:
    return pytest.raises(UnsupportedAlgorithm, check=lambda error: error._reason is reason)


@every_curve
def test_a_new_key_is_on_its_curve(curve: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(curve)
    public = key.public_key()
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert type(key.curve) is type(public.curve) is type(curve)
    assert key.key_size == public.key_size == curve.key_size
    numbers = key.private_numbers()
    assert 0 < numbers.private_value < curve.group_order
    assert numbers.public_numbers == public.public_numbers()
    assert numbers.public_numbers.curve.name == curve.name
    assert numbers.private_key().public_key() == public == numbers.public_numbers.public_key()
    assert ec.derive_private_key(numbers.private_value, curve).private_numbers() == numbers
    assert ec.generate_private_key(curve).private_numbers() != numbers


@every_curve
@pytest.mark.parametrize("how", [SHA256, DETERMINISTIC], ids=["random", "deterministic"])
def test_signatures_verify_and_wrong_ones_do_not(curve: ec.EllipticCurve, how: ec.ECDSA) -> None:
    key = ec.generate_private_key(curve)
    public = key.public_key()
    signature = key.sign(b"message", how)
    public.verify(signature, b"message", SHA256)
    public.verify(bytearray(signature), memoryview(b"message"), DETERMINISTIC)
    r, s = utils.decode_dss_signature(signature)
    assert 0 < r < curve.group_order
    assert 0 < s < curve.group_order
    wrong = [
        (signature, b"massage", SHA256),
        (signature, b"message", ec.ECDSA(hashes.SHA384())),
        (b"", b"message", SHA256),
        (signature + b"\0", b"message", SHA256),
        (signature[:-1], b"message", SHA256),
        (bytes(len(signature)), b"message", SHA256),
        (bytes(100_000), b"message", SHA256),
    ]
    pairs = [(0, 0), (r, 0), (0, s), (s, r), (r + curve.group_order, s), (r, s + curve.group_order), (1 << 5000, s)]
    wrong += [(utils.encode_dss_signature(*pair), b"message", SHA256) for pair in pairs]
    for arguments in wrong:
        with pytest.raises(InvalidSignature):
            public.verify(*arguments)
    with pytest.raises(InvalidSignature):
        ec.generate_private_key(curve).public_key().verify(signature, b"message", SHA256)


@every_curve
def test_the_nonce_is_random_or_computed(curve: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(curve)
    assert key.sign(b"message", SHA256) != key.sign(b"message", SHA256)
    assert key.sign(b"message", DETERMINISTIC) == key.sign(b"message", DETERMINISTIC)
    assert key.sign(b"message", DETERMINISTIC) != key.sign(b"massage", DETERMINISTIC)


def test_a_deterministic_signature_is_that_of_rfc_6979() -> None:
    value = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    signature = ec.derive_private_key(value, ec.SECP256R1()).sign(b"sample", DETERMINISTIC)
    assert utils.decode_dss_signature(signature) == (
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    )


def test_prehashed_is_the_same_as_hashing_here(key: ec.EllipticCurvePrivateKey) -> None:
    digest = hashes.Hash.hash(hashes.SHA512(), b"message")
    prehashed = ec.ECDSA(utils.Prehashed(hashes.SHA512()))
    key.public_key().verify(key.sign(digest, prehashed), b"message", ec.ECDSA(hashes.SHA512()))
    key.public_key().verify(key.sign(b"message", ec.ECDSA(hashes.SHA512())), digest, prehashed)
    for bad in (b"", digest[1:], digest + b"\0"):
        with pytest.raises(ValueError):
            key.sign(bad, prehashed)
        with pytest.raises(ValueError):
            key.public_key().verify(b"signature", bad, prehashed)


@pytest.mark.parametrize(
    "algorithm",
    [hashes.MD5(), hashes.SHA1(), hashes.SHA3_512(), hashes.BLAKE2b(64), hashes.SM3(), hashes.SHAKE128(10_000)],
    ids=lambda algorithm: algorithm.name,
)
@every_curve
def test_any_hash_goes_with_any_curve(curve: ec.EllipticCurve, algorithm: hashes.HashAlgorithm) -> None:
    key = ec.generate_private_key(curve)
    key.public_key().verify(key.sign(b"message", ec.ECDSA(algorithm)), b"message", ec.ECDSA(algorithm))


def test_a_nonce_is_not_computed_with_shake(key: ec.EllipticCurvePrivateKey) -> None:
    with unsupported(_Reasons.UNSUPPORTED_HASH):
        key.sign(b"message", ec.ECDSA(hashes.SHAKE256(64), deterministic_signing=True))


@every_curve
def test_both_sides_of_an_exchange_agree(curve: ec.EllipticCurve) -> None:
    key, other = ec.generate_private_key(curve), ec.generate_private_key(curve)
    shared = key.exchange(ec.ECDH(), other.public_key())
    assert shared == other.exchange(ec.ECDH(), key.public_key())
    assert len(shared) == (curve.key_size + 7) // 8
    assert shared != key.exchange(ec.ECDH(), key.public_key())


def test_the_shared_secret_is_a_coordinate() -> None:
    one = ec.derive_private_key(1, ec.SECP521R1())
    other = ec.derive_private_key(6, ec.SECP521R1())
    assert int.from_bytes(one.exchange(ec.ECDH(), other.public_key()), "big") == other.public_key().public_numbers().x


def test_keys_of_different_curves_do_not_agree(key: ec.EllipticCurvePrivateKey) -> None:
    for curve in (ec.SECP256K1(), ec.BrainpoolP256R1(), ec.SECP384R1()):
        with pytest.raises(ValueError, match="different curves"):
            key.exchange(ec.ECDH(), ec.generate_private_key(curve).public_key())
        with pytest.raises(ValueError, match="different curves"):
            ec.generate_private_key(curve).exchange(ec.ECDH(), key.public_key())


@every_curve
def test_private_values_out_of_range(curve: ec.EllipticCurve) -> None:
    for value in (0, -1, -(1 << 600), curve.group_order, curve.group_order + 1, 1 << 600, 1 << 1_000_000):
        with pytest.raises(ValueError):
            ec.derive_private_key(value, curve)
    numbers = ec.derive_private_key(5, curve).public_key().public_numbers()
    for value in (0, 6, curve.group_order, curve.group_order + 5, 1 << 1_000_000):
        with pytest.raises(ValueError):
            ec.EllipticCurvePrivateNumbers(value, numbers).private_key()
    with pytest.raises(OverflowError):
        ec.EllipticCurvePrivateNumbers(-5, numbers).private_key()
    assert ec.derive_private_key(curve.group_order - 1, curve).public_key().public_numbers().y != numbers.y


@every_curve
def test_points_off_the_curve(curve: ec.EllipticCurve) -> None:
    numbers = ec.derive_private_key(5, curve).public_key().public_numbers()
    x, y = numbers.x, numbers.y
    for bad in ((x, y + 1), (x + 1, y), (0, 0), (y, x), (-x, y), (x, -y), (1 << 600, y), (x, 1 << 1_000_000)):
        with pytest.raises(ValueError):
            ec.EllipticCurvePublicNumbers(*bad, curve).public_key()
        with pytest.raises(ValueError):
            ec.EllipticCurvePrivateNumbers(5, ec.EllipticCurvePublicNumbers(*bad, curve)).private_key()


def test_coordinates_are_not_reduced() -> None:
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    numbers = ec.derive_private_key(5, ec.SECP256R1()).public_key().public_numbers()
    with pytest.raises(ValueError):
        ec.EllipticCurvePublicNumbers(numbers.x + prime, numbers.y, numbers.curve).public_key()


@every_curve
def test_encoded_points_there_and_back(curve: ec.EllipticCurve) -> None:
    public = ec.generate_private_key(curve).public_key()
    for form in (PublicFormat.CompressedPoint, PublicFormat.UncompressedPoint):
        encoded = public.public_bytes(Encoding.X962, form)
        again = ec.EllipticCurvePublicKey.from_encoded_point(curve, encoded)
        assert again == public
        assert again.public_bytes(Encoding.X962, form) == encoded
        bad = [b"", b"\0", encoded[:-1], encoded + b"\0", encoded[1:], b"\5" + encoded[1:], b"\6" + encoded[1:]]
        for data in bad:
            with pytest.raises(ValueError):
                ec.EllipticCurvePublicKey.from_encoded_point(curve, data)
    with pytest.raises(ValueError):
        ec.EllipticCurvePublicKey.from_encoded_point(curve, encoded[:-1] + bytes([encoded[-1] ^ 1]))
    with pytest.raises(ValueError):
        ec.EllipticCurvePublicKey.from_encoded_point(curve, b"\2" + b"\xff" * ((curve.key_size + 7) // 8))


def test_curves_are_told_by_their_name() -> None:
    assert isinstance(ec.generate_private_key(Renamed()).curve, ec.SECP384R1)
    numbers = ec.derive_private_key(5, ec.SECP256R1()).public_key().public_numbers()
    point = b"\4" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    for call in (
        lambda: ec.generate_private_key(Unheard()),
        lambda: ec.derive_private_key(5, Unheard()),
        lambda: ec.EllipticCurvePublicNumbers(numbers.x, numbers.y, Unheard()).public_key(),
        lambda: ec.EllipticCurvePublicKey.from_encoded_point(Unheard(), point),
    ):
        with unsupported(_Reasons.UNSUPPORTED_ELLIPTIC_CURVE):
            call()


@pytest.mark.parametrize("bad", [None, "secp256r1", ec.SECP256R1, 256, object()])
def test_what_is_no_curve_is_a_type_error(bad: Any) -> None:
    for call in (
        lambda: ec.generate_private_key(bad),
        lambda: ec.derive_private_key(5, bad),
        lambda: ec.EllipticCurvePublicNumbers(1, 2, bad),
        lambda: ec.EllipticCurvePublicKey.from_encoded_point(bad, b"\4data"),
    ):
        with pytest.raises(TypeError):
            call()


@pytest.mark.parametrize("bad", [None, "1", 1.0, b"1"])
def test_what_is_no_number_is_a_type_error(bad: Any) -> None:
    good = ec.EllipticCurvePublicNumbers(1, 2, ec.SECP256R1())
    for call in (
        lambda: ec.derive_private_key(bad, ec.SECP256R1()),
        lambda: ec.EllipticCurvePublicNumbers(bad, 2, ec.SECP256R1()),
        lambda: ec.EllipticCurvePublicNumbers(1, bad, ec.SECP256R1()),
        lambda: ec.EllipticCurvePrivateNumbers(bad, good),
        lambda: ec.EllipticCurvePrivateNumbers(1, bad),
    ):
        with pytest.raises(TypeError):
            call()


def test_arguments_of_a_wrong_type(key: ec.EllipticCurvePrivateKey) -> None:
    public: Any = key.public_key()
    signer: Any = key
    for algorithm in (None, hashes.SHA256(), ec.ECDSA, ec.ECDH(), "ECDSA"):
        with unsupported(_Reasons.UNSUPPORTED_PUBLIC_KEY_ALGORITHM):
            signer.sign(b"message", algorithm)
        with unsupported(_Reasons.UNSUPPORTED_PUBLIC_KEY_ALGORITHM):
            public.verify(b"signature", b"message", algorithm)
    no_hash: Any
    for no_hash in (None, hashes.SHA256, "sha256", utils.NoDigestInfo()):
        with pytest.raises(TypeError):
            key.sign(b"message", ec.ECDSA(no_hash))
    for algorithm in (None, ec.ECDH, ec.ECDSA(hashes.SHA256())):
        with unsupported(_Reasons.UNSUPPORTED_EXCHANGE_ALGORITHM):
            signer.exchange(algorithm, public)
    for peer in (None, key, b"point", public.public_numbers()):
        with pytest.raises(TypeError):
            signer.exchange(ec.ECDH(), peer)
    for data in ("message", None, 5):
        with pytest.raises(TypeError):
            signer.sign(data, SHA256)
        with pytest.raises(TypeError):
            public.verify(data, b"message", SHA256)


@every_curve
@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("password", [None, b"a password"])
def test_private_keys_through_files(curve: ec.EllipticCurve, form: PrivateFormat, password: bytes | None) -> None:
    key = ec.generate_private_key(curve)
    encryption = serialization.BestAvailableEncryption(password) if password else NoEncryption()
    pem = key.private_bytes(Encoding.PEM, form, encryption)
    read = serialization.load_pem_private_key(pem, password)
    assert isinstance(read, ec.EllipticCurvePrivateKey)
    assert read.private_numbers() == key.private_numbers()
    if password is None:
        der = key.private_bytes(Encoding.DER, form, encryption)
        read = serialization.load_der_private_key(der, None)
        assert isinstance(read, ec.EllipticCurvePrivateKey)
        assert read.private_numbers() == key.private_numbers()
        assert key.private_numbers().private_value.to_bytes((curve.key_size + 7) // 8, "big") in der
        for end in range(0, len(der), 7):
            with pytest.raises(ValueError):
                serialization.load_der_private_key(der[:end], None)
    else:
        with pytest.raises(ValueError):
            serialization.load_pem_private_key(pem, b"another password")
        with pytest.raises(TypeError):
            serialization.load_pem_private_key(pem, None)


@every_curve
def test_public_keys_through_files(curve: ec.EllipticCurve) -> None:
    public = ec.generate_private_key(curve).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert serialization.load_pem_public_key(pem) == public == serialization.load_der_public_key(der)
    changed = der[:-1] + bytes([der[-1] ^ 1])
    for bad in (changed, der + b"\0", der[:-1], b""):
        with pytest.raises(ValueError):
            serialization.load_der_public_key(bad)


def test_a_private_key_with_another_public_key_is_noticed(
    key: ec.EllipticCurvePrivateKey, other: ec.EllipticCurvePrivateKey
) -> None:
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    own = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    foreign = other.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert der.endswith(own)
    with pytest.raises(ValueError):
        serialization.load_der_private_key(der.removesuffix(own) + foreign, None)


def test_formats_that_do_not_go_together(key: ec.EllipticCurvePrivateKey) -> None:
    public = key.public_key()
    x962 = {PublicFormat.CompressedPoint, PublicFormat.UncompressedPoint}
    for form in (*x962, PublicFormat.Raw, PublicFormat.PKCS1):
        for encoding in (Encoding.PEM, Encoding.DER, Encoding.Raw, Encoding.OpenSSH, Encoding.X962):
            if form in x962 and encoding == Encoding.X962:
                continue
            with pytest.raises((ValueError, TypeError)):
                public.public_bytes(encoding, form)
    with pytest.raises(TypeError):
        public.public_bytes(Encoding.X962, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ValueError):
        key.private_bytes(Encoding.DER, PrivateFormat.Raw, NoEncryption())
    with pytest.raises(TypeError):
        key.private_bytes(Encoding.X962, PrivateFormat.PKCS8, NoEncryption())


def test_openssh_lines_are_for_three_curves() -> None:
    for curve in CURVES:
        public = ec.derive_private_key(1, curve).public_key()
        if curve.name in ("secp256r1", "secp384r1", "secp521r1"):
            line = public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
            assert line.startswith(b"ecdsa-sha2-nistp%d AAAA" % curve.key_size)
        else:
            with pytest.raises(ValueError):
                public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)


def test_equality_and_hash(key: ec.EllipticCurvePrivateKey, other: ec.EllipticCurvePrivateKey) -> None:
    public = key.public_key()
    assert public == key.public_key()
    assert hash(public) == hash(key.public_key())
    assert public != other.public_key()
    assert public != object()
    with pytest.raises(TypeError):
        public < other.public_key()  # type: ignore[operator]
    numbers = public.public_numbers()
    assert numbers == ec.EllipticCurvePublicNumbers(numbers.x, numbers.y, ec.SECP256R1())
    assert numbers != ec.EllipticCurvePublicNumbers(numbers.x, numbers.y, ec.SECP256K1())
    assert numbers != object()
    assert len({numbers, public.public_numbers(), other.public_key().public_numbers()}) == 2
    private = key.private_numbers()
    assert private == key.private_numbers()
    assert hash(private) == hash(key.private_numbers())
    assert private != other.private_numbers()
    assert private != object()


def test_secrets_are_not_shown_and_keys_not_pickled(key: ec.EllipticCurvePrivateKey) -> None:
    assert str(key.private_numbers().private_value) not in repr(key) + repr(key.private_numbers())
    for thing in (key, key.public_key()):
        with pytest.raises(TypeError):
            pickle.dumps(thing)


def test_copies_are_the_key_itself(key: ec.EllipticCurvePrivateKey) -> None:
    for thing in (key, key.public_key()):
        assert copy.copy(thing) is thing
        assert copy.deepcopy(thing) is thing


def test_curves_have_names_in_files() -> None:
    for curve in CURVES:
        oid = getattr(ec.EllipticCurveOID, curve.name.upper())
        assert ec.get_curve_for_oid(oid) is type(curve)
        der = ec.generate_private_key(curve).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        assert isinstance(serialization.load_der_public_key(der), ec.EllipticCurvePublicKey)
    with pytest.raises(LookupError):
        ec.get_curve_for_oid(type(ec.EllipticCurveOID.SECP256R1)("1.2.3"))


def test_the_backend_says_what_works() -> None:
    backend = default_backend()
    assert backend.ecdsa_deterministic_supported()
    for curve in CURVES:
        assert backend.elliptic_curve_supported(curve)
        assert backend.elliptic_curve_signature_algorithm_supported(SHA256, curve)
        assert backend.elliptic_curve_exchange_algorithm_supported(ec.ECDH(), curve)
    assert not backend.elliptic_curve_supported(Unheard())
    assert not backend.elliptic_curve_signature_algorithm_supported(SHA256, Unheard())
    assert not backend.elliptic_curve_signature_algorithm_supported(object(), ec.SECP256R1())
    assert not backend.elliptic_curve_exchange_algorithm_supported(object(), ec.SECP256R1())


@every_curve
def test_one_key_serves_many_threads(curve: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(curve)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(5):
                key.public_key().verify(key.sign(b"message", SHA256), b"message", SHA256)
                key.exchange(ec.ECDH(), key.public_key())
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
