//! `ironlatch.hazmat.primitives.kdf.argon2`.

use ironlatch::kdf::argon2::{Argon2, Cost, Variant};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyType};

use super::{Derivation, kdf_class};
use crate::buffer::{SecretInput, detach};
use crate::errors::CallResult;

/// The three variants differ in their name only.
macro_rules! argon2_class {
    ($(#[$attribute:meta])* $name:ident) => {
        kdf_class! {
            $(#[$attribute])*
            ///
            /// `salt` must be 8 bytes or more, and should be 16 random ones. `memory_cost` is in
            /// KiB, at least 8 for each of `lanes`, which are filled in parallel; `iterations` is
            /// how often. `ad` is data that the result also depends on, `secret` a key that is not
            /// stored with the result. Deriving raises `MemoryError` if the memory is not
            /// available.
            #[pyclass(frozen, module = "ironlatch.hazmat.primitives.kdf.argon2")]
            $name(Argon2) {
                #[new]
                #[pyo3(signature = (salt, length, iterations, lanes, memory_cost, ad = None, secret = None))]
                fn new(
                    salt: &Bound<'_, PyBytes>,
                    length: usize,
                    iterations: u32,
                    lanes: u32,
                    memory_cost: u32,
                    ad: Option<&Bound<'_, PyBytes>>,
                    secret: Option<SecretInput<'_>>,
                ) -> CallResult<Self> {
                    let cost = Cost { iterations, lanes, memory_cost };
                    let mut kdf = Argon2::new(Variant::$name, salt.as_bytes(), length, cost)?;
                    if let Some(ad) = ad {
                        kdf = kdf.with_associated_data(ad.as_bytes())?;
                    }
                    if let Some(secret) = secret {
                        kdf = kdf.with_secret(secret.as_slice())?;
                    }
                    Ok(Self { inner: Derivation::slow(kdf) })
                }

                /// The hash of the password `key_material` as a PHC string, the form in which to
                /// store it. Neither `ad` nor `secret` stands in it.
                ///
                /// Raises `AlreadyFinalized` if the object has been used before.
                fn derive_phc_encoded(&self, py: Python<'_>, key_material: SecretInput<'_>) -> CallResult<String> {
                    let key_material = key_material.as_slice();
                    self.inner.use_once(py, |kdf| kdf.derive_phc_encoded(key_material))
                }

                /// Checks the password `key_material` against a PHC string, at the cost that the
                /// string names.
                ///
                /// Raises `InvalidKey` if the password is another one or the string is malformed,
                /// `ValueError` if its numbers are out of range, `MemoryError` if it asks for more
                /// memory than there is.
                #[classmethod]
                #[pyo3(signature = (key_material, phc_encoded, secret = None))]
                fn verify_phc_encoded(
                    _class: &Bound<'_, PyType>,
                    py: Python<'_>,
                    key_material: SecretInput<'_>,
                    phc_encoded: &Bound<'_, PyString>,
                    secret: Option<SecretInput<'_>>,
                ) -> CallResult<()> {
                    let phc_encoded = phc_encoded.to_cow()?;
                    let key_material = key_material.as_slice();
                    let secret = secret.as_ref().map(SecretInput::as_slice);
                    let check = || Argon2::verify_phc_encoded(Variant::$name, key_material, &phc_encoded, secret);
                    Ok(detach(py, check)?)
                }
            }
        }
    };
}

argon2_class! {
    /// Argon2d (RFC 9106): a key of `length` bytes from a password, hardest to speed up with more
    /// memory. Which memory is read depends on the password, so it is not for machines that others
    /// share: take `Argon2id`.
    Argon2d
}

argon2_class! {
    /// Argon2i (RFC 9106): a key of `length` bytes from a password. Which memory is read does not
    /// depend on the password.
    Argon2i
}

argon2_class! {
    /// Argon2id (RFC 9106): a key of `length` bytes from a password. The one to choose.
    Argon2id
}
