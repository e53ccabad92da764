//! What the classes of keys that are a plain string of bytes have in common.

/// A private and a public key class over `$core`, with the methods that all such classes have and
/// those given for each. `$variant` is the key's variant in `ironlatch::keys`.
macro_rules! byte_string_keys {
    (
        module = $module:literal, core = $core:ident, variant = $variant:ident;
        $(#[$private_attribute:meta])* $private:ident { $($private_methods:tt)* }
        $(#[$public_attribute:meta])* $public:ident { $($public_methods:tt)* }
    ) => {
        $(#[$private_attribute])*
        #[pyclass(frozen, module = $module)]
        pub(crate) struct $private {
            pub(crate) inner: $core::PrivateKey,
        }

        impl From<$core::PrivateKey> for $private {
            fn from(inner: $core::PrivateKey) -> Self {
                Self { inner }
            }
        }

        #[pymethods]
        impl $private {
            $($private_methods)*

            /// The public key that belongs to it.
            fn public_key(&self) -> $public {
                self.inner.public_key().into()
            }

            /// The key as bytes: `encoding` PEM or DER with `format` PKCS8, encrypted as
            /// `encryption_algorithm` says, or Raw with Raw and NoEncryption. Raises TypeError or
            /// ValueError if the three do not go together.
            fn private_bytes<'py>(
                &self,
                py: Python<'py>,
                encoding: &Bound<'py, Encoding>,
                format: &Bound<'py, PrivateFormat>,
                encryption_algorithm: &Bound<'py, PyAny>,
            ) -> CallResult<Bound<'py, PyBytes>> {
                let key = keys::PrivateKey::$variant(self.inner.clone());
                private_bytes(py, &key, *encoding.get(), *format.get(), encryption_algorithm)
            }

            /// The key's bytes and nothing else.
            fn private_bytes_raw<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
                let raw = keys::PrivateKey::$variant(self.inner.clone()).raw();
                PyBytes::new(py, raw.as_deref().map_or(&[], Vec::as_slice))
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
        #[pyclass(frozen, eq, hash, module = $module)]
        #[derive(PartialEq, Hash)]
        pub(crate) struct $public {
            pub(crate) inner: $core::PublicKey,
        }

        impl From<$core::PublicKey> for $public {
            fn from(inner: $core::PublicKey) -> Self {
                Self { inner }
            }
        }

        #[pymethods]
        impl $public {
            $($public_methods)*

            /// The key as bytes: `encoding` PEM or DER with `format` SubjectPublicKeyInfo, Raw with
            /// Raw, or OpenSSH with OpenSSH if there are such keys. Raises TypeError or ValueError
            /// if the two do not go together.
            fn public_bytes<'py>(
                &self,
                py: Python<'py>,
                encoding: &Bound<'py, Encoding>,
                format: &Bound<'py, PublicFormat>,
            ) -> CallResult<Bound<'py, PyBytes>> {
                let key = keys::PublicKey::$variant(self.inner.clone());
                public_bytes(py, &key, *encoding.get(), *format.get())
            }

            /// The key's bytes and nothing else.
            fn public_bytes_raw<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
                PyBytes::new(py, &self.inner.as_bytes()[..])
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

pub(crate) use byte_string_keys;
