//! `ironlatch.slh_dsa`.

use ironlatch::Error;
use ironlatch::asymmetric::Message;
use ironlatch::asymmetric::slh_dsa::{self as core, ParameterSet};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::key_classes::byte_string_keys;
use super::padding::Hashing;
use crate::buffer::{Input, SecretInput, detach};
use crate::errors::CallResult;

byte_string_keys! {
    module = "ironlatch.slh_dsa", core = core;

    /// An SLH-DSA private key (FIPS 205), wiped from memory when the last reference to it goes.
    ///
    /// >>> from ironlatch.slh_dsa import SLHDSAPrivateKey
    /// >>> key = SLHDSAPrivateKey.generate("SLH-DSA-SHA2-128f")
    /// >>> signature = key.sign(b"a message")
    /// >>> key.public_key().verify(signature, b"a message")
    SLHDSAPrivateKey = "SLHDSAPrivateKey" {
        /// A new private key. `parameters` is the standard's name of a parameter set, such as
        /// "SLH-DSA-SHA2-128s".
        ///
        /// Raises ValueError for another name.
        #[staticmethod]
        fn generate(py: Python<'_>, parameters: &str) -> CallResult<Self> {
            let set = parameter_set(parameters)?;
            Ok(detach(py, || core::PrivateKey::generate(set))?.into())
        }

        /// The private key that `data` encodes. Raises ValueError for another length, and if its
        /// parts do not match.
        #[staticmethod]
        fn from_private_bytes(py: Python<'_>, parameters: &str, data: SecretInput<'_>) -> CallResult<Self> {
            let (set, data) = (parameter_set(parameters)?, data.as_slice());
            Ok(detach(py, || core::PrivateKey::from_bytes(set, data))?.into())
        }

        /// The standard's name of the parameter set.
        #[getter]
        fn parameters(&self) -> &'static str {
            self.inner.parameters().name()
        }

        /// Signs `data` (FIPS 205 section 10.2.1). `context` says what the signature is for, in up
        /// to 255 bytes.
        ///
        /// Signing draws randomness unless `deterministic` is true: then the same data gives the
        /// same signature. Raises ValueError if the context is too long.
        #[pyo3(signature = (data, context = None, *, deterministic = false))]
        fn sign<'py>(
            &self,
            py: Python<'py>,
            data: Input<'_>,
            context: Option<Input<'_>>,
            deterministic: bool,
        ) -> CallResult<Bound<'py, PyBytes>> {
            let (data, context) = (data.as_slice(), context.as_ref().map_or(&[][..], Input::as_slice));
            let signature = detach(py, || {
                if deterministic {
                    self.inner.sign_deterministic(data, context)
                } else {
                    self.inner.sign(data, context)
                }
            });
            Ok(PyBytes::new(py, &signature?))
        }

        /// Signs the hash of `data`: HashSLH-DSA (FIPS 205 section 10.2.2), which verify_hash
        /// verifies and verify does not.
        ///
        /// `algorithm` is a hash function, or Prehashed if `data` is the digest. Raises
        /// UnsupportedAlgorithm for a hash function that the standard does not allow, ValueError if
        /// the context is too long or the digest has a wrong length.
        #[pyo3(signature = (data, algorithm, context = None, *, deterministic = false))]
        fn sign_hash<'py>(
            &self,
            py: Python<'py>,
            data: Input<'_>,
            algorithm: &Bound<'py, PyAny>,
            context: Option<Input<'_>>,
            deterministic: bool,
        ) -> CallResult<Bound<'py, PyBytes>> {
            let message = message(algorithm, data.as_slice())?;
            let context = context.as_ref().map_or(&[][..], Input::as_slice);
            let signature = detach(py, || {
                if deterministic {
                    self.inner.sign_hash_deterministic(message, context)
                } else {
                    self.inner.sign_hash(message, context)
                }
            });
            Ok(PyBytes::new(py, &signature?))
        }
    }

    /// An SLH-DSA public key (FIPS 205).
    ///
    /// >>> from ironlatch.slh_dsa import SLHDSAPrivateKey, SLHDSAPublicKey
    /// >>> raw = SLHDSAPrivateKey.generate("SLH-DSA-SHA2-128f").public_key().public_bytes_raw()
    /// >>> SLHDSAPublicKey.from_public_bytes("SLH-DSA-SHA2-128f", raw).parameters
    /// 'SLH-DSA-SHA2-128f'
    SLHDSAPublicKey = "SLHDSAPublicKey" {
        /// The public key that `data` encodes. Raises ValueError for another length.
        #[staticmethod]
        fn from_public_bytes(parameters: &str, data: Input<'_>) -> CallResult<Self> {
            Ok(core::PublicKey::from_bytes(parameter_set(parameters)?, data.as_slice())?.into())
        }

        /// The standard's name of the parameter set.
        #[getter]
        fn parameters(&self) -> &'static str {
            self.inner.parameters().name()
        }

        /// Raises InvalidSignature unless `signature` is one of `data` by this key for the purpose
        /// that `context` says.
        #[pyo3(signature = (signature, data, context = None))]
        fn verify(
            &self,
            py: Python<'_>,
            signature: Input<'_>,
            data: Input<'_>,
            context: Option<Input<'_>>,
        ) -> CallResult<()> {
            let (signature, data) = (signature.as_slice(), data.as_slice());
            let context = context.as_ref().map_or(&[][..], Input::as_slice);
            Ok(detach(py, || self.inner.verify(data, context, signature))?)
        }

        /// Raises InvalidSignature unless `signature` is one of the hash of `data`, made by
        /// sign_hash.
        #[pyo3(signature = (signature, data, algorithm, context = None))]
        fn verify_hash<'py>(
            &self,
            py: Python<'py>,
            signature: Input<'_>,
            data: Input<'_>,
            algorithm: &Bound<'py, PyAny>,
            context: Option<Input<'_>>,
        ) -> CallResult<()> {
            let (signature, message) = (signature.as_slice(), message(algorithm, data.as_slice())?);
            let context = context.as_ref().map_or(&[][..], Input::as_slice);
            Ok(detach(py, || self.inner.verify_hash(message, context, signature))?)
        }
    }
}

fn parameter_set(name: &str) -> CallResult<ParameterSet> {
    ParameterSet::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = ParameterSet::ALL.iter().map(|set| set.name()).collect();
        Error::value(format!("{name:.40?} is no parameter set of SLH-DSA; known are {}", known.join(", "))).into()
    })
}

/// Returns the data to sign, as the marker `algorithm` says.
fn message<'a>(algorithm: &Bound<'_, PyAny>, data: &'a [u8]) -> CallResult<Message<'a>> {
    match Hashing::of(algorithm)? {
        Hashing::Whole(hash) => Ok(Message::Whole(hash, data)),
        Hashing::Digest(hash) => Ok(Message::Digest(hash, data)),
        Hashing::Raw => Err(PyTypeError::new_err("Expected instance of hashes.HashAlgorithm.").into()),
    }
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod slh_dsa {
    #[pymodule_export]
    use super::{SLHDSAPrivateKey, SLHDSAPublicKey};
}
