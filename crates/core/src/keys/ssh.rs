//! Public keys as OpenSSH writes them on one line (RFC 4253 §6.6, RFC 5656 §3.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::PublicKey;
use crate::asymmetric::{dsa, ec, ed25519, rsa};
use crate::{Error, Result};

/// Writes the line, without a comment and without an end of line.
///
/// # Errors
/// [`Error::InvalidValue`] for a DSA key with a p of other than 1024 bits, and for curves other than P-256, P-384 and
/// P-521: OpenSSH has no others.
pub fn public_to_line(key: &PublicKey) -> Result<Vec<u8>> {
    let (name, blob) = match key {
        PublicKey::Rsa(key) => ("ssh-rsa", rsa_blob(key)),
        PublicKey::Dsa(key) => ("ssh-dss", dsa_blob(key)?),
        PublicKey::Ed25519(key) => ("ssh-ed25519", ed25519_blob(key)),
        PublicKey::Ec(key) => ec_blob(key)?,
        PublicKey::Ed448(_)
        | PublicKey::X25519(_)
        | PublicKey::X448(_)
        | PublicKey::Dh(_)
        | PublicKey::MlKem(_)
        | PublicKey::MlDsa(_)
        | PublicKey::SlhDsa(_) => {
            return Err(Error::value("format is invalid with this key"));
        }
    };
    let mut line = format!("{name} ").into_bytes();
    line.extend_from_slice(STANDARD.encode(blob).as_bytes());
    Ok(line)
}

/// Whether there are such keys in OpenSSH's formats.
pub(super) fn has_format(key: &PublicKey) -> bool {
    !matches!(
        key,
        PublicKey::Ed448(_)
            | PublicKey::X25519(_)
            | PublicKey::X448(_)
            | PublicKey::Dh(_)
            | PublicKey::MlKem(_)
            | PublicKey::MlDsa(_)
            | PublicKey::SlhDsa(_)
    )
}

fn rsa_blob(key: &rsa::PublicKey) -> Vec<u8> {
    let components = key.components();
    let mut blob = Vec::new();
    put_string(&mut blob, b"ssh-rsa");
    put_mpint(&mut blob, &components.e);
    put_mpint(&mut blob, &components.n);
    blob
}

fn dsa_blob(key: &dsa::PublicKey) -> Result<Vec<u8>> {
    if key.bits() != 1024 {
        return Err(Error::value("SSH supports only 1024 bit DSA keys"));
    }
    let dsa::PublicComponents { parameters, y } = key.components();
    let mut blob = Vec::new();
    put_string(&mut blob, b"ssh-dss");
    for number in [&parameters.p, &parameters.q, &parameters.g, &y] {
        put_mpint(&mut blob, number);
    }
    Ok(blob)
}

/// RFC 8709 §4.
fn ed25519_blob(key: &ed25519::PublicKey) -> Vec<u8> {
    let mut blob = Vec::new();
    put_string(&mut blob, b"ssh-ed25519");
    put_string(&mut blob, key.as_bytes());
    blob
}

fn ec_blob(key: &ec::PublicKey) -> Result<(&'static str, Vec<u8>)> {
    let (name, curve) = match key.curve() {
        ec::Curve::Secp256r1 => ("ecdsa-sha2-nistp256", "nistp256"),
        ec::Curve::Secp384r1 => ("ecdsa-sha2-nistp384", "nistp384"),
        ec::Curve::Secp521r1 => ("ecdsa-sha2-nistp521", "nistp521"),
        other => return Err(Error::value(format!("OpenSSH has no keys on the curve {}", other.name()))),
    };
    let mut blob = Vec::new();
    put_string(&mut blob, name.as_bytes());
    put_string(&mut blob, curve.as_bytes());
    put_string(&mut blob, &key.to_point(false));
    Ok((name, blob))
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
