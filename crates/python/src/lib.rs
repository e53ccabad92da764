//! The Python binding of Ironlatch: `ironlatch._native`. It converts, and does nothing else.
//!
//! One file stands for one Python module and holds a `#[pymodule]` submodule of the same name.
#![allow(clippy::needless_pass_by_value)] // PyO3 hands arguments over by value.
#![allow(clippy::upper_case_acronyms)] // Python's names: AESGCM, HMAC.

mod asn1;
mod asymmetric;
mod backend;
mod buffer;
mod cli;
mod cms;
mod constant_time;
mod errors;
mod hash;
mod hpke;
mod kdf;
mod keys;
mod otp;
mod peer_words;
mod recipes;
mod secret_bytes;
mod symmetric;
mod types;
mod warnings;
mod x509;

use pyo3::prelude::*;
use pyo3::types::PyCFunction;

#[pymodule]
mod _native {
    use super::*;

    // In the order of the folders.
    #[pymodule_export]
    use crate::asn1::declarative_asn1;
    #[pymodule_export]
    use crate::asymmetric::dh::dh;
    #[pymodule_export]
    use crate::asymmetric::dsa::dsa;
    #[pymodule_export]
    use crate::asymmetric::ec::ec;
    #[pymodule_export]
    use crate::asymmetric::ed448::ed448;
    #[pymodule_export]
    use crate::asymmetric::ed25519::ed25519;
    #[pymodule_export]
    use crate::asymmetric::mldsa::mldsa;
    #[pymodule_export]
    use crate::asymmetric::mlkem::mlkem;
    #[pymodule_export]
    use crate::asymmetric::rsa::rsa;
    #[pymodule_export]
    use crate::asymmetric::slh_dsa::slh_dsa;
    #[pymodule_export]
    use crate::asymmetric::utils::asymmetric_utils;
    #[pymodule_export]
    use crate::asymmetric::x448::x448;
    #[pymodule_export]
    use crate::asymmetric::x25519::x25519;
    #[pymodule_export]
    use crate::backend::backend;
    #[pymodule_export]
    use crate::cli::cli;
    #[pymodule_export]
    use crate::cms::pkcs7::pkcs7;
    #[pymodule_export]
    use crate::cms::pkcs12::pkcs12;
    #[pymodule_export]
    use crate::cms::signed_data::cms;
    #[pymodule_export]
    use crate::constant_time::constant_time;
    #[pymodule_export]
    use crate::hash::hashes::hashes;
    #[pymodule_export]
    use crate::hash::hmac::hmac;
    #[pymodule_export]
    use crate::hpke::hpke;
    #[pymodule_export]
    use crate::kdf::kdf;
    #[pymodule_export]
    use crate::keys::jwk::jwk;
    #[pymodule_export]
    use crate::keys::oid::oid;
    #[pymodule_export]
    use crate::keys::openssh::openssh;
    #[pymodule_export]
    use crate::keys::serialization::serialization;
    #[pymodule_export]
    use crate::keys::ssh::ssh;
    #[pymodule_export]
    use crate::otp::otp;
    #[pymodule_export]
    use crate::recipes::cobblestone::cobblestone;
    #[pymodule_export]
    use crate::recipes::fernet::fernet;
    #[pymodule_export]
    use crate::recipes::fields::fields;
    #[pymodule_export]
    use crate::recipes::fs::fs;
    #[pymodule_export]
    use crate::recipes::keyring::keyring;
    #[pymodule_export]
    use crate::recipes::pinning::pinning;
    #[pymodule_export]
    use crate::recipes::sealing::sealing;
    #[pymodule_export]
    use crate::recipes::show_once::show_once;
    #[pymodule_export]
    use crate::recipes::signing::signing;
    #[pymodule_export]
    use crate::recipes::{files::files, passwords::passwords, secrets::secrets};
    #[pymodule_export]
    use crate::symmetric::aead::aead;
    #[pymodule_export]
    use crate::symmetric::ciphers::ciphers;
    #[pymodule_export]
    use crate::symmetric::cmac::cmac;
    #[pymodule_export]
    use crate::symmetric::keywrap::keywrap;
    #[pymodule_export]
    use crate::symmetric::padding::padding;
    #[pymodule_export]
    use crate::symmetric::poly1305::poly1305;
    #[pymodule_export]
    use crate::x509::certificates::certificates;
    #[pymodule_export]
    use crate::x509::ocsp::ocsp;
    #[pymodule_export]
    use crate::x509::verification::verification;
    #[pymodule_export]
    use crate::x509::x509;

    /// Makes `import ironlatch._native.x` work for each submodule, and asks once what the first
    /// calls will want to know.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        ironlatch::ask_processor();
        let loaded = module.py().import("sys")?.getattr("modules")?;
        for (name, value) in module.dict() {
            if let Ok(submodule) = value.cast::<PyModule>() {
                let name = name.extract::<String>()?;
                let full_name = format!("ironlatch._native.{name}");
                submodule.setattr("__name__", &full_name)?;
                // The stubs say what is public.
                submodule.delattr("__all__")?;
                set_home(submodule, home(&name).unwrap_or(&full_name))?;
                loaded.set_item(full_name, submodule)?;
            }
        }
        module.delattr("__all__")
    }
}

/// Sets the `__module__` of a submodule's functions, by which `pickle` and documentation find them.
/// The classes declare their own.
fn set_home(submodule: &Bound<'_, PyModule>, home: &str) -> PyResult<()> {
    for (_, value) in submodule.dict() {
        if value.is_instance_of::<PyCFunction>() {
            value.setattr("__module__", home)?;
        }
    }
    Ok(())
}

/// The public module that hands on the functions of a submodule.
fn home(submodule: &str) -> Option<&'static str> {
    Some(match submodule {
        "asymmetric_utils" => "ironlatch.hazmat.primitives.asymmetric.utils",
        "declarative_asn1" => "ironlatch.hazmat.asn1",
        "constant_time" => "ironlatch.hazmat.primitives.constant_time",
        "ec" => "ironlatch.hazmat.primitives.asymmetric.ec",
        "cms" => "ironlatch.cms",
        "files" => "ironlatch.files",
        "jwk" => "ironlatch.jwk",
        "keywrap" => "ironlatch.hazmat.primitives.keywrap",
        "ocsp" => "ironlatch.x509.ocsp",
        "openssh" => "ironlatch.ssh",
        "passwords" => "ironlatch.passwords",
        "pkcs7" => "ironlatch.hazmat.primitives.serialization.pkcs7",
        "pkcs12" => "ironlatch.hazmat.primitives.serialization.pkcs12",
        "pinning" => "ironlatch.pinning",
        "secrets" => "ironlatch.secrets",
        "serialization" => "ironlatch.hazmat.primitives.serialization",
        "show_once" => "ironlatch.show_once",
        "signing" => "ironlatch.signing",
        "ssh" => "ironlatch.hazmat.primitives.serialization.ssh",
        "x509" => "ironlatch.x509.base",
        _ => return None,
    })
}
