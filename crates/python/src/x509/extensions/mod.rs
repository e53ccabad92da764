//! `ironlatch.x509.extensions`: the Python classes, and their values from DER and to it.

mod reading;
mod reasons;
mod writing;

pub(crate) use reading::{extensions_object, path_of, value_object};
pub(crate) use reasons::Reasons;
pub(crate) use writing::{encode_extension, extension_list};

use super::classes::Class;

/// The classes of `ironlatch.x509.extensions`, with the slots of those that are made without their
/// constructor.
macro_rules! classes {
    ($($constant:ident = $name:literal($($slot:literal),*);)*) => {
        $(static $constant: Class = Class::new("extensions", $name, &[$($slot),*]);)*
    };
}

classes! {
    EXTENSION = "Extension"("_oid", "_critical", "_value");
    EXTENSIONS = "Extensions"("_extensions");
    UNRECOGNIZED = "UnrecognizedExtension"("_oid", "_value");
    SUBJECT_KEY_IDENTIFIER = "SubjectKeyIdentifier"("_digest");
    AUTHORITY_KEY_IDENTIFIER = "AuthorityKeyIdentifier"("_key_identifier", "_authority_cert_issuer", "_authority_cert_serial_number");
    KEY_USAGE = "KeyUsage"(
        "_digital_signature", "_content_commitment", "_key_encipherment", "_data_encipherment", "_key_agreement",
        "_key_cert_sign", "_crl_sign", "_encipher_only", "_decipher_only"
    );
    EXTENDED_KEY_USAGE = "ExtendedKeyUsage"("_usages");
    PRIVATE_KEY_USAGE_PERIOD = "PrivateKeyUsagePeriod"("_not_before", "_not_after");
    SUBJECT_ALTERNATIVE_NAME = "SubjectAlternativeName"("_general_names");
    ISSUER_ALTERNATIVE_NAME = "IssuerAlternativeName"("_general_names");
    CERTIFICATE_ISSUER = "CertificateIssuer"("_general_names");
    BASIC_CONSTRAINTS = "BasicConstraints"("_ca", "_path_length");
    NAME_CONSTRAINTS = "NameConstraints"("_permitted_subtrees", "_excluded_subtrees");
    CERTIFICATE_POLICIES = "CertificatePolicies"("_policies");
    POLICY_INFORMATION = "PolicyInformation"("_policy_identifier", "_policy_qualifiers");
    USER_NOTICE = "UserNotice"("_notice_reference", "_explicit_text");
    NOTICE_REFERENCE = "NoticeReference"("_organization", "_notice_numbers");
    POLICY_CONSTRAINTS = "PolicyConstraints"("_require_explicit_policy", "_inhibit_policy_mapping");
    INHIBIT_ANY_POLICY = "InhibitAnyPolicy"("_skip_certs");
    DISTRIBUTION_POINT = "DistributionPoint"("_full_name", "_relative_name", "_reasons", "_crl_issuer");
    CRL_DISTRIBUTION_POINTS = "CRLDistributionPoints"("_distribution_points");
    FRESHEST_CRL = "FreshestCRL"("_distribution_points");
    ISSUING_DISTRIBUTION_POINT = "IssuingDistributionPoint"(
        "_full_name", "_relative_name", "_only_contains_user_certs", "_only_contains_ca_certs", "_only_some_reasons",
        "_indirect_crl", "_only_contains_attribute_certs"
    );
    ACCESS_DESCRIPTION = "AccessDescription"("_access_method", "_access_location");
    AUTHORITY_INFORMATION_ACCESS = "AuthorityInformationAccess"("_descriptions");
    SUBJECT_INFORMATION_ACCESS = "SubjectInformationAccess"("_descriptions");
    TLS_FEATURE = "TLSFeature"("_features");
    TLS_FEATURE_TYPE = "TLSFeatureType"();
    OCSP_NO_CHECK = "OCSPNoCheck"();
    OCSP_NONCE = "OCSPNonce"("_nonce");
    OCSP_ACCEPTABLE_RESPONSES = "OCSPAcceptableResponses"("_responses");
    PRECERT_POISON = "PrecertPoison"();
    PRECERT_TIMESTAMPS = "PrecertificateSignedCertificateTimestamps"("_signed_certificate_timestamps");
    TIMESTAMPS = "SignedCertificateTimestamps"("_signed_certificate_timestamps");
    MS_CERTIFICATE_TEMPLATE = "MSCertificateTemplate"("_template_id", "_major_version", "_minor_version");
    ADMISSIONS = "Admissions"("_authority", "_admissions");
    ADMISSION = "Admission"("_admission_authority", "_naming_authority", "_profession_infos");
    PROFESSION_INFO = "ProfessionInfo"(
        "_naming_authority", "_profession_items", "_profession_oids", "_registration_number", "_add_profession_info"
    );
    NAMING_AUTHORITY = "NamingAuthority"("_id", "_url", "_text");
    CRL_NUMBER = "CRLNumber"("_crl_number");
    DELTA_CRL_INDICATOR = "DeltaCRLIndicator"("_crl_number");
    CRL_REASON = "CRLReason"("_reason");
    INVALIDITY_DATE = "InvalidityDate"("_invalidity_date");
    REASON_FLAGS = "ReasonFlags"();
}
