//! Public keys as OpenSSH writes them on one line (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::wire::{Reader, invalid, put_integer, put_string};
use crate::asymmetric::{dsa, ec, ed25519, rsa};
use crate::error::Unsupported;
use crate::keys::PublicKey;
use crate::{Error, Result};

/// The names of the types of keys.
pub(super) const RSA: &str = "ssh-rsa";
pub(super) const DSS: &str = "ssh-dss";
pub(super) const ED25519: &str = "ssh-ed25519";

/// The curves of OpenSSH, with the names of their keys and their own (RFC 5656 §10.1).
const CURVES: [(ec::Curve, &str, &str); 3] = [
    (ec::Curve::Secp256r1, "ecdsa-sha2-nistp256", "nistp256"),
    (ec::Curve::Secp384r1, "ecdsa-sha2-nistp384", "nistp384"),
    (ec::Curve::Secp521r1, "ecdsa-sha2-nistp521", "nistp521"),
];

/// A public key's line, as it stands in `id_ed25519.pub` and, behind options, in `authorized_keys`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    kind: &'a str,
    blob: Vec<u8>,
    comment: &'a [u8],
}

impl<'a> Line<'a> {
    /// Reads the line: the type, the key in base64, and a comment if there is one.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is none, or names another type than the key.
    pub fn parse(line: &'a [u8]) -> Result<Self> {
        let (kind, rest) = word(line);
        let (text, comment) = word(rest);
        let kind = core::str::from_utf8(kind).map_err(|_| invalid("its type is not text"))?;
        if text.is_empty() {
            return Err(invalid("a public key is a type and the key itself, with a space between"));
        }
        let blob = STANDARD.decode(text).map_err(|_| invalid("it is not valid base64"))?;
        if Reader::new(&blob).string()? != kind.as_bytes() {
            return Err(invalid("it is of another type than it says"));
        }
        Ok(Self { kind, blob, comment })
    }

    /// Reads a line of `authorized_keys`, which may have options before the type.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse).
    pub fn parse_authorized(line: &'a [u8]) -> Result<Self> {
        let line = line.trim_ascii();
        let error = match Self::parse(line) {
            Ok(parsed) => return Ok(parsed),
            Err(error) => error,
        };
        // The options end at the first space outside quotation marks.
        let (mut quoted, mut escaped) = (false, false);
        let end = line.iter().position(|byte| {
            let quote = *byte == b'"' && !escaped;
            quoted ^= quote;
            escaped = *byte == b'\\' && quoted;
            !quoted && byte.is_ascii_whitespace()
        });
        end.and_then(|end| Self::parse(line[end..].trim_ascii_start()).ok()).ok_or(error)
    }

    /// The type of the key, `ssh-ed25519` for example.
    #[must_use]
    pub fn kind(&self) -> &'a str {
        self.kind
    }

    /// The encoded key.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// The comment after the key: often the owner's mail address. It may be any bytes.
    #[must_use]
    pub fn comment(&self) -> &'a [u8] {
        self.comment
    }

    /// The key.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is malformed, [`Error::Unsupported`] if its type is not known.
    pub fn key(&self) -> Result<PublicKey> {
        public_from_blob(&self.blob)
    }
}

/// Writes the line, without a comment and without an end of line.
///
/// # Errors
/// Those of [`public_to_blob`].
pub fn public_to_line(key: &PublicKey) -> Result<Vec<u8>> {
    let blob = public_to_blob(key)?;
    let mut line = Reader::new(&blob).string()?.to_vec();
    line.push(b' ');
    line.extend_from_slice(STANDARD.encode(blob).as_bytes());
    Ok(line)
}

/// The encoded key: what is in the line, in base64, and what fingerprints are made of.
///
/// # Errors
/// [`Error::InvalidValue`] for a DSA key with a p of other than 1024 bits, and for curves other
/// than P-256, P-384 and P-521: OpenSSH has no others.
pub fn public_to_blob(key: &PublicKey) -> Result<Vec<u8>> {
    key.to_ssh().unwrap_or_else(|| Err(Error::value("format is invalid with this key")))
}

/// Reads an encoded key.
pub(super) fn public_from_blob(blob: &[u8]) -> Result<PublicKey> {
    let mut reader = Reader::new(blob);
    let key = match reader.name()? {
        RSA => PublicKey::Rsa(read_rsa(&mut reader)?),
        DSS => PublicKey::Dsa(read_dsa(&mut reader)?),
        ED25519 => PublicKey::Ed25519(read_ed25519(&mut reader)?),
        kind => match curve_of(kind) {
            Some(curve) => PublicKey::Ec(read_ec(&mut reader, curve)?),
            None => return Err(unsupported(kind)),
        },
    };
    reader.finish()?;
    Ok(key)
}

/// The curve of keys of this type.
pub(super) fn curve_of(kind: &str) -> Option<ec::Curve> {
    CURVES.iter().find(|(_, name, _)| *name == kind).map(|(curve, ..)| *curve)
}

fn read_rsa(reader: &mut Reader<'_>) -> Result<rsa::PublicKey> {
    let e = reader.integer()?.to_vec();
    rsa::PublicKey::from_components(&rsa::PublicComponents { n: reader.integer()?.to_vec(), e })
}

pub(super) fn read_dsa(reader: &mut Reader<'_>) -> Result<dsa::PublicKey> {
    let mut number = || reader.integer().map(<[u8]>::to_vec);
    let parameters = dsa::ParameterComponents { p: number()?, q: number()?, g: number()? };
    let components = dsa::PublicComponents { parameters, y: number()? };
    let key = dsa::PublicKey::from_components(&components, dsa::Checks::Soundness)?;
    if key.bits() == DSA_BITS { Ok(key) } else { Err(dsa_size()) }
}

pub(super) fn read_ed25519(reader: &mut Reader<'_>) -> Result<ed25519::PublicKey> {
    ed25519::PublicKey::from_bytes(reader.string()?)
}

pub(super) fn read_ec(reader: &mut Reader<'_>, curve: ec::Curve) -> Result<ec::PublicKey> {
    let name = reader.string()?;
    if !CURVES.iter().any(|(known, _, own)| *known == curve && own.as_bytes() == name) {
        return Err(invalid("it names two different curves"));
    }
    let point = reader.string()?;
    match point.first() {
        Some(4) => ec::PublicKey::from_point(curve, point),
        Some(_) => Err(Error::unsupported(Unsupported::PointEncoding, "OpenSSH keys have uncompressed points only")),
        None => Err(invalid("its point is empty")),
    }
}

pub(super) fn unsupported(kind: &str) -> Error {
    Error::unsupported(Unsupported::PublicKeyAlgorithm, format!("OpenSSH keys of type {kind:?} are not supported"))
}

/// The first word, and what stands behind the spaces after it.
fn word(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
    (&line[..end], line[end..].trim_ascii())
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
        return Err(dsa_size());
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

fn dsa_size() -> Error {
    Error::value("SSH supports only 1024 bit DSA keys")
}
