"""Extensions: rules of their classes, DER both ways, equality and repr."""

from __future__ import annotations

import datetime
import ipaddress
import subprocess
import sys
from typing import Any

import pytest
from ironlatch import x509
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import ec
from ironlatch.hazmat.primitives.serialization import Encoding, PublicFormat
from ironlatch.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

DNS = x509.DNSName("a.example")
MAIL = x509.RFC822Name("a@example.com")
URI = x509.UniformResourceIdentifier("https://a.example/")
DIRECTORY = x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a")]))
ADDRESS = x509.IPAddress(ipaddress.ip_address("10.0.0.1"))
NETWORK = x509.IPAddress(ipaddress.ip_network("2001:db8::/32"))
OTHER = x509.OtherName(ObjectIdentifier("1.2.3"), b"\x0c\x01a")
REGISTERED = x509.RegisteredID(ObjectIdentifier("1.2.3.4"))
NAMES = [DNS, MAIL, URI, DIRECTORY, ADDRESS, OTHER, REGISTERED]
RELATIVE = x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COMMON_NAME, "crl")])
REASONS = frozenset({x509.ReasonFlags.key_compromise, x509.ReasonFlags.aa_compromise})
OID = ObjectIdentifier("1.2.3.4.5")
EARLY, LATE = datetime.datetime(2020, 1, 1, 1, 2, 3), datetime.datetime(2060, 12, 31)
NAMING = x509.NamingAuthority(OID, "https://a.example/", "Ä")

OF_CERTIFICATES: list[x509.ExtensionType] = [
    x509.SubjectKeyIdentifier(b"\x01\x02"),
    x509.AuthorityKeyIdentifier(b"\x01", NAMES, 2**100),
    x509.AuthorityKeyIdentifier(None, None, None),
    x509.KeyUsage(True, False, True, False, True, False, True, False, True),
    x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, OID]),
    x509.PrivateKeyUsagePeriod(EARLY, LATE),
    x509.PrivateKeyUsagePeriod(None, LATE),
    x509.SubjectAlternativeName(NAMES),
    x509.IssuerAlternativeName(NAMES),
    x509.BasicConstraints(True, 3),
    x509.BasicConstraints(False, None),
    x509.NameConstraints([DNS, NETWORK], [DIRECTORY]),
    x509.NameConstraints(None, [URI]),
    x509.CertificatePolicies(
        [
            x509.PolicyInformation(OID, None),
            x509.PolicyInformation(
                OID,
                [
                    "https://a.example/",
                    x509.UserNotice(x509.NoticeReference("Ä", [1, 2**70]), "Ö"),
                    x509.UserNotice(None, None),
                ],
            ),
        ]
    ),
    x509.PolicyConstraints(0, None),
    x509.PolicyConstraints(None, 7),
    x509.InhibitAnyPolicy(2**70),
    x509.CRLDistributionPoints(
        [
            x509.DistributionPoint([URI, DNS], None, REASONS, None),
            x509.DistributionPoint(None, RELATIVE, None, [DIRECTORY]),
            x509.DistributionPoint(None, None, None, [DIRECTORY]),
        ]
    ),
    x509.FreshestCRL([x509.DistributionPoint([URI], None, None, None)]),
    x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, URI)]),
    x509.SubjectInformationAccess([x509.AccessDescription(OID, DNS)]),
    x509.TLSFeature([x509.TLSFeatureType.status_request, x509.TLSFeatureType.status_request_v2]),
    x509.OCSPNoCheck(),
    x509.PrecertPoison(),
    x509.MSCertificateTemplate(OID, 1, None),
    x509.Admissions(
        DIRECTORY,
        [
            x509.Admission(
                DNS,
                NAMING,
                [
                    x509.ProfessionInfo(NAMING, ["Ä", "B"], [OID], "12-3", b"\x05\0"),
                    x509.ProfessionInfo(None, [], None, None, None),
                ],
            )
        ],
    ),
    x509.UnrecognizedExtension(OID, b"anything"),
]
OF_LISTS: list[x509.ExtensionType] = [
    x509.CRLNumber(2**90),
    x509.DeltaCRLIndicator(0),
    x509.IssuingDistributionPoint([URI], None, False, True, REASONS, True, False),
    x509.IssuingDistributionPoint(None, RELATIVE, True, False, None, False, False),
    x509.AuthorityKeyIdentifier(b"\x01", None, None),
]
OF_ENTRIES: list[x509.ExtensionType] = [
    *(x509.CRLReason(reason) for reason in x509.ReasonFlags),
    x509.InvalidityDate(EARLY),
    x509.CertificateIssuer([DIRECTORY]),
]

KEY = ec.generate_private_key(ec.SECP256R1())
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a")])


@pytest.mark.parametrize("value", OF_CERTIFICATES, ids=lambda value: type(value).__name__)
def test_extensions_of_certificates_come_back(value: x509.ExtensionType) -> None:
    builder = x509.CertificateBuilder(NAME, NAME, KEY.public_key(), 1, EARLY, LATE)
    certificate = builder.add_extension(value, critical=True).sign(KEY, hashes.SHA256())
    [found] = certificate.extensions
    assert found == x509.Extension(value.oid, True, value)
    assert found.value.public_bytes() == value.public_bytes()
    assert hash(found) == hash(x509.Extension(value.oid, True, value))
    assert repr(found.value) == repr(value)
    assert certificate.extensions.get_extension_for_oid(value.oid) is found


@pytest.mark.parametrize("value", OF_LISTS, ids=lambda value: type(value).__name__)
def test_extensions_of_lists_come_back(value: x509.ExtensionType) -> None:
    builder = x509.CertificateRevocationListBuilder(NAME, EARLY, LATE)
    found = builder.add_extension(value, critical=False).sign(KEY, hashes.SHA256()).extensions[0]
    assert found == x509.Extension(value.oid, False, value)
    assert found.value.public_bytes() == value.public_bytes()


@pytest.mark.parametrize("value", OF_ENTRIES, ids=repr)
def test_extensions_of_entries_come_back(value: x509.ExtensionType) -> None:
    entry = x509.RevokedCertificateBuilder(1, EARLY).add_extension(value, critical=False).build()
    assert list(entry.extensions) == [x509.Extension(value.oid, False, value)]


def test_what_one_extension_is_equal_to() -> None:
    everything = [*OF_CERTIFICATES, *OF_LISTS[:-1], *OF_ENTRIES]
    for first, one in enumerate(everything):
        for second, two in enumerate(everything):
            assert (one == two) == (first == second), (one, two)
        assert one != "something else"


def test_an_extension_of_ones_own_is_written_and_read_as_unrecognised() -> None:
    class Own(x509.ExtensionType):
        oid = OID

        def public_bytes(self) -> bytes:
            return b"\x05\0"

    builder = x509.CertificateBuilder(NAME, NAME, KEY.public_key(), 1, EARLY, LATE)
    certificate = builder.add_extension(Own(), critical=False).sign(KEY, hashes.SHA256())
    assert certificate.extensions[0].value == x509.UnrecognizedExtension(OID, b"\x05\0")

    class Unwritten(x509.ExtensionType):
        oid = OID

    class Renamed(x509.BasicConstraints):
        oid = OID

    for wrong in (Unwritten(), Renamed(True, None)):
        with pytest.raises(NotImplementedError):
            wrong.public_bytes()


def test_extensions_are_found() -> None:
    usage, constraints = x509.KeyUsage(*[True] * 9), x509.BasicConstraints(True, None)
    extensions = x509.Extensions([x509.Extension(value.oid, True, value) for value in (usage, constraints)])
    assert extensions.get_extension_for_class(x509.BasicConstraints).value is constraints
    assert extensions.get_extension_for_oid(x509.KeyUsage.oid).value is usage
    assert len(extensions) == len(list(extensions)) == 2
    with pytest.raises(x509.ExtensionNotFound, match="NameConstraints") as caught:
        extensions.get_extension_for_class(x509.NameConstraints)
    assert caught.value.oid == x509.NameConstraints.oid
    with pytest.raises(TypeError, match="more than one instance"):
        extensions.get_extension_for_class(x509.UnrecognizedExtension)


def test_values_of_general_names_by_class() -> None:
    names = x509.SubjectAlternativeName([*NAMES, x509.DNSName("b.example")])
    assert names.get_values_for_type(x509.DNSName) == ["a.example", "b.example"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("10.0.0.1")]
    assert names.get_values_for_type(x509.OtherName) == [OTHER]


def test_bits_that_mean_nothing_alone_are_no_attribute() -> None:
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    for name in ("encipher_only", "decipher_only"):
        with pytest.raises(ValueError, match="undefined unless key_agreement"):
            getattr(usage, name)


UNFROZEN: Any = {x509.ReasonFlags.superseded}
ONE: Any = 1
WRONG: list[tuple[type[Exception], Any]] = [
    (TypeError, lambda: x509.Extension("1.2", True, x509.OCSPNoCheck())),  # type: ignore[arg-type]
    (TypeError, lambda: x509.Extension(OID, 1, x509.OCSPNoCheck())),  # type: ignore[arg-type]
    (TypeError, lambda: x509.SubjectAlternativeName(["a"])),  # type: ignore[list-item]
    (ValueError, lambda: x509.AuthorityKeyIdentifier(b"", [DNS], None)),
    (TypeError, lambda: x509.AuthorityKeyIdentifier(b"", ["a"], 1)),  # type: ignore[list-item]
    (TypeError, lambda: x509.AuthorityKeyIdentifier(b"", [DNS], "1")),  # type: ignore[arg-type]
    (ValueError, lambda: x509.KeyUsage(*[False] * 7, True, False)),
    (TypeError, lambda: x509.BasicConstraints(1, None)),  # type: ignore[arg-type]
    (ValueError, lambda: x509.BasicConstraints(False, 1)),
    (TypeError, lambda: x509.BasicConstraints(True, -1)),
    (ValueError, lambda: x509.NameConstraints(None, None)),
    (ValueError, lambda: x509.NameConstraints([], None)),
    (TypeError, lambda: x509.NameConstraints([ADDRESS], None)),
    (ValueError, lambda: x509.NameConstraints([x509.DNSName("*.a")], None)),
    (ValueError, lambda: x509.DistributionPoint(None, None, None, None)),
    (ValueError, lambda: x509.DistributionPoint([DNS], RELATIVE, None, None)),
    (TypeError, lambda: x509.DistributionPoint([DNS], None, UNFROZEN, None)),
    (ValueError, lambda: x509.DistributionPoint([DNS], None, frozenset({x509.ReasonFlags.unspecified}), None)),
    (ValueError, lambda: x509.IssuingDistributionPoint(None, None, False, False, None, False, False)),
    (ValueError, lambda: x509.IssuingDistributionPoint(None, None, True, True, None, False, False)),
    (TypeError, lambda: x509.IssuingDistributionPoint([DNS], None, ONE, False, None, False, False)),
    (ValueError, lambda: x509.PolicyConstraints(None, None)),
    (TypeError, lambda: x509.PolicyInformation(OID, [1])),  # type: ignore[list-item]
    (TypeError, lambda: x509.NoticeReference("a", ["1"])),  # type: ignore[list-item]
    (ValueError, lambda: x509.InhibitAnyPolicy(-1)),
    (ValueError, lambda: x509.PrivateKeyUsagePeriod(LATE, EARLY)),
    (ValueError, lambda: x509.PrivateKeyUsagePeriod(None, None)),
    (TypeError, lambda: x509.TLSFeature([])),
    (TypeError, lambda: x509.CRLReason("superseded")),  # type: ignore[arg-type]
    (TypeError, lambda: x509.CRLNumber("1")),  # type: ignore[arg-type]
    (TypeError, lambda: x509.InvalidityDate("2020")),  # type: ignore[arg-type]
    (TypeError, lambda: x509.OCSPNonce("a")),  # type: ignore[arg-type]
    (TypeError, lambda: x509.MSCertificateTemplate(OID, "1", None)),  # type: ignore[arg-type]
    (TypeError, lambda: x509.NamingAuthority(None, 1, None)),  # type: ignore[arg-type]
    (ValueError, lambda: x509.CRLNumber(-1).public_bytes()),
    (ValueError, lambda: x509.SubjectAlternativeName([x509.OtherName(OID, b"no DER")]).public_bytes()),
    (ValueError, lambda: x509.CertificatePolicies([x509.PolicyInformation(OID, ["ä"])]).public_bytes()),
]


@pytest.mark.parametrize(("error", "make"), WRONG)
def test_what_an_extension_cannot_say_is_refused(error: type[Exception], make: Any) -> None:
    with pytest.raises(error):
        make()


def test_dates_are_written_in_utc() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    date = x509.InvalidityDate(datetime.datetime(2020, 1, 1, 1, tzinfo=zone))
    assert date.public_bytes() == b"\x18\x0f20191231230000Z"
    assert date.invalidity_date_utc == datetime.datetime(2019, 12, 31, 23, tzinfo=datetime.UTC)


def test_key_identifiers_are_the_hash_of_the_key() -> None:
    point = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    digest = hashes.Hash(hashes.SHA1())
    digest.update(point)
    expected = digest.finalize()
    identifier = x509.SubjectKeyIdentifier.from_public_key(KEY.public_key())
    assert identifier.digest == identifier.key_identifier == expected
    assert x509.AuthorityKeyIdentifier.from_issuer_public_key(KEY.public_key()).key_identifier == expected
    assert x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier).key_identifier == expected


def test_importing_loads_little() -> None:
    program = "import ironlatch.x509, sys; print(sorted({'email', 'ipaddress', 'hashlib'} & {*sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout.strip() == "[]"
