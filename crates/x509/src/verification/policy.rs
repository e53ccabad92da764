//! The demands on a certificate and on the path to it.

use ironlatch_core::asymmetric::ml_dsa::ParameterSet;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::keys::PublicKey;
use ironlatch_core::oid::{self, ObjectIdentifier};

use super::extensions::{Context, Criticality, ExtensionPolicy, Validator};
use super::hosts::Subject;
use super::refusal::Rule;
use crate::algorithms::SignatureAlgorithm;
use crate::certificate::Certificate;
use crate::der::Elements;
use crate::error::{At, Error, Result};
use crate::extensions::{BasicConstraints, Extensions};
use crate::time::Time;

/// How many authorities may stand between the certificate in question and a trusted one.
pub const DEFAULT_MAX_CHAIN_DEPTH: u8 = 8;

/// How long an authority's RSA key has to be.
pub const MINIMUM_RSA_BITS: usize = 2048;

/// The demands on a certificate and on the path to it.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Whom the certificate has to be for, if that is asked.
    pub subject: Option<Subject>,
    /// When it has to be valid.
    pub time: Time,
    /// How many authorities may stand between it and a trusted one.
    pub max_chain_depth: u8,
    /// The purpose it has to be for, if it names any. `None` takes every purpose.
    pub purpose: Option<ObjectIdentifier>,
    /// How long an authority's RSA key has to be.
    pub minimum_rsa_bits: usize,
    /// The demands on the extensions of authorities.
    pub authorities: ExtensionPolicy,
    /// The demands on the extensions of the certificate itself.
    pub leaf: ExtensionPolicy,
    /// Whether constraints on distinguished names are applied: to alternative names of that kind
    /// and to subjects. If not, a critical one is refused.
    pub directory_names: bool,
    /// Whether a certificate that is itself in the store is good with no more than the right
    /// subject, time and purpose: for a certificate that its own server issued, and was handed over
    /// by hand.
    pub trusted_leaf: bool,
    /// Whether signatures and authorities' keys may be of every kind that this crate verifies. If
    /// not, they have to be of those that the public web has, or ML-DSA.
    pub all_algorithms: bool,
}

impl Policy {
    /// For the certificate of the server `subject`, as the public web has it.
    #[must_use]
    pub fn server(subject: Subject) -> Self {
        Self::new(Some(subject), Some(oid::SERVER_AUTH))
    }

    /// For the certificate of a client. Who it is, is for the caller to see in the names of the
    /// verified certificate.
    #[must_use]
    pub fn client() -> Self {
        Self::new(None, Some(oid::CLIENT_AUTH))
    }

    /// For a certificate for a purpose, such as signing code ([`oid::CODE_SIGNING`]). The rules
    /// are a client's, but it need not have alternative names.
    #[must_use]
    pub fn purpose(purpose: Option<ObjectIdentifier>) -> Self {
        let mut policy = Self::new(None, purpose);
        policy.leaf.set(oid::SUBJECT_ALTERNATIVE_NAME, Validator::Optional(Criticality::Agnostic, None));
        policy
    }

    fn new(subject: Option<Subject>, purpose: Option<ObjectIdentifier>) -> Self {
        Self {
            subject,
            time: Time::now(),
            max_chain_depth: DEFAULT_MAX_CHAIN_DEPTH,
            purpose,
            minimum_rsa_bits: MINIMUM_RSA_BITS,
            authorities: ExtensionPolicy::for_authorities(),
            leaf: ExtensionPolicy::for_leaves(),
            directory_names: false,
            trusted_leaf: false,
            all_algorithms: false,
        }
    }

    /// The same policy with what RFC 5280 asks for and no more, as the authorities of companies and
    /// devices need it. Extensions may be critical or not. Authorities need no key usage, and
    /// servers no authority key identifier. Certificate policies may be critical: they restrict
    /// what a certificate is good for only for a caller who asks for one. Keys and signatures may
    /// be of every kind, such as Ed25519.
    #[must_use]
    pub fn lenient(self) -> Self {
        Self {
            authorities: ExtensionPolicy::lenient_for_authorities(),
            leaf: ExtensionPolicy::lenient_for_leaves(),
            all_algorithms: true,
            ..self
        }
    }

    /// Fails if the policy could not tell an authority from another, or a server's names.
    ///
    /// # Errors
    /// [`Error::InvalidValue`].
    pub fn check(&self) -> Result<()> {
        if !self.authorities.requires(&oid::BASIC_CONSTRAINTS) {
            return Err(Error::value(
                "A CA extension policy must require the basicConstraints extension to be present.",
            ));
        }
        if self.subject.is_some() && !self.leaf.requires(&oid::SUBJECT_ALTERNATIVE_NAME) {
            return Err(Error::value(
                "An EE extension policy used for server verification must require the subjectAltName extension to be present.",
            ));
        }
        Ok(())
    }

    /// Fails unless the certificate in question is as it should be.
    pub(super) fn check_leaf(&self, certificate: &Certificate, trusted: bool) -> Result<(), Rule> {
        let extensions = certificate.extensions();
        extensions.check_unique()?;
        if trusted && self.trusted_leaf {
            self.check_time(certificate)?;
            self.check_subject(&extensions)?;
            return self.check_purpose(&extensions);
        }
        self.check_any(certificate)?;
        self.check_subject(&extensions)?;
        self.leaf.check(&Context { policy: self, certificate }, &extensions)
    }

    /// Fails unless an authority with `below` others below it is as it should be.
    pub(super) fn check_authority(&self, certificate: &Certificate, below: u8) -> Result<(), Rule> {
        let extensions = certificate.extensions();
        extensions.check_unique()?;
        self.check_any(certificate)?;
        let constraints = extensions.get(&oid::BASIC_CONSTRAINTS);
        let constraints = constraints.ok_or(Rule::MissingExtension { oid: oid::BASIC_CONSTRAINTS })?;
        let constraints: BasicConstraints = constraints.parse_as().at("basicConstraints")?;
        if constraints.path_length.is_some_and(|len| u64::from(below) > len) {
            return Err(Rule::PathTooLongForIssuer);
        }
        if !constraints.ca {
            return Err(Rule::NotAuthority);
        }
        self.authorities.check(&Context { policy: self, certificate }, &extensions)
    }

    /// Fails unless the certificate is like every certificate should be (RFC 5280 §4.1).
    fn check_any(&self, certificate: &Certificate) -> Result<(), Rule> {
        if certificate.version() != 2 {
            return Err(Rule::NotVersion3);
        }
        if !certificate.algorithms_match() {
            return Err(Rule::AlgorithmMismatch);
        }
        let serial = certificate.serial();
        // Some authorities take 20 random octets and forget the one for the sign. Zero is in old
        // roots.
        if serial.len() > 21 {
            return Err(Rule::SerialTooLong);
        }
        if serial[0] & 0x80 != 0 {
            return Err(Rule::SerialNegative);
        }
        if certificate.issuer().is_empty() {
            return Err(Rule::EmptyIssuer);
        }
        if !certificate.times_are_regular() {
            return Err(Rule::IrregularTime);
        }
        self.check_time(certificate)
    }

    fn check_time(&self, certificate: &Certificate) -> Result<(), Rule> {
        let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
        if (not_before..=not_after).contains(&self.time) {
            return Ok(());
        }
        Err(Rule::OutsideValidity { not_before, not_after, time: self.time })
    }

    fn check_subject(&self, extensions: &Extensions<'_>) -> Result<(), Rule> {
        let Some(subject) = &self.subject else { return Ok(()) };
        let names = extensions.get(&oid::SUBJECT_ALTERNATIVE_NAME).ok_or(Rule::NoNames)?;
        let names = crate::general_names::list(names.value).at("subjectAltName")?;
        if subject.matches(&names) { Ok(()) } else { Err(Rule::NameMismatch) }
    }

    fn check_purpose(&self, extensions: &Extensions<'_>) -> Result<(), Rule> {
        let (Some(wanted), Some(extension)) = (&self.purpose, extensions.get(&oid::EXTENDED_KEY_USAGE)) else {
            return Ok(());
        };
        let purposes: crate::extensions::ExtendedKeyUsage = extension.parse_as().at("extKeyUsage")?;
        if purposes.0.contains(wanted) { Ok(()) } else { Err(Rule::WrongPurpose) }
    }
}

/// Fails unless an authority's key is of a kind that the public web has (baseline requirements
/// §7.1.3.1), or ML-DSA.
pub(super) fn check_key_kind(issuer: &Certificate) -> Result<(), Rule> {
    let info = asn1::strip_tlv(issuer.public_key_info()).map_err(Error::from)?.0;
    let algorithm = Elements(info.data()).next().map_or(&[][..], |algorithm| algorithm.full_data());
    if KEY_KINDS.contains(&algorithm) {
        return Ok(());
    }
    Err(Rule::ForbiddenKey { oid: issuer.public_key_algorithm()? })
}

/// Fails unless the key is long enough.
pub(super) fn check_key_size(key: &PublicKey, minimum: usize) -> Result<(), Rule> {
    match key {
        // Some RSA keys are a few bits short of whole octets, and nobody minds.
        PublicKey::Rsa(key) if key.bits().div_ceil(8) * 8 < minimum => Err(Rule::WeakKey { bits: key.bits(), minimum }),
        _ => Ok(()),
    }
}

/// Fails unless a signature is of a kind that the public web has (baseline requirements §7.1.3.2),
/// or ML-DSA.
pub(super) fn check_signature_kind(certificate: &Certificate) -> Result<SignatureAlgorithm, Rule> {
    use HashAlgorithm::{Sha256, Sha384, Sha512};
    let identifier = certificate.signature_algorithm_identifier()?;
    let algorithm = SignatureAlgorithm::from_identifier(&identifier);
    let usual = match algorithm {
        Ok(SignatureAlgorithm::RsaPkcs1(Sha256 | Sha384 | Sha512)) => identifier.parameters.is_some(),
        Ok(SignatureAlgorithm::RsaPss { hash: hash @ (Sha256 | Sha384 | Sha512), mgf1_hash, salt_length }) => {
            mgf1_hash == hash && usize::from(salt_length) == hash.digest_size()
        }
        Ok(SignatureAlgorithm::Ecdsa(Sha256 | Sha384 | Sha512)) => true,
        Ok(SignatureAlgorithm::MlDsa(ParameterSet::MlDsa44 | ParameterSet::MlDsa65 | ParameterSet::MlDsa87)) => true,
        _ => false,
    };
    match algorithm {
        Ok(algorithm) if usual => Ok(algorithm),
        _ => Err(Rule::ForbiddenSignature { oid: identifier.oid }),
    }
}

/// rsaEncryption with NULL, the curves P-256, P-384 and P-521 by name, ML-DSA-44, -65 and -87.
const KEY_KINDS: [&[u8]; 7] = [
    &[0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0],
    &[0x30, 19, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
    &[0x30, 16, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x22],
    &[0x30, 16, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x23],
    &[0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 17],
    &[0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 18],
    &[0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 19],
];
