//! `ironlatch.pinning`: which keys a TLS server may have.

use ironlatch::recipes::pinning as core;
use ironlatch::recipes::pinning::{Pin, Pinnable};
use ironlatch::x509::{Certificate, Time};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMapping, PyString};

use super::secret_text::Text;
use crate::buffer::{SecretInput, detach};
use crate::errors::{CallError, CallResult};
use crate::types;

/// Holds the pins of one host, at least one of them a backup: the pin of a key that is stored
/// elsewhere and not in use.
///
/// ``backup=False`` says that there is none. ``include_subdomains`` makes the pins hold for
/// everything below the host. From ``expires`` on, a date such as ``"2027-06-30"`` or a
/// ``datetime``, they are not asked for. With ``report_only`` a mismatch is reported and nothing
/// refused. Raises :class:`ValueError` for what is no pin, and if there is no backup.
///
/// >>> from ironlatch.pinning import HostPins
/// >>> used, backup = "sha256/" + "A" * 43 + "=", "sha256/" + "E" * 43 + "="
/// >>> HostPins([used, backup], expires="2027-06-30").expires
/// '2027-06-30T00:00:00Z'
#[pyclass(frozen, eq, module = "ironlatch.pinning")]
#[derive(PartialEq)]
pub(crate) struct HostPins {
    inner: core::HostPins,
}

#[pymethods]
impl HostPins {
    #[new]
    #[pyo3(signature = (pins, *, include_subdomains=false, expires=None, report_only=false, backup=true))]
    fn new(
        pins: &Bound<'_, PyAny>,
        include_subdomains: bool,
        expires: Option<&Bound<'_, PyAny>>,
        report_only: bool,
        backup: bool,
    ) -> CallResult<Self> {
        let pins = pins_from(pins)?;
        let mut inner = if backup { core::HostPins::new(pins)? } else { core::HostPins::without_backup(pins)? };
        if include_subdomains {
            inner = inner.including_subdomains();
        }
        if report_only {
            inner = inner.only_reported();
        }
        if let Some(time) = expires {
            inner = inner.expiring(time_from(time)?);
        }
        Ok(Self { inner })
    }

    /// The pins, each once.
    #[getter]
    fn pins(&self) -> Vec<String> {
        texts(self.inner.pins())
    }

    /// Whether the pins hold for everything below the host too.
    #[getter]
    fn include_subdomains(&self) -> bool {
        self.inner.includes_subdomains()
    }

    /// The time from which on the pins are not asked for, in UTC: ``2027-06-30T00:00:00Z``.
    #[getter]
    fn expires(&self) -> Option<String> {
        self.inner.expires().map(|time| time.to_string())
    }

    /// Whether a mismatch is only reported.
    #[getter]
    fn report_only(&self) -> bool {
        self.inner.is_report_only()
    }

    /// Whether one of the pins is a backup.
    #[getter]
    fn backup(&self) -> bool {
        self.inner.has_backup()
    }

    fn __repr__(&self) -> String {
        format!("HostPins({})", texts(self.inner.pins()).join(", "))
    }
}

/// Holds the pins of any number of hosts: a mapping from hosts to :class:`HostPins`, or to a list
/// of pins.
///
/// Hosts without pins are left to the usual verification, or refused with ``refuse_others``. Raises
/// :class:`ValueError` for what is no host or no pin, and for pins without a backup.
///
/// >>> from ironlatch.pinning import PinSet
/// >>> used, backup = "sha256/" + "A" * 43 + "=", "sha256/" + "E" * 43 + "="
/// >>> pins = PinSet({"api.example.com": [used, backup]})
/// >>> PinSet.from_json(pins.to_json()) == pins
/// True
#[pyclass(frozen, eq, module = "ironlatch.pinning")]
#[derive(PartialEq)]
pub(crate) struct PinSet {
    inner: core::PinSet,
}

#[pymethods]
impl PinSet {
    #[new]
    #[pyo3(signature = (hosts, *, refuse_others=false))]
    fn new(hosts: &Bound<'_, PyMapping>, refuse_others: bool) -> CallResult<Self> {
        let mut pairs = Vec::new();
        for item in hosts.items()? {
            let (host, pins): (String, Bound<'_, PyAny>) = item.extract()?;
            let pins = match pins.cast::<HostPins>() {
                Ok(pins) => pins.get().inner.clone(),
                Err(_) => core::HostPins::new(pins_from(&pins)?)?,
            };
            pairs.push((host, pins));
        }
        let inner = core::PinSet::new(pairs)?;
        Ok(Self { inner: if refuse_others { inner.refusing_others() } else { inner } })
    }

    /// Reads a pin set from the JSON that :meth:`to_json` and ``ironlatch pin --new-set`` write.
    ///
    /// Raises :class:`ValueError` for anything else, and for members that it does not know.
    #[staticmethod]
    fn from_json(text: &str) -> CallResult<Self> {
        Ok(Self { inner: core::PinSet::from_json(text)? })
    }

    /// Returns the pin set as JSON, to store in a file.
    fn to_json(&self) -> String {
        self.inner.to_json()
    }

    /// The hosts and their pins.
    #[getter]
    fn hosts(&self, py: Python<'_>) -> PyResult<Vec<(String, Py<HostPins>)>> {
        let pair = |(host, pins): (&str, &core::HostPins)| {
            Ok((host.to_owned(), Py::new(py, HostPins { inner: pins.clone() })?))
        };
        self.inner.hosts().map(pair).collect()
    }

    /// Whether hosts without pins are refused.
    #[getter]
    fn refuse_others(&self) -> bool {
        self.inner.refuses_others()
    }

    /// Checks the certificates of a connection: the chain in DER that was verified, the server's
    /// certificate first.
    ///
    /// Never pass what the server sent unless it was verified. Raises :class:`ValueError` if
    /// ``host`` is no host.
    fn check(&self, host: &str, chain: Vec<Bound<'_, PyBytes>>) -> CallResult<Verdict> {
        let chain: Vec<&[u8]> = chain.iter().map(|der| der.as_bytes()).collect();
        Ok(Verdict { inner: self.inner.check(host, &chain)? })
    }

    fn __repr__(&self) -> String {
        format!("PinSet({})", self.inner.hosts().map(|(host, _)| host).collect::<Vec<_>>().join(", "))
    }
}

/// Says how a check of a connection ended. ``str(verdict)`` says it to a person.
#[pyclass(frozen, module = "ironlatch.pinning")]
pub(crate) struct Verdict {
    inner: core::Verdict,
}

#[pymethods]
impl Verdict {
    /// The host of the connection.
    #[getter]
    fn host(&self) -> &str {
        &self.inner.host
    }

    /// ``not pinned``, ``matched``, ``no backup``, ``expired``, ``mismatch`` or ``other host``.
    #[getter]
    fn outcome(&self) -> &'static str {
        self.inner.outcome.name()
    }

    /// The pins of the host.
    #[getter]
    fn expected(&self) -> Vec<String> {
        texts(&self.inner.expected)
    }

    /// The certificates of the chain, the server's first.
    #[getter]
    fn seen(&self) -> Vec<SeenCertificate> {
        let seen = |seen: &core::Seen| SeenCertificate {
            pin: seen.pin.map(|pin| pin.to_string()),
            subject: seen.subject.clone(),
            key: seen.key.clone(),
        };
        self.inner.seen.iter().map(seen).collect()
    }

    /// Whether the connection must not be used.
    #[getter]
    fn refused(&self) -> bool {
        self.inner.is_refused()
    }

    /// Whether somebody should look at it, refused or not.
    #[getter]
    fn notable(&self) -> bool {
        self.inner.is_notable()
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        format!("Verdict({}: {})", self.inner.host, self.inner.outcome.name())
    }
}

/// Describes a certificate of a chain.
#[pyclass(frozen, get_all, module = "ironlatch.pinning")]
pub(crate) struct SeenCertificate {
    /// The pin of its key; None if the certificate cannot be read.
    pin: Option<String>,
    /// The name that the certificate is about.
    subject: String,
    /// The kind of its key.
    key: String,
}

#[pymethods]
impl SeenCertificate {
    fn __repr__(&self) -> String {
        format!("SeenCertificate({}, {}, {})", self.pin.as_deref().unwrap_or("no pin"), self.subject, self.key)
    }
}

/// Returns the pin of a certificate, a certificate request, a public or a private key in PEM or
/// DER: of the first in a file of many.
///
/// ``password`` is for an encrypted private key. Raises :class:`ValueError` if the data is none of
/// them, or damaged.
///
/// >>> from ironlatch.hazmat.primitives import serialization
/// >>> from ironlatch.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
/// >>> from ironlatch.pinning import pin
/// >>> key = Ed25519PublicKey.from_public_bytes(bytes(32))
/// >>> pin(key.public_bytes(
/// ...     serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
/// ... ))
/// 'sha256/ciq9EumaU2fzda65ZyqOB3EuA8Kt0W+o1pFNHPou/gw='
#[pyfunction]
#[pyo3(signature = (data, password=None))]
fn pin(py: Python<'_>, data: SecretInput<'_>, password: Option<Text<'_>>) -> CallResult<String> {
    let (data, password) = (data.as_slice(), password.as_ref().map(Text::as_bytes));
    let all = detach(py, || Pinnable::all(data, password))?;
    all.first().map(|first| first.pin.to_string()).ok_or_else(|| PyValueError::new_err("there is no key to pin").into())
}

/// Describes the certificates of a chain in DER, with their pins.
#[pyfunction]
fn describe_chain(chain: Vec<Bound<'_, PyBytes>>) -> CallResult<Vec<SeenCertificate>> {
    let describe = |der: &Bound<'_, PyBytes>| {
        let certificate =
            Pinnable::from(Certificate::from_der(der.as_bytes()).map_err(ironlatch::recipes::Error::from)?);
        Ok(SeenCertificate {
            pin: Some(certificate.pin.to_string()),
            subject: certificate.subject.unwrap_or_default(),
            key: certificate.key,
        })
    };
    chain.iter().map(describe).collect()
}

/// A list of pins, which one string is not.
fn pins_from(pins: &Bound<'_, PyAny>) -> CallResult<Vec<Pin>> {
    if pins.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err("expected a list of pins, not one string").into());
    }
    let pin = |text: PyResult<Bound<'_, PyAny>>| -> CallResult<Pin> {
        text?.extract::<String>()?.parse().map_err(CallError::Recipe)
    };
    pins.try_iter()?.map(pin).collect()
}

/// A time as text, or as a ``datetime`` that knows its zone, or as a ``date``.
fn time_from(time: &Bound<'_, PyAny>) -> CallResult<Time> {
    let read = |text: &str| text.parse::<Time>().map_err(|error| CallError::Recipe(error.into()));
    if let Ok(text) = time.extract::<String>() {
        return read(&text);
    }
    if !types::DATETIME.is_type_of(time)? {
        return read(&time.call_method0("isoformat")?.extract::<String>()?);
    }
    if time.call_method0("utcoffset")?.is_none() {
        return Err(PyValueError::new_err("the time has no zone: give it one, such as datetime.UTC").into());
    }
    let utc = time.call_method1("astimezone", (types::UTC.get(time.py())?,))?;
    read(&utc.call_method1("strftime", ("%Y-%m-%dT%H:%M:%SZ",))?.extract::<String>()?)
}

fn texts(pins: &[Pin]) -> Vec<String> {
    pins.iter().map(Pin::to_string).collect()
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod pinning {
    #[pymodule_export]
    use super::{HostPins, PinSet, SeenCertificate, Verdict, describe_chain, pin};
}
