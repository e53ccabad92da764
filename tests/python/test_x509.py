"""Certificates, requests and revocation lists: building, reading, signatures."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ironlatch import x509
from ironlatch.exceptions import InvalidSignature, UnsupportedAlgorithm
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, mldsa, padding, rsa, x25519
from ironlatch.hazmat.primitives.serialization import Encoding
from ironlatch.utils import CryptographyDeprecationWarning
from ironlatch.x509.oid import AttributeOID, NameOID, ObjectIdentifier, SignatureAlgorithmOID

DATA = Path(__file__).parents[1] / "data" / "x509"
EARLY, LATE = datetime.datetime(2020, 1, 1, 1, 2, 3), datetime.datetime(2060, 12, 31)
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "root")])
LEAF = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "leaf")])
EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)
SHA256 = hashes.SHA256()
PSS = padding.PSS(padding.MGF1(SHA256), padding.PSS.MAX_LENGTH)


def builder(public_key: Any = None, subject: x509.Name = NAME, serial: int = 1) -> x509.CertificateBuilder:
    public_key = EC_KEY.public_key() if public_key is None else public_key
    return x509.CertificateBuilder(NAME, subject, public_key, serial, EARLY, LATE)


ROOT = builder().sign(EC_KEY, SHA256)

SIGNERS: list[tuple[Callable[[], Any], Any, dict[str, Any], ObjectIdentifier]] = [
    (lambda: RSA_KEY, SHA256, {}, SignatureAlgorithmOID.RSA_WITH_SHA256),
    (lambda: RSA_KEY, hashes.SHA3_512(), {"rsa_padding": padding.PKCS1v15()}, SignatureAlgorithmOID.RSA_WITH_SHA3_512),
    (lambda: RSA_KEY, SHA256, {"rsa_padding": PSS}, SignatureAlgorithmOID.RSASSA_PSS),
    (lambda: EC_KEY, hashes.SHA384(), {}, SignatureAlgorithmOID.ECDSA_WITH_SHA384),
    (lambda: EC_KEY, SHA256, {"ecdsa_deterministic": True}, SignatureAlgorithmOID.ECDSA_WITH_SHA256),
    (lambda: dsa.generate_private_key(2048), SHA256, {}, SignatureAlgorithmOID.DSA_WITH_SHA256),
    (ed25519.Ed25519PrivateKey.generate, None, {}, SignatureAlgorithmOID.ED25519),
    (ed448.Ed448PrivateKey.generate, None, {}, SignatureAlgorithmOID.ED448),
    (mldsa.MLDSA65PrivateKey.generate, None, {}, SignatureAlgorithmOID.ML_DSA_65),
]


@pytest.mark.parametrize(("make", "algorithm", "options", "oid"), SIGNERS)
def test_every_kind_of_key_signs_everything(
    make: Callable[[], Any], algorithm: Any, options: dict[str, Any], oid: ObjectIdentifier
) -> None:
    key = make()
    certificate = builder(key.public_key()).sign(key, algorithm, **options)
    certificate.verify_directly_issued_by(certificate)
    request = x509.CertificateSigningRequestBuilder(NAME).sign(key, algorithm, **options)
    assert request.is_signature_valid
    crl = x509.CertificateRevocationListBuilder(NAME, EARLY, LATE).sign(key, algorithm, **options)
    assert crl.is_signature_valid(key.public_key())
    for signed in (certificate, request, crl):
        assert signed.signature_algorithm_oid == oid
        hash_algorithm = signed.signature_hash_algorithm
        assert (hash_algorithm and hash_algorithm.name) == (algorithm and algorithm.name)
    assert certificate.public_key() == request.public_key() == key.public_key()
    other = builder().sign(EC_KEY, SHA256)
    if key is not EC_KEY:
        assert not crl.is_signature_valid(EC_KEY.public_key())
        with pytest.raises((ValueError, InvalidSignature)):
            certificate.verify_directly_issued_by(other)


def test_deterministic_signatures_are_the_same() -> None:
    first, second = (builder().sign(EC_KEY, SHA256, ecdsa_deterministic=True) for _ in range(2))
    assert first.signature == second.signature
    assert builder().sign(EC_KEY, SHA256).signature != builder().sign(EC_KEY, SHA256).signature


UNUSED: Any = None


class RemoteKey(ec.EllipticCurvePrivateKey):
    """A key that signs elsewhere: in a KMS, say."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def sign(self, data: Any, signature_algorithm: Any) -> bytes:
        self.seen.append(signature_algorithm)
        return EC_KEY.sign(data, signature_algorithm)

    def public_key(self) -> Any:
        return EC_KEY.public_key()

    curve = key_size = exchange = private_numbers = private_bytes = UNUSED
    __copy__ = __deepcopy__ = UNUSED


def test_any_object_with_the_interface_of_a_key_signs() -> None:
    key = RemoteKey()
    certificate = builder().sign(key, hashes.SHA384())
    certificate.verify_directly_issued_by(ROOT)
    assert x509.CertificateSigningRequestBuilder(NAME).sign(key, SHA256).is_signature_valid
    crl = x509.CertificateRevocationListBuilder(NAME, EARLY, LATE).sign(key, SHA256)
    assert crl.is_signature_valid(EC_KEY.public_key())
    assert [algorithm.algorithm.name for algorithm in key.seen] == ["sha384", "sha256", "sha256"]


def test_a_certificate_says_what_was_built() -> None:
    serial = x509.random_serial_number()
    constraints = x509.BasicConstraints(True, 0)
    certificate = builder(serial=serial).add_extension(constraints, critical=True).sign(EC_KEY, SHA256)
    assert certificate.version is x509.Version.v3
    assert certificate.serial_number == serial
    assert certificate.subject == certificate.issuer == NAME
    assert certificate.subject is certificate.subject
    assert certificate.not_valid_before_utc == EARLY.replace(tzinfo=datetime.UTC)
    assert certificate.not_valid_after_utc == LATE.replace(tzinfo=datetime.UTC)
    assert certificate.extensions is certificate.extensions
    parameters: Any = certificate.signature_algorithm_parameters
    assert parameters.algorithm.name == "sha256"
    assert certificate.tbs_certificate_bytes in certificate.public_bytes(Encoding.DER)
    EC_KEY.public_key().verify(certificate.signature, certificate.tbs_certificate_bytes, ec.ECDSA(SHA256))
    digest = hashes.Hash(SHA256)
    digest.update(certificate.public_bytes(Encoding.DER))
    assert certificate.fingerprint(SHA256) == digest.finalize()
    assert repr(certificate) == "<Certificate(subject=<Name(CN=root)>, ...)>"


def test_times_without_a_zone_are_deprecated() -> None:
    entry = x509.RevokedCertificateBuilder(1, EARLY).build()
    crl = x509.CertificateRevocationListBuilder(NAME, EARLY, LATE).sign(EC_KEY, SHA256)
    for holder, name, value in (
        (ROOT, "not_valid_before", EARLY),
        (ROOT, "not_valid_after", LATE),
        (crl, "last_update", EARLY),
        (crl, "next_update", LATE),
        (entry, "revocation_date", EARLY),
    ):
        with pytest.warns(CryptographyDeprecationWarning, match=f"switch to {name}_utc"):
            assert getattr(holder, name) == value


def test_certificates_come_back_from_der_and_pem() -> None:
    for data in (ROOT.public_bytes(Encoding.DER), bytearray(ROOT.public_bytes(Encoding.DER))):
        assert x509.load_der_x509_certificate(data) == ROOT
    pem = ROOT.public_bytes(Encoding.PEM)
    assert x509.load_pem_x509_certificate(pem) == ROOT
    other = builder(serial=2).sign(EC_KEY, SHA256)
    bundle = b"text before\n" + pem + b"subject: between\n" + other.public_bytes(Encoding.PEM)
    assert x509.load_pem_x509_certificates(bundle) == [ROOT, other]
    assert ROOT != other
    assert hash(ROOT) == hash(x509.load_pem_x509_certificate(pem))
    assert copy.deepcopy(ROOT) is ROOT
    with pytest.raises(TypeError, match="encoding must be"):
        ROOT.public_bytes(Encoding.Raw)


def test_what_is_not_a_certificate_is_told() -> None:
    crl = x509.CertificateRevocationListBuilder(NAME, EARLY, LATE).sign(EC_KEY, SHA256)
    der, pem = ROOT.public_bytes(Encoding.DER), ROOT.public_bytes(Encoding.PEM)
    for load, data, message in (
        (x509.load_der_x509_certificate, crl.public_bytes(Encoding.DER), "this is a CRL"),
        (x509.load_der_x509_certificate, pem, "this is PEM"),
        (x509.load_der_x509_certificate, b"", "empty"),
        (x509.load_der_x509_certificate, der + b"\0", "error parsing"),
        (x509.load_pem_x509_certificate, crl.public_bytes(Encoding.PEM), "Valid PEM but no BEGIN CERTIFICATE"),
        (x509.load_pem_x509_certificate, b"no PEM", "Unable to load PEM"),
        (x509.load_pem_x509_certificates, b"no PEM", "Unable to load PEM"),
        (x509.load_der_x509_crl, der, "this is a certificate"),
        (x509.load_pem_x509_crl, pem, "Valid PEM but no BEGIN X509 CRL"),
        (x509.load_der_x509_csr, der, "this is a certificate"),
    ):
        with pytest.raises(ValueError, match=message):
            load(data)  # type: ignore[operator]


def test_one_damaged_extension_leaves_the_rest_readable() -> None:
    wrong = x509.UnrecognizedExtension(x509.BasicConstraints.oid, b"\x05\0")
    certificate = builder().add_extension(wrong, critical=True).sign(EC_KEY, SHA256)
    with pytest.raises(ValueError, match="basicConstraints"):
        certificate.extensions  # noqa: B018
    assert certificate.subject == NAME
    certificate.verify_directly_issued_by(ROOT)


def test_an_extension_that_is_there_twice_is_refused() -> None:
    doubled = x509.Extension(x509.BasicConstraints.oid, True, x509.BasicConstraints(True, None))
    certificate = x509.CertificateBuilder(NAME, NAME, EC_KEY.public_key(), 1, EARLY, LATE, [doubled, doubled]).sign(
        EC_KEY, SHA256
    )
    with pytest.raises(x509.DuplicateExtension, match=r"2\.5\.29\.19") as caught:
        certificate.extensions  # noqa: B018
    assert caught.value.oid == x509.BasicConstraints.oid


def test_versions_that_do_not_exist_are_refused() -> None:
    der = ROOT.public_bytes(Encoding.DER).replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07", 1)
    with pytest.raises(x509.InvalidVersion) as caught:
        x509.load_der_x509_certificate(der)
    assert caught.value.parsed_version == 7


def test_serial_numbers_that_are_not_positive_are_warned_of() -> None:
    der = builder(serial=0x11).sign(EC_KEY, SHA256).public_bytes(Encoding.DER)
    negative = der.replace(b"\xa0\x03\x02\x01\x02\x02\x01\x11", b"\xa0\x03\x02\x01\x02\x02\x01\xef", 1)
    with pytest.warns(CryptographyDeprecationWarning, match="serial number which wasn't positive"):
        certificate = x509.load_der_x509_certificate(negative)
    with pytest.warns(CryptographyDeprecationWarning, match="serial number which wasn't positive"):
        assert certificate.serial_number == -17


def test_signatures_are_checked_against_the_issuer() -> None:
    leaf = builder(RSA_KEY.public_key(), LEAF).sign(EC_KEY, SHA256)
    leaf.verify_directly_issued_by(ROOT)
    with pytest.raises(ValueError, match="subject does not match"):
        ROOT.verify_directly_issued_by(leaf)
    impostor = builder(ec.generate_private_key(ec.SECP256R1()).public_key()).sign(EC_KEY, SHA256)
    with pytest.raises(InvalidSignature):
        leaf.verify_directly_issued_by(impostor)
    with pytest.raises(ValueError, match="does not match issuer key type"):
        leaf.verify_directly_issued_by(builder(RSA_KEY.public_key()).sign(EC_KEY, SHA256))
    agreement = x25519.X25519PrivateKey.generate().public_key()
    with pytest.raises(TypeError):
        leaf.verify_directly_issued_by(builder(agreement).sign(EC_KEY, SHA256))


def test_a_certificate_without_a_signature_verifies_as_nothing() -> None:
    certificate = builder().create_unsigned()
    assert certificate.signature == b""
    assert certificate.signature_algorithm_oid == SignatureAlgorithmOID.UNSIGNED
    assert certificate.signature_hash_algorithm is None
    assert certificate.signature_algorithm_parameters is None
    with pytest.raises(ValueError, match="Unsupported signature algorithm"):
        certificate.verify_directly_issued_by(certificate)


def test_a_key_for_pss_alone_says_so() -> None:
    certificate = builder().__class__(NAME, NAME, None, 1, EARLY, LATE)
    certificate = certificate.public_key(RSA_KEY.public_key(), rsa_padding=padding.PSS)
    made = certificate.sign(RSA_KEY, SHA256, rsa_padding=PSS)
    assert made.public_key_algorithm_oid.dotted_string == "1.2.840.113549.1.1.10"
    assert made.public_key() == RSA_KEY.public_key()
    made.verify_directly_issued_by(made)


@pytest.mark.parametrize(
    ("error", "message", "sign"),
    [
        (TypeError, "Key must be", lambda: builder().sign(x25519.X25519PrivateKey.generate(), None)),
        (TypeError, "not None", lambda: builder().sign(EC_KEY, None)),
        (TypeError, "registered hash", lambda: builder().sign(EC_KEY, "sha256")),
        (ValueError, "must be None", lambda: builder().sign(ed25519.Ed25519PrivateKey.generate(), SHA256)),
        (UnsupportedAlgorithm, "md5", lambda: builder().sign(RSA_KEY, hashes.MD5())),
        (TypeError, "only supported for RSA", lambda: builder().sign(EC_KEY, SHA256, rsa_padding=PSS)),
        (TypeError, "PSS or PKCS1v15", lambda: builder().sign(RSA_KEY, SHA256, rsa_padding="PSS")),
        (TypeError, "only supported for EC", lambda: builder().sign(RSA_KEY, SHA256, ecdsa_deterministic=True)),
    ],
)
def test_what_cannot_sign_is_told(error: type[Exception], message: str, sign: Callable[[], Any]) -> None:
    with pytest.raises(error, match=message):
        sign()


def test_builders_take_each_thing_once_and_whole() -> None:
    empty: Any = x509.CertificateBuilder()
    steps: list[tuple[str, Any, Any]] = [
        ("subject_name", NAME, "root"),
        ("issuer_name", NAME, "root"),
        ("serial_number", 1, "1"),
        ("not_valid_before", EARLY, "2020"),
        ("not_valid_after", LATE, "2060"),
        ("public_key", EC_KEY.public_key(), EC_KEY),
    ]
    step = empty
    for name, value, wrong in steps:
        with pytest.raises(ValueError, match="must have"):
            step.sign(EC_KEY, SHA256)
        with pytest.raises(TypeError):
            getattr(step, name)(wrong)
        earlier, step = step, getattr(step, name)(value)
        assert earlier is not step
        with pytest.raises(ValueError, match="may only be set once"):
            getattr(step, name)(value)
    assert step.sign(EC_KEY, SHA256).subject == NAME
    assert empty._subject_name is None
    constrained = step.add_extension(x509.BasicConstraints(True, None), critical=True)
    with pytest.raises(ValueError, match="already been set"):
        constrained.add_extension(x509.BasicConstraints(False, None), critical=False)
    for number in (0, -1, 1 << 159):
        with pytest.raises(ValueError):
            empty.serial_number(number)
    with pytest.raises(ValueError, match="1950"):
        empty.not_valid_before(datetime.datetime(1949, 12, 31))
    with pytest.raises(ValueError, match="after the not valid before"):
        empty.not_valid_before(LATE).not_valid_after(EARLY)


def test_times_of_another_zone_are_moved_to_utc() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=-5))
    local: Any = x509.CertificateBuilder().not_valid_before(datetime.datetime(2020, 1, 1, 20, tzinfo=zone))
    assert local._not_valid_before == datetime.datetime(2020, 1, 2, 1)


def test_requests_ask_for_extensions_and_have_attributes() -> None:
    names = x509.SubjectAlternativeName([x509.DNSName("a.example")])
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(LEAF)
        .add_extension(names, critical=False)
        .add_attribute(AttributeOID.CHALLENGE_PASSWORD, "pässword".encode())
        .sign(EC_KEY, SHA256)
    )
    for read in (
        x509.load_pem_x509_csr(request.public_bytes(Encoding.PEM)),
        x509.load_der_x509_csr(request.public_bytes(Encoding.DER)),
    ):
        assert read == request
        assert hash(read) == hash(request)
        assert read.subject == LEAF
        assert read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value == names
        assert read.attributes.get_attribute_for_oid(AttributeOID.CHALLENGE_PASSWORD).value == "pässword".encode()
        with pytest.raises(x509.AttributeNotFound):
            read.attributes.get_attribute_for_oid(AttributeOID.UNSTRUCTURED_NAME)
        assert read.is_signature_valid
    der = bytearray(request.public_bytes(Encoding.DER))
    der[der.index(b"leaf")] ^= 1
    assert not x509.load_der_x509_csr(bytes(der)).is_signature_valid
    with pytest.raises(ValueError, match="utf-8"):
        x509.CertificateSigningRequestBuilder(LEAF).add_attribute(AttributeOID.UNSTRUCTURED_NAME, b"\xff").sign(
            EC_KEY, SHA256
        )


def test_a_request_under_a_weak_algorithm_is_not_valid() -> None:
    der = x509.CertificateSigningRequestBuilder(LEAF).sign(RSA_KEY, SHA256).public_bytes(Encoding.DER)
    sha256, sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
    assert x509.load_der_x509_csr(der).is_signature_valid
    assert not x509.load_der_x509_csr(der.replace(sha256, sha1)).is_signature_valid
    unknown = x509.load_der_x509_csr(der.replace(sha256, bytes.fromhex("2a864886f70d01017f")))
    assert unknown.signature_algorithm_parameters is None
    assert not unknown.is_signature_valid


def revoked(number: int) -> x509.RevokedCertificate:
    entry = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(EARLY)
    return entry.add_extension(x509.CRLReason(x509.ReasonFlags.superseded), critical=False).build()


def test_lists_are_sequences_that_find_by_serial_number() -> None:
    numbers = [5, 2**64, 1, 2**158 + 3, 5]
    empty = building = x509.CertificateRevocationListBuilder(NAME, EARLY, LATE)
    for number in numbers:
        building = building.add_revoked_certificate(revoked(number))
    agreement: Any = x25519.X25519PrivateKey.generate().public_key()
    crl = building.add_extension(x509.CRLNumber(7), critical=False).sign(EC_KEY, SHA256)
    assert len(empty.sign(EC_KEY, SHA256)) == 0
    for read in (
        crl,
        x509.load_der_x509_crl(crl.public_bytes(Encoding.DER)),
        x509.load_pem_x509_crl(crl.public_bytes(Encoding.PEM)),
    ):
        assert read == crl
        assert len(read) == 5
        assert [entry.serial_number for entry in read] == numbers
        assert read[-1].serial_number == 5
        assert [entry.serial_number for entry in read[3:0:-2]] == [2**158 + 3, 2**64]
        for index in (5, -6):
            with pytest.raises(IndexError):
                read[index]
        for number in numbers:
            found = read.get_revoked_certificate_by_serial_number(number)
            assert found is not None
            assert found.serial_number == number
            assert found.revocation_date_utc == EARLY.replace(tzinfo=datetime.UTC)
            assert found.extensions[0].value.reason is x509.ReasonFlags.superseded
        for number in (0, 2, 2**64 - 1, 2**200):
            assert read.get_revoked_certificate_by_serial_number(number) is None
        assert read.is_signature_valid(EC_KEY.public_key())
        assert not read.is_signature_valid(RSA_KEY.public_key())
        with pytest.raises(TypeError, match="Key must be"):
            read.is_signature_valid(agreement)
    again = x509.CertificateRevocationListBuilder(NAME, EARLY, LATE, [], [*crl]).sign(EC_KEY, SHA256)
    assert [entry.serial_number for entry in again] == numbers


def test_a_builder_of_a_list_is_not_changed_by_those_made_from_it() -> None:
    one = x509.CertificateRevocationListBuilder(NAME, EARLY, LATE).add_revoked_certificate(revoked(1))
    two, three = one.add_revoked_certificate(revoked(2)), one.add_revoked_certificate(revoked(3))
    for building, numbers in ((one, [1]), (two, [1, 2]), (three, [1, 3])):
        assert [entry.serial_number for entry in building.sign(EC_KEY, SHA256)] == numbers


def test_serial_numbers_are_random_and_positive() -> None:
    numbers = {x509.random_serial_number() for _ in range(100)}
    assert len(numbers) == 100
    assert all(0 < number < 1 << 159 for number in numbers)


def test_certificates_of_other_programs_are_read() -> None:
    chain = [
        x509.load_pem_x509_certificate((DATA / f"{name}.pem").read_bytes()) for name in ("leaf", "intermediate", "root")
    ]
    for certificate, issuer in zip(chain, [*chain[1:], chain[-1]], strict=True):
        certificate.verify_directly_issued_by(issuer)
    names = chain[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "pinned.example" in names.get_values_for_type(x509.DNSName)
    assert x509.load_pem_x509_csr((DATA / "request.pem").read_bytes()).is_signature_valid
