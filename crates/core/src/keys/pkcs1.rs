//! RSA keys alone, as PKCS#1 writes them (RFC 8017 appendix A.1), and within PKCS#8 and
//! SubjectPublicKeyInfo.

use asn1::Writer;
use zeroize::Zeroizing;

use super::der::{self, AlgorithmIdentifier, Unsigned};
use super::forms::{Labelled, PrivateForms, PublicForms};
use super::jwk::Members;
use super::ssh;
use crate::asymmetric::rsa::{Checks, PrivateComponents, PrivateKey, PublicComponents, PublicKey};
use crate::oid::{self, ObjectIdentifier};
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// The label of a private key's PEM block, encrypted or not.
pub const PRIVATE_LABEL: &str = "RSA PRIVATE KEY";
/// The label of a public key's PEM block.
pub const PUBLIC_LABEL: &str = "RSA PUBLIC KEY";

/// How many elements an `RSAPrivateKey` of two primes has.
pub(super) const PRIVATE_ELEMENTS: usize = 9;
/// How many elements an `RSAPublicKey` has.
pub(super) const PUBLIC_ELEMENTS: usize = 2;

impl PrivateKey {
    /// Reads an `RSAPrivateKey` of two primes, and checks it as `checks` says.
    ///
    /// A private exponent that is not below the modulus, but works, gives way to the smallest one
    /// that does.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the structure is another or the key is not valid.
    #[wipes_stack(deep)]
    pub fn from_pkcs1_der(der: &[u8], checks: Checks) -> Result<Self> {
        let key: RsaPrivateKey<'_> = der::parse(der)?;
        if key.version != 0 {
            return Err(Error::value("Invalid key: RSA keys with more than two primes are not supported"));
        }
        let secret = |number: Unsigned<'_>| Zeroizing::new(number.0.to_vec());
        let components = PrivateComponents {
            public: PublicComponents { n: key.n.0.to_vec(), e: key.e.0.to_vec() },
            d: secret(key.d),
            p: secret(key.p),
            q: secret(key.q),
            dmp1: secret(key.dmp1),
            dmq1: secret(key.dmq1),
            iqmp: secret(key.iqmp),
        };
        Self::from_file_components(&components, checks)
    }

    /// Writes an `RSAPrivateKey`.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    #[wipes_stack(deep)]
    pub fn to_pkcs1_der(&self) -> Result<Zeroizing<Vec<u8>>> {
        let key = self.components();
        let numbers: [&[u8]; 8] =
            [&key.public.n, &key.public.e, &key.d, &key.p, &key.q, &key.dmp1, &key.dmq1, &key.iqmp];
        // Tag, length and sign of an integer are at most eleven octets.
        let len = 3 + numbers.iter().map(|number| number.len() + 11).sum::<usize>();
        der::secret_sequence(len, |writer: &mut Writer<'_>| {
            writer.write_element(&0u8)?;
            numbers.iter().try_for_each(|number| writer.write_element(&Unsigned(number)))
        })
    }
}

impl PublicKey {
    /// Reads an `RSAPublicKey`.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the structure is another or the key is not valid.
    pub fn from_pkcs1_der(der: &[u8]) -> Result<Self> {
        let key: RsaPublicKey<'_> = der::parse(der)?;
        Self::from_components(&PublicComponents { n: key.n.0.to_vec(), e: key.e.0.to_vec() })
    }

    /// Writes an `RSAPublicKey`.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn to_pkcs1_der(&self) -> Result<Vec<u8>> {
        let components = self.components();
        der::write(&RsaPublicKey { n: Unsigned(&components.n), e: Unsigned(&components.e) })
    }
}

impl PrivateForms for PrivateKey {
    type Public = PublicKey;

    fn from_pkcs8(algorithm: &AlgorithmIdentifier<'_>, key: &[u8], checks: Checks) -> Option<Result<Self>> {
        Some(is_rsa(algorithm)?.and_then(|()| Self::from_pkcs1_der(key, checks)))
    }

    fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>> {
        der::private_key_info(&RsaAlgorithm::PLAIN, &self.to_pkcs1_der()?)
    }

    fn public_half(&self) -> PublicKey {
        self.public_key()
    }

    fn to_traditional(&self) -> Result<Option<Labelled<Zeroizing<Vec<u8>>>>> {
        Ok(Some((PRIVATE_LABEL, self.to_pkcs1_der()?)))
    }

    /// RFC 7518 §6.3.2.
    fn add_to_jwk(&self, members: &mut Members) {
        let PrivateComponents { d, p, q, dmp1, dmq1, iqmp, .. } = &self.components();
        members.bytes("d", d).bytes("p", p).bytes("q", q).bytes("dp", dmp1).bytes("dq", dmq1).bytes("qi", iqmp);
    }
}

impl PublicForms for PublicKey {
    fn from_spki(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Option<Result<Self>> {
        Some(is_rsa(algorithm)?.and_then(|()| Self::from_pkcs1_der(key)))
    }

    fn to_spki(&self) -> Result<Vec<u8>> {
        der::subject_public_key_info(&RsaAlgorithm::PLAIN, &self.to_pkcs1_der()?)
    }

    fn description(&self) -> String {
        format!("RSA, {} bits", self.bits())
    }

    fn to_pkcs1(&self) -> Result<Option<Labelled<Vec<u8>>>> {
        Ok(Some((PUBLIC_LABEL, self.to_pkcs1_der()?)))
    }

    fn to_ssh(&self) -> Option<Result<Vec<u8>>> {
        Some(Ok(ssh::rsa_blob(self)))
    }

    /// RFC 7518 §6.3.1.
    fn to_jwk(&self) -> Option<Members> {
        let PublicComponents { n, e } = self.components();
        let mut members = Members::default();
        members.plain("kty", "RSA").bytes("n", &n).bytes("e", &e);
        Some(members)
    }
}

/// Tells whether an algorithm is one of RSA's, and whether its parameters are right: NULL or left
/// out, and for a key that is restricted to PSS `RSASSA-PSS-params` or left out. The restrictions
/// are checked for form and then dropped.
fn is_rsa(algorithm: &AlgorithmIdentifier<'_>) -> Option<Result<()>> {
    match algorithm.oid {
        oid::RSA_ENCRYPTION => Some(algorithm.without_parameters()),
        oid::RSASSA_PSS => Some(match algorithm.parameters {
            Some(_) => algorithm.parse::<PssParameters<'_>>().map(drop),
            None => Ok(()),
        }),
        _ => None,
    }
}

#[derive(asn1::Asn1Read)]
struct RsaPrivateKey<'a> {
    /// 0 for two primes, 1 for more.
    version: u8,
    n: Unsigned<'a>,
    e: Unsigned<'a>,
    d: Unsigned<'a>,
    p: Unsigned<'a>,
    q: Unsigned<'a>,
    dmp1: Unsigned<'a>,
    dmq1: Unsigned<'a>,
    iqmp: Unsigned<'a>,
    /// `otherPrimeInfos`, here so that version 1 is refused with its reason.
    _other_primes: Option<asn1::Sequence<'a>>,
}

#[derive(asn1::Asn1Read, asn1::Asn1Write)]
struct RsaPublicKey<'a> {
    n: Unsigned<'a>,
    e: Unsigned<'a>,
}

/// RSA's algorithm identifier as it is written: with NULL for parameters (RFC 8017 appendix A.1).
#[derive(asn1::Asn1Write)]
struct RsaAlgorithm {
    oid: ObjectIdentifier,
    parameters: asn1::Null,
}

impl RsaAlgorithm {
    const PLAIN: Self = Self { oid: oid::RSA_ENCRYPTION, parameters: () };
}

/// RFC 8017 appendix A.2.3, for its form alone.
#[derive(asn1::Asn1Read)]
struct PssParameters<'a> {
    #[explicit(0)]
    _hash: Option<AlgorithmIdentifier<'a>>,
    #[explicit(1)]
    _mask_generation: Option<AlgorithmIdentifier<'a>>,
    #[explicit(2)]
    _salt_len: Option<u32>,
    #[explicit(3)]
    _trailer_field: Option<u8>,
}
