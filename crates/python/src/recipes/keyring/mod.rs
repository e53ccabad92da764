//! `ironlatch.keyring`: named keys with versions.

mod facts;
mod key;
mod provider;
mod ring;

pub(crate) use key::Key;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

fn refused() -> PyErr {
    PyTypeError::new_err("a keyring and its keys cannot be pickled: open the keyring's file where it is needed")
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod keyring {
    #[pymodule_export]
    use super::Key;
    #[pymodule_export]
    use super::facts::{Change, Event, KeyInfo, UnverifiedKeyring, Usage, VersionInfo};
    #[pymodule_export]
    use super::provider::{CachingProvider, LocalProvider};
    #[pymodule_export]
    use super::ring::Keyring;
}
