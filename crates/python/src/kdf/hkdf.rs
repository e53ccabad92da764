//! `ironlatch.hazmat.primitives.kdf.hkdf`.

use ironlatch::Error;
use ironlatch::hash::HashAlgorithm;
use ironlatch::kdf::hkdf::{self, Hkdf, HkdfExpand};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{Derivation, kdf_class, optional};
use crate::buffer::{SecretInput, new_bytes};
use crate::errors::{CallError, CallResult};
use crate::hash::hashes::algorithm_of;

kdf_class! {
    /// HKDF (RFC 5869): a key of `length` bytes from a secret that is hard to guess already.
    ///
    /// Not for passwords. `salt` may be `None` or public; `info` says what the key is for. Raises
    /// `ValueError` for a `length` of more than 255 digests, `TypeError` for an argument of another
    /// type, and `UnsupportedAlgorithm` for a hash function that HMAC does not work with.
    #[pyclass(frozen, module = "ironlatch.hazmat.primitives.kdf.hkdf")]
    HKDF(Hkdf) {
        #[new]
        #[pyo3(signature = (algorithm, length, salt, info, backend = None))]
        fn new(
            algorithm: &Bound<'_, PyAny>,
            length: usize,
            salt: Option<&Bound<'_, PyBytes>>,
            info: Option<&Bound<'_, PyBytes>>,
            backend: Option<&Bound<'_, PyAny>>,
        ) -> CallResult<Self> {
            let _ = backend;
            let kdf = Hkdf::new(hkdf_algorithm(algorithm)?, length, optional(salt), optional(info))?;
            Ok(Self { inner: Derivation::quick(kdf) })
        }

        /// Returns the result of the first step alone: a pseudorandom key of
        /// `algorithm.digest_size` bytes.
        ///
        /// Raises `TypeError` for an argument of another type, and `UnsupportedAlgorithm` for a
        /// hash function that HMAC does not work with.
        #[staticmethod]
        fn extract<'py>(
            py: Python<'py>,
            algorithm: &Bound<'_, PyAny>,
            salt: Option<&Bound<'_, PyBytes>>,
            key_material: SecretInput<'_>,
        ) -> CallResult<Bound<'py, PyBytes>> {
            let algorithm = hkdf_algorithm(algorithm)?;
            new_bytes(py, algorithm.digest_size(), |out| {
                Ok(hkdf::extract_into(algorithm, optional(salt), key_material.as_slice(), out)?)
            })
        }

        /// Like `extract`, with this object's hash function and salt. Private in the peer, but
        /// other packages call it.
        fn _extract<'py>(&self, py: Python<'py>, key_material: SecretInput<'_>) -> CallResult<Bound<'py, PyBytes>> {
            let kdf = &self.inner.kdf;
            new_bytes(py, kdf.algorithm().digest_size(), |out| Ok(kdf.extract_into(key_material.as_slice(), out)?))
        }
    }
}

kdf_class! {
    /// The second step of HKDF alone (RFC 5869 §2.3), for key material that is a pseudorandom key
    /// already.
    ///
    /// `info` says what the key is for. Raises `ValueError` for a `length` of more than 255
    /// digests, `TypeError` for an argument of another type, and `UnsupportedAlgorithm` for a hash
    /// function that HMAC does not work with.
    #[pyclass(frozen, module = "ironlatch.hazmat.primitives.kdf.hkdf")]
    HKDFExpand(HkdfExpand) {
        #[new]
        #[pyo3(signature = (algorithm, length, info, backend = None))]
        fn new(
            algorithm: &Bound<'_, PyAny>,
            length: usize,
            info: Option<&Bound<'_, PyBytes>>,
            backend: Option<&Bound<'_, PyAny>>,
        ) -> CallResult<Self> {
            let _ = backend;
            let kdf = HkdfExpand::new(hkdf_algorithm(algorithm)?, length, optional(info))?;
            Ok(Self { inner: Derivation::quick(kdf) })
        }
    }
}

/// Like [`algorithm_of`]. A marker of someone else's is asked for its size first, which must leave
/// room to multiply.
fn hkdf_algorithm(marker: &Bound<'_, PyAny>) -> CallResult<HashAlgorithm> {
    algorithm_of(marker).map_err(|error| {
        let size = match &error {
            CallError::Core(Error::Unsupported { .. }) => marker.getattr("digest_size").and_then(|size| size.extract()),
            _ => return error,
        };
        match size {
            Ok(size) if usize::checked_mul(size, 255).is_none() => {
                Error::value("Digest size too large, would cause overflow in the length limit.").into()
            }
            _ => error,
        }
    })
}
