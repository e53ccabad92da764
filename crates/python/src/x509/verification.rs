//! `ironlatch.x509.verification`.

use std::sync::Arc;

use ironlatch::oid;
use ironlatch::x509::extensions::{Extension, Place};
use ironlatch::x509::verification::{self as core, Check, Context, Refused, Rule, Source, Subject, Validator};
use ironlatch::x509::{Certificate as InnerCertificate, Time};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple, PyType};

use super::certificate::Certificate;
use super::extensions::value_object;
use super::general_name::{Host, host_object, list_object};
use super::times::{naive, time as time_of};
use crate::buffer::detach;
use crate::errors::{CallError, CallResult};
use crate::keys::oid::{oid_object, oid_of};
use crate::types::VERIFICATION_ERROR;

/// The certificates that are trusted.
///
/// `certs` are at least one. They are trusted whatever their own times and signatures are.
#[pyclass(frozen, module = "ironlatch.x509.verification")]
pub(crate) struct Store {
    pub(crate) inner: core::Store,
    certificates: Vec<Py<Certificate>>,
}

#[pymethods]
impl Store {
    #[new]
    pub(crate) fn new(certs: &Bound<'_, PyAny>) -> CallResult<Self> {
        let certificates = certificates(certs)?;
        if certificates.is_empty() {
            return Err(PyValueError::new_err("can't create an empty store").into());
        }
        let inner = core::Store::new(certificates.iter().map(|certificate| certificate.get().inner.clone()));
        Ok(Self { inner, certificates })
    }
}

fn certificates(objects: &Bound<'_, PyAny>) -> CallResult<Vec<Py<Certificate>>> {
    let certificate = |object: Bound<'_, PyAny>| Ok(object.cast_into::<Certificate>().map_err(PyErr::from)?.unbind());
    objects.try_iter()?.map(|object| certificate(object?)).collect()
}

/// Whether an extension has to be critical, must not be, or may be.
#[pyclass(frozen, eq, module = "ironlatch.x509.verification")]
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(non_camel_case_types)] // Python's names.
pub(crate) enum Criticality {
    CRITICAL,
    AGNOSTIC,
    NON_CRITICAL,
}

impl From<Criticality> for core::Criticality {
    fn from(criticality: Criticality) -> Self {
        match criticality {
            Criticality::CRITICAL => Self::Critical,
            Criticality::AGNOSTIC => Self::Agnostic,
            Criticality::NON_CRITICAL => Self::NonCritical,
        }
    }
}

/// The requirements on the extensions of authorities, or on those of the certificate in question.
///
/// A critical extension that it has no word on is refused.
#[pyclass(frozen, module = "ironlatch.x509.verification")]
pub(crate) struct ExtensionPolicy {
    inner: core::ExtensionPolicy,
}

#[pymethods]
impl ExtensionPolicy {
    /// A policy that asks nothing of the extensions that it knows.
    #[staticmethod]
    fn permit_all() -> Self {
        Self { inner: core::ExtensionPolicy::permit_all() }
    }

    /// Returns the requirements of the public web on authorities.
    #[staticmethod]
    fn webpki_defaults_ca() -> Self {
        Self { inner: core::ExtensionPolicy::for_authorities() }
    }

    /// Returns the requirements of the public web on servers and clients.
    #[staticmethod]
    fn webpki_defaults_ee() -> Self {
        Self { inner: core::ExtensionPolicy::for_leaves() }
    }

    /// The same policy, which refuses certificates with an extension of this class.
    ///
    /// Raises ValueError if the policy was told about such extensions before.
    fn require_not_present(&self, extension_type: &Bound<'_, PyType>) -> CallResult<Self> {
        self.with(extension_type, Validator::Absent)
    }

    /// The same policy, which looks at an extension of this class if there is one.
    ///
    /// `validator_cb` is called with the `Policy`, the `Certificate`, and the extension's value or
    /// None; it raises an error to refuse it, and returns None. Raises ValueError if the policy was
    /// told about such extensions before.
    fn may_be_present(
        &self,
        extension_type: &Bound<'_, PyType>,
        criticality: &Bound<'_, Criticality>,
        validator_cb: Option<Py<PyAny>>,
    ) -> CallResult<Self> {
        let criticality = (*criticality.get()).into();
        self.with(extension_type, Validator::Optional(criticality, validator_cb.map(check)))
    }

    /// The same policy, which refuses certificates without an extension of this class.
    ///
    /// `validator_cb` is called with the `Policy`, the `Certificate` and the extension's value; it
    /// raises an error to refuse it, and returns None. Raises ValueError if the policy was told
    /// about such extensions before.
    fn require_present(
        &self,
        extension_type: &Bound<'_, PyType>,
        criticality: &Bound<'_, Criticality>,
        validator_cb: Option<Py<PyAny>>,
    ) -> CallResult<Self> {
        let criticality = (*criticality.get()).into();
        self.with(extension_type, Validator::Required(criticality, validator_cb.map(check)))
    }
}

impl ExtensionPolicy {
    fn with(&self, class: &Bound<'_, PyType>, validator: Validator) -> CallResult<Self> {
        let oid = class.getattr_opt(intern!(class.py(), "oid"))?;
        let oid =
            oid.ok_or_else(|| PyTypeError::new_err("extension_type must be a class of extensions, with an oid"))?;
        let inner = self.inner.clone().with(oid_of(&oid)?, validator).map_err(|oid| {
            PyValueError::new_err(format!("ExtensionPolicy already configured for extension with OID {oid}"))
        })?;
        Ok(Self { inner })
    }
}

/// A check that a Python function makes.
fn check(callback: Py<PyAny>) -> Check {
    Arc::new(move |context: &Context<'_>, extension: Option<&Extension<'_>>| {
        Python::attach(|py| {
            let answer = call(py, &callback, context, extension).map_err(|error| {
                let error = PyErr::from(error);
                Rule::Custom(format!("Python extension validator failed: {error}"))
            })?;
            if answer.is_none() { Ok(()) } else { Err(Rule::Custom("Python validator must return None.".to_owned())) }
        })
    })
}

fn call<'py>(
    py: Python<'py>,
    callback: &Py<PyAny>,
    context: &Context<'_>,
    extension: Option<&Extension<'_>>,
) -> CallResult<Bound<'py, PyAny>> {
    let policy = Policy { inner: context.policy.clone() };
    let certificate = Certificate::from(context.certificate.clone());
    let value = extension.map(|extension| value_object(py, extension, Place::Certificate)).transpose()?;
    Ok(callback.bind(py).call1((Bound::new(py, policy)?, Bound::new(py, certificate)?, value))?)
}

/// The requirements on a certificate and on the chain to it.
#[pyclass(frozen, module = "ironlatch.x509.verification")]
pub(crate) struct Policy {
    inner: core::Policy,
}

#[pymethods]
impl Policy {
    /// Whom the certificate has to be for, or None if that is not asked.
    #[getter]
    fn subject<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        self.inner.subject.as_ref().map(|subject| host_object(py, subject)).transpose()
    }

    /// When the chain has to be valid, in UTC, without a time zone.
    #[getter]
    fn validation_time<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        Ok(naive(py, self.inner.time)?)
    }

    /// How many authorities may stand between the certificate in question and a trusted one.
    #[getter]
    fn max_chain_depth(&self) -> u8 {
        self.inner.max_chain_depth
    }

    /// The purpose that the certificate has to be for.
    #[getter]
    fn extended_key_usage<'py>(&self, py: Python<'py>) -> CallResult<Option<Bound<'py, PyAny>>> {
        Ok(self.inner.purpose.clone().map(|purpose| oid_object(py, purpose)).transpose()?)
    }

    /// How many bits an authority's RSA key has to have.
    #[getter]
    fn minimum_rsa_modulus(&self) -> usize {
        self.inner.minimum_rsa_bits
    }
}

/// Builds verifiers. Each call returns a new builder, with one thing more; a store has to be set.
#[pyclass(frozen, module = "ironlatch.x509.verification")]
#[derive(Default)]
pub(crate) struct PolicyBuilder {
    time: Option<Time>,
    store: Option<Py<Store>>,
    max_chain_depth: Option<u8>,
    extension_policies: Option<(core::ExtensionPolicy, core::ExtensionPolicy)>,
}

#[pymethods]
impl PolicyBuilder {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Sets when the chain has to be valid; by default when the verifier is built. A time without a
    /// zone is in UTC.
    #[pyo3(name = "time")]
    fn set_time(&self, py: Python<'_>, time: &Bound<'_, PyAny>) -> CallResult<Self> {
        if !crate::types::DATETIME.is_type_of(time)? {
            return Err(PyTypeError::new_err("time must be a datetime.datetime").into());
        }
        unset(self.time.is_none(), "The validation time")?;
        Ok(Self { time: Some(time_of(time)?), ..self.copy(py) })
    }

    /// Sets the certificates that are trusted.
    #[pyo3(name = "store")]
    fn set_store(&self, py: Python<'_>, store: Py<Store>) -> CallResult<Self> {
        unset(self.store.is_none(), "The trust store")?;
        Ok(Self { store: Some(store), ..self.copy(py) })
    }

    /// Sets how many authorities may stand between the certificate in question and a trusted one;
    /// by default 8.
    #[pyo3(name = "max_chain_depth")]
    fn set_max_chain_depth(&self, py: Python<'_>, max_chain_depth: u8) -> CallResult<Self> {
        unset(self.max_chain_depth.is_none(), "The maximum chain depth")?;
        Ok(Self { max_chain_depth: Some(max_chain_depth), ..self.copy(py) })
    }

    /// Sets what is asked of the extensions of authorities, and of those of the certificate in
    /// question.
    #[pyo3(name = "extension_policies", signature = (*, ca_policy, ee_policy))]
    fn set_extension_policies(
        &self,
        py: Python<'_>,
        ca_policy: &Bound<'_, ExtensionPolicy>,
        ee_policy: &Bound<'_, ExtensionPolicy>,
    ) -> CallResult<Self> {
        unset(self.extension_policies.is_none(), "The extension policies")?;
        let policies = (ca_policy.get().inner.clone(), ee_policy.get().inner.clone());
        Ok(Self { extension_policies: Some(policies), ..self.copy(py) })
    }

    /// A verifier for the certificates of clients.
    fn build_client_verifier(&self, py: Python<'_>) -> CallResult<ClientVerifier> {
        let (policy, store) = self.build(py, core::Policy::client(), "A client verifier must have a trust store.")?;
        Ok(ClientVerifier { policy, store })
    }

    /// A verifier for the certificate of the server `subject`, a `DNSName` or an `IPAddress`.
    fn build_server_verifier(&self, py: Python<'_>, subject: &Bound<'_, PyAny>) -> CallResult<ServerVerifier> {
        let missing = "A server verifier must have a trust store.";
        if self.store.is_none() {
            return Err(PyValueError::new_err(missing).into());
        }
        let subject = match Host::of(subject)? {
            Host::Name(name) => Subject::dns(&name)?,
            Host::Address(address) => Subject::Ip(address),
        };
        let (policy, store) = self.build(py, core::Policy::server(subject), missing)?;
        Ok(ServerVerifier { policy, store })
    }
}

impl PolicyBuilder {
    fn copy(&self, py: Python<'_>) -> Self {
        Self {
            time: self.time,
            store: self.store.as_ref().map(|store| store.clone_ref(py)),
            max_chain_depth: self.max_chain_depth,
            extension_policies: self.extension_policies.clone(),
        }
    }

    fn build(
        &self,
        py: Python<'_>,
        mut policy: core::Policy,
        missing: &'static str,
    ) -> CallResult<(Py<Policy>, Py<Store>)> {
        let store = self.store.as_ref().ok_or_else(|| PyValueError::new_err(missing))?.clone_ref(py);
        policy.time = self.time.unwrap_or(policy.time);
        policy.max_chain_depth = self.max_chain_depth.unwrap_or(policy.max_chain_depth);
        if let Some((authorities, leaf)) = &self.extension_policies {
            policy.authorities = authorities.clone();
            policy.leaf = leaf.clone();
        }
        policy.check()?;
        Ok((Py::new(py, Policy { inner: policy })?, store))
    }
}

fn unset(unset: bool, what: &str) -> PyResult<()> {
    if unset { Ok(()) } else { Err(PyValueError::new_err(format!("{what} may only be set once."))) }
}

/// Verifies the certificate of one server.
#[pyclass(frozen, module = "ironlatch.x509.verification")]
pub(crate) struct ServerVerifier {
    /// The requirements on certificates.
    #[pyo3(get)]
    policy: Py<Policy>,
    /// The certificates that are trusted.
    #[pyo3(get)]
    store: Py<Store>,
}

#[pymethods]
impl ServerVerifier {
    /// The chain from `leaf` to a certificate of the store, perhaps over some of `intermediates`.
    ///
    /// Raises VerificationError if the policy allows no chain.
    fn verify<'py>(
        &self,
        py: Python<'py>,
        leaf: &Bound<'py, Certificate>,
        intermediates: &Bound<'py, PyAny>,
    ) -> CallResult<Bound<'py, PyList>> {
        verified(py, &self.policy, &self.store, leaf, intermediates)
    }
}

/// Verifies the certificates of clients. Who they are is for the caller to see in the verified
/// names.
#[pyclass(frozen, module = "ironlatch.x509.verification")]
pub(crate) struct ClientVerifier {
    /// The requirements on certificates.
    #[pyo3(get)]
    policy: Py<Policy>,
    /// The certificates that are trusted.
    #[pyo3(get)]
    store: Py<Store>,
}

#[pymethods]
impl ClientVerifier {
    /// The chain from `leaf` to a certificate of the store, perhaps over some of `intermediates`,
    /// and the client's names.
    ///
    /// Raises VerificationError if the policy allows no chain.
    fn verify<'py>(
        &self,
        py: Python<'py>,
        leaf: &Bound<'py, Certificate>,
        intermediates: &Bound<'py, PyAny>,
    ) -> CallResult<VerifiedClient> {
        let chain = verified(py, &self.policy, &self.store, leaf, intermediates)?.unbind();
        let certificate = &leaf.get().inner;
        let subjects = match certificate.extensions().get(&oid::SUBJECT_ALTERNATIVE_NAME) {
            Some(_) => Some(list_object(py, &certificate.alternative_names()?)?.unbind()),
            None => None,
        };
        Ok(VerifiedClient { chain, subjects })
    }
}

/// A client whose certificate was verified.
#[pyclass(frozen, module = "ironlatch.x509.verification")]
pub(crate) struct VerifiedClient {
    /// The certificates, from the client's own to the trusted one.
    #[pyo3(get)]
    chain: Py<PyList>,
    /// The names in the client's certificate, or None if it has no such extension.
    #[pyo3(get)]
    subjects: Option<Py<PyAny>>,
}

fn verified<'py>(
    py: Python<'py>,
    policy: &Py<Policy>,
    store: &Py<Store>,
    leaf: &Bound<'py, Certificate>,
    intermediates: &Bound<'py, PyAny>,
) -> CallResult<Bound<'py, PyList>> {
    let (objects, _) = chain_of(py, &policy.get().inner, store, leaf, intermediates, refusal)?;
    Ok(objects)
}

/// A verified chain, and the same as the objects that its certificates came from. `refusal` makes
/// the error if there is none.
pub(crate) fn chain_of<'py>(
    py: Python<'py>,
    policy: &core::Policy,
    store: &Py<Store>,
    leaf: &Bound<'py, Certificate>,
    intermediates: &Bound<'py, PyAny>,
    refusal: impl FnOnce(Python<'py>, &Refused) -> PyResult<CallError>,
) -> CallResult<(Bound<'py, PyList>, core::Chain)> {
    let intermediates = certificates(intermediates)?;
    let others: Vec<InnerCertificate> = intermediates.iter().map(|one| one.get().inner.clone()).collect();
    let trusted = &store.get().inner;
    let certificate = &leaf.get().inner;
    let chain = detach(py, || core::verify(certificate, &others, trusted, policy));
    let chain = chain.map_err(|refused| refusal(py, &refused).unwrap_or_else(CallError::from))?;
    let object = |source: &Source| match source {
        Source::Leaf => leaf.clone(),
        Source::Intermediate(index) => intermediates[*index].bind(py).clone(),
        Source::Anchor(index) => store.get().certificates[*index].bind(py).clone(),
    };
    let objects = PyList::new(py, chain.sources.iter().map(object).collect::<Vec<_>>())?;
    Ok((objects, chain))
}

/// A `VerificationError` that says why, with each chain that was tried.
fn refusal(py: Python<'_>, refused: &Refused) -> PyResult<CallError> {
    let object = |certificate: &InnerCertificate| Bound::new(py, Certificate::from(certificate.clone()));
    let mut message = format!("validation failed: {refused}");
    if let Some(certificate) = refused.certificate() {
        message += &format!(" (encountered processing {})", object(certificate)?.repr()?);
    }
    let paths = PyList::empty(py);
    for path in refused.paths() {
        let certificates = path.certificates.iter().map(object).collect::<PyResult<Vec<_>>>()?;
        let reason = path.rule.to_string().into_pyobject(py)?.into_any();
        paths.append(PyTuple::new(py, [PyList::new(py, certificates)?.into_any(), reason])?)?;
    }
    let error = VERIFICATION_ERROR.get(py)?.call1((message, paths))?;
    Ok(PyErr::from_value(error).into())
}

#[pymodule]
#[pyo3(submodule)]
#[allow(clippy::module_inception)] // The module of Python has the name of the file.
pub(crate) mod verification {
    #[pymodule_export]
    use super::{
        ClientVerifier, Criticality, ExtensionPolicy, Policy, PolicyBuilder, ServerVerifier, Store, VerifiedClient,
    };
}
