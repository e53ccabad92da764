"""Certificate transparency: what logs of certificates sign (RFC 6962)."""

from __future__ import annotations

from ironlatch._native.x509 import SignedCertificateTimestamp as SignedCertificateTimestamp
from ironlatch.utils import Enum

__all__ = ["LogEntryType", "SignatureAlgorithm", "SignedCertificateTimestamp", "Version"]


class LogEntryType(Enum):
    """The kind of certificate that the log has seen."""

    X509_CERTIFICATE = 0
    PRE_CERTIFICATE = 1


class Version(Enum):
    """The version of the timestamp's format."""

    v1 = 0


class SignatureAlgorithm(Enum):
    """How the log signs, by TLS's numbers (RFC 5246 §7.4.1.4.1)."""

    ANONYMOUS = 0
    RSA = 1
    DSA = 2
    ECDSA = 3
