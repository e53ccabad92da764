//! `RequestSigner`, `RequestVerifier`: signed HTTP requests.

use ironlatch::recipes::Error;
use ironlatch::recipes::error::Refusal;
use ironlatch::recipes::signing::request::{self as core, Request, Scheme};
use ironlatch::recipes::signing::{Key as CoreKey, ReplayStore};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyMapping, PyString, PyTuple};

use super::arguments::Seconds;
use super::keys::Keys;
use super::replay::{Failure, MemoryReplayStore, PythonStore};
use crate::buffer::{Input, detach};
use crate::errors::{CallError, CallResult};
use crate::recipes::text::Str;

/// Holds where a request goes, in its parts: ``path`` begins with a slash and is percent-encoded,
/// as ``query`` is; ``host`` is the content of the field ``Host``. A server makes it of what it
/// has: joined to a URL, the parts could be read otherwise than they were meant.
///
/// Raises :class:`ValueError` for a scheme that is not http or https, a host that is none, and a
/// path or query that holds anything but visible ASCII characters, or one that would end it.
///
/// >>> from ironlatch.signing import Target
/// >>> Target("https", "API.example.com:443", "/orders", "page=2").authority
/// 'api.example.com'
#[pyclass(frozen, eq, module = "ironlatch.signing")]
#[derive(PartialEq)]
pub(crate) struct Target {
    inner: core::Target,
}

#[pymethods]
impl Target {
    #[new]
    #[pyo3(signature = (scheme, host, path, query=None))]
    fn new(scheme: &str, host: Str<'_>, path: Str<'_>, query: Option<Str<'_>>) -> CallResult<Self> {
        Ok(Self { inner: core::Target::new(Scheme::parse(scheme)?, &host, &path, query.as_deref())? })
    }

    /// Reads a whole URL.
    ///
    /// Raises :class:`ValueError` if it is none, names a user, or has a fragment, which is never
    /// sent.
    #[staticmethod]
    fn parse(url: Str<'_>) -> CallResult<Self> {
        Ok(Self { inner: core::Target::parse(&url)? })
    }

    /// Reads what the first line of a request has between method and version, with the field
    /// ``Host``: a path, a URL of the same host, ``*`` of OPTIONS, or host and port of CONNECT.
    ///
    /// Raises :class:`ValueError` if it is none of these.
    #[staticmethod]
    fn received(scheme: &str, host: Str<'_>, method: &str, request_target: Str<'_>) -> CallResult<Self> {
        Ok(Self { inner: core::Target::received(Scheme::parse(scheme)?, &host, method, &request_target)? })
    }

    /// ``http`` or ``https``.
    #[getter]
    fn scheme(&self) -> &'static str {
        self.inner.scheme().name()
    }

    /// The host in small letters, with the port if it is not the scheme's own.
    #[getter]
    fn authority(&self) -> String {
        self.inner.authority().to_string()
    }

    /// The path.
    #[getter]
    fn path(&self) -> &str {
        self.inner.path()
    }

    /// The part after the question mark, or None.
    #[getter]
    fn query(&self) -> Option<&str> {
        self.inner.query()
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        format!("Target({:?})", self.inner.to_string())
    }
}

/// A target, or the URL of one.
enum TargetArgument {
    Target(core::Target),
    Url(String),
}

impl TargetArgument {
    fn read(self) -> ironlatch::recipes::Result<core::Target> {
        match self {
            Self::Target(target) => Ok(target),
            Self::Url(url) => core::Target::parse(&url),
        }
    }
}

impl FromPyObject<'_, '_> for TargetArgument {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(target) = object.cast::<Target>() {
            return Ok(Self::Target(target.get().inner.clone()));
        }
        if !object.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err("url must be a str or a Target"));
        }
        Ok(Self::Url(Str::extract(object)?.to_owned()))
    }
}

/// Signs HTTP requests by RFC 9421: method, host, path, query, the body, and the fields that say
/// how to read it, with the time and a nonce.
///
/// ``key`` is a Key, a KeySet, a list of keys or a keyring's key: the first one signs. ``purpose``
/// says what the signatures are for; a verifier for another purpose does not accept them.
/// ``components`` are more fields to cover, which each request must then have. A signature is valid
/// for ``valid_for``, in seconds or as a timedelta.
///
/// Raises :class:`TypeError` if the key only verifies, and :class:`ValueError` for a purpose,
/// component or time that is none.
///
/// >>> from ironlatch.signing import Key, RequestSigner
/// >>> signer = RequestSigner(Key.generate())
/// >>> sorted(signer.sign("POST", "https://api.example.com/orders", body=b"{}"))
/// ['Content-Digest', 'Signature', 'Signature-Input']
#[pyclass(frozen, module = "ironlatch.signing")]
pub(crate) struct RequestSigner {
    inner: core::RequestSigner,
}

#[pymethods]
impl RequestSigner {
    #[new]
    #[pyo3(
        signature = (key, *, purpose=None, components=Vec::new(), valid_for=Seconds(300.0)),
        text_signature = "(key, *, purpose=None, components=(), valid_for=300)"
    )]
    fn new(
        key: &Bound<'_, PyAny>,
        purpose: Option<&str>,
        components: Vec<String>,
        valid_for: Seconds,
    ) -> CallResult<Self> {
        let keys: Keys = key.extract()?;
        let mut inner = core::RequestSigner::new(keys.inner)?;
        if let Some(purpose) = purpose {
            inner = inner.with_purpose(purpose)?;
        }
        Ok(Self { inner: inner.with_components(&components)?.with_validity(valid_for.whole()?)? })
    }

    /// Returns the header fields that make a request a signed one: ``Signature-Input``,
    /// ``Signature`` and, where there is a body, ``Content-Digest``. Set them just before the
    /// request is sent, in place of any of the same names.
    ///
    /// ``url``, which is text or a :class:`Target`, and ``headers``, a mapping or a list of pairs,
    /// must be as they are sent. Raises :class:`ValueError` if a field that is to be covered is
    /// missing, or ``Host`` is not that of the URL.
    #[pyo3(signature = (method, url, headers=None, body=None))]
    fn sign<'py>(
        &self,
        py: Python<'py>,
        method: &str,
        url: TargetArgument,
        headers: Option<Headers>,
        body: Option<Input<'_>>,
    ) -> CallResult<Bound<'py, PyDict>> {
        let headers = headers.unwrap_or_default();
        let body = body.as_ref().map_or(&[][..], Input::as_slice);
        let signed = detach(py, || self.inner.sign(&request(method, url, &headers, body)?))?;
        let fields = PyDict::new(py);
        for (name, value) in signed.to_list() {
            fields.set_item(name, value)?;
        }
        Ok(fields)
    }

    fn __repr__(&self) -> CallResult<String> {
        Ok(format!("RequestSigner({:?})", self.inner.key()?))
    }
}

/// Verifies HTTP requests that were signed by RFC 9421: that the signature is by one of the keys
/// and covers all that matters, that it is of the last ``max_age`` seconds, and that the request
/// was not accepted before.
///
/// ``keys`` are those of the senders: a Key, a KeySet, a keyring's key, a list, or a function that
/// returns the keys of a name, or None. ``authorities`` are the names of this server, with the port
/// if it is not the scheme's own: a request to another is not accepted.
///
/// ``replay_store`` remembers what was accepted: by default in memory, for this process alone; with
/// None a request is accepted as often as it comes. ``required`` are more fields that must be
/// covered. ``max_age`` and ``leeway``, by which the clocks may differ, are seconds or a timedelta.
///
/// Raises :class:`ValueError` for a name, field or time that is none.
///
/// >>> from ironlatch.signing import Key, RequestSigner, RequestVerifier
/// >>> key, url = Key.generate(), "https://api.example.com/orders"
/// >>> headers = RequestSigner(key).sign("POST", url, body=b"{}")
/// >>> verifier = RequestVerifier(key, authorities=["api.example.com"])
/// >>> verifier.verify("POST", url, headers, b"{}").key_id == key.id
/// True
#[pyclass(frozen, module = "ironlatch.signing")]
pub(crate) struct RequestVerifier {
    inner: core::RequestVerifier,
    keys: KeySource,
    replay_store: StoreArgument,
}

enum KeySource {
    Keys(Keys),
    Function(Py<PyAny>),
}

/// Where a verifier keeps what it accepted.
pub(crate) enum StoreArgument {
    Default,
    None,
    Memory(Py<MemoryReplayStore>),
    Other(Py<PyAny>),
}

impl FromPyObject<'_, '_> for StoreArgument {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if object.is_none() {
            return Ok(Self::None);
        }
        if let Ok(store) = object.cast::<MemoryReplayStore>() {
            return Ok(Self::Memory(store.to_owned().unbind()));
        }
        if object.hasattr("remember")? {
            return Ok(Self::Other(object.to_owned().unbind()));
        }
        Err(PyTypeError::new_err("replay_store must have a method remember(id, until, now)"))
    }
}

#[pymethods]
impl RequestVerifier {
    #[new]
    #[pyo3(
        signature = (
            keys, *, authorities, replay_store=StoreArgument::Default, purpose=None, required=Vec::new(),
            max_age=Seconds(300.0), leeway=Seconds(30.0)
        ),
        text_signature = "(keys, *, authorities, replay_store=..., purpose=None, required=(), max_age=300, leeway=30)"
    )]
    #[allow(clippy::too_many_arguments)] // They are keywords in Python.
    fn new(
        py: Python<'_>,
        keys: &Bound<'_, PyAny>,
        authorities: Vec<String>,
        replay_store: StoreArgument,
        purpose: Option<&str>,
        required: Vec<String>,
        max_age: Seconds,
        leeway: Seconds,
    ) -> CallResult<Self> {
        let keys = if keys.is_callable() {
            KeySource::Function(keys.clone().unbind())
        } else {
            KeySource::Keys(keys.extract()?)
        };
        let mut inner = core::RequestVerifier::new(&authorities)?;
        inner = inner.with_max_age(max_age.whole()?, leeway.whole()?)?.with_required(&required)?;
        if let Some(purpose) = purpose {
            inner = inner.with_purpose(purpose)?;
        }
        let replay_store = match replay_store {
            StoreArgument::Default => StoreArgument::Memory(Py::new(py, MemoryReplayStore::default())?),
            given => given,
        };
        Ok(Self { inner, keys, replay_store })
    }

    /// Verifies a request, and returns who signed it, and when.
    ///
    /// ``url`` is the :class:`Target` that the server has, or the URL as the sender knows it;
    /// ``headers`` are all that came, ``Host`` among them, and ``body`` is as it came. ``now`` is
    /// another time than the clock's, for tests.
    ///
    /// Raises :class:`NotVerified` or one of its classes if the request is not accepted.
    #[pyo3(signature = (method, url, headers, body=None, *, now=None))]
    fn verify(
        &self,
        py: Python<'_>,
        method: &str,
        url: TargetArgument,
        headers: Headers,
        body: Option<Input<'_>>,
        now: Option<f64>,
    ) -> CallResult<VerifiedRequest> {
        let body = body.as_ref().map_or(&[][..], Input::as_slice);
        let raised = Failure::default();
        let function;
        let keys: &(dyn core::Keys + Sync) = match &self.keys {
            KeySource::Keys(keys) => &keys.inner,
            KeySource::Function(call) => {
                function = PythonKeys { call, raised: &raised };
                &function
            }
        };
        let python_store;
        let store: Option<&(dyn ReplayStore + Sync)> = match &self.replay_store {
            StoreArgument::Default | StoreArgument::None => None,
            StoreArgument::Memory(store) => Some(&store.get().inner),
            StoreArgument::Other(store) => {
                python_store = PythonStore { store, raised: &raised };
                Some(&python_store)
            }
        };
        let now = match now {
            Some(now) if now >= 0.0 => Some(now as u64),
            Some(_) => return Err(PyValueError::new_err("now must be a time in seconds since 1970").into()),
            None => None,
        };
        let result = detach(py, || {
            // Whatever came that is no request is not verified; it is the sender's fault and not
            // the caller's.
            let request = request(method, url, &headers, body)
                .map_err(|error| Error::refused(Refusal::Malformed, error.to_string()))?;
            let store = store.map(|store| store as &dyn ReplayStore);
            match now {
                Some(now) => self.inner.verify_at(&request, keys, store, now),
                None => self.inner.verify(&request, keys, store),
            }
        });
        raised.check()?;
        let core::Verified { key_id, created, expires, nonce, components } = result?;
        Ok(VerifiedRequest { key_id, created, expires, nonce, components })
    }
}

/// Describes a request that was accepted.
#[pyclass(frozen, get_all, module = "ironlatch.signing")]
pub(crate) struct VerifiedRequest {
    /// The name of the key that signed it: who sent it.
    key_id: String,
    /// When it was signed, in seconds since 1970.
    created: u64,
    /// When the signature ends, or None.
    expires: Option<u64>,
    /// The signature's own name, or None.
    nonce: Option<String>,
    /// The parts of the request that the signature covers.
    components: Vec<String>,
}

#[pymethods]
impl VerifiedRequest {
    fn __repr__(&self) -> String {
        format!("VerifiedRequest(key_id={:?}, created={})", self.key_id, self.created)
    }
}

/// Returns the value of ``Content-Digest`` (RFC 9530) for a body: its SHA-256.
///
/// >>> from ironlatch.signing import content_digest
/// >>> content_digest(b"{}")
/// 'sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:'
#[pyfunction]
pub(crate) fn content_digest(py: Python<'_>, body: Input<'_>) -> String {
    let body = body.as_slice();
    detach(py, || core::content_digest(body))
}

/// Header fields, line by line: from a mapping, or a sequence of pairs.
#[derive(Default)]
pub(crate) struct Headers(Vec<(String, Vec<u8>)>);

impl FromPyObject<'_, '_> for Headers {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let wrong = || PyTypeError::new_err("headers must be a mapping or a list of pairs, of str or bytes");
        let pairs = if object.cast::<PyMapping>().is_ok() || object.hasattr("items")? {
            object.call_method0("items")?
        } else {
            object.to_owned()
        };
        let mut headers = Vec::new();
        for pair in pairs.try_iter().map_err(|_| wrong())? {
            let pair = pair?;
            let pair = pair.cast::<PyTuple>().map_err(|_| wrong())?;
            if pair.len() != 2 {
                return Err(wrong());
            }
            let name = bytes_of(&pair.get_item(0)?).ok_or_else(wrong)?;
            let name = String::from_utf8(name).map_err(|_| PyValueError::new_err("a field's name is not ASCII"))?;
            headers.push((name, bytes_of(&pair.get_item(1)?).ok_or_else(wrong)?));
        }
        Ok(Self(headers))
    }
}

/// The bytes of a field's name or value: text is Latin-1 if it can be, as WSGI has it.
fn bytes_of(object: &Bound<'_, PyAny>) -> Option<Vec<u8>> {
    if let Ok(bytes) = object.cast::<PyBytes>() {
        return Some(bytes.as_bytes().to_vec());
    }
    let text = object.cast::<PyString>().ok()?.to_cow().ok()?;
    let latin: Option<Vec<u8>> = text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect();
    Some(latin.unwrap_or_else(|| text.as_bytes().to_vec()))
}

fn request<'a>(
    method: &'a str,
    url: TargetArgument,
    headers: &'a Headers,
    body: &'a [u8],
) -> ironlatch::recipes::Result<Request<'a>> {
    let mut request = Request::to(method, url.read()?)?.with_body(body);
    for (name, value) in &headers.0 {
        request.fields_mut().add(name, value)?;
    }
    Ok(request)
}

/// Keys that a Python function looks up.
struct PythonKeys<'a> {
    call: &'a Py<PyAny>,
    raised: &'a Failure,
}

impl core::Keys for PythonKeys<'_> {
    fn candidates(&self, id: Option<&str>) -> ironlatch::recipes::Result<Vec<CoreKey>> {
        let found = Python::attach(|py| -> PyResult<Vec<CoreKey>> {
            let found = self.call.bind(py).call1((id,))?;
            if found.is_none() {
                return Ok(Vec::new());
            }
            Ok(found.extract::<Keys>()?.inner.current().map_err(CallError::from)?.to_vec())
        });
        found.map_err(|error| self.raised.set(error))
    }
}
