//! Private keys with their algorithm, encrypted or not: PKCS#8 (RFC 5208; RFC 5958 for the later
//! version).

use zeroize::Zeroizing;

use super::der::{self, AlgorithmIdentifier};
use super::{PrivateKey, incorrect_password, password_needed, pbes, unsupported_key};
use crate::asymmetric::rsa::Checks;
use crate::error::Allowed;
use crate::oid::ObjectIdentifier;
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// The label of an unencrypted key's PEM block.
pub const LABEL: &str = "PRIVATE KEY";
/// The label of an encrypted key's PEM block.
pub const ENCRYPTED_LABEL: &str = "ENCRYPTED PRIVATE KEY";

impl PrivateKey {
    /// Reads PKCS #8: a `PrivateKeyInfo` of either version in DER, not encrypted. Checks RSA keys
    /// as `checks` says. A public key in it (RFC 5958 §2) has to be that of the private one.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the structure is another or the key is not valid,
    /// [`Error::Unsupported`] if the algorithm is not known.
    #[wipes_stack(deep)]
    pub fn from_pkcs8_der(der: &[u8], checks: Checks) -> Result<Self> {
        let info: PrivateKeyInfo<'_> = der::parse(der)?;
        let public_key = info.public_key()?;
        let key = info.private_key(checks)?;
        match public_key {
            Some((algorithm, octets)) if !key.has_public_half(algorithm, octets)? => {
                Err(Error::value("Invalid key: the public key in the PKCS#8 structure belongs to another private key"))
            }
            _ => Ok(key),
        }
    }
}

/// Decrypts an `EncryptedPrivateKeyInfo` to the DER of the `PrivateKeyInfo` in it.
///
/// # Errors
/// [`Error::InvalidValue`] if the structure is another, or the work that the file demands is
/// absurd. A wrong password and damaged contents are one error, [`Error::IncorrectPassword`].
/// [`Error::PasswordRequired`] if there is none; an empty one counts as none.
#[wipes_stack(deep)]
pub fn decrypt(der: &[u8], password: Option<&[u8]>) -> Result<Zeroizing<Vec<u8>>> {
    let info: EncryptedPrivateKeyInfo<'_> = der::parse(der)?;
    let decrypted = pbes::decrypt(&info.algorithm, Some(password_needed(password)?), info.data)?;
    if is_private_key_info(&decrypted) { Ok(decrypted) } else { Err(incorrect_password()) }
}

/// How an `EncryptedPrivateKeyInfo` is encrypted, without decrypting it.
///
/// # Errors
/// [`Error::InvalidValue`] if the structure is another, or the encryption is not known.
pub fn encryption(der: &[u8]) -> Result<pbes::Description> {
    let info: EncryptedPrivateKeyInfo<'_> = der::parse(der)?;
    pbes::describe(&info.algorithm)
}

/// Encrypts the DER of a `PrivateKeyInfo` to that of an `EncryptedPrivateKeyInfo`: PBES2 with
/// PBKDF2-HMAC-SHA-256, [`pbes::ITERATIONS`] rounds over a random salt of 16 bytes, and
/// AES-256-CBC.
///
/// # Errors
/// [`Error::OutOfMemory`].
#[wipes_stack(deep)]
pub fn encrypt(info: &[u8], password: &[u8]) -> Result<Vec<u8>> {
    encrypt_with(pbes::Scheme::Pbes2Sha256Aes256 { iterations: pbes::ITERATIONS }, info, password)
}

/// Encrypts like [`encrypt`], by the scheme of choice.
///
/// # Errors
/// As [`pbes::encrypt`].
#[wipes_stack(deep)]
pub fn encrypt_with(scheme: pbes::Scheme, info: &[u8], password: &[u8]) -> Result<Vec<u8>> {
    let pbes::Encrypted { algorithm, data } = pbes::encrypt(scheme, password, info)?;
    der::sequence(|writer| {
        der::write_element(writer, &algorithm)?;
        writer.write_element(&&*data)
    })
}

/// Whether `der` is a `PrivateKeyInfo`, whatever the key in it.
pub(super) fn is_private_key_info(der: &[u8]) -> bool {
    der::parse::<PrivateKeyInfo<'_>>(der).is_ok()
}

#[derive(asn1::Asn1Read)]
struct PrivateKeyInfo<'a> {
    version: u8,
    algorithm: AlgorithmIdentifier<'a>,
    key: &'a [u8],
    #[implicit(0)]
    _attributes: Option<asn1::SetOf<'a, Attribute<'a>>>,
    /// A later addition (RFC 5958 §2), with version 1.
    #[implicit(1)]
    public_key: Option<asn1::BitString<'a>>,
    /// The same under a tag of its own: what ring wrote before its release 0.17.
    #[explicit(1)]
    wrapped_public_key: Option<asn1::BitString<'a>>,
}

impl<'a> PrivateKeyInfo<'a> {
    /// The public key, if the structure is of the version that can have one and has it.
    fn public_key(&self) -> Result<Option<(&AlgorithmIdentifier<'a>, &[u8])>> {
        let key = match (self.version, &self.public_key, &self.wrapped_public_key) {
            (0 | 1, None, None) => return Ok(None),
            (1, Some(key), None) | (1, None, Some(key)) => key,
            (0, ..) => {
                return Err(Error::value("Invalid key: PKCS#8 of the first version (0) cannot hold a public key"));
            }
            (1, ..) => return Err(Error::value("Invalid key: the PKCS#8 structure holds two public keys")),
            (other, ..) => {
                let known = Allowed::OneOf(&[0, 1]);
                return Err(Error::Version { what: "a PKCS#8 structure", got: other.into(), known });
            }
        };
        if key.padding_bits() != 0 {
            return Err(Error::value("Invalid key: the public key is not a whole number of bytes"));
        }
        Ok(Some((&self.algorithm, key.as_bytes())))
    }

    fn private_key(&self, checks: Checks) -> Result<PrivateKey> {
        PrivateKey::from_info(&self.algorithm, self.key, checks)
            .unwrap_or_else(|| Err(unsupported_key(&self.algorithm.oid)))
    }
}

#[derive(asn1::Asn1Read)]
struct Attribute<'a> {
    _oid: ObjectIdentifier,
    _values: asn1::SetOf<'a, asn1::Tlv<'a>>,
}

#[derive(asn1::Asn1Read)]
struct EncryptedPrivateKeyInfo<'a> {
    algorithm: AlgorithmIdentifier<'a>,
    data: &'a [u8],
}
