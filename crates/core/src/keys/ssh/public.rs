//! Public keys as SSH encodes them (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4).

use std::borrow::Cow;

use super::text;
use super::wire::{Reader, invalid, put_integer, put_string};
use crate::asymmetric::{dsa, ec, ed25519, rsa};
use crate::error::{Allowed, Unsupported};
use crate::keys::PublicKey;
use crate::{Error, Result};

/// The names of the types of keys.
pub(super) const RSA: &str = "ssh-rsa";
pub(super) const DSS: &str = "ssh-dss";
pub(super) const ED25519: &str = "ssh-ed25519";
/// Those of keys in security keys (OpenSSH's PROTOCOL.u2f).
pub(super) const SK_ED25519: &str = "sk-ssh-ed25519@openssh.com";
pub(super) const SK_ECDSA: &str = "sk-ecdsa-sha2-nistp256@openssh.com";

/// The end of the type of a certified key.
const SUFFIX: &str = "-cert-v01@openssh.com";
/// The end of the types of keys in security keys.
const VENDOR: &str = "@openssh.com";

/// The curves of OpenSSH, with the names of their keys and their own (RFC 5656 §10.1).
const CURVES: [(ec::Curve, &str, &str); 3] = [
    (ec::Curve::Secp256r1, "ecdsa-sha2-nistp256", "nistp256"),
    (ec::Curve::Secp384r1, "ecdsa-sha2-nistp384", "nistp384"),
    (ec::Curve::Secp521r1, "ecdsa-sha2-nistp521", "nistp521"),
];

/// A public key of SSH's: the key, and of one in a security key its application.
#[derive(Debug, Clone)]
pub struct SshPublicKey {
    key: PublicKey,
    application: Option<Vec<u8>>,
}

impl SshPublicKey {
    /// A key that is not in a security key.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if SSH has no such keys: for a DSA key with a p of other than 1024
    /// bits, and for curves other than P-256, P-384 and P-521.
    pub fn new(key: PublicKey) -> Result<Self> {
        key.to_openssh_blob()?;
        Ok(Self { key, application: None })
    }

    /// Reads an encoded key: its type, then its parts.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is malformed, [`Error::Length`] if an Ed25519 key has not 32
    /// bytes, [`Error::Unsupported`] if its type is not known.
    pub fn from_blob(blob: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(blob);
        let kind = reader.name()?;
        let key = read(kind, &mut reader)?;
        reader.finish()?;
        Ok(key)
    }

    /// The encoded key: what is in the line, in base64, and what fingerprints are made of.
    ///
    /// # Panics
    /// Never: SSH has a form of every key that this type holds.
    #[must_use]
    pub fn to_blob(&self) -> Vec<u8> {
        let plain = self.key.to_openssh_blob().expect("checked when the key was made");
        let Some(application) = &self.application else { return plain };
        let mut blob = Vec::new();
        put_string(&mut blob, self.kind().as_bytes());
        blob.extend_from_slice(&plain[4 + plain_kind(&self.key).len()..]);
        put_string(&mut blob, application);
        blob
    }

    /// Writes the line, without a comment and without an end of line.
    #[must_use]
    pub fn to_line(&self) -> Vec<u8> {
        text::of_blob(self.kind(), &self.to_blob())
    }

    /// The type of the key, `ssh-ed25519` for example.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match (&self.key, &self.application) {
            (PublicKey::Ed25519(_), Some(_)) => SK_ED25519,
            (_, Some(_)) => SK_ECDSA,
            (key, None) => plain_kind(key),
        }
    }

    /// The key. Of one in a security key, what the device signs is not the message alone, so that
    /// only [`verify`](Self::verify) tells whether a signature is good.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Hands out the key.
    #[must_use]
    pub fn into_key(self) -> PublicKey {
        self.key
    }

    /// The fingerprint as `ssh-keygen -l` shows it: `SHA256:` and 43 letters.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        text::fingerprint(&self.to_blob())
    }

    /// The application of a key in a security key, `ssh:` for example; `None` for keys of files.
    #[must_use]
    pub fn application(&self) -> Option<&[u8]> {
        self.application.as_deref()
    }
}

impl PartialEq for SshPublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.to_blob() == other.to_blob()
    }
}

impl Eq for SshPublicKey {}

/// Writes the line, without a comment and without an end of line.
pub(in crate::keys) fn public_to_line(key: &PublicKey) -> Result<Vec<u8>> {
    Ok(text::of_blob(plain_kind(key), &key.to_openssh_blob()?))
}

/// Whether there are keys, or certificates, of this type.
pub(super) fn is_known(kind: &str) -> bool {
    let certified = certified(kind);
    let kind = certified.as_deref().unwrap_or(kind);
    [RSA, DSS, ED25519, SK_ED25519, SK_ECDSA].contains(&kind) || curve_of(kind).is_some()
}

/// The type of the key in a certificate of type `kind`. `None` if that is no type of certificate.
pub(super) fn certified(kind: &str) -> Option<String> {
    let kind = kind.strip_suffix(SUFFIX)?;
    Some(if kind.starts_with("sk-") { format!("{kind}{VENDOR}") } else { kind.to_owned() })
}

/// The type of certificates for keys of type `kind`.
pub(super) fn certificate_kind(kind: &str) -> String {
    format!("{}{SUFFIX}", kind.strip_suffix(VENDOR).unwrap_or(kind))
}

/// Reads the parts of a key of this type.
pub(super) fn read(kind: &str, reader: &mut Reader<'_>) -> Result<SshPublicKey> {
    let key = match kind {
        RSA => PublicKey::Rsa(read_rsa(reader)?),
        DSS => PublicKey::Dsa(read_dsa(reader)?),
        ED25519 | SK_ED25519 => PublicKey::Ed25519(read_ed25519(reader)?),
        SK_ECDSA => PublicKey::Ec(read_ec(reader, ec::Curve::Secp256r1)?),
        kind => match curve_of(kind) {
            Some(curve) => PublicKey::Ec(read_ec(reader, curve)?),
            None => return Err(unsupported(kind)),
        },
    };
    let application = match kind {
        SK_ED25519 | SK_ECDSA => Some(read_application(reader)?.to_vec()),
        _ => None,
    };
    Ok(SshPublicKey { key, application })
}

/// The application of a key in a security key (OpenSSH's PROTOCOL.u2f).
pub(super) fn read_application<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8]> {
    let application = reader.string()?;
    if !application.starts_with(b"ssh:") {
        return Err(reader.invalid("the application of its security key does not begin with ssh:"));
    }
    Ok(application)
}

/// The type of a key that is not in a security key. Empty for keys that SSH has not.
fn plain_kind(key: &PublicKey) -> &'static str {
    match key {
        PublicKey::Rsa(_) => RSA,
        PublicKey::Dsa(_) => DSS,
        PublicKey::Ed25519(_) => ED25519,
        PublicKey::Ec(key) => CURVES.iter().find(|(curve, ..)| *curve == key.curve()).map_or("", |(_, kind, _)| kind),
        _ => "",
    }
}

/// The curve of keys of this type.
pub(super) fn curve_of(kind: &str) -> Option<ec::Curve> {
    CURVES.iter().find(|(_, name, _)| *name == kind).map(|(curve, ..)| *curve)
}

fn read_rsa(reader: &mut Reader<'_>) -> Result<rsa::PublicKey> {
    let e = reader.integer()?.to_vec();
    rsa::PublicKey::from_components(&rsa::PublicComponents { n: reader.integer()?.to_vec(), e })
}

fn read_dsa(reader: &mut Reader<'_>) -> Result<dsa::PublicKey> {
    dsa_of_fields(&[reader.integer()?, reader.integer()?, reader.integer()?, reader.integer()?])
}

/// The key of the numbers p, q, g and y.
pub(super) fn dsa_of_fields(fields: &[&[u8]]) -> Result<dsa::PublicKey> {
    let number = |at: usize| fields[at].to_vec();
    let parameters = dsa::ParameterComponents { p: number(0), q: number(1), g: number(2) };
    let components = dsa::PublicComponents { parameters, y: number(3) };
    let key = dsa::PublicKey::from_components(&components, dsa::Checks::Soundness)?;
    if key.bits() == DSA_BITS { Ok(key) } else { Err(dsa_size(key.bits())) }
}

fn read_ed25519(reader: &mut Reader<'_>) -> Result<ed25519::PublicKey> {
    ed25519::PublicKey::from_bytes(reader.string()?)
}

fn read_ec(reader: &mut Reader<'_>, curve: ec::Curve) -> Result<ec::PublicKey> {
    let [_, point] = ec_fields(curve, reader)?;
    ec::PublicKey::from_point(curve, point)
}

/// The name of the curve and the point, which is uncompressed.
pub(super) fn ec_fields<'a>(curve: ec::Curve, reader: &mut Reader<'a>) -> Result<[&'a [u8]; 2]> {
    let name = reader.string()?;
    if !CURVES.iter().any(|(known, _, own)| *known == curve && own.as_bytes() == name) {
        return Err(invalid("it names two different curves"));
    }
    let point = reader.string()?;
    match point.first() {
        Some(4) => Ok([name, point]),
        Some(_) => Err(Error::unsupported(Unsupported::PointEncoding, "OpenSSH keys have uncompressed points only")),
        None => Err(invalid("its point is empty")),
    }
}

pub(super) fn unsupported(kind: &str) -> Error {
    unsupported_text(format!("Unsupported key type: {kind:?}"))
}

pub(super) fn unsupported_text(message: impl Into<Cow<'static, str>>) -> Error {
    Error::unsupported(Unsupported::Ssh, message)
}

pub(in crate::keys) fn rsa_blob(key: &rsa::PublicKey) -> Vec<u8> {
    let components = key.components();
    let mut blob = Vec::new();
    put_string(&mut blob, RSA.as_bytes());
    put_integer(&mut blob, &components.e);
    put_integer(&mut blob, &components.n);
    blob
}

pub(in crate::keys) fn dsa_blob(key: &dsa::PublicKey) -> Result<Vec<u8>> {
    if key.bits() != DSA_BITS {
        return Err(dsa_size(key.bits()));
    }
    let dsa::PublicComponents { parameters, y } = key.components();
    let mut blob = Vec::new();
    put_string(&mut blob, DSS.as_bytes());
    for number in [&parameters.p, &parameters.q, &parameters.g, &y] {
        put_integer(&mut blob, number);
    }
    Ok(blob)
}

/// RFC 8709 §4.
pub(in crate::keys) fn ed25519_blob(key: &ed25519::PublicKey) -> Vec<u8> {
    let mut blob = Vec::new();
    put_string(&mut blob, ED25519.as_bytes());
    put_string(&mut blob, key.as_bytes());
    blob
}

pub(in crate::keys) fn ec_blob(key: &ec::PublicKey) -> Result<Vec<u8>> {
    let known = CURVES.iter().find(|(curve, ..)| *curve == key.curve());
    let (_, name, curve) =
        known.ok_or_else(|| Error::value(format!("OpenSSH has no keys on the curve {}", key.curve().name())))?;
    let mut blob = Vec::new();
    put_string(&mut blob, name.as_bytes());
    put_string(&mut blob, curve.as_bytes());
    put_string(&mut blob, &key.to_point(false));
    Ok(blob)
}

/// The length in bits of p, the only one that OpenSSH has (RFC 4253 §6.6).
const DSA_BITS: usize = 1024;

fn dsa_size(got: usize) -> Error {
    Error::KeySize { algorithm: "DSA", got, allowed: Allowed::Exactly(DSA_BITS as u64) }
}
