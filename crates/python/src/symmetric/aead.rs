//! `ironlatch.hazmat.primitives.ciphers.aead`.

use ironlatch::symmetric::aead::{self as core, Aead, TAG_LEN};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use zeroize::Zeroizing;

use crate::buffer::{Input, OutBuffer, SecretInput, detach_if_long, new_bytes};
use crate::errors::{CallError, CallResult};

/// The Python class of an [`Aead`] that takes a nonce with each message.
macro_rules! aead_class {
    ($(#[$doc:meta])* $name:ident($core:ident), generate_key($($parameter:ident)?) $generate:expr) => {
        $(#[$doc])*
        #[pyclass(frozen, module = "ironlatch.hazmat.primitives.ciphers.aead")]
        pub(crate) struct $name {
            cipher: core::$core,
        }

        #[pymethods]
        impl $name {
            #[new]
            fn new(key: SecretInput<'_>) -> CallResult<Self> {
                Ok(Self { cipher: core::$core::new(key.as_slice())? })
            }

            /// A fresh random key as bytes.
            #[staticmethod]
            fn generate_key<'py>(py: Python<'py>, $($parameter: i64)?) -> CallResult<Bound<'py, PyBytes>> {
                let len = $generate;
                new_bytes(py, len, |out| Ok(ironlatch::random::fill(out)))
            }

            /// Encrypts and authenticates `data`, authenticates `associated_data`, and returns the ciphertext followed
            /// by the 16-byte tag: len(data) + 16 bytes.
            ///
            /// Never use a nonce twice under one key. Raises ValueError for a nonce of the wrong length and
            /// OverflowError for more than 2**31 - 1 bytes.
            #[pyo3(signature = (nonce, data, associated_data))]
            fn encrypt<'py>(
                &self,
                py: Python<'py>,
                nonce: Input<'_>,
                data: Input<'_>,
                associated_data: Option<Input<'_>>,
            ) -> CallResult<Bound<'py, PyBytes>> {
                encrypt(py, &self.cipher, &nonce, &data, associated_data.as_ref())
            }

            /// Decrypts `data`, a ciphertext that ends in its tag, and returns the plaintext: len(data) - 16 bytes.
            ///
            /// Raises InvalidTag if key, nonce, associated data or ciphertext is not the one of the encryption.
            #[pyo3(signature = (nonce, data, associated_data))]
            fn decrypt<'py>(
                &self,
                py: Python<'py>,
                nonce: Input<'_>,
                data: Input<'_>,
                associated_data: Option<Input<'_>>,
            ) -> CallResult<Bound<'py, PyBytes>> {
                decrypt(py, &self.cipher, &nonce, &data, associated_data.as_ref())
            }

            /// Like encrypt, into the writable buffer `buf` of exactly len(data) + 16 bytes; returns that length.
            #[pyo3(signature = (nonce, data, associated_data, buf))]
            fn encrypt_into(
                &self,
                py: Python<'_>,
                nonce: Input<'_>,
                data: Input<'_>,
                associated_data: Option<Input<'_>>,
                mut buf: OutBuffer<'_>,
            ) -> CallResult<usize> {
                encrypt_into(py, &self.cipher, &nonce, &data, associated_data.as_ref(), &mut buf)
            }

            /// Like decrypt, into the writable buffer `buf` of exactly len(data) - 16 bytes; returns that length.
            ///
            /// After InvalidTag the buffer holds zeros.
            #[pyo3(signature = (nonce, data, associated_data, buf))]
            fn decrypt_into(
                &self,
                py: Python<'_>,
                nonce: Input<'_>,
                data: Input<'_>,
                associated_data: Option<Input<'_>>,
                mut buf: OutBuffer<'_>,
            ) -> CallResult<usize> {
                decrypt_into(py, &self.cipher, &nonce, &data, associated_data.as_ref(), &mut buf)
            }
        }
    };
}

aead_class! {
    /// AES-GCM (NIST SP 800-38D): authenticated encryption with keys of 16, 24 or 32 bytes and nonces of 8 to 128 bytes
    /// (use 12).
    AESGCM(AesGcm), generate_key(bit_length) match bit_length {
        128 | 192 | 256 => (bit_length / 8) as usize,
        _ => return Err(PyValueError::new_err(format!("bit_length must be 128, 192, or 256; it is {bit_length}")).into()),
    }
}

aead_class! {
    /// ChaCha20-Poly1305 (RFC 8439): authenticated encryption with keys of 32 bytes and nonces of 12 bytes.
    ChaCha20Poly1305(ChaCha20Poly1305), generate_key() 32
}

fn encrypt<'py, A: Aead>(
    py: Python<'py>,
    cipher: &A,
    nonce: &Input<'_>,
    data: &Input<'_>,
    aad: Option<&Input<'_>>,
) -> CallResult<Bound<'py, PyBytes>> {
    let (nonce, data, aad) = (nonce.as_slice(), data.as_slice(), aad.map_or(&[][..], Input::as_slice));
    A::check(nonce, data, aad)?;
    new_bytes(py, data.len() + TAG_LEN, |out| {
        detach_if_long(py, data.len() + aad.len(), || cipher.encrypt(nonce, data, aad, out)).map_err(CallError::from)
    })
}

fn decrypt<'py, A: Aead>(
    py: Python<'py>,
    cipher: &A,
    nonce: &Input<'_>,
    data: &Input<'_>,
    aad: Option<&Input<'_>>,
) -> CallResult<Bound<'py, PyBytes>> {
    let (nonce, data, aad) = (nonce.as_slice(), data.as_slice(), aad.map_or(&[][..], Input::as_slice));
    A::check(nonce, data, aad)?;
    new_bytes(py, core::plaintext_len(data.len())?, |out| {
        detach_if_long(py, data.len() + aad.len(), || cipher.decrypt(nonce, data, aad, out)).map_err(CallError::from)
    })
}

fn encrypt_into<A: Aead>(
    py: Python<'_>,
    cipher: &A,
    nonce: &Input<'_>,
    data: &Input<'_>,
    aad: Option<&Input<'_>>,
    buf: &mut OutBuffer<'_>,
) -> CallResult<usize> {
    let mut spare = <[Zeroizing<Vec<u8>>; 3]>::default();
    let [nonce, data, aad] = apart_from(buf, &mut spare, nonce, data, aad);
    A::check(nonce, data, aad)?;
    let out = buf.exactly(data.len() + TAG_LEN)?;
    let work = || cipher.encrypt(nonce, data, aad, out).map(|done| done.len());
    Ok(detach_if_long(py, data.len() + aad.len(), work)?)
}

fn decrypt_into<A: Aead>(
    py: Python<'_>,
    cipher: &A,
    nonce: &Input<'_>,
    data: &Input<'_>,
    aad: Option<&Input<'_>>,
    buf: &mut OutBuffer<'_>,
) -> CallResult<usize> {
    let mut spare = <[Zeroizing<Vec<u8>>; 3]>::default();
    let [nonce, data, aad] = apart_from(buf, &mut spare, nonce, data, aad);
    A::check(nonce, data, aad)?;
    let out = buf.exactly(core::plaintext_len(data.len())?)?;
    let work = || cipher.decrypt(nonce, data, aad, out).map(|done| done.len());
    Ok(detach_if_long(py, data.len() + aad.len(), work)?)
}

/// The three inputs, copied where they share memory with `buf`.
fn apart_from<'s>(
    buf: &OutBuffer<'_>,
    spare: &'s mut [Zeroizing<Vec<u8>>; 3],
    nonce: &'s Input<'_>,
    data: &'s Input<'_>,
    aad: Option<&'s Input<'_>>,
) -> [&'s [u8]; 3] {
    let [a, b, c] = spare;
    [nonce.apart_from(buf, a), data.apart_from(buf, b), aad.map_or(&[][..], |aad| aad.apart_from(buf, c))]
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod aead {
    #[pymodule_export]
    use super::{AESGCM, ChaCha20Poly1305};
}
