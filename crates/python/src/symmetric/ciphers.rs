//! `ironlatch.hazmat.primitives.ciphers`: the contexts that a `Cipher` hands out.

use ironlatch::Error;
use ironlatch::error::Unsupported;
use ironlatch::symmetric::cipher::{self as core, BlockCipher, Direction, Mode};
use ironlatch::symmetric::gcm::GcmContext;
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffer::{Feed, Input, OutBuffer, SecretInput, detach_if_long, new_bytes};
use crate::errors::CallResult;

/// A cipher in an unauthenticated mode at work.
#[pyclass(module = "ironlatch.hazmat.primitives.ciphers")]
pub(crate) struct CipherContext {
    inner: core::CipherContext,
}

#[pymethods]
impl CipherContext {
    /// Processes `data` and returns the whole blocks of the result. Raises AlreadyFinalized.
    fn update<'py>(&mut self, py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
        let data = data.as_slice();
        new_bytes(py, self.inner.output_len(data.len())?, |out| {
            Ok(detach_if_long(py, data.len(), || self.inner.update(data, out))?)
        })
    }

    /// Like update, into the writable buffer `buf`, which must have room for len(data) + block size
    /// - 1 bytes; returns how many were written.
    fn update_into(&mut self, data: Input<'_>, mut buf: OutBuffer<'_>) -> CallResult<usize> {
        let data = data.as_slice();
        let result_len = self.inner.output_len(data.len())?;
        let least = data.len() + self.inner.block_len() - 1;
        buf.fill_front(least, result_len, |out| Ok(self.inner.update(data, out)?))
    }

    /// Ends the work and returns no bytes. Raises ValueError if the data was not whole blocks, and
    /// AlreadyFinalized.
    fn finalize<'py>(&mut self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        self.inner.finalize()?;
        Ok(PyBytes::new(py, b""))
    }

    /// Starts again with another nonce under the same key, in CTR mode and with ChaCha20 only.
    /// Raises UnsupportedAlgorithm in another.
    fn reset_nonce(&mut self, nonce: Input<'_>) -> CallResult<()> {
        Ok(self.inner.reset_nonce(nonce.as_slice())?)
    }
}

/// An encryption in an authenticated mode.
#[pyclass(module = "ironlatch.hazmat.primitives.ciphers")]
pub(crate) struct AEADEncryptionContext {
    inner: GcmContext,
    tag: Option<[u8; GcmContext::TAG_LEN]>,
}

/// A decryption in an authenticated mode. Trust nothing that it gives before it is finalized.
#[pyclass(module = "ironlatch.hazmat.primitives.ciphers")]
pub(crate) struct AEADDecryptionContext {
    inner: GcmContext,
    tag: Option<Vec<u8>>,
    min_tag_len: usize,
}

/// The methods of a direction of an authenticated mode: the shared ones, and its `own`.
macro_rules! authenticated_methods {
    ($name:ident { $($own:tt)* }) => {
        #[pymethods]
        impl $name {
            /// Processes `data` and returns as many bytes. Raises AlreadyFinalized, and ValueError
            /// past the mode's limit.
            fn update<'py>(&mut self, py: Python<'py>, data: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
                let data = data.as_slice();
                new_bytes(py, data.len(), |out| Ok(detach_if_long(py, data.len(), || self.inner.update(data, out))?))
            }

            /// Like update, into the writable buffer `buf`, which must be as long as data; returns
            /// how many bytes were written.
            fn update_into(&mut self, data: Input<'_>, mut buf: OutBuffer<'_>) -> CallResult<usize> {
                let data = data.as_slice();
                buf.fill_front(data.len(), data.len(), |out| Ok(self.inner.update(data, out)?))
            }

            /// Authenticates `data` without encrypting it, before the first update. Raises
            /// AlreadyUpdated after it.
            fn authenticate_additional_data(&mut self, py: Python<'_>, data: Feed<'_>) -> CallResult<()> {
                data.each(py, |piece| Ok(self.inner.update_aad(piece)?))
            }

            /// Raises UnsupportedAlgorithm: an authenticated mode cannot start again.
            fn reset_nonce(&self, nonce: &Bound<'_, PyAny>) -> CallResult<()> {
                let _ = nonce; // Named for callers by keyword.
                Err(core::cannot_reset().into())
            }

            $($own)*
        }
    };
}

authenticated_methods!(AEADEncryptionContext {
    /// Ends the encryption and returns no bytes; then the tag is available. Raises
    /// AlreadyFinalized.
    fn finalize<'py>(&mut self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        self.tag = Some(self.inner.finalize()?);
        Ok(PyBytes::new(py, b""))
    }

    /// The tag of 16 bytes. Raises NotYetFinalized before finalize.
    #[getter]
    fn tag<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        match &self.tag {
            Some(tag) => Ok(PyBytes::new(py, tag)),
            None => Err(Error::NotYetFinalized("You must finalize encryption before getting the tag.".into()).into()),
        }
    }
});

authenticated_methods!(AEADDecryptionContext {
    /// Checks the tag that the mode was given and returns no bytes. Raises InvalidTag if the data
    /// is not authentic, ValueError if the mode was given no tag, and AlreadyFinalized.
    fn finalize<'py>(&mut self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        self.inner.check_open()?;
        let Some(tag) = &self.tag else {
            return Err(PyValueError::new_err("Authentication tag must be provided when decrypting.").into());
        };
        self.inner.verify(tag, self.min_tag_len)?;
        Ok(PyBytes::new(py, b""))
    }

    /// Checks `tag` and returns no bytes. Raises InvalidTag if the data is not authentic,
    /// ValueError if the tag's length is not allowed or the mode was given one too, and
    /// AlreadyFinalized.
    fn finalize_with_tag<'py>(&mut self, py: Python<'py>, tag: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
        self.inner.check_open()?;
        if self.tag.is_some() {
            return Err(PyValueError::new_err("the mode was given a tag already: call finalize instead").into());
        }
        self.inner.verify(tag.as_slice(), self.min_tag_len)?;
        Ok(PyBytes::new(py, b""))
    }
});

/// An encryption with `algorithm` in `mode`. Raises UnsupportedAlgorithm if there is no such
/// combination.
#[pyfunction]
fn create_encryption_ctx<'py>(
    algorithm: &Bound<'py, PyAny>,
    mode: Option<&Bound<'py, PyAny>>,
) -> CallResult<Bound<'py, PyAny>> {
    create(algorithm, mode, Direction::Encrypt)
}

/// A decryption with `algorithm` in `mode`. Raises UnsupportedAlgorithm if there is no such
/// combination.
#[pyfunction]
fn create_decryption_ctx<'py>(
    algorithm: &Bound<'py, PyAny>,
    mode: Option<&Bound<'py, PyAny>>,
) -> CallResult<Bound<'py, PyAny>> {
    create(algorithm, mode, Direction::Decrypt)
}

/// Whether `algorithm` in `mode` is available.
#[pyfunction]
fn cipher_supported(algorithm: &Bound<'_, PyAny>, mode: Option<&Bound<'_, PyAny>>) -> CallResult<bool> {
    let Some(request) = Request::parse(algorithm, mode)? else { return Ok(false) };
    let Request::Block { cipher, kind, .. } = request else { return Ok(true) };
    let key_bits: usize = algorithm.getattr(intern!(algorithm.py(), "key_size"))?.extract()?;
    Ok(core::supported(cipher, key_bits / 8, kind))
}

fn create<'py>(
    algorithm: &Bound<'py, PyAny>,
    mode: Option<&Bound<'py, PyAny>>,
    direction: Direction,
) -> CallResult<Bound<'py, PyAny>> {
    let py = algorithm.py();
    let Some(request) = Request::parse(algorithm, mode)? else { return Err(unsupported(algorithm, mode)?.into()) };
    let key = algorithm.getattr(intern!(py, "key"))?;
    let key: SecretInput<'_> = key.extract()?;
    let key = key.as_slice();
    let context = |inner| Ok(Bound::new(py, CipherContext { inner })?.into_any());
    let (cipher, kind, mode, nonce_name) = match request {
        Request::Block { cipher, kind, mode, nonce_name } => (cipher, kind, mode, nonce_name),
        Request::ChaCha20 => {
            let nonce = algorithm.getattr(intern!(py, "nonce"))?;
            return context(core::CipherContext::chacha20(key, nonce.extract::<Input<'_>>()?.as_slice())?);
        }
        Request::Rc4 => return context(core::CipherContext::rc4(key)?),
    };
    if !core::supported(cipher, key.len(), kind) {
        return Err(unsupported(algorithm, Some(mode))?.into());
    }
    let nonce = nonce_name.map(|name| mode.getattr(name)).transpose()?;
    let nonce: Option<Input<'_>> = nonce.as_ref().map(|nonce| nonce.extract()).transpose()?;
    let nonce = nonce.as_ref().map_or(&[][..], Input::as_slice);
    if kind != Mode::Gcm {
        return context(core::CipherContext::new(cipher, kind, direction, key, nonce)?);
    }
    let tag = mode.getattr(intern!(py, "tag"))?;
    let tag = tag.extract::<Option<Input<'_>>>()?.map(|tag| tag.as_slice().to_vec());
    let inner = GcmContext::new(cipher, direction, key, nonce)?;
    match direction {
        Direction::Encrypt if tag.is_some() => {
            Err(PyValueError::new_err("Authentication tag must be None when encrypting.").into())
        }
        Direction::Encrypt => Ok(Bound::new(py, AEADEncryptionContext { inner, tag: None })?.into_any()),
        Direction::Decrypt => {
            let min_tag_len = mode.getattr(intern!(py, "_min_tag_length"))?.extract()?;
            Ok(Bound::new(py, AEADDecryptionContext { inner, tag, min_tag_len })?.into_any())
        }
    }
}

/// The request that a Python algorithm and mode make.
enum Request<'a, 'py> {
    Block {
        cipher: BlockCipher,
        kind: Mode,
        mode: &'a Bound<'py, PyAny>,
        /// The attribute of the mode that holds its nonce, if it has one.
        nonce_name: Option<&'static str>,
    },
    ChaCha20,
    Rc4,
}

impl<'a, 'py> Request<'a, 'py> {
    /// The objects are told apart by their `name`, as users may subclass them. `None` for what
    /// there is not.
    fn parse(algorithm: &Bound<'py, PyAny>, mode: Option<&'a Bound<'py, PyAny>>) -> CallResult<Option<Self>> {
        let name = intern!(algorithm.py(), "name");
        let Some(mode) = mode else {
            return Ok(match algorithm.getattr(name)?.extract::<&str>()? {
                "ChaCha20" => Some(Self::ChaCha20),
                "RC4" => Some(Self::Rc4),
                _ => None,
            });
        };
        let Some(cipher) = block_cipher(algorithm)? else { return Ok(None) };
        let (kind, nonce_name) = match mode.getattr(name)?.extract::<&str>()? {
            "CBC" => (Mode::Cbc, Some("initialization_vector")),
            "CFB" => (Mode::Cfb, Some("initialization_vector")),
            "CFB8" => (Mode::Cfb8, Some("initialization_vector")),
            "CTR" => (Mode::Ctr, Some("nonce")),
            "ECB" => (Mode::Ecb, None),
            "GCM" => (Mode::Gcm, Some("initialization_vector")),
            "OFB" => (Mode::Ofb, Some("initialization_vector")),
            "XTS" => (Mode::Xts, Some("tweak")),
            _ => return Ok(None),
        };
        Ok(Some(Self::Block { cipher, kind, mode, nonce_name }))
    }
}

/// Which block cipher a Python algorithm names, if there is such a one.
pub(crate) fn block_cipher(algorithm: &Bound<'_, PyAny>) -> PyResult<Option<BlockCipher>> {
    let name = algorithm.getattr(intern!(algorithm.py(), "name"))?;
    Ok(match name.extract::<&str>()? {
        "AES" => Some(BlockCipher::Aes),
        "SM4" => Some(BlockCipher::Sm4),
        "3DES" => Some(BlockCipher::TripleDes),
        "camellia" => Some(BlockCipher::Camellia),
        "Blowfish" => Some(BlockCipher::Blowfish),
        "CAST5" => Some(BlockCipher::Cast5),
        "DES" => Some(BlockCipher::Des),
        "IDEA" => Some(BlockCipher::Idea),
        "RC2" => Some(BlockCipher::Rc2),
        "SEED" => Some(BlockCipher::Seed),
        _ => None,
    })
}

fn unsupported(algorithm: &Bound<'_, PyAny>, mode: Option<&Bound<'_, PyAny>>) -> CallResult<Error> {
    let name = |object: &Bound<'_, PyAny>| -> PyResult<String> { Ok(object.getattr("name")?.str()?.to_string()) };
    let mode = mode.map(name).transpose()?.unwrap_or_else(|| "None".to_owned());
    let message = format!("cipher {} in {mode} mode is not supported", name(algorithm)?);
    Ok(Error::unsupported(Unsupported::Cipher, message))
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod ciphers {
    #[pymodule_export]
    use super::{
        AEADDecryptionContext, AEADEncryptionContext, CipherContext, cipher_supported, create_decryption_ctx,
        create_encryption_ctx,
    };
}
