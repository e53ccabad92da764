"""OCSP: asking an authority whether a certificate is revoked, and answering (RFC 6960).

request = OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256()).build()
response = load_der_ocsp_response(answer)
response.certificate_status is OCSPCertStatus.GOOD
"""

from __future__ import annotations

from datetime import datetime

from ironlatch._native import ocsp as _native
from ironlatch._native.ocsp import (
    OCSPRequest,
    OCSPResponse,
    OCSPSingleResponse,
    load_der_ocsp_request,
    load_der_ocsp_response,
)
from ironlatch._native.x509 import Certificate
from ironlatch.hazmat.primitives import hashes
from ironlatch.utils import Enum
from ironlatch.x509._builders import _EARLIEST_UTC_TIME, _Builder, _convert_to_naive_utc_time
from ironlatch.x509.extensions import Extension, ExtensionType, ReasonFlags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironlatch.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes

__all__ = [
    "OCSPCertStatus",
    "OCSPRequest",
    "OCSPRequestBuilder",
    "OCSPResponderEncoding",
    "OCSPResponse",
    "OCSPResponseBuilder",
    "OCSPResponseStatus",
    "OCSPSingleResponse",
    "load_der_ocsp_request",
    "load_der_ocsp_response",
]


class OCSPResponderEncoding(Enum):
    """How a response says who made it: by the hash of its key, or by its name."""

    HASH = "By Hash"
    NAME = "By Name"


class OCSPResponseStatus(Enum):
    """Whether there is an answer, and if not, why."""

    SUCCESSFUL = 0
    MALFORMED_REQUEST = 1
    INTERNAL_ERROR = 2
    TRY_LATER = 3
    SIG_REQUIRED = 5
    UNAUTHORIZED = 6


class OCSPCertStatus(Enum):
    """The state of a certificate."""

    GOOD = 0
    REVOKED = 1
    UNKNOWN = 2


class OCSPRequestBuilder(_Builder):
    """Builds a request about one certificate."""

    def __init__(
        self,
        request: tuple[Certificate, Certificate, hashes.HashAlgorithm] | None = None,
        request_hash: tuple[bytes, bytes, int, hashes.HashAlgorithm] | None = None,
        extensions: list[Extension[ExtensionType]] = [],  # noqa: B006
    ) -> None:
        self._request = request
        self._request_hash = request_hash
        self._extensions = extensions

    def add_certificate(
        self, cert: Certificate, issuer: Certificate, algorithm: hashes.HashAlgorithm
    ) -> OCSPRequestBuilder:
        """Asks about ``cert``, which ``issuer`` signed. ``algorithm`` hashes the issuer's name and
        key.
        """
        self._check_first()
        _check_algorithm(algorithm)
        _check_certificates(cert, issuer)
        return self._with("_request", (cert, issuer, algorithm))

    def add_certificate_by_hash(
        self, issuer_name_hash: bytes, issuer_key_hash: bytes, serial_number: int, algorithm: hashes.HashAlgorithm
    ) -> OCSPRequestBuilder:
        """Asks about the certificate with this serial number, whose issuer's name and key have
        these hashes.
        """
        self._check_first()
        _check_hashes(issuer_name_hash, issuer_key_hash, serial_number, algorithm)
        return self._with("_request_hash", (issuer_name_hash, issuer_key_hash, serial_number, algorithm))

    def build(self) -> OCSPRequest:
        """The request."""
        if self._request is None and self._request_hash is None:
            raise ValueError("You must add a certificate before building")
        return _native.create_ocsp_request(self)

    def _check_first(self) -> None:
        if self._request is not None or self._request_hash is not None:
            raise ValueError("Only one certificate can be added to a request")


class _SingleResponse:
    """The answer about one certificate, checked."""

    def __init__(
        self,
        resp: tuple[Certificate, Certificate] | None,
        resp_hash: tuple[bytes, bytes, int] | None,
        algorithm: hashes.HashAlgorithm,
        cert_status: OCSPCertStatus,
        this_update: datetime,
        next_update: datetime | None,
        revocation_time: datetime | None,
        revocation_reason: ReasonFlags | None,
    ) -> None:
        _check_algorithm(algorithm)
        if not isinstance(this_update, datetime):
            raise TypeError("this_update must be a datetime object")
        if next_update is not None and not isinstance(next_update, datetime):
            raise TypeError("next_update must be a datetime object or None")
        if not isinstance(cert_status, OCSPCertStatus):
            raise TypeError("cert_status must be an item from the OCSPCertStatus enum")
        if cert_status is OCSPCertStatus.REVOKED:
            if not isinstance(revocation_time, datetime):
                raise TypeError("revocation_time must be a datetime object")
            revocation_time = _convert_to_naive_utc_time(revocation_time)
            if revocation_time < _EARLIEST_UTC_TIME:
                raise ValueError("The revocation_time must be on or after 1950 January 1.")
            if revocation_reason is not None and not isinstance(revocation_reason, ReasonFlags):
                raise TypeError("revocation_reason must be an item from the ReasonFlags enum or None")
        elif revocation_time is not None:
            raise ValueError("revocation_time can only be provided if the certificate is revoked")
        elif revocation_reason is not None:
            raise ValueError("revocation_reason can only be provided if the certificate is revoked")
        self._resp = resp
        self._resp_hash = resp_hash
        self._algorithm = algorithm
        self._cert_status = cert_status
        self._this_update = _convert_to_naive_utc_time(this_update)
        self._next_update = None if next_update is None else _convert_to_naive_utc_time(next_update)
        self._revocation_time = revocation_time
        self._revocation_reason = revocation_reason


class OCSPResponseBuilder(_Builder):
    """Builds a response about one certificate. An answer and the responder have to be set."""

    def __init__(
        self,
        response: _SingleResponse | None = None,
        responder_id: tuple[Certificate, OCSPResponderEncoding] | None = None,
        certs: list[Certificate] | None = None,
        extensions: list[Extension[ExtensionType]] = [],  # noqa: B006
    ) -> None:
        self._response = response
        self._responder_id = responder_id
        self._certs = certs
        self._extensions = extensions

    def add_response(
        self,
        cert: Certificate,
        issuer: Certificate,
        algorithm: hashes.HashAlgorithm,
        cert_status: OCSPCertStatus,
        this_update: datetime,
        next_update: datetime | None,
        revocation_time: datetime | None,
        revocation_reason: ReasonFlags | None,
    ) -> OCSPResponseBuilder:
        """Answers about ``cert``, which ``issuer`` signed. ``algorithm`` hashes the issuer's name
        and key.
        """
        self._check_first()
        _check_certificates(cert, issuer)
        answer = _SingleResponse(
            (cert, issuer),
            None,
            algorithm,
            cert_status,
            this_update,
            next_update,
            revocation_time,
            revocation_reason,
        )
        return self._with("_response", answer)

    def add_response_by_hash(
        self,
        issuer_name_hash: bytes,
        issuer_key_hash: bytes,
        serial_number: int,
        algorithm: hashes.HashAlgorithm,
        cert_status: OCSPCertStatus,
        this_update: datetime,
        next_update: datetime | None,
        revocation_time: datetime | None,
        revocation_reason: ReasonFlags | None,
    ) -> OCSPResponseBuilder:
        """Answers about the certificate with this serial number, whose issuer's name and key have
        these hashes.
        """
        self._check_first()
        _check_hashes(issuer_name_hash, issuer_key_hash, serial_number, algorithm)
        answer = _SingleResponse(
            None,
            (issuer_name_hash, issuer_key_hash, serial_number),
            algorithm,
            cert_status,
            this_update,
            next_update,
            revocation_time,
            revocation_reason,
        )
        return self._with("_response", answer)

    def responder_id(self, encoding: OCSPResponderEncoding, responder_cert: Certificate) -> OCSPResponseBuilder:
        """Sets who answers: the issuer, or one to whom it delegated that, and how the response
        names it.
        """
        if self._responder_id is not None:
            raise ValueError("responder_id can only be set once")
        if not isinstance(responder_cert, Certificate):
            raise TypeError("responder_cert must be a Certificate")
        if not isinstance(encoding, OCSPResponderEncoding):
            raise TypeError("encoding must be an element from OCSPResponderEncoding")
        return self._with("_responder_id", (responder_cert, encoding))

    def certificates(self, certs: Iterable[Certificate]) -> OCSPResponseBuilder:
        """Adds certificates that help to verify the response, such as a delegated responder's."""
        if self._certs is not None:
            raise ValueError("certificates may only be set once")
        certs = list(certs)
        if not certs:
            raise ValueError("certs must not be an empty list")
        if not all(isinstance(cert, Certificate) for cert in certs):
            raise TypeError("certs must be a list of Certificates")
        return self._with("_certs", certs)

    def sign(
        self, private_key: CertificateIssuerPrivateKeyTypes, algorithm: hashes.HashAlgorithm | None
    ) -> OCSPResponse:
        """Signs the response with the responder's key. ``algorithm`` is None for keys that hash by
        themselves.
        """
        if self._response is None:
            raise ValueError("You must add a response before signing")
        if self._responder_id is None:
            raise ValueError("You must add a responder_id before signing")
        return _native.create_ocsp_response(OCSPResponseStatus.SUCCESSFUL, self, private_key, algorithm)

    @classmethod
    def build_unsuccessful(cls, response_status: OCSPResponseStatus) -> OCSPResponse:
        """A response that says why there is no answer. It is not signed."""
        if not isinstance(response_status, OCSPResponseStatus):
            raise TypeError("response_status must be an item from OCSPResponseStatus")
        if response_status is OCSPResponseStatus.SUCCESSFUL:
            raise ValueError("response_status cannot be SUCCESSFUL")
        return _native.create_ocsp_response(response_status, None, None, None)

    def _check_first(self) -> None:
        if self._response is not None:
            raise ValueError("Only one response per OCSPResponse.")


_ALLOWED_HASHES = (hashes.SHA1, hashes.SHA224, hashes.SHA256, hashes.SHA384, hashes.SHA512)


def _check_algorithm(algorithm: hashes.HashAlgorithm) -> None:
    if not isinstance(algorithm, _ALLOWED_HASHES):
        raise ValueError("Algorithm must be SHA1, SHA224, SHA256, SHA384, or SHA512")


def _check_certificates(cert: object, issuer: object) -> None:
    if not isinstance(cert, Certificate) or not isinstance(issuer, Certificate):
        raise TypeError("cert and issuer must be a Certificate")


def _check_hashes(
    issuer_name_hash: bytes, issuer_key_hash: bytes, serial_number: int, algorithm: hashes.HashAlgorithm
) -> None:
    if not isinstance(serial_number, int):
        raise TypeError("serial_number must be an integer")
    _check_algorithm(algorithm)
    if not isinstance(issuer_name_hash, bytes):
        raise TypeError("issuer_name_hash must be bytes")
    if not isinstance(issuer_key_hash, bytes):
        raise TypeError("issuer_key_hash must be bytes")
    if not len(issuer_name_hash) == len(issuer_key_hash) == algorithm.digest_size:
        raise ValueError(
            "issuer_name_hash and issuer_key_hash must be the same length as the digest size of the algorithm"
        )
