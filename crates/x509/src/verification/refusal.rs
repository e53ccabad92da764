//! Why a certificate was refused.

use core::fmt;
use ironlatch_core::oid::ObjectIdentifier;

use super::revocation::Unusable;
use crate::certificate::Certificate;
use crate::error::Error;
use crate::time::Time;

/// A rule that a certificate, or a path, breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rule {
    /// The certificate is of version 1.
    #[error("certificate must be an X509v3 certificate")]
    NotVersion3,
    /// The algorithm in the signed part is not the one by the signature.
    #[error("mismatch between signatureAlgorithm and SPKI algorithm")]
    AlgorithmMismatch,
    /// The serial number is longer than 20 octets.
    #[error("certificate must have a serial between 1 and 20 octets")]
    SerialTooLong,
    /// The serial number is negative.
    #[error("certificate serial number cannot be negative")]
    SerialNegative,
    /// The issuer has no name.
    #[error("certificate must have a non-empty Issuer")]
    EmptyIssuer,
    /// A time before 2050 is a `GeneralizedTime`.
    #[error("validity dates between 1950 and 2049 must be UtcTime")]
    IrregularTime,
    /// The certificate is not valid yet, or no longer.
    #[error("cert is not valid at validation time: it is from {not_before} to {not_after}, and the time is {time}")]
    OutsideValidity {
        /// The first second of its life.
        not_before: Time,
        /// The last.
        not_after: Time,
        /// The time in question.
        time: Time,
    },
    /// There are more authorities below an authority than it may have.
    #[error("path length constraint violated")]
    PathTooLongForIssuer,
    /// A certificate in the place of an authority's says that it is none.
    #[error("basicConstraints.cA must be asserted in a CA certificate")]
    NotAuthority,
    /// An extension that has to be there is not.
    #[error("invalid extension: {oid}: Certificate is missing required extension")]
    MissingExtension {
        /// Which one.
        oid: ObjectIdentifier,
    },
    /// An extension is there that must not.
    #[error("invalid extension: {oid}: Certificate contains prohibited extension")]
    ProhibitedExtension {
        /// Which one.
        oid: ObjectIdentifier,
    },
    /// An extension is critical that must not be, or the reverse.
    #[error("invalid extension: {oid}: Certificate extension has incorrect criticality")]
    WrongCriticality {
        /// Which one.
        oid: ObjectIdentifier,
    },
    /// A critical extension is not known.
    #[error("invalid extension: {oid}: certificate contains unaccounted-for critical extensions")]
    UnknownCriticalExtension {
        /// Which one.
        oid: ObjectIdentifier,
    },
    /// An extension is there twice.
    #[error("invalid extension: {oid}: duplicate extension")]
    DuplicateExtension {
        /// Which one.
        oid: ObjectIdentifier,
    },
    /// An extension is not of its form.
    #[error("{0}")]
    Malformed(Error),
    /// A server's certificate has no names.
    #[error("missing required extension: leaf server certificate has no subjectAltName")]
    NoNames,
    /// None of the names is the host's.
    #[error("leaf certificate has no matching subjectAltName")]
    NameMismatch,
    /// An authority's certificate is in the place of a server's or client's.
    #[error("basicConstraints.cA must not be asserted in an EE certificate")]
    LeafIsAuthority,
    /// A server's or client's key may sign certificates.
    #[error("EE keyUsage must not assert keyCertSign")]
    LeafSignsCertificates,
    /// An authority's key may not sign certificates.
    #[error("keyUsage.keyCertSign must be asserted in a CA certificate")]
    AuthorityDoesNotSign,
    /// There is no subject, and the names that stand for it are not critical.
    #[error("EE subjectAltName MUST be critical when subject is empty")]
    NamesNotCritical,
    /// There is a subject, and the other names are critical.
    #[error("EE subjectAltName MUST NOT be critical when subject is nonempty")]
    NamesCritical,
    /// The certificate is for other purposes.
    #[error("required EKU not found")]
    WrongPurpose,
    /// The certificate is for other purposes besides one that has to be the only one.
    #[error("the certificate is for other purposes besides, and a certificate for timestamps must not be")]
    OtherPurposes,
    /// The key of a certificate that has to sign may not sign.
    #[error("keyUsage must assert digitalSignature or contentCommitment where code or timestamps are signed")]
    LeafDoesNotSign,
    /// The name constraints are empty.
    #[error("nameConstraints must have non-empty permittedSubtrees or excludedSubtrees")]
    EmptyNameConstraints,
    /// The authority key identifier has no key's.
    #[error("authorityKeyIdentifier must contain keyIdentifier")]
    NoKeyIdentifier,
    /// An issuer's key is of a kind that the policy does not allow.
    #[error("Forbidden public key algorithm: {oid}")]
    ForbiddenKey {
        /// Which kind.
        oid: ObjectIdentifier,
    },
    /// A signature is of a kind that the policy does not allow.
    #[error("Forbidden signature algorithm: {oid}")]
    ForbiddenSignature {
        /// Which kind.
        oid: ObjectIdentifier,
    },
    /// An issuer's key cannot be read.
    #[error("issuer has malformed public key")]
    UnreadableKey,
    /// An issuer's RSA key is too short.
    #[error("RSA key is too weak: it has {bits} bits, and {minimum} are asked for")]
    WeakKey {
        /// How long it is.
        bits: usize,
        /// How long it has to be.
        minimum: usize,
    },
    /// The signature is not the issuer's.
    #[error("signature does not match")]
    BadSignature,
    /// A name is not under one that an authority above may certify.
    #[error("no permitted name constraints matched SAN: {name}")]
    NameNotPermitted {
        /// Which one.
        name: String,
    },
    /// A name is under one that an authority above may not certify.
    #[error("excluded name constraint matched SAN: {name}")]
    NameExcluded {
        /// Which one.
        name: String,
    },
    /// There is a constraint for names of a kind that is not compared here.
    #[error("unsupported name constraint")]
    UnsupportedConstraint,
    /// A name constraint is not of its form.
    #[error("malformed name constraint: {constraint}")]
    MalformedConstraint {
        /// Which one.
        constraint: String,
    },
    /// A name that there is a constraint for cannot be compared with it.
    #[error("unsatisfiable name constraint: malformed SAN {name}")]
    UnreadableName {
        /// Which one.
        name: String,
    },
    /// A critical constraint is for distinguished names, and the policy does not compare these.
    #[error("critical nameConstraints extension contains an unsupported directoryName constraint")]
    DirectoryNameConstraint,
    /// The path is longer than the policy allows.
    #[error("chain construction exceeds max depth")]
    TooDeep,
    /// No certificate has the name of the issuer.
    #[error("no certificate in the store or among the intermediates has the name of the issuer, {issuer}")]
    NoIssuer {
        /// The name.
        issuer: String,
    },
    /// The limit of signatures is reached.
    #[error("Exceeded maximum signature check limit")]
    TooManySignatures,
    /// The limit of names compared with constraints is reached.
    #[error("Exceeded maximum name constraint check limit")]
    TooManyNameChecks,
    /// The limit of certificate policies and mappings is reached.
    #[error("Exceeded maximum certificate policy limit")]
    TooManyPolicies,
    /// No certificate policy is valid from the first authority to a certificate, and one has to be.
    #[error("no certificate policy is valid for the certificate of {} under the authorities above it, and the path has to have one", whose(.subject))]
    NoValidPolicy {
        /// The subject of the certificate.
        subject: String,
    },
    /// The certificate policies that are valid for the path are not among those that are accepted.
    #[error("the path is valid for the certificate {}, and none of that is among the policies that are asked for", policies(.valid))]
    PolicyNotAccepted {
        /// Those that are valid.
        valid: Vec<ObjectIdentifier>,
    },
    /// A certificate maps the policy that stands for every other, or maps one to it.
    #[error("the policyMappings of the certificate of {} have anyPolicy in them, which cannot be mapped", whose(.subject))]
    AnyPolicyMapped {
        /// The subject of the certificate.
        subject: String,
    },
    /// A certificate is revoked.
    #[error("the certificate of {} was revoked at {time}{}", whose(.subject), why(*.reason))]
    Revoked {
        /// The subject of the certificate.
        subject: String,
        /// Since when.
        time: Time,
        /// Why, by the number of RFC 5280 §5.3.1.
        reason: Option<u32>,
    },
    /// Nothing is known of whether a certificate is revoked, where that is not enough.
    #[error("nothing says whether the certificate of {} is revoked: {}", whose(.subject), unusable(.reasons))]
    RevocationUnknown {
        /// The subject of the certificate.
        subject: String,
        /// For each CRL and response that is its issuer's, why it says nothing.
        reasons: Vec<Unusable>,
    },
    /// A rule of the caller's own.
    #[error("{0}")]
    Custom(String),
}

/// A subject in words: it may be empty.
fn whose(subject: &str) -> &str {
    if subject.is_empty() { "an empty subject" } else { subject }
}

/// Some policies in words.
fn policies(valid: &[ObjectIdentifier]) -> String {
    let shown: Vec<String> = valid.iter().take(SHOWN_POLICIES).map(ToString::to_string).collect();
    let more = match valid.len().saturating_sub(SHOWN_POLICIES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{} {}{more}", if valid.len() == 1 { "policy" } else { "policies" }, shown.join(", "))
}

/// RFC 5280 §5.3.1.
fn why(reason: Option<u32>) -> String {
    let name = match reason {
        None => return String::new(),
        Some(0) => "unspecified",
        Some(1) => "keyCompromise",
        Some(2) => "cACompromise",
        Some(3) => "affiliationChanged",
        Some(4) => "superseded",
        Some(5) => "cessationOfOperation",
        Some(6) => "certificateHold",
        Some(8) => "removeFromCRL",
        Some(9) => "privilegeWithdrawn",
        Some(10) => "aACompromise",
        Some(number) => return format!(", for a reason that is not known ({number})"),
    };
    format!(" ({name})")
}

fn unusable(reasons: &[Unusable]) -> String {
    if reasons.is_empty() {
        return "no CRL and no OCSP response of its issuer is about it".into();
    }
    let mut reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    reasons.dedup();
    format!("of what its issuer has said of it, {}", reasons.join("; "))
}

impl Rule {
    /// Whether no other path is tried once a path broke the rule.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        matches!(
            self,
            Self::TooManySignatures | Self::TooManyNameChecks | Self::TooManyPolicies | Self::DirectoryNameConstraint
        )
    }
}

impl From<Error> for Rule {
    fn from(error: Error) -> Self {
        match error {
            Error::DuplicateExtension { oid } => Self::DuplicateExtension { oid },
            error => Self::Malformed(error),
        }
    }
}

/// That a certificate was refused, and why: each path that was tried, with the first rule that it
/// broke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub(super) paths: Vec<RefusedPath>,
    /// Whether it was refused for what it is itself, before a path was looked for.
    pub(super) leaf: bool,
}

/// A path that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedPath {
    /// The certificates from the one in question up to the one at which the path broke off.
    pub certificates: Vec<Certificate>,
    /// The rule that was broken.
    pub rule: Rule,
    /// Whether it was the last of the certificates that broke it, by itself.
    pub by_last: bool,
}

impl Refused {
    /// The paths in the order in which they were tried. There is at least one.
    #[must_use]
    pub fn paths(&self) -> &[RefusedPath] {
        &self.paths
    }

    /// All of it in words, for people: a line for each path, with the subjects of its certificates
    /// and the first rule that it broke.
    #[must_use]
    pub fn report(&self) -> String {
        let subject = |certificate: &Certificate| match certificate.subject() {
            subject if subject.is_empty() => "(no subject)".to_owned(),
            subject => subject.to_string(),
        };
        let line = |path: &RefusedPath| {
            let subjects: Vec<String> = path.certificates.iter().map(subject).collect();
            format!("\n  {}: {}", subjects.join(" > "), path.rule)
        };
        // The last one is the one that ended the search.
        let (first, last) = self.paths.split_at(self.paths.len().saturating_sub(1));
        let mut lines: String = first.iter().take(SHOWN_PATHS).map(line).collect();
        if let Some(more) = first.len().checked_sub(SHOWN_PATHS).filter(|more| *more > 0) {
            lines += &format!("\n  {more} more, and");
        }
        lines.extend(last.iter().map(line));
        format!("the certificate is refused. Each path that was tried, and the first rule that it broke:{lines}")
    }

    /// The certificate that broke the rule in [`fmt::Display`]'s text, where one did by itself.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.paths.last().filter(|path| path.by_last).and_then(|path| path.certificates.last())
    }
}

/// How many paths are shown to people, and the last.
const SHOWN_PATHS: usize = 8;

/// How many certificate policies are shown to people.
const SHOWN_POLICIES: usize = 8;

/// The rule that the last path broke.
impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(path) = self.paths.last() else { return f.write_str("no path was tried") };
        if path.rule.is_fatal() {
            f.write_str("fatal error: ")?;
        } else if !self.leaf {
            f.write_str("candidates exhausted: ")?;
        }
        path.rule.fmt(f)
    }
}

impl std::error::Error for Refused {}
