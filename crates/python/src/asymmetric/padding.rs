//! Paddings, and what stands in a hash function's place, from Python's markers to the core's terms.

use ironlatch::Error;
use ironlatch::asymmetric::rsa::{EncryptionPadding, Message, SaltLength, SignaturePadding};
use ironlatch::error::Unsupported;
use ironlatch::hash::HashAlgorithm;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyInt;

use crate::buffer::Input;
use crate::errors::CallResult;
use crate::hash::hashes::algorithm_of;
use crate::types;

/// A padding for encryption, with a copy of the label.
pub(crate) enum Encryption {
    Pkcs1v15,
    Oaep { hash: HashAlgorithm, mgf1_hash: HashAlgorithm, label: Vec<u8> },
}

impl Encryption {
    pub(crate) fn to_core(&self) -> EncryptionPadding<'_> {
        match self {
            Self::Pkcs1v15 => EncryptionPadding::Pkcs1v15,
            Self::Oaep { hash, mgf1_hash, label } => {
                EncryptionPadding::Oaep { hash: *hash, mgf1_hash: *mgf1_hash, label }
            }
        }
    }
}

/// An argument in the place of a hash function, as a key's method takes it.
#[derive(Clone, Copy)]
pub(crate) enum Hashing {
    Whole(HashAlgorithm),
    Digest(HashAlgorithm),
    Raw,
}

impl Hashing {
    /// A `HashAlgorithm`, a `Prehashed` or a `NoDigestInfo`. TypeError for anything else.
    pub(crate) fn of(marker: &Bound<'_, PyAny>) -> CallResult<Self> {
        let py = marker.py();
        if types::PREHASHED.is_type_of(marker)? {
            return Ok(Self::Digest(algorithm_of(&marker.getattr(intern!(py, "_algorithm"))?)?));
        }
        if types::NO_DIGEST_INFO.is_type_of(marker)? {
            return Ok(Self::Raw);
        }
        Ok(Self::Whole(algorithm_of(marker)?))
    }

    pub(crate) fn message(self, data: &[u8]) -> Message<'_> {
        match self {
            Self::Whole(hash) => Message::Whole(hash, data),
            Self::Digest(hash) => Message::Digest(hash, data),
            Self::Raw => Message::Raw(data),
        }
    }
}

/// A padding for signatures: PKCS1v15 or PSS.
pub(crate) fn signature_padding(padding: &Bound<'_, PyAny>) -> CallResult<SignaturePadding> {
    let py = padding.py();
    if types::PKCS1V15.is_type_of(padding)? {
        return Ok(SignaturePadding::Pkcs1v15);
    }
    if !types::PSS.is_type_of(padding)? {
        return Err(unsupported(padding));
    }
    let mgf1_hash = mgf1_hash(padding)?;
    let salt = padding.getattr(intern!(py, "_salt_length"))?;
    let salt_length = if salt.is_instance_of::<PyInt>() {
        // A salt that does not even fit a usize fits no key either.
        SaltLength::Bytes(salt.extract().unwrap_or(usize::MAX))
    } else if types::DIGEST_LENGTH.is_type_of(&salt)? {
        SaltLength::Digest
    } else if types::MAX_LENGTH.is_type_of(&salt)? {
        SaltLength::Max
    } else {
        SaltLength::Auto
    };
    Ok(SignaturePadding::Pss { mgf1_hash, salt_length })
}

/// A padding for encryption: PKCS1v15 or OAEP.
pub(crate) fn encryption_padding(padding: &Bound<'_, PyAny>) -> CallResult<Encryption> {
    let py = padding.py();
    if types::PKCS1V15.is_type_of(padding)? {
        return Ok(Encryption::Pkcs1v15);
    }
    if !types::OAEP.is_type_of(padding)? {
        return Err(unsupported(padding));
    }
    let mgf1_hash = mgf1_hash(padding)?;
    let hash = algorithm_of(&padding.getattr(intern!(py, "_algorithm"))?)?;
    let label = padding.getattr(intern!(py, "_label"))?;
    let label = if label.is_none() { Vec::new() } else { label.extract::<Input<'_>>()?.as_slice().to_vec() };
    Ok(Encryption::Oaep { hash, mgf1_hash, label })
}

fn mgf1_hash(padding: &Bound<'_, PyAny>) -> CallResult<HashAlgorithm> {
    let py = padding.py();
    let mgf = padding.getattr(intern!(py, "_mgf"))?;
    if !types::MGF1.is_type_of(&mgf)? {
        let message = "Only MGF1 is supported by this backend.";
        return Err(Error::unsupported(Unsupported::Mgf, message).into());
    }
    algorithm_of(&mgf.getattr(intern!(py, "_algorithm"))?)
}

/// UnsupportedAlgorithm for a padding that is not one for this use, TypeError for what is none
/// at all.
fn unsupported(padding: &Bound<'_, PyAny>) -> crate::errors::CallError {
    let py = padding.py();
    let name = || -> PyResult<String> {
        if !types::ASYMMETRIC_PADDING.is_type_of(padding)? {
            return Err(PyTypeError::new_err("Padding must be an instance of AsymmetricPadding."));
        }
        padding.getattr(intern!(py, "name"))?.extract()
    };
    match name() {
        Ok(name) => {
            let message = format!("{name} is not supported for this RSA operation.");
            Error::unsupported(Unsupported::Padding, message).into()
        }
        Err(error) => error.into(),
    }
}
