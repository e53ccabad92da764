//! The class `SecretBytes`, as the arguments of every function know it. Its methods stand in
//! `recipes/secrets.rs`.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Holds bytes that are secret: a key, a password, a seed.
///
/// They live in memory that is locked against swapping and left out of core dumps where the system
/// allows it, and that is zeroed when the object goes away, at the end of a ``with`` block, or by
/// :meth:`wipe`. Everything in Ironlatch that takes a key or a password as bytes takes a
/// ``SecretBytes`` too.
///
/// Comparison takes constant time. ``repr`` and ``str`` show the length alone. Formatting,
/// pickling, copying and hashing raise :class:`TypeError`, as each would leave a copy that nobody
/// wipes. So does calling the class: its methods say where a secret comes from.
///
/// >>> from ironlatch.secrets import SecretBytes
/// >>> with SecretBytes.generate(32) as key:
/// ...     print(key)
/// SecretBytes(<32 bytes>)
/// >>> key.wiped
/// True
#[pyclass(frozen, module = "ironlatch.secrets")]
pub(crate) struct SecretBytes {
    /// `None` once wiped. A call that is using the secret holds its own `Arc`, so the memory stays
    /// valid for it, and is zeroed by the last owner that lets go.
    secret: Mutex<Option<Arc<ironlatch::secret::SecretBytes>>>,
}

impl SecretBytes {
    pub(crate) fn new(secret: ironlatch::secret::SecretBytes) -> Self {
        Self { secret: Mutex::new(Some(Arc::new(secret))) }
    }

    /// The secret for the length of a call, safe against a `wipe` from another thread meanwhile.
    pub(crate) fn share(&self) -> PyResult<Arc<ironlatch::secret::SecretBytes>> {
        self.lock().clone().ok_or_else(|| PyValueError::new_err("this SecretBytes has been wiped"))
    }

    pub(crate) fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<ironlatch::secret::SecretBytes>>> {
        self.secret.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
