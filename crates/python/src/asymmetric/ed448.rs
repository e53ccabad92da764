//! `ironlatch.hazmat.primitives.asymmetric.ed448`.

use ironlatch::asymmetric::ed448::{self as core, SIGNATURE_LEN};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::key_classes::byte_string_keys;
use crate::buffer::{Input, SecretInput, detach, new_bytes};
use crate::errors::CallResult;

byte_string_keys! {
    module = "ironlatch.hazmat.primitives.asymmetric.ed448", core = core;

    /// An Ed448 private key of 57 bytes, wiped from memory when the last reference to it goes.
    Ed448PrivateKey = "Ed448PrivateKey" {
        /// The signature of `data`, 114 bytes (RFC 8032 section 5.2.6). The same data gives the
        /// same signature.
        fn sign<'py>(&self, py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
            let data = data.as_slice();
            new_bytes(py, SIGNATURE_LEN, |out| Ok(detach(py, || self.inner.sign_into(data, out))))
        }
    }

    /// An Ed448 public key of 57 bytes.
    Ed448PublicKey = "Ed448PublicKey" {
        /// Raises InvalidSignature unless `signature` is one of `data` by this key (RFC 8032
        /// section 5.2.7).
        fn verify(&self, py: Python<'_>, signature: Input<'_>, data: Input<'_>) -> CallResult<()> {
            let (signature, data) = (signature.as_slice(), data.as_slice());
            Ok(detach(py, || self.inner.verify(data, signature))?)
        }
    }
}

/// A new private key.
#[pyfunction]
fn generate_key() -> Ed448PrivateKey {
    core::PrivateKey::generate().into()
}

/// The private key of 57 bytes. Raises ValueError for another length.
#[pyfunction]
fn from_private_bytes(data: SecretInput<'_>) -> CallResult<Ed448PrivateKey> {
    Ok(core::PrivateKey::from_bytes(data.as_slice())?.into())
}

/// The public key of 57 bytes. Raises ValueError for another length.
#[pyfunction]
fn from_public_bytes(data: Input<'_>) -> CallResult<Ed448PublicKey> {
    Ok(core::PublicKey::from_bytes(data.as_slice())?.into())
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod ed448 {
    #[pymodule_export]
    use super::{Ed448PrivateKey, Ed448PublicKey, from_private_bytes, from_public_bytes, generate_key};
}
