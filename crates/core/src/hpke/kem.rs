//! How the sender and the owner of a private key come to share a secret.

use crate::hash::{HashAlgorithm, digest_into};
use ironlatch_engine::{rand, x25519};
use zeroize::Zeroizing;

use super::kdf::LabeledHkdf;
use super::keys::{
    AnyPrivateKey, AnyPublicKey, DhPrivateKey, DhPublicKey, HybridPrivateKey, HybridPublicKey, PrivateKey, PublicKey,
};
use super::{Kem, SharedSecret};
use crate::asymmetric::{ec, x448};
use crate::{Error, Result};

impl Kem {
    /// The length in bytes of the encapsulated key, with which a sealed message begins.
    #[must_use]
    pub fn enc_len(self) -> usize {
        match self {
            Self::X25519 => 32,
            Self::P256 => 65,
            Self::P384 => 97,
            Self::P521 => 133,
            Self::X448 => 56,
            Self::MlKem768 => 1088,
            Self::MlKem1024 => 1568,
            Self::MlKem768X25519 => 1088 + 32,
            Self::MlKem1024P384 => 1568 + 97,
        }
    }

    pub(super) fn id(self) -> u16 {
        match self {
            Self::P256 => 0x0010,
            Self::P384 => 0x0011,
            Self::P521 => 0x0012,
            Self::X25519 => 0x0020,
            Self::X448 => 0x0021,
            Self::MlKem768 => 0x0041,
            Self::MlKem1024 => 0x0042,
            Self::MlKem1024P384 => 0x0051,
            Self::MlKem768X25519 => 0x647a,
        }
    }

    /// The usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::X25519 => "X25519",
            Self::P256 => "P256",
            Self::P384 => "P384",
            Self::P521 => "P521",
            Self::X448 => "X448",
            Self::MlKem768 => "MLKEM768",
            Self::MlKem1024 => "MLKEM1024",
            Self::MlKem768X25519 => "MLKEM768_X25519",
            Self::MlKem1024P384 => "MLKEM1024_P384",
        }
    }

    /// The required type of a key, in words.
    pub(super) fn key_name(self) -> &'static str {
        match self {
            Self::X25519 => "an X25519 key",
            Self::P256 => "an elliptic curve key on secp256r1",
            Self::P384 => "an elliptic curve key on secp384r1",
            Self::P521 => "an elliptic curve key on secp521r1",
            Self::X448 => "an X448 key",
            Self::MlKem768 => "an ML-KEM-768 key",
            Self::MlKem1024 => "an ML-KEM-1024 key",
            Self::MlKem768X25519 => "a pair of an ML-KEM-768 key and an X25519 key",
            Self::MlKem1024P384 => "a pair of an ML-KEM-1024 key and an elliptic curve key on secp384r1",
        }
    }

    /// The hash function within the KEM, if it has one of its own.
    fn hash(self) -> HashAlgorithm {
        match self {
            Self::P384 => HashAlgorithm::Sha384,
            Self::P521 | Self::X448 => HashAlgorithm::Sha512,
            _ => HashAlgorithm::Sha256,
        }
    }

    /// Names the KEM within the secret of a hybrid (draft-irtf-cfrg-concrete-hybrid-kems §4).
    fn hybrid_label(self) -> &'static [u8] {
        match self {
            Self::MlKem768X25519 => br"\.//^\",
            _ => b"MLKEM1024-P384",
        }
    }

    /// The secret of a DHKEM (RFC 9180 §4.1): `context` is the encapsulated key and the
    /// recipient's.
    fn extract_and_expand(self, dh: &[u8], enc: &[u8], recipient: &[u8]) -> Result<SharedSecret> {
        let mut suite_id = *b"KEM\0\0";
        suite_id[3..].copy_from_slice(&self.id().to_be_bytes());
        let hkdf = LabeledHkdf { algorithm: self.hash(), suite_id: &suite_id };
        let key = hkdf.extract(b"", b"eae_prk", dh)?;
        hkdf.expand(&key, b"shared_secret", &[enc, recipient].concat(), self.hash().digest_size())
    }

    /// The secret of a hybrid (draft-irtf-cfrg-hybrid-kems, C2PRI combiner).
    fn combine(self, ml_kem: &[u8], dh: &[u8], dh_enc: &[u8], dh_recipient: &[u8]) -> SharedSecret {
        let len = ml_kem.len() + dh.len() + dh_enc.len() + dh_recipient.len() + self.hybrid_label().len();
        let mut input = Zeroizing::new(Vec::with_capacity(len));
        for part in [ml_kem, dh, dh_enc, dh_recipient, self.hybrid_label()] {
            input.extend_from_slice(part);
        }
        let mut secret = Zeroizing::new(vec![0; 32]);
        digest_into(HashAlgorithm::Sha3_256, &input, secret.as_mut_slice().into());
        secret
    }
}

impl PublicKey {
    /// A new secret, and what carries it to the owner of the private key.
    pub(super) fn encapsulate(&self, kem: Kem) -> Result<(SharedSecret, Vec<u8>)> {
        self.check(kem)?;
        match &self.0 {
            AnyPublicKey::Dh(key) => {
                let (dh, enc) = key.agree()?;
                Ok((kem.extract_and_expand(&dh, &enc, &key.encoded())?, enc))
            }
            AnyPublicKey::MlKem(key) => key.encapsulate(),
            AnyPublicKey::Hybrid(HybridPublicKey { ml_kem, dh }) => {
                let (ml_kem_secret, mut enc) = ml_kem.encapsulate()?;
                let (dh_secret, dh_enc) = dh.agree()?;
                enc.extend_from_slice(&dh_enc);
                Ok((kem.combine(&ml_kem_secret[..], &dh_secret, &dh_enc, &dh.encoded()), enc))
            }
        }
    }
}

impl PrivateKey {
    /// The secret that `enc`, of [`Kem::enc_len`] bytes, carries.
    ///
    /// # Errors
    /// [`Error::InvalidTag`] if it was not made by an encapsulation: which part is wrong is not
    /// told.
    pub(super) fn decapsulate(&self, kem: Kem, enc: &[u8]) -> Result<SharedSecret> {
        self.check(kem)?;
        let invalid = |_| Error::InvalidTag;
        match &self.0 {
            AnyPrivateKey::Dh(key) => {
                let dh = key.agree(enc).map_err(invalid)?;
                kem.extract_and_expand(&dh, enc, &key.public_key().encoded())
            }
            AnyPrivateKey::MlKem(key) => key.decapsulate(enc).map_err(invalid),
            AnyPrivateKey::Hybrid(HybridPrivateKey { ml_kem, dh }) => {
                let (ml_kem_enc, dh_enc) = enc.split_at(ml_kem.parameters().ciphertext_len());
                let ml_kem_secret = ml_kem.decapsulate(ml_kem_enc).map_err(invalid)?;
                let dh_secret = dh.agree(dh_enc).map_err(invalid)?;
                Ok(kem.combine(&ml_kem_secret[..], &dh_secret, dh_enc, &dh.public_key().encoded()))
            }
        }
    }
}

impl DhPublicKey {
    /// A secret shared with the owner of the private key, and the public key to find it with.
    fn agree(&self) -> Result<(SharedSecret, Vec<u8>)> {
        match self {
            Self::X25519(key) => {
                let ephemeral = Zeroizing::new(rand::array());
                let dh = x25519::agree(&ephemeral, key.as_bytes()).map_err(|_| {
                    Error::value("Error computing shared key: the public key is a point of small order")
                })?;
                Ok((Zeroizing::new(dh.to_vec()), x25519::public_key(&ephemeral).to_vec()))
            }
            Self::X448(key) => {
                let ephemeral = x448::PrivateKey::generate();
                Ok((ephemeral.exchange(key)?, ephemeral.public_key().as_bytes().to_vec()))
            }
            Self::Ec(key) => {
                let ephemeral = ec::PrivateKey::generate(key.curve())?;
                Ok((ephemeral.exchange(key)?, ephemeral.public_key().to_point(false)))
            }
        }
    }

    /// Serializes it as in RFC 9180 §4.
    fn encoded(&self) -> Vec<u8> {
        match self {
            Self::X25519(key) => key.as_bytes().to_vec(),
            Self::X448(key) => key.as_bytes().to_vec(),
            Self::Ec(key) => key.to_point(false),
        }
    }
}

impl DhPrivateKey {
    /// Makes the secret shared with the owner of the private key of `enc`, a serialized public key.
    fn agree(&self, enc: &[u8]) -> Result<SharedSecret> {
        match self {
            Self::X25519(key) => {
                let enc = enc.try_into().map_err(|_| Error::InvalidTag)?;
                let dh = x25519::agree(key.private_bytes(), enc).map_err(|_| Error::InvalidTag)?;
                Ok(Zeroizing::new(dh.to_vec()))
            }
            Self::X448(key) => key.exchange(&x448::PublicKey::from_bytes(enc)?),
            Self::Ec(key) => {
                // Uncompressed only: another encoding would be another message with the same
                // meaning.
                if enc.first() != Some(&4) {
                    return Err(Error::InvalidTag);
                }
                key.exchange(&ec::PublicKey::from_point(key.curve(), enc)?)
            }
        }
    }
}
