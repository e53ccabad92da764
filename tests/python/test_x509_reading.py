"""X.509 that is read or refused, with which words, and how much work hostile input makes."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import pytest
from ironlatch import x509
from ironlatch.exceptions import UnsupportedAlgorithm
from ironlatch.x509 import ocsp
from ironlatch.x509.oid import NameOID

# A point on P-256, as a key.
KEY = bytes.fromhex(
    "3059301306072a8648ce3d020106082a8648ce3d030107034200046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
UTC_TIME, NULL = 0x17, b"\x05\x00"


def der(tag: int, *contents: bytes) -> bytes:
    body = b"".join(contents)
    size = len(body)
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    length = bytes([size]) if size < 0x80 else bytes([0x80 | len(octets)]) + octets
    return bytes([tag]) + length + body


def sequence(*parts: bytes) -> bytes:
    return der(0x30, *parts)


def oid(dotted: str) -> bytes:
    first, second, *arcs = map(int, dotted.split("."))
    octets = [40 * first + second]
    for arc in arcs:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        octets += reversed(groups)
    return der(6, bytes(octets))


RSA_SHA256 = sequence(oid("1.2.840.113549.1.1.11"), NULL)
SHA256 = "2.16.840.1.101.3.4.2.1"


def common_name(value: bytes) -> bytes:
    return sequence(oid("2.5.4.3"), der(12, value))


NAME = sequence(der(0x31, common_name(b"a")))


def extension(dotted: str, value: bytes) -> bytes:
    return sequence(oid(dotted), der(4, value))


def signed(*tbs: bytes, algorithm: bytes = RSA_SHA256) -> bytes:
    return sequence(sequence(*tbs), algorithm, der(3, b"\0" + b"x" * 64))


def certificate(
    *extensions: bytes, subject: bytes = NAME, algorithm: bytes = RSA_SHA256, not_before: bytes = b"200101000000Z"
) -> bytes:
    validity = sequence(der(UTC_TIME, not_before), der(UTC_TIME, b"400101000000Z"))
    last = [der(0xA3, sequence(*extensions))] if extensions else []
    return signed(
        der(0xA0, b"\x02\x01\x02"), b"\x02\x01\x01", algorithm, NAME, validity, subject, KEY, *last, algorithm=algorithm
    )


def crl(*entries: bytes, lists: Sequence[bytes] = ()) -> bytes:
    revoked = [sequence(*entries)] if entries else []
    last = [der(0xA0, sequence(*lists))] if lists else []
    return signed(b"\x02\x01\x01", RSA_SHA256, NAME, der(UTC_TIME, b"200101000000Z"), *revoked, *last)


def pem(label: str, data: bytes) -> bytes:
    return b"-----BEGIN %b-----\n%b-----END %b-----\n" % (label.encode(), base64.encodebytes(data), label.encode())


def load(data: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(data)


@pytest.mark.parametrize(
    ("part", "message"),
    [(b"", "cannot be empty"), (common_name(b"a") * 2, "duplicate attributes")],
)
def test_a_part_of_a_name_has_attributes_each_once(part: bytes, message: str) -> None:
    read = load(certificate(subject=sequence(der(0x31, part))))
    assert read.issuer.rfc4514_string() == "CN=a"
    with pytest.raises(ValueError, match=message):
        read.subject  # noqa: B018
    names = sequence(der(0xA4, sequence(der(0x31, part))))
    with pytest.raises(ValueError, match=message):
        load(certificate(extension("2.5.29.17", names))).extensions  # noqa: B018


def test_an_empty_bit_string_is_nothing_in_text() -> None:
    identifier = sequence(oid("2.5.4.45"), der(3))
    name = load(certificate(subject=sequence(der(0x31, identifier)))).subject
    assert name.get_attributes_for_oid(NameOID.X500_UNIQUE_IDENTIFIER)[0].value == b""
    assert name.rfc4514_string() == "2.5.4.45="


def test_latin_1_is_read_where_old_authorities_wrote_it() -> None:
    subject = sequence(der(0x31, sequence(oid("2.5.4.3"), der(20, b"a\xe9"))))
    assert load(certificate(subject=subject)).subject.rfc4514_string() == "CN=aé"


def pss(digest: str, mask: str, mask_digest: str) -> bytes:
    def algorithm(dotted: str, *parameters: bytes) -> bytes:
        return sequence(oid(dotted), *(parameters or (NULL,)))

    of_mask = algorithm(mask, algorithm(mask_digest))
    return algorithm("1.2.840.113549.1.1.10", sequence(der(0xA0, algorithm(digest)), der(0xA1, of_mask)))


MGF1 = "1.2.840.113549.1.1.8"


def test_what_is_known_of_a_pss_signature_can_be_asked_for() -> None:
    odd_mask = load(certificate(algorithm=pss(SHA256, "1.2.3.4", SHA256)))
    odd_mask_hash = load(certificate(algorithm=pss(SHA256, MGF1, "1.2.3.4")))
    for read, error in ((odd_mask, ValueError), (odd_mask_hash, UnsupportedAlgorithm)):
        assert read.signature_hash_algorithm is not None
        assert read.signature_hash_algorithm.name == "sha256"
        with pytest.raises(error, match=r"1\.2\.3\.4"):
            read.signature_algorithm_parameters  # noqa: B018
        with pytest.raises((ValueError, UnsupportedAlgorithm)):
            read.verify_directly_issued_by(read)
    odd_hash = load(certificate(algorithm=pss("1.2.3.4", MGF1, SHA256)))
    assert odd_hash.signature_algorithm_parameters._mgf._algorithm.name == "sha256"  # type: ignore[union-attr]
    with pytest.raises(UnsupportedAlgorithm, match=r"1\.2\.3\.4"):
        odd_hash.signature_hash_algorithm  # noqa: B018


def request(key: bytes) -> x509.CertificateSigningRequest:
    return x509.load_der_x509_csr(signed(b"\x02\x01\x00", NAME, key, der(0xA0)))


def test_a_request_with_a_key_that_cannot_be_read_is_not_called_forged() -> None:
    assert not request(KEY).is_signature_valid
    with pytest.raises(UnsupportedAlgorithm):
        request(KEY.replace(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.2.9"))).is_signature_valid  # noqa: B018
    off_the_curve = KEY[:-1] + bytes([KEY[-1] ^ 1])
    with pytest.raises(ValueError, match="key"):
        request(off_the_curve).is_signature_valid  # noqa: B018


def certificate_id(parameters: bytes) -> bytes:
    hash_ = sequence(oid("1.3.14.3.2.26"), parameters)
    return sequence(hash_, der(4, b"n" * 20), der(4, b"k" * 20), b"\x02\x01\x01")


def ocsp_request(id_: bytes) -> bytes:
    return sequence(sequence(sequence(sequence(id_))))


def ocsp_response(*answers: bytes) -> bytes:
    tbs = sequence(der(0xA2, der(4, b"k" * 20)), der(0x18, b"20200101000000Z"), sequence(*answers))
    basic = sequence(tbs, RSA_SHA256, der(3, b"\0x"))
    return sequence(der(10, b"\0"), der(0xA0, sequence(oid("1.3.6.1.5.5.7.48.1.1"), der(4, basic))))


def answer(id_: bytes) -> bytes:
    return sequence(id_, der(0x80), der(0x18, b"20200101000000Z"))


def test_hash_functions_of_ocsp_have_the_parameters_of_their_standard() -> None:
    for parameters in (b"", NULL):
        id_ = certificate_id(parameters)
        assert ocsp.load_der_ocsp_request(ocsp_request(id_)).serial_number == 1
        assert ocsp.load_der_ocsp_response(ocsp_response(answer(id_))).serial_number == 1
    id_ = certificate_id(b"\x02\x01\x00")
    with pytest.raises(ValueError, match=r"tbsRequest\.requestList\[0\]\.certID\.hashAlgorithm"):
        ocsp.load_der_ocsp_request(ocsp_request(id_))
    with pytest.raises(ValueError, match=r"tbsResponseData\.responses\[0\]\.certID\.hashAlgorithm"):
        ocsp.load_der_ocsp_response(ocsp_response(answer(id_)))


@pytest.mark.parametrize(
    ("dotted", "read", "written"),
    [
        ("2.5.29.32", sequence(sequence(oid("1.2.3"), sequence())), sequence(sequence(oid("1.2.3")))),
        ("2.5.29.28", sequence(der(0xA0, der(0xA0)), b"\x81\x01\xff"), sequence(b"\x81\x01\xff")),
    ],
    ids=["qualifiers of a policy", "name of an issuing distribution point"],
)
def test_an_empty_list_is_read_and_not_written(dotted: str, read: bytes, written: bytes) -> None:
    one = extension(dotted, read)
    of_a_list = dotted == "2.5.29.28"
    holder = x509.load_der_x509_crl(crl(lists=[one])) if of_a_list else load(certificate(one))
    value = holder.extensions[0].value
    assert not isinstance(value, x509.UnrecognizedExtension)
    assert value.public_bytes() == written


@pytest.mark.parametrize("point", [sequence(), sequence(der(0xA0, der(0xA0))), sequence(der(0xA2))])
def test_a_distribution_point_is_somewhere(point: bytes) -> None:
    read = load(certificate(extension("2.5.29.31", sequence(point))))
    with pytest.raises(ValueError, match="must be provided"):
        read.extensions  # noqa: B018


def test_a_damaged_extension_is_named_by_its_place() -> None:
    names = extension("2.5.29.17", sequence(der(0x82, b"a"), der(0x82, b"\xff")))
    with pytest.raises(ValueError, match=r"extensions\[1\]\.subjectAltName\[1\]"):
        load(certificate(extension("1.2.3", b""), names)).extensions  # noqa: B018


@pytest.mark.parametrize("space", ["\u00a0", "\u2028", "\u0085", "\v", "\f", "\ufeff"])
def test_white_space_of_all_of_unicode_is_skipped_in_pem(space: str) -> None:
    begin, *lines, end = pem("CERTIFICATE", certificate()).decode().splitlines()
    text = "\n".join([begin, *(f"{line[:9]}{space}{line[9:]}{space}" for line in lines), end]).encode()
    if space.isspace():
        assert x509.load_pem_x509_certificate(text) == load(certificate())
    else:
        with pytest.raises(ValueError, match="base64"):
            x509.load_pem_x509_certificate(text)


@pytest.mark.parametrize(
    ("call", "data", "message"),
    [
        (x509.load_der_x509_certificate, b"<html>Forbidden</html>", "this is text, and the call reads certificates"),
        (ocsp.load_der_ocsp_response, b"<!DOCTYPE html>", "this is text, and the call reads OCSP responses"),
        (ocsp.load_der_ocsp_response, b"", "this is empty"),
        (x509.load_der_x509_crl, base64.b64encode(crl()), "this is text"),
        (x509.load_pem_x509_certificate, pem("X509 CRL", crl()), 'There is a block "X509 CRL"'),
        (x509.load_pem_x509_crl, pem("CERTIFICATE", certificate()), 'There is a block "CERTIFICATE"'),
        (x509.load_pem_x509_certificate, pem("TRUSTED CERTIFICATE", certificate()), "form of OpenSSL's own"),
        (x509.load_pem_x509_certificates, pem("PRIVATE KEY", KEY), 'There is a block "PRIVATE KEY"'),
        (x509.load_pem_x509_certificate, pem("A\x1b[2J", KEY), "Are you sure this is a certificate\\?$"),
    ],
)
def test_the_error_says_what_the_input_is(call: Callable[[bytes], Any], data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(data)


def nested(tag: int, depth: int) -> bytes:
    body = b""
    for _ in range(depth):
        body = der(tag, body)
    return body


LOADERS: list[Callable[[bytes], Any]] = [
    x509.load_der_x509_certificate,
    x509.load_der_x509_crl,
    x509.load_der_x509_csr,
    ocsp.load_der_ocsp_request,
    ocsp.load_der_ocsp_response,
    x509.Name.from_bytes,
]


@pytest.mark.parametrize("tag", [0x30, 0x31, 0xA0, 0x24])
def test_depth_costs_no_stack(tag: int) -> None:
    deep = nested(tag, 20_000)
    for call in LOADERS:
        with pytest.raises(ValueError, match="error parsing|could not read"):
            call(deep)
    other_name = der(0xA0, oid("1.2.3"), der(0xA0, nested(0x30, 20_000)))
    names = load(certificate(extension("2.5.29.17", sequence(other_name)))).extensions[0].value
    assert isinstance(names, x509.SubjectAlternativeName)
    assert len(names.get_values_for_type(x509.OtherName)[0].value) > 20_000
    with pytest.raises(ValueError, match="invalid|unexpected|rror"):
        load(certificate(extension("2.5.29.17", sequence(der(0xA4, deep))))).extensions  # noqa: B018


COUNT = 50_000


def extensions(last: int) -> bytes:
    return certificate(*(extension(f"1.2.{number}", b"") for number in [*range(COUNT), last]))


@pytest.mark.parametrize(
    ("make", "read"),
    [
        (lambda: certificate(extension("2.5.29.17", sequence(der(0x82, b"a") * COUNT))), lambda d: load(d).extensions),
        (lambda: certificate(subject=sequence(der(0x31, common_name(b"a")) * COUNT)), lambda d: load(d).subject),
        (
            lambda: certificate(subject=sequence(der(0x31, *(common_name(b"%05d" % n) for n in range(COUNT))))),
            lambda d: load(d).subject,
        ),
        (lambda: extensions(COUNT), lambda d: load(d).extensions),
        (
            lambda: crl(*(sequence(der(2, b"\1" + n.to_bytes(3, "big")), der(UTC_TIME, b"200101000000Z")) for n in range(COUNT))),
            lambda d: x509.load_der_x509_crl(d).get_revoked_certificate_by_serial_number((1 << 24) + COUNT - 1),
        ),
        (lambda: ocsp_response(answer(certificate_id(NULL)) * COUNT), lambda d: list(ocsp.load_der_ocsp_response(d).responses)),
        (lambda: b"-----BEGIN CERTIFICATE-----\n" * COUNT, x509.load_pem_x509_certificates),
        (lambda: pem("CERTIFICATE", certificate()) * (COUNT // 100), x509.load_pem_x509_certificates),
    ],
    ids=["alternative names", "parts of a name", "attributes", "extensions", "revoked", "answers", "beginnings", "blocks"],
)  # fmt: skip
def test_work_grows_no_faster_than_the_input(make: Callable[[], bytes], read: Callable[[bytes], Any]) -> None:
    data = make()
    start = time.process_time()
    with pytest.raises(ValueError, match="END") if data.endswith(b"BEGIN CERTIFICATE-----\n") else nullcontext():
        assert read(data) is not None
    # In quadratic work, 50,000 of anything are billions of steps.
    assert time.process_time() - start < 10


def test_an_extension_that_is_there_twice_is_found_soon_among_many() -> None:
    start = time.process_time()
    with pytest.raises(x509.DuplicateExtension, match=rf"1\.2\.{COUNT - 1}"):
        load(extensions(COUNT - 1)).extensions  # noqa: B018
    assert time.process_time() - start < 10
