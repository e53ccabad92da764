//! `ironlatch.hazmat.primitives.asymmetric.rsa`.

use ironlatch::asymmetric::rsa::{self as core, Checks, PrivateComponents, PublicComponents};
use ironlatch::keys;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyInt, PyType};
use zeroize::Zeroizing;

use crate::buffer::{Input, SecretInput};
use crate::errors::CallResult;
use crate::keys::serialization::{Encoding, PrivateFormat, PublicFormat, private_bytes, public_bytes};

/// An RSA private key, wiped from memory when it is dropped.
///
/// generate_private_key makes one, the readers in the serialization module read one.
#[pyclass(frozen, name = "RSAPrivateKey", module = "ironlatch.hazmat.primitives.asymmetric.rsa")]
pub(crate) struct RsaPrivateKey {
    inner: core::PrivateKey,
}

impl From<core::PrivateKey> for RsaPrivateKey {
    fn from(inner: core::PrivateKey) -> Self {
        Self { inner }
    }
}

#[pymethods]
impl RsaPrivateKey {
    /// The length of the modulus in bits.
    #[getter]
    fn key_size(&self) -> usize {
        self.inner.bits()
    }

    /// The public key that belongs to it.
    fn public_key(&self) -> RsaPublicKey {
        self.inner.public_key().into()
    }

    /// The numbers that the key is made of, as Python integers, which cannot be wiped.
    fn private_numbers<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let key = self.inner.components();
        let arguments = (
            integer(py, &key.p)?,
            integer(py, &key.q)?,
            integer(py, &key.d)?,
            integer(py, &key.dmp1)?,
            integer(py, &key.dmq1)?,
            integer(py, &key.iqmp)?,
            public_numbers(py, &key.public)?,
        );
        Ok(CLASS.import(py, MODULE, "RSAPrivateNumbers")?.call1(arguments)?)
    }

    /// The key as bytes: `encoding` PEM or DER, `format` PKCS8 or TraditionalOpenSSL, encrypted as `encryption_algorithm`
    /// says.
    ///
    /// Raises TypeError or ValueError if the three do not go together.
    fn private_bytes<'py>(
        &self,
        py: Python<'py>,
        encoding: &Bound<'py, Encoding>,
        format: &Bound<'py, PrivateFormat>,
        encryption_algorithm: &Bound<'py, PyAny>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        let key = keys::PrivateKey::Rsa(self.inner.clone());
        private_bytes(py, &key, *encoding.get(), *format.get(), encryption_algorithm)
    }

    /// The same key: it cannot be changed, and a second copy in memory would serve nobody.
    fn __copy__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
        slf.clone()
    }

    fn __deepcopy__<'py>(slf: &Bound<'py, Self>, memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        let _ = memo;
        slf.clone()
    }
}

/// An RSA public key.
#[pyclass(frozen, name = "RSAPublicKey", module = "ironlatch.hazmat.primitives.asymmetric.rsa")]
pub(crate) struct RsaPublicKey {
    inner: core::PublicKey,
}

impl From<core::PublicKey> for RsaPublicKey {
    fn from(inner: core::PublicKey) -> Self {
        Self { inner }
    }
}

#[pymethods]
impl RsaPublicKey {
    /// The length of the modulus in bits.
    #[getter]
    fn key_size(&self) -> usize {
        self.inner.bits()
    }

    /// The numbers that the key is made of.
    fn public_numbers<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        public_numbers(py, &self.inner.components())
    }

    /// The key as bytes: PEM or DER of a SubjectPublicKeyInfo or of PKCS1, or OpenSSH's line.
    ///
    /// Raises TypeError or ValueError if `encoding` and `format` do not go together.
    fn public_bytes<'py>(
        &self,
        py: Python<'py>,
        encoding: &Bound<'py, Encoding>,
        format: &Bound<'py, PublicFormat>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        public_bytes(py, &keys::PublicKey::Rsa(self.inner.clone()), *encoding.get(), *format.get())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.inner == other.inner
    }

    /// The same key: it cannot be changed.
    fn __copy__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
        slf.clone()
    }

    fn __deepcopy__<'py>(slf: &Bound<'py, Self>, memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        let _ = memo;
        slf.clone()
    }
}

/// A new key.
#[pyfunction]
fn generate_private_key(py: Python<'_>, public_exponent: u64, key_size: usize) -> CallResult<RsaPrivateKey> {
    Ok(py.detach(|| core::PrivateKey::generate(key_size, public_exponent))?.into())
}

/// The private key of these numbers, big-endian.
#[pyfunction]
#[allow(clippy::too_many_arguments)] // A key has so many.
fn private_key_from_numbers(
    py: Python<'_>,
    n: Input<'_>,
    e: Input<'_>,
    d: SecretInput<'_>,
    p: SecretInput<'_>,
    q: SecretInput<'_>,
    dmp1: SecretInput<'_>,
    dmq1: SecretInput<'_>,
    iqmp: SecretInput<'_>,
    skip_checks: bool,
) -> CallResult<RsaPrivateKey> {
    let secret = |number: &SecretInput<'_>| Zeroizing::new(minimal(number.as_slice()).to_vec());
    let components = PrivateComponents {
        public: PublicComponents { n: minimal(n.as_slice()).to_vec(), e: minimal(e.as_slice()).to_vec() },
        d: secret(&d),
        p: secret(&p),
        q: secret(&q),
        dmp1: secret(&dmp1),
        dmq1: secret(&dmq1),
        iqmp: secret(&iqmp),
    };
    let checks = if skip_checks { Checks::Skipped } else { Checks::Full };
    Ok(py.detach(|| core::PrivateKey::from_components(&components, checks))?.into())
}

/// The public key of these numbers, big-endian.
#[pyfunction]
fn public_key_from_numbers(n: Input<'_>, e: Input<'_>) -> CallResult<RsaPublicKey> {
    let components = PublicComponents { n: minimal(n.as_slice()).to_vec(), e: minimal(e.as_slice()).to_vec() };
    Ok(core::PublicKey::from_components(&components)?.into())
}

/// Where the Python classes for numbers live.
const MODULE: &str = "ironlatch.hazmat.primitives.asymmetric.rsa";

fn public_numbers<'py>(py: Python<'py>, key: &PublicComponents) -> CallResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.import(py, MODULE, "RSAPublicNumbers")?;
    Ok(class.call1((integer(py, &key.e)?, integer(py, &key.n)?))?)
}

fn integer<'py>(py: Python<'py>, octets: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    py.get_type::<PyInt>().call_method1(intern!(py, "from_bytes"), (PyBytes::new(py, octets), intern!(py, "big")))
}

/// The octets without leading zeros.
fn minimal(octets: &[u8]) -> &[u8] {
    let start = octets.iter().position(|&octet| octet != 0).unwrap_or(octets.len());
    &octets[start..]
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod rsa {
    #[pymodule_export]
    use super::{RsaPrivateKey, RsaPublicKey, generate_private_key, private_key_from_numbers, public_key_from_numbers};
}
