//! `ironlatch.cobblestone`.

use std::sync::Mutex;

use ironlatch::recipes::cobblestone::{Decryptor, Encryptor, Variant};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffer::{Input, OutBuffer, SecretInput, detach_if_long, new_bytes};
use crate::errors::CallResult;
use crate::hash::hashes::{already_finalized, lock};

/// The two classes of a variant.
macro_rules! variant {
    ($encryptor:ident, $decryptor:ident, $variant:expr) => {
        /// Encrypts one message: the concatenation of what `update` and `finalize` return is the
        /// ciphertext.
        ///
        /// The decryptor must know `context`, which says what the message is and may be empty.
        /// Raises `ValueError` for a key of another length than that of `generate_key()`.
        ///
        #[doc = concat!(">>> from ironlatch.cobblestone import ", stringify!($decryptor), ", ", stringify!($encryptor))]
        #[doc = concat!(">>> key = ", stringify!($encryptor), ".generate_key()")]
        #[doc = concat!(">>> encryptor = ", stringify!($encryptor), "(key, b\"backup\")")]
        /// >>> sealed = encryptor.update(b"a long message") + encryptor.finalize()
        #[doc = concat!(">>> decryptor = ", stringify!($decryptor), "(key, b\"backup\")")]
        /// >>> decryptor.update(sealed) + decryptor.finalize()
        /// b'a long message'
        #[pyclass(frozen, module = "ironlatch.cobblestone")]
        struct $encryptor {
            /// `None` once finalized.
            state: Mutex<Option<Encryptor>>,
        }

        #[pymethods]
        impl $encryptor {
            #[new]
            fn new(key: SecretInput<'_>, context: Input<'_>) -> CallResult<Self> {
                let encryptor = Encryptor::new($variant, key.as_slice(), context.as_slice())?;
                Ok(Self { state: Mutex::new(Some(encryptor)) })
            }

            /// Makes a new key.
            #[staticmethod]
            fn generate_key(py: Python<'_>) -> Bound<'_, PyBytes> {
                PyBytes::new(py, &$variant.generate_key())
            }

            /// Encrypts `data`, and returns the ciphertext of the chunks of 16 KiB that are whole
            /// now.
            ///
            /// Raises `AlreadyFinalized` after `finalize`.
            fn update<'py>(&self, py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
                let mut state = lock(py, &self.state);
                let state = state.as_mut().ok_or_else(already_finalized)?;
                let data = data.as_slice();
                new_bytes(py, state.update_len(data.len())?, |out| {
                    Ok(detach_if_long(py, data.len(), || state.update_into(data, out))?)
                })
            }

            /// Like `update`, but writes into `buf`, and returns the number of bytes written.
            ///
            /// `len(data) + len(data) // 1024 + 16456` bytes are always enough; for fewer than
            /// needed it raises `ValueError`.
            fn update_into(&self, py: Python<'_>, data: Input<'_>, mut buf: OutBuffer<'_>) -> CallResult<usize> {
                let mut state = lock(py, &self.state);
                let state = state.as_mut().ok_or_else(already_finalized)?;
                let data = data.as_slice();
                let len = state.update_len(data.len())?;
                buf.fill_front(len, len, |out| Ok(state.update_into(data, out)?))
            }

            /// Encrypts the last chunk, and returns the end of the ciphertext, without which it
            /// does not decrypt.
            ///
            /// Raises `AlreadyFinalized` if it was called before.
            fn finalize<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
                let state = lock(py, &self.state).take().ok_or_else(already_finalized)?;
                new_bytes(py, state.finalize_len(), |out| Ok(state.finalize_into(out)?))
            }
        }

        /// Decrypts one message. What `update` returns is authentic, but only `finalize` tells that
        /// it is all of the message.
        ///
        /// Once it has raised `InvalidTag`, every further call raises `AlreadyFinalized`.
        ///
        #[doc = concat!(">>> from ironlatch.cobblestone import ", stringify!($decryptor), ", ", stringify!($encryptor))]
        #[doc = concat!(">>> key = ", stringify!($encryptor), ".generate_key()")]
        #[doc = concat!(">>> encryptor = ", stringify!($encryptor), "(key, b\"backup\")")]
        /// >>> sealed = encryptor.update(b"a long message") + encryptor.finalize()
        #[doc = concat!(">>> decryptor = ", stringify!($decryptor), "(key, b\"backup\")")]
        /// >>> decryptor.update(sealed) + decryptor.finalize()
        /// b'a long message'
        #[pyclass(frozen, module = "ironlatch.cobblestone")]
        struct $decryptor {
            /// `None` once finalized.
            state: Mutex<Option<Decryptor>>,
        }

        #[pymethods]
        impl $decryptor {
            #[new]
            fn new(key: SecretInput<'_>, context: Input<'_>) -> CallResult<Self> {
                let decryptor = Decryptor::new($variant, key.as_slice(), context.as_slice())?;
                Ok(Self { state: Mutex::new(Some(decryptor)) })
            }

            /// Decrypts `data`, and returns the plaintext of the chunks that are whole now.
            ///
            /// Raises `InvalidTag` if key or context is another than that of the encryption, or the
            /// message was changed.
            fn update<'py>(&self, py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
                let mut state = lock(py, &self.state);
                let state = state.as_mut().ok_or_else(already_finalized)?;
                let data = data.as_slice();
                new_bytes(py, state.update_len(data.len())?, |out| {
                    Ok(detach_if_long(py, data.len(), || state.update_into(data, out))?)
                })
            }

            /// Like `update`, but writes into `buf`, and returns the number of bytes written.
            ///
            /// `len(data) + 16400` bytes are always enough; for fewer than needed it raises
            /// `ValueError`. After `InvalidTag` the buffer holds nothing of the message.
            fn update_into(&self, py: Python<'_>, data: Input<'_>, mut buf: OutBuffer<'_>) -> CallResult<usize> {
                let mut state = lock(py, &self.state);
                let state = state.as_mut().ok_or_else(already_finalized)?;
                let data = data.as_slice();
                let len = state.update_len(data.len())?;
                buf.fill_front(len, len, |out| Ok(state.update_into(data, out)?))
            }

            /// Decrypts the last chunk, and returns the end of the plaintext: the message is whole
            /// and authentic.
            ///
            /// Raises `InvalidTag` if it was cut short or changed, `AlreadyFinalized` if it was
            /// called before.
            fn finalize<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
                let state = lock(py, &self.state).take().ok_or_else(already_finalized)?;
                new_bytes(py, state.finalize_len()?, |out| Ok(state.finalize_into(out)?))
            }
        }
    };
}

variant!(Cobblestone128Encryptor, Cobblestone128Decryptor, Variant::Cobblestone128);
variant!(Cobblestone256Encryptor, Cobblestone256Decryptor, Variant::Cobblestone256);

#[pymodule]
#[pyo3(submodule)]
#[allow(clippy::module_inception)] // The module of Python has the name of the file.
pub(crate) mod cobblestone {
    #[pymodule_export]
    use super::{Cobblestone128Decryptor, Cobblestone128Encryptor, Cobblestone256Decryptor, Cobblestone256Encryptor};
}
