//! `ironlatch.hazmat.primitives.asymmetric.ec`.

use ironlatch::Error;
use ironlatch::asymmetric::ec::{self as core, Curve, Message};
use ironlatch::error::Unsupported;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyInt, PyString};

use super::key_classes::key_classes;
use super::utils::{int_from_bytes, int_to_bytes, message};
use crate::buffer::{Input, detach, detach_if_long};
use crate::errors::CallResult;
use crate::types;

key_classes! {
    module = "ironlatch.hazmat.primitives.asymmetric.ec", core = core;

    /// A private key of an elliptic curve, wiped from memory when the last reference to it goes.
    ///
    /// generate_private_key and derive_private_key make one, the readers in the serialization
    /// module read one.
    EcPrivateKey = "EllipticCurvePrivateKey" {
        /// The curve.
        #[getter]
        fn curve<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            class_of(py, self.inner.curve())
        }

        /// The length of the curve's prime in bits.
        #[getter]
        fn key_size(&self) -> usize {
            self.inner.curve().bits()
        }

        /// Signs `data` (FIPS 186-5 section 6). The signature is DER of two numbers.
        ///
        /// `signature_algorithm` is an ECDSA. Raises ValueError if the data are Prehashed and have
        /// not the digest's length, and UnsupportedAlgorithm for other algorithms.
        fn sign<'py>(
            &self,
            py: Python<'py>,
            data: Input<'_>,
            signature_algorithm: &Bound<'py, PyAny>,
        ) -> CallResult<Bound<'py, PyBytes>> {
            let message = ecdsa_message(signature_algorithm, data.as_slice())?;
            let deterministic = signature_algorithm.getattr(intern!(py, "deterministic_signing"))?.is_truthy()?;
            let sign = || if deterministic { self.inner.sign_deterministic(message) } else { self.inner.sign(message) };
            let signature = detach(py, sign)?;
            Ok(PyBytes::new(py, &signature))
        }

        /// The secret that this key and a peer's public key lead to (SEC 1 section 3.3.1), as long
        /// as the curve's prime.
        ///
        /// `algorithm` is an ECDH. Derive keys from the secret with a KDF. Raises ValueError if the
        /// keys are of different curves.
        fn exchange<'py>(
            &self,
            py: Python<'py>,
            algorithm: &Bound<'py, PyAny>,
            peer_public_key: &Bound<'py, PyAny>,
        ) -> CallResult<Bound<'py, PyBytes>> {
            if !types::ECDH.is_type_of(algorithm)? {
                let message = "Unsupported EC exchange algorithm: expected an ECDH instance";
                return Err(Error::unsupported(Unsupported::ExchangeAlgorithm, message).into());
            }
            let public_key = peer_public_key.cast::<EcPublicKey>().map_err(PyErr::from)?.get();
            let shared = detach(py, || self.inner.exchange(&public_key.inner))?;
            Ok(PyBytes::new(py, &shared))
        }

        /// The numbers that the key is made of, as Python integers, which cannot be wiped.
        fn private_numbers<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
            let scalar = int_from_bytes(py, &self.inner.private_bytes())?;
            let public = public_numbers(py, &self.inner.public_key())?;
            Ok(types::EC_PRIVATE_NUMBERS.get(py)?.call1((scalar, public))?)
        }
    }

    /// A public key of an elliptic curve.
    EcPublicKey = "EllipticCurvePublicKey" {
        /// The curve.
        #[getter]
        fn curve<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            class_of(py, self.inner.curve())
        }

        /// The length of the curve's prime in bits.
        #[getter]
        fn key_size(&self) -> usize {
            self.inner.curve().bits()
        }

        /// Raises InvalidSignature unless `signature` is one of `data` by this key.
        /// `signature_algorithm` is an ECDSA.
        fn verify<'py>(
            &self,
            py: Python<'py>,
            signature: Input<'_>,
            data: Input<'_>,
            signature_algorithm: &Bound<'py, PyAny>,
        ) -> CallResult<()> {
            let message = ecdsa_message(signature_algorithm, data.as_slice())?;
            let signature = signature.as_slice();
            Ok(detach_if_long(py, data.len(), || self.inner.verify(message, signature))?)
        }

        /// The numbers that the key is made of: the point's coordinates.
        fn public_numbers<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
            public_numbers(py, &self.inner)
        }
    }
}

/// A new random key on `curve`, made without the GIL.
///
/// Raises UnsupportedAlgorithm for curves that are not known.
#[pyfunction]
#[pyo3(signature = (curve, backend = None))]
fn generate_private_key(
    py: Python<'_>,
    curve: &Bound<'_, PyAny>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<EcPrivateKey> {
    let _ = backend; // Taken for programs that still name one.
    let curve = curve_of(curve)?;
    Ok(detach(py, || core::PrivateKey::generate(curve))?.into())
}

/// The key on `curve` whose private number is `private_value`.
///
/// Raises ValueError if it is not positive or not below the curve's order.
#[pyfunction]
#[pyo3(signature = (private_value, curve, backend = None))]
fn derive_private_key(
    py: Python<'_>,
    private_value: &Bound<'_, PyAny>,
    curve: &Bound<'_, PyAny>,
    backend: Option<&Bound<'_, PyAny>>,
) -> CallResult<EcPrivateKey> {
    let _ = backend;
    let private_value =
        private_value.cast::<PyInt>().map_err(|_| PyTypeError::new_err("private_value must be an integer type."))?;
    let curve = curve_of(curve)?;
    if private_value.le(0)? {
        return Err(PyValueError::new_err("private_value must be a positive integer.").into());
    }
    let scalar = int_to_bytes("private_value", private_value)?;
    Ok(detach(py, || core::PrivateKey::from_bytes(curve, &scalar))?.into())
}

/// The private key of these numbers.
#[pyfunction]
fn private_key_from_numbers(
    py: Python<'_>,
    private_value: &Bound<'_, PyInt>,
    x: &Bound<'_, PyInt>,
    y: &Bound<'_, PyInt>,
    curve: &Bound<'_, PyAny>,
) -> CallResult<EcPrivateKey> {
    let public = from_coordinates(x, y, curve)?;
    if private_value.lt(0)? {
        return Err(PyOverflowError::new_err("private_value must not be negative").into());
    }
    let scalar = int_to_bytes("private_value", private_value)?;
    let point = public.to_point(false);
    Ok(detach(py, || core::PrivateKey::from_bytes_and_point(public.curve(), &scalar, &point))?.into())
}

/// The public key of these numbers.
#[pyfunction]
fn public_key_from_numbers(
    x: &Bound<'_, PyInt>,
    y: &Bound<'_, PyInt>,
    curve: &Bound<'_, PyAny>,
) -> CallResult<EcPublicKey> {
    Ok(from_coordinates(x, y, curve)?.into())
}

/// The public key whose point has this encoding (SEC 1 section 2.3.4), compressed or uncompressed.
///
/// Raises ValueError if it is neither, or the point is not on the curve.
#[pyfunction]
fn public_key_from_point(curve: &Bound<'_, PyAny>, data: Input<'_>) -> CallResult<EcPublicKey> {
    let curve = curve_of(curve)?;
    match data.as_slice() {
        [] => Err(PyValueError::new_err("data must not be an empty byte string").into()),
        point @ [2..=4, ..] => Ok(core::PublicKey::from_point(curve, point)?.into()),
        _ => Err(PyValueError::new_err("Unsupported elliptic curve point type").into()),
    }
}

/// Whether keys can be made on this curve.
#[pyfunction]
fn curve_supported(curve: &Bound<'_, PyAny>) -> bool {
    curve_of(curve).is_ok()
}

fn from_coordinates(
    x: &Bound<'_, PyInt>,
    y: &Bound<'_, PyInt>,
    curve: &Bound<'_, PyAny>,
) -> CallResult<core::PublicKey> {
    let curve = curve_of(curve)?;
    if x.lt(0)? || y.lt(0)? {
        return Err(PyValueError::new_err("Invalid EC key. Both x and y must be non-negative.").into());
    }
    Ok(core::PublicKey::from_coordinates(curve, &int_to_bytes("x", x)?, &int_to_bytes("y", y)?)?)
}

fn public_numbers<'py>(py: Python<'py>, key: &core::PublicKey) -> CallResult<Bound<'py, PyAny>> {
    let (x, y) = key.coordinates();
    let arguments = (int_from_bytes(py, &x)?, int_from_bytes(py, &y)?, class_of(py, key.curve())?);
    Ok(types::EC_PUBLIC_NUMBERS.get(py)?.call1(arguments)?)
}

/// The curve that a Python `EllipticCurve` stands for. Its name decides.
fn curve_of(curve: &Bound<'_, PyAny>) -> CallResult<Curve> {
    let py = curve.py();
    let class = curve.get_type_ptr() as usize;
    if let Some(position) = curves(py)?.iter().position(|(address, _)| *address == class) {
        return Ok(Curve::ALL[position]);
    }
    if !types::ELLIPTIC_CURVE.is_type_of(curve)? {
        return Err(PyTypeError::new_err("curve must be an EllipticCurve instance").into());
    }
    let name = curve.getattr(intern!(py, "name"))?;
    let name = name.cast::<PyString>().map_err(PyErr::from)?.to_cow()?;
    let found = Curve::ALL.into_iter().find(|curve| curve.name() == name);
    found.ok_or_else(|| {
        let message = format!("Curve {name} is not supported");
        Error::unsupported(Unsupported::EllipticCurve, message).into()
    })
}

/// Returns the data to sign, as an `ECDSA` says. UnsupportedAlgorithm for any other algorithm.
fn ecdsa_message<'a>(algorithm: &Bound<'_, PyAny>, data: &'a [u8]) -> CallResult<Message<'a>> {
    let py = algorithm.py();
    if !types::ECDSA.is_type_of(algorithm)? {
        let message = "Unsupported elliptic curve signature algorithm: expected an ECDSA instance";
        return Err(Error::unsupported(Unsupported::PublicKeyAlgorithm, message).into());
    }
    message(&algorithm.getattr(intern!(py, "algorithm"))?, data)
}

/// The curves in the order of [`Curve::ALL`]: the address of the Python class, and the instance
/// that keys show.
fn curves(py: Python<'_>) -> PyResult<&'static Vec<(usize, Py<PyAny>)>> {
    static CURVES: PyOnceLock<Vec<(usize, Py<PyAny>)>> = PyOnceLock::new();
    CURVES.get_or_try_init(py, || {
        let instances = types::CURVE_TYPES.get(py)?;
        let entry = |curve: &Curve| {
            let instance = instances.get_item(curve.name())?;
            Ok((instance.get_type_ptr() as usize, instance.unbind()))
        };
        Curve::ALL.iter().map(entry).collect()
    })
}

/// The instance of a curve's Python class that keys show.
fn class_of(py: Python<'_>, curve: Curve) -> PyResult<Bound<'_, PyAny>> {
    let instance = Curve::ALL.iter().zip(curves(py)?).find(|(known, _)| **known == curve);
    let (_, (_, instance)) = instance.ok_or_else(|| PyTypeError::new_err("this curve has no Python class"))?;
    Ok(instance.bind(py).clone())
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod ec {
    #[pymodule_export]
    use super::{
        EcPrivateKey, EcPublicKey, curve_supported, derive_private_key, generate_private_key, private_key_from_numbers,
        public_key_from_numbers, public_key_from_point,
    };
}
