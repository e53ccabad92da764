//! The recipients of a message (RFC 5652 §6.2): what is in it for each, and how it is found.

use asn1::Tlv;
use ironlatch_core::keys::{PrivateKey, PublicKey};
use ironlatch_core::oid;
use ironlatch_x509::Certificate;
use zeroize::Zeroizing;

use super::kem::Encapsulated;
use super::key_agreement::KeyAgreement;
use super::key_transport::KeyTransport;
use super::{kem, key_agreement, key_transport};
use crate::der::{self, IMPLICIT_0, OCTET_STRING, SEQUENCE, SET};
use crate::error::{At, Error, Result};
use crate::pkcs7::certificates::issuer_and_serial;

/// Writes what is in a message for `recipient`.
///
/// # Errors
/// [`Error::InvalidValue`] for a key that only signs, and [`Error::X509`] or [`Error::Core`] for
/// one that is not valid.
pub(super) fn wrap(recipient: &Certificate, content_key: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let key = recipient.public_key()?;
    match &key {
        PublicKey::Rsa(key) => key_transport::wrap(recipient, key, content_key),
        PublicKey::MlKem(key) => kem::wrap(recipient, key, content_key),
        _ => key_agreement::wrap(recipient, &key, content_key)?.ok_or_else(|| {
            let message = "a message cannot be encrypted to it: RSA, EC, X25519, X448 and ML-KEM keys are for that";
            Error::value(format!("the key of a recipient is {}: {message}", key.description()))
        }),
    }
}

/// The part of a message that is for one recipient.
pub(super) enum Found<'a> {
    Transport(KeyTransport<'a>),
    Agreement(KeyAgreement<'a>, &'a [u8]),
    Encapsulated(Encapsulated<'a>),
}

impl<'a> Found<'a> {
    /// Finds what is for `wanted` in a SET of recipients, in DER.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there is nothing, [`Error::Malformed`].
    pub(super) fn find(recipients: &'a [u8], wanted: &Certificate) -> Result<Self> {
        let name = issuer_and_serial(wanted);
        let identifier = subject_key_identifier(wanted);
        let is_named = |recipient: &Tlv<'_>| match der::tag_octet(recipient.tag()) {
            Some(SEQUENCE) => recipient.full_data() == name,
            Some(IMPLICIT_0) => identifier == Some(recipient.data()),
            // RecipientKeyIdentifier begins with the identifier (RFC 5652 §6.2.2).
            Some(der::EXPLICIT_0) => der::elements(recipient.data())
                .next()
                .and_then(Result::ok)
                .is_some_and(|first| der::octets(&first).is_ok_and(|octets| identifier == Some(octets))),
            _ => false,
        };
        for (index, info) in der::elements(der::contents(recipients, SET)?).enumerate() {
            let info = info.at_index("", index)?;
            match der::tag_octet(info.tag()) {
                Some(SEQUENCE) => {
                    let found: KeyTransport<'a> = info.parse().at_index("", index)?;
                    if is_named(&found.recipient) {
                        return Ok(Self::Transport(found));
                    }
                }
                Some(key_agreement::TAG) => {
                    let found = KeyAgreement::read(&info).at_index("", index)?;
                    if let Some(wrapped) = found.find(is_named).at_index("", index)? {
                        return Ok(Self::Agreement(found, wrapped));
                    }
                }
                Some(kem::TAG) => {
                    if let Some(found) = Encapsulated::read(&info).at_index("", index)?
                        && is_named(&found.recipient)
                    {
                        return Ok(Self::Encapsulated(found));
                    }
                }
                // Keys that both sides have, and passwords.
                _ => {}
            }
        }
        Err(Error::value("the message is not for this certificate: no recipient has its issuer and serial number"))
    }

    /// The key of the content, which is `len` bytes long.
    ///
    /// # Errors
    /// [`Error::NotDecrypted`]; [`Error::Unsupported`] and [`Error::Malformed`] for what the
    /// algorithms are.
    pub(super) fn content_key(&self, key: &PrivateKey, len: usize) -> Result<Zeroizing<Vec<u8>>> {
        let found = match (self, key) {
            (Self::Transport(found), PrivateKey::Rsa(key)) => found.content_key(key, len)?,
            (Self::Agreement(found, wrapped), key) => found.content_key(key, wrapped)?,
            (Self::Encapsulated(found), PrivateKey::MlKem(key)) => found.content_key(key)?,
            _ => return Err(Error::NotDecrypted),
        };
        if found.len() == len { Ok(found) } else { Err(Error::NotDecrypted) }
    }
}

fn subject_key_identifier(certificate: &Certificate) -> Option<&[u8]> {
    let extension = certificate.extensions().get(&oid::SUBJECT_KEY_IDENTIFIER)?;
    der::contents(extension.value, OCTET_STRING).ok()
}
