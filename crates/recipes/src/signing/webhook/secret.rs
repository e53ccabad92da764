//! The secrets of webhooks: `whsec_`, `whsk_` and `whpk_`.

use core::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::signing::source::{Gate, KeySource, Source};
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::asymmetric::ed25519;
use ironlatch_core::constant_time::bytes_eq;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::hash::hmac::Hmac;
use ironlatch_core::keys::{PublicKey, jwk};
use ironlatch_core::secret::{SecretBytes, SecretText, wipes_stack};
use ironlatch_core::text::secret_of_base64;

/// A shared secret, a key pair, or the public half of one. Copies share one place in memory.
#[derive(Clone)]
pub struct Secret {
    kind: Kind,
    gate: Gate,
}

#[derive(Clone)]
enum Kind {
    /// Known to sender and receiver.
    Shared(Arc<SecretBytes>),
    /// The sender's.
    Private(ed25519::PrivateKey),
    /// The receiver's.
    Public(ed25519::PublicKey),
}

const SHARED: &str = "whsec_";
const PRIVATE: &str = "whsk_";
const PUBLIC: &str = "whpk_";

/// The part of a signature before the comma.
const SHARED_VERSION: &str = "v1";
pub(super) const PAIR_VERSION: &str = "v1a";

/// The lengths of shared secrets in bytes that are taken. The specification has 24 to 64, and
/// senders have others; what is shorter can be guessed.
const SHARED_LENS: core::ops::RangeInclusive<usize> = 16..=1024;
const NEW_SHARED_LEN: usize = 32;

/// The length of an HMAC-SHA-256 in bytes.
const CODE_LEN: usize = 32;

impl Secret {
    /// A fresh secret of 32 bytes that sender and receiver share.
    ///
    /// # Errors
    /// [`CoreError::OutOfMemory`].
    #[wipes_stack]
    pub fn generate() -> Result<Self> {
        Ok(Self::of(Kind::Shared(SecretBytes::generate(NEW_SHARED_LEN)?.into())))
    }

    /// A fresh key pair, of which the receivers get the [`public`](Self::public) half alone.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn generate_pair() -> Self {
        Self::from_private(ed25519::PrivateKey::generate())
    }

    /// The shared secret of bytes that come from elsewhere.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] for fewer than 16 or more than 1024 bytes.
    #[wipes_stack]
    pub fn from_shared(secret: &[u8]) -> Result<Self> {
        shared(secret).map(Self::of)
    }

    /// The key pair of an Ed25519 key.
    #[wipes_stack]
    #[must_use]
    pub fn from_private(key: ed25519::PrivateKey) -> Self {
        Self::of(Kind::Private(key))
    }

    /// Reads `whsec_…`, `whsk_…` or `whpk_…`; also the base64 of a shared secret alone, as some
    /// senders show it.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] for another prefix, bad base64, or a length that is not allowed.
    #[wipes_stack]
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let kind = if let Some(rest) = text.strip_prefix(SHARED) {
            shared(&decode(SHARED, rest)?)?
        } else if let Some(rest) = text.strip_prefix(PRIVATE) {
            Kind::Private(private_key(&decode(PRIVATE, rest)?)?)
        } else if let Some(rest) = text.strip_prefix(PUBLIC) {
            let bytes = decode(PUBLIC, rest)?;
            let len = bytes.len();
            let key = ed25519::PublicKey::from_bytes(&bytes)
                .map_err(|_| Error::value(format!("a {PUBLIC} key holds 32 bytes, not {len}")))?;
            jwk::check_public(&PublicKey::Ed25519(key))?;
            Kind::Public(key)
        } else {
            let bytes = secret_of_base64(&STANDARD, text.as_bytes()).filter(|bytes| !bytes.is_empty());
            shared(&bytes.ok_or_else(|| {
                Error::value(
                    "a webhook's secret begins with whsec_ (shared), whsk_ (secret key) or whpk_ (public key), or is the \
                     base64 of a shared one; make one with `ironlatch sign webhook-secret`",
                )
            })?)?
        };
        Ok(Self::of(kind))
    }

    fn of(kind: Kind) -> Self {
        Self { kind, gate: Gate::default() }
    }

    /// The same secret, whose every use is asked about.
    pub(crate) fn behind(self, gate: Gate) -> Self {
        Self { gate, ..self }
    }

    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The text that [`parse`](Self::parse) reads.
    #[must_use]
    #[wipes_stack]
    pub fn to_text(&self) -> SecretText {
        let (prefix, bytes) = match &self.kind {
            Kind::Shared(bytes) => (SHARED, Zeroizing::new(bytes.expose().to_vec())),
            // Seed and public key, as Ed25519's key pairs are commonly stored.
            Kind::Private(key) => {
                let mut pair = Zeroizing::new(Vec::with_capacity(2 * ed25519::KEY_LEN));
                pair.extend_from_slice(&*key.private_bytes());
                pair.extend_from_slice(key.public_key().as_bytes());
                (PRIVATE, pair)
            }
            Kind::Public(key) => (PUBLIC, Zeroizing::new(key.as_bytes().to_vec())),
        };
        let mut text = String::with_capacity(prefix.len() + bytes.len().div_ceil(3) * 4);
        text.push_str(prefix);
        STANDARD.encode_string(&*bytes, &mut text);
        SecretText::new(text)
    }

    /// Returns the receiver's half: the public half of a key pair.
    ///
    /// # Errors
    /// [`CoreError::WrongType`] for a shared secret, which has no public half.
    pub fn public(&self) -> Result<Self> {
        let key = match &self.kind {
            Kind::Private(key) => key.public_key(),
            Kind::Public(key) => *key,
            Kind::Shared(_) => {
                return Err(Error::Core(CoreError::WrongType(
                    "a shared secret has no public half: the receiver gets the secret".into(),
                )));
            }
        };
        Ok(Self { kind: Kind::Public(key), gate: self.gate.clone() })
    }

    /// Whether it only verifies.
    #[must_use]
    pub fn is_public(&self) -> bool {
        matches!(self.kind, Kind::Public(_))
    }

    /// Which kind of signature belongs to it.
    pub(super) fn version(&self) -> &'static str {
        match self.kind {
            Kind::Shared(_) => SHARED_VERSION,
            Kind::Private(_) | Kind::Public(_) => PAIR_VERSION,
        }
    }

    /// The signature of the pieces, one after the other.
    pub(super) fn sign(&self, pieces: &[&[u8]]) -> Result<Vec<u8>> {
        self.gate.admit()?;
        let signature = match &self.kind {
            Kind::Shared(secret) => code(secret.expose(), pieces)?.to_vec(),
            Kind::Private(key) => {
                let mut signature = vec![0; ed25519::SIGNATURE_LEN];
                key.sign_into(&pieces.concat(), signature.as_mut_slice().into())?;
                signature
            }
            Kind::Public(_) => return Err(Error::Core(CoreError::WrongType("a public key only verifies".into()))),
        };
        self.gate.made();
        Ok(signature)
    }

    /// Whether one of the signatures is of the pieces, one after the other: none, if a keyring has
    /// taken the secret out of use. A shared secret makes one code for all of them.
    pub(super) fn verifies_any<'s>(
        &self,
        pieces: &[&[u8]],
        signatures: impl Iterator<Item = &'s [u8]>,
    ) -> Result<bool> {
        if self.gate.admit().is_err() {
            return Ok(false);
        }
        let of_length = |len: usize| signatures.filter(move |signature| signature.len() == len).collect::<Vec<_>>();
        let key = match &self.kind {
            Kind::Shared(secret) => {
                let signatures = of_length(CODE_LEN);
                if signatures.is_empty() {
                    return Ok(false);
                }
                let code = code(secret.expose(), pieces)?;
                return Ok(signatures.iter().fold(false, |found, signature| found | bytes_eq(&code, signature)));
            }
            Kind::Private(key) => key.public_key(),
            Kind::Public(key) => *key,
        };
        let signatures = of_length(ed25519::SIGNATURE_LEN);
        if signatures.is_empty() {
            return Ok(false);
        }
        let message = pieces.concat();
        Ok(signatures.iter().any(|signature| key.verify(&message, signature).is_ok()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Shared(_) => write!(f, "Secret({SHARED}<redacted>)"),
            Kind::Private(_) => write!(f, "Secret({PRIVATE}<redacted>)"),
            Kind::Public(key) => write!(f, "Secret({PUBLIC}{})", STANDARD.encode(key.as_bytes())),
        }
    }
}

/// The secrets of a [signer](super::Signer) or a [verifier](super::Verifier). Those of a
/// [keyring](crate::keyring::Key::webhook_secrets) are what it has at each use.
#[derive(Debug, Clone)]
pub struct Secrets {
    source: Source<Secret>,
}

impl Secrets {
    pub(crate) fn live(secrets: Arc<dyn KeySource<Secret>>) -> Self {
        Self { source: Source::Live(secrets) }
    }

    /// All secrets. Ask for each use: a keyring's change.
    ///
    /// # Errors
    /// Those of a keyring, if its key is no longer there.
    pub fn current(&self) -> Result<Arc<[Secret]>> {
        self.source.current()
    }

    pub(super) fn find<T>(&self, search: impl Fn(&[Secret]) -> Option<T>) -> Result<Option<T>> {
        self.source.find(search)
    }
}

impl From<Secret> for Secrets {
    fn from(secret: Secret) -> Self {
        vec![secret].into()
    }
}

impl From<Vec<Secret>> for Secrets {
    fn from(secrets: Vec<Secret>) -> Self {
        Self { source: Source::Fixed(secrets.into()) }
    }
}

/// HMAC-SHA-256 of the pieces, one after the other.
pub(super) fn code(secret: &[u8], pieces: &[&[u8]]) -> Result<[u8; CODE_LEN]> {
    let mut mac = Hmac::new(HashAlgorithm::Sha256, secret)?;
    pieces.iter().for_each(|piece| mac.update(piece));
    let mut code = [0; CODE_LEN];
    mac.finalize_into(code.as_mut_slice().into());
    Ok(code)
}

fn shared(bytes: &[u8]) -> Result<Kind> {
    if !SHARED_LENS.contains(&bytes.len()) {
        let (least, most, len) = (SHARED_LENS.start(), SHARED_LENS.end(), bytes.len());
        return Err(Error::value(format!("a {SHARED} secret holds {least} to {most} bytes, not {len}")));
    }
    Ok(Kind::Shared(SecretBytes::copy_from(bytes).into()))
}

fn decode(prefix: &str, text: &str) -> Result<Zeroizing<Vec<u8>>> {
    let decoded = secret_of_base64(&STANDARD, text.as_bytes());
    decoded.ok_or_else(|| Error::value(format!("what follows {prefix} is no base64 (with + and /, and padded with =)")))
}

/// From the seed, or the seed with the public key behind it.
fn private_key(bytes: &[u8]) -> Result<ed25519::PrivateKey> {
    match bytes.len() {
        ed25519::KEY_LEN => Ok(ed25519::PrivateKey::from_bytes(bytes)?),
        64 => {
            let (seed, public) = bytes.split_at(ed25519::KEY_LEN);
            let key = ed25519::PrivateKey::from_bytes(seed)?;
            if key.public_key().as_bytes() == public {
                Ok(key)
            } else {
                Err(Error::value(format!("the two halves of the {PRIVATE} key do not belong together")))
            }
        }
        len => Err(Error::value(format!("a {PRIVATE} key holds 64 bytes (or the 32 of its seed), not {len}"))),
    }
}
