//! `ironlatch.hazmat.primitives.asymmetric.dh`.

use ironlatch::asymmetric::dh::{self as core, ParameterComponents, PrivateComponents, PublicComponents};
use ironlatch::keys;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt};

use super::key_classes::key_classes;
use super::utils::{Chosen, int_from_bytes, unsigned_to_bytes};
use crate::buffer::detach;
use crate::errors::CallResult;
use crate::keys::formats::{Encoding, ParameterFormat, parameter_bytes};
use crate::types;

/// The group that both sides of an exchange have in common.
#[pyclass(frozen, eq, hash, name = "DHParameters", module = "ironlatch.hazmat.primitives.asymmetric.dh")]
#[derive(PartialEq, Hash)]
pub(crate) struct DhParameters {
    inner: core::Parameters,
}

impl From<core::Parameters> for DhParameters {
    fn from(inner: core::Parameters) -> Self {
        Self { inner }
    }
}

#[pymethods]
impl DhParameters {
    /// A new key in this group.
    fn generate_private_key(&self, py: Python<'_>) -> CallResult<DhPrivateKey> {
        Ok(detach(py, || self.inner.generate_private_key())?.into())
    }

    /// The numbers of the group.
    fn parameter_numbers<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
        parameter_numbers(py, &self.inner.components())
    }

    /// The group as bytes, PEM or DER: as X9.42 has it if q is known, as PKCS3 otherwise.
    ///
    /// Raises TypeError for other encodings.
    fn parameter_bytes<'py>(
        &self,
        py: Python<'py>,
        encoding: &Bound<'py, Encoding>,
        format: &Bound<'py, ParameterFormat>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        let _ = format; // There is one alone.
        let parameters = keys::Parameters::Dh(self.inner.clone());
        parameter_bytes(py, &parameters, *encoding.get())
    }
}

key_classes! {
    module = "ironlatch.hazmat.primitives.asymmetric.dh", core = core;

    /// A Diffie-Hellman private key, wiped from memory when the last reference to it goes.
    DhPrivateKey = "DHPrivateKey" {
        /// The length of p in bits.
        #[getter]
        fn key_size(&self) -> usize {
            self.inner.bits()
        }

        /// The group that the key is in.
        fn parameters(&self) -> DhParameters {
            self.inner.parameters().clone().into()
        }

        /// The secret that this key shares with the owner of `peer_public_key`, as long as p.
        /// Derive keys from it.
        ///
        /// Raises ValueError if the keys are of different groups, or the peer's number is not an
        /// element of the group.
        fn exchange<'py>(
            &self,
            py: Python<'py>,
            peer_public_key: &Bound<'py, DhPublicKey>,
        ) -> CallResult<Bound<'py, PyBytes>> {
            let peer = &peer_public_key.get().inner;
            Ok(PyBytes::new(py, &detach(py, || self.inner.exchange(peer))?))
        }

        /// The numbers that the key is made of, as Python integers, which cannot be wiped.
        fn private_numbers<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
            let key = self.inner.components();
            let arguments = (int_from_bytes(py, &key.x)?, public_numbers(py, &key.public)?);
            Ok(types::DH_PRIVATE_NUMBERS.get(py)?.call1(arguments)?)
        }
    }

    /// A Diffie-Hellman public key.
    DhPublicKey = "DHPublicKey" {
        /// The length of p in bits.
        #[getter]
        fn key_size(&self) -> usize {
            self.inner.bits()
        }

        /// The group that the key is in.
        fn parameters(&self) -> DhParameters {
            self.inner.parameters().clone().into()
        }

        /// The numbers that the key is made of.
        fn public_numbers<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
            public_numbers(py, &self.inner.components())
        }
    }
}

/// A new group, made without the GIL.
#[pyfunction]
fn generate_parameters(py: Python<'_>, generator: u32, key_size: u32) -> CallResult<DhParameters> {
    Ok(detach(py, || core::Parameters::generate(generator, key_size as usize))?.into())
}

/// Raises ValueError for a p and a g that no group has by their size alone.
#[pyfunction]
fn check_sizes(p: &Bound<'_, PyInt>, g: Chosen) -> CallResult<()> {
    Ok(core::check_sizes(p.call_method0(intern!(p.py(), "bit_length"))?.extract()?, g.0)?)
}

/// The group of these numbers.
#[pyfunction]
fn parameters_from_numbers(
    py: Python<'_>,
    p: &Bound<'_, PyInt>,
    g: &Bound<'_, PyInt>,
    q: Option<&Bound<'_, PyInt>>,
) -> CallResult<DhParameters> {
    let components = group(p, g, q)?;
    Ok(detach(py, || core::Parameters::from_components(&components))?.into())
}

/// The public key of these numbers.
#[pyfunction]
fn public_key_from_numbers(
    py: Python<'_>,
    p: &Bound<'_, PyInt>,
    g: &Bound<'_, PyInt>,
    q: Option<&Bound<'_, PyInt>>,
    y: &Bound<'_, PyInt>,
) -> CallResult<DhPublicKey> {
    let components = PublicComponents { parameters: group(p, g, q)?, y: unsigned_to_bytes("y", y)?.to_vec() };
    Ok(detach(py, || core::PublicKey::from_components(&components))?.into())
}

/// The private key of these numbers.
#[pyfunction]
fn private_key_from_numbers(
    py: Python<'_>,
    p: &Bound<'_, PyInt>,
    g: &Bound<'_, PyInt>,
    q: Option<&Bound<'_, PyInt>>,
    y: &Bound<'_, PyInt>,
    x: &Bound<'_, PyInt>,
) -> CallResult<DhPrivateKey> {
    let x = unsigned_to_bytes("x", x)?;
    let public = PublicComponents { parameters: group(p, g, q)?, y: unsigned_to_bytes("y", y)?.to_vec() };
    let components = PrivateComponents { public, x };
    Ok(detach(py, || core::PrivateKey::from_components(&components))?.into())
}

fn parameter_numbers<'py>(py: Python<'py>, group: &ParameterComponents) -> CallResult<Bound<'py, PyAny>> {
    let class = types::DH_PARAMETER_NUMBERS.get(py)?;
    let q = group.q.as_ref().map(|q| int_from_bytes(py, q)).transpose()?;
    Ok(class.call1((int_from_bytes(py, &group.p)?, int_from_bytes(py, &group.g)?, q))?)
}

fn public_numbers<'py>(py: Python<'py>, key: &PublicComponents) -> CallResult<Bound<'py, PyAny>> {
    let class = types::DH_PUBLIC_NUMBERS.get(py)?;
    Ok(class.call1((int_from_bytes(py, &key.y)?, parameter_numbers(py, &key.parameters)?))?)
}

fn group(p: &Bound<'_, PyInt>, g: &Bound<'_, PyInt>, q: Option<&Bound<'_, PyInt>>) -> CallResult<ParameterComponents> {
    let number = |name, value| unsigned_to_bytes(name, value).map(|bytes| bytes.to_vec());
    Ok(ParameterComponents { p: number("p", p)?, g: number("g", g)?, q: q.map(|q| number("q", q)).transpose()? })
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod dh {
    #[pymodule_export]
    use super::{
        DhParameters, DhPrivateKey, DhPublicKey, check_sizes, generate_parameters, parameters_from_numbers,
        private_key_from_numbers, public_key_from_numbers,
    };
}
