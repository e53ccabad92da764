//! DSA keys: OpenSSL's traditional structure, and the parts of PKCS#8 and SubjectPublicKeyInfo (RFC
//! 3279 §2.3.2).

use zeroize::Zeroizing;

use super::der::{self, AlgorithmIdentifier, Unsigned};
use super::forms::{Labelled, PrivateForms, PublicForms};
use super::ssh;
use crate::asymmetric::dsa::{Checks, ParameterComponents, PrivateComponents, PrivateKey, PublicComponents, PublicKey};
use crate::asymmetric::rsa;
use crate::error::Allowed;
use crate::oid::{self, ObjectIdentifier};
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// The label of a traditional private key's PEM block, encrypted or not.
pub const PRIVATE_LABEL: &str = "DSA PRIVATE KEY";

/// How many elements the traditional structure has.
pub(super) const ELEMENTS: usize = 6;

impl PrivateKey {
    /// Reads a traditional `DSAPrivateKey`.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the structure is another or the key is not valid.
    #[wipes_stack(deep)]
    pub fn from_traditional_der(der: &[u8]) -> Result<Self> {
        let key: DsaPrivateKey<'_> = der::parse(der)?;
        if key.version != 0 {
            let (got, known) = (key.version.into(), Allowed::Exactly(0));
            return Err(Error::Version { what: "a DSA private key", got, known });
        }
        let parameters = DssParms { p: key.p, q: key.q, g: key.g }.components();
        let public = PublicComponents { parameters, y: key.y.0.to_vec() };
        let components = PrivateComponents { public, x: Zeroizing::new(key.x.0.to_vec()) };
        Self::from_components(&components, Checks::Soundness)
    }

    /// Writes a traditional `DSAPrivateKey`.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    #[wipes_stack(deep)]
    pub fn to_traditional_der(&self) -> Result<Zeroizing<Vec<u8>>> {
        let PrivateComponents { public: PublicComponents { parameters, y }, x } = self.components();
        let numbers: [&[u8]; 5] = [&parameters.p, &parameters.q, &parameters.g, &y, &x];
        // Tag, length and sign of an integer are at most eleven octets.
        let len = 3 + numbers.iter().map(|number| number.len() + 11).sum::<usize>();
        der::secret_sequence(len, |writer| {
            writer.write_element(&0u8)?;
            numbers.iter().try_for_each(|number| writer.write_element(&Unsigned(number)))
        })
    }
}

impl PrivateForms for PrivateKey {
    type Public = PublicKey;

    fn from_pkcs8(algorithm: &AlgorithmIdentifier<'_>, key: &[u8], _: rsa::Checks) -> Option<Result<Self>> {
        (algorithm.oid == oid::DSA).then(|| {
            let parameters = algorithm.parse::<DssParms<'_>>()?.components();
            let x: Unsigned<'_> = der::parse(key)?;
            Self::from_private_number(&parameters, x.0, Checks::Soundness)
        })
    }

    fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>> {
        let PrivateComponents { public: PublicComponents { parameters, .. }, x } = self.components();
        der::private_key_info(&DsaAlgorithm::new(&parameters), &der::secret_integer(&x)?)
    }

    fn public_half(&self) -> PublicKey {
        self.public_key()
    }

    fn to_traditional(&self) -> Result<Option<Labelled<Zeroizing<Vec<u8>>>>> {
        Ok(Some((PRIVATE_LABEL, self.to_traditional_der()?)))
    }
}

impl PublicForms for PublicKey {
    fn from_spki(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Option<Result<Self>> {
        (algorithm.oid == oid::DSA).then(|| {
            let parameters = algorithm.parse::<DssParms<'_>>()?.components();
            let y: Unsigned<'_> = der::parse(key)?;
            Self::from_components(&PublicComponents { parameters, y: y.0.to_vec() }, Checks::Soundness)
        })
    }

    fn to_spki(&self) -> Result<Vec<u8>> {
        let components = self.components();
        der::subject_public_key_info(&DsaAlgorithm::new(&components.parameters), &der::write(&Unsigned(&components.y))?)
    }

    fn description(&self) -> String {
        format!("DSA, {} bits", self.bits())
    }

    fn to_ssh(&self) -> Option<Result<Vec<u8>>> {
        Some(ssh::dsa_blob(self))
    }
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
    oid: ObjectIdentifier,
    parameters: DssParms<'a>,
}

impl<'a> DsaAlgorithm<'a> {
    fn new(group: &'a ParameterComponents) -> Self {
        let parameters = DssParms { p: Unsigned(&group.p), q: Unsigned(&group.q), g: Unsigned(&group.g) };
        Self { oid: oid::DSA, parameters }
    }
}
