from collections.abc import Iterator
from datetime import datetime
from typing import final

from ironlatch._native.x509 import Certificate
from ironlatch.hazmat._oid import ObjectIdentifier
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives._serialization import Encoding
from ironlatch.hazmat.primitives.asymmetric import types
from ironlatch.utils import Buffer
from ironlatch.x509.extensions import Extensions, ReasonFlags
from ironlatch.x509.name import Name
from ironlatch.x509.ocsp import OCSPCertStatus, OCSPRequestBuilder, OCSPResponseBuilder, OCSPResponseStatus

@final
class OCSPRequest:
    """A question to an authority: whether a certificate is revoked."""
    @property
    def issuer_name_hash(self) -> bytes:
        """The hash of the issuer's name."""
    @property
    def issuer_key_hash(self) -> bytes:
        """The hash of the issuer's key."""
    @property
    def hash_algorithm(self) -> hashes.HashAlgorithm:
        """The function that hashed the issuer's name and key."""
    @property
    def serial_number(self) -> int:
        """The serial number of the certificate that is asked about."""
    @property
    def extensions(self) -> Extensions:
        """The extensions of the request, as an `Extensions`."""
    def public_bytes(self, encoding: Encoding) -> bytes:
        """The request in DER, the only encoding."""

@final
class OCSPSingleResponse:
    """The answer about one certificate."""
    @property
    def certificate_status(self) -> OCSPCertStatus:
        """The state of the certificate."""
    @property
    def revocation_time_utc(self) -> datetime | None:
        """When the certificate was revoked, in UTC, with that time zone, or None if it is not."""
    @property
    def revocation_time(self) -> datetime | None:
        """When the certificate was revoked, without a time zone. Deprecated: use
        `revocation_time_utc`.
        """
    @property
    def revocation_reason(self) -> ReasonFlags | None:
        """Why the certificate was revoked, or None if the response does not say or it is not."""
    @property
    def this_update_utc(self) -> datetime:
        """When that was known, in UTC, with that time zone."""
    @property
    def this_update(self) -> datetime:
        """When that was known, without a time zone. Deprecated: use `this_update_utc`."""
    @property
    def next_update_utc(self) -> datetime | None:
        """When more will be known at the latest, in UTC, with that time zone, or None if the response
        does not say.
        """
    @property
    def next_update(self) -> datetime | None:
        """When more will be known at the latest, without a time zone. Deprecated: use
        `next_update_utc`.
        """
    @property
    def issuer_name_hash(self) -> bytes:
        """The hash of the issuer's name."""
    @property
    def issuer_key_hash(self) -> bytes:
        """The hash of the issuer's key."""
    @property
    def hash_algorithm(self) -> hashes.HashAlgorithm:
        """The function that hashed the issuer's name and key."""
    @property
    def serial_number(self) -> int:
        """The serial number of the certificate."""

@final
class OCSPResponseIterator:
    """The answers of a response, one after another."""
    def __iter__(self) -> Iterator[OCSPSingleResponse]: ...
    def __next__(self) -> OCSPSingleResponse: ...

@final
class OCSPResponse:
    """An answer of an authority. Who signed it is not verified.

    All properties but `response_status` raise ValueError if there is no answer. Those about one
    certificate raise it if there are several: look at `responses` then.
    """
    @property
    def response_status(self) -> OCSPResponseStatus:
        """Whether there is an answer, and if not, why."""
    @property
    def responses(self) -> OCSPResponseIterator:
        """The answers about single certificates."""
    @property
    def responder_name(self) -> Name | None:
        """The name of who answered, or None if the response has the hash of the key."""
    @property
    def responder_key_hash(self) -> bytes | None:
        """The SHA-1 of the key of who answered, or None if the response has the name."""
    @property
    def produced_at_utc(self) -> datetime:
        """When the response was signed, in UTC, with that time zone."""
    @property
    def produced_at(self) -> datetime:
        """When the response was signed, in UTC, without a time zone. Deprecated: use
        `produced_at_utc`.
        """
    @property
    def certificates(self) -> list[Certificate]:
        """Certificates that help to verify the signature: that of a delegated responder, say."""
    @property
    def signature(self) -> bytes:
        """The signature."""
    @property
    def signature_algorithm_oid(self) -> ObjectIdentifier:
        """The algorithm of the signature."""
    @property
    def signature_hash_algorithm(self) -> hashes.HashAlgorithm | None:
        """The hash function of the signature, or None if its algorithm has none of its own choice."""
    @property
    def tbs_response_bytes(self) -> bytes:
        """The part that is signed, in DER."""
    @property
    def extensions(self) -> Extensions:
        """The extensions of the response, as an `Extensions`."""
    @property
    def single_extensions(self) -> Extensions:
        """The extensions of the answer about the one certificate, as an `Extensions`."""
    @property
    def certificate_status(self) -> OCSPCertStatus:
        """The state of the certificate."""
    @property
    def revocation_time_utc(self) -> datetime | None:
        """When the certificate was revoked, in UTC, with that time zone, or None if it is not."""
    @property
    def revocation_time(self) -> datetime | None:
        """When the certificate was revoked, without a time zone. Deprecated: use
        `revocation_time_utc`.
        """
    @property
    def revocation_reason(self) -> ReasonFlags | None:
        """Why the certificate was revoked, or None if the response does not say or it is not."""
    @property
    def this_update_utc(self) -> datetime:
        """When that was known, in UTC, with that time zone."""
    @property
    def this_update(self) -> datetime:
        """When that was known, without a time zone. Deprecated: use `this_update_utc`."""
    @property
    def next_update_utc(self) -> datetime | None:
        """When more will be known at the latest, in UTC, with that time zone, or None if the response
        does not say.
        """
    @property
    def next_update(self) -> datetime | None:
        """When more will be known at the latest, without a time zone. Deprecated: use
        `next_update_utc`.
        """
    @property
    def issuer_name_hash(self) -> bytes:
        """The hash of the issuer's name."""
    @property
    def issuer_key_hash(self) -> bytes:
        """The hash of the issuer's key."""
    @property
    def hash_algorithm(self) -> hashes.HashAlgorithm:
        """The function that hashed the issuer's name and key."""
    @property
    def serial_number(self) -> int:
        """The serial number of the certificate."""
    def public_bytes(self, encoding: Encoding) -> bytes:
        """The response in DER, the only encoding."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def load_der_ocsp_request(data: Buffer) -> OCSPRequest:
    """Reads an OCSP request in DER, and nothing after it.

    Raises ValueError if it cannot be read, and NotImplementedError if it asks about several
    certificates.
    """

def load_der_ocsp_response(data: Buffer) -> OCSPResponse:
    """Reads an OCSP response in DER, and nothing after it. Raises ValueError if it cannot be read."""

def create_ocsp_request(builder: OCSPRequestBuilder) -> OCSPRequest:
    """The request that an `OCSPRequestBuilder` describes."""

def create_ocsp_response(
    status: OCSPResponseStatus,
    builder: OCSPResponseBuilder | None,
    private_key: types.CertificateIssuerPrivateKeyTypes | None,
    algorithm: hashes.HashAlgorithm | None,
) -> OCSPResponse:
    """The response that an `OCSPResponseBuilder` describes, signed; without a builder one that says
    why there is no answer.
    """
