//! Object identifiers: the numbers by which ASN.1 formats name algorithms, attributes and
//! extensions. Text form as in RFC 4512 §1.4, limits of the first two arcs as in X.660.
//!
//! All that Ironlatch knows stand here, in one table, with the names by which people know them.
//!
//! ```
//! use ironlatch::oid::{self, ObjectIdentifier};
//!
//! let read: ObjectIdentifier = "2.5.4.3".parse()?;
//! assert_eq!(read, oid::COMMON_NAME);
//! assert_eq!(oid::COMMON_NAME.name(), Some("commonName"));
//! # Ok::<(), ironlatch::Error>(())
//! ```

use core::fmt;
use core::str::FromStr;

use asn1::{ParseResult, SimpleAsn1Readable, SimpleAsn1Writable, Tag, WriteBuf, WriteResult};

use crate::error::{Error, Result};

/// An object identifier, such as `1.2.840.113549.1.1.1` (rsaEncryption), of at most 63 bytes in
/// DER.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ObjectIdentifier(asn1::ObjectIdentifier);

impl ObjectIdentifier {
    /// Returns the name by which people know it, if this library knows one.
    pub fn name(&self) -> Option<&'static str> {
        NAMES.iter().find(|(known, _)| known == self).map(|(_, name)| *name)
    }

    /// Returns the octets of its DER form, without tag and length.
    pub fn as_octets(&self) -> &[u8] {
        self.0.as_der()
    }

    /// Gives the type that derived code of `asn1` compares with.
    pub(crate) const fn into_inner(self) -> asn1::ObjectIdentifier {
        self.0
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

impl fmt::Debug for ObjectIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectIdentifier({})", self.0)
    }
}

// How the crates of formats read and write it.

#[doc(hidden)]
impl SimpleAsn1Readable<'_> for ObjectIdentifier {
    const TAG: Tag = <asn1::ObjectIdentifier as SimpleAsn1Readable<'_>>::TAG;

    fn parse_data(octets: &[u8]) -> ParseResult<Self> {
        asn1::ObjectIdentifier::from_der(octets).map(Self)
    }
}

#[doc(hidden)]
impl SimpleAsn1Writable for ObjectIdentifier {
    const TAG: Tag = <asn1::ObjectIdentifier as SimpleAsn1Readable<'_>>::TAG;
    type Error = asn1::WriteError;

    fn write_data(&self, dest: &mut WriteBuf) -> WriteResult {
        self.0.write_data(dest)
    }

    fn data_length(&self) -> Option<usize> {
        self.0.data_length()
    }
}

fn refused(text: &str) -> Error {
    const SHOWN: usize = 80;
    let shown: String = text.chars().take(SHOWN).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    Error::value(format!("not an object identifier: {shown:?}{more}; expected numbers joined by dots, such as 2.5.4.3"))
}

/// Makes a constant of each row, and of those with a name by which people know them [`NAMES`].
macro_rules! identifiers {
    ($($constant:ident = ($($arc:tt),*) $(, $name:literal)?;)*) => {
        $(
            #[doc = concat!("The arcs ", stringify!($($arc),*), $(" (", $name, ")",)? ".")]
            pub const $constant: ObjectIdentifier = ObjectIdentifier(asn1::oid!($($arc),*));
        )*

        static NAMES: &[(ObjectIdentifier, &str)] = &[$($(($constant, $name),)?)*];
    };
}

// The names are those of RFC 4519, RFC 5280, RFC 8410 and the standards of each algorithm.
identifiers! {
    // Types of public key (RFC 3279, RFC 5480, RFC 8410, RFC 9881, RFC 9909, RFC 9935, PKCS #3).
    DSA = (1, 2, 840, 10040, 4, 1), "dsaEncryption";
    PRIME_FIELD = (1, 2, 840, 10045, 1, 1);
    EC_PUBLIC_KEY = (1, 2, 840, 10045, 2, 1), "id-ecPublicKey";
    DH_PUBLIC_NUMBER = (1, 2, 840, 10046, 2, 1);
    RSA_ENCRYPTION = (1, 2, 840, 113549, 1, 1, 1), "rsaEncryption";
    RSASSA_PSS = (1, 2, 840, 113549, 1, 1, 10), "rsassaPss";
    DH_KEY_AGREEMENT = (1, 2, 840, 113549, 1, 3, 1);
    X25519 = (1, 3, 101, 110), "X25519";
    X448 = (1, 3, 101, 111), "X448";
    ED25519 = (1, 3, 101, 112), "ed25519";
    ED448 = (1, 3, 101, 113), "ed448";
    ML_DSA_44 = (2, 16, 840, 1, 101, 3, 4, 3, 17), "ML-DSA-44";
    ML_DSA_65 = (2, 16, 840, 1, 101, 3, 4, 3, 18), "ML-DSA-65";
    ML_DSA_87 = (2, 16, 840, 1, 101, 3, 4, 3, 19), "ML-DSA-87";
    SLH_DSA_SHA2_128S = (2, 16, 840, 1, 101, 3, 4, 3, 20);
    SLH_DSA_SHA2_128F = (2, 16, 840, 1, 101, 3, 4, 3, 21);
    SLH_DSA_SHA2_192S = (2, 16, 840, 1, 101, 3, 4, 3, 22);
    SLH_DSA_SHA2_192F = (2, 16, 840, 1, 101, 3, 4, 3, 23);
    SLH_DSA_SHA2_256S = (2, 16, 840, 1, 101, 3, 4, 3, 24);
    SLH_DSA_SHA2_256F = (2, 16, 840, 1, 101, 3, 4, 3, 25);
    SLH_DSA_SHAKE_128S = (2, 16, 840, 1, 101, 3, 4, 3, 26);
    SLH_DSA_SHAKE_128F = (2, 16, 840, 1, 101, 3, 4, 3, 27);
    SLH_DSA_SHAKE_192S = (2, 16, 840, 1, 101, 3, 4, 3, 28);
    SLH_DSA_SHAKE_192F = (2, 16, 840, 1, 101, 3, 4, 3, 29);
    SLH_DSA_SHAKE_256S = (2, 16, 840, 1, 101, 3, 4, 3, 30);
    SLH_DSA_SHAKE_256F = (2, 16, 840, 1, 101, 3, 4, 3, 31);
    ML_KEM_512 = (2, 16, 840, 1, 101, 3, 4, 4, 1);
    ML_KEM_768 = (2, 16, 840, 1, 101, 3, 4, 4, 2);
    ML_KEM_1024 = (2, 16, 840, 1, 101, 3, 4, 4, 3);

    // Curves (RFC 5480 §2.1.1.1, SEC 2 appendix A.2, RFC 5639 §4.1).
    SECP192R1 = (1, 2, 840, 10045, 3, 1, 1);
    SECP256R1 = (1, 2, 840, 10045, 3, 1, 7);
    BRAINPOOL_P256R1 = (1, 3, 36, 3, 3, 2, 8, 1, 1, 7);
    BRAINPOOL_P384R1 = (1, 3, 36, 3, 3, 2, 8, 1, 1, 11);
    BRAINPOOL_P512R1 = (1, 3, 36, 3, 3, 2, 8, 1, 1, 13);
    SECP256K1 = (1, 3, 132, 0, 10);
    SECP224R1 = (1, 3, 132, 0, 33);
    SECP384R1 = (1, 3, 132, 0, 34);
    SECP521R1 = (1, 3, 132, 0, 35);

    // Signatures (RFC 3279, RFC 4055, RFC 5758, RFC 9688, RFC 9215, RFC 9925).
    GOSTR3411_94_WITH_3410_2001 = (1, 2, 643, 2, 2, 3), "GOST R 34.11-94 with GOST R 34.10-2001";
    GOSTR3410_2012_WITH_3411_2012_256 = (1, 2, 643, 7, 1, 1, 3, 2), "GOST R 34.10-2012 with GOST R 34.11-2012 (256 bit)";
    GOSTR3410_2012_WITH_3411_2012_512 = (1, 2, 643, 7, 1, 1, 3, 3), "GOST R 34.10-2012 with GOST R 34.11-2012 (512 bit)";
    DSA_SHA1 = (1, 2, 840, 10040, 4, 3), "dsa-with-sha1";
    ECDSA_SHA1 = (1, 2, 840, 10045, 4, 1), "ecdsa-with-SHA1";
    ECDSA_SHA224 = (1, 2, 840, 10045, 4, 3, 1), "ecdsa-with-SHA224";
    ECDSA_SHA256 = (1, 2, 840, 10045, 4, 3, 2), "ecdsa-with-SHA256";
    ECDSA_SHA384 = (1, 2, 840, 10045, 4, 3, 3), "ecdsa-with-SHA384";
    ECDSA_SHA512 = (1, 2, 840, 10045, 4, 3, 4), "ecdsa-with-SHA512";
    RSA_MD5 = (1, 2, 840, 113549, 1, 1, 4), "md5WithRSAEncryption";
    RSA_SHA1 = (1, 2, 840, 113549, 1, 1, 5), "sha1WithRSAEncryption";
    MGF1 = (1, 2, 840, 113549, 1, 1, 8);
    RSA_SHA256 = (1, 2, 840, 113549, 1, 1, 11), "sha256WithRSAEncryption";
    RSA_SHA384 = (1, 2, 840, 113549, 1, 1, 12), "sha384WithRSAEncryption";
    RSA_SHA512 = (1, 2, 840, 113549, 1, 1, 13), "sha512WithRSAEncryption";
    RSA_SHA224 = (1, 2, 840, 113549, 1, 1, 14), "sha224WithRSAEncryption";
    UNSIGNED = (1, 3, 6, 1, 5, 5, 7, 6, 36);
    RSA_SHA1_ALTERNATIVE = (1, 3, 14, 3, 2, 29);
    DSA_SHA224 = (2, 16, 840, 1, 101, 3, 4, 3, 1), "dsa-with-sha224";
    DSA_SHA256 = (2, 16, 840, 1, 101, 3, 4, 3, 2), "dsa-with-sha256";
    DSA_SHA384 = (2, 16, 840, 1, 101, 3, 4, 3, 3);
    DSA_SHA512 = (2, 16, 840, 1, 101, 3, 4, 3, 4);
    ECDSA_SHA3_224 = (2, 16, 840, 1, 101, 3, 4, 3, 9);
    ECDSA_SHA3_256 = (2, 16, 840, 1, 101, 3, 4, 3, 10);
    ECDSA_SHA3_384 = (2, 16, 840, 1, 101, 3, 4, 3, 11);
    ECDSA_SHA3_512 = (2, 16, 840, 1, 101, 3, 4, 3, 12);
    RSA_SHA3_224 = (2, 16, 840, 1, 101, 3, 4, 3, 13);
    RSA_SHA3_256 = (2, 16, 840, 1, 101, 3, 4, 3, 14);
    RSA_SHA3_384 = (2, 16, 840, 1, 101, 3, 4, 3, 15);
    RSA_SHA3_512 = (2, 16, 840, 1, 101, 3, 4, 3, 16);

    // Hash functions (FIPS 180-4, FIPS 202, RFC 8017 appendix C). The early ones of SHA-3 are a
    // private arc from before NIST gave numbers.
    SM3_RSA = (1, 2, 156, 10197, 1, 504);
    MD5 = (1, 2, 840, 113549, 2, 5);
    SHA3_224_EARLY = (1, 3, 6, 1, 4, 1, 37476, 3, 2, 1, 99, 7, 224), "sha3_224";
    SHA3_256_EARLY = (1, 3, 6, 1, 4, 1, 37476, 3, 2, 1, 99, 7, 256), "sha3_256";
    SHA3_384_EARLY = (1, 3, 6, 1, 4, 1, 37476, 3, 2, 1, 99, 7, 384), "sha3_384";
    SHA3_512_EARLY = (1, 3, 6, 1, 4, 1, 37476, 3, 2, 1, 99, 7, 512), "sha3_512";
    SHA1 = (1, 3, 14, 3, 2, 26), "sha1";
    SHA256 = (2, 16, 840, 1, 101, 3, 4, 2, 1), "sha256";
    SHA384 = (2, 16, 840, 1, 101, 3, 4, 2, 2), "sha384";
    SHA512 = (2, 16, 840, 1, 101, 3, 4, 2, 3), "sha512";
    SHA224 = (2, 16, 840, 1, 101, 3, 4, 2, 4), "sha224";
    SHA512_224 = (2, 16, 840, 1, 101, 3, 4, 2, 5);
    SHA512_256 = (2, 16, 840, 1, 101, 3, 4, 2, 6);
    SHAKE256 = (2, 16, 840, 1, 101, 3, 4, 2, 12);
    SHAKE256_LEN = (2, 16, 840, 1, 101, 3, 4, 2, 18);
    SHA3_224 = (2, 16, 840, 1, 101, 3, 4, 2, 7), "sha3_224";
    SHA3_256 = (2, 16, 840, 1, 101, 3, 4, 2, 8), "sha3_256";
    SHA3_384 = (2, 16, 840, 1, 101, 3, 4, 2, 9), "sha3_384";
    SHA3_512 = (2, 16, 840, 1, 101, 3, 4, 2, 10), "sha3_512";

    // Encryption of keys (RFC 8018 appendixes B and C, RFC 7292 appendix C, RFC 7914 §7).
    PBE_MD5_DES_CBC = (1, 2, 840, 113549, 1, 5, 3);
    PBKDF2 = (1, 2, 840, 113549, 1, 5, 12);
    PBES2 = (1, 2, 840, 113549, 1, 5, 13);
    PBMAC1 = (1, 2, 840, 113549, 1, 5, 14);
    PBE_SHA1_RC4_128 = (1, 2, 840, 113549, 1, 12, 1, 1);
    PBE_SHA1_RC4_40 = (1, 2, 840, 113549, 1, 12, 1, 2);
    PBE_SHA1_3DES = (1, 2, 840, 113549, 1, 12, 1, 3);
    PBE_SHA1_2DES = (1, 2, 840, 113549, 1, 12, 1, 4);
    PBE_SHA1_RC2_128 = (1, 2, 840, 113549, 1, 12, 1, 5);
    PBE_SHA1_RC2_40 = (1, 2, 840, 113549, 1, 12, 1, 6);
    HMAC_SHA1 = (1, 2, 840, 113549, 2, 7);
    HMAC_SHA224 = (1, 2, 840, 113549, 2, 8);
    HMAC_SHA256 = (1, 2, 840, 113549, 2, 9);
    HMAC_SHA384 = (1, 2, 840, 113549, 2, 10);
    HMAC_SHA512 = (1, 2, 840, 113549, 2, 11);
    RC2_CBC = (1, 2, 840, 113549, 3, 2);
    DES_EDE3_CBC = (1, 2, 840, 113549, 3, 7);
    SCRYPT = (1, 3, 6, 1, 4, 1, 11591, 4, 11);
    AES128_CBC = (2, 16, 840, 1, 101, 3, 4, 1, 2);
    AES192_CBC = (2, 16, 840, 1, 101, 3, 4, 1, 22);
    AES256_CBC = (2, 16, 840, 1, 101, 3, 4, 1, 42);

    // Encryption of messages (RFC 3565, RFC 5084, RFC 8017 appendix A.2.1, RFC 5753 §7.1.4, RFC
    // 8418 §2, RFC 8619, RFC 9629 §3).
    RSAES_OAEP = (1, 2, 840, 113549, 1, 1, 7);
    P_SPECIFIED = (1, 2, 840, 113549, 1, 1, 9);
    STD_DH_HKDF_SHA256 = (1, 2, 840, 113549, 1, 9, 16, 3, 19);
    STD_DH_HKDF_SHA384 = (1, 2, 840, 113549, 1, 9, 16, 3, 20);
    STD_DH_HKDF_SHA512 = (1, 2, 840, 113549, 1, 9, 16, 3, 21);
    HKDF_SHA256 = (1, 2, 840, 113549, 1, 9, 16, 3, 28);
    HKDF_SHA384 = (1, 2, 840, 113549, 1, 9, 16, 3, 29);
    HKDF_SHA512 = (1, 2, 840, 113549, 1, 9, 16, 3, 30);
    ORI_KEM = (1, 2, 840, 113549, 1, 9, 16, 13, 3);
    STD_DH_SHA224_KDF = (1, 3, 132, 1, 11, 0);
    STD_DH_SHA256_KDF = (1, 3, 132, 1, 11, 1);
    STD_DH_SHA384_KDF = (1, 3, 132, 1, 11, 2);
    STD_DH_SHA512_KDF = (1, 3, 132, 1, 11, 3);
    COFACTOR_DH_SHA224_KDF = (1, 3, 132, 1, 14, 0);
    COFACTOR_DH_SHA256_KDF = (1, 3, 132, 1, 14, 1);
    COFACTOR_DH_SHA384_KDF = (1, 3, 132, 1, 14, 2);
    COFACTOR_DH_SHA512_KDF = (1, 3, 132, 1, 14, 3);
    STD_DH_SHA1_KDF = (1, 3, 133, 16, 840, 63, 0, 2);
    COFACTOR_DH_SHA1_KDF = (1, 3, 133, 16, 840, 63, 0, 3);
    AES128_WRAP = (2, 16, 840, 1, 101, 3, 4, 1, 5);
    AES128_GCM = (2, 16, 840, 1, 101, 3, 4, 1, 6);
    AES192_WRAP = (2, 16, 840, 1, 101, 3, 4, 1, 25);
    AES192_GCM = (2, 16, 840, 1, 101, 3, 4, 1, 26);
    AES256_WRAP = (2, 16, 840, 1, 101, 3, 4, 1, 45);
    AES256_GCM = (2, 16, 840, 1, 101, 3, 4, 1, 46);

    // Containers: types of content (RFC 5652), bags (RFC 7292 appendix D) and their attributes (RFC
    // 2985 §5.5; Oracle's mark of certificates that Java trusts).
    DATA = (1, 2, 840, 113549, 1, 7, 1);
    SIGNED_DATA = (1, 2, 840, 113549, 1, 7, 2);
    ENVELOPED_DATA = (1, 2, 840, 113549, 1, 7, 3);
    ENCRYPTED_DATA = (1, 2, 840, 113549, 1, 7, 6);
    AUTH_ENVELOPED_DATA = (1, 2, 840, 113549, 1, 9, 16, 1, 23);
    CONTENT_TYPE = (1, 2, 840, 113549, 1, 9, 3);
    MESSAGE_DIGEST = (1, 2, 840, 113549, 1, 9, 4);
    SIGNING_TIME = (1, 2, 840, 113549, 1, 9, 5);
    SMIME_CAPABILITIES = (1, 2, 840, 113549, 1, 9, 15);
    TST_INFO = (1, 2, 840, 113549, 1, 9, 16, 1, 4);
    SIGNING_CERTIFICATE = (1, 2, 840, 113549, 1, 9, 16, 2, 12);
    SIGNING_CERTIFICATE_V2 = (1, 2, 840, 113549, 1, 9, 16, 2, 47);
    FRIENDLY_NAME = (1, 2, 840, 113549, 1, 9, 20);
    LOCAL_KEY_ID = (1, 2, 840, 113549, 1, 9, 21);
    X509_CERTIFICATE = (1, 2, 840, 113549, 1, 9, 22, 1);
    KEY_BAG = (1, 2, 840, 113549, 1, 12, 10, 1, 1);
    SHROUDED_KEY_BAG = (1, 2, 840, 113549, 1, 12, 10, 1, 2);
    CERT_BAG = (1, 2, 840, 113549, 1, 12, 10, 1, 3);
    CRL_BAG = (1, 2, 840, 113549, 1, 12, 10, 1, 4);
    SECRET_BAG = (1, 2, 840, 113549, 1, 12, 10, 1, 5);
    SAFE_CONTENTS_BAG = (1, 2, 840, 113549, 1, 12, 10, 1, 6);
    JAVA_TRUSTED_KEY_USAGE = (2, 16, 840, 1, 113894, 746875, 1, 1);

    // Attributes of names (X.520, RFC 4519, RFC 5280 appendix A, the CA/Browser Forum's guidelines
    // for extended validation).
    USER_ID = (0, 9, 2342, 19200300, 100, 1, 1), "userID";
    DOMAIN_COMPONENT = (0, 9, 2342, 19200300, 100, 1, 25), "domainComponent";
    INN = (1, 2, 643, 3, 131, 1, 1), "INN";
    OGRN = (1, 2, 643, 100, 1), "OGRN";
    SNILS = (1, 2, 643, 100, 3), "SNILS";
    EMAIL_ADDRESS = (1, 2, 840, 113549, 1, 9, 1), "emailAddress";
    JURISDICTION_LOCALITY_NAME = (1, 3, 6, 1, 4, 1, 311, 60, 2, 1, 1), "jurisdictionLocalityName";
    JURISDICTION_STATE_OR_PROVINCE_NAME = (1, 3, 6, 1, 4, 1, 311, 60, 2, 1, 2), "jurisdictionStateOrProvinceName";
    JURISDICTION_COUNTRY_NAME = (1, 3, 6, 1, 4, 1, 311, 60, 2, 1, 3), "jurisdictionCountryName";
    RDNA_UNSIGNED = (1, 3, 6, 1, 5, 5, 7, 25, 1);
    COMMON_NAME = (2, 5, 4, 3), "commonName";
    SURNAME = (2, 5, 4, 4), "surname";
    SERIAL_NUMBER = (2, 5, 4, 5), "serialNumber";
    COUNTRY_NAME = (2, 5, 4, 6), "countryName";
    LOCALITY_NAME = (2, 5, 4, 7), "localityName";
    STATE_OR_PROVINCE_NAME = (2, 5, 4, 8), "stateOrProvinceName";
    STREET_ADDRESS = (2, 5, 4, 9), "streetAddress";
    ORGANIZATION_NAME = (2, 5, 4, 10), "organizationName";
    ORGANIZATIONAL_UNIT_NAME = (2, 5, 4, 11), "organizationalUnitName";
    TITLE = (2, 5, 4, 12), "title";
    BUSINESS_CATEGORY = (2, 5, 4, 15), "businessCategory";
    POSTAL_ADDRESS = (2, 5, 4, 16), "postalAddress";
    POSTAL_CODE = (2, 5, 4, 17), "postalCode";
    GIVEN_NAME = (2, 5, 4, 42), "givenName";
    INITIALS = (2, 5, 4, 43);
    GENERATION_QUALIFIER = (2, 5, 4, 44), "generationQualifier";
    X500_UNIQUE_IDENTIFIER = (2, 5, 4, 45), "x500UniqueIdentifier";
    DN_QUALIFIER = (2, 5, 4, 46), "dnQualifier";
    PSEUDONYM = (2, 5, 4, 65), "pseudonym";
    ORGANIZATION_IDENTIFIER = (2, 5, 4, 97);

    // Extensions (RFC 5280 §4.2, §5.2 and §5.3, RFC 6960 §4.4, RFC 6962 §3.3, RFC 7633, Common
    // PKI).
    MS_CERTIFICATE_TEMPLATE = (1, 3, 6, 1, 4, 1, 311, 21, 7), "msCertificateTemplate";
    PRECERTIFICATE_SCT_LIST = (1, 3, 6, 1, 4, 1, 11129, 2, 4, 2), "signedCertificateTimestampList";
    PRECERTIFICATE_POISON = (1, 3, 6, 1, 4, 1, 11129, 2, 4, 3), "ctPoison";
    SCT_LIST = (1, 3, 6, 1, 4, 1, 11129, 2, 4, 5), "signedCertificateTimestampList";
    AUTHORITY_INFORMATION_ACCESS = (1, 3, 6, 1, 5, 5, 7, 1, 1), "authorityInfoAccess";
    SUBJECT_INFORMATION_ACCESS = (1, 3, 6, 1, 5, 5, 7, 1, 11), "subjectInfoAccess";
    TLS_FEATURE = (1, 3, 6, 1, 5, 5, 7, 1, 24), "TLSFeature";
    OCSP_NONCE = (1, 3, 6, 1, 5, 5, 7, 48, 1, 2), "OCSPNonce";
    OCSP_ACCEPTABLE_RESPONSES = (1, 3, 6, 1, 5, 5, 7, 48, 1, 4);
    OCSP_NO_CHECK = (1, 3, 6, 1, 5, 5, 7, 48, 1, 5), "OCSPNoCheck";
    ADMISSIONS = (1, 3, 36, 8, 3, 3), "Admissions";
    SUBJECT_DIRECTORY_ATTRIBUTES = (2, 5, 29, 9), "subjectDirectoryAttributes";
    SUBJECT_KEY_IDENTIFIER = (2, 5, 29, 14), "subjectKeyIdentifier";
    KEY_USAGE = (2, 5, 29, 15), "keyUsage";
    PRIVATE_KEY_USAGE_PERIOD = (2, 5, 29, 16), "privateKeyUsagePeriod";
    SUBJECT_ALTERNATIVE_NAME = (2, 5, 29, 17), "subjectAltName";
    ISSUER_ALTERNATIVE_NAME = (2, 5, 29, 18), "issuerAltName";
    BASIC_CONSTRAINTS = (2, 5, 29, 19), "basicConstraints";
    CRL_NUMBER = (2, 5, 29, 20), "cRLNumber";
    CRL_REASON = (2, 5, 29, 21), "cRLReason";
    INVALIDITY_DATE = (2, 5, 29, 24), "invalidityDate";
    DELTA_CRL_INDICATOR = (2, 5, 29, 27), "deltaCRLIndicator";
    ISSUING_DISTRIBUTION_POINT = (2, 5, 29, 28), "issuingDistributionPoint";
    CERTIFICATE_ISSUER = (2, 5, 29, 29), "certificateIssuer";
    NAME_CONSTRAINTS = (2, 5, 29, 30), "nameConstraints";
    CRL_DISTRIBUTION_POINTS = (2, 5, 29, 31), "cRLDistributionPoints";
    CERTIFICATE_POLICIES = (2, 5, 29, 32), "certificatePolicies";
    POLICY_MAPPINGS = (2, 5, 29, 33), "policyMappings";
    AUTHORITY_KEY_IDENTIFIER = (2, 5, 29, 35), "authorityKeyIdentifier";
    POLICY_CONSTRAINTS = (2, 5, 29, 36), "policyConstraints";
    EXTENDED_KEY_USAGE = (2, 5, 29, 37), "extendedKeyUsage";
    FRESHEST_CRL = (2, 5, 29, 46), "freshestCRL";
    INHIBIT_ANY_POLICY = (2, 5, 29, 54), "inhibitAnyPolicy";

    // Policies and their qualifiers (RFC 5280 §4.2.1.4), and where to find more (§4.2.2).
    CPS_QUALIFIER = (1, 3, 6, 1, 5, 5, 7, 2, 1), "id-qt-cps";
    USER_NOTICE_QUALIFIER = (1, 3, 6, 1, 5, 5, 7, 2, 2), "id-qt-unotice";
    AD_OCSP = (1, 3, 6, 1, 5, 5, 7, 48, 1), "OCSP";
    OCSP_BASIC = (1, 3, 6, 1, 5, 5, 7, 48, 1, 1);
    AD_CA_ISSUERS = (1, 3, 6, 1, 5, 5, 7, 48, 2), "caIssuers";
    AD_CA_REPOSITORY = (1, 3, 6, 1, 5, 5, 7, 48, 5), "caRepository";
    ANY_POLICY = (2, 5, 29, 32, 0);

    // Purposes of a key (RFC 5280 §4.2.1.12, RFC 4556, RFC 4945, RFC 6962, RFC 9174).
    SMARTCARD_LOGON = (1, 3, 6, 1, 4, 1, 311, 20, 2, 2), "msSmartcardLogin";
    CERTIFICATE_TRANSPARENCY = (1, 3, 6, 1, 4, 1, 11129, 2, 4, 4);
    KERBEROS_PKINIT_KDC = (1, 3, 6, 1, 5, 2, 3, 5), "pkInitKDC";
    SERVER_AUTH = (1, 3, 6, 1, 5, 5, 7, 3, 1), "serverAuth";
    CLIENT_AUTH = (1, 3, 6, 1, 5, 5, 7, 3, 2), "clientAuth";
    CODE_SIGNING = (1, 3, 6, 1, 5, 5, 7, 3, 3), "codeSigning";
    EMAIL_PROTECTION = (1, 3, 6, 1, 5, 5, 7, 3, 4), "emailProtection";
    TIME_STAMPING = (1, 3, 6, 1, 5, 5, 7, 3, 8), "timeStamping";
    OCSP_SIGNING = (1, 3, 6, 1, 5, 5, 7, 3, 9), "OCSPSigning";
    IPSEC_IKE = (1, 3, 6, 1, 5, 5, 7, 3, 17);
    BUNDLE_SECURITY = (1, 3, 6, 1, 5, 5, 7, 3, 35);
    ANY_EXTENDED_KEY_USAGE = (2, 5, 29, 37, 0);

    // Forms of an otherName (IANA, PKIX other name forms).
    PERMANENT_IDENTIFIER = (1, 3, 6, 1, 5, 5, 7, 8, 3);
    HW_MODULE_NAME = (1, 3, 6, 1, 5, 5, 7, 8, 4);
    DNS_SRV = (1, 3, 6, 1, 5, 5, 7, 8, 7);
    NAI_REALM = (1, 3, 6, 1, 5, 5, 7, 8, 8);
    SMTP_UTF8_MAILBOX = (1, 3, 6, 1, 5, 5, 7, 8, 9);
    ACP_NODE_NAME = (1, 3, 6, 1, 5, 5, 7, 8, 10);
    BUNDLE_EID = (1, 3, 6, 1, 5, 5, 7, 8, 11);

    // Attributes of a signing request (RFC 2985).
    UNSTRUCTURED_NAME = (1, 2, 840, 113549, 1, 9, 2), "unstructuredName";
    CHALLENGE_PASSWORD = (1, 2, 840, 113549, 1, 9, 7), "challengePassword";
    EXTENSION_REQUEST = (1, 2, 840, 113549, 1, 9, 14);
    MS_EXTENSION_REQUEST = (1, 3, 6, 1, 4, 1, 311, 2, 1, 14);
}
