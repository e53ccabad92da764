//! Object identifiers: the numbers by which ASN.1 formats name algorithms, attributes and
//! extensions. Text form as in RFC 4512 §1.4, limits of the first two arcs as in X.660.

use core::fmt;
use core::str::FromStr;

use crate::error::{Error, Result};

/// An object identifier, such as `1.2.840.113549.1.1.1` (rsaEncryption).
///
/// ```
/// use ironlatch::keys::object_identifier::ObjectIdentifier;
///
/// let oid: ObjectIdentifier = "2.5.4.3".parse()?;
/// assert_eq!(oid.to_string(), "2.5.4.3");
/// assert_eq!(oid.name(), Some("commonName"));
/// # Ok::<(), ironlatch::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectIdentifier(asn1::ObjectIdentifier);

impl ObjectIdentifier {
    /// The name under which people know it, where this library knows one.
    pub fn name(&self) -> Option<&'static str> {
        let dotted = self.to_string();
        NAMES.iter().find(|(known, _)| *known == dotted).map(|(_, name)| *name)
    }
}

impl FromStr for ObjectIdentifier {
    type Err = Error;

    /// Reads the dotted form: at least two arcs, the first 0 to 2, the second below 40 where the
    /// first is 0 or 1, at most 63 bytes in DER.
    fn from_str(text: &str) -> Result<Self> {
        let second = text.split('.').nth(1).and_then(|arc| arc.parse::<u128>().ok());
        // DER holds the first two arcs in one number, 40 · first + second, which must not overflow.
        if second.is_none_or(|arc| arc > u128::MAX - 80) {
            return Err(refused(text));
        }
        asn1::ObjectIdentifier::from_string(text).map(Self).ok_or_else(|| refused(text))
    }
}

impl fmt::Display for ObjectIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<asn1::ObjectIdentifier> for ObjectIdentifier {
    fn from(oid: asn1::ObjectIdentifier) -> Self {
        Self(oid)
    }
}

impl From<ObjectIdentifier> for asn1::ObjectIdentifier {
    fn from(oid: ObjectIdentifier) -> Self {
        oid.0
    }
}

fn refused(text: &str) -> Error {
    const SHOWN: usize = 80;
    let shown: String = text.chars().take(SHOWN).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    Error::value(format!("not an object identifier: {shown:?}{more}; expected numbers joined by dots, such as 2.5.4.3"))
}

/// Names as RFC 4519, RFC 5280, RFC 8410 and the standards of each algorithm write them.
const NAMES: &[(&str, &str)] = &[
    ("0.9.2342.19200300.100.1.1", "userID"),
    ("0.9.2342.19200300.100.1.25", "domainComponent"),
    ("1.2.643.2.2.3", "GOST R 34.11-94 with GOST R 34.10-2001"),
    ("1.2.643.3.131.1.1", "INN"),
    ("1.2.643.7.1.1.3.2", "GOST R 34.10-2012 with GOST R 34.11-2012 (256 bit)"),
    ("1.2.643.7.1.1.3.3", "GOST R 34.10-2012 with GOST R 34.11-2012 (512 bit)"),
    ("1.2.643.100.1", "OGRN"),
    ("1.2.643.100.3", "SNILS"),
    ("1.2.840.10040.4.1", "dsaEncryption"),
    ("1.2.840.10040.4.3", "dsa-with-sha1"),
    ("1.2.840.10045.2.1", "id-ecPublicKey"),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1"),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224"),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256"),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384"),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512"),
    ("1.2.840.113549.1.1.1", "rsaEncryption"),
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption"),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption"),
    ("1.2.840.113549.1.1.10", "rsassaPss"),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption"),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption"),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption"),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
    ("1.2.840.113549.1.9.2", "unstructuredName"),
    ("1.2.840.113549.1.9.7", "challengePassword"),
    ("1.3.6.1.4.1.311.20.2.2", "msSmartcardLogin"),
    ("1.3.6.1.4.1.311.21.7", "msCertificateTemplate"),
    ("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionLocalityName"),
    ("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionStateOrProvinceName"),
    ("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionCountryName"),
    ("1.3.6.1.4.1.11129.2.4.2", "signedCertificateTimestampList"),
    ("1.3.6.1.4.1.11129.2.4.3", "ctPoison"),
    ("1.3.6.1.4.1.11129.2.4.5", "signedCertificateTimestampList"),
    ("1.3.6.1.4.1.37476.3.2.1.99.7.224", "sha3_224"),
    ("1.3.6.1.4.1.37476.3.2.1.99.7.256", "sha3_256"),
    ("1.3.6.1.4.1.37476.3.2.1.99.7.384", "sha3_384"),
    ("1.3.6.1.4.1.37476.3.2.1.99.7.512", "sha3_512"),
    ("1.3.6.1.5.2.3.5", "pkInitKDC"),
    ("1.3.6.1.5.5.7.1.1", "authorityInfoAccess"),
    ("1.3.6.1.5.5.7.1.11", "subjectInfoAccess"),
    ("1.3.6.1.5.5.7.1.24", "TLSFeature"),
    ("1.3.6.1.5.5.7.2.1", "id-qt-cps"),
    ("1.3.6.1.5.5.7.2.2", "id-qt-unotice"),
    ("1.3.6.1.5.5.7.3.1", "serverAuth"),
    ("1.3.6.1.5.5.7.3.2", "clientAuth"),
    ("1.3.6.1.5.5.7.3.3", "codeSigning"),
    ("1.3.6.1.5.5.7.3.4", "emailProtection"),
    ("1.3.6.1.5.5.7.3.8", "timeStamping"),
    ("1.3.6.1.5.5.7.3.9", "OCSPSigning"),
    ("1.3.6.1.5.5.7.48.1", "OCSP"),
    ("1.3.6.1.5.5.7.48.1.2", "OCSPNonce"),
    ("1.3.6.1.5.5.7.48.1.5", "OCSPNoCheck"),
    ("1.3.6.1.5.5.7.48.2", "caIssuers"),
    ("1.3.6.1.5.5.7.48.5", "caRepository"),
    ("1.3.14.3.2.26", "sha1"),
    ("1.3.36.8.3.3", "Admissions"),
    ("1.3.101.110", "X25519"),
    ("1.3.101.111", "X448"),
    ("1.3.101.112", "ed25519"),
    ("1.3.101.113", "ed448"),
    ("2.5.4.3", "commonName"),
    ("2.5.4.4", "surname"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "countryName"),
    ("2.5.4.7", "localityName"),
    ("2.5.4.8", "stateOrProvinceName"),
    ("2.5.4.9", "streetAddress"),
    ("2.5.4.10", "organizationName"),
    ("2.5.4.11", "organizationalUnitName"),
    ("2.5.4.12", "title"),
    ("2.5.4.15", "businessCategory"),
    ("2.5.4.16", "postalAddress"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.44", "generationQualifier"),
    ("2.5.4.45", "x500UniqueIdentifier"),
    ("2.5.4.46", "dnQualifier"),
    ("2.5.4.65", "pseudonym"),
    ("2.5.29.9", "subjectDirectoryAttributes"),
    ("2.5.29.14", "subjectKeyIdentifier"),
    ("2.5.29.15", "keyUsage"),
    ("2.5.29.16", "privateKeyUsagePeriod"),
    ("2.5.29.17", "subjectAltName"),
    ("2.5.29.18", "issuerAltName"),
    ("2.5.29.19", "basicConstraints"),
    ("2.5.29.20", "cRLNumber"),
    ("2.5.29.21", "cRLReason"),
    ("2.5.29.24", "invalidityDate"),
    ("2.5.29.27", "deltaCRLIndicator"),
    ("2.5.29.28", "issuingDistributionPoint"),
    ("2.5.29.29", "certificateIssuer"),
    ("2.5.29.30", "nameConstraints"),
    ("2.5.29.31", "cRLDistributionPoints"),
    ("2.5.29.32", "certificatePolicies"),
    ("2.5.29.33", "policyMappings"),
    ("2.5.29.35", "authorityKeyIdentifier"),
    ("2.5.29.36", "policyConstraints"),
    ("2.5.29.37", "extendedKeyUsage"),
    ("2.5.29.46", "freshestCRL"),
    ("2.5.29.54", "inhibitAnyPolicy"),
    ("2.16.840.1.101.3.4.2.1", "sha256"),
    ("2.16.840.1.101.3.4.2.2", "sha384"),
    ("2.16.840.1.101.3.4.2.3", "sha512"),
    ("2.16.840.1.101.3.4.2.4", "sha224"),
    ("2.16.840.1.101.3.4.2.7", "sha3_224"),
    ("2.16.840.1.101.3.4.2.8", "sha3_256"),
    ("2.16.840.1.101.3.4.2.9", "sha3_384"),
    ("2.16.840.1.101.3.4.2.10", "sha3_512"),
    ("2.16.840.1.101.3.4.3.1", "dsa-with-sha224"),
    ("2.16.840.1.101.3.4.3.2", "dsa-with-sha256"),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
];
