//! Verifying a certificate for any purpose, with its revocation and with reasons.

use ironlatch::oid;
use ironlatch::x509::verification::{self as core, PolicyRequirements, Refused, Subject};
use ironlatch::x509::{Certificate as InnerCertificate, ObjectIdentifier, Time};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

use super::revocation::{Revocation, RevocationStatus};
use crate::errors::{CallError, CallResult};
use crate::keys::oid::{oid_object, oid_of};
use crate::types::{REFUSED, REFUSED_PATH};
use crate::x509::certificate::Certificate;
use crate::x509::general_name::Host;
use crate::x509::times::time as time_of;
use crate::x509::verification::{Store, chain_of};

/// Verifies certificates: that a chain leads from one to a certificate that is trusted, which keeps
/// the rules of the public web or of private authorities.
///
/// `trusted` are certificates, at least one, or a `Store`. `host` is whom the certificate has to be
/// for: a host name, an IP address as text, a `DNSName` or an `IPAddress`. `email` is the address
/// that it has to be for instead, as text: by an `RFC822Name`, or by a mailbox of RFC 9598 if there
/// is more than ASCII before the `@`. `purpose` is an object identifier, such as those of
/// `ExtendedKeyUsageOID`: by default `SERVER_AUTH` for a host, `EMAIL_PROTECTION` for an address,
/// and required if there is neither. `ANY_EXTENDED_KEY_USAGE` takes every purpose. A certificate
/// that names no purpose is good for servers and clients alone. One for `TIME_STAMPING` must be for
/// nothing else (RFC 3161 §2.3).
///
/// `time` is when the chain has to be valid, by default the moment of each call, and
/// `max_chain_depth` how many authorities may stand between the two ends. `revocation` looks at
/// whether the certificates of the chain but the trusted one are revoked.
///
/// All else is as strict as `ironlatch.x509.verification` if it is not asked for:
///
/// - `trusted_leaf`: a certificate that is itself among the trusted is good with no more than the
///   right host, time and purpose, though no authority issued it.
/// - `directory_names`: constraints on distinguished names are applied, to alternative names and
///   subjects; without, a critical one is refused.
/// - `certificate_policies`: certificate policies, their mappings and constraints may be critical,
///   and the chain is held to what its authorities ask for (RFC 5280 §6.1 with the graph of RFC
///   9618).
/// - `policies`: the same, and one of these object identifiers has to be valid for the whole chain.
///   `require_explicit_policy=False` does not ask for that, and lets you see in `Verified.policies`
///   which are; `True` without `policies` asks for any. `inhibit_policy_mapping` lets no authority
///   map its policies to others', and for `inhibit_any_policy` the one that stands for every policy
///   stands for none.
/// - `early_generalized_time`: times before 2050 may be in the longer of the two forms.
/// - `all_algorithms`: keys and signatures may be of every kind that can be verified, Ed25519 and
///   SHA-1 among them.
/// - `lenient`: the rules of RFC 5280 and no more, for private authorities. All of these but
///   `trusted_leaf`, and: extensions may be critical or not; those that nobody needs may be
///   malformed; authorities need no key usage, and what is trusted need not be more than an
///   authority within its time; the certificate needs no authority key identifier, may be an
///   authority itself, and is good for each purpose if it says that it is for any or says nothing;
///   constraints on the hosts of URIs are applied.
#[pyclass(frozen, module = "ironlatch.certificates")]
pub(crate) struct Verifier {
    policy: core::Policy,
    /// Whether the policy's time is one that was set.
    fixed_time: bool,
    store: Py<Store>,
}

#[pymethods]
impl Verifier {
    #[new]
    #[pyo3(signature = (
        trusted,
        host = None,
        *,
        email = None,
        purpose = None,
        time = None,
        max_chain_depth = core::DEFAULT_MAX_CHAIN_DEPTH,
        revocation = None,
        trusted_leaf = false,
        directory_names = false,
        certificate_policies = false,
        policies = None,
        require_explicit_policy = None,
        inhibit_policy_mapping = false,
        inhibit_any_policy = false,
        early_generalized_time = false,
        all_algorithms = false,
        lenient = false,
    ), text_signature = "(trusted, host=None, *, email=None, purpose=None, time=None, max_chain_depth=8, \
        revocation=None, trusted_leaf=False, directory_names=False, certificate_policies=False, policies=None, \
        require_explicit_policy=None, inhibit_policy_mapping=False, inhibit_any_policy=False, \
        early_generalized_time=False, all_algorithms=False, lenient=False)")]
    #[allow(clippy::too_many_arguments, clippy::fn_params_excessive_bools)] // Keywords to Python.
    fn new(
        py: Python<'_>,
        trusted: &Bound<'_, PyAny>,
        host: Option<&Bound<'_, PyAny>>,
        email: Option<&str>,
        purpose: Option<&Bound<'_, PyAny>>,
        time: Option<&Bound<'_, PyAny>>,
        max_chain_depth: u8,
        revocation: Option<&Bound<'_, Revocation>>,
        trusted_leaf: bool,
        directory_names: bool,
        certificate_policies: bool,
        policies: Option<&Bound<'_, PyAny>>,
        require_explicit_policy: Option<bool>,
        inhibit_policy_mapping: bool,
        inhibit_any_policy: bool,
        early_generalized_time: bool,
        all_algorithms: bool,
        lenient: bool,
    ) -> CallResult<Self> {
        let store = match trusted.cast::<Store>() {
            Ok(store) => store.clone().unbind(),
            Err(_) => Py::new(py, Store::new(trusted)?)?,
        };
        let purpose = purpose.map(oid_of).transpose()?;
        let subject = match (host, email) {
            (Some(_), Some(_)) => {
                let message = "give a host or an e-mail address, not both: verify the certificate for each";
                return Err(PyValueError::new_err(message).into());
            }
            (Some(host), None) => Some(host_subject(host)?),
            (None, email) => email.map(Subject::mailbox).transpose()?,
        };
        let mut policy = policy(subject, purpose)?;
        if lenient {
            policy = policy.lenient();
        }
        let accepted = policies.map(accepted_policies).transpose()?;
        let requirements = PolicyRequirements {
            explicit: require_explicit_policy.unwrap_or(accepted.is_some()),
            accepted: accepted.unwrap_or_default(),
            inhibit_mapping: inhibit_policy_mapping,
            inhibit_any: inhibit_any_policy,
        };
        if certificate_policies || policies.is_some() || requirements != PolicyRequirements::default() {
            policy = policy.with_certificate_policies(requirements);
        }
        policy.max_chain_depth = max_chain_depth;
        policy.trusted_leaf = trusted_leaf;
        policy.directory_names |= directory_names;
        policy.early_generalized_time |= early_generalized_time;
        policy.all_algorithms |= all_algorithms;
        policy.revocation = revocation.map(|revocation| revocation.get().inner.clone());
        if let Some(time) = time {
            policy.time = time_of(time)?;
        }
        Ok(Self { policy, fixed_time: time.is_some(), store })
    }

    /// Verifies `leaf`, perhaps over some of `intermediates`, and returns the chain.
    ///
    /// Raises `Refused`, a `VerificationError`, if there is no such chain: it says which were
    /// tried, and the first rule that each broke.
    #[pyo3(signature = (leaf, intermediates = None))]
    fn verify<'py>(
        &self,
        py: Python<'py>,
        leaf: &Bound<'py, Certificate>,
        intermediates: Option<&Bound<'py, PyAny>>,
    ) -> CallResult<Verified> {
        self.verify_at(py, leaf, intermediates, Time::now())
    }
}

impl Verifier {
    /// Verifies as of `time`, if no other was set.
    pub(crate) fn verify_at<'py>(
        &self,
        py: Python<'py>,
        leaf: &Bound<'py, Certificate>,
        intermediates: Option<&Bound<'py, PyAny>>,
        time: Time,
    ) -> CallResult<Verified> {
        let none = PyTuple::empty(py).into_any();
        let mut policy = self.policy.clone();
        if !self.fixed_time {
            policy.time = time;
        }
        let intermediates = intermediates.unwrap_or(&none);
        let (chain, inner) = chain_of(py, &policy, &self.store, leaf, intermediates, refusal)?;
        let statuses = inner.statuses.into_iter().map(|status| Bound::new(py, RevocationStatus::from(status)));
        let statuses = PyList::new(py, statuses.collect::<PyResult<Vec<_>>>()?)?;
        let policies = inner.policies.into_iter().map(|policy| oid_object(py, policy));
        let policies = PyList::new(py, policies.collect::<PyResult<Vec<_>>>()?)?;
        Ok(Verified { chain: chain.unbind(), statuses: statuses.unbind(), policies: policies.unbind() })
    }
}

fn policy(subject: Option<Subject>, purpose: Option<ObjectIdentifier>) -> CallResult<core::Policy> {
    let policy = match &purpose {
        None if subject.is_none() => {
            let message = "say what the certificate is for: a host, an e-mail address, a purpose such as \
ExtendedKeyUsageOID.CODE_SIGNING, or a purpose and one of the others";
            return Err(PyValueError::new_err(message).into());
        }
        Some(oid::CLIENT_AUTH) => core::Policy::client(),
        Some(oid::ANY_EXTENDED_KEY_USAGE) => core::Policy::purpose(None),
        None if matches!(subject, Some(Subject::Mailbox(_))) => core::Policy::purpose(Some(oid::EMAIL_PROTECTION)),
        _ => core::Policy::purpose(Some(purpose.unwrap_or(oid::SERVER_AUTH))),
    };
    Ok(match subject {
        Some(subject) => policy.with_subject(subject),
        None => policy,
    })
}

/// The object identifiers of policies, at least one.
fn accepted_policies(policies: &Bound<'_, PyAny>) -> CallResult<Vec<ObjectIdentifier>> {
    let policies = policies.try_iter()?.map(|policy| oid_of(&policy?)).collect::<PyResult<Vec<_>>>()?;
    if policies.is_empty() {
        let message = "policies must have at least one object identifier; leave it out to take every policy";
        return Err(PyValueError::new_err(message).into());
    }
    Ok(policies)
}

/// A host, as text or as the peer's classes.
fn host_subject(host: &Bound<'_, PyAny>) -> CallResult<Subject> {
    let host = match host.cast::<PyString>() {
        Ok(text) => {
            let text = text.to_str()?.to_owned();
            text.parse().map_or(Host::Name(text), Host::Address)
        }
        Err(_) => Host::of(host)
            .map_err(|_| PyTypeError::new_err("host must be text, a DNSName, or an IPAddress of one address"))?,
    };
    Ok(match host {
        Host::Name(name) => Subject::host(&name)?,
        Host::Address(address) => Subject::Ip(address),
    })
}

/// A `Refused` that says why, with each chain that was tried.
fn refusal(py: Python<'_>, refused: &Refused) -> PyResult<CallError> {
    let object = |certificate: &InnerCertificate| Bound::new(py, Certificate::from(certificate.clone()));
    let paths = PyList::empty(py);
    for path in refused.paths() {
        let certificates = path.certificates.iter().map(object).collect::<PyResult<Vec<_>>>()?;
        paths.append(REFUSED_PATH.get(py)?.call1((PyList::new(py, certificates)?, path.rule.to_string()))?)?;
    }
    Ok(PyErr::from_value(REFUSED.get(py)?.call1((refused.report(), paths))?).into())
}

/// A certificate that was verified.
#[pyclass(frozen, module = "ironlatch.certificates")]
pub(crate) struct Verified {
    /// The certificates, from the one in question to the trusted one.
    #[pyo3(get)]
    chain: Py<PyList>,
    /// The state of each of them but the trusted one; empty if no `Revocation` was given.
    #[pyo3(get)]
    statuses: Py<PyList>,
    /// The certificate policies that are valid for the chain and that were asked for, as object
    /// identifiers. `2.5.29.32.0` among them stands for every policy. Empty if nothing was asked of
    /// policies.
    #[pyo3(get)]
    policies: Py<PyList>,
}

#[pymethods]
impl Verified {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Verified(chain={}, statuses={})>", self.chain.bind(py).repr()?, self.statuses.bind(py).repr()?))
    }
}
