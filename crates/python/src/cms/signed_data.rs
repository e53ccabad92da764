//! `ironlatch.cms`: reading signed messages, and verifying their signatures.

use ironlatch::cms::pkcs7::mail::SignedMail;
use ironlatch::cms::signed_data::{SignedData, Verified};
use ironlatch::x509::Certificate as Inner;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::buffer::{Input, detach};
use crate::errors::CallResult;
use crate::x509::certificate::{Certificate, object};
use crate::x509::times::aware;

/// The content, the certificate and the time of each signature, and the certificates in the
/// message.
type Signatures<'py> = (Bound<'py, PyBytes>, Bound<'py, PyList>, Bound<'py, PyList>);

/// Verifies the signatures of a message, and not whether anyone is to be trusted. `ironlatch.cms`
/// looks at that.
#[pyfunction]
fn verify_signatures<'py>(
    py: Python<'py>,
    data: Input<'_>,
    content: Option<Input<'_>>,
    certificates: Vec<Bound<'py, Certificate>>,
) -> CallResult<Signatures<'py>> {
    let more: Vec<Inner> = certificates.iter().map(|one| one.get().inner.clone()).collect();
    let (data, given) = (data.as_slice(), content.as_ref().map(Input::as_slice));
    let (message, verified) = detach(py, || {
        let message = SignedData::read(data)?;
        let verified = message.verify_signatures(given, &more)?;
        Ok::<_, ironlatch::cms::Error>((message, verified))
    })?;
    signatures(py, message.content().or(given).unwrap_or_default(), verified, message.certificates())
}

/// Verifies the signatures of a mail, as `verify_signatures` does those of a message.
#[pyfunction]
fn verify_mail_signatures<'py>(
    py: Python<'py>,
    data: Input<'_>,
    certificates: Vec<Bound<'py, Certificate>>,
) -> CallResult<Signatures<'py>> {
    let more: Vec<Inner> = certificates.iter().map(|one| one.get().inner.clone()).collect();
    let data = data.as_slice();
    let (content, verified, carried) = detach(py, || {
        let mail = SignedMail::read(data)?;
        let (content, verified) = mail.verify_signatures(&more)?;
        Ok::<_, ironlatch::cms::Error>((content.into_owned(), verified, mail.message().certificates().to_vec()))
    })?;
    signatures(py, &content, verified, &carried)
}

fn signatures<'py>(
    py: Python<'py>,
    content: &[u8],
    verified: Vec<Verified>,
    carried: &[Inner],
) -> CallResult<Signatures<'py>> {
    let mut signers = Vec::with_capacity(verified.len());
    for one in verified {
        let time = one.signing_time.map(|time| aware(py, time)).transpose()?;
        signers.push((object(py, one.certificate)?, time));
    }
    Ok((PyBytes::new(py, content), PyList::new(py, signers)?, objects(py, carried)?))
}

fn objects<'py>(py: Python<'py>, certificates: &[Inner]) -> CallResult<Bound<'py, PyList>> {
    let objects = certificates.iter().map(|one| object(py, one.clone())).collect::<CallResult<Vec<_>>>()?;
    Ok(PyList::new(py, objects)?)
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod cms {
    #[pymodule_export]
    use super::super::enveloped_data::{decrypt, encrypt};
    #[pymodule_export]
    use super::super::files::{decrypt_file, encrypt_file};
    #[pymodule_export]
    use super::super::signing::{sign, sign_file};
    #[pymodule_export]
    use super::super::timestamp::{
        read_timestamp, read_timestamp_response, timestamp_nonce, timestamp_request, verify_timestamp,
    };
    #[pymodule_export]
    use super::{verify_mail_signatures, verify_signatures};
}
