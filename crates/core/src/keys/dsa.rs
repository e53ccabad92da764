//! DSA keys: OpenSSL's traditional structure, and the parts of PKCS#8 and SubjectPublicKeyInfo (RFC 3279 §2.3.2).

use zeroize::Zeroizing;

use super::der::{self, AlgorithmIdentifier, Unsigned};
use super::{oid, pkcs8, spki};
use crate::asymmetric::dsa::{Checks, ParameterComponents, PrivateComponents, PrivateKey, PublicComponents, PublicKey};
use crate::{Error, Result};

/// The label of a traditional private key's PEM block, encrypted or not.
pub const PRIVATE_LABEL: &str = "DSA PRIVATE KEY";

/// How many elements the traditional structure has.
pub(super) const ELEMENTS: usize = 6;

/// Reads a traditional `DSAPrivateKey`.
///
/// # Errors
/// [`Error::InvalidValue`] if the structure is another or the key is not valid.
pub fn private_from_der(der: &[u8]) -> Result<PrivateKey> {
    let key: DsaPrivateKey<'_> = der::parse(der)?;
    if key.version != 0 {
        return Err(Error::value("Invalid key: the version of a DSA key is 0"));
    }
    let parameters = DssParms { p: key.p, q: key.q, g: key.g }.components();
    let public = PublicComponents { parameters, y: key.y.0.to_vec() };
    let components = PrivateComponents { public, x: Zeroizing::new(key.x.0.to_vec()) };
    PrivateKey::from_components(&components, Checks::Soundness)
}

/// Writes a traditional `DSAPrivateKey`.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn private_to_der(key: &PrivateKey) -> Result<Zeroizing<Vec<u8>>> {
    let PrivateComponents { public: PublicComponents { parameters, y }, x } = key.components();
    let numbers: [&[u8]; 5] = [&parameters.p, &parameters.q, &parameters.g, &y, &x];
    // Tag, length and sign of an integer are at most eleven octets.
    let len = 3 + numbers.iter().map(|number| number.len() + 11).sum::<usize>();
    der::secret_sequence(len, |writer| {
        writer.write_element(&0u8)?;
        numbers.iter().try_for_each(|number| writer.write_element(&Unsigned(number)))
    })
}

/// Reads the key of a `PrivateKeyInfo`.
pub(super) fn private_from_pkcs8(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Result<PrivateKey> {
    let parameters = algorithm.parse::<DssParms<'_>>()?.components();
    let x: Unsigned<'_> = der::parse(key)?;
    PrivateKey::from_private_number(&parameters, x.0, Checks::Soundness)
}

/// Writes a `PrivateKeyInfo`.
pub(super) fn private_to_pkcs8(key: &PrivateKey) -> Result<Zeroizing<Vec<u8>>> {
    let PrivateComponents { public: PublicComponents { parameters, .. }, x } = key.components();
    pkcs8::info(&DsaAlgorithm::new(&parameters), &der::secret_integer(&x)?)
}

/// Reads the key of a `SubjectPublicKeyInfo`.
pub(super) fn public_from_spki(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Result<PublicKey> {
    let parameters = algorithm.parse::<DssParms<'_>>()?.components();
    let y: Unsigned<'_> = der::parse(key)?;
    PublicKey::from_components(&PublicComponents { parameters, y: y.0.to_vec() }, Checks::Soundness)
}

/// Writes a `SubjectPublicKeyInfo`.
pub(super) fn public_to_spki(key: &PublicKey) -> Result<Vec<u8>> {
    let components = key.components();
    spki::info(&DsaAlgorithm::new(&components.parameters), &der::write(&Unsigned(&components.y))?)
}

#[derive(asn1::Asn1Read)]
struct DsaPrivateKey<'a> {
    version: u8,
    p: Unsigned<'a>,
    q: Unsigned<'a>,
    g: Unsigned<'a>,
    y: Unsigned<'a>,
    x: Unsigned<'a>,
}

/// `Dss-Parms`.
#[derive(asn1::Asn1Read, asn1::Asn1Write)]
struct DssParms<'a> {
    p: Unsigned<'a>,
    q: Unsigned<'a>,
    g: Unsigned<'a>,
}

impl DssParms<'_> {
    fn components(&self) -> ParameterComponents {
        ParameterComponents { p: self.p.0.to_vec(), q: self.q.0.to_vec(), g: self.g.0.to_vec() }
    }
}

#[derive(asn1::Asn1Write)]
struct DsaAlgorithm<'a> {
    oid: asn1::ObjectIdentifier,
    parameters: DssParms<'a>,
}

impl<'a> DsaAlgorithm<'a> {
    fn new(group: &'a ParameterComponents) -> Self {
        let parameters = DssParms { p: Unsigned(&group.p), q: Unsigned(&group.q), g: Unsigned(&group.g) };
        Self { oid: oid::DSA, parameters }
    }
}
