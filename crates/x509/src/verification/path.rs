//! Building a path from a certificate to a trusted one (RFC 4158), and checking it on the way.

use core::cell::OnceCell;
use std::borrow::Cow;

use ironlatch_core::keys::PublicKey;
use ironlatch_core::oid::{self, ObjectIdentifier};

use super::algorithms::{is_usual_key, usual_signature};
use super::certificate_policies::{self, MAX_POLICIES};
use super::constraints;
use super::policy::Policy;
use super::refusal::{Refused, RefusedPath, Rule};
use super::revocation::{Budget, MAX_SIGNATURES, RevocationStatus};
use super::store::Store;
use crate::certificate::Certificate;
use crate::error::At;
use crate::extensions::{AuthorityKeyIdentifier, NameConstraints};
use crate::general_names::{GeneralName, GeneralNames, Text};

/// The number of times that a name is compared with a constraint at most.
pub const MAX_NAME_CHECKS: usize = 1 << 20;

/// How many refused paths are remembered. Their number is bounded by the limits above as well, but
/// not by much.
const MAX_REFUSED_PATHS: usize = 256;

/// A path from a certificate to a trusted one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The certificates, from the one in question to the trusted one.
    pub certificates: Vec<Certificate>,
    /// Where each of them came from.
    pub sources: Vec<Source>,
    /// Whether each of them but the trusted one is revoked, if the policy asks.
    pub statuses: Vec<RevocationStatus>,
    /// The certificate policies that are valid for the path and accepted, if the policy asks. They
    /// are named as the first authority names them, and [`oid::ANY_POLICY`] may be among them.
    pub policies: Vec<ObjectIdentifier>,
}

/// Where a certificate of a path came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// It is the one in question.
    Leaf,
    /// It is among the intermediates, at this index.
    Intermediate(usize),
    /// It is in the store, at this index.
    Anchor(usize),
}

/// Fails unless there is a path from `leaf` to a certificate in `store`, perhaps over some of
/// `intermediates`, that the policy is content with.
///
/// # Errors
/// [`Refused`], with each path that was tried and the rule that it broke.
pub fn verify(
    leaf: &Certificate,
    intermediates: &[Certificate],
    store: &Store,
    policy: &Policy,
) -> Result<Chain, Refused> {
    let trusted = store.position(leaf).is_some();
    if let Err(rule) = policy.check_leaf(leaf, trusted) {
        let path = RefusedPath { certificates: vec![leaf.clone()], rule, by_last: true };
        return Err(Refused { paths: vec![path], leaf: true });
    }
    let mut builder = Builder {
        policy,
        store,
        intermediates,
        keys: vec![OnceCell::new(); intermediates.len()],
        signatures: MAX_SIGNATURES,
        name_checks: MAX_NAME_CHECKS,
        policy_checks: MAX_POLICIES,
        path: Vec::new(),
        statuses: Vec::new(),
        policies: Vec::new(),
        refused: Vec::new(),
    };
    match builder.start(leaf) {
        Ok(true) => Ok(Chain {
            certificates: builder.path.iter().map(|link| link.certificate.clone()).collect(),
            sources: builder.path.iter().map(|link| link.source).collect(),
            statuses: builder.statuses,
            policies: builder.policies,
        }),
        Ok(false) => Err(Refused { paths: builder.refused, leaf: false }),
        Err(rule) => {
            builder.refuse(rule, false);
            Err(Refused { paths: builder.refused, leaf: false })
        }
    }
}

struct Builder<'a> {
    policy: &'a Policy,
    store: &'a Store,
    intermediates: &'a [Certificate],
    /// The keys of the intermediates, once they were needed; nothing in them if they cannot be
    /// read.
    keys: Vec<OnceCell<Option<PublicKey>>>,
    signatures: usize,
    name_checks: usize,
    policy_checks: usize,
    path: Vec<Link<'a>>,
    statuses: Vec<RevocationStatus>,
    policies: Vec<ObjectIdentifier>,
    refused: Vec<RefusedPath>,
}

/// A certificate of the path.
struct Link<'a> {
    certificate: &'a Certificate,
    source: Source,
    /// The names that constraints above are applied to.
    names: GeneralNames<'a>,
}

impl<'a> Builder<'a> {
    fn start(&mut self, leaf: &'a Certificate) -> Result<bool, Rule> {
        match names(leaf, self.policy.directory_names) {
            Ok(names) => self.path.push(Link { certificate: leaf, source: Source::Leaf, names }),
            Err(rule) => {
                self.path.push(Link { certificate: leaf, source: Source::Leaf, names: Vec::new().into() });
                self.refuse(rule, true);
                return Ok(false);
            }
        }
        self.extend(0)
    }

    /// Completes the path, whose end has `depth` authorities below it. Nothing is an error here but
    /// what ends the whole search. The depth bounds the recursion.
    fn extend(&mut self, depth: u8) -> Result<bool, Rule> {
        let Some(end) = self.path.last() else { return Ok(false) };
        let certificate = end.certificate;
        match self.apply_constraints(certificate) {
            Err(rule) if rule.is_fatal() => return Err(rule),
            Err(rule) => {
                self.refuse(rule, false);
                return Ok(false);
            }
            Ok(()) => {}
        }
        if let Some(index) = self.store.position(certificate) {
            if let Some(end) = self.path.last_mut().filter(|end| end.source != Source::Leaf) {
                end.source = Source::Anchor(index);
            }
            return Ok(self.check_policies()? && self.check_revocation()?);
        }
        if depth > self.policy.max_chain_depth {
            self.refuse(Rule::TooDeep, false);
            return Ok(false);
        }
        let candidates = self.candidates(certificate);
        if candidates.is_empty() {
            self.refuse(Rule::NoIssuer { issuer: certificate.issuer().to_string() }, false);
        }
        let len = self.path.len();
        for (issuer, source) in candidates {
            if self.try_issuer(certificate, issuer, source, depth)? && self.extend(depth.saturating_add(1))? {
                return Ok(true);
            }
            self.path.truncate(len);
        }
        Ok(false)
    }

    /// Puts `issuer` at the end of the path, if it may have issued `child` and did.
    fn try_issuer(
        &mut self,
        child: &'a Certificate,
        issuer: &'a Certificate,
        source: Source,
        depth: u8,
    ) -> Result<bool, Rule> {
        let self_issued = issuer.issuer() == issuer.subject();
        // The names of an authority that issued to itself are not its own (RFC 5280 §4.2.1.10).
        let own_names = if self_issued { Ok(Vec::new().into()) } else { names(issuer, self.policy.directory_names) };
        let trusted = matches!(source, Source::Anchor(_)) || self.store.position(issuer).is_some();
        let checked = self.policy.check_authority(issuer, depth, trusted).and(own_names);
        let checked = match checked {
            Ok(names) => self.check_signature(child, issuer, source).map(|()| names),
            Err(rule) => {
                self.path.push(Link { certificate: issuer, source, names: Vec::new().into() });
                self.refuse(rule, true);
                self.path.pop();
                return Ok(false);
            }
        };
        match checked {
            Ok(names) => {
                self.path.push(Link { certificate: issuer, source, names });
                Ok(true)
            }
            Err(rule) if rule.is_fatal() => Err(rule),
            Err(rule) => {
                self.path.push(Link { certificate: issuer, source, names: Vec::new().into() });
                self.refuse(rule, false);
                self.path.pop();
                Ok(false)
            }
        }
    }

    fn check_signature(&mut self, child: &Certificate, issuer: &Certificate, source: Source) -> Result<(), Rule> {
        let algorithm = if self.policy.all_algorithms {
            child.signature_algorithm()?
        } else {
            if !is_usual_key(issuer) {
                return Err(Rule::ForbiddenKey { oid: issuer.public_key_algorithm()? });
            }
            let identifier = child.signature_algorithm_identifier()?;
            usual_signature(&identifier).ok_or(Rule::ForbiddenSignature { oid: identifier.oid })?
        };
        let key = match source {
            Source::Anchor(index) => self.store.key(index),
            Source::Intermediate(index) => self.keys[index].get_or_init(|| issuer.public_key().ok()).as_ref(),
            Source::Leaf => None,
        };
        let key = key.ok_or(Rule::UnreadableKey)?;
        check_key_size(key, self.policy.minimum_rsa_bits)?;
        self.signatures = self.signatures.checked_sub(1).ok_or(Rule::TooManySignatures)?;
        algorithm.verify(key, child.tbs(), child.signature()).map_err(|_| Rule::BadSignature)
    }

    /// Whether the certificate policies of the whole path are what is asked for. Those of a trusted
    /// authority count for nothing; a certificate that is trusted itself is held to its own.
    fn check_policies(&mut self) -> Result<bool, Rule> {
        let Some(requirements) = &self.policy.certificate_policies else { return Ok(true) };
        let below = (self.path.len() - 1).max(1);
        let path: Vec<_> = self.path[..below].iter().rev().map(|link| link.certificate).collect();
        let left = &mut self.policy_checks;
        let valid = certificate_policies::check(&path, requirements, |count| {
            *left = left.checked_sub(count).ok_or(Rule::TooManyPolicies)?;
            Ok(())
        });
        match valid {
            Ok(valid) => {
                self.policies = valid;
                Ok(true)
            }
            Err(rule) if rule.is_fatal() => Err(rule),
            Err(rule) => {
                self.refuse(rule, false);
                Ok(false)
            }
        }
    }

    /// Whether no certificate of the whole path is revoked.
    fn check_revocation(&mut self) -> Result<bool, Rule> {
        let Some(revocation) = &self.policy.revocation else { return Ok(true) };
        let budget = Budget::new(self.signatures);
        let mut statuses = Vec::new();
        let mut refused = None;
        for pair in self.path.windows(2) {
            let (certificate, issuer) = (pair[0].certificate, pair[1].certificate);
            let all = self.policy.all_algorithms;
            let status = revocation.status_within(certificate, issuer, self.policy.time, all, &budget);
            let subject = || certificate.subject().to_string();
            match status {
                RevocationStatus::Revoked { time, reason } => {
                    refused = Some(Rule::Revoked { subject: subject(), time, reason });
                }
                RevocationStatus::Unknown(reasons) if revocation.hard_fail => {
                    refused = Some(Rule::RevocationUnknown { subject: subject(), reasons });
                }
                status => statuses.push(status),
            }
            if refused.is_some() {
                break;
            }
        }
        self.signatures = budget.left();
        match refused {
            None => {
                self.statuses = statuses;
                Ok(true)
            }
            Some(_) if budget.is_exceeded() => Err(Rule::TooManySignatures),
            Some(rule) => {
                self.refuse(rule, false);
                Ok(false)
            }
        }
    }

    /// Holds all names of the path to the constraints of the certificate at its end.
    fn apply_constraints(&mut self, certificate: &Certificate) -> Result<(), Rule> {
        let Some(extension) = certificate.extensions().get(&oid::NAME_CONSTRAINTS) else { return Ok(()) };
        let constraints: NameConstraints<'_> = extension.parse_as().at("nameConstraints")?;
        let directory_names = self.policy.directory_names;
        if extension.critical && !directory_names && constraints::has_directory_names(&constraints) {
            return Err(Rule::DirectoryNameConstraint);
        }
        let left = &mut self.name_checks;
        // RFC 5280 §6.1.4 holds only the certificates below to them. The web's rules, which know no
        // distinguished names, take the authority's own alternative names too.
        let below = self.path.len() - usize::from(directory_names);
        for name in self.path[..below].iter().flat_map(|link| link.names.iter()) {
            constraints::check(&constraints, name, self.policy, |cost| {
                *left = left.checked_sub(cost).ok_or(Rule::TooManyNameChecks)?;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The certificates that have the name of the issuer of `child`, those first whose key
    /// identifier is the one that `child` names, and of these the trusted ones. Many of one name
    /// cannot hide the right one.
    fn candidates(&self, child: &Certificate) -> Vec<(&'a Certificate, Source)> {
        let issuer = child.issuer();
        let (store, intermediates) = (self.store, self.intermediates);
        let anchors = store.with_subject(issuer.as_der());
        let anchors = anchors.filter_map(|index| Some((store.get(index)?, Source::Anchor(index))));
        let others = intermediates.iter().enumerate().filter(|(_, other)| other.subject() == issuer);
        let others = others.map(|(index, other)| (other, Source::Intermediate(index)));
        let mut candidates: Vec<_> = anchors.chain(others).collect();
        if candidates.len() > 1 {
            let wanted = child.extensions().get(&oid::AUTHORITY_KEY_IDENTIFIER);
            let wanted = wanted.and_then(|extension| extension.parse_as::<AuthorityKeyIdentifier<'_>>().ok());
            let wanted = wanted.and_then(|identifier| identifier.key_identifier);
            candidates.sort_by_cached_key(|(candidate, _)| {
                let found = candidate.extensions().get(&oid::SUBJECT_KEY_IDENTIFIER);
                let found = found.and_then(|extension| extension.parse_as::<&[u8]>().ok());
                match (wanted, found) {
                    (Some(wanted), Some(found)) if wanted == found => 0_u8,
                    (Some(_), Some(_)) => 2,
                    _ => 1,
                }
            });
        }
        candidates
    }

    fn refuse(&mut self, rule: Rule, by_last: bool) {
        let certificates = self.path.iter().map(|link| link.certificate.clone()).collect();
        if self.refused.len() == MAX_REFUSED_PATHS {
            // The last one is the one that is shown.
            self.refused.pop();
        }
        self.refused.push(RefusedPath { certificates, rule, by_last });
    }
}

/// Fails unless the key is long enough.
fn check_key_size(key: &PublicKey, minimum: usize) -> Result<(), Rule> {
    match key {
        // Some RSA keys are a few bits short of whole octets, and nobody minds.
        PublicKey::Rsa(key) if key.bits().div_ceil(8) * 8 < minimum => Err(Rule::WeakKey { bits: key.bits(), minimum }),
        _ => Ok(()),
    }
}

/// The names of a certificate that constraints are applied to.
fn names(certificate: &Certificate, directory_names: bool) -> Result<GeneralNames<'_>, Rule> {
    let mut names = certificate.alternative_names()?;
    if directory_names && !certificate.subject().is_empty() {
        if certificate.extensions().get(&oid::SUBJECT_ALTERNATIVE_NAME).is_none() {
            // Where mailboxes stood before there were alternative names (RFC 5280 §4.2.1.10).
            for mailbox in certificate.subject().attributes().filter(|attribute| attribute.oid == oid::EMAIL_ADDRESS) {
                let unreadable = || Rule::UnreadableName { name: certificate.subject().to_string() };
                let Cow::Borrowed(octets) = mailbox.value else { return Err(unreadable()) };
                let text = core::str::from_utf8(octets).map_err(|_| unreadable())?;
                names.0.push(GeneralName::Rfc822Name(Text(text)));
            }
        }
        names.0.push(GeneralName::DirectoryName(certificate.subject()));
    }
    Ok(names)
}
