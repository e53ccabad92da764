//! Messages as mail carries them (RFC 8551 §3).

use std::borrow::Cow;

use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::{keys, random};

use crate::error::{Error, Result};

/// The header of a text.
pub const TEXT_HEADER: &[u8] = b"Content-Type: text/plain\r\n\r\n";

/// `data` with a carriage return in front of every line feed that has none, as mail has lines.
#[must_use]
pub fn canonical(data: &[u8]) -> Cow<'_, [u8]> {
    let feeds = data.iter().filter(|&&octet| octet == b'\n').count();
    let pairs = data.windows(2).filter(|pair| pair == b"\r\n").count();
    if feeds == pairs {
        return Cow::Borrowed(data);
    }
    let mut lines = Vec::with_capacity(data.len() + feeds - pairs);
    for line in data.split_inclusive(|&octet| octet == b'\n') {
        match line.split_last() {
            Some((b'\n', text)) if !text.ends_with(b"\r") => {
                lines.extend_from_slice(text);
                lines.extend_from_slice(b"\r\n");
            }
            _ => lines.extend_from_slice(line),
        }
    }
    Cow::Owned(lines)
}

/// A signed mail of two parts: what is signed with its header, and the signature in DER.
///
/// # Errors
/// [`Error::Unsupported`] if a hash function has no name in mail.
pub fn signed(part: &[u8], signature: &[u8], hashes: &[HashAlgorithm]) -> Result<Vec<u8>> {
    let names = hashes.iter().map(|hash| micalg(*hash)).collect::<Result<Vec<_>>>()?.join(",");
    let boundary: String = random::array::<16>().iter().map(|octet| format!("{octet:02X}")).collect();
    let boundary = format!("----{boundary}");
    let mut mail = format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/signed; protocol=\"application/x-pkcs7-signature\"; \
         micalg=\"{names}\"; boundary=\"{boundary}\"\r\n\r\nThis is an S/MIME signed message\r\n\r\n--{boundary}\r\n"
    )
    .into_bytes();
    mail.extend_from_slice(part);
    mail.extend_from_slice(
        format!(
            "\r\n--{boundary}\r\nContent-Type: application/x-pkcs7-signature; name=\"smime.p7s\"\r\n\
             Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"smime.p7s\"\r\n\r\n"
        )
        .as_bytes(),
    );
    push_base64(&mut mail, signature, b"\r\n");
    mail.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    Ok(mail)
}

/// An encrypted mail.
#[must_use]
pub fn enveloped(message: &[u8]) -> Vec<u8> {
    let mut mail = b"MIME-Version: 1.0\nContent-Disposition: attachment; filename=\"smime.p7m\"\n\
        Content-Type: application/pkcs7-mime; smime-type=\"enveloped-data\"; name=\"smime.p7m\"\n\
        Content-Transfer-Encoding: base64\n\n"
        .to_vec();
    push_base64(&mut mail, message, b"\n");
    mail
}

/// The name of a hash function in mail (RFC 8551 §3.5.3.2).
fn micalg(hash: HashAlgorithm) -> Result<&'static str> {
    Ok(match hash {
        HashAlgorithm::Sha224 => "sha-224",
        HashAlgorithm::Sha256 => "sha-256",
        HashAlgorithm::Sha384 => "sha-384",
        HashAlgorithm::Sha512 => "sha-512",
        other => return Err(Error::Unsupported(format!("{} has no name in mail", other.name()).into())),
    })
}

/// Lines of 64 characters.
fn push_base64(mail: &mut Vec<u8>, data: &[u8], line_end: &[u8]) {
    // A PEM block has these lines between its first and its last.
    let block = keys::pem::encode("", &[], data);
    let mut lines: Vec<&[u8]> = block.split(|&octet| octet == b'\n').collect();
    lines.truncate(lines.len().saturating_sub(2));
    for line in lines.iter().skip(1) {
        mail.extend_from_slice(line);
        mail.extend_from_slice(line_end);
    }
}
