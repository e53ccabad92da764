"""Reading certificates, requests, CRLs and OCSP responses that break rules."""

from __future__ import annotations

import base64
import datetime
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from ironlatch import certificates, x509
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import ec
from ironlatch.hazmat.primitives.serialization import Encoding
from ironlatch.x509 import ocsp
from ironlatch.x509.oid import ExtensionOID, NameOID

KEY = ec.generate_private_key(ec.SECP256R1())
NAME = x509.Name.from_rfc4514_string("CN=Example")
EARLY, LATE = datetime.datetime(2024, 1, 2, 3, 4, 5), datetime.datetime(2034, 1, 1)
BASIC = bytes.fromhex("300f0603551d130101ff040530030101ff")  # critical, an authority


def elements(contents: bytes) -> list[bytes]:
    """The elements of DER one after another."""
    found = []
    while contents:
        length, header = contents[1], 2
        if length & 0x80:
            header += length & 0x7F
            length = int.from_bytes(contents[2:header], "big")
        found.append(contents[: header + length])
        contents = contents[header + length :]
    return found


def contents(element: bytes) -> bytes:
    header = 2 + (element[1] & 0x7F if element[1] & 0x80 else 0)
    return element[header:]


def element(tag: int, *parts: bytes) -> bytes:
    whole = b"".join(parts)
    size = len(whole).to_bytes((len(whole).bit_length() + 7) // 8 or 1, "big")
    length = size if len(whole) < 0x80 else bytes([0x80 | len(size)]) + size
    return bytes([tag]) + length + whole


def signed(tbs: bytes, algorithm: bytes = bytes.fromhex("300a06082a8648ce3d040302")) -> bytes:
    """The object whose signed part is ``tbs``, signed by KEY."""
    return element(0x30, tbs, algorithm, element(3, b"\0", KEY.sign(tbs, ec.ECDSA(hashes.SHA256()))))


def certificate(
    change: Callable[[list[bytes]], None] = lambda parts: None, extensions: list[bytes] | None = None
) -> bytes:
    """A certificate in DER, with its parts changed before it is signed, and these extensions."""
    builder = x509.CertificateBuilder(NAME, NAME, KEY.public_key(), 77, EARLY, LATE)
    built = builder.add_extension(x509.BasicConstraints(True, None), True).sign(KEY, hashes.SHA256())
    parts = elements(contents(elements(contents(built.public_bytes(Encoding.DER)))[0]))
    if extensions is not None:
        parts[-1] = element(0xA3, element(0x30, *extensions))
    change(parts)
    return signed(element(0x30, *parts))


def part(index: int, value: bytes) -> Callable[[list[bytes]], None]:
    def change(parts: list[bytes]) -> None:
        parts[index] = value

    return change


def validity(before: bytes, after: bytes = element(0x17, b"340101000000Z")) -> Callable[[list[bytes]], None]:
    return part(4, element(0x30, before, after))


def named(tag: int, text: bytes) -> Callable[[list[bytes]], None]:
    attribute = element(0x30, bytes.fromhex("0603550403"), element(tag, text))
    return part(5, element(0x30, element(0x31, attribute)))


@pytest.mark.parametrize(
    ("der", "deviation"),
    [
        (
            certificate(lambda parts: parts.pop(0) and parts.insert(0, bytes.fromhex("a003020100"))),
            "tbsCertificate.version: the first version",
        ),
        (
            certificate(extensions=[BASIC.replace(b"\1\1\xff\4", b"\1\1\0\4")]),
            "tbsCertificate.extensions[0].critical: FALSE",
        ),
        (
            certificate(extensions=[BASIC.replace(b"\1\1\xff\4", b"\1\1\1\4")]),
            "tbsCertificate.extensions[0].critical: TRUE",
        ),
        (certificate(extensions=[BASIC[:-1] + b"\1"]), "tbsCertificate.extensions[0].extnValue[0]: TRUE"),
        (certificate(validity(element(0x17, b"240102030405+0000"))), "tbsCertificate.validity.notBefore: an offset"),
        (certificate(validity(element(0x17, b"240102050405+0200"))), "tbsCertificate.validity.notBefore: an offset"),
        (certificate(validity(element(0x17, b"2401020304Z"))), "tbsCertificate.validity.notBefore: no seconds"),
        (certificate(validity(element(0x18, b"20240102030405.25Z"))), "tbsCertificate.validity.notBefore: a fraction"),
        (certificate(part(2, bytes.fromhex("300c06082a8648ce3d0403020500"))), "tbsCertificate.signature: parameters"),
        (certificate(part(1, bytes.fromhex("020300004d"))), "tbsCertificate.serialNumber: the number has zeros"),
        (certificate(named(0x13, b"caf\xe9@*")), "tbsCertificate.subject[0][0][1]: characters that a PrintableString"),
    ],
)
def test_what_a_strict_reader_refuses_is_read_and_said(der: bytes, deviation: str) -> None:
    with pytest.raises(ValueError, match="at tbsCertificate|asn1"):
        # Some are refused when what they are in is asked for.
        assert x509.load_der_x509_certificate(der).extensions
    read, deviations = certificates.read_certificate(der)
    assert [f"{place}: {slip}" for place, slip in deviations if f"{place}: {slip}".startswith(deviation)]
    assert len(deviations) == 1
    assert read.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert read.serial_number == 77
    assert (read.not_valid_before_utc - EARLY.replace(tzinfo=datetime.UTC)).total_seconds() in (0, -5)
    # The bytes and the signature are those that came.
    assert read.public_bytes(Encoding.DER) == der
    assert read.fingerprint(hashes.SHA256()) == x509_digest(der)
    KEY.public_key().verify(read.signature, read.tbs_certificate_bytes, ec.ECDSA(hashes.SHA256()))


def x509_digest(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()


def test_names_in_old_types() -> None:
    for tag, text in ((0x14, "café".encode("latin-1")), (0x13, b"caf\xe9"), (0x0C, b"caf\xe9")):
        read, deviations = certificates.read_certificate(certificate(named(tag, text)))
        assert read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "café"
        assert len(deviations) == 1


def test_a_serial_number_that_is_not_positive_is_no_cause_for_a_warning() -> None:
    for octets, number, word in ((b"\xff", -1, "negative"), (b"\0", 0, "zero")):
        der = certificate(part(1, element(2, octets)))
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            x509.load_der_x509_certificate(der)
        assert len(seen) == 1
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read, deviations = certificates.read_certificate(der)
            assert read.serial_number == number
        assert deviations == [("tbsCertificate.serialNumber", f"the serial number is {word}")]


def test_what_is_regular_has_no_deviations() -> None:
    der = certificate()
    read, deviations = certificates.read_certificate(der)
    assert (read, deviations) == (x509.load_der_x509_certificate(der), [])
    assert certificates.read_certificate(read.public_bytes(Encoding.PEM)).value == read


def test_each_extension_by_itself() -> None:
    san = bytes.fromhex("0603551d11")
    names = element(0x30, element(0x82, b"a.example"), element(0x87, bytes(5)), element(0x82, b"b.example"))
    damaged = element(0x30, san, element(4, names))
    usage = element(0x30, bytes.fromhex("0603551d0f"), element(4, b"\5\0"))
    unknown = element(0x30, bytes.fromhex("06032a0304"), element(4, b"\x01"))
    loaded = x509.load_der_x509_certificate(certificate(extensions=[usage, BASIC, damaged, unknown, BASIC]))
    with pytest.raises(x509.DuplicateExtension):
        assert loaded.extensions
    read = certificates.read_extensions(loaded)
    by_oid = {extension.oid: extension for extension in read}
    assert len(read) == 5
    assert "at tbsCertificate.extensions[0].keyUsage" in str(by_oid[ExtensionOID.KEY_USAGE].error)
    assert by_oid[ExtensionOID.KEY_USAGE].value is None
    basic = by_oid[ExtensionOID.BASIC_CONSTRAINTS]
    assert (basic.value, basic.critical, basic.error) == (x509.BasicConstraints(True, None), True, None)
    names_read = by_oid[ExtensionOID.SUBJECT_ALTERNATIVE_NAME]
    assert names_read.value.get_values_for_type(x509.DNSName) == ["a.example", "b.example"]
    assert str(names_read.error).endswith("at tbsCertificate.extensions[2].subjectAltName[1]")
    assert by_oid[x509.ObjectIdentifier("1.2.3.4")].value.value == b"\x01"
    with pytest.raises(TypeError, match="expected a certificate"):
        certificates.read_extensions(NAME)  # type: ignore[arg-type]


def test_a_user_notice_in_latin_1() -> None:
    notice = element(0x30, element(0x1A, "política".encode("latin-1")))
    qualifier = element(0x30, bytes.fromhex("06082b06010505070202"), notice)
    policy = element(0x30, bytes.fromhex("06032a0304"), element(0x30, qualifier))
    extension = element(0x30, bytes.fromhex("0603551d20"), element(4, element(0x30, policy)))
    read, deviations = certificates.read_certificate(certificate(extensions=[extension]))
    assert deviations[0].slip == "Latin-1 in a VisibleString"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        policies = certificates.read_extensions(read)[0].value
    assert policies[0].policy_qualifiers[0].explicit_text == "política"


def test_a_request_without_attributes() -> None:
    request = x509.CertificateSigningRequestBuilder().subject_name(NAME).sign(KEY, hashes.SHA256())
    parts = elements(contents(elements(contents(request.public_bytes(Encoding.DER)))[0]))
    der = signed(element(0x30, *parts[:3]))
    with pytest.raises(ValueError, match="the attributes are missing"):
        x509.load_der_x509_csr(der)
    read, deviations = certificates.read_request(der)
    assert deviations[0].path == "certificationRequestInfo.attributes"
    assert read.subject == NAME
    assert read.is_signature_valid
    assert list(read.extensions) == []
    assert read.public_bytes(Encoding.DER) == der


def test_a_crl_with_reason_7_and_odd_times() -> None:
    reason = element(0x30, bytes.fromhex("0603551d15"), element(4, b"\x0a\1\7"))
    entry = element(0x30, b"\2\1\5", element(0x17, b"240102030405+0000"), element(0x30, reason))
    tbs = element(
        0x30,
        b"\2\1\1",
        bytes.fromhex("300a06082a8648ce3d040302"),
        NAME.public_bytes(),
        element(0x17, b"240102030405Z"),
        element(0x18, b"20340102030405.5Z"),
        element(0x30, entry),
    )
    read, deviations = certificates.read_crl(signed(tbs))
    assert [deviation.path for deviation in deviations] == [
        "tbsCertList.nextUpdate",
        "tbsCertList.revokedCertificates[0].revocationDate",
        "tbsCertList.revokedCertificates[0].crlEntryExtensions[0].extnValue",
    ]
    revoked = read.get_revoked_certificate_by_serial_number(5)
    assert revoked is not None
    assert revoked.revocation_date_utc == EARLY.replace(tzinfo=datetime.UTC)
    [extension] = certificates.read_extensions(revoked)
    assert "reason code: 7" in str(extension.error)
    assert read.is_signature_valid(KEY.public_key())


def test_an_ocsp_response_with_fractions() -> None:
    issuer = x509.load_der_x509_certificate(certificate())
    response = (
        ocsp.OCSPResponseBuilder()
        .add_response(issuer, issuer, hashes.SHA256(), ocsp.OCSPCertStatus.GOOD, EARLY, LATE, None, None)
        .responder_id(ocsp.OCSPResponderEncoding.NAME, issuer)
        .sign(KEY, hashes.SHA256())
    )
    data = elements(contents(response.tbs_response_bytes))
    single = elements(contents(elements(contents(data[2]))[0]))
    single[2] = element(0x18, b"20240102030405.12Z")
    data[2] = element(0x30, element(0x30, *single))
    basic = signed(element(0x30, bytes.fromhex("a003020100"), *data))
    kind = bytes.fromhex("06092b0601050507300101")
    der = element(0x30, b"\x0a\1\0", element(0xA0, element(0x30, kind, element(4, basic))))
    with pytest.raises(ValueError, match="tbsResponseData"):
        ocsp.load_der_ocsp_response(der)
    read, deviations = certificates.read_ocsp_response(der)
    assert [deviation.path for deviation in deviations] == [
        "responseBytes.response.tbsResponseData.version",
        "responseBytes.response.tbsResponseData.responses[0].thisUpdate",
    ]
    assert read.this_update_utc == EARLY.replace(tzinfo=datetime.UTC)
    KEY.public_key().verify(read.signature, read.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))
    assert read.public_bytes(Encoding.DER) == der


def test_an_ocsp_request_with_its_version_and_a_default() -> None:
    issuer = x509.load_der_x509_certificate(certificate())
    builder = ocsp.OCSPRequestBuilder().add_certificate(issuer, issuer, hashes.SHA256())
    regular = builder.add_extension(x509.OCSPNonce(b"12345678"), False).build().public_bytes(Encoding.DER)
    assert certificates.read_ocsp_request(regular).deviations == []
    [tbs] = elements(contents(regular))
    requests, extensions = elements(contents(tbs))
    [extension] = elements(contents(contents(extensions)))
    oid, value = elements(contents(extension))
    extensions = element(0xA2, element(0x30, element(0x30, oid, b"\1\1\0", value)))
    der = element(0x30, element(0x30, bytes.fromhex("a003020100"), requests, extensions))
    with pytest.raises(ValueError, match="tbsRequest"):
        ocsp.load_der_ocsp_request(der)
    read, deviations = certificates.read_ocsp_request(der)
    assert [deviation.path for deviation in deviations] == [
        "tbsRequest.version",
        "tbsRequest.requestExtensions[0].critical",
    ]
    assert read.serial_number == issuer.serial_number
    assert read.extensions[0].value == x509.OCSPNonce(b"12345678")
    assert read.public_bytes(Encoding.DER) == der
    two = element(0x30, element(0x30, element(0x30, *elements(contents(requests)) * 2)))
    with pytest.raises(NotImplementedError, match="2 certificates"):
        certificates.read_ocsp_request(two)


def test_the_first_certificate_of_openssls_own_form() -> None:
    der = certificate()
    trusted = base64.encodebytes(der + element(0x30, element(0x0C, b"alias")))
    text = b"-----BEGIN TRUSTED CERTIFICATE-----\n" + trusted + b"-----END TRUSTED CERTIFICATE-----\n"
    with pytest.raises(ValueError, match="a form of OpenSSL's own"):
        x509.load_pem_x509_certificate(text)
    read, deviations = certificates.read_certificate(text)
    assert read == x509.load_der_x509_certificate(der)
    assert "OpenSSL's settings of trust" in deviations[0].slip


@pytest.mark.parametrize(
    "read",
    [
        certificates.read_certificate,
        certificates.read_request,
        certificates.read_crl,
        certificates.read_ocsp_request,
        certificates.read_ocsp_response,
    ],
)
def test_what_cannot_be_read(read: Callable[[bytes], Any]) -> None:
    deep = b"\5\0"
    for _ in range(2000):
        deep = element(0x30, deep)
    for data in (b"", b"\x30", b"<html>", b"-----BEGIN CERTIFICATE-----\n", element(0x30), deep, certificate()[:-1]):
        with pytest.raises(ValueError, match="."):
            read(data)


def test_errors_say_what_the_input_is() -> None:
    crl = x509.CertificateRevocationListBuilder(NAME, EARLY, LATE).sign(KEY, hashes.SHA256())
    der, pem = certificate(), x509.load_der_x509_certificate(certificate()).public_bytes(Encoding.PEM)
    for load, data, message in (
        (x509.load_der_x509_certificate, crl.public_bytes(Encoding.DER), "this is a CRL"),
        (x509.load_der_x509_certificate, pem, "this is PEM, and the call reads certificates in DER"),
        (x509.load_der_x509_crl, der, "this is a certificate"),
        (x509.load_pem_x509_certificate, crl.public_bytes(Encoding.PEM), 'There is a block "X509 CRL"'),
        (ocsp.load_der_ocsp_response, der, "this is a certificate"),
        (ocsp.load_der_ocsp_response, b"", "this is empty"),
        (ocsp.load_der_ocsp_response, b"<html>proxy</html>", "this is text"),
        (x509.load_pem_x509_certificate, der, "DER"),
    ):
        with pytest.raises(ValueError, match=message):
            load(data)
