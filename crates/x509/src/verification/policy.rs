//! The demands on a certificate and on the path to it.

use ironlatch_core::oid::{self, ObjectIdentifier};

use super::certificate_policies::PolicyRequirements;
use super::extensions::{Context, Criticality, ExtensionPolicy, Validator};
use super::refusal::Rule;
use super::revocation::Revocation;
use super::subject::Subject;
use crate::certificate::Certificate;
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
    /// and to subjects. Constraints on mailboxes are then applied to those in subjects too, where
    /// there are no alternative names. If not, a critical constraint on distinguished names is
    /// refused.
    pub directory_names: bool,
    /// Whether a certificate that is itself in the store is good with no more than the right
    /// subject, time and purpose: for a certificate that its own server issued, and was handed over
    /// by hand.
    pub trusted_leaf: bool,
    /// Whether signatures and authorities' keys may be of every kind that this crate verifies. If
    /// not, they have to be of those that the public web has, or ML-DSA.
    pub all_algorithms: bool,
    /// Whether constraints on URIs are applied: to their hosts (RFC 5280 §4.2.1.10). If not, a URI
    /// below such a constraint is refused.
    pub uris: bool,
    /// Whether constraints on mailboxes are applied to those beyond ASCII too (RFC 9598 §6), which
    /// are names of another kind.
    pub international_mailboxes: bool,
    /// Whether a time before 2050 may be a `GeneralizedTime`.
    pub early_generalized_time: bool,
    /// Whether the labels of host names may have underscores, as browsers take them.
    pub underscores: bool,
    /// Whether what is trusted has to be no more than an authority within its time: perhaps of
    /// version 1, and with whatever extensions. RFC 5280 §6.1 checks nothing of it.
    pub relaxed_anchors: bool,
    /// Whether the certificates of the path but the trusted one may be revoked: what is known of
    /// that. `None` does not ask.
    pub revocation: Option<Revocation>,
    /// The demands on certificate policies. `None` does not look at them, and a critical
    /// extension for them is then refused, unless the demands on extensions know it.
    pub certificate_policies: Option<PolicyRequirements>,
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
    /// are a client's, but it need not have alternative names, and it has to name the purpose: one
    /// for servers that names none does not sign code. Where code or timestamps are signed, its key
    /// usage, if there is one, has to allow signatures. One for timestamps is for nothing else, and
    /// the extension that says so is critical (RFC 3161 §2.3). `None` takes every purpose, and a
    /// certificate that names none.
    #[must_use]
    pub fn purpose(purpose: Option<ObjectIdentifier>) -> Self {
        let mut policy = Self::new(None, purpose);
        policy.leaf.set(oid::SUBJECT_ALTERNATIVE_NAME, Validator::Optional(Criticality::Agnostic, None));
        policy.leaf.set_purpose(policy.purpose.as_ref());
        policy.international_mailboxes = true;
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
            uris: false,
            international_mailboxes: false,
            early_generalized_time: false,
            underscores: false,
            relaxed_anchors: false,
            revocation: None,
            certificate_policies: None,
        }
    }

    /// The same policy, with a host or a mailbox that the certificate has to be for: by its
    /// alternative names.
    #[must_use]
    pub fn with_subject(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self.leaf.require_names();
        self.international_mailboxes = true;
        self
    }

    /// The same policy, which holds the certificate policies of a path to RFC 5280 §6.1: with their
    /// mappings and constraints, whether critical or not.
    #[must_use]
    pub fn with_certificate_policies(mut self, requirements: PolicyRequirements) -> Self {
        let known = [oid::CERTIFICATE_POLICIES, oid::POLICY_MAPPINGS, oid::POLICY_CONSTRAINTS, oid::INHIBIT_ANY_POLICY];
        for extensions in [&mut self.authorities, &mut self.leaf] {
            for oid in known.clone() {
                extensions.set(oid, Validator::Optional(Criticality::Agnostic, None));
            }
        }
        self.certificate_policies = Some(requirements);
        self
    }

    /// The same policy with what RFC 5280 asks for and no more, as the authorities of companies and
    /// devices need it. Extensions may be critical or not, and those that no rule needs may be
    /// malformed. Authorities need no key usage, and servers no authority key identifier; a server
    /// may be an authority; a certificate for any purpose is good for each. Certificate policies
    /// may be critical, and are held to what their authorities ask for. Keys and signatures may be
    /// of every kind, such as Ed25519. All other choices of the policy are made for what such
    /// authorities do too, but for [`trusted_leaf`](Self::trusted_leaf).
    #[must_use]
    pub fn lenient(self) -> Self {
        let requirements = self.certificate_policies.clone().unwrap_or_default();
        let leaf = ExtensionPolicy::lenient_for_leaves(self.subject.is_some(), self.purpose.as_ref());
        Self {
            authorities: ExtensionPolicy::lenient_for_authorities(),
            leaf,
            directory_names: true,
            all_algorithms: true,
            uris: true,
            international_mailboxes: true,
            early_generalized_time: true,
            underscores: true,
            relaxed_anchors: true,
            ..self
        }
        .with_certificate_policies(requirements)
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
    pub(super) fn check_authority(&self, certificate: &Certificate, below: u8, trusted: bool) -> Result<(), Rule> {
        let extensions = certificate.extensions();
        extensions.check_unique()?;
        let relaxed = trusted && self.relaxed_anchors;
        if relaxed {
            self.check_time(certificate)?;
            // Version 1 has no way to say who is an authority.
            if certificate.version() == 0 {
                return Ok(());
            }
        } else {
            self.check_any(certificate)?;
        }
        let constraints = extensions.get(&oid::BASIC_CONSTRAINTS);
        let constraints = constraints.ok_or(Rule::MissingExtension { oid: oid::BASIC_CONSTRAINTS })?;
        let constraints: BasicConstraints = constraints.parse_as().at("basicConstraints")?;
        if constraints.path_length.is_some_and(|len| u64::from(below) > len) {
            return Err(Rule::PathTooLongForIssuer);
        }
        if !constraints.ca {
            return Err(Rule::NotAuthority);
        }
        if relaxed {
            return Ok(());
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
        if !self.early_generalized_time && !certificate.times_are_regular() {
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
