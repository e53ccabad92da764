//! `ironlatch.hazmat.primitives.asymmetric.x25519`.

use ironlatch::asymmetric::x25519 as core;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::key_classes::byte_string_keys;
use crate::buffer::{Input, SecretInput, detach};
use crate::errors::CallResult;

byte_string_keys! {
    module = "ironlatch.hazmat.primitives.asymmetric.x25519", core = core;

    /// An X25519 private key of 32 bytes, wiped from memory when the last reference to it goes.
    X25519PrivateKey = "X25519PrivateKey" {
        /// The secret of 32 bytes that is shared with the owner of `peer_public_key` (RFC 7748
        /// section 6.1). Derive a key from it before it is used as one. Raises ValueError for a
        /// public key of small order.
        fn exchange<'py>(
            &self,
            py: Python<'py>,
            peer_public_key: &Bound<'py, X25519PublicKey>,
        ) -> CallResult<Bound<'py, PyBytes>> {
            let peer = peer_public_key.get().inner;
            let shared = detach(py, || self.inner.exchange(&peer))?;
            Ok(PyBytes::new(py, &shared[..]))
        }
    }

    /// An X25519 public key of 32 bytes.
    X25519PublicKey = "X25519PublicKey" {}
}

/// A new private key.
#[pyfunction]
fn generate_key() -> X25519PrivateKey {
    core::PrivateKey::generate().into()
}

/// The private key of 32 bytes. Raises ValueError for another length.
#[pyfunction]
fn from_private_bytes(data: SecretInput<'_>) -> CallResult<X25519PrivateKey> {
    Ok(core::PrivateKey::from_bytes(data.as_slice())?.into())
}

/// The public key of 32 bytes. Raises ValueError for another length.
#[pyfunction]
fn from_public_bytes(data: Input<'_>) -> CallResult<X25519PublicKey> {
    Ok(core::PublicKey::from_bytes(data.as_slice())?.into())
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod x25519 {
    #[pymodule_export]
    use super::{X25519PrivateKey, X25519PublicKey, from_private_bytes, from_public_bytes, generate_key};
}
