"""Extensions of certificates, requests, revocation lists and OCSP (RFC 5280 §4.2, §5.2, §5.3).

names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
names.get_values_for_type(DNSName)
"""

from __future__ import annotations

from ironlatch.x509.extensions._admissions import Admission, Admissions, NamingAuthority, ProfessionInfo
from ironlatch.x509.extensions._base import (
    DuplicateExtension,
    Extension,
    ExtensionNotFound,
    Extensions,
    ExtensionType,
    UnrecognizedExtension,
)
from ironlatch.x509.extensions._names import (
    AccessDescription,
    AuthorityInformationAccess,
    CertificateIssuer,
    GeneralNames,
    IssuerAlternativeName,
    NameConstraints,
    SubjectAlternativeName,
    SubjectInformationAccess,
)
from ironlatch.x509.extensions._policies import (
    CertificatePolicies,
    InhibitAnyPolicy,
    NoticeReference,
    PolicyConstraints,
    PolicyInformation,
    UserNotice,
)
from ironlatch.x509.extensions._protocols import (
    MSCertificateTemplate,
    OCSPAcceptableResponses,
    OCSPNoCheck,
    OCSPNonce,
    PrecertificateSignedCertificateTimestamps,
    PrecertPoison,
    SignedCertificateTimestamps,
    TLSFeature,
    TLSFeatureType,
)
from ironlatch.x509.extensions._revocation import (
    CRLDistributionPoints,
    CRLNumber,
    CRLReason,
    DeltaCRLIndicator,
    DistributionPoint,
    FreshestCRL,
    InvalidityDate,
    IssuingDistributionPoint,
    ReasonFlags,
)
from ironlatch.x509.extensions._usage import (
    AuthorityKeyIdentifier,
    BasicConstraints,
    ExtendedKeyUsage,
    KeyUsage,
    PrivateKeyUsagePeriod,
    SubjectKeyIdentifier,
    _key_identifier_from_public_key,
)

__all__ = [
    "AccessDescription",
    "Admission",
    "Admissions",
    "AuthorityInformationAccess",
    "AuthorityKeyIdentifier",
    "BasicConstraints",
    "CRLDistributionPoints",
    "CRLNumber",
    "CRLReason",
    "CertificateIssuer",
    "CertificatePolicies",
    "DeltaCRLIndicator",
    "DistributionPoint",
    "DuplicateExtension",
    "ExtendedKeyUsage",
    "Extension",
    "ExtensionNotFound",
    "ExtensionType",
    "Extensions",
    "FreshestCRL",
    "GeneralNames",
    "InhibitAnyPolicy",
    "InvalidityDate",
    "IssuerAlternativeName",
    "IssuingDistributionPoint",
    "KeyUsage",
    "MSCertificateTemplate",
    "NameConstraints",
    "NamingAuthority",
    "NoticeReference",
    "OCSPAcceptableResponses",
    "OCSPNoCheck",
    "OCSPNonce",
    "PolicyConstraints",
    "PolicyInformation",
    "PrecertPoison",
    "PrecertificateSignedCertificateTimestamps",
    "PrivateKeyUsagePeriod",
    "ProfessionInfo",
    "ReasonFlags",
    "SignedCertificateTimestamps",
    "SubjectAlternativeName",
    "SubjectInformationAccess",
    "SubjectKeyIdentifier",
    "TLSFeature",
    "TLSFeatureType",
    "UnrecognizedExtension",
    "UserNotice",
    "_key_identifier_from_public_key",
]
