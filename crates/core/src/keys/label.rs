//! Advice for a PEM block that holds something other than its label says.

use super::der::{self, Outline};
use super::pem::Block;
use super::{dsa, pkcs1, pkcs8, sec1, spki};
use crate::Error;

/// The error for a block whose contents, `der`, could not be read: [`Error::MislabelledPem`] with
/// the label that fits if another one does, otherwise `error`.
pub(super) fn explain(error: Error, block: &Block<'_>, der: &[u8]) -> Error {
    if !error.is_wrong_value() {
        return error;
    }
    match der::outline(der).ok().and_then(fitting) {
        Some((fitting, hint)) if fitting.as_bytes() != block.label() => Error::MislabelledPem { fitting, hint },
        _ => error,
    }
}

/// The label under which these contents, a key in DER, stand in a PEM block.
#[must_use]
pub fn of_contents(der: &[u8]) -> Option<&'static str> {
    der::outline(der).ok().and_then(fitting).map(|(label, _)| label)
}

/// The label of a block with such contents, and what to say to those who gave it another.
fn fitting(contents: Outline) -> Option<(&'static str, &'static str)> {
    Some(match contents {
        // The peer's words, which programs may look for.
        Outline::PrivateKeyInfo => {
            (pkcs8::LABEL, "If your key is in PKCS#8 format, you must use BEGIN/END PRIVATE KEY PEM delimiters")
        }
        Outline::EncryptedPrivateKeyInfo => (
            pkcs8::ENCRYPTED_LABEL,
            "The block holds an encrypted key in PKCS#8 format: use BEGIN/END ENCRYPTED PRIVATE KEY PEM delimiters",
        ),
        Outline::EcPrivateKey => (
            sec1::LABEL,
            "The block holds an elliptic-curve key in SEC 1 format: use BEGIN/END EC PRIVATE KEY PEM delimiters",
        ),
        Outline::Integers(dsa::ELEMENTS) => (
            dsa::PRIVATE_LABEL,
            "The block holds a DSA key in OpenSSL's traditional format: use BEGIN/END DSA PRIVATE KEY PEM delimiters",
        ),
        Outline::Integers(pkcs1::PRIVATE_ELEMENTS) => (
            pkcs1::PRIVATE_LABEL,
            "The block holds an RSA key in PKCS#1 format: use BEGIN/END RSA PRIVATE KEY PEM delimiters",
        ),
        Outline::Integers(pkcs1::PUBLIC_ELEMENTS) => (
            pkcs1::PUBLIC_LABEL,
            "The block holds an RSA public key in PKCS#1 format: use BEGIN/END RSA PUBLIC KEY PEM delimiters, and \
             load it as a public key",
        ),
        Outline::SubjectPublicKeyInfo => (
            spki::LABEL,
            "The block holds a public key: use BEGIN/END PUBLIC KEY PEM delimiters, and load it as a public key",
        ),
        Outline::Integers(_) => return None,
    })
}
