//! `ironlatch.cms`: reading signed messages, and verifying their signatures.

use ironlatch::cms::signed_data::SignedData;
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
    let mut signers = Vec::with_capacity(verified.len());
    for one in verified {
        let time = one.signing_time.map(|time| aware(py, time)).transpose()?;
        signers.push((object(py, one.certificate)?, time));
    }
    let mut carried = Vec::with_capacity(message.certificates().len());
    for one in message.certificates() {
        carried.push(object(py, one.clone())?);
    }
    let content = PyBytes::new(py, message.content().or(given).unwrap_or_default());
    Ok((content, PyList::new(py, signers)?, PyList::new(py, carried)?))
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod cms {
    #[pymodule_export]
    use super::super::enveloped_data::{decrypt, encrypt};
    #[pymodule_export]
    use super::verify_signatures;
}
