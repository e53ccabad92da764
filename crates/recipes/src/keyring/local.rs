//! A key provider whose key is in a file: for one machine, for development, and for tests.

use core::fmt;
use std::io::Write;
use std::path::Path;

use super::provider::{KeyProvider, ProviderError};
use super::store::open_checked;
use crate::error::ProviderFault;
use crate::fs::{Access, Existing, NewFile};
use crate::sealing::{Sealer, XAes256Gcm};
use crate::secrets::push_hex;
use crate::show_once::checked::Checked;
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::asymmetric::ed25519;
use ironlatch_core::error::IoOperation;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::kdf::Kdf;
use ironlatch_core::kdf::hkdf::HkdfExpand;
use ironlatch_core::keys::PublicKey;
use ironlatch_core::secret::{SecretBytes, wipes_stack};

/// Wraps, unwraps and signs with keys that are derived from 32 random bytes in a file that its
/// owner alone can read.
///
/// The file holds `ironlatch_provider_key_`, 64 hexadecimal digits and a checksum of 6 symbols.
/// Wrapping is XAES-256-GCM with the context as associated data, signing Ed25519; their keys are
/// HKDF-Expand with SHA-256 over `ironlatch local provider 1`, a zero byte, and `wrap` or `sign`.
pub struct LocalProvider {
    key: SecretBytes,
    id: String,
}

const KEY_LEN: usize = 32;
const PREFIX: &str = "ironlatch_provider_key";

impl LocalProvider {
    /// A new key in a new file.
    ///
    /// # Errors
    /// [`CoreError::Io`] if the file exists already or cannot be written.
    #[wipes_stack(deep)]
    pub fn create(path: &Path) -> Result<Self> {
        let provider = Self::new(SecretBytes::generate(KEY_LEN)?)?;
        let mut file = NewFile::create(path, Existing::Keep, Access::Owner, None)?;
        let text = Checked::build(PREFIX, 2 * KEY_LEN, |text| push_hex(text, provider.key.expose())).into_text();
        let written = file.write_all(text.expose().as_bytes()).and_then(|()| file.write_all(b"\n"));
        written.map_err(|error| Error::io(IoOperation::Write, Some(path), error))?;
        file.commit()?;
        Ok(provider)
    }

    /// The key of a file that [`create`](Self::create) made.
    ///
    /// # Errors
    /// [`CoreError::Io`] if the file cannot be read; [`Error::Keyring`] of the kind
    /// [`Insecure`](crate::error::KeyringFault::Insecure) if others can read it;
    /// [`Error::Provider`] if it is no such file, or was changed.
    #[wipes_stack(deep)]
    pub fn open(path: &Path) -> Result<Self> {
        let (mut file, _) = open_checked(path)?;
        let contents = SecretBytes::from_read(&mut file, true)?;
        let text = core::str::from_utf8(contents.expose()).unwrap_or_default();
        let checked = Checked::parse("provider key", text).ok();
        let checked = checked.filter(|checked| checked.prefix() == PREFIX && checked.body().len() == 2 * KEY_LEN);
        let key = checked.and_then(|checked| {
            SecretBytes::new_with(KEY_LEN, |key| {
                hex::decode_to_slice(checked.body(), key).map_err(|_| Error::value("no hexadecimal digits"))
            })
            .ok()
        });
        let key = key.ok_or_else(|| {
            let message = format!(
                "{} is not the key of a local provider, or was changed or cut short: that begins with {PREFIX}_",
                path.display()
            );
            Error::Provider { fault: ProviderFault::Invalid, message: message.into() }
        })?;
        Self::new(key)
    }

    fn new(key: SecretBytes) -> Result<Self> {
        let id = hex::encode(expand(&key, "id", 4)?.expose());
        Ok(Self { key, id })
    }

    fn sealer(&self) -> Result<Sealer<XAes256Gcm>> {
        Sealer::new(expand(&self.key, "wrap", 32)?.expose())
    }

    fn signer(&self) -> Result<ed25519::PrivateKey> {
        Ok(ed25519::PrivateKey::from_bytes(expand(&self.key, "sign", 32)?.expose())?)
    }
}

impl KeyProvider for LocalProvider {
    fn name(&self) -> String {
        format!("local:{}", self.id)
    }

    #[wipes_stack(deep)]
    fn wrap(&self, key: &SecretBytes, context: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let sealer = self.sealer().map_err(failed)?;
        let wrapped = sealer.seal(key.expose(), context).map_err(failed)?;
        Ok(wrapped)
    }

    #[wipes_stack(deep)]
    fn unwrap(&self, wrapped: &[u8], context: &[u8]) -> Result<SecretBytes, ProviderError> {
        let sealer = self.sealer().map_err(failed)?;
        let len = sealer.opened_len(wrapped.len()).map_err(failed)?;
        SecretBytes::new_with(len, |key| sealer.open_into(wrapped, context, key.into()).map(drop)).map_err(failed)
    }

    #[wipes_stack(deep)]
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let mut signature = vec![0; ed25519::SIGNATURE_LEN];
        let signer = self.signer().map_err(failed)?;
        signer.sign_into(message, (&mut signature[..]).into()).map_err(|error| failed(error.into()))?;
        Ok(signature)
    }

    fn public_key(&self) -> Result<PublicKey, ProviderError> {
        Ok(PublicKey::Ed25519(self.signer().map_err(failed)?.public_key()))
    }
}

impl fmt::Debug for LocalProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalProvider({})", self.id)
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it stands where errors are mapped")]
fn failed(error: Error) -> ProviderError {
    let message = match error {
        Error::Core(CoreError::InvalidTag) => "the wrapped key was changed, or belongs elsewhere".into(),
        error => error.to_string(),
    };
    ProviderError::new(ProviderFault::Invalid, message)
}

fn expand(key: &SecretBytes, purpose: &str, len: usize) -> Result<SecretBytes> {
    let info = [b"ironlatch local provider 1", purpose.as_bytes()].join(&0);
    Ok(HkdfExpand::new(HashAlgorithm::Sha256, len, &info)?.derive(key.expose())?)
}
