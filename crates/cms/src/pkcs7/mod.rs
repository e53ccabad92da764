//! Messages: PKCS #7 (RFC 2315) as S/MIME (RFC 8551) uses it, within CMS (RFC 5652).
//!
//! [`certificates`] are carried by a signed message without a message and without signatures;
//! [`signing`] makes signed messages; [`enveloping`] encrypts to the RSA keys of certificates and
//! decrypts; [`smime`] has the form in which mail carries all that, and [`mail`] reads signed mail.

pub mod certificates;
pub mod enveloping;
pub mod mail;
pub mod signing;
pub mod smime;

/// The labels of PEM blocks: ours, and those of other programs.
fn is_label(label: &[u8]) -> bool {
    matches!(label, b"PKCS7" | b"PKCS #7 SIGNED DATA" | b"CMS")
}

/// The contents of the first block of PEM text that holds a message.
///
/// # Errors
/// [`Error::Core`](crate::Error::Core) if there is none.
pub fn from_pem(text: &[u8]) -> crate::Result<zeroize::Zeroizing<Vec<u8>>> {
    let block = ironlatch_core::keys::pem::find(text, is_label, "The provided PEM data does not have the PKCS7 tag.")?;
    Ok(block.decode()?)
}

/// A message as a PEM block.
#[must_use]
pub fn to_pem(der: &[u8]) -> Vec<u8> {
    ironlatch_core::keys::pem::encode("PKCS7", &[], der).to_vec()
}
