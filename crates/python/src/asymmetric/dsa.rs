//! `ironlatch.hazmat.primitives.asymmetric.dsa`.

use ironlatch::asymmetric::dsa::{self as core, Checks, ParameterComponents, PrivateComponents, PublicComponents};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt};

use super::key_classes::key_classes;
use super::utils::{Chosen, int_from_bytes, int_to_bytes, message, unsigned_to_bytes};
use crate::buffer::{Input, detach, detach_if_long};
use crate::errors::CallResult;
use crate::types;

/// The group that DSA keys are made in.
#[pyclass(frozen, name = "DSAParameters", module = "ironlatch.hazmat.primitives.asymmetric.dsa")]
pub(crate) struct DsaParameters {
    inner: core::Parameters,
}

#[pymethods]
impl DsaParameters {
    /// A new key in this group.
    fn generate_private_key(&self, py: Python<'_>) -> CallResult<DsaPrivateKey> {
        Ok(detach(py, || self.inner.generate_private_key())?.into())
    }

    /// The numbers of the group.
    fn parameter_numbers<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        parameter_numbers(py, &self.inner.components())
    }
}

key_classes! {
    module = "ironlatch.hazmat.primitives.asymmetric.dsa", core = core;

    /// A DSA private key, wiped from memory when the last reference to it goes.
    DsaPrivateKey = "DSAPrivateKey" {
        /// The length of p in bits.
        #[getter]
        fn key_size(&self) -> usize {
            self.inner.bits()
        }

        /// The group that the key is in.
        fn parameters(&self) -> DsaParameters {
            DsaParameters { inner: self.inner.parameters().clone() }
        }

        /// Signs `data` (FIPS 186-4 section 4.6). The signature is DER of two numbers.
        ///
        /// `algorithm` is a hash function, or Prehashed if `data` is the digest. Raises ValueError
        /// if the digest has a wrong length, or the numbers of the key do not belong together.
        fn sign<'py>(
            &self,
            py: Python<'py>,
            data: Input<'_>,
            algorithm: &Bound<'py, PyAny>,
        ) -> CallResult<Bound<'py, PyBytes>> {
            let message = message(algorithm, data.as_slice())?;
            Ok(PyBytes::new(py, &detach(py, || self.inner.sign(message))?))
        }

        /// The numbers that the key is made of, as Python integers, which cannot be wiped.
        fn private_numbers<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
            let key = detach(py, || self.inner.components());
            let arguments = (int_from_bytes(py, &key.x)?, public_numbers(py, &key.public)?);
            Ok(types::DSA_PRIVATE_NUMBERS.get(py)?.call1(arguments)?)
        }
    }

    /// A DSA public key.
    DsaPublicKey = "DSAPublicKey" {
        /// The length of p in bits.
        #[getter]
        fn key_size(&self) -> usize {
            self.inner.bits()
        }

        /// The group that the key is in.
        fn parameters(&self) -> DsaParameters {
            DsaParameters { inner: self.inner.parameters().clone() }
        }

        /// Raises InvalidSignature unless `signature` is one of `data` by this key. `algorithm` is
        /// as for DSAPrivateKey.sign.
        fn verify<'py>(
            &self,
            py: Python<'py>,
            signature: Input<'_>,
            data: Input<'_>,
            algorithm: &Bound<'py, PyAny>,
        ) -> CallResult<()> {
            let (signature, data) = (signature.as_slice(), data.as_slice());
            let message = message(algorithm, data)?;
            Ok(detach_if_long(py, data.len(), || self.inner.verify(message, signature))?)
        }

        /// The numbers that the key is made of.
        fn public_numbers<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
            public_numbers(py, &self.inner.components())
        }
    }
}

/// A new group, made without the GIL.
#[pyfunction]
fn generate_parameters(py: Python<'_>, key_size: Chosen) -> CallResult<DsaParameters> {
    let bits = usize::try_from(key_size.0).unwrap_or(usize::MAX);
    Ok(DsaParameters { inner: detach(py, || core::Parameters::generate(bits))? })
}

/// The group of these numbers.
#[pyfunction]
fn parameters_from_numbers(
    p: &Bound<'_, PyInt>,
    q: &Bound<'_, PyInt>,
    g: &Bound<'_, PyInt>,
) -> CallResult<DsaParameters> {
    Ok(DsaParameters { inner: core::Parameters::from_components(&group(p, q, g)?, Checks::Full)? })
}

/// The public key of these numbers.
#[pyfunction]
fn public_key_from_numbers(
    p: &Bound<'_, PyInt>,
    q: &Bound<'_, PyInt>,
    g: &Bound<'_, PyInt>,
    y: &Bound<'_, PyInt>,
) -> CallResult<DsaPublicKey> {
    let y = unsigned_to_bytes("y", y)?.to_vec();
    let components = PublicComponents { parameters: group(p, q, g)?, y };
    Ok(core::PublicKey::from_components(&components, Checks::Full)?.into())
}

/// The private key of these numbers.
#[pyfunction]
fn private_key_from_numbers(
    py: Python<'_>,
    p: &Bound<'_, PyInt>,
    q: &Bound<'_, PyInt>,
    g: &Bound<'_, PyInt>,
    y: &Bound<'_, PyInt>,
    x: &Bound<'_, PyInt>,
) -> CallResult<DsaPrivateKey> {
    let x = int_to_bytes("x", x)?;
    // Where a private key is made, the peer looks at all numbers before it converts one.
    int_to_bytes("q", q)?;
    let public = PublicComponents { parameters: group(p, q, g)?, y: int_to_bytes("y", y)?.to_vec() };
    let components = PrivateComponents { public, x };
    Ok(detach(py, || core::PrivateKey::from_components(&components, Checks::Full))?.into())
}

fn parameter_numbers<'py>(py: Python<'py>, group: &ParameterComponents) -> CallResult<Bound<'py, PyAny>> {
    let class = types::DSA_PARAMETER_NUMBERS.get(py)?;
    let arguments = (int_from_bytes(py, &group.p)?, int_from_bytes(py, &group.q)?, int_from_bytes(py, &group.g)?);
    Ok(class.call1(arguments)?)
}

fn public_numbers<'py>(py: Python<'py>, key: &PublicComponents) -> CallResult<Bound<'py, PyAny>> {
    let class = types::DSA_PUBLIC_NUMBERS.get(py)?;
    Ok(class.call1((int_from_bytes(py, &key.y)?, parameter_numbers(py, &key.parameters)?))?)
}

fn group(p: &Bound<'_, PyInt>, q: &Bound<'_, PyInt>, g: &Bound<'_, PyInt>) -> CallResult<ParameterComponents> {
    let (p, g) = (int_to_bytes("p", p)?, int_to_bytes("g", g)?);
    Ok(ParameterComponents { p: p.to_vec(), q: unsigned_to_bytes("q", q)?.to_vec(), g: g.to_vec() })
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod dsa {
    #[pymodule_export]
    use super::{
        DsaParameters, DsaPrivateKey, DsaPublicKey, generate_parameters, parameters_from_numbers,
        private_key_from_numbers, public_key_from_numbers,
    };
}
