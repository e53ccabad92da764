"""The classes behind ``x509``, under the names by which programs compare and annotate types."""

from ironlatch._native.x509 import Certificate as Certificate
from ironlatch._native.x509 import CertificateRevocationList as CertificateRevocationList
from ironlatch._native.x509 import CertificateSigningRequest as CertificateSigningRequest
from ironlatch._native.x509 import RevokedCertificate as RevokedCertificate
from ironlatch._native.x509 import load_der_x509_certificate as load_der_x509_certificate
from ironlatch._native.x509 import load_pem_x509_certificate as load_pem_x509_certificate

__all__ = [
    "Certificate",
    "CertificateRevocationList",
    "CertificateSigningRequest",
    "RevokedCertificate",
    "load_der_x509_certificate",
    "load_pem_x509_certificate",
]
