//! Keys in words, for people.

use super::{PrivateKey, PublicKey};

impl PublicKey {
    /// The kind of the key in words: `RSA, 2048 bits`, `EC secp256r1`, `Ed25519`, `ML-KEM-768`.
    #[must_use]
    pub fn description(&self) -> String {
        match self {
            Self::Rsa(key) => format!("RSA, {} bits", key.bits()),
            Self::Dsa(key) => format!("DSA, {} bits", key.bits()),
            Self::Ed25519(_) => "Ed25519".into(),
            Self::Ed448(_) => "Ed448".into(),
            Self::X25519(_) => "X25519".into(),
            Self::X448(_) => "X448".into(),
            Self::Ec(key) => format!("EC {}", key.curve().name()),
            Self::Dh(key) => format!("Diffie-Hellman, {} bits", key.bits()),
            Self::MlKem(key) => key.parameters().name().into(),
            Self::MlDsa(key) => key.parameters().name().into(),
            Self::SlhDsa(key) => key.parameters().name().into(),
        }
    }
}

impl PrivateKey {
    /// The kind of the key in words, as [`PublicKey::description`] gives it.
    #[must_use]
    pub fn description(&self) -> String {
        self.public_key().description()
    }
}
