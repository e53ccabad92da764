//! `ironlatch.hazmat.primitives.asymmetric.x448`.

use ironlatch::asymmetric::x448 as core;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::key_classes::byte_string_keys;
use crate::buffer::{Input, SecretInput, detach};
use crate::errors::CallResult;

byte_string_keys! {
    module = "ironlatch.hazmat.primitives.asymmetric.x448", core = core;

    /// An X448 private key of 56 bytes, wiped from memory when the last reference to it goes.
    X448PrivateKey = "X448PrivateKey" {
        /// The secret of 56 bytes that is shared with the owner of `peer_public_key` (RFC 7748
        /// section 6.2). Derive a key from it before it is used as one. Raises ValueError for a
        /// public key of small order.
        fn exchange<'py>(
            &self,
            py: Python<'py>,
            peer_public_key: &Bound<'py, X448PublicKey>,
        ) -> CallResult<Bound<'py, PyBytes>> {
            let peer = peer_public_key.get().inner;
            let shared = detach(py, || self.inner.exchange(&peer))?;
            Ok(PyBytes::new(py, &shared[..]))
        }
    }

    /// An X448 public key of 56 bytes.
    X448PublicKey = "X448PublicKey" {}
}

/// A new private key.
#[pyfunction]
fn generate_key() -> X448PrivateKey {
    core::PrivateKey::generate().into()
}

/// The private key of 56 bytes. Raises ValueError for another length.
#[pyfunction]
fn from_private_bytes(data: SecretInput<'_>) -> CallResult<X448PrivateKey> {
    Ok(core::PrivateKey::from_bytes(data.as_slice())?.into())
}

/// The public key of 56 bytes. Raises ValueError for another length.
#[pyfunction]
fn from_public_bytes(data: Input<'_>) -> CallResult<X448PublicKey> {
    Ok(core::PublicKey::from_bytes(data.as_slice())?.into())
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod x448 {
    #[pymodule_export]
    use super::{X448PrivateKey, X448PublicKey, from_private_bytes, from_public_bytes, generate_key};
}
