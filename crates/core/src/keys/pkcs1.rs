//! RSA keys alone, as PKCS#1 writes them (RFC 8017 appendix A.1).

use asn1::Writer;
use zeroize::Zeroizing;

use super::der::{self, Unsigned};
use crate::asymmetric::rsa::{Checks, PrivateComponents, PrivateKey, PublicComponents, PublicKey};
use crate::{Error, Result};

/// The label of a private key's PEM block, encrypted or not.
pub const PRIVATE_LABEL: &str = "RSA PRIVATE KEY";
/// The label of a public key's PEM block.
pub const PUBLIC_LABEL: &str = "RSA PUBLIC KEY";

/// How many elements an `RSAPrivateKey` of two primes has.
pub(super) const PRIVATE_ELEMENTS: usize = 9;
/// How many elements an `RSAPublicKey` has.
pub(super) const PUBLIC_ELEMENTS: usize = 2;

/// Reads an `RSAPrivateKey` of two primes, and checks it as `checks` says.
///
/// A private exponent that is not below the modulus, but works, gives way to the smallest one that does.
///
/// # Errors
/// [`Error::InvalidValue`] if the structure is another or the key is not valid.
pub fn private_from_der(der: &[u8], checks: Checks) -> Result<PrivateKey> {
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
    PrivateKey::from_file_components(&components, checks)
}

/// Writes an `RSAPrivateKey`.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn private_to_der(key: &PrivateKey) -> Result<Zeroizing<Vec<u8>>> {
    let key = key.components();
    let numbers: [&[u8]; 8] = [&key.public.n, &key.public.e, &key.d, &key.p, &key.q, &key.dmp1, &key.dmq1, &key.iqmp];
    // Tag, length and sign of an integer are at most eleven octets.
    let len = 3 + numbers.iter().map(|number| number.len() + 11).sum::<usize>();
    der::secret_sequence(len, |writer: &mut Writer<'_>| {
        writer.write_element(&0u8)?;
        numbers.iter().try_for_each(|number| writer.write_element(&Unsigned(number)))
    })
}

/// Reads an `RSAPublicKey`.
///
/// # Errors
/// [`Error::InvalidValue`] if the structure is another or the key is not valid.
pub fn public_from_der(der: &[u8]) -> Result<PublicKey> {
    let key: RsaPublicKey<'_> = der::parse(der)?;
    PublicKey::from_components(&PublicComponents { n: key.n.0.to_vec(), e: key.e.0.to_vec() })
}

/// Writes an `RSAPublicKey`.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn public_to_der(key: &PublicKey) -> Result<Vec<u8>> {
    let components = key.components();
    der::write(&RsaPublicKey { n: Unsigned(&components.n), e: Unsigned(&components.e) })
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
