//! Kinds of keys for certificates.

use core::fmt;
use core::str::FromStr;

use ironlatch_core::asymmetric::ec::{self, Curve};
use ironlatch_core::asymmetric::ml_dsa::{self, ParameterSet};
use ironlatch_core::asymmetric::{ed448, ed25519, rsa};
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::keys::{PrivateKey, PublicKey};
use ironlatch_core::secret::wipes_stack;

use crate::building::KeySigner;
use crate::error::{Error, Result};
use crate::verification::MINIMUM_RSA_BITS;

/// A kind of key that certificates are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum KeyKind {
    /// ECDSA on P-256, which everything understands.
    #[default]
    P256,
    /// ECDSA on P-384.
    P384,
    /// ECDSA on P-521. Few browsers take it.
    P521,
    /// Ed25519. No browser takes it.
    Ed25519,
    /// Ed448. No browser takes it.
    Ed448,
    /// RSA with 2048 bits, for old software.
    Rsa2048,
    /// RSA with 3072 bits.
    Rsa3072,
    /// RSA with 4096 bits.
    Rsa4096,
    /// ML-DSA-65, which resists quantum computers, and which little software takes yet.
    MlDsa65,
}

impl KeyKind {
    /// All kinds, the default first.
    pub const ALL: [Self; 9] = [
        Self::P256,
        Self::P384,
        Self::P521,
        Self::Ed25519,
        Self::Ed448,
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
        Self::MlDsa65,
    ];

    /// The name that [`FromStr`] reads: `p256`, `ed25519`, `rsa3072`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "p256",
            Self::P384 => "p384",
            Self::P521 => "p521",
            Self::Ed25519 => "ed25519",
            Self::Ed448 => "ed448",
            Self::Rsa2048 => "rsa2048",
            Self::Rsa3072 => "rsa3072",
            Self::Rsa4096 => "rsa4096",
            Self::MlDsa65 => "ml-dsa-65",
        }
    }

    /// Makes a key of this kind.
    ///
    /// # Errors
    /// [`Error::Core`] if the system gives no randomness.
    #[wipes_stack(deep)]
    pub fn generate(self) -> Result<PrivateKey> {
        const EXPONENT: u64 = 65_537;
        let curve = |curve| ec::PrivateKey::generate(curve).map(PrivateKey::Ec);
        let rsa = |bits| rsa::PrivateKey::generate(bits, EXPONENT).map(PrivateKey::Rsa);
        Ok(match self {
            Self::P256 => curve(Curve::Secp256r1)?,
            Self::P384 => curve(Curve::Secp384r1)?,
            Self::P521 => curve(Curve::Secp521r1)?,
            Self::Ed25519 => PrivateKey::Ed25519(ed25519::PrivateKey::generate()),
            Self::Ed448 => PrivateKey::Ed448(ed448::PrivateKey::generate()),
            Self::Rsa2048 => rsa(2048)?,
            Self::Rsa3072 => rsa(3072)?,
            Self::Rsa4096 => rsa(4096)?,
            Self::MlDsa65 => PrivateKey::MlDsa(ml_dsa::PrivateKey::generate(ParameterSet::MlDsa65)?),
        })
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for KeyKind {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::value(format!("there is no kind of key called {name:?}: the kinds are {names}"))
        })
    }
}

/// A key that signs with the hash function of its strength.
pub(super) fn signer(key: &PrivateKey) -> Result<KeySigner<'_>> {
    check_key(&key.public_key())?;
    let hash = match key {
        PrivateKey::Ec(key) => match key.curve() {
            Curve::Secp384r1 => Some(HashAlgorithm::Sha384),
            Curve::Secp521r1 => Some(HashAlgorithm::Sha512),
            _ => None,
        },
        _ => None,
    };
    KeySigner::new(key, hash)
}

/// Fails unless a key is of a kind that signs, and strong enough.
pub(super) fn check_key(key: &PublicKey) -> Result<()> {
    let why = match key {
        PublicKey::Rsa(key) if key.bits() < MINIMUM_RSA_BITS => "it is too short: 2048 bits are the least",
        PublicKey::Ec(key) if !matches!(key.curve(), Curve::Secp256r1 | Curve::Secp384r1 | Curve::Secp521r1) => {
            "its curve is one that few programs know: use P-256, P-384 or P-521"
        }
        PublicKey::Rsa(_) | PublicKey::Ec(_) | PublicKey::Ed25519(_) | PublicKey::Ed448(_) | PublicKey::MlDsa(_) => {
            return Ok(());
        }
        _ => "keys for certificates are ECDSA, RSA, Ed25519, Ed448 or ML-DSA keys",
    };
    Err(Error::WrongKey(format!("the key ({}) is not fit for a certificate: {why}", key.description()).into()))
}
