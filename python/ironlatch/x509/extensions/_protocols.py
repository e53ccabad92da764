"""Extensions of protocols around certificates: transparency logs, OCSP, TLS, Microsoft's
enrollment.
"""

from __future__ import annotations

from ironlatch.hazmat._oid import ExtensionOID, ObjectIdentifier, OCSPExtensionOID
from ironlatch.utils import Enum
from ironlatch.x509._values import ListValue, Value, checked_list
from ironlatch.x509.certificate_transparency import SignedCertificateTimestamp
from ironlatch.x509.extensions._base import KnownExtension

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class _Timestamps(ListValue, KnownExtension):
    __slots__ = ("_signed_certificate_timestamps",)

    def __init__(self, signed_certificate_timestamps: Iterable[SignedCertificateTimestamp]) -> None:
        self._signed_certificate_timestamps = checked_list(
            signed_certificate_timestamps,
            SignedCertificateTimestamp,
            "Every item in the signed_certificate_timestamps list must be a SignedCertificateTimestamp",
        )

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[SignedCertificateTimestamp]: ...


class PrecertificateSignedCertificateTimestamps(_Timestamps):
    """Timestamps of logs, in the certificate whose precertificate they saw (RFC 6962 §3.3)."""

    __slots__ = ()

    oid = ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS


class SignedCertificateTimestamps(_Timestamps):
    """Timestamps of logs, in an OCSP response (RFC 6962 §3.3)."""

    __slots__ = ()

    oid = ExtensionOID.SIGNED_CERTIFICATE_TIMESTAMPS


class _Empty(Value, KnownExtension):
    """An extension that says everything by being there."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) or NotImplemented

    def __hash__(self) -> int:
        return hash(type(self))


class PrecertPoison(_Empty):
    """Marks a precertificate, which is for logs and no certificate (RFC 6962 §3.1)."""

    __slots__ = ()

    oid = ExtensionOID.PRECERT_POISON


class OCSPNoCheck(_Empty):
    """Says that nobody has to ask whether the certificate of an OCSP responder is revoked (RFC 6960
    §4.2.2.2.1).
    """

    __slots__ = ()

    oid = ExtensionOID.OCSP_NO_CHECK


class OCSPNonce(Value, KnownExtension):
    """Random bytes that bind an OCSP response to its request (RFC 9654)."""

    __slots__ = ("_nonce",)

    oid = OCSPExtensionOID.NONCE

    def __init__(self, nonce: bytes) -> None:
        if not isinstance(nonce, bytes):
            raise TypeError("nonce must be bytes")
        self._nonce = nonce

    @property
    def nonce(self) -> bytes:
        """The random bytes."""
        return self._nonce


class OCSPAcceptableResponses(Value, KnownExtension):
    """The types of OCSP response that the client understands (RFC 6960 §4.4.3)."""

    __slots__ = ("_responses",)

    oid = OCSPExtensionOID.ACCEPTABLE_RESPONSES

    def __init__(self, responses: Iterable[ObjectIdentifier]) -> None:
        self._responses = checked_list(responses, ObjectIdentifier, "All responses must be ObjectIdentifiers")

    def __iter__(self) -> Iterator[ObjectIdentifier]:
        return iter(self._responses)


class TLSFeatureType(Enum):
    """An extension of the TLS handshake, by its number."""

    status_request = 5
    status_request_v2 = 17


class TLSFeature(ListValue, KnownExtension):
    """The duties of a TLS server with this certificate: to staple an OCSP response, say
    (RFC 7633).
    """

    __slots__ = ("_features",)

    oid = ExtensionOID.TLS_FEATURE

    def __init__(self, features: Iterable[TLSFeatureType]) -> None:
        message = "features must be a list of elements from the TLSFeatureType enum"
        self._features = checked_list(features, TLSFeatureType, message)
        if not self._features:
            raise TypeError(message)

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[TLSFeatureType]: ...

    __repr__ = Value.__repr__


class MSCertificateTemplate(Value, KnownExtension):
    """The template that a Microsoft authority issued the certificate by."""

    __slots__ = ("_template_id", "_major_version", "_minor_version")

    oid = ExtensionOID.MS_CERTIFICATE_TEMPLATE

    def __init__(self, template_id: ObjectIdentifier, major_version: int | None, minor_version: int | None) -> None:
        if not isinstance(template_id, ObjectIdentifier):
            raise TypeError("oid must be an ObjectIdentifier")
        if not all(version is None or isinstance(version, int) for version in (major_version, minor_version)):
            raise TypeError("major_version and minor_version must be integers or None")
        self._template_id = template_id
        self._major_version = major_version
        self._minor_version = minor_version

    @property
    def template_id(self) -> ObjectIdentifier:
        """Which template it is."""
        return self._template_id

    @property
    def major_version(self) -> int | None:
        """The template's major version."""
        return self._major_version

    @property
    def minor_version(self) -> int | None:
        """The template's minor version."""
        return self._minor_version
