//! Whether a certificate of a path is revoked, by CRLs (RFC 5280 §6.3) and OCSP responses (RFC 6960
//! §3.2) that the caller has fetched or was handed, such as a server's stapled response. Nothing is
//! fetched here.

use core::cell::Cell;

use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::oid;

use super::algorithms::usual_signature;
use crate::algorithms::{AlgorithmIdentifier, digest};
use crate::certificate::Certificate;
use crate::crl::CertificateList;
use crate::der::List;
use crate::extensions::{DistributionPoint, DistributionPointName, ExtendedKeyUsage, ExtensionValue, KeyUsage, Place};
use crate::ocsp::{CertStatus, OcspResponse, Responder, ResponseStatus, SingleResponse};
use crate::time::Time;

/// CRLs and OCSP responses, and what is done without one. A copy shares them with the original.
///
/// They have to be fresh at the time that is asked about: one that does not say when the next one
/// comes never is. Delta CRLs and indirect CRLs are not applied, and CRLs for some reasons alone
/// say nothing.
#[derive(Debug, Clone, Default)]
pub struct Revocation {
    /// CRLs, of whatever issuers.
    pub crls: Vec<CertificateList>,
    /// OCSP responses, about whatever certificates.
    pub responses: Vec<OcspResponse>,
    /// Whether certificates of which nothing is known are refused (hard fail) or accepted (soft
    /// fail).
    pub hard_fail: bool,
}

/// The state of one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevocationStatus {
    /// Its issuer says that it is not revoked.
    Good,
    /// Its issuer says that it is revoked.
    Revoked {
        /// Since when.
        time: Time,
        /// Why, by the number of RFC 5280 §5.3.1.
        reason: Option<u32>,
    },
    /// No CRL and no response could be used. For each that is its issuer's, why not.
    Unknown(Vec<Unusable>),
}

/// Why a CRL or a response of the right issuer says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// It is malformed.
    #[error("it is malformed")]
    Malformed,
    /// It is not for this time: too new, too old, or without a time at which it ends.
    #[error("it is not fresh")]
    NotFresh,
    /// Its signature is of a kind that the policy does not allow, such as one with SHA-1.
    #[error("its signature is of a kind that the policy does not allow")]
    ForbiddenSignature,
    /// More signatures would have to be verified than are verified at most.
    #[error("the limit of signatures is reached")]
    TooManySignatures,
    /// Its signature is not the issuer's, nor that of a responder with the issuer's word for it.
    #[error("it is not signed by the issuer or a responder of the issuer's")]
    NotSigned,
    /// The issuer's key may not sign CRLs.
    #[error("the issuer's key may not sign CRLs")]
    MayNotSign,
    /// It is a delta CRL, which says what changed since another.
    #[error("it is a delta CRL, and these are not applied")]
    Delta,
    /// It is an indirect CRL, which has other issuers' certificates.
    #[error("it is an indirect CRL, and these are not applied")]
    Indirect,
    /// It covers some reasons, or certificates of other kinds, alone.
    #[error("it does not cover the certificate, or not every reason")]
    OutOfScope,
    /// It has no number, as every CRL must (RFC 5280 §5.2.3), or one that is critical.
    #[error("it has no CRL number, or a critical one")]
    NoNumber,
    /// It has a critical extension that is not known.
    #[error("it has a critical extension that is not known")]
    UnknownCriticalExtension,
    /// The responder does not know the certificate.
    #[error("the responder does not know the certificate")]
    UnknownToResponder,
}

/// How many more signatures may be verified.
pub(super) struct Budget {
    left: Cell<usize>,
    exceeded: Cell<bool>,
}

impl Budget {
    pub(super) fn new(left: usize) -> Self {
        Self { left: Cell::new(left), exceeded: Cell::new(false) }
    }

    pub(super) fn left(&self) -> usize {
        self.left.get()
    }

    /// Whether more were asked for than there were.
    pub(super) fn is_exceeded(&self) -> bool {
        self.exceeded.get()
    }

    fn spend(&self) -> Result<(), Unusable> {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                self.exceeded.set(true);
                Err(Unusable::TooManySignatures)
            }
        }
    }
}

/// The question that a source has to answer.
#[derive(Clone, Copy)]
struct Question<'a> {
    certificate: &'a Certificate,
    issuer: &'a Certificate,
    time: Time,
    all_algorithms: bool,
    budget: &'a Budget,
}

impl Revocation {
    /// The state of a certificate that `issuer` issued. One source that says that it is revoked is
    /// enough.
    ///
    /// Signatures may be of every kind that this crate verifies. No more than [`MAX_SIGNATURES`]
    /// are verified.
    #[must_use]
    pub fn status(&self, certificate: &Certificate, issuer: &Certificate, time: Time) -> RevocationStatus {
        self.status_within(certificate, issuer, time, true, &Budget::new(MAX_SIGNATURES))
    }

    pub(super) fn status_within(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        time: Time,
        all_algorithms: bool,
        budget: &Budget,
    ) -> RevocationStatus {
        let question = Question { certificate, issuer, time, all_algorithms, budget };
        let mut good = false;
        let mut unusable = Vec::new();
        let responses = self.responses.iter().filter_map(|response| question.by_response(response));
        let crls = self.crls.iter().filter(|crl| crl.issuer() == issuer.subject());
        for verdict in responses.chain(crls.map(|crl| question.by_crl(crl))) {
            match verdict {
                Ok(RevocationStatus::Good) => good = true,
                Ok(status) => return status,
                Err(reason) => unusable.push(reason),
            }
        }
        if good { RevocationStatus::Good } else { RevocationStatus::Unknown(unusable) }
    }
}

impl Question<'_> {
    fn by_crl(&self, crl: &CertificateList) -> Result<RevocationStatus, Unusable> {
        let (certificate, issuer) = (self.certificate, self.issuer);
        self.check_fresh(crl.this_update(), crl.next_update())?;
        check_crl_extensions(crl, certificate)?;
        let usage = issuer.extensions().get(&oid::KEY_USAGE);
        let usage = usage.map(|usage| usage.parse_as::<KeyUsage>()).transpose().map_err(|_| Unusable::Malformed)?;
        if usage.is_some_and(|usage| !usage.crl_sign) {
            return Err(Unusable::MayNotSign);
        }
        let key = issuer.public_key().map_err(|_| Unusable::NotSigned)?;
        self.check_kind(crl.signature_algorithm_identifier())?;
        self.budget.spend()?;
        crl.verify_signature(&key).map_err(|_| Unusable::NotSigned)?;
        let Some(entry) = crl.find(certificate.serial()).map_err(|_| Unusable::Malformed)? else {
            return Ok(RevocationStatus::Good);
        };
        let mut reason = None;
        for extension in entry.extensions().iter() {
            match extension.parse(Place::CrlEntry).map_err(|_| Unusable::Malformed)? {
                ExtensionValue::CrlReason(code) => reason = Some(code),
                ExtensionValue::CertificateIssuer(_) => return Err(Unusable::Indirect),
                // An entry that cannot be understood still says that the certificate is revoked.
                _ => {}
            }
        }
        Ok(RevocationStatus::Revoked { time: entry.revocation_date(), reason })
    }

    /// The status that a response gives, if it is about the certificate.
    fn by_response(&self, response: &OcspResponse) -> Option<Result<RevocationStatus, Unusable>> {
        if response.status() != ResponseStatus::Successful {
            return None;
        }
        let single = response.responses().ok()?.find(|single| {
            single.id.serial.as_bytes() == self.certificate.serial()
                && single.id.is_issued_by(self.issuer).unwrap_or(false)
        })?;
        Some(self.by_single_response(response, &single))
    }

    fn by_single_response(
        &self,
        response: &OcspResponse,
        single: &SingleResponse<'_>,
    ) -> Result<RevocationStatus, Unusable> {
        self.check_fresh(single.this_update.0, single.next_update.map(|time| time.0))?;
        let extensions = response.extensions().map_err(|_| Unusable::Malformed)?;
        let mut all = extensions.iter().chain(single.extensions.iter().flat_map(|list| list.iter()));
        if all.any(|extension| extension.critical && extension.oid != oid::OCSP_NONCE) {
            return Err(Unusable::UnknownCriticalExtension);
        }
        self.check_responder(response)?;
        match single.status {
            CertStatus::Good(()) => Ok(RevocationStatus::Good),
            CertStatus::Revoked(info) => Ok(RevocationStatus::Revoked { time: info.time.0, reason: info.reason }),
            CertStatus::Unknown(()) => Err(Unusable::UnknownToResponder),
        }
    }

    /// Fails unless the issuer signed, or someone who has a certificate for that from the issuer
    /// (RFC 6960 §4.2.2.2).
    fn check_responder(&self, response: &OcspResponse) -> Result<(), Unusable> {
        let responder = response.responder().map_err(|_| Unusable::Malformed)?;
        self.check_kind(response.signature_algorithm_identifier())?;
        let signed_by = |certificate: &Certificate| {
            let named = match responder {
                Responder::ByName(name) => name == certificate.subject(),
                Responder::ByKey(hash) => hash == digest(HashAlgorithm::Sha1, certificate.public_key_octets()),
            };
            if !named {
                return Ok(false);
            }
            self.budget.spend()?;
            Ok(certificate.public_key().is_ok_and(|key| response.verify_signature(&key).is_ok()))
        };
        if signed_by(self.issuer)? {
            return Ok(());
        }
        // Signatures cost time, and a response may come with any number of certificates.
        for certificate in response.certificates().unwrap_or_default().iter().take(MAX_RESPONDERS) {
            if signed_by(certificate)? && self.is_delegate(certificate)? {
                return Ok(());
            }
        }
        Err(Unusable::NotSigned)
    }

    /// Whether the issuer gave a certificate for answering (RFC 6960 §4.2.2.2).
    fn is_delegate(&self, certificate: &Certificate) -> Result<bool, Unusable> {
        let purposes = certificate.extensions().get(&oid::EXTENDED_KEY_USAGE);
        let purposes = purposes.and_then(|purposes| purposes.parse_as::<ExtendedKeyUsage>().ok());
        let answers = purposes.is_some_and(|purposes| purposes.0.contains(&oid::OCSP_SIGNING));
        if !answers || !(certificate.not_before()..=certificate.not_after()).contains(&self.time) {
            return Ok(false);
        }
        self.check_kind(certificate.signature_algorithm_identifier())?;
        self.budget.spend()?;
        Ok(certificate.verify_directly_issued_by(self.issuer).is_ok())
    }

    /// Fails for a signature of a kind that the policy does not allow.
    fn check_kind(&self, identifier: crate::Result<AlgorithmIdentifier<'_>>) -> Result<(), Unusable> {
        let identifier = identifier.map_err(|_| Unusable::Malformed)?;
        if self.all_algorithms || usual_signature(&identifier).is_some() {
            return Ok(());
        }
        Err(Unusable::ForbiddenSignature)
    }

    /// Fails unless the time lies between the two. What does not say when it ends is never fresh.
    fn check_fresh(&self, this_update: Time, next_update: Option<Time>) -> Result<(), Unusable> {
        let fresh = next_update.is_some_and(|next_update| (this_update..=next_update).contains(&self.time));
        if fresh { Ok(()) } else { Err(Unusable::NotFresh) }
    }
}

/// How many signatures are verified at most.
pub const MAX_SIGNATURES: usize = 128;

/// How many certificates of a response are tried as the responder's.
const MAX_RESPONDERS: usize = 4;

fn check_crl_extensions(crl: &CertificateList, certificate: &Certificate) -> Result<(), Unusable> {
    let extensions = crl.extensions();
    extensions.check_unique().map_err(|_| Unusable::Malformed)?;
    let mut numbered = false;
    for extension in extensions.iter() {
        match extension.parse(Place::Crl).map_err(|_| Unusable::Malformed)? {
            ExtensionValue::CrlNumber(_) => numbered = !extension.critical,
            ExtensionValue::DeltaCrlIndicator(_) => return Err(Unusable::Delta),
            ExtensionValue::IssuingDistributionPoint(point) => {
                if point.indirect_crl {
                    return Err(Unusable::Indirect);
                }
                let ca = certificate.basic_constraints().map_err(|_| Unusable::Malformed)?;
                let ca = ca.is_some_and(|constraints| constraints.ca);
                let other_kind = if ca { point.only_contains_user_certs } else { point.only_contains_ca_certs };
                if !is_among(point.name.as_ref(), certificate)? {
                    return Err(Unusable::OutOfScope);
                }
                if other_kind || point.only_contains_attribute_certs || point.only_some_reasons.is_some() {
                    return Err(Unusable::OutOfScope);
                }
            }
            ExtensionValue::Unrecognized if extension.critical => return Err(Unusable::UnknownCriticalExtension),
            _ => {}
        }
    }
    if numbered { Ok(()) } else { Err(Unusable::NoNumber) }
}

/// Whether a CRL is for all certificates of its issuer, or from a place that the certificate names:
/// large issuers spread theirs over several.
fn is_among(name: Option<&DistributionPointName<'_>>, certificate: &Certificate) -> Result<bool, Unusable> {
    let Some(name) = name else { return Ok(true) };
    let DistributionPointName::FullName(own) = name else { return Ok(false) };
    let Some(points) = certificate.extensions().get(&oid::CRL_DISTRIBUTION_POINTS) else { return Ok(false) };
    let points: List<DistributionPoint<'_>> = points.parse_as().map_err(|_| Unusable::Malformed)?;
    Ok(points.iter().any(|point| match &point.name {
        Some(DistributionPointName::FullName(names)) => names.iter().any(|name| own.contains(name)),
        _ => false,
    }))
}
