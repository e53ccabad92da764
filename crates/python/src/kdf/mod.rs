//! `ironlatch.hazmat.primitives.kdf`: what all key derivation functions have in common.

mod argon2;
mod concatkdf;
mod hkdf;
mod kbkdf;
mod pbkdf2;
mod scrypt;

use std::sync::atomic::{AtomicBool, Ordering};

use ironlatch::kdf::Kdf;
use ironlatch::secret::SecretBytes;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffer::{DETACH_FROM, OutBuffer, SecretInput, detach, new_bytes};
use crate::errors::CallResult;
use crate::hash::hashes::already_finalized;

/// Derives a key with one of our KDF objects, straight into memory that is wiped.
///
/// `TypeError` if `kdf` is none of ours, `AlreadyFinalized` if it has been used.
pub(crate) fn derive_secret(kdf: &Bound<'_, PyAny>, key_material: &[u8]) -> CallResult<SecretBytes> {
    let py = kdf.py();
    if let Ok(kdf) = kdf.cast::<pbkdf2::PBKDF2HMAC>() {
        kdf.get().inner.derive_secret(py, key_material)
    } else if let Ok(kdf) = kdf.cast::<hkdf::HKDF>() {
        kdf.get().inner.derive_secret(py, key_material)
    } else if let Ok(kdf) = kdf.cast::<hkdf::HKDFExpand>() {
        kdf.get().inner.derive_secret(py, key_material)
    } else if let Ok(kdf) = kdf.cast::<concatkdf::ConcatKDFHash>() {
        kdf.get().inner.derive_secret(py, key_material)
    } else if let Ok(kdf) = kdf.cast::<concatkdf::ConcatKDFHMAC>() {
        kdf.get().inner.derive_secret(py, key_material)
    } else if let Ok(kdf) = kdf.cast::<concatkdf::X963KDF>() {
        kdf.get().inner.derive_secret(py, key_material)
    } else if let Ok(kdf) = kdf.cast::<kbkdf::KBKDFHMAC>() {
        kdf.get().inner.derive_secret(py, key_material)
    } else if let Ok(kdf) = kdf.cast::<kbkdf::KBKDFCMAC>() {
        kdf.get().inner.derive_secret(py, key_material)
    } else if let Ok(kdf) = kdf.cast::<scrypt::Scrypt>() {
        kdf.get().inner.derive_secret(py, key_material)
    } else if let Ok(kdf) = kdf.cast::<argon2::Argon2d>() {
        kdf.get().inner.derive_secret(py, key_material)
    } else if let Ok(kdf) = kdf.cast::<argon2::Argon2i>() {
        kdf.get().inner.derive_secret(py, key_material)
    } else if let Ok(kdf) = kdf.cast::<argon2::Argon2id>() {
        kdf.get().inner.derive_secret(py, key_material)
    } else {
        let kind = kdf.get_type().name()?;
        Err(PyTypeError::new_err(format!("expected a key derivation function of ironlatch, not {kind}")).into())
    }
}

/// An argument that may be `None`, which stands for no bytes.
fn optional<'a>(bytes: Option<&'a Bound<'_, PyBytes>>) -> &'a [u8] {
    bytes.map_or(&[], |bytes| bytes.as_bytes())
}

/// A key derivation function that Python may use once.
struct Derivation<K> {
    kdf: K,
    /// Whether others may run meanwhile. Not worth it for a function that takes a microsecond.
    detach: bool,
    used: AtomicBool,
}

impl<K: Kdf> Derivation<K> {
    fn slow(kdf: K) -> Self {
        Self { kdf, detach: true, used: AtomicBool::new(false) }
    }

    fn quick(kdf: K) -> Self {
        Self { detach: kdf.length() >= DETACH_FROM, kdf, used: AtomicBool::new(false) }
    }

    fn use_once<T: Send>(&self, py: Python<'_>, work: impl FnOnce(&K) -> ironlatch::Result<T> + Send) -> CallResult<T> {
        if self.used.swap(true, Ordering::Relaxed) {
            return Err(already_finalized().into());
        }
        let result = if self.detach { detach(py, || work(&self.kdf)) } else { work(&self.kdf) };
        Ok(result?)
    }

    fn derive<'py>(&self, py: Python<'py>, key_material: &SecretInput<'_>) -> CallResult<Bound<'py, PyBytes>> {
        let key_material = key_material.as_slice();
        new_bytes(py, self.kdf.length(), |out| self.use_once(py, |kdf| kdf.derive_into(key_material, out)))
    }

    fn derive_into(
        &self,
        py: Python<'_>,
        key_material: &SecretInput<'_>,
        buffer: &mut OutBuffer<'_>,
    ) -> CallResult<usize> {
        let len = self.kdf.length();
        buffer.check_len(len)?;
        // In memory of our own first: others may run meanwhile, and must not see a key in the
        // making.
        let key = self.derive_secret(py, key_material.as_slice())?;
        buffer.fill_exactly(len, |out| Ok(out.copy_from(key.expose())))
    }

    fn verify(&self, py: Python<'_>, key_material: &SecretInput<'_>, expected: &SecretInput<'_>) -> CallResult<()> {
        let (key_material, expected) = (key_material.as_slice(), expected.as_slice());
        self.use_once(py, |kdf| kdf.verify(key_material, expected))
    }

    fn derive_secret(&self, py: Python<'_>, key_material: &[u8]) -> CallResult<SecretBytes> {
        self.use_once(py, |kdf| kdf.derive(key_material))
    }
}

/// A Python class around a core KDF: its own methods, then those of `KeyDerivationFunction`.
macro_rules! kdf_class {
    ($(#[$attribute:meta])* $name:ident($kdf:ty) { $($own:tt)* }) => {
        $(#[$attribute])*
        pub(super) struct $name {
            pub(super) inner: $crate::kdf::Derivation<$kdf>,
        }

        #[pymethods]
        impl $name {
            $($own)*

            /// The key that `key_material` gives, `length` bytes.
            ///
            /// Raises `AlreadyFinalized` if the object has been used before.
            fn derive<'py>(
                &self,
                py: Python<'py>,
                key_material: $crate::buffer::SecretInput<'_>,
            ) -> $crate::errors::CallResult<Bound<'py, PyBytes>> {
                self.inner.derive(py, &key_material)
            }

            /// Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
            /// `length` bytes, and returns their number.
            ///
            /// Raises `AlreadyFinalized` if the object has been used before.
            fn derive_into(
                &self,
                py: Python<'_>,
                key_material: $crate::buffer::SecretInput<'_>,
                mut buffer: $crate::buffer::OutBuffer<'_>,
            ) -> $crate::errors::CallResult<usize> {
                self.inner.derive_into(py, &key_material, &mut buffer)
            }

            /// Compares the key that `key_material` gives with `expected_key`, in constant time.
            ///
            /// Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used
            /// before.
            fn verify(
                &self,
                py: Python<'_>,
                key_material: $crate::buffer::SecretInput<'_>,
                expected_key: $crate::buffer::SecretInput<'_>,
            ) -> $crate::errors::CallResult<()> {
                self.inner.verify(py, &key_material, &expected_key)
            }
        }
    };
}
use kdf_class;

#[pymodule]
#[pyo3(submodule)]
#[allow(clippy::module_inception)] // The module of Python has the name of the folder.
pub(crate) mod kdf {
    #[pymodule_export]
    use super::argon2::{Argon2d, Argon2i, Argon2id};
    #[pymodule_export]
    use super::concatkdf::{ConcatKDFHMAC, ConcatKDFHash, X963KDF};
    #[pymodule_export]
    use super::hkdf::{HKDF, HKDFExpand};
    #[pymodule_export]
    use super::kbkdf::{KBKDFCMAC, KBKDFHMAC};
    #[pymodule_export]
    use super::pbkdf2::PBKDF2HMAC;
    #[pymodule_export]
    use super::scrypt::Scrypt;
}
