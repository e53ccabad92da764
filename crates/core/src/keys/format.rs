//! Which encodings, formats and encryptions go together.

use zeroize::Zeroizing;

use super::{Parameters, PrivateKey, PublicKey, dh, pem, pkcs8, spki, ssh, traditional};
use crate::{Error, Result};

/// How a format is put into bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Text: base64 between `BEGIN` and `END` lines.
    Pem,
    /// Binary: the distinguished encoding of ASN.1.
    Der,
    /// OpenSSH's own.
    OpenSsh,
    /// The key's bytes and nothing else.
    Raw,
    /// ANSI X9.62 points of elliptic curves.
    X962,
    /// S/MIME messages.
    Smime,
}

/// The structure of a private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrivateFormat {
    /// PKCS#8, for keys of all types.
    Pkcs8,
    /// The structure of the key's own standard: PKCS#1 for RSA, SEC 1 for elliptic curves.
    TraditionalOpenSsl,
    /// The key's bytes and nothing else.
    Raw,
    /// OpenSSH's own.
    OpenSsh,
    /// PKCS#12, which holds a key together with its certificates.
    Pkcs12,
}

/// The structure of a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PublicFormat {
    /// `SubjectPublicKeyInfo`, for keys of all types.
    SubjectPublicKeyInfo,
    /// PKCS#1, for RSA keys.
    Pkcs1,
    /// OpenSSH's line.
    OpenSsh,
    /// The key's bytes and nothing else.
    Raw,
    /// A point with one coordinate and a sign.
    CompressedPoint,
    /// A point with both coordinates.
    UncompressedPoint,
}

/// How a private key is encrypted.
#[derive(Clone, Copy)]
pub enum Encryption<'a> {
    /// Not at all.
    None,
    /// Under this password, with the best that the format offers. Which that is may change from
    /// release to release.
    BestAvailable(&'a [u8]),
    /// Under this password, with this many rounds of OpenSSH's key derivation. For that format
    /// only.
    OpenSsh {
        /// The password.
        password: &'a [u8],
        /// The rounds of bcrypt-pbkdf, at least one. Each takes some milliseconds.
        rounds: u32,
    },
}

impl Encryption<'_> {
    fn rounds(self) -> Option<u32> {
        match self {
            Self::OpenSsh { rounds, .. } => Some(rounds),
            Self::None | Self::BestAvailable(_) => None,
        }
    }
}

/// The longest password in bytes that keys are written under: more is not portable.
pub const MAX_PASSWORD_LEN: usize = 1023;

pub(super) fn private_to_bytes(
    key: &PrivateKey,
    encoding: Encoding,
    format: PrivateFormat,
    encryption: Encryption<'_>,
) -> Result<Zeroizing<Vec<u8>>> {
    let password = match encryption {
        Encryption::None => None,
        Encryption::BestAvailable(password) | Encryption::OpenSsh { password, .. } => Some(checked(password)?),
    };
    if matches!(encryption, Encryption::OpenSsh { .. }) && format != PrivateFormat::OpenSsh {
        return Err(Error::value("the encryption is one of OpenSSH's, and the format is another"));
    }
    if let Some(raw) = key.raw()
        && (format == PrivateFormat::Raw || encoding == Encoding::Raw)
    {
        return match (format, encoding, password) {
            (PrivateFormat::Raw, Encoding::Raw, None) => Ok(raw),
            _ => Err(Error::value(
                "raw bytes are neither encoded nor encrypted: ask for the raw encoding and the raw format without a password",
            )),
        };
    }
    if let Some(alone) = key.x509_alone()
        && format != PrivateFormat::Pkcs8
    {
        return Err(Error::value(alone.private));
    }
    match (format, encoding, password) {
        (PrivateFormat::OpenSsh, ..) if key.public_key().to_ssh().is_none() => Err(invalid_format()),
        (PrivateFormat::Pkcs8, _, None) => pem_or_der(encoding, pkcs8::LABEL, pkcs8::private_to_der(key)?),
        (PrivateFormat::Pkcs8, Encoding::Pem | Encoding::Der, Some(password)) => {
            let der = Zeroizing::new(pkcs8::encrypt(&pkcs8::private_to_der(key)?, password)?);
            pem_or_der(encoding, pkcs8::ENCRYPTED_LABEL, der)
        }
        (PrivateFormat::Pkcs8, ..) => Err(not_pem_or_der()),
        (PrivateFormat::TraditionalOpenSsl, Encoding::Pem | Encoding::Der, _) => {
            traditional_to_bytes(key, encoding, password)
        }
        (PrivateFormat::OpenSsh, Encoding::Pem, password) => {
            let rounds = encryption.rounds().unwrap_or(ssh::DEFAULT_ROUNDS);
            ssh::private_to_pem(key, b"", password.map(|password| (password, rounds)))
        }
        (PrivateFormat::OpenSsh, ..) => {
            Err(Error::value("OpenSSH private key format can only be used with PEM encoding"))
        }
        _ => Err(invalid_format()),
    }
}

fn checked(password: &[u8]) -> Result<&[u8]> {
    match password.len() {
        0 => Err(Error::value("Password must be 1 or more bytes.")),
        1..=MAX_PASSWORD_LEN => Ok(password),
        len => Err(Error::value(format!(
            "the password has {len} bytes, and keys are written under at most {MAX_PASSWORD_LEN}: more is not portable"
        ))),
    }
}

pub(super) fn public_to_bytes(key: &PublicKey, encoding: Encoding, format: PublicFormat) -> Result<Vec<u8>> {
    if let Some(raw) = key.raw()
        && (format == PublicFormat::Raw || encoding == Encoding::Raw)
    {
        return match (format, encoding) {
            (PublicFormat::Raw, Encoding::Raw) => Ok(raw),
            _ => Err(Error::value("When using Raw both encoding and format must be Raw")),
        };
    }
    if let Some(alone) = key.x509_alone()
        && format != PublicFormat::SubjectPublicKeyInfo
    {
        return Err(Error::value(alone.public));
    }
    match format {
        PublicFormat::SubjectPublicKeyInfo => pem_or_der_public(encoding, spki::LABEL, || spki::public_to_der(key)),
        PublicFormat::Pkcs1 => {
            let (label, der) = key.to_pkcs1()?.ok_or_else(invalid_format)?;
            pem_or_der_public(encoding, label, || Ok(der))
        }
        PublicFormat::CompressedPoint | PublicFormat::UncompressedPoint if encoding == Encoding::X962 => {
            key.to_point(format == PublicFormat::CompressedPoint).ok_or_else(invalid_format)
        }
        PublicFormat::OpenSsh if key.to_ssh().is_none() => Err(invalid_format()),
        PublicFormat::OpenSsh if encoding == Encoding::OpenSsh => ssh::public_to_line(key),
        PublicFormat::OpenSsh => Err(Error::value("OpenSSH format must be used with OpenSSH encoding")),
        _ => Err(invalid_format()),
    }
}

pub(super) fn parameters_to_bytes(parameters: &Parameters, encoding: Encoding) -> Result<Vec<u8>> {
    let Parameters::Dh(parameters) = parameters;
    let (label, der) = dh::parameters_to_der(parameters)?;
    pem_or_der_public(encoding, label, || Ok(der))
}

fn traditional_to_bytes(key: &PrivateKey, encoding: Encoding, password: Option<&[u8]>) -> Result<Zeroizing<Vec<u8>>> {
    let Some((label, der)) = key.to_traditional()? else { return Err(invalid_format()) };
    match password {
        Some(_) if encoding == Encoding::Der => {
            Err(Error::value("Encryption is not supported for DER encoded traditional OpenSSL keys"))
        }
        Some(password) => traditional::encrypt(label, &der, password),
        None => pem_or_der(encoding, label, der),
    }
}

fn pem_or_der(encoding: Encoding, label: &str, der: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>> {
    match encoding {
        Encoding::Pem => Ok(pem::encode(label, &[], &der)),
        Encoding::Der => Ok(der),
        _ => Err(not_pem_or_der()),
    }
}

fn pem_or_der_public(encoding: Encoding, label: &str, der: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    match encoding {
        Encoding::Pem => Ok(core::mem::take(&mut *pem::encode(label, &[], &der()?))),
        Encoding::Der => der(),
        _ => Err(not_pem_or_der()),
    }
}

fn invalid_format() -> Error {
    Error::value("format is invalid with this key")
}

fn not_pem_or_der() -> Error {
    Error::WrongType("the encoding must be DER or PEM: this format has no other".into())
}
