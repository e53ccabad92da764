//! `ironlatch.hazmat.primitives.hpke`.

use ironlatch::hpke::{self as core, HybridPrivateKey, HybridPublicKey};
use ironlatch::symmetric::aead::Aad;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::asymmetric::ec::{EcPrivateKey, EcPublicKey};
use crate::asymmetric::mlkem::{MLKEM768PrivateKey, MLKEM768PublicKey, MLKEM1024PrivateKey, MLKEM1024PublicKey};
use crate::asymmetric::x448::{X448PrivateKey, X448PublicKey};
use crate::asymmetric::x25519::{X25519PrivateKey, X25519PublicKey};
use crate::buffer::{Input, detach, new_bytes};
use crate::errors::CallResult;

/// A Python enumeration over one of the core.
macro_rules! choice {
    ($(#[$attribute:meta])* $name:ident as $python:literal { $($variant:ident = $core:expr,)* }) => {
        $(#[$attribute])*
        #[pyclass(frozen, eq, hash, name = $python, module = "ironlatch.hazmat.primitives.hpke")]
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(non_camel_case_types)] // Python's names.
        enum $name {
            $($variant,)*
        }

        impl From<&$name> for core::$name {
            fn from(choice: &$name) -> Self {
                match choice {
                    $($name::$variant => $core,)*
                }
            }
        }
    };
}

choice! {
    /// How sender and recipient come to share a secret.
    Kem as "KEM" {
        X25519 = core::Kem::X25519,
        P256 = core::Kem::P256,
        P384 = core::Kem::P384,
        P521 = core::Kem::P521,
        X448 = core::Kem::X448,
        MLKEM768 = core::Kem::MlKem768,
        MLKEM1024 = core::Kem::MlKem1024,
        MLKEM768_X25519 = core::Kem::MlKem768X25519,
        MLKEM1024_P384 = core::Kem::MlKem1024P384,
    }
}

#[pymethods]
impl Kem {
    /// The length in bytes of the encapsulated key, with which an encrypted message begins.
    fn enc_length(&self) -> usize {
        core::Kem::from(self).enc_len()
    }
}

choice! {
    /// How keys are made from the shared secret.
    Kdf as "KDF" {
        HKDF_SHA256 = core::Kdf::HkdfSha256,
        HKDF_SHA384 = core::Kdf::HkdfSha384,
        HKDF_SHA512 = core::Kdf::HkdfSha512,
        SHAKE128 = core::Kdf::Shake128,
        SHAKE256 = core::Kdf::Shake256,
    }
}

choice! {
    /// The AEAD that encrypts the message.
    Aead as "AEAD" {
        AES_128_GCM = core::Aead::Aes128Gcm,
        AES_256_GCM = core::Aead::Aes256Gcm,
        CHACHA20_POLY1305 = core::Aead::ChaCha20Poly1305,
    }
}

/// The two classes of a pair of keys.
macro_rules! hybrid {
    (
        $name:literal, $make:ident, $dh_name:ident,
        $private:ident($ml_kem_private:ident, $dh_private:ident),
        $public:ident($ml_kem_public:ident, $dh_public:ident)
    ) => {
        #[doc = concat!("The two private keys of a recipient for `KEM.", $name, "`. Raises `TypeError` for other keys.")]
        #[pyclass(frozen, module = "ironlatch.hazmat.primitives.hpke")]
        struct $private {
            inner: core::PrivateKey,
        }

        #[pymethods]
        impl $private {
            #[new]
            fn new(mlkem_key: &Bound<'_, $ml_kem_private>, $dh_name: &Bound<'_, $dh_private>) -> CallResult<Self> {
                let (ml_kem, dh) = (mlkem_key.get().inner.clone(), $dh_name.get().inner.clone());
                Ok(Self { inner: HybridPrivateKey::$make(ml_kem, dh)?.into() })
            }

            /// Returns the public keys that belong to them.
            fn public_key(&self) -> $public {
                $public { inner: self.inner.public_key() }
            }
        }

        #[doc = concat!("The two public keys of a recipient for `KEM.", $name, "`. Raises `TypeError` for other keys.")]
        #[pyclass(frozen, module = "ironlatch.hazmat.primitives.hpke")]
        struct $public {
            inner: core::PublicKey,
        }

        #[pymethods]
        impl $public {
            #[new]
            fn new(mlkem_key: &Bound<'_, $ml_kem_public>, $dh_name: &Bound<'_, $dh_public>) -> CallResult<Self> {
                let (ml_kem, dh) = (mlkem_key.get().inner.clone(), $dh_name.get().inner.clone());
                Ok(Self { inner: HybridPublicKey::$make(ml_kem, dh)?.into() })
            }
        }
    };
}

hybrid!(
    "MLKEM768_X25519",
    ml_kem_768_x25519,
    x25519_key,
    MLKEM768X25519PrivateKey(MLKEM768PrivateKey, X25519PrivateKey),
    MLKEM768X25519PublicKey(MLKEM768PublicKey, X25519PublicKey)
);
hybrid!(
    "MLKEM1024_P384",
    ml_kem_1024_p384,
    p384_key,
    MLKEM1024P384PrivateKey(MLKEM1024PrivateKey, EcPrivateKey),
    MLKEM1024P384PublicKey(MLKEM1024PublicKey, EcPublicKey)
);

/// Hybrid public key encryption (RFC 9180): a message to the owner of a private key, in base mode.
///
/// `kem`, `kdf` and `aead` are members of `KEM`, `KDF` and `AEAD`. Raises `TypeError` for anything
/// else.
#[pyclass(frozen, module = "ironlatch.hazmat.primitives.hpke")]
struct Suite {
    inner: core::Suite,
}

#[pymethods]
impl Suite {
    #[new]
    fn new(kem: &Bound<'_, Kem>, kdf: &Bound<'_, Kdf>, aead: &Bound<'_, Aead>) -> Self {
        Self { inner: core::Suite { kem: kem.get().into(), kdf: kdf.get().into(), aead: aead.get().into() } }
    }

    /// Encrypts `plaintext` to the owner of `public_key`: the encapsulated key, then the
    /// ciphertext.
    ///
    /// Who decrypts has to know `info`, which says what the message is for. `aad` is there for
    /// those who speak to other implementations; alone, `info` does. Raises `TypeError` for a key
    /// that is not one for the suite's KEM.
    #[pyo3(signature = (plaintext, public_key, info = None, *, aad = None))]
    fn encrypt<'py>(
        &self,
        py: Python<'py>,
        plaintext: Input<'_>,
        public_key: &Bound<'py, PyAny>,
        info: Option<Input<'_>>,
        aad: Option<Input<'_>>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        let key = public(public_key)?;
        let (plaintext, info, aad) = (plaintext.as_slice(), optional(&info), optional(&aad));
        new_bytes(py, self.inner.sealed_len(plaintext.len())?, |out| {
            Ok(detach(py, || self.inner.seal_into(&key, info, Aad(aad), plaintext, out))?)
        })
    }

    /// Decrypts what `encrypt` made for the public key of `private_key`.
    ///
    /// Raises `InvalidTag` if key, `info` or `aad` is not the one of the encryption, or the message
    /// was changed.
    #[pyo3(signature = (ciphertext, private_key, info = None, *, aad = None))]
    fn decrypt<'py>(
        &self,
        py: Python<'py>,
        ciphertext: Input<'_>,
        private_key: &Bound<'py, PyAny>,
        info: Option<Input<'_>>,
        aad: Option<Input<'_>>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        let key = private(private_key)?;
        let (ciphertext, info, aad) = (ciphertext.as_slice(), optional(&info), optional(&aad));
        self.inner.check_private_key(&key)?;
        new_bytes(py, self.inner.opened_len(ciphertext.len())?, |out| {
            Ok(detach(py, || self.inner.open_into(&key, info, Aad(aad), ciphertext, out))?)
        })
    }
}

#[pymodule]
#[pyo3(submodule)]
#[allow(clippy::module_inception)] // The module of Python has the name of the file.
pub(crate) mod hpke {
    #[pymodule_export]
    use super::{
        Aead, Kdf, Kem, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, MLKEM1024P384PrivateKey,
        MLKEM1024P384PublicKey, Suite,
    };
}

fn optional<'a>(bytes: &'a Option<Input<'_>>) -> &'a [u8] {
    bytes.as_ref().map_or(&[], Input::as_slice)
}

/// The first of these classes that `$key` is an instance of.
macro_rules! of_any_class {
    ($key:expr, $($class:ty),*) => {
        $(if let Ok(key) = $key.cast::<$class>() {
            return Ok(key.get().inner.clone().into());
        })*
    };
}

fn public(key: &Bound<'_, PyAny>) -> PyResult<core::PublicKey> {
    of_any_class!(
        key,
        X25519PublicKey,
        X448PublicKey,
        EcPublicKey,
        MLKEM768PublicKey,
        MLKEM1024PublicKey,
        MLKEM768X25519PublicKey,
        MLKEM1024P384PublicKey
    );
    Err(PyTypeError::new_err(format!("Expected a public key for HPKE, not {}", key.get_type().name()?)))
}

fn private(key: &Bound<'_, PyAny>) -> PyResult<core::PrivateKey> {
    of_any_class!(
        key,
        X25519PrivateKey,
        X448PrivateKey,
        EcPrivateKey,
        MLKEM768PrivateKey,
        MLKEM1024PrivateKey,
        MLKEM768X25519PrivateKey,
        MLKEM1024P384PrivateKey
    );
    Err(PyTypeError::new_err(format!("Expected a private key for HPKE, not {}", key.get_type().name()?)))
}
