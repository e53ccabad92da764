//! `ironlatch.hazmat.primitives.kdf.concatkdf` and `x963kdf`.

use ironlatch::kdf::concat_kdf::{ConcatKdfHash, ConcatKdfHmac};
use ironlatch::kdf::x963_kdf::X963Kdf;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{Derivation, kdf_class, optional};
use crate::errors::CallResult;
use crate::hash::hashes::algorithm_of;

kdf_class! {
    /// ConcatKDF with a hash function (NIST SP 800-56C §4): a key of `length` bytes from the result
    /// of a key exchange.
    ///
    /// Not for passwords. `otherinfo` says what the key is for. Raises `ValueError` for a `length`
    /// of more than 2**32 - 1 digests, `TypeError` for an argument of another type, and
    /// `UnsupportedAlgorithm` for a hash function that is not available.
    #[pyclass(frozen, module = "ironlatch.hazmat.primitives.kdf.concatkdf")]
    ConcatKDFHash(ConcatKdfHash) {
        #[new]
        #[pyo3(signature = (algorithm, length, otherinfo, backend = None))]
        fn new(
            algorithm: &Bound<'_, PyAny>,
            length: usize,
            otherinfo: Option<&Bound<'_, PyBytes>>,
            backend: Option<&Bound<'_, PyAny>>,
        ) -> CallResult<Self> {
            let _ = backend;
            let kdf = ConcatKdfHash::new(algorithm_of(algorithm)?, length, optional(otherinfo))?;
            Ok(Self { inner: Derivation::quick(kdf) })
        }
    }
}

kdf_class! {
    /// ConcatKDF with HMAC (NIST SP 800-56C §4): a key of `length` bytes from the result of a key
    /// exchange.
    ///
    /// Not for passwords. `salt` may be `None` or public; `otherinfo` says what the key is for.
    /// Raises `ValueError` for a `length` of more than 2**32 - 1 digests, `TypeError` for an
    /// argument of another type or SHA-3, and `UnsupportedAlgorithm` for a hash function that is
    /// not available.
    #[pyclass(frozen, module = "ironlatch.hazmat.primitives.kdf.concatkdf")]
    ConcatKDFHMAC(ConcatKdfHmac) {
        #[new]
        #[pyo3(signature = (algorithm, length, salt, otherinfo, backend = None))]
        fn new(
            algorithm: &Bound<'_, PyAny>,
            length: usize,
            salt: Option<&Bound<'_, PyBytes>>,
            otherinfo: Option<&Bound<'_, PyBytes>>,
            backend: Option<&Bound<'_, PyAny>>,
        ) -> CallResult<Self> {
            let _ = backend;
            let kdf = ConcatKdfHmac::new(algorithm_of(algorithm)?, length, optional(salt), optional(otherinfo))?;
            Ok(Self { inner: Derivation::quick(kdf) })
        }
    }
}

kdf_class! {
    /// The key derivation of ANSI X9.63: a key of `length` bytes from the result of a key exchange.
    ///
    /// Not for passwords, and only where a standard asks for it. `sharedinfo` says what the key is
    /// for. Raises `ValueError` for a `length` of more than 2**32 - 1 digests, `TypeError` for an
    /// argument of another type, and `UnsupportedAlgorithm` for a hash function that is not
    /// available.
    #[pyclass(frozen, module = "ironlatch.hazmat.primitives.kdf.x963kdf")]
    X963KDF(X963Kdf) {
        #[new]
        #[pyo3(signature = (algorithm, length, sharedinfo, backend = None))]
        fn new(
            algorithm: &Bound<'_, PyAny>,
            length: usize,
            sharedinfo: Option<&Bound<'_, PyBytes>>,
            backend: Option<&Bound<'_, PyAny>>,
        ) -> CallResult<Self> {
            let _ = backend;
            let kdf = X963Kdf::new(algorithm_of(algorithm)?, length, optional(sharedinfo))?;
            Ok(Self { inner: Derivation::quick(kdf) })
        }
    }
}
