//! `ironlatch.hazmat.primitives.asymmetric.ed25519`.

use ironlatch::asymmetric::ed25519::{self as core, SIGNATURE_LEN};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::key_classes::byte_string_keys;
use crate::buffer::{Input, SecretInput, detach_if_long, new_bytes};
use crate::errors::CallResult;

byte_string_keys! {
    module = "ironlatch.hazmat.primitives.asymmetric.ed25519", core = core;

    /// An Ed25519 private key of 32 bytes, wiped from memory when the last reference to it goes.
    Ed25519PrivateKey = "Ed25519PrivateKey" {
        /// The signature of `data`, 64 bytes (RFC 8032 section 5.1.6). The same data gives the same
        /// signature.
        fn sign<'py>(&self, py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
            let data = data.as_slice();
            new_bytes(py, SIGNATURE_LEN, |out| Ok(detach_if_long(py, data.len(), || self.inner.sign_into(data, out))?))
        }
    }

    /// An Ed25519 public key of 32 bytes.
    Ed25519PublicKey = "Ed25519PublicKey" {
        /// Raises InvalidSignature unless `signature` is one of `data` by this key (RFC 8032
        /// section 5.1.7).
        fn verify(&self, py: Python<'_>, signature: Input<'_>, data: Input<'_>) -> CallResult<()> {
            let (signature, data) = (signature.as_slice(), data.as_slice());
            Ok(detach_if_long(py, data.len(), || self.inner.verify(data, signature))?)
        }
    }
}

/// A new private key.
#[pyfunction]
fn generate_key() -> Ed25519PrivateKey {
    core::PrivateKey::generate().into()
}

/// The private key of 32 bytes. Raises ValueError for another length.
#[pyfunction]
fn from_private_bytes(data: SecretInput<'_>) -> CallResult<Ed25519PrivateKey> {
    Ok(core::PrivateKey::from_bytes(data.as_slice())?.into())
}

/// The public key of 32 bytes. Raises ValueError for another length.
#[pyfunction]
fn from_public_bytes(data: Input<'_>) -> CallResult<Ed25519PublicKey> {
    Ok(core::PublicKey::from_bytes(data.as_slice())?.into())
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod ed25519 {
    #[pymodule_export]
    use super::{Ed25519PrivateKey, Ed25519PublicKey, from_private_bytes, from_public_bytes, generate_key};
}
