//! Key pairs that also stand up to quantum computers: `age1pq1…` and `AGE-SECRET-KEY-PQ-1…` (age
//! §"The MLKEM768-X25519 hybrid post-quantum recipient type").
//!
//! The file key is encrypted by HPKE with X-Wing, which combines ML-KEM-768 and X25519: an attacker
//! has to break both.

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::header::{Stanza, decode_array, encode, malformed};
use super::{FileKey, WRAPPED_LEN, key_text};
use crate::{Error, Result};
use ironlatch_core::asymmetric::ml_kem::{self, ParameterSet};
use ironlatch_core::asymmetric::x25519;
use ironlatch_core::hash::{HashAlgorithm, XofHash};
use ironlatch_core::hpke::{Aead, HybridPrivateKey, HybridPublicKey, Kdf, Kem, PrivateKey, PublicKey, Suite};
use ironlatch_core::secret::{SecretBytes, SecretText};
use ironlatch_core::symmetric::aead::Aad;
use ironlatch_core::{Error as CoreError, Output};

const KIND: &str = "mlkem768x25519";
const INFO: &[u8] = b"age-encryption.org/mlkem768x25519";
const SUITE: Suite = Suite { kem: Kem::MlKem768X25519, kdf: Kdf::HkdfSha256, aead: Aead::ChaCha20Poly1305 };

pub(super) const RECIPIENT_PREFIX: &str = "age1pq";
pub(super) const IDENTITY_PREFIX: &str = "age-secret-key-pq-";

/// Lengths in bytes: of a private key, a public key, its part of ML-KEM, and an encapsulated key
/// with its part.
const SEED_LEN: usize = 32;
const PUBLIC_LEN: usize = 1216;
const ML_KEM_PUBLIC_LEN: usize = 1184;
const ENC_LEN: usize = 1120;
const ML_KEM_ENC_LEN: usize = 1088;

/// A public key.
#[derive(Clone)]
pub struct Recipient {
    bytes: Arc<[u8; PUBLIC_LEN]>,
    key: PublicKey,
}

impl Recipient {
    fn from_bytes(bytes: &[u8; PUBLIC_LEN]) -> Result<Self> {
        let (ml_kem, x25519) = bytes.split_at(ML_KEM_PUBLIC_LEN);
        let ml_kem = ml_kem::PublicKey::from_bytes(ParameterSet::MlKem768, ml_kem)?;
        let x25519 = x25519::PublicKey::from_bytes(x25519)?;
        let key = HybridPublicKey::ml_kem_768_x25519(ml_kem, x25519)?.into();
        Ok(Self { bytes: Arc::new(*bytes), key })
    }

    pub(super) fn wrap(&self, file_key: &FileKey) -> Result<Stanza> {
        let mut sealed = [0; ENC_LEN + WRAPPED_LEN];
        SUITE.seal_into(&self.key, INFO, Aad(b""), file_key.expose(), Output::from(&mut sealed[..]))?;
        let (enc, body) = sealed.split_at(ENC_LEN);
        Ok(Stanza::of(KIND, [&encode(enc)], body.to_vec()))
    }
}

impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |why| Error::value(format!("not a post-quantum public key of age: {why}"));
        let bytes = key_text::decode(text, RECIPIENT_PREFIX).map_err(wrong)?;
        Self::from_bytes(&bytes).map_err(|_| wrong("no private key has it"))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        key_text::write_public(f, RECIPIENT_PREFIX, &self.bytes[..])
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

impl PartialEq for Recipient {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Recipient {}

/// A private key.
#[derive(Debug, Clone)]
pub struct Identity {
    seed: Arc<SecretBytes>,
    ml_kem: ml_kem::PrivateKey,
    x25519: x25519::PrivateKey,
    key: PrivateKey,
}

impl Identity {
    pub(super) fn generate() -> Result<Self> {
        Self::from_seed(SecretBytes::generate(SEED_LEN)?)
    }

    /// The keys of both kinds come out of one seed (draft-connolly-cfrg-xwing-kem §5.2).
    fn from_seed(seed: SecretBytes) -> Result<Self> {
        let mut expanded = Zeroizing::new([0; ml_kem::SEED_LEN + x25519::KEY_LEN]);
        let mut shake = XofHash::new(HashAlgorithm::Shake256 { digest_size: expanded.len() })?;
        shake.update(seed.expose())?;
        shake.squeeze_into(Output::from(&mut expanded[..]))?;
        let (ml_kem, x25519) = expanded.split_at(ml_kem::SEED_LEN);
        let ml_kem = ml_kem::PrivateKey::from_bytes(ParameterSet::MlKem768, ml_kem)?;
        let x25519 = x25519::PrivateKey::from_bytes(x25519)?;
        let key = HybridPrivateKey::ml_kem_768_x25519(ml_kem.clone(), x25519.clone())?.into();
        Ok(Self { seed: Arc::new(seed), ml_kem, x25519, key })
    }

    pub(super) fn recipient(&self) -> Recipient {
        let mut bytes = [0; PUBLIC_LEN];
        bytes[..ML_KEM_PUBLIC_LEN].copy_from_slice(self.ml_kem.public_key().as_bytes());
        bytes[ML_KEM_PUBLIC_LEN..].copy_from_slice(self.x25519.public_key().as_bytes());
        Recipient { bytes: Arc::new(bytes), key: self.key.public_key() }
    }

    pub(super) fn to_text(&self) -> SecretText {
        key_text::private(IDENTITY_PREFIX, self.seed.expose())
    }

    pub(super) fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>> {
        for stanza in stanzas {
            if stanza.kind() != KIND {
                continue;
            }
            let Some([enc]) = stanza.fixed() else {
                return Err(malformed("a post-quantum recipient has the wrong number of arguments"));
            };
            let enc: Option<[u8; ENC_LEN]> = decode_array(enc.as_bytes());
            let enc = enc.ok_or_else(|| malformed("a post-quantum recipient's key is not 1120 bytes"))?;
            if stanza.body.len() != WRAPPED_LEN {
                return Err(malformed("a post-quantum recipient has a file key of the wrong length"));
            }
            // HPKE would not tell this from another's stanza.
            let share = x25519::PublicKey::from_bytes(&enc[ML_KEM_ENC_LEN..])?;
            let small_order = |_| malformed("a post-quantum recipient's share is a point of small order");
            self.x25519.exchange(&share).map_err(small_order)?;

            let sealed = [&enc, stanza.body.as_slice()].concat();
            let mut file_key = FileKey::zero();
            match SUITE.open_into(&self.key, INFO, Aad(b""), &sealed, Output::from(file_key.as_mut_slice())) {
                Ok(_) => return Ok(Some(file_key)),
                Err(CoreError::InvalidTag) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }
}

impl FromStr for Identity {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let seed = key_text::decode::<SEED_LEN>(text, IDENTITY_PREFIX)
            .map_err(|why| Error::value(format!("not a private key of age: {why}")))?;
        Self::from_seed(SecretBytes::copy_from(&seed[..]))
    }
}
