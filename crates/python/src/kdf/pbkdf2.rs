//! `ironlatch.hazmat.primitives.kdf.pbkdf2`.

use ironlatch::kdf::pbkdf2::Pbkdf2Hmac;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{Derivation, kdf_class};
use crate::errors::CallResult;
use crate::hash::hashes::algorithm_of;

kdf_class! {
    /// PBKDF2 with HMAC (RFC 8018 §5.2): a key of `length` bytes from a password.
    ///
    /// `salt` should be 16 random bytes or more. For SHA-256, `iterations` should be 600 000 or
    /// more. Where there is a choice, take `Argon2id` instead.
    ///
    /// Raises `ValueError` if `iterations` is under 1, `TypeError` for an argument of another type,
    /// and `UnsupportedAlgorithm` for a hash function that HMAC does not work with.
    #[pyclass(frozen, module = "ironlatch.hazmat.primitives.kdf.pbkdf2")]
    PBKDF2HMAC(Pbkdf2Hmac) {
        #[new]
        #[pyo3(signature = (algorithm, length, salt, iterations, backend = None))]
        fn new(
            algorithm: &Bound<'_, PyAny>,
            length: usize,
            salt: &Bound<'_, PyBytes>,
            iterations: u64,
            backend: Option<&Bound<'_, PyAny>>,
        ) -> CallResult<Self> {
            let _ = backend;
            let kdf = Pbkdf2Hmac::new(algorithm_of(algorithm)?, length, salt.as_bytes(), iterations)?;
            Ok(Self { inner: Derivation::slow(kdf) })
        }
    }
}
