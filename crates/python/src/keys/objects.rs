//! Which Python class holds which type of key.

use std::ffi::CStr;

use ironlatch::keys::{PrivateKey, PublicKey};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::asymmetric::{dh, dsa, ec, ed448, ed25519, mldsa, mlkem, rsa, slh_dsa, x448, x25519};
use crate::errors::CallResult;
use crate::warnings::deprecated;

macro_rules! key_objects {
    ($($variant:ident: $module:ident { $($private:ident, $public:ident;)+ })*) => {
        /// The Python object of a private key that was read. Warns of Diffie-Hellman keys.
        pub(crate) fn private_object(py: Python<'_>, key: PrivateKey) -> CallResult<Bound<'_, PyAny>> {
            if matches!(key, PrivateKey::Dh(_)) {
                deprecated(py, FINITE_FIELD_DH)?;
            }
            match key {
                $($(PrivateKey::$variant(key) if $module::$private::takes(&key) => {
                    Ok(Bound::new(py, $module::$private::from(key))?.into_any())
                })+)*
                _ => Err(PyTypeError::new_err("this type of key has no Python class").into()),
            }
        }

        /// The Python object of a public key that was read. Warns of Diffie-Hellman keys.
        pub(crate) fn public_object(py: Python<'_>, key: PublicKey) -> CallResult<Bound<'_, PyAny>> {
            if matches!(key, PublicKey::Dh(_)) {
                deprecated(py, FINITE_FIELD_DH)?;
            }
            match key {
                $($(PublicKey::$variant(key) if $module::$public::takes(&key) => {
                    Ok(Bound::new(py, $module::$public::from(key))?.into_any())
                })+)*
                _ => Err(PyTypeError::new_err("this type of key has no Python class").into()),
            }
        }

        /// The key in a Python object of one of the private key classes.
        pub(crate) fn private_key_of(object: &Bound<'_, PyAny>) -> Option<PrivateKey> {
            $($(if let Ok(object) = object.cast::<$module::$private>() {
                return Some(object.get().inner.clone().into());
            })+)*
            None
        }

        /// The key in a Python object of one of the public key classes.
        pub(crate) fn public_key_of(object: &Bound<'_, PyAny>) -> Option<PublicKey> {
            $($(if let Ok(object) = object.cast::<$module::$public>() {
                return Some(object.get().inner.clone().into());
            })+)*
            None
        }
    };
}

key_objects! {
    Rsa: rsa { RsaPrivateKey, RsaPublicKey; }
    Ec: ec { EcPrivateKey, EcPublicKey; }
    Ed25519: ed25519 { Ed25519PrivateKey, Ed25519PublicKey; }
    X25519: x25519 { X25519PrivateKey, X25519PublicKey; }
    Ed448: ed448 { Ed448PrivateKey, Ed448PublicKey; }
    X448: x448 { X448PrivateKey, X448PublicKey; }
    Dsa: dsa { DsaPrivateKey, DsaPublicKey; }
    Dh: dh { DhPrivateKey, DhPublicKey; }
    MlDsa: mldsa {
        MLDSA44PrivateKey, MLDSA44PublicKey;
        MLDSA65PrivateKey, MLDSA65PublicKey;
        MLDSA87PrivateKey, MLDSA87PublicKey;
    }
    MlKem: mlkem {
        MLKEM512PrivateKey, MLKEM512PublicKey;
        MLKEM768PrivateKey, MLKEM768PublicKey;
        MLKEM1024PrivateKey, MLKEM1024PublicKey;
    }
    SlhDsa: slh_dsa { SLHDSAPrivateKey, SLHDSAPublicKey; }
}

/// The warning about Diffie-Hellman keys, in the words of ironlatch.utils. For groups, Python
/// warns.
const FINITE_FIELD_DH: &CStr =
    c"Diffie-Hellman over finite fields (FFDH) is deprecated and support will be removed in a \
future release. Use X25519 instead.";
