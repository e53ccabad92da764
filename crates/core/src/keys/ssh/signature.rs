//! Signatures as SSH encodes them (RFC 4253 §6.6, RFC 5656 §3.1.2, RFC 8332 §3, RFC 8709 §6, and
//! OpenSSH's PROTOCOL.u2f for those of security keys).

use super::public::{RSA, SshPublicKey};
use super::wire::{Reader, put_integer, put_string};
use crate::asymmetric::rsa::{self, SignaturePadding};
use crate::asymmetric::{Message, dss_signature, ec, ed25519};
use crate::error::Unsupported;
use crate::hash::{HashAlgorithm, digest_into};
use crate::keys::{PrivateKey, PublicKey};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// The names of RSA's signatures; [`RSA`] is that with SHA-1.
pub(super) const RSA_SHA256: &str = "rsa-sha2-256";
pub(super) const RSA_SHA512: &str = "rsa-sha2-512";

/// A signature that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    algorithm: String,
    bytes: Vec<u8>,
    /// The part that only security keys add.
    presence: Option<Presence>,
}

/// The statements that a security key signs in addition to the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    flags: u8,
    counter: u32,
}

impl Presence {
    const TOUCHED: u8 = 0x01;
    const VERIFIED: u8 = 0x04;

    /// Whether the device was touched.
    #[must_use]
    pub fn is_user_present(self) -> bool {
        self.flags & Self::TOUCHED != 0
    }

    /// Whether the device has verified who touched it, by a PIN or a fingerprint.
    #[must_use]
    pub fn is_user_verified(self) -> bool {
        self.flags & Self::VERIFIED != 0
    }

    /// The number of signatures that the device says it has made.
    #[must_use]
    pub fn counter(self) -> u32 {
        self.counter
    }
}

impl Signature {
    /// Reads an encoded signature: its algorithm, then its bytes.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is malformed.
    pub fn from_blob(blob: &[u8]) -> Result<Self> {
        let mut reader = Reader::of("SSH signature", blob);
        let algorithm = reader.name()?.to_owned();
        let bytes = reader.string()?.to_vec();
        let presence = match algorithm.starts_with("sk-") {
            true => Some(Presence { flags: reader.byte()?, counter: reader.number()? }),
            false => None,
        };
        reader.finish()?;
        Ok(Self { algorithm, bytes, presence })
    }

    /// Encodes the signature.
    #[must_use]
    pub fn to_blob(&self) -> Vec<u8> {
        let mut blob = Vec::new();
        put_string(&mut blob, self.algorithm.as_bytes());
        put_string(&mut blob, &self.bytes);
        if let Some(presence) = self.presence {
            blob.push(presence.flags);
            blob.extend_from_slice(&presence.counter.to_be_bytes());
        }
        blob
    }

    /// Signs. RSA keys sign with SHA-512, elliptic curves with the hash function that goes with the
    /// curve.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for keys other than RSA, Ed25519 and those of SSH's curves.
    #[wipes_stack(deep)]
    pub fn sign(key: &PrivateKey, message: &[u8]) -> Result<Self> {
        let public = SshPublicKey::new(key.public_key())?;
        let mut algorithm = public.kind();
        let bytes = match key {
            PrivateKey::Ed25519(key) => {
                let mut bytes = vec![0; ed25519::SIGNATURE_LEN];
                key.sign_into(message, Output::from(&mut bytes[..]))?;
                bytes
            }
            PrivateKey::Ec(key) => {
                let der = key.sign(Message::Whole(hash_of(key.curve()), message))?;
                let (r, s) = dss_signature::decode(&der)?;
                let mut bytes = Vec::new();
                put_integer(&mut bytes, r);
                put_integer(&mut bytes, s);
                bytes
            }
            PrivateKey::Rsa(key) => {
                algorithm = RSA_SHA512;
                let mut bytes = vec![0; key.size()];
                let message = rsa::Message::Whole(HashAlgorithm::Sha512, message);
                key.sign_into(SignaturePadding::Pkcs1v15, message, Output::from(&mut bytes[..]))?;
                bytes
            }
            _ => return Err(no_signatures()),
        };
        Ok(Self { algorithm: algorithm.to_owned(), bytes, presence: None })
    }

    /// The name of the algorithm, `rsa-sha2-512` for example.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// The statements of the security key that made the signature, if one did.
    #[must_use]
    pub fn presence(&self) -> Option<Presence> {
        self.presence
    }

    /// Whether it is made by a key of the type `kind`.
    pub(super) fn is_by(&self, kind: &str) -> bool {
        match kind {
            RSA => [RSA, RSA_SHA256, RSA_SHA512].contains(&self.algorithm()),
            kind => self.algorithm == kind,
        }
    }
}

impl SshPublicKey {
    /// Verifies a signature. RSA signatures with SHA-1 count; ask
    /// [`algorithm`](Signature::algorithm) where they must not.
    ///
    /// # Errors
    /// [`Error::BadSignature`] if it does not match, [`Error::InvalidValue`] if it is malformed,
    /// [`Error::Unsupported`] for DSA.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<()> {
        if !signature.is_by(self.kind()) {
            return Err(Error::BadSignature);
        }
        let device;
        let message = match (self.application(), signature.presence) {
            (Some(application), Some(presence)) => {
                device = signed_by_device(application, presence, message);
                &device[..]
            }
            (None, None) => message,
            _ => return Err(Error::BadSignature),
        };
        match self.key() {
            PublicKey::Ed25519(key) => key.verify(message, &signature.bytes),
            PublicKey::Ec(key) => {
                let mut reader = Reader::of("SSH signature", &signature.bytes);
                let der = dss_signature::encode(reader.integer()?, reader.integer()?)?;
                reader.finish()?;
                key.verify(Message::Whole(hash_of(key.curve()), message), &der)
            }
            PublicKey::Rsa(key) => {
                let hash = match &*signature.algorithm {
                    RSA => HashAlgorithm::Sha1,
                    RSA_SHA256 => HashAlgorithm::Sha256,
                    _ => HashAlgorithm::Sha512,
                };
                key.verify(SignaturePadding::Pkcs1v15, rsa::Message::Whole(hash, message), &signature.bytes)
            }
            _ => Err(no_signatures()),
        }
    }
}

/// The bytes that a security key signs for a message.
fn signed_by_device(application: &[u8], presence: Presence, message: &[u8]) -> Vec<u8> {
    let mut signed = sha256(application).to_vec();
    signed.push(presence.flags);
    signed.extend_from_slice(&presence.counter.to_be_bytes());
    signed.extend_from_slice(&sha256(message));
    signed
}

fn sha256(data: &[u8]) -> [u8; 32] {
    let mut hashed = [0; 32];
    digest_into(HashAlgorithm::Sha256, data, Output::from(&mut hashed[..]));
    hashed
}

/// The hash function that goes with a curve (RFC 5656 §6.2.1).
fn hash_of(curve: ec::Curve) -> HashAlgorithm {
    match curve {
        ec::Curve::Secp384r1 => HashAlgorithm::Sha384,
        ec::Curve::Secp521r1 => HashAlgorithm::Sha512,
        _ => HashAlgorithm::Sha256,
    }
}

fn no_signatures() -> Error {
    let message = "only RSA, ECDSA and Ed25519 keys make SSH signatures";
    Error::unsupported(Unsupported::Ssh, message)
}
