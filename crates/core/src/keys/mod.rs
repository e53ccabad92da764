//! The formats in which keys travel: PEM, DER, PKCS#1, PKCS#8, SEC 1, SubjectPublicKeyInfo,
//! traditional OpenSSL.
//!
//! One file stands for one format. [`PrivateKey`] and [`PublicKey`] hold a key of any type; they
//! read whatever format a file turns out to be in, and have a call for each that they write:
//! [`PrivateKey::to_pkcs8_pem`], [`PublicKey::to_spki_der`] and so on.
//!
//! ```
//! # fn main() -> ironlatch::Result<()> {
//! use ironlatch::asymmetric::rsa::{self, Checks};
//! use ironlatch::keys::PrivateKey;
//!
//! let key = PrivateKey::Rsa(rsa::PrivateKey::generate(2048, 65537)?);
//! let text = key.to_encrypted_pkcs8_pem(b"a long password")?;
//! assert!(text.starts_with(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
//!
//! let again = PrivateKey::from_pem(&text, Some(b"a long password"), Checks::Full)?;
//! assert!(PrivateKey::from_pem(&text, Some(b"another"), Checks::Full).is_err());
//! # Ok(())
//! # }
//! ```

#![allow(clippy::result_large_err)] // The size of `asn1::ParseError` is that crate's choice, and its derives return it.

#[doc(hidden)] // For the crates of formats above this one.
pub mod der;
mod forms;
mod kind;
mod post_quantum;
mod raw;
mod writing;

pub mod dh;
pub mod dsa;
pub mod jwk;
pub mod label;
pub mod pbes;
pub mod pbmac;
pub mod pem;
pub mod pkcs1;
pub mod pkcs12_kdf;
pub mod pkcs8;
pub mod sec1;
pub mod spki;
pub mod ssh;
pub mod traditional;

use crate::asymmetric::rsa::Checks;
use crate::asymmetric::{dh as dh_keys, dsa as dsa_keys, ec, rsa};
use crate::error::Unsupported;
use crate::oid::ObjectIdentifier;
use crate::secret::wipes_stack;
use crate::{Error, Result};

pub use crate::asymmetric::dss_signature;
pub use kind::{PrivateKey, PublicKey};
pub use writing::{MAX_PASSWORD_LEN, check_password_len};

impl PrivateKey {
    /// Reads the first private key in PEM text: PKCS#8 or traditional, encrypted or not. RSA keys
    /// are checked as `checks` says.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there is no such key, or it is not valid; [`Error::Length`] if a
    /// key of a fixed length has another; [`Error::IncorrectPassword`];
    /// [`Error::PasswordRequired`] or [`Error::PasswordNotNeeded`] if the key is encrypted or is
    /// not; [`Error::MislabelledPem`] if the block's label does not fit its contents;
    /// [`Error::Unsupported`] if the type of key is not known.
    #[wipes_stack(deep)]
    pub fn from_pem(text: &[u8], password: Option<&[u8]>, checks: Checks) -> Result<Self> {
        let missing = if pem::blocks(text).flatten().any(|block| block.label() == OPENSSH_LABEL.as_bytes()) {
            "Valid PEM but no BEGIN/END delimiters for a private key found: this key is in OpenSSH's own format, which \
             load_ssh_private_key reads"
        } else {
            "Valid PEM but no BEGIN/END delimiters for a private key found. Are you sure this is a private key?"
        };
        let is_private = |label: &[u8]| PRIVATE_LABELS.iter().any(|known| known.as_bytes() == label);
        let block = pem::find(text, is_private, missing)?;
        let encrypted = traditional::is_encrypted(&block)?;
        let (der, password) = if encrypted {
            (traditional::decrypt(&block, password_needed(password)?)?, None)
        } else {
            (block.decode()?, password)
        };
        let key = match block.label() {
            b"PRIVATE KEY" => Self::from_pkcs8_der(&der, checks),
            b"ENCRYPTED PRIVATE KEY" => {
                return Self::from_encrypted(&der, password, checks)
                    .map_err(|error| label::explain(error, &block, &der));
            }
            b"RSA PRIVATE KEY" => rsa::PrivateKey::from_pkcs1_der(&der, checks).map(Self::Rsa),
            b"EC PRIVATE KEY" => ec::PrivateKey::from_sec1_der(&der).map(Self::Ec),
            _ => dsa_keys::PrivateKey::from_traditional_der(&der).map(Self::Dsa),
        };
        match key {
            Ok(key) => no_password_needed(password).map(|()| key),
            // What the wrong password decrypts to can have a valid padding by chance.
            Err(error) if error.is_wrong_value() && encrypted && der::outline(&der).is_err() => {
                Err(incorrect_password())
            }
            Err(error) => Err(label::explain(error, &block, &der)),
        }
    }

    /// Reads a private key from DER: PKCS#8, encrypted or not, or traditional. RSA keys are checked
    /// as `checks` says.
    ///
    /// # Errors
    /// As for [`from_pem`](Self::from_pem).
    #[wipes_stack(deep)]
    pub fn from_der(der: &[u8], password: Option<&[u8]>, checks: Checks) -> Result<Self> {
        let key = match der::outline(der)? {
            der::Outline::EncryptedPrivateKeyInfo => return Self::from_encrypted(der, password, checks),
            der::Outline::SubjectPublicKeyInfo | der::Outline::Integers(pkcs1::PUBLIC_ELEMENTS) => {
                return Err(Error::value(
                    "could not read the key: this is a public key, and the call reads private ones",
                ));
            }
            der::Outline::PrivateKeyInfo => Self::from_pkcs8_der(der, checks),
            der::Outline::Integers(dsa::ELEMENTS) => dsa_keys::PrivateKey::from_traditional_der(der).map(Self::Dsa),
            der::Outline::Integers(_) => rsa::PrivateKey::from_pkcs1_der(der, checks).map(Self::Rsa),
            der::Outline::EcPrivateKey => ec::PrivateKey::from_sec1_der(der).map(Self::Ec),
        }?;
        no_password_needed(password).map(|()| key)
    }

    fn from_encrypted(der: &[u8], password: Option<&[u8]>, checks: Checks) -> Result<Self> {
        Self::from_pkcs8_der(&pkcs8::decrypt(der, password)?, checks)
    }
}

impl PublicKey {
    /// Reads the first public key in PEM text: SubjectPublicKeyInfo or PKCS#1. Blocks of other
    /// things are skipped.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there is none or it is not valid, [`Error::Length`] if a key of a
    /// fixed length has another, [`Error::MislabelledPem`] if the block's label does not fit its
    /// contents, [`Error::Unsupported`] if the key's type is not known.
    pub fn from_pem(text: &[u8]) -> Result<Self> {
        let block = pem::find(
            text,
            |label| label == spki::LABEL.as_bytes() || label == pkcs1::PUBLIC_LABEL.as_bytes(),
            "Valid PEM but no BEGIN PUBLIC KEY/END PUBLIC KEY delimiters. Are you sure this is a public key?",
        )?;
        let der = block.decode()?;
        // Some tools write a SubjectPublicKeyInfo under the label of PKCS#1, so that label only
        // promises RSA.
        let key = if block.label() == pkcs1::PUBLIC_LABEL.as_bytes() {
            match rsa::PublicKey::from_pkcs1_der(&der) {
                Err(error) => match Self::from_spki_der(&der) {
                    Ok(key @ Self::Rsa(_)) => Ok(key),
                    _ => Err(error),
                },
                key => key.map(Self::Rsa),
            }
        } else {
            Self::from_spki_der(&der)
        };
        key.map_err(|error| label::explain(error, &block, &der))
    }

    /// Reads a public key from DER: SubjectPublicKeyInfo or PKCS#1.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is neither or the key is not valid, [`Error::Length`] if a key
    /// of a fixed length has another, [`Error::Unsupported`] if its type is not known.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        match der::outline(der) {
            Ok(der::Outline::Integers(pkcs1::PUBLIC_ELEMENTS)) => rsa::PublicKey::from_pkcs1_der(der).map(Self::Rsa),
            Ok(der::Outline::SubjectPublicKeyInfo) | Err(_) => Self::from_spki_der(der),
            Ok(_) => Err(Error::value("could not read the key: this is a private key, and the call reads public ones")),
        }
    }
}

/// Parameters that keys of one group share.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Parameters {
    /// A Diffie-Hellman group.
    Dh(dh_keys::Parameters),
}

impl Parameters {
    /// Reads the parameters in the first block of PEM text: PKCS #3 or X9.42.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there are none, or they are no group.
    pub fn from_pem(text: &[u8]) -> Result<Self> {
        let block = pem::find(
            text,
            |label| label == dh::PKCS3_LABEL.as_bytes() || label == dh::X942_LABEL.as_bytes(),
            "Valid PEM but no BEGIN DH PARAMETERS/END DH PARAMETERS delimiters. Are you sure this is a DH parameters?",
        )?;
        if block.label() == dh::PKCS3_LABEL.as_bytes() {
            dh::parameters_from_pkcs3(&block.decode()?).map(Self::Dh)
        } else {
            dh::parameters_from_x942(&block.decode()?).map(Self::Dh)
        }
    }

    /// Reads parameters from DER: PKCS #3 or X9.42. The two look alike; a third number is PKCS #3's
    /// length of private numbers if it is far too small for X9.42's q.
    ///
    /// # Errors
    /// As for [`from_pem`](Self::from_pem).
    pub fn from_der(der: &[u8]) -> Result<Self> {
        dh::parameters_from_der(der).map(Self::Dh)
    }
}

/// The label of a private key in OpenSSH's own format, which is no DER.
const OPENSSH_LABEL: &str = "OPENSSH PRIVATE KEY";

/// The labels of blocks that hold a private key.
const PRIVATE_LABELS: [&str; 5] =
    [pkcs8::LABEL, pkcs8::ENCRYPTED_LABEL, pkcs1::PRIVATE_LABEL, sec1::LABEL, dsa::PRIVATE_LABEL];

/// The password of a key that is encrypted. An empty one counts as none.
fn password_needed(password: Option<&[u8]>) -> Result<&[u8]> {
    password.filter(|password| !password.is_empty()).ok_or(Error::PasswordRequired)
}

fn no_password_needed(password: Option<&[u8]>) -> Result<()> {
    match password {
        None => Ok(()),
        Some(_) => Err(Error::PasswordNotNeeded),
    }
}

/// For everything that a wrong password leads to, so that nothing is told about how it was wrong.
fn incorrect_password() -> Error {
    Error::IncorrectPassword
}

fn unsupported_key(oid: &ObjectIdentifier) -> Error {
    unsupported(&format!("keys of type {oid}"))
}

fn unsupported(what: &str) -> Error {
    Error::unsupported(Unsupported::PublicKeyAlgorithm, format!("{what} are not supported"))
}
