"""OCSP requests and responses."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from ironlatch import x509
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import ec
from ironlatch.hazmat.primitives.serialization import Encoding
from ironlatch.utils import CryptographyDeprecationWarning
from ironlatch.x509 import ocsp
from ironlatch.x509.oid import NameOID

EARLY, LATE = datetime.datetime(2020, 1, 1, 1, 2, 3), datetime.datetime(2060, 12, 31)
UTC = datetime.UTC
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "root")])
KEY = ec.generate_private_key(ec.SECP256R1())
ROOT = x509.CertificateBuilder(NAME, NAME, KEY.public_key(), 7, EARLY, LATE).sign(KEY, hashes.SHA256())
SHA256 = hashes.SHA256()
GOOD: dict[str, Any] = {
    "cert": ROOT,
    "issuer": ROOT,
    "algorithm": SHA256,
    "cert_status": ocsp.OCSPCertStatus.GOOD,
    "this_update": EARLY,
    "next_update": LATE,
    "revocation_time": None,
    "revocation_reason": None,
}
REVOKED = GOOD | {
    "cert_status": ocsp.OCSPCertStatus.REVOKED,
    "revocation_time": EARLY,
    "revocation_reason": x509.ReasonFlags.key_compromise,
}


def respond(
    answer: dict[str, Any], by: ocsp.OCSPResponderEncoding = ocsp.OCSPResponderEncoding.HASH
) -> ocsp.OCSPResponse:
    return ocsp.OCSPResponseBuilder().add_response(**answer).responder_id(by, ROOT).sign(KEY, SHA256)


def test_requests_come_back() -> None:
    builder = ocsp.OCSPRequestBuilder().add_certificate(ROOT, ROOT, SHA256)
    request = builder.add_extension(x509.OCSPNonce(b"12345678"), critical=False).build()
    read = ocsp.load_der_ocsp_request(request.public_bytes(Encoding.DER))
    assert read.serial_number == 7
    assert read.hash_algorithm.name == "sha256"
    assert read.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"12345678"
    by_hash = ocsp.OCSPRequestBuilder().add_certificate_by_hash(read.issuer_name_hash, read.issuer_key_hash, 7, SHA256)
    assert by_hash.build().public_bytes(Encoding.DER) == builder.build().public_bytes(Encoding.DER)
    with pytest.raises(ValueError, match=r"Encoding\.DER"):
        request.public_bytes(Encoding.PEM)


def test_a_good_certificate() -> None:
    response = respond(GOOD)
    assert ocsp.load_der_ocsp_response(response.public_bytes(Encoding.DER)) == response
    assert response.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
    assert response.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert response.revocation_time_utc is None
    assert response.revocation_reason is None
    assert response.this_update_utc == EARLY.replace(tzinfo=UTC)
    assert response.next_update_utc == LATE.replace(tzinfo=UTC)
    assert abs(response.produced_at_utc - datetime.datetime.now(UTC)) < datetime.timedelta(minutes=5)
    assert response.responder_name is None
    assert response.responder_key_hash == x509.SubjectKeyIdentifier.from_public_key(KEY.public_key()).digest
    assert response.certificates == []
    KEY.public_key().verify(response.signature, response.tbs_response_bytes, ec.ECDSA(SHA256))
    [answer] = response.responses
    assert answer.serial_number == response.serial_number == 7
    assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
    with pytest.warns(CryptographyDeprecationWarning, match="switch to this_update_utc"):
        assert response.this_update == EARLY


def test_a_revoked_certificate_and_a_responder_by_name() -> None:
    builder = ocsp.OCSPResponseBuilder().add_response(**REVOKED).responder_id(ocsp.OCSPResponderEncoding.NAME, ROOT)
    response = builder.certificates([ROOT]).sign(KEY, SHA256)
    assert response.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert response.revocation_time_utc == EARLY.replace(tzinfo=UTC)
    assert response.revocation_reason is x509.ReasonFlags.key_compromise
    assert response.responder_name == NAME
    assert response.responder_key_hash is None
    assert response.certificates == [ROOT]


def test_no_answer_has_a_status_alone() -> None:
    response = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    assert response.public_bytes(Encoding.DER) == b"0\x03\n\x01\x03"
    assert response.response_status is ocsp.OCSPResponseStatus.TRY_LATER
    with pytest.raises(ValueError, match="not successful"):
        response.certificate_status  # noqa: B018
    with pytest.raises(ValueError, match="SUCCESSFUL"):
        ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.SUCCESSFUL)


ONE: Any = 1
WRONG: list[tuple[type[Exception], str, Callable[[], Any]]] = [
    (ValueError, "before building", lambda: ocsp.OCSPRequestBuilder().build()),
    (TypeError, "must be a Certificate", lambda: ocsp.OCSPRequestBuilder().add_certificate(ROOT, ONE, SHA256)),
    (ValueError, "SHA1", lambda: ocsp.OCSPRequestBuilder().add_certificate(ROOT, ROOT, hashes.MD5())),
    (ValueError, "same length", lambda: ocsp.OCSPRequestBuilder().add_certificate_by_hash(b"", b"", 1, SHA256)),
    (ValueError, "Only one", lambda: ocsp.OCSPResponseBuilder().add_response(**GOOD).add_response(**GOOD)),
    (ValueError, "if the certificate is revoked", lambda: respond(GOOD | {"revocation_time": EARLY})),
    (TypeError, "must be a datetime", lambda: respond(REVOKED | {"revocation_time": None})),
    (ValueError, "add a response", lambda: ocsp.OCSPResponseBuilder().sign(KEY, SHA256)),
    (ValueError, "add a responder_id", lambda: ocsp.OCSPResponseBuilder().add_response(**GOOD).sign(KEY, SHA256)),
    (ValueError, "empty list", lambda: ocsp.OCSPResponseBuilder().certificates([])),
    (ValueError, "this is a certificate", lambda: ocsp.load_der_ocsp_response(ROOT.public_bytes(Encoding.DER))),
    (ValueError, "error parsing", lambda: ocsp.load_der_ocsp_request(b"\x30\x01")),
]


@pytest.mark.parametrize(("error", "message", "make"), WRONG)
def test_what_cannot_be_asked_or_answered_is_refused(
    error: type[Exception], message: str, make: Callable[[], Any]
) -> None:
    with pytest.raises(error, match=message):
        make()
