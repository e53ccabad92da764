//! The parts that all key classes share.

/// A private and a public key class over `$core`, with the methods that all such classes have and
/// those given for each. Where a type of key has a class for each parameter set, `$set` says which
/// set these two are for.
macro_rules! key_classes {
    (
        module = $module:literal, core = $core:ident $(, set = $set:expr)?;
        $(#[$private_attribute:meta])* $private:ident = $private_name:literal { $($private_methods:tt)* }
        $(#[$public_attribute:meta])* $public:ident = $public_name:literal { $($public_methods:tt)* }
    ) => {
        $(#[$private_attribute])*
        #[pyclass(frozen, name = $private_name, module = $module)]
        pub(crate) struct $private {
            pub(crate) inner: $core::PrivateKey,
        }

        impl From<$core::PrivateKey> for $private {
            fn from(inner: $core::PrivateKey) -> Self {
                Self { inner }
            }
        }

        impl $private {
            /// Whether this is the class of `key`.
            pub(crate) fn takes(key: &$core::PrivateKey) -> bool {
                let _ = key;
                true $(&& key.parameters() == $set)?
            }
        }

        #[pymethods]
        impl $private {
            $($private_methods)*

            /// The public key that belongs to it.
            fn public_key(&self) -> $public {
                self.inner.public_key().into()
            }

            /// The key as bytes: `encoding` PEM or DER with `format` PKCS8, or with
            /// TraditionalOpenSSL for RSA, DSA and EC keys, encrypted as `encryption_algorithm`
            /// says. Keys that are a plain string of bytes have Raw with Raw and NoEncryption too.
            ///
            /// Raises TypeError or ValueError if the three do not go together.
            fn private_bytes<'py>(
                &self,
                py: Python<'py>,
                encoding: &Bound<'py, $crate::keys::formats::Encoding>,
                format: &Bound<'py, $crate::keys::formats::PrivateFormat>,
                encryption_algorithm: &Bound<'py, PyAny>,
            ) -> $crate::errors::CallResult<Bound<'py, pyo3::types::PyBytes>> {
                let key = self.inner.clone().into();
                $crate::keys::formats::private_bytes(py, &key, *encoding.get(), *format.get(), encryption_algorithm)
            }

            /// The same key: it cannot be changed, and a second copy in memory would serve nobody.
            fn __copy__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
                slf.clone()
            }

            /// The same key.
            fn __deepcopy__<'py>(slf: &Bound<'py, Self>, memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
                let _ = memo;
                slf.clone()
            }
        }

        $(#[$public_attribute])*
        #[pyclass(frozen, eq, hash, name = $public_name, module = $module)]
        #[derive(PartialEq, Hash)]
        pub(crate) struct $public {
            pub(crate) inner: $core::PublicKey,
        }

        impl From<$core::PublicKey> for $public {
            fn from(inner: $core::PublicKey) -> Self {
                Self { inner }
            }
        }

        impl $public {
            /// Whether this is the class of `key`.
            pub(crate) fn takes(key: &$core::PublicKey) -> bool {
                let _ = key;
                true $(&& key.parameters() == $set)?
            }
        }

        #[pymethods]
        impl $public {
            $($public_methods)*

            /// The key as bytes: `encoding` PEM or DER with `format` SubjectPublicKeyInfo. Some
            /// types have more: RSA PKCS1, EC points with X962, plain strings of bytes Raw with
            /// Raw, and OpenSSH with OpenSSH where there are such keys.
            ///
            /// Raises TypeError or ValueError if the two do not go together. OpenSSH has dropped
            /// DSA, so its format is deprecated for DSA keys, with a warning.
            fn public_bytes<'py>(
                &self,
                py: Python<'py>,
                encoding: &Bound<'py, $crate::keys::formats::Encoding>,
                format: &Bound<'py, $crate::keys::formats::PublicFormat>,
            ) -> $crate::errors::CallResult<Bound<'py, pyo3::types::PyBytes>> {
                let key = self.inner.clone().into();
                $crate::keys::formats::public_bytes(py, &key, *encoding.get(), *format.get())
            }

            /// The same key: it cannot be changed.
            fn __copy__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
                slf.clone()
            }

            /// The same key.
            fn __deepcopy__<'py>(slf: &Bound<'py, Self>, memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
                let _ = memo;
                slf.clone()
            }
        }
    };
}

/// The classes of keys that are a plain string of bytes: those of [`key_classes`], with the bytes
/// alone.
macro_rules! byte_string_keys {
    (
        module = $module:literal, core = $core:ident $(, set = $set:expr)?;
        $(#[$private_attribute:meta])* $private:ident = $private_name:literal { $($private_methods:tt)* }
        $(#[$public_attribute:meta])* $public:ident = $public_name:literal { $($public_methods:tt)* }
    ) => {
        $crate::asymmetric::key_classes::key_classes! {
            module = $module, core = $core $(, set = $set)?;

            $(#[$private_attribute])*
            $private = $private_name {
                $($private_methods)*

                /// The key's bytes and nothing else.
                fn private_bytes_raw<'py>(&self, py: Python<'py>) -> Bound<'py, pyo3::types::PyBytes> {
                    let raw = ironlatch::keys::PrivateKey::from(self.inner.clone()).private_bytes();
                    pyo3::types::PyBytes::new(py, raw.as_deref().map_or(&[], Vec::as_slice))
                }
            }

            $(#[$public_attribute])*
            $public = $public_name {
                $($public_methods)*

                /// The key's bytes and nothing else.
                fn public_bytes_raw<'py>(&self, py: Python<'py>) -> Bound<'py, pyo3::types::PyBytes> {
                    pyo3::types::PyBytes::new(py, &self.inner.as_bytes()[..])
                }
            }
        }
    };
}

pub(crate) use {byte_string_keys, key_classes};
