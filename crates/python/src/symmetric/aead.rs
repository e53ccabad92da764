//! `ironlatch.hazmat.primitives.ciphers.aead`.

use ironlatch::Error;
use ironlatch::symmetric::aead::{self as core, Aad, Aead, Nonce, TAG_LEN};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::buffer::{Input, OutBuffer, SecretInput, detach_if_long, new_bytes};
use crate::errors::{CallError, CallResult};

/// The Python class of an [`Aead`] that takes a nonce with each message.
macro_rules! aead_class {
    (
        $(#[$doc:meta])* $name:ident($core:ident),
        $(new($extra:ident: $extra_type:ty = $default:tt) $new:expr,)?
        generate_key($($parameter:ident)?) $generate:expr
    ) => {
        $(#[$doc])*
        #[pyclass(frozen, module = "ironlatch.hazmat.primitives.ciphers.aead")]
        pub(crate) struct $name {
            cipher: core::$core,
        }

        #[pymethods]
        impl $name {
            #[new]
            #[pyo3(signature = (key, $($extra = $default)?))]
            fn new(key: SecretInput<'_>, $($extra: $extra_type)?) -> CallResult<Self> {
                let make = aead_class!(@make $core, $($new)?);
                Ok(Self { cipher: make(key.as_slice())? })
            }

            /// Returns a new random key as bytes. Raises ValueError for another `bit_length` than
            /// 128, 192 or 256.
            #[staticmethod]
            fn generate_key<'py>(py: Python<'py>, $($parameter: i64)?) -> CallResult<Bound<'py, PyBytes>> {
                let len = $generate;
                new_bytes(py, len, |out| Ok(ironlatch::random::fill(out)))
            }

            /// Encrypts and authenticates `data`, authenticates `associated_data`, and returns the
            /// ciphertext followed by the tag, of 16 bytes unless told otherwise.
            ///
            /// Never use a nonce twice under one key. Raises ValueError for a nonce of the wrong
            /// length and OverflowError for more than 2**31 - 1 bytes.
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

            /// Decrypts `data`, a ciphertext that ends in its tag, and returns the plaintext.
            ///
            /// Raises InvalidTag if key, nonce, associated data or ciphertext is not the one of the
            /// encryption.
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

            /// Like encrypt, into the writable buffer `buf` of exactly the result's length; returns
            /// that length.
            ///
            /// Raises ValueError for a buffer of another length, TypeError for one that cannot be
            /// written to, and what encrypt raises.
            #[pyo3(signature = (nonce, data, associated_data, buf))]
            fn encrypt_into(
                &self,
                nonce: Input<'_>,
                data: Input<'_>,
                associated_data: Option<Input<'_>>,
                mut buf: OutBuffer<'_>,
            ) -> CallResult<usize> {
                encrypt_into(&self.cipher, &nonce, &data, associated_data.as_ref(), &mut buf)
            }

            /// Like decrypt, into the writable buffer `buf` of exactly the result's length; returns
            /// that length.
            ///
            /// After InvalidTag the buffer holds zeros. Raises ValueError for a buffer of another
            /// length, and TypeError for one that cannot be written to.
            #[pyo3(signature = (nonce, data, associated_data, buf))]
            fn decrypt_into(
                &self,
                nonce: Input<'_>,
                data: Input<'_>,
                associated_data: Option<Input<'_>>,
                mut buf: OutBuffer<'_>,
            ) -> CallResult<usize> {
                decrypt_into(&self.cipher, &nonce, &data, associated_data.as_ref(), &mut buf)
            }
        }
    };
    (@make $core:ident, ) => { core::$core::new };
    (@make $core:ident, $new:expr) => { $new };
}

aead_class! {
    /// AES-GCM (NIST SP 800-38D): authenticated encryption with keys of 16, 24 or 32 bytes and
    /// nonces of 8 to 128 bytes (use 12).
    ///
    /// Raises ValueError for a key of another length, and TypeError if it is neither bytes-like nor
    /// a SecretBytes.
    AESGCM(AesGcm), generate_key(bit_length) aes_key_len(bit_length)?
}

aead_class! {
    /// AES-CCM (NIST SP 800-38C): authenticated encryption with keys of 16, 24 or 32 bytes, nonces
    /// of 7 to 13 bytes and tags of tag_length bytes: 4, 6, 8, 10, 12, 14 or 16.
    ///
    /// A message must be shorter than 2 ** (8 * (15 - len(nonce))) bytes. Raises ValueError for a
    /// longer one, and for another tag_length or length of the key, and TypeError if that is
    /// neither bytes-like nor a SecretBytes.
    AESCCM(AesCcm),
    new(tag_length: i64 = 16) |key: &[u8]| core::AesCcm::with_tag_len(key, usize::try_from(tag_length).unwrap_or(0)),
    generate_key(bit_length) aes_key_len(bit_length)?
}

aead_class! {
    /// AES-GCM-SIV (RFC 8452): authenticated encryption with keys of 16, 24 or 32 bytes and nonces
    /// of 12 bytes.
    ///
    /// A nonce that is used twice gives away only whether the two messages are equal. Raises
    /// ValueError for a key of another length, and TypeError if it is neither bytes-like nor a
    /// SecretBytes.
    AESGCMSIV(AesGcmSiv), generate_key(bit_length) aes_key_len(bit_length)?
}

aead_class! {
    /// AES-OCB3 (RFC 7253): authenticated encryption with keys of 16, 24 or 32 bytes and nonces of
    /// 12 to 15 bytes.
    ///
    /// Raises ValueError for a key of another length, and TypeError if it is neither bytes-like nor
    /// a SecretBytes.
    AESOCB3(AesOcb3), generate_key(bit_length) aes_key_len(bit_length)?
}

aead_class! {
    /// ChaCha20-Poly1305 (RFC 8439): authenticated encryption with keys of 32 bytes and nonces of
    /// 12 bytes.
    ///
    /// Raises ValueError for a key of another length, and TypeError if it is neither bytes-like nor
    /// a SecretBytes.
    ChaCha20Poly1305(ChaCha20Poly1305), generate_key() 32
}

/// AES-SIV (RFC 5297): authenticated encryption with keys of 32, 48 or 64 bytes, without a nonce or
/// with one that may repeat.
///
/// The tag of 16 bytes stands before the ciphertext. A nonce, if there is one, is the last piece of
/// associated data. Raises ValueError for a key of another length, and TypeError if it is neither
/// bytes-like nor a SecretBytes.
#[pyclass(frozen, module = "ironlatch.hazmat.primitives.ciphers.aead")]
pub(crate) struct AESSIV {
    cipher: core::AesSiv,
}

#[pymethods]
impl AESSIV {
    #[new]
    fn new(key: SecretInput<'_>) -> CallResult<Self> {
        Ok(Self { cipher: core::AesSiv::new(key.as_slice())? })
    }

    /// Returns a new random key as bytes, of 256, 384 or 512 bits. Raises ValueError for another
    /// `bit_length`.
    #[staticmethod]
    fn generate_key<'py>(py: Python<'py>, bit_length: i64) -> CallResult<Bound<'py, PyBytes>> {
        let len = match bit_length {
            256 | 384 | 512 => (bit_length / 8) as usize,
            _ => {
                let message = format!("bit_length must be 256, 384, or 512; it is {bit_length}");
                return Err(PyValueError::new_err(message).into());
            }
        };
        new_bytes(py, len, |out| Ok(ironlatch::random::fill(out)))
    }

    /// Encrypts and authenticates `data`, authenticates each bytes-like object in the list
    /// `associated_data`, and returns the 16-byte tag followed by the ciphertext.
    ///
    /// Raises OverflowError for more than 2**31 - 1 bytes.
    #[pyo3(signature = (data, associated_data))]
    fn encrypt<'py>(
        &self,
        py: Python<'py>,
        data: Input<'_>,
        associated_data: Option<&Bound<'py, PyList>>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        let (list, data) = (items(associated_data)?, data.as_slice());
        let list: Vec<Input<'_>> = list.iter().map(|item| item.extract()).collect::<PyResult<_>>()?;
        let aad: Vec<&[u8]> = list.iter().map(Input::as_slice).collect();
        self.cipher.check(data, &aad)?;
        new_bytes(py, data.len() + TAG_LEN, |out| {
            detach_if_long(py, total(data, &aad), || self.cipher.encrypt_into(data, &aad, out)).map_err(CallError::from)
        })
    }

    /// Decrypts `data`, a ciphertext that begins with its tag, and returns the plaintext: len(data)
    /// - 16 bytes.
    ///
    /// Raises InvalidTag if key, associated data or ciphertext is not the one of the encryption.
    #[pyo3(signature = (data, associated_data))]
    fn decrypt<'py>(
        &self,
        py: Python<'py>,
        data: Input<'_>,
        associated_data: Option<&Bound<'py, PyList>>,
    ) -> CallResult<Bound<'py, PyBytes>> {
        let (list, data) = (items(associated_data)?, data.as_slice());
        let list: Vec<Input<'_>> = list.iter().map(|item| item.extract()).collect::<PyResult<_>>()?;
        let aad: Vec<&[u8]> = list.iter().map(Input::as_slice).collect();
        self.cipher.check(data, &aad)?;
        let len = data.len().checked_sub(TAG_LEN).ok_or(Error::InvalidTag)?;
        new_bytes(py, len, |out| {
            detach_if_long(py, total(data, &aad), || self.cipher.decrypt_into(data, &aad, out)).map_err(CallError::from)
        })
    }

    /// Like encrypt, into the writable buffer `buf` of exactly len(data) + 16 bytes; returns that
    /// length.
    ///
    /// Raises ValueError for a buffer of another length, TypeError for one that cannot be written
    /// to, and what encrypt raises.
    #[pyo3(signature = (data, associated_data, buf))]
    fn encrypt_into(
        &self,
        data: Input<'_>,
        associated_data: Option<&Bound<'_, PyList>>,
        mut buf: OutBuffer<'_>,
    ) -> CallResult<usize> {
        let list = items(associated_data)?;
        let list: Vec<Input<'_>> = list.iter().map(|item| item.extract()).collect::<PyResult<_>>()?;
        let (data, aad) = (data.as_slice(), list.iter().map(Input::as_slice).collect::<Vec<_>>());
        self.cipher.check(data, &aad)?;
        buf.fill_exactly(data.len() + TAG_LEN, |out| Ok(self.cipher.encrypt_into(data, &aad, out)?))
    }

    /// Like decrypt, into the writable buffer `buf` of exactly len(data) - 16 bytes; returns that
    /// length.
    ///
    /// After InvalidTag the buffer holds zeros. Raises ValueError for a buffer of another length,
    /// and TypeError for one that cannot be written to.
    #[pyo3(signature = (data, associated_data, buf))]
    fn decrypt_into(
        &self,
        data: Input<'_>,
        associated_data: Option<&Bound<'_, PyList>>,
        mut buf: OutBuffer<'_>,
    ) -> CallResult<usize> {
        let list = items(associated_data)?;
        let list: Vec<Input<'_>> = list.iter().map(|item| item.extract()).collect::<PyResult<_>>()?;
        let (data, aad) = (data.as_slice(), list.iter().map(Input::as_slice).collect::<Vec<_>>());
        self.cipher.check(data, &aad)?;
        let len = data.len().checked_sub(TAG_LEN).ok_or(Error::InvalidTag)?;
        buf.fill_exactly(len, |out| Ok(self.cipher.decrypt_into(data, &aad, out)?))
    }
}

/// The objects of a list, held so that nobody who changes the list meanwhile takes them away.
fn items<'py>(list: Option<&Bound<'py, PyList>>) -> CallResult<Vec<Bound<'py, PyAny>>> {
    Ok(list.map_or_else(Vec::new, |list| list.iter().collect()))
}

fn total(data: &[u8], aad: &[&[u8]]) -> usize {
    data.len() + aad.iter().map(|aad| aad.len()).sum::<usize>()
}

fn aes_key_len(bits: i64) -> CallResult<usize> {
    match bits {
        128 | 192 | 256 => Ok((bits / 8) as usize),
        _ => Err(PyValueError::new_err(format!("bit_length must be 128, 192, or 256; it is {bits}")).into()),
    }
}

fn encrypt<'py, A: Aead>(
    py: Python<'py>,
    cipher: &A,
    nonce: &Input<'_>,
    data: &Input<'_>,
    aad: Option<&Input<'_>>,
) -> CallResult<Bound<'py, PyBytes>> {
    let (nonce, data, aad) = (nonce.as_slice(), data.as_slice(), aad.map_or(&[][..], Input::as_slice));
    cipher.check(Nonce(nonce), data, Aad(aad))?;
    new_bytes(py, data.len() + cipher.tag_len(), |out| {
        detach_if_long(py, data.len() + aad.len(), || cipher.encrypt_into(Nonce(nonce), data, Aad(aad), out))
            .map_err(CallError::from)
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
    cipher.check(Nonce(nonce), data, Aad(aad))?;
    new_bytes(py, cipher.plaintext_len(data.len())?, |out| {
        detach_if_long(py, data.len() + aad.len(), || cipher.decrypt_into(Nonce(nonce), data, Aad(aad), out))
            .map_err(CallError::from)
    })
}

fn encrypt_into<A: Aead>(
    cipher: &A,
    nonce: &Input<'_>,
    data: &Input<'_>,
    aad: Option<&Input<'_>>,
    buf: &mut OutBuffer<'_>,
) -> CallResult<usize> {
    let (nonce, data, aad) = (nonce.as_slice(), data.as_slice(), aad.map_or(&[][..], Input::as_slice));
    cipher.check(Nonce(nonce), data, Aad(aad))?;
    buf.fill_exactly(data.len() + cipher.tag_len(), |out| Ok(cipher.encrypt_into(Nonce(nonce), data, Aad(aad), out)?))
}

fn decrypt_into<A: Aead>(
    cipher: &A,
    nonce: &Input<'_>,
    data: &Input<'_>,
    aad: Option<&Input<'_>>,
    buf: &mut OutBuffer<'_>,
) -> CallResult<usize> {
    let (nonce, data, aad) = (nonce.as_slice(), data.as_slice(), aad.map_or(&[][..], Input::as_slice));
    cipher.check(Nonce(nonce), data, Aad(aad))?;
    buf.fill_exactly(cipher.plaintext_len(data.len())?, |out| {
        Ok(cipher.decrypt_into(Nonce(nonce), data, Aad(aad), out)?)
    })
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod aead {
    #[pymodule_export]
    use super::{AESCCM, AESGCM, AESGCMSIV, AESOCB3, AESSIV, ChaCha20Poly1305};
}
