//! Public keys as OpenSSH writes them on one line (RFC 4253 §6.6).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::PublicKey;
use crate::asymmetric::rsa;

/// Writes the line, without a comment and without an end of line.
#[must_use]
pub fn public_to_line(key: &PublicKey) -> Vec<u8> {
    let (name, blob) = match key {
        PublicKey::Rsa(key) => ("ssh-rsa", rsa_blob(key)),
    };
    let mut line = format!("{name} ").into_bytes();
    line.extend_from_slice(STANDARD.encode(blob).as_bytes());
    line
}

fn rsa_blob(key: &rsa::PublicKey) -> Vec<u8> {
    let components = key.components();
    let mut blob = Vec::new();
    put_string(&mut blob, b"ssh-rsa");
    put_mpint(&mut blob, &components.e);
    put_mpint(&mut blob, &components.n);
    blob
}

/// A `string` of RFC 4251 §5.
fn put_string(blob: &mut Vec<u8>, string: &[u8]) {
    blob.extend_from_slice(&(string.len() as u32).to_be_bytes());
    blob.extend_from_slice(string);
}

/// A non-negative `mpint` of RFC 4251 §5 from its minimal octets.
fn put_mpint(blob: &mut Vec<u8>, octets: &[u8]) {
    let sign = usize::from(octets.first().is_some_and(|first| first & 0x80 != 0));
    blob.extend_from_slice(&((octets.len() + sign) as u32).to_be_bytes());
    blob.resize(blob.len() + sign, 0);
    blob.extend_from_slice(octets);
}
