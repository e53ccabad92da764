//! Diffie-Hellman parameters (PKCS #3 §9; ANSI X9.42 as in RFC 3279 §2.3.3), and keys in PKCS#8 and
//! SubjectPublicKeyInfo.
//!
//! A group that came without a q is written as PKCS #3 has it, one with a q as X9.42 has it: some
//! programs read only one of the two, and so a file keeps its form.

use zeroize::Zeroizing;

use super::der::{self, AlgorithmIdentifier, Unsigned};
use super::forms::{PrivateForms, PublicForms};
use crate::Result;
use crate::asymmetric::dh::{
    ParameterComponents, Parameters, PrivateComponents, PrivateKey, PublicComponents, PublicKey,
};
use crate::asymmetric::rsa::Checks;
use crate::oid::{self, ObjectIdentifier};

/// The label of the PEM block of PKCS #3 parameters.
pub const PKCS3_LABEL: &str = "DH PARAMETERS";
/// The label of the PEM block of X9.42 parameters.
pub const X942_LABEL: &str = "X9.42 DH PARAMETERS";

/// Reads a PKCS #3 `DHParameter`. Its length of private numbers is dropped: a group has better
/// grounds for one.
///
/// # Errors
/// [`Error::InvalidValue`](crate::Error::InvalidValue) if the structure is another or the group is
/// none.
pub(super) fn parameters_from_pkcs3(der: &[u8]) -> Result<Parameters> {
    Parameters::from_components(&der::parse::<DhParameter<'_>>(der)?.components())
}

/// Reads X9.42 parameters p, g and q; q may be left out.
///
/// # Errors
/// [`Error::InvalidValue`](crate::Error::InvalidValue) if the structure is another or the group is
/// none.
pub(super) fn parameters_from_x942(der: &[u8]) -> Result<Parameters> {
    let Group { p, g, q } = der::parse(der)?;
    Parameters::from_components(&components(p, g, q))
}

/// Reads parameters that may be of either kind. Where there are three numbers, the size of the last
/// tells them apart: the order q of X9.42 has at least 160 bits, and a length of private numbers is
/// itself a small number.
///
/// # Errors
/// [`Error::InvalidValue`](crate::Error::InvalidValue) if the structure is another or the group is
/// none.
pub(super) fn parameters_from_der(der: &[u8]) -> Result<Parameters> {
    let Group { p, g, q } = der::parse(der)?;
    Parameters::from_components(&components(p, g, q.filter(|q| q.0.len() > MAX_LENGTH_BYTES)))
}

/// Writes the parameters, and tells the label of their PEM block.
///
/// # Errors
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
pub(super) fn parameters_to_der(parameters: &Parameters) -> Result<(&'static str, Vec<u8>)> {
    let components = as_they_came(parameters);
    let label = if components.q.is_some() { X942_LABEL } else { PKCS3_LABEL };
    Ok((label, der::write(&Group::of(&components))?))
}

impl PrivateForms for PrivateKey {
    type Public = PublicKey;

    fn from_pkcs8(algorithm: &AlgorithmIdentifier<'_>, key: &[u8], _: Checks) -> Option<Result<Self>> {
        is_dh(algorithm).then(|| {
            let x: Unsigned<'_> = der::parse(key)?;
            Self::from_private_number(&parameters_of(algorithm)?, x.0)
        })
    }

    fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>> {
        let PrivateComponents { x, .. } = self.components();
        der::private_key_info(&DhAlgorithm::of(&as_they_came(self.parameters())), &der::secret_integer(&x)?)
    }

    fn public_half(&self) -> PublicKey {
        self.public_key()
    }

    /// Compares the numbers alone: testing the primes of the group a second time would take as long
    /// as the first.
    fn has_public_half(&self, _: &AlgorithmIdentifier<'_>, octets: &[u8]) -> Result<bool> {
        Ok(der::parse::<Unsigned<'_>>(octets)?.0 == self.public_key().components().y)
    }
}

impl PublicForms for PublicKey {
    fn from_spki(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Option<Result<Self>> {
        is_dh(algorithm).then(|| {
            let y: Unsigned<'_> = der::parse(key)?;
            Self::from_components(&PublicComponents { parameters: parameters_of(algorithm)?, y: y.0.to_vec() })
        })
    }

    fn to_spki(&self) -> Result<Vec<u8>> {
        let PublicComponents { y, .. } = self.components();
        let algorithm = as_they_came(self.parameters());
        der::subject_public_key_info(&DhAlgorithm::of(&algorithm), &der::write(&Unsigned(&y))?)
    }

    fn description(&self) -> String {
        format!("Diffie-Hellman, {} bits", self.bits())
    }
}

fn is_dh(algorithm: &AlgorithmIdentifier<'_>) -> bool {
    matches!(algorithm.oid, oid::DH_KEY_AGREEMENT | oid::DH_PUBLIC_NUMBER)
}

/// The group that an algorithm identifier of either kind names.
fn parameters_of(algorithm: &AlgorithmIdentifier<'_>) -> Result<ParameterComponents> {
    if algorithm.oid == oid::DH_KEY_AGREEMENT {
        return Ok(algorithm.parse::<DhParameter<'_>>()?.components());
    }
    let DomainParameters { p, g, q, .. } = algorithm.parse()?;
    Ok(components(p, g, Some(q)))
}

/// The longest a length of private numbers is as a number, in bytes.
const MAX_LENGTH_BYTES: usize = 2;

/// The numbers of a group to be written: without a q that was filled in.
fn as_they_came(parameters: &Parameters) -> ParameterComponents {
    let components = parameters.components();
    let q = if parameters.came_without_order() { None } else { components.q };
    ParameterComponents { q, ..components }
}

fn components(p: Unsigned<'_>, g: Unsigned<'_>, q: Option<Unsigned<'_>>) -> ParameterComponents {
    ParameterComponents { p: p.0.to_vec(), g: g.0.to_vec(), q: q.map(|q| q.0.to_vec()) }
}

/// `DHParameter` (PKCS #3 §9).
#[derive(asn1::Asn1Read)]
struct DhParameter<'a> {
    p: Unsigned<'a>,
    g: Unsigned<'a>,
    _private_value_length: Option<u32>,
}

impl DhParameter<'_> {
    fn components(&self) -> ParameterComponents {
        components(self.p, self.g, None)
    }
}

/// `DomainParameters` (RFC 3279 §2.3.3).
#[derive(asn1::Asn1Read)]
struct DomainParameters<'a> {
    p: Unsigned<'a>,
    g: Unsigned<'a>,
    q: Unsigned<'a>,
    _j: Option<Unsigned<'a>>,
    _validation: Option<ValidationParameters<'a>>,
}

/// `ValidationParms` (RFC 3279 §2.3.3).
#[derive(asn1::Asn1Read)]
struct ValidationParameters<'a> {
    _seed: asn1::BitString<'a>,
    _counter: Unsigned<'a>,
}

/// The common beginning of both kinds of parameters.
#[derive(asn1::Asn1Read, asn1::Asn1Write)]
struct Group<'a> {
    p: Unsigned<'a>,
    g: Unsigned<'a>,
    q: Option<Unsigned<'a>>,
}

impl<'a> Group<'a> {
    fn of(components: &'a ParameterComponents) -> Self {
        let ParameterComponents { p, g, q } = components;
        Self { p: Unsigned(p), g: Unsigned(g), q: q.as_deref().map(Unsigned) }
    }
}

#[derive(asn1::Asn1Write)]
struct DhAlgorithm<'a> {
    oid: ObjectIdentifier,
    parameters: Group<'a>,
}

impl<'a> DhAlgorithm<'a> {
    fn of(components: &'a ParameterComponents) -> Self {
        let oid = if components.q.is_some() { oid::DH_PUBLIC_NUMBER } else { oid::DH_KEY_AGREEMENT };
        Self { oid, parameters: Group::of(components) }
    }
}
