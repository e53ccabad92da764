//! `ironlatch.signing`: keys, and what they sign.

mod keys;

use pyo3::prelude::*;

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod signing {
    #[pymodule_export]
    use super::keys::{Key, KeySet};
}
