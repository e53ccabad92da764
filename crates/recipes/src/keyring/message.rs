//! Messages under a key of a ring: encrypted under its primary version, opened under the one that
//! made them.
//!
//! A message is a byte 1, the version's id in 4 bytes, big-endian, and what the kind's algorithm
//! makes: the nonce, the ciphertext and a tag of 16 bytes. That is what Tink writes with its prefix
//! `TINK`, so that keys can go from one to the other. General keys use XAES-256-GCM under a key
//! that is derived for the purpose `message`.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::cipher::Cipher;
use super::version::{Own, Prefix, Version};
use super::version_id::VersionId;
use super::{DATA_KEYS, Key, Kind, Operation, not_allowed};
use crate::sealing::Sealer;
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::symmetric::aead::{Aead, AesGcm, AesSiv, ChaCha20Poly1305};

/// The first byte of a message with a version's id, and of Tink's signatures.
const WITH_ID: u8 = 1;
/// The first byte of a signature of [`DOMAIN`] and the message.
const SIGNED: u8 = 2;
/// The prefix that is signed with each message, so that no message is a token, a request or
/// anything else that is signed under the same key.
const DOMAIN: &[u8] = b"ironlatch keyring signature 1\0";
const PREFIX_LEN: usize = 1 + VersionId::LEN;
/// The most messages under one key whose nonces are drawn at random from 12 bytes.
const MAX_DRAWN: u64 = 1 << 32;
/// The purposes that messages and their signatures are counted under.
const PURPOSE: &str = "message";

impl Key {
    /// Encrypts and authenticates `message`, and authenticates `associated_data`, under the primary
    /// version.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] if keys of this kind do not encrypt messages;
    /// [`CoreError::TooLong`] for more than 2³¹ − 1 bytes; [`Error::Keyring`] for associated data
    /// that begin with `ironlatch keyring file`: what they belong to wraps the data keys of
    /// keyrings.
    #[wipes_stack]
    pub fn encrypt(&self, message: &[u8], associated_data: &[u8]) -> Result<Vec<u8>> {
        check_not_ours(associated_data)?;
        self.seal_bound(message, associated_data)
    }

    /// [`encrypt`](Self::encrypt) for associated data of the library's own too.
    pub(super) fn seal_bound(&self, message: &[u8], associated_data: &[u8]) -> Result<Vec<u8>> {
        self.expect_messages()?;
        let version = self.primary()?;
        let cipher = version.cipher()?;
        version.check_nonces(cipher)?;
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
    /// [`CoreError::InvalidTag`] if it was changed or cut short, or made with other associated
    /// data, or if it opens under two keys that put no id in front: it was made to;
    /// [`Error::Keyring`] if the version that made it is not known, disabled or destroyed;
    /// [`CoreError::WrongType`] and [`Error::Keyring`] as for [`encrypt`](Self::encrypt).
    #[wipes_stack]
    pub fn decrypt(&self, encrypted: &[u8], associated_data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        check_not_ours(associated_data)?;
        self.open_bound(encrypted, associated_data)
    }

    /// [`decrypt`](Self::decrypt) for associated data of the library's own too.
    pub(super) fn open_bound(&self, encrypted: &[u8], associated_data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        self.expect_messages()?;
        let (version, message) =
            self.try_versions(encrypted, &Error::Core(CoreError::InvalidTag), |version, sealed| {
                version.open(sealed, associated_data)
            })?;
        version.counter(PURPOSE).add(Operation::Decrypt, 1);
        Ok(message)
    }

    /// A signature of `message` under the primary version, with a byte 2 and the version's id in
    /// front. What is signed is `ironlatch keyring signature 1`, a zero byte, and the message, with
    /// HMAC-SHA-256 or Ed25519. Requests, tokens and webhooks are signed with
    /// [`signing_keys`](Self::signing_keys).
    ///
    /// A key of Tink's kinds signs the message as it stands, with a byte 1 and the id in front, as
    /// Tink does.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] for a key that does not sign.
    #[wipes_stack(deep)]
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        self.expect_signatures()?;
        let version = self.primary()?;
        let key = version.signing_key()?;
        let signature = if self.kind().is_tinks() {
            [prefix_of(&version), key.sign(message)?].concat()
        } else {
            let signature = key.sign(&[DOMAIN, message].concat())?;
            [&[SIGNED][..], &version.id().to_bytes(), &signature].concat()
        };
        version.counter(PURPOSE).add(Operation::Sign, 1);
        Ok(signature)
    }

    /// Checks what [`sign`](Self::sign) made.
    ///
    /// # Errors
    /// [`CoreError::BadSignature`] if it is not one of `message` under this key; [`Error::Keyring`]
    /// if the version that made it is not known, disabled or destroyed; [`CoreError::WrongType`]
    /// for a key that does not sign.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<()> {
        self.expect_signatures()?;
        if self.kind().is_tinks() {
            return self.verify_as_it_stands(message, signature);
        }
        let Some(id) = version_after(SIGNED, signature) else {
            return Err(if version_after(WITH_ID, signature).is_some() {
                Error::NotVerified(
                    "the signature is not one of this form: if it was made before signatures had one, verify it as it was made then"
                        .into(),
                )
            } else {
                Error::Core(CoreError::BadSignature)
            });
        };
        let version = self.version(id)?;
        let signed = [DOMAIN, message].concat();
        version
            .signing_key()?
            .verify(&signed, &signature[PREFIX_LEN..])
            .map_err(|_| Error::Core(CoreError::BadSignature))?;
        version.counter(PURPOSE).add(Operation::Verify, 1);
        Ok(())
    }

    /// Checks what `sign` made of a key of the kinds [`HmacSha256`](Kind::HmacSha256) and
    /// [`Ed25519`](Kind::Ed25519) before signatures were apart from tokens and requests, or what
    /// Tink made under the key of such a kind: of the message as it stands.
    ///
    /// The signature of a token is also one of this kind, of a message that is the token. Take it
    /// for messages that cannot be one, as long as there are such signatures.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_as_before(&self, message: &[u8], signature: &[u8]) -> Result<()> {
        self.expect_signatures()?;
        self.verify_as_it_stands(message, signature)
    }

    fn verify_as_it_stands(&self, message: &[u8], signature: &[u8]) -> Result<()> {
        let (version, ()) =
            self.try_versions(signature, &Error::Core(CoreError::BadSignature), |version, signature| {
                version.signing_key()?.verify(message, signature).map_err(|_| Error::Core(CoreError::BadSignature))
            })?;
        version.counter(PURPOSE).add(Operation::Verify, 1);
        Ok(())
    }

    /// The version that made a message or a signature, if that says so.
    #[must_use]
    pub fn version_of(&self, made: &[u8]) -> Option<VersionId> {
        self.named_version(made).or_else(|| version_after(WITH_ID, made))
    }

    /// Whether a message was not made under the primary version, or a signature not in the form of
    /// today: make it again.
    ///
    /// # Errors
    /// [`Error::Keyring`] if the key is no longer in the ring.
    pub fn needs_update(&self, made: &[u8]) -> Result<bool> {
        let primary = self.primary()?;
        let has_id = self.has_form() || primary.prefix() == Prefix::Id;
        Ok(!has_id || self.named_version(made) != Some(primary.id()))
    }

    /// Whether what the key makes has a form of this library's, whatever its versions' prefix.
    fn has_form(&self) -> bool {
        self.kind().signs() && !self.kind().is_tinks()
    }

    fn named_version(&self, made: &[u8]) -> Option<VersionId> {
        version_after(if self.has_form() { SIGNED } else { WITH_ID }, made)
    }

    /// Returns the result of `work` with the version that `made` names, or else with the one that
    /// adds no id; `refused` is its result for input that it did not make.
    fn try_versions<T>(
        &self,
        made: &[u8],
        refused: &Error,
        work: impl Fn(&Version, &[u8]) -> Result<T>,
    ) -> Result<(Arc<Version>, T)> {
        let named = version_after(WITH_ID, made).map(|id| self.version(id));
        if let Some(Ok(version)) = &named
            && version.prefix() == Prefix::Id
            && let Ok(done) = work(version, &made[PREFIX_LEN..])
        {
            return Ok((Arc::clone(version), done));
        }
        // Without an id in front, what looks like one may be the beginning of a nonce.
        let bare: Vec<_> = self.usable()?.into_iter().filter(|version| version.prefix() == Prefix::Nothing).collect();
        let mut found = None;
        for version in &bare {
            match work(version, made) {
                // AES-GCM and ChaCha20-Poly1305 do not commit to a key: who knows two can make what
                // opens under both.
                Ok(_) if found.is_some() => return Err(refused.clone()),
                Ok(done) => found = Some((Arc::clone(version), done)),
                Err(error) if error == *refused => {}
                Err(error) => return Err(error),
            }
        }
        match (found, named) {
            (Some((version, done)), _) => {
                self.note_use(&version);
                Ok((version, done))
            }
            (None, Some(Err(error))) if bare.is_empty() => Err(error),
            _ => Err(refused.clone()),
        }
    }

    fn expect_signatures(&self) -> Result<()> {
        self.expect(&[Kind::HmacSha256, Kind::Ed25519, Kind::TinkHmacSha256, Kind::TinkEd25519])
    }

    fn expect_messages(&self) -> Result<()> {
        if self.kind().encrypts() {
            return Ok(());
        }
        let what = if self.kind() == Kind::Fernet { "Fernet tokens" } else { "signatures" };
        Err(Error::Core(CoreError::WrongType(
            format!("the key {:?} is of the kind {}: it is for {what}, not for messages", self.name(), self.kind())
                .into(),
        )))
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
            _ => Cipher::XAes256Gcm(Sealer::new(self.derive_own(Own::Message, &[], 32)?.expose())?),
        };
        Ok(material.keep(cipher))
    }

    fn open(&self, sealed: &[u8], associated_data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let cipher = self.cipher()?;
        let len = sealed.len().checked_sub(cipher.overhead()).ok_or(Error::Core(CoreError::InvalidTag))?;
        let mut message = Zeroizing::new(vec![0; len]);
        cipher.open(sealed, associated_data, (&mut message[..]).into())?;
        Ok(message)
    }

    /// Refuses more messages than nonces of 12 random bytes bear: 2³² under one key (NIST SP
    /// 800-38D §8.3). Only this process's are counted, and those that its parent had made.
    fn check_nonces(&self, cipher: &Cipher) -> Result<()> {
        let is_short = matches!(cipher, Cipher::AesGcm(_) | Cipher::ChaCha20Poly1305(_));
        if is_short && self.material()?.draw() >= MAX_DRAWN {
            return Err(not_allowed(format!(
                "this process has encrypted 2^32 messages under version {} ({}) of the key, as many as random nonces of 12 \
                 bytes bear: rotate the key",
                self.number, self.id
            )));
        }
        Ok(())
    }
}

/// Refuses what binds the data keys of keyrings: no caller makes one, or opens one as a message.
fn check_not_ours(associated_data: &[u8]) -> Result<()> {
    if !associated_data.starts_with(DATA_KEYS) {
        return Ok(());
    }
    Err(not_allowed(format!(
        "associated data that begin with {:?} are the library's own, for the data keys of keyrings: put something else in front",
        String::from_utf8_lossy(DATA_KEYS)
    )))
}

fn prefix_of(version: &Version) -> Vec<u8> {
    match version.prefix() {
        Prefix::Id => [&[WITH_ID][..], &version.id().to_bytes()].concat(),
        Prefix::Nothing => Vec::new(),
    }
}

/// The version's id that stands behind a first byte.
fn version_after(form: u8, made: &[u8]) -> Option<VersionId> {
    let (first, rest) = made.split_first()?;
    let id = rest.first_chunk().copied()?;
    (*first == form).then(|| VersionId::from_bytes(id)).flatten()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::keyring::Keyring;

    #[test]
    fn random_nonces_of_12_bytes_end() {
        for kind in Kind::all().filter(|kind| kind.encrypts()) {
            let ring = Keyring::new();
            ring.create_key("key", kind).unwrap();
            let key = ring.key("key").unwrap();
            let made = key.encrypt(b"x", b"").unwrap();
            let version = key.primary().unwrap();
            version.material().unwrap().drawn.store(MAX_DRAWN - 1, Ordering::Relaxed);
            key.encrypt(b"x", b"").unwrap();
            let short = matches!(kind, Kind::AesGcm | Kind::ChaCha20Poly1305);
            assert_eq!(key.encrypt(b"x", b"").is_err(), short, "{kind}");
            key.decrypt(&made, b"").unwrap();
            ring.rotate("key").unwrap();
            key.encrypt(b"x", b"").unwrap();
        }
    }
}
