//! `openssh-key-v1`, the files in which OpenSSH keeps private keys (OpenSSH's PROTOCOL.key).
//!
//! The file holds the public key unencrypted, so a program can see which key it is before it asks
//! for the password.

use core::fmt;

use zeroize::Zeroizing;

use super::encryption::{Encryption, MAX_ROUNDS};
use super::public::{self, DSS, ED25519, RSA, public_from_blob, public_to_blob};
use super::wire::{Reader, invalid};
use crate::Result;
use crate::asymmetric::rsa::{self, Checks, crt_coefficient, crt_exponent};
use crate::asymmetric::{dsa, ec, ed25519};
use crate::keys::{PrivateKey, PublicKey, incorrect_password, no_password_needed, password_needed, pem};
use crate::secret::wipes_stack;

/// The label of the PEM block.
pub const LABEL: &str = "OPENSSH PRIVATE KEY";

const MAGIC: &[u8] = b"openssh-key-v1\0";

/// The longest padding in bytes: one block of the largest.
const MAX_PADDING: usize = 16;

/// A private key's file that was read and, if it is encrypted, not decrypted yet.
pub struct PrivateKeyFile {
    encryption: Option<Encryption>,
    public: Vec<u8>,
    private: Zeroizing<Vec<u8>>,
    tag: Vec<u8>,
}

impl PrivateKeyFile {
    /// Reads the first `OPENSSH PRIVATE KEY` block in PEM text.
    ///
    /// # Errors
    /// [`Error::InvalidValue`](crate::Error::InvalidValue) if there is none, it holds more than one
    /// key, or it is malformed; [`Error::Unsupported`](crate::Error::Unsupported) if it is
    /// encrypted in a way that is not known.
    #[wipes_stack(deep)]
    pub fn from_pem(text: &[u8]) -> Result<Self> {
        let missing = "Valid PEM but no BEGIN/END OPENSSH PRIVATE KEY delimiters. Are you sure this is an OpenSSH key?";
        Self::from_bytes(&pem::find(text, |label| label == LABEL.as_bytes(), missing)?.decode()?)
    }

    /// Reads what such a block holds.
    ///
    /// # Errors
    /// As [`from_pem`](Self::from_pem).
    #[wipes_stack(deep)]
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let bytes = bytes.strip_prefix(MAGIC).ok_or_else(|| invalid("it does not begin with openssh-key-v1"))?;
        let mut reader = Reader::new(bytes);
        let (cipher, kdf, options) = (reader.name()?, reader.name()?, reader.string()?);
        let encryption = Encryption::parse(cipher, kdf, options)?;
        let count = reader.number()?;
        if count != 1 {
            return Err(invalid(&format!("it holds {count} keys, and must hold one")));
        }
        let public = reader.string()?.to_vec();
        let private = Zeroizing::new(reader.string()?.to_vec());
        let tag = reader.bytes(Encryption::tag_len(encryption.as_ref()))?.to_vec();
        reader.finish()?;
        if private.is_empty() || !private.len().is_multiple_of(Encryption::block_len(encryption.as_ref())) {
            return Err(invalid("its private part is not a whole number of blocks"));
        }
        Ok(Self { encryption, public, private, tag })
    }

    /// Whether a password is needed.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.encryption.is_some()
    }

    /// The public key, as it stands in the file. Nothing proves that it belongs to the private one
    /// before [`decrypt`](Self::decrypt).
    ///
    /// # Errors
    /// [`Error::InvalidValue`](crate::Error::InvalidValue) if it is malformed,
    /// [`Error::Unsupported`](crate::Error::Unsupported) if its type is not known.
    pub fn public_key(&self) -> Result<PublicKey> {
        public_from_blob(&self.public)
    }

    /// The encoding of the public key, as it stands in the file.
    #[must_use]
    pub fn public_blob(&self) -> &[u8] {
        &self.public
    }

    /// The private key. An RSA key is checked as `checks` says.
    ///
    /// # Errors
    /// [`Error::PasswordRequired`](crate::Error::PasswordRequired) or
    /// [`Error::PasswordNotNeeded`](crate::Error::PasswordNotNeeded) if a password is missing or
    /// superfluous; [`Error::InvalidValue`](crate::Error::InvalidValue) if it is wrong, the file
    /// asks for too much work, or the key is not valid;
    /// [`Error::InvalidTag`](crate::Error::InvalidTag) if it is wrong or the file was changed, for
    /// ciphers that have a tag; [`Error::Unsupported`](crate::Error::Unsupported) if the type of
    /// key is not known.
    pub fn decrypt(&self, password: Option<&[u8]>, checks: Checks) -> Result<PrivateKey> {
        self.decrypt_within(MAX_ROUNDS, password, checks)
    }

    /// Like [`decrypt`](Self::decrypt), for a trusted file that may ask for `max_rounds` of work
    /// instead of [`MAX_ROUNDS`].
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt).
    #[wipes_stack(deep)]
    pub fn decrypt_within(&self, max_rounds: u32, password: Option<&[u8]>, checks: Checks) -> Result<PrivateKey> {
        let public = self.public_key()?;
        let plaintext;
        let private = match &self.encryption {
            None => {
                no_password_needed(password)?;
                &self.private
            }
            Some(encryption) => {
                plaintext = encryption.decrypt(password_needed(password)?, &self.private, &self.tag, max_rounds)?;
                &plaintext
            }
        };
        let mut reader = Reader::new(private);
        // The same number twice shows that the decryption was right.
        if reader.number()? != reader.number()? {
            return Err(if self.is_encrypted() { incorrect_password() } else { invalid("its check numbers differ") });
        }
        let key = read_key(&mut reader, checks)?;
        let _comment = reader.string()?;
        let padding = reader.rest();
        if padding.len() > MAX_PADDING || !padding.iter().copied().eq((1..).take(padding.len())) {
            return Err(invalid("its padding is not 1, 2, 3 …"));
        }
        if public_to_blob(&key.public_key())? != public_to_blob(&public)? {
            return Err(invalid("its public key does not belong to its private key"));
        }
        Ok(key)
    }
}

impl fmt::Debug for PrivateKeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKeyFile(<{}>)", if self.is_encrypted() { "encrypted" } else { "redacted" })
    }
}

/// A private key, its type first.
fn read_key(reader: &mut Reader<'_>, checks: Checks) -> Result<PrivateKey> {
    match reader.name()? {
        RSA => read_rsa(reader, checks).map(PrivateKey::Rsa),
        DSS => read_dsa(reader).map(PrivateKey::Dsa),
        ED25519 => read_ed25519(reader).map(PrivateKey::Ed25519),
        kind => match public::curve_of(kind) {
            Some(curve) => read_ec(reader, curve).map(PrivateKey::Ec),
            None => Err(public::unsupported(kind)),
        },
    }
}

fn read_rsa(reader: &mut Reader<'_>, checks: Checks) -> Result<rsa::PrivateKey> {
    let public = rsa::PublicComponents { n: reader.integer()?.to_vec(), e: reader.integer()?.to_vec() };
    let mut secret = || reader.integer().map(|octets| Zeroizing::new(octets.to_vec()));
    let (d, iqmp, p, q) = (secret()?, secret()?, secret()?, secret()?);
    let (dmp1, dmq1) = (crt_exponent(&d, &p)?, crt_exponent(&d, &q)?);
    // What stands in the file is not needed, and some programs write it wrongly for p < q.
    drop(iqmp);
    let iqmp = crt_coefficient(&q, &p)?;
    rsa::PrivateKey::from_file_components(&rsa::PrivateComponents { public, d, p, q, dmp1, dmq1, iqmp }, checks)
}

fn read_dsa(reader: &mut Reader<'_>) -> Result<dsa::PrivateKey> {
    let public = public::read_dsa(reader)?;
    let x = Zeroizing::new(reader.integer()?.to_vec());
    let components = dsa::PrivateComponents { public: public.components(), x };
    dsa::PrivateKey::from_components(&components, dsa::Checks::Soundness)
}

fn read_ec(reader: &mut Reader<'_>, curve: ec::Curve) -> Result<ec::PrivateKey> {
    let public = public::read_ec(reader, curve)?;
    let octets = reader.integer()?;
    let missing = curve.size().checked_sub(octets.len()).ok_or_else(|| invalid("its private number is too long"))?;
    let mut scalar = Zeroizing::new(vec![0; curve.size()]);
    scalar[missing..].copy_from_slice(octets);
    ec::PrivateKey::from_scalar_and_point(curve, &scalar, &public.to_point(false))
}

/// The public key, then the seed followed by the public key once more.
fn read_ed25519(reader: &mut Reader<'_>) -> Result<ed25519::PrivateKey> {
    let public = public::read_ed25519(reader)?;
    let pair = reader.string()?;
    let (seed, again) =
        pair.split_at_checked(ed25519::KEY_LEN).ok_or_else(|| invalid("its private key is too short"))?;
    let key = ed25519::PrivateKey::from_bytes(seed)?;
    if again != public.as_bytes() || key.public_key() != public {
        return Err(invalid("its public key does not belong to its private key"));
    }
    Ok(key)
}
