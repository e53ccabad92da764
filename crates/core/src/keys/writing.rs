//! Writing keys: a call for each structure and encoding.

use zeroize::Zeroizing;

use super::{Parameters, PrivateKey, PublicKey, dh, pem, pkcs8, spki, ssh, traditional};
use crate::error::{Allowed, Input};
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// The longest password in bytes that keys are written under: more is not portable.
pub const MAX_PASSWORD_LEN: usize = 1023;

impl PrivateKey {
    /// Writes PKCS #8: a `PrivateKeyInfo` in DER (RFC 5208 §5).
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    #[wipes_stack(deep)]
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>> {
        self.to_info()
    }

    /// Writes PKCS #8 as PEM text: `-----BEGIN PRIVATE KEY-----`.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    #[wipes_stack(deep)]
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<Vec<u8>>> {
        Ok(pem::encode(pkcs8::LABEL, &[], &self.to_info()?))
    }

    /// Writes PKCS #8 encrypted under `password`: an `EncryptedPrivateKeyInfo` in DER, as
    /// [`pkcs8::encrypt`] makes it.
    ///
    /// # Errors
    /// [`Error::Length`] unless the password has 1 to [`MAX_PASSWORD_LEN`] bytes.
    #[wipes_stack(deep)]
    pub fn to_encrypted_pkcs8_der(&self, password: &[u8]) -> Result<Vec<u8>> {
        pkcs8::encrypt(&self.to_info()?, checked(password)?)
    }

    /// Writes PKCS #8 encrypted under `password` as PEM text:
    /// `-----BEGIN ENCRYPTED PRIVATE KEY-----`.
    ///
    /// # Errors
    /// As [`to_encrypted_pkcs8_der`](Self::to_encrypted_pkcs8_der).
    pub fn to_encrypted_pkcs8_pem(&self, password: &[u8]) -> Result<Vec<u8>> {
        Ok(pem_text(pkcs8::ENCRYPTED_LABEL, &self.to_encrypted_pkcs8_der(password)?))
    }

    /// Writes the structure of the key's own standard in DER: PKCS #1 for RSA, SEC 1 for elliptic
    /// curves, OpenSSL's for DSA.
    ///
    /// # Errors
    /// [`Error::NoSuchFormat`] for keys of other types.
    #[wipes_stack(deep)]
    pub fn to_traditional_der(&self) -> Result<Zeroizing<Vec<u8>>> {
        self.traditional().map(|(_, der)| der)
    }

    /// Writes what [`to_traditional_der`](Self::to_traditional_der) writes as PEM text:
    /// `-----BEGIN RSA PRIVATE KEY-----`, for example.
    ///
    /// # Errors
    /// As [`to_traditional_der`](Self::to_traditional_der).
    #[wipes_stack(deep)]
    pub fn to_traditional_pem(&self) -> Result<Zeroizing<Vec<u8>>> {
        self.traditional().map(|(label, der)| pem::encode(label, &[], &der))
    }

    /// Writes what [`to_traditional_der`](Self::to_traditional_der) writes as PEM text that is
    /// encrypted in OpenSSL's old way, under a single pass of MD5 over the password. Write
    /// [`to_encrypted_pkcs8_pem`](Self::to_encrypted_pkcs8_pem) instead, unless the reader has only
    /// this.
    ///
    /// # Errors
    /// As [`to_traditional_der`](Self::to_traditional_der); [`Error::Length`] unless the password
    /// has 1 to [`MAX_PASSWORD_LEN`] bytes.
    #[wipes_stack(deep)]
    pub fn to_encrypted_traditional_pem(&self, password: &[u8]) -> Result<Vec<u8>> {
        let password = checked(password)?;
        let (label, der) = self.traditional()?;
        traditional::encrypt(label, &der, password)
    }

    /// Writes OpenSSH's own format as text, with a comment: `-----BEGIN OPENSSH PRIVATE KEY-----`.
    ///
    /// # Errors
    /// [`Error::NoSuchFormat`] or [`Error::InvalidValue`] if OpenSSH has no such keys.
    pub fn to_openssh_pem(&self, comment: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        ssh::private_to_pem(self, comment, None)
    }

    /// Writes OpenSSH's own format as text, with a comment, encrypted under `password` after
    /// `rounds` of bcrypt-pbkdf: [`ssh::DEFAULT_ROUNDS`] if nothing speaks for others. Each takes
    /// some milliseconds.
    ///
    /// # Errors
    /// As [`to_openssh_pem`](Self::to_openssh_pem); [`Error::Length`] unless the password has 1 to
    /// [`MAX_PASSWORD_LEN`] bytes; [`Error::InvalidValue`] if there are no rounds.
    pub fn to_encrypted_openssh_pem(&self, comment: &[u8], password: &[u8], rounds: u32) -> Result<Vec<u8>> {
        let mut text = ssh::private_to_pem(self, comment, Some((checked(password)?, rounds)))?;
        Ok(core::mem::take(&mut *text))
    }

    fn traditional(&self) -> Result<(&'static str, Zeroizing<Vec<u8>>)> {
        self.to_traditional()?.ok_or_else(|| self.public_key().no_such_format("OpenSSL's traditional format"))
    }
}

impl PublicKey {
    /// Writes a `SubjectPublicKeyInfo` in DER (RFC 5280 §4.1.2.7).
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn to_spki_der(&self) -> Result<Vec<u8>> {
        self.to_info()
    }

    /// Writes a `SubjectPublicKeyInfo` as PEM text: `-----BEGIN PUBLIC KEY-----`.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn to_spki_pem(&self) -> Result<Vec<u8>> {
        Ok(pem_text(spki::LABEL, &self.to_info()?))
    }

    /// Writes an RSA key as PKCS #1 has it: an `RSAPublicKey` in DER (RFC 8017 appendix A.1.1).
    ///
    /// # Errors
    /// [`Error::NoSuchFormat`] for keys of other types.
    pub fn to_pkcs1_der(&self) -> Result<Vec<u8>> {
        self.pkcs1().map(|(_, der)| der)
    }

    /// Writes an RSA key as PKCS #1 has it, as PEM text: `-----BEGIN RSA PUBLIC KEY-----`.
    ///
    /// # Errors
    /// [`Error::NoSuchFormat`] for keys of other types.
    pub fn to_pkcs1_pem(&self) -> Result<Vec<u8>> {
        self.pkcs1().map(|(label, der)| pem_text(label, &der))
    }

    /// Writes OpenSSH's line, without a comment and without an end of line.
    ///
    /// # Errors
    /// As [`to_openssh_blob`](Self::to_openssh_blob).
    pub fn to_openssh_line(&self) -> Result<Vec<u8>> {
        ssh::public_to_line(self)
    }

    /// Encodes the key as OpenSSH does: what its line holds in base64, and what fingerprints are
    /// made of.
    ///
    /// # Errors
    /// [`Error::NoSuchFormat`] for types of keys that OpenSSH does not have;
    /// [`Error::InvalidValue`] for a DSA key with a p of other than 1024 bits, and for curves other
    /// than P-256, P-384 and P-521.
    pub fn to_openssh_blob(&self) -> Result<Vec<u8>> {
        self.to_ssh().unwrap_or_else(|| Err(self.no_such_format("OpenSSH")))
    }

    /// Writes the point of a key of an elliptic curve, compressed or not (SEC 1 §2.3.3).
    ///
    /// # Errors
    /// [`Error::NoSuchFormat`] for keys of other types.
    pub fn to_sec1_point(&self, compressed: bool) -> Result<Vec<u8>> {
        self.to_point(compressed).ok_or_else(|| self.no_such_format("SEC 1"))
    }

    fn pkcs1(&self) -> Result<(&'static str, Vec<u8>)> {
        self.to_pkcs1()?.ok_or_else(|| self.no_such_format("PKCS #1"))
    }

    fn no_such_format(&self, format: &'static str) -> Error {
        Error::NoSuchFormat { key: self.description(), format }
    }
}

impl Parameters {
    /// Writes the parameters in DER: as X9.42 if they came with a q, as PKCS #3 otherwise.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn to_der(&self) -> Result<Vec<u8>> {
        let Self::Dh(parameters) = self;
        dh::parameters_to_der(parameters).map(|(_, der)| der)
    }

    /// Writes what [`to_der`](Self::to_der) writes as PEM text.
    ///
    /// # Errors
    /// As [`to_der`](Self::to_der).
    pub fn to_pem(&self) -> Result<Vec<u8>> {
        let Self::Dh(parameters) = self;
        dh::parameters_to_der(parameters).map(|(label, der)| pem_text(label, &der))
    }
}

/// Refuses the length in bytes of a password under which no key is written: 0.
///
/// # Errors
/// [`Error::Length`] for 0.
pub fn check_password_len(len: usize) -> Result<()> {
    if len == 0 { Err(wrong_password_len(len)) } else { Ok(()) }
}

fn checked(password: &[u8]) -> Result<&[u8]> {
    check_password_len(password.len())?;
    if password.len() > MAX_PASSWORD_LEN { Err(wrong_password_len(password.len())) } else { Ok(password) }
}

fn wrong_password_len(got: usize) -> Error {
    Error::Length { what: Input::Password, got, allowed: Allowed::Between(1, MAX_PASSWORD_LEN as u64) }
}

/// PEM text of what is no secret.
fn pem_text(label: &str, der: &[u8]) -> Vec<u8> {
    core::mem::take(&mut *pem::encode(label, &[], der))
}
