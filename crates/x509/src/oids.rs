//! The object identifiers of this crate, all in one place.
#![allow(missing_docs)] // Each is named as the standard that the group cites names it.

use asn1::{ObjectIdentifier, oid};

// Attributes of names (RFC 5280 appendix A, RFC 4519).
pub const COMMON_NAME: ObjectIdentifier = oid!(2, 5, 4, 3);
pub const SERIAL_NUMBER: ObjectIdentifier = oid!(2, 5, 4, 5);
pub const COUNTRY_NAME: ObjectIdentifier = oid!(2, 5, 4, 6);
pub const LOCALITY_NAME: ObjectIdentifier = oid!(2, 5, 4, 7);
pub const STATE_OR_PROVINCE_NAME: ObjectIdentifier = oid!(2, 5, 4, 8);
pub const STREET_ADDRESS: ObjectIdentifier = oid!(2, 5, 4, 9);
pub const ORGANIZATION_NAME: ObjectIdentifier = oid!(2, 5, 4, 10);
pub const ORGANIZATIONAL_UNIT_NAME: ObjectIdentifier = oid!(2, 5, 4, 11);
pub const X500_UNIQUE_IDENTIFIER: ObjectIdentifier = oid!(2, 5, 4, 45);
pub const DN_QUALIFIER: ObjectIdentifier = oid!(2, 5, 4, 46);
pub const DOMAIN_COMPONENT: ObjectIdentifier = oid!(0, 9, 2342, 19200300, 100, 1, 25);
pub const USER_ID: ObjectIdentifier = oid!(0, 9, 2342, 19200300, 100, 1, 1);
pub const EMAIL_ADDRESS: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 9, 1);
pub const JURISDICTION_COUNTRY_NAME: ObjectIdentifier = oid!(1, 3, 6, 1, 4, 1, 311, 60, 2, 1, 3);

// Extensions (RFC 5280 §4.2, §5.2 and §5.3, and those named at each).
pub const SUBJECT_DIRECTORY_ATTRIBUTES: ObjectIdentifier = oid!(2, 5, 29, 9);
pub const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = oid!(2, 5, 29, 14);
pub const KEY_USAGE: ObjectIdentifier = oid!(2, 5, 29, 15);
pub const PRIVATE_KEY_USAGE_PERIOD: ObjectIdentifier = oid!(2, 5, 29, 16);
pub const SUBJECT_ALTERNATIVE_NAME: ObjectIdentifier = oid!(2, 5, 29, 17);
pub const ISSUER_ALTERNATIVE_NAME: ObjectIdentifier = oid!(2, 5, 29, 18);
pub const BASIC_CONSTRAINTS: ObjectIdentifier = oid!(2, 5, 29, 19);
pub const CRL_NUMBER: ObjectIdentifier = oid!(2, 5, 29, 20);
pub const CRL_REASON: ObjectIdentifier = oid!(2, 5, 29, 21);
pub const INVALIDITY_DATE: ObjectIdentifier = oid!(2, 5, 29, 24);
pub const DELTA_CRL_INDICATOR: ObjectIdentifier = oid!(2, 5, 29, 27);
pub const ISSUING_DISTRIBUTION_POINT: ObjectIdentifier = oid!(2, 5, 29, 28);
pub const CERTIFICATE_ISSUER: ObjectIdentifier = oid!(2, 5, 29, 29);
pub const NAME_CONSTRAINTS: ObjectIdentifier = oid!(2, 5, 29, 30);
pub const CRL_DISTRIBUTION_POINTS: ObjectIdentifier = oid!(2, 5, 29, 31);
pub const CERTIFICATE_POLICIES: ObjectIdentifier = oid!(2, 5, 29, 32);
pub const POLICY_MAPPINGS: ObjectIdentifier = oid!(2, 5, 29, 33);
pub const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = oid!(2, 5, 29, 35);
pub const POLICY_CONSTRAINTS: ObjectIdentifier = oid!(2, 5, 29, 36);
pub const EXTENDED_KEY_USAGE: ObjectIdentifier = oid!(2, 5, 29, 37);
pub const FRESHEST_CRL: ObjectIdentifier = oid!(2, 5, 29, 46);
pub const INHIBIT_ANY_POLICY: ObjectIdentifier = oid!(2, 5, 29, 54);
pub const AUTHORITY_INFORMATION_ACCESS: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 1, 1);
pub const SUBJECT_INFORMATION_ACCESS: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 1, 11);
pub const TLS_FEATURE: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 1, 24);
pub const OCSP_NONCE: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 48, 1, 2);
pub const OCSP_ACCEPTABLE_RESPONSES: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 48, 1, 4);
pub const OCSP_NO_CHECK: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 48, 1, 5);
pub const PRECERTIFICATE_SCT_LIST: ObjectIdentifier = oid!(1, 3, 6, 1, 4, 1, 11129, 2, 4, 2);
pub const PRECERTIFICATE_POISON: ObjectIdentifier = oid!(1, 3, 6, 1, 4, 1, 11129, 2, 4, 3);
pub const SCT_LIST: ObjectIdentifier = oid!(1, 3, 6, 1, 4, 1, 11129, 2, 4, 5);
pub const MS_CERTIFICATE_TEMPLATE: ObjectIdentifier = oid!(1, 3, 6, 1, 4, 1, 311, 21, 7);
pub const ADMISSIONS: ObjectIdentifier = oid!(1, 3, 36, 8, 3, 3);

// What extensions name.
pub const CPS_QUALIFIER: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 2, 1);
pub const USER_NOTICE_QUALIFIER: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 2, 2);
pub const ANY_POLICY: ObjectIdentifier = oid!(2, 5, 29, 32, 0);
pub const SERVER_AUTH: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 3, 1);
pub const CLIENT_AUTH: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 3, 2);
pub const CODE_SIGNING: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 3, 3);
pub const EMAIL_PROTECTION: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 3, 4);
pub const TIME_STAMPING: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 3, 8);
pub const OCSP_SIGNING: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 3, 9);
pub const ANY_EXTENDED_KEY_USAGE: ObjectIdentifier = oid!(2, 5, 29, 37, 0);
pub const AD_OCSP: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 48, 1);
pub const AD_CA_ISSUERS: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 48, 2);

// Attributes of requests (RFC 2985 §5.4), and the type of OCSP's answers (RFC 6960 §4.2.1).
pub const EXTENSION_REQUEST: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 9, 14);
pub const MS_EXTENSION_REQUEST: ObjectIdentifier = oid!(1, 3, 6, 1, 4, 1, 311, 2, 1, 14);
pub const CHALLENGE_PASSWORD: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 9, 7);
pub const OCSP_BASIC: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 48, 1, 1);

// Keys.
pub const EC_PUBLIC_KEY: ObjectIdentifier = oid!(1, 2, 840, 10045, 2, 1);
pub const RSA_ENCRYPTION: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 1, 1);

// Signatures.
pub const RSA_MD5: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 1, 4);
pub const RSA_SHA1: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 1, 5);
pub const RSA_SHA1_ALTERNATIVE: ObjectIdentifier = oid!(1, 3, 14, 3, 2, 29);
pub const RSA_SHA224: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 1, 14);
pub const RSA_SHA256: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 1, 11);
pub const RSA_SHA384: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 1, 12);
pub const RSA_SHA512: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 1, 13);
pub const RSA_SHA3_224: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 13);
pub const RSA_SHA3_256: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 14);
pub const RSA_SHA3_384: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 15);
pub const RSA_SHA3_512: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 16);
pub const RSASSA_PSS: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 1, 10);
pub const MGF1: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 1, 8);
pub const ECDSA_SHA1: ObjectIdentifier = oid!(1, 2, 840, 10045, 4, 1);
pub const ECDSA_SHA224: ObjectIdentifier = oid!(1, 2, 840, 10045, 4, 3, 1);
pub const ECDSA_SHA256: ObjectIdentifier = oid!(1, 2, 840, 10045, 4, 3, 2);
pub const ECDSA_SHA384: ObjectIdentifier = oid!(1, 2, 840, 10045, 4, 3, 3);
pub const ECDSA_SHA512: ObjectIdentifier = oid!(1, 2, 840, 10045, 4, 3, 4);
pub const ECDSA_SHA3_224: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 9);
pub const ECDSA_SHA3_256: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 10);
pub const ECDSA_SHA3_384: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 11);
pub const ECDSA_SHA3_512: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 12);
pub const DSA_SHA1: ObjectIdentifier = oid!(1, 2, 840, 10040, 4, 3);
pub const DSA_SHA224: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 1);
pub const DSA_SHA256: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 2);
pub const DSA_SHA384: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 3);
pub const DSA_SHA512: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 4);
pub const ED25519: ObjectIdentifier = oid!(1, 3, 101, 112);
pub const ED448: ObjectIdentifier = oid!(1, 3, 101, 113);
pub const ML_DSA_44: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 17);
pub const ML_DSA_65: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 18);
pub const ML_DSA_87: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 19);
pub const UNSIGNED: ObjectIdentifier = oid!(1, 3, 6, 1, 5, 5, 7, 6, 36);

// Hash functions.
pub const SHA1: ObjectIdentifier = oid!(1, 3, 14, 3, 2, 26);
pub const SHA224: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 2, 4);
pub const SHA256: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 2, 1);
pub const SHA384: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 2, 2);
pub const SHA512: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 2, 3);
pub const SHA3_224: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 2, 7);
pub const SHA3_256: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 2, 8);
pub const SHA3_384: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 2, 9);
pub const SHA3_512: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 2, 10);
pub const SHA3_224_EARLY: ObjectIdentifier = oid!(1, 3, 6, 1, 4, 1, 37476, 3, 2, 1, 99, 7, 224);
pub const SHA3_256_EARLY: ObjectIdentifier = oid!(1, 3, 6, 1, 4, 1, 37476, 3, 2, 1, 99, 7, 256);
pub const SHA3_384_EARLY: ObjectIdentifier = oid!(1, 3, 6, 1, 4, 1, 37476, 3, 2, 1, 99, 7, 384);
pub const SHA3_512_EARLY: ObjectIdentifier = oid!(1, 3, 6, 1, 4, 1, 37476, 3, 2, 1, 99, 7, 512);
