//! Secrets that must be shown again: encrypted.

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::server_key::{self, KeyId};
use super::{ServerKey, check_name, unusable};
use crate::sealing::{Sealer, XAes256Gcm};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::secret::{SecretBytes, wipes_stack};

/// The longest viewable secret in bytes.
pub const MAX_SECRET_LEN: usize = 1024 * 1024;

/// Seals secrets of one purpose, each for one owner, and opens them again.
///
/// A sealed secret is text: `sv1.`, the server key's id in 8 hexadecimal digits, a full stop, and
/// in base64 for URLs a nonce of 24 bytes, the ciphertext and a tag of 16. Anyone with the server
/// key and the database can read them all, so prefer to [show secrets once](super::ApiKeys).
pub struct SecretSealer {
    purpose: String,
    sealers: Vec<(KeyId, Sealer<XAes256Gcm>)>,
}

impl SecretSealer {
    /// The version that this library writes.
    pub const VERSION: &str = "sv1";

    /// Secrets for `purpose`, such as `webhook signing secret`. The first of the server keys is the
    /// current one.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] if the purpose is empty or longer than
    /// [`MAX_NAME_LEN`](super::MAX_NAME_LEN) bytes, or if no server key, the same one twice or more
    /// than [`MAX_SERVER_KEYS`](super::MAX_SERVER_KEYS) are given.
    #[wipes_stack]
    pub fn new(purpose: &str, server_keys: &[&ServerKey]) -> Result<Self> {
        server_key::check_set(server_keys)?;
        let sealers = server_keys.iter().map(|key| {
            let sealer = Sealer::new(key.derive("viewable", purpose)?.expose())?;
            Ok((key.raw_id(), sealer))
        });
        Ok(Self { purpose: purpose.into(), sealers: sealers.collect::<Result<_>>()? })
    }

    /// The purpose of the secrets.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// Returns the stored form of `owner`'s secret. `owner` is something that never changes about
    /// the person, such as an account number. The length of the secret is visible.
    ///
    /// # Errors
    /// [`CoreError::TooLong`] if the secret has more than [`MAX_SECRET_LEN`] bytes,
    /// [`CoreError::InvalidValue`] if the owner's name is empty or longer than
    /// [`MAX_NAME_LEN`](super::MAX_NAME_LEN) bytes.
    #[wipes_stack]
    pub fn seal(&self, secret: &[u8], owner: &[u8]) -> Result<String> {
        check_name("owner", owner)?;
        if secret.len() > MAX_SECRET_LEN {
            return Err(Error::Core(CoreError::TooLong(
                format!(
                    "a viewable secret has at most 1 MiB, not {} bytes: encrypt files with ironlatch.files",
                    secret.len()
                )
                .into(),
            )));
        }
        let (key_id, sealer) = &self.sealers[0];
        let sealed = sealer.seal(secret, owner)?;
        Ok(format!("{}.{}.{}", Self::VERSION, hex::encode(key_id), URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// The secret that [`seal`](Self::seal) made `stored` of, for the same owner.
    ///
    /// # Errors
    /// [`Error::UnusableRecord`] if the stored text is no sealed secret, was changed, belongs to
    /// another owner or purpose, or was sealed under a server key that was not given;
    /// [`CoreError::InvalidValue`] for the owner's name as [`seal`](Self::seal).
    #[wipes_stack]
    pub fn open(&self, stored: &str, owner: &[u8]) -> Result<SecretBytes> {
        check_name("owner", owner)?;
        let (key_id, sealed) = split(stored)?;
        let sealer = self.sealers.iter().find(|(id, _)| *id == key_id).map(|(_, sealer)| sealer);
        let sealer = sealer.ok_or_else(|| server_key::unknown(key_id))?;
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| refused())?;
        let len = sealer.opened_len(sealed.len()).map_err(|_| refused())?;
        SecretBytes::new_with(len, |secret| match sealer.open_into(&sealed, owner, secret.into()) {
            Ok(_) => Ok(()),
            Err(Error::Core(CoreError::InvalidTag)) => Err(refused()),
            Err(error) => Err(error),
        })
    }

    /// Whether what is stored was not sealed under the current server key.
    ///
    /// # Errors
    /// [`Error::UnusableRecord`] if the stored text is no sealed secret.
    pub fn needs_update(&self, stored: &str) -> Result<bool> {
        Ok(split(stored)?.0 != self.sealers[0].0)
    }

    /// Seals the same secret again under the current server key.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    #[wipes_stack]
    pub fn update(&self, stored: &str, owner: &[u8]) -> Result<String> {
        self.seal(self.open(stored, owner)?.expose(), owner)
    }
}

impl fmt::Debug for SecretSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.sealers.iter().map(|(id, _)| hex::encode(id)).collect();
        write!(f, "SecretSealer({:?}, server keys {})", self.purpose, ids.join(", "))
    }
}

fn split(stored: &str) -> Result<(KeyId, &str)> {
    // The longest secret, nonce and tag in base64, and what stands in front.
    const MAX_LEN: usize = (MAX_SECRET_LEN + 40).div_ceil(3) * 4 + 16;
    if stored.len() > MAX_LEN {
        return Err(unusable("what is stored is too long for a sealed secret"));
    }
    server_key::split_record(SecretSealer::VERSION, "sealed secret", stored)
}

fn refused() -> Error {
    unusable("the sealed secret cannot be opened: it was changed or cut short, or belongs to another owner or purpose")
}
