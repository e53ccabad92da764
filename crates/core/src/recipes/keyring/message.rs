//! Messages under a key of a ring: encrypted under its primary version, opened under the one that made them.
//!
//! A message is a byte 1, the version's id in 4 bytes, big-endian, and what the kind's algorithm makes: the nonce, the
//! ciphertext and a tag of 16 bytes. That is what Tink writes with its prefix `TINK`, so that keys can go from one to the
//! other. General keys use XAES-256-GCM under a key that is derived for the purpose `message`.

use zeroize::Zeroizing;

use super::version::{Prefix, Version, VersionId};
use super::{Key, Kind, Operation};
use crate::recipes::sealing::{ExtendedNonce, Sealer, XAes256Gcm, XChaCha20Poly1305};
use crate::symmetric::aead::{Aead, AesGcm, AesSiv, ChaCha20Poly1305};
use crate::{Error, Output, Result, random};

/// The first byte of a message with a version's id.
const WITH_ID: u8 = 1;
const PREFIX_LEN: usize = 1 + VersionId::LEN;
const GCM_NONCE_LEN: usize = 12;
/// What is derived for, and counted as, messages.
const PURPOSE: &str = "message";

impl Key {
    /// Encrypts and authenticates `message`, and authenticates `associated_data`, under the primary version.
    ///
    /// # Errors
    /// [`Error::WrongType`] if keys of this kind do not encrypt messages; [`Error::TooLong`] for more than 2³¹ − 1 bytes.
    pub fn encrypt(&self, message: &[u8], associated_data: &[u8]) -> Result<Vec<u8>> {
        self.expect_messages()?;
        let version = self.primary()?;
        let cipher = version.cipher()?;
        let prefix = prefix_of(&version);
        let mut encrypted = vec![0; prefix.len() + cipher.overhead() + message.len()];
        let (front, rest) = encrypted.split_at_mut(prefix.len());
        front.copy_from_slice(&prefix);
        cipher.seal(message, associated_data, rest.into())?;
        version.counter(PURPOSE).add(Operation::Encrypt, 1);
        Ok(encrypted)
    }

    /// Opens what [`encrypt`](Self::encrypt) made.
    ///
    /// # Errors
    /// [`Error::InvalidTag`] if it was changed or cut short, or made with other associated data; [`Error::Keyring`] if the version that
    /// made it is not known, disabled or destroyed; [`Error::WrongType`] as for [`encrypt`](Self::encrypt).
    pub fn decrypt(&self, encrypted: &[u8], associated_data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        self.expect_messages()?;
        self.try_versions(encrypted, &Error::InvalidTag, |version, sealed| version.open(sealed, associated_data))
    }

    /// A signature of `message` under the primary version, with the version's id in front: HMAC-SHA-256 or Ed25519, as Tink writes
    /// them. Requests, tokens and webhooks are signed with [`signing_keys`](Self::signing_keys).
    ///
    /// # Errors
    /// [`Error::WrongType`] for a key of another kind.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        self.expect(&[Kind::HmacSha256, Kind::Ed25519])?;
        let version = self.primary()?;
        let signature = version.signing_key()?.sign(message)?;
        version.counter(PURPOSE).add(Operation::Sign, 1);
        Ok([prefix_of(&version), signature].concat())
    }

    /// Checks what [`sign`](Self::sign) made.
    ///
    /// # Errors
    /// [`Error::InvalidSignature`] if it is not one of `message` under this key; [`Error::Keyring`] if the version that made it is not known, disabled
    /// or destroyed; [`Error::WrongType`] for a key of another kind.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<()> {
        self.expect(&[Kind::HmacSha256, Kind::Ed25519])?;
        self.try_versions(signature, &mismatch(), |version, signature| {
            version.signing_key()?.verify(message, signature).map_err(|_| mismatch())?;
            version.counter(PURPOSE).add(Operation::Verify, 1);
            Ok(())
        })
    }

    /// The version that made a message, if the message says so.
    #[must_use]
    pub fn version_of(&self, encrypted: &[u8]) -> Option<VersionId> {
        named_version(encrypted)
    }

    /// Whether a message was not made under the primary version: decrypt it and encrypt it again.
    ///
    /// # Errors
    /// [`Error::Keyring`] if the key is not in the ring any more.
    pub fn needs_update(&self, encrypted: &[u8]) -> Result<bool> {
        let primary = self.primary()?;
        Ok(primary.prefix() == Prefix::Nothing || named_version(encrypted) != Some(primary.id()))
    }

    /// What `work` makes with the version that `made` names, or else with one that puts no id in front; `refused` is its word for not
    /// having made it.
    fn try_versions<T>(&self, made: &[u8], refused: &Error, work: impl Fn(&Version, &[u8]) -> Result<T>) -> Result<T> {
        let named = named_version(made).map(|id| self.version(id));
        if let Some(Ok(version)) = &named
            && version.prefix() == Prefix::Id
        {
            let done = work(version, &made[PREFIX_LEN..]);
            if done.is_ok() {
                return done;
            }
        }
        // Without an id in front, what looks like one may be the beginning of a nonce.
        let bare: Vec<_> = self.usable()?.into_iter().filter(|version| version.prefix() == Prefix::Nothing).collect();
        for version in &bare {
            match work(version, made) {
                Err(error) if error == *refused => {}
                other => return other,
            }
        }
        match named {
            Some(Err(error)) if bare.is_empty() => Err(error),
            _ => Err(refused.clone()),
        }
    }

    fn expect_messages(&self) -> Result<()> {
        if self.kind().encrypts() {
            return Ok(());
        }
        let what = if self.kind() == Kind::Fernet { "Fernet tokens" } else { "signatures" };
        Err(Error::WrongType(
            format!("the key {:?} is of the kind {}: it is for {what}, not for messages", self.name(), self.kind())
                .into(),
        ))
    }
}

impl Version {
    fn cipher(&self) -> Result<&Cipher> {
        let material = self.material()?;
        if let Some(cipher) = material.cipher() {
            return Ok(cipher);
        }
        let key = material.bytes().expose();
        let cipher = match self.kind {
            Kind::AesGcm => Cipher::AesGcm(AesGcm::new(key)?),
            Kind::XAes256Gcm => Cipher::XAes256Gcm(Sealer::new(key)?),
            Kind::ChaCha20Poly1305 => Cipher::ChaCha20Poly1305(ChaCha20Poly1305::new(key)?),
            Kind::XChaCha20Poly1305 => Cipher::XChaCha20Poly1305(Sealer::new(key)?),
            Kind::AesSiv => Cipher::AesSiv(AesSiv::new(key)?),
            _ => Cipher::XAes256Gcm(Sealer::new(self.derive(PURPOSE, &[], 32)?.expose())?),
        };
        Ok(material.keep(cipher))
    }

    fn open(&self, sealed: &[u8], associated_data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let cipher = self.cipher()?;
        let len = sealed.len().checked_sub(cipher.overhead()).ok_or(Error::InvalidTag)?;
        let mut message = Zeroizing::new(vec![0; len]);
        cipher.open(sealed, associated_data, (&mut message[..]).into())?;
        self.counter(PURPOSE).add(Operation::Decrypt, 1);
        Ok(message)
    }
}

/// The algorithm of messages, keyed.
#[derive(Debug)]
pub(super) enum Cipher {
    AesGcm(AesGcm),
    XAes256Gcm(Sealer<XAes256Gcm>),
    ChaCha20Poly1305(ChaCha20Poly1305),
    XChaCha20Poly1305(Sealer<XChaCha20Poly1305>),
    AesSiv(AesSiv),
}

impl Cipher {
    /// How many bytes longer than the message what is sealed is.
    fn overhead(&self) -> usize {
        match self {
            Self::AesGcm(_) | Self::ChaCha20Poly1305(_) => GCM_NONCE_LEN + 16,
            Self::XAes256Gcm(sealer) => sealer.sealed_len(0),
            Self::XChaCha20Poly1305(sealer) => sealer.sealed_len(0),
            Self::AesSiv(_) => 16,
        }
    }

    fn seal(&self, message: &[u8], aad: &[u8], out: Output<'_>) -> Result<()> {
        match self {
            Self::AesGcm(cipher) => seal_with_nonce(cipher, message, aad, out),
            Self::ChaCha20Poly1305(cipher) => seal_with_nonce(cipher, message, aad, out),
            Self::XAes256Gcm(sealer) => sealer.seal(message, aad, out).map(drop),
            Self::XChaCha20Poly1305(sealer) => sealer.seal(message, aad, out).map(drop),
            Self::AesSiv(cipher) => cipher.encrypt(message, &[aad], out).map(drop),
        }
    }

    fn open(&self, sealed: &[u8], aad: &[u8], out: Output<'_>) -> Result<()> {
        match self {
            Self::AesGcm(cipher) => open_with_nonce(cipher, sealed, aad, out),
            Self::ChaCha20Poly1305(cipher) => open_with_nonce(cipher, sealed, aad, out),
            Self::XAes256Gcm(sealer) => open_sealed(sealer, sealed, aad, out),
            Self::XChaCha20Poly1305(sealer) => open_sealed(sealer, sealed, aad, out),
            Self::AesSiv(cipher) => cipher.decrypt(sealed, &[aad], out).map(drop),
        }
    }
}

fn seal_with_nonce(cipher: &impl Aead, message: &[u8], aad: &[u8], out: Output<'_>) -> Result<()> {
    let nonce: [u8; GCM_NONCE_LEN] = random::array();
    let mut writer = out.writer();
    writer.push(&nonce);
    writer.push_with(writer.remaining(), |out| cipher.encrypt(&nonce, message, aad, out))?;
    let _ = writer.finish();
    Ok(())
}

fn open_with_nonce(cipher: &impl Aead, sealed: &[u8], aad: &[u8], out: Output<'_>) -> Result<()> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<GCM_NONCE_LEN>().ok_or(Error::InvalidTag)?;
    cipher.decrypt(nonce, ciphertext, aad, out).map(drop)
}

fn open_sealed<A: ExtendedNonce>(sealer: &Sealer<A>, sealed: &[u8], aad: &[u8], out: Output<'_>) -> Result<()> {
    sealer.open(sealed, aad, out).map(drop)
}

fn prefix_of(version: &Version) -> Vec<u8> {
    match version.prefix() {
        Prefix::Id => [&[WITH_ID][..], &version.id().to_bytes()].concat(),
        Prefix::Nothing => Vec::new(),
    }
}

fn mismatch() -> Error {
    Error::InvalidSignature("the signature does not match".into())
}

fn named_version(encrypted: &[u8]) -> Option<VersionId> {
    let (first, rest) = encrypted.split_first()?;
    let id = rest.first_chunk().copied()?;
    (*first == WITH_ID).then(|| VersionId::from_bytes(id)).flatten()
}
