//! What webhooks are signed with: `whsec_`, `whsk_` and `whpk_`.

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::asymmetric::ed25519;
use crate::constant_time::bytes_eq;
use crate::hash::HashAlgorithm;
use crate::hash::hmac::Hmac;
use crate::secret::{SecretBytes, SecretText};
use crate::{Error, Result};

/// A shared secret, a key pair, or the public half of one.
pub struct Secret {
    kind: Kind,
}

enum Kind {
    /// Of 24 to 64 bytes, known to sender and receiver.
    Shared(SecretBytes),
    /// The sender's.
    Private(ed25519::PrivateKey),
    /// The receiver's.
    Public(ed25519::PublicKey),
}

const SHARED: &str = "whsec_";
const PRIVATE: &str = "whsk_";
const PUBLIC: &str = "whpk_";

/// The lengths of shared secrets in bytes that the specification allows.
const SHARED_LENS: core::ops::RangeInclusive<usize> = 24..=64;
const NEW_SHARED_LEN: usize = 32;

impl Secret {
    /// A fresh secret of 32 bytes that sender and receiver share.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn generate() -> Result<Self> {
        Ok(Self { kind: Kind::Shared(SecretBytes::generate(NEW_SHARED_LEN)?) })
    }

    /// A fresh key pair, of which the receivers get the [`public`](Self::public) half alone.
    #[must_use]
    pub fn generate_pair() -> Self {
        Self { kind: Kind::Private(ed25519::PrivateKey::generate()) }
    }

    /// Reads `whsec_…`, `whsk_…` or `whpk_…`.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] for another prefix, bad base64, or a length that is not allowed.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let kind = if let Some(rest) = text.strip_prefix(SHARED) {
            let bytes = decode(SHARED, rest)?;
            if !SHARED_LENS.contains(&bytes.len()) {
                let len = bytes.len();
                return Err(Error::value(format!("a {SHARED} secret holds 24 to 64 bytes, not {len}")));
            }
            Kind::Shared(SecretBytes::copy_from(&bytes))
        } else if let Some(rest) = text.strip_prefix(PRIVATE) {
            Kind::Private(private_key(&decode(PRIVATE, rest)?)?)
        } else if let Some(rest) = text.strip_prefix(PUBLIC) {
            let bytes = decode(PUBLIC, rest)?;
            let len = bytes.len();
            let key = ed25519::PublicKey::from_bytes(&bytes);
            Kind::Public(key.map_err(|_| Error::value(format!("a {PUBLIC} key holds 32 bytes, not {len}")))?)
        } else {
            return Err(Error::value(
                "a webhook's secret begins with whsec_ (shared), whsk_ (secret key) or whpk_ (public key); make one with \
                 `ironlatch sign webhook-secret`",
            ));
        };
        Ok(Self { kind })
    }

    /// The text that [`parse`](Self::parse) reads.
    #[must_use]
    pub fn to_text(&self) -> SecretText {
        let (prefix, bytes) = match &self.kind {
            Kind::Shared(bytes) => (SHARED, Zeroizing::new(bytes.expose().to_vec())),
            // Seed and public key, as Ed25519's key pairs are commonly stored.
            Kind::Private(key) => {
                let mut pair = Zeroizing::new(Vec::with_capacity(2 * ed25519::KEY_LEN));
                pair.extend_from_slice(&*key.seed());
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

    /// What a receiver is given: the public half of a key pair.
    ///
    /// # Errors
    /// [`Error::WrongType`] for a shared secret, which has no public half.
    pub fn public(&self) -> Result<Self> {
        let key = match &self.kind {
            Kind::Private(key) => key.public_key(),
            Kind::Public(key) => *key,
            Kind::Shared(_) => {
                return Err(Error::WrongType(
                    "a shared secret has no public half: the receiver gets the secret".into(),
                ));
            }
        };
        Ok(Self { kind: Kind::Public(key) })
    }

    /// Whether it only verifies.
    #[must_use]
    pub fn is_public(&self) -> bool {
        matches!(self.kind, Kind::Public(_))
    }

    /// Which kind of signature belongs to it.
    pub(super) fn version(&self) -> &'static str {
        match self.kind {
            Kind::Shared(_) => "v1",
            Kind::Private(_) | Kind::Public(_) => "v1a",
        }
    }

    /// The signature of the pieces, one after the other.
    pub(super) fn sign(&self, pieces: &[&[u8]]) -> Result<Vec<u8>> {
        match &self.kind {
            Kind::Shared(secret) => Ok(code(secret.expose(), pieces)?.to_vec()),
            Kind::Private(key) => {
                let mut signature = vec![0; ed25519::SIGNATURE_LEN];
                key.sign(&pieces.concat(), signature.as_mut_slice().into())?;
                Ok(signature)
            }
            Kind::Public(_) => Err(Error::WrongType("a public key only verifies".into())),
        }
    }

    pub(super) fn verify(&self, pieces: &[&[u8]], signature: &[u8]) -> Result<bool> {
        match &self.kind {
            Kind::Shared(secret) => Ok(bytes_eq(&code(secret.expose(), pieces)?, signature)),
            Kind::Private(key) => Ok(key.public_key().verify(&pieces.concat(), signature).is_ok()),
            Kind::Public(key) => Ok(key.verify(&pieces.concat(), signature).is_ok()),
        }
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

/// HMAC-SHA-256 of the pieces, one after the other.
pub(super) fn code(secret: &[u8], pieces: &[&[u8]]) -> Result<[u8; 32]> {
    let mut mac = Hmac::new(HashAlgorithm::Sha256, secret)?;
    pieces.iter().for_each(|piece| mac.update(piece));
    let mut code = [0; 32];
    mac.finalize(code.as_mut_slice().into());
    Ok(code)
}

fn decode(prefix: &str, text: &str) -> Result<Zeroizing<Vec<u8>>> {
    let decoded = STANDARD.decode(text).map(Zeroizing::new);
    decoded.map_err(|_| Error::value(format!("what follows {prefix} is no base64 (with + and /, and padded with =)")))
}

/// From the seed, or the seed with the public key behind it.
fn private_key(bytes: &[u8]) -> Result<ed25519::PrivateKey> {
    match bytes.len() {
        ed25519::KEY_LEN => ed25519::PrivateKey::from_bytes(bytes),
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
