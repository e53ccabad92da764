//! `ironlatch.hazmat.primitives.kdf.scrypt`.

use ironlatch::kdf::scrypt;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{Derivation, kdf_class};
use crate::errors::CallResult;

kdf_class! {
    /// scrypt (RFC 7914): a key of `length` bytes from a password, at the price of `128 * n * r`
    /// bytes of memory.
    ///
    /// `salt` should be 16 random bytes or more. `n` must be a power of two above 1, `r` and `p` at
    /// least 1, or it raises `ValueError`; `n=2**17`, `r=8`, `p=1` is a good choice. Deriving
    /// raises `MemoryError` if the memory is not available.
    #[pyclass(frozen, module = "ironlatch.hazmat.primitives.kdf.scrypt")]
    Scrypt(scrypt::Scrypt) {
        #[new]
        #[pyo3(signature = (salt, length, n, r, p, backend = None))]
        fn new(
            salt: &Bound<'_, PyBytes>,
            length: usize,
            n: u64,
            r: u64,
            p: u64,
            backend: Option<&Bound<'_, PyAny>>,
        ) -> CallResult<Self> {
            let _ = backend;
            Ok(Self { inner: Derivation::slow(scrypt::Scrypt::new(salt.as_bytes(), length, n, r, p)?) })
        }
    }
}
