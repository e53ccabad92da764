"""Certificates, signing requests and revocation lists: reading and building them (RFC 5280, RFC
2986).

certificate = load_pem_x509_certificate(data)
certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
"""

from __future__ import annotations

import os

from ironlatch._native.x509 import (
    Certificate,
    CertificateRevocationList,
    CertificateSigningRequest,
    RevokedCertificate,
    load_der_x509_certificate,
    load_der_x509_crl,
    load_der_x509_csr,
    load_pem_x509_certificate,
    load_pem_x509_certificates,
    load_pem_x509_crl,
    load_pem_x509_csr,
)
from ironlatch.utils import Enum, _at_home
from ironlatch.x509._attributes import Attribute, AttributeNotFound, Attributes
from ironlatch.x509._builders import (
    CertificateBuilder,
    CertificateRevocationListBuilder,
    CertificateSigningRequestBuilder,
    RevokedCertificateBuilder,
)

__all__ = [
    "Attribute",
    "AttributeNotFound",
    "Attributes",
    "Certificate",
    "CertificateBuilder",
    "CertificateRevocationList",
    "CertificateRevocationListBuilder",
    "CertificateSigningRequest",
    "CertificateSigningRequestBuilder",
    "InvalidVersion",
    "RevokedCertificate",
    "RevokedCertificateBuilder",
    "Version",
    "load_der_x509_certificate",
    "load_der_x509_crl",
    "load_der_x509_csr",
    "load_pem_x509_certificate",
    "load_pem_x509_certificates",
    "load_pem_x509_crl",
    "load_pem_x509_csr",
    "random_serial_number",
]

_at_home(
    "ironlatch.x509.base",
    Attribute,
    AttributeNotFound,
    Attributes,
    CertificateBuilder,
    CertificateRevocationListBuilder,
    CertificateSigningRequestBuilder,
    RevokedCertificateBuilder,
)


class Version(Enum):
    """The version of a certificate. Version 2 is not supported: nobody issues such certificates."""

    v1 = 0
    v3 = 2


class InvalidVersion(Exception):
    """The version of what was read, ``parsed_version`` as it is encoded, is not supported."""

    def __init__(self, msg: str, parsed_version: int) -> None:
        super().__init__(msg)
        self.parsed_version = parsed_version


def random_serial_number() -> int:
    """A serial number of 159 random bits, which nobody can foresee (CA/Browser Forum BR §7.1)."""
    return int.from_bytes(os.urandom(20), "big") >> 1
