//! `ironlatch.sealing`.

use ironlatch::recipes::sealing::{self as core, KEY_LEN, Sealer};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffer::{Input, SecretInput, detach_if_long, new_bytes};
use crate::errors::{CallError, CallResult};

/// The Python class of a [`Sealer`] with this AEAD.
macro_rules! sealer_class {
    ($(#[$doc:meta])* $name:ident($core:ident)) => {
        $(#[$doc])*
        #[pyclass(frozen, module = "ironlatch.sealing")]
        pub(crate) struct $name {
            sealer: Sealer<core::$core>,
        }

        #[pymethods]
        impl $name {
            #[new]
            fn new(key: SecretInput<'_>) -> CallResult<Self> {
                Ok(Self { sealer: Sealer::new(key.as_slice())? })
            }

            /// Makes a fresh random key of 32 bytes.
            #[staticmethod]
            fn generate_key(py: Python<'_>) -> CallResult<Bound<'_, PyBytes>> {
                new_bytes(py, KEY_LEN, |out| Ok(ironlatch::random::fill(out)))
            }

            /// Encrypts and authenticates `data`, authenticates `associated_data`, and returns a
            /// nonce, the ciphertext and a tag: len(data) + 40 bytes.
            #[pyo3(signature = (data, associated_data = None))]
            fn seal<'py>(
                &self,
                py: Python<'py>,
                data: Input<'_>,
                associated_data: Option<Input<'_>>,
            ) -> CallResult<Bound<'py, PyBytes>> {
                let (data, aad) = (data.as_slice(), associated_data.as_ref().map_or(&[][..], Input::as_slice));
                new_bytes(py, self.sealer.sealed_len(data.len()), |out| {
                    detach_if_long(py, data.len() + aad.len(), || self.sealer.seal_into(data, aad, out)).map_err(CallError::from)
                })
            }

            /// Decrypts what seal returned.
            ///
            /// Raises InvalidTag if it was changed or cut off, or was sealed under another key or
            /// with other associated data.
            #[pyo3(signature = (sealed, associated_data = None))]
            fn open<'py>(
                &self,
                py: Python<'py>,
                sealed: Input<'_>,
                associated_data: Option<Input<'_>>,
            ) -> CallResult<Bound<'py, PyBytes>> {
                let (sealed, aad) = (sealed.as_slice(), associated_data.as_ref().map_or(&[][..], Input::as_slice));
                new_bytes(py, self.sealer.opened_len(sealed.len())?, |out| {
                    detach_if_long(py, sealed.len() + aad.len(), || self.sealer.open_into(sealed, aad, out))
                        .map_err(CallError::from)
                })
            }
        }
    };
}

sealer_class! {
    /// Seals messages with XAES-256-GCM (C2SP), under a key of 32 bytes. Raises ValueError for
    /// another length.
    ///
    /// >>> from ironlatch.sealing import XAES256GCM
    /// >>> sealer = XAES256GCM(XAES256GCM.generate_key())
    /// >>> sealer.open(sealer.seal(b"a message", b"its place"), b"its place")
    /// b'a message'
    XAES256GCM(XAes256Gcm)
}

sealer_class! {
    /// Seals messages with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), under a key of 32
    /// bytes. Raises ValueError for another length.
    ///
    /// >>> from ironlatch.sealing import XChaCha20Poly1305
    /// >>> sealer = XChaCha20Poly1305(XChaCha20Poly1305.generate_key())
    /// >>> sealer.open(sealer.seal(b"a message", b"its place"), b"its place")
    /// b'a message'
    XChaCha20Poly1305(XChaCha20Poly1305)
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod sealing {
    #[pymodule_export]
    use super::{XAES256GCM, XChaCha20Poly1305};
}
