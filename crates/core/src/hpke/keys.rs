//! The keys of those whom messages are sent to.

use super::Kem;
use crate::asymmetric::ml_kem::{self, ParameterSet};
use crate::asymmetric::{ec, x448, x25519};
use crate::{Error, Result};

/// A public key of any [`Kem`].
#[derive(Debug, Clone)]
pub struct PublicKey(pub(super) AnyPublicKey);

/// A private key of any [`Kem`].
#[derive(Debug, Clone)]
pub struct PrivateKey(pub(super) AnyPrivateKey);

impl PublicKey {
    /// Which KEM the key is for. There is none for some curves and for ML-KEM-512.
    #[must_use]
    pub fn kem(&self) -> Option<Kem> {
        match &self.0 {
            AnyPublicKey::Dh(key) => key.kem(),
            AnyPublicKey::MlKem(key) => of_ml_kem(key.parameters()),
            AnyPublicKey::Hybrid(key) => hybrid(key.ml_kem.parameters(), key.dh.kem()),
        }
    }

    pub(super) fn check(&self, kem: Kem) -> Result<()> {
        check(self.kem(), kem)
    }
}

impl PrivateKey {
    /// Which KEM the key is for. There is none for some curves and for ML-KEM-512.
    #[must_use]
    pub fn kem(&self) -> Option<Kem> {
        match &self.0 {
            AnyPrivateKey::Dh(key) => key.kem(),
            AnyPrivateKey::MlKem(key) => of_ml_kem(key.parameters()),
            AnyPrivateKey::Hybrid(key) => hybrid(key.ml_kem.parameters(), key.dh.kem()),
        }
    }

    /// The public key that belongs to it.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        match &self.0 {
            AnyPrivateKey::Dh(key) => PublicKey(AnyPublicKey::Dh(key.public_key())),
            AnyPrivateKey::MlKem(key) => key.public_key().into(),
            AnyPrivateKey::Hybrid(key) => key.public_key().into(),
        }
    }

    pub(super) fn check(&self, kem: Kem) -> Result<()> {
        check(self.kem(), kem)
    }
}

/// A public key of ML-KEM and one of an elliptic curve, for [`Kem::MlKem768X25519`] or
/// [`Kem::MlKem1024P384`].
#[derive(Debug, Clone)]
pub struct HybridPublicKey {
    pub(super) ml_kem: ml_kem::PublicKey,
    pub(super) dh: DhPublicKey,
}

impl HybridPublicKey {
    /// The pair for [`Kem::MlKem768X25519`].
    ///
    /// # Errors
    /// [`Error::WrongType`] if `ml_kem` is not of ML-KEM-768.
    pub fn ml_kem_768_x25519(ml_kem: ml_kem::PublicKey, x25519: x25519::PublicKey) -> Result<Self> {
        check(hybrid(ml_kem.parameters(), Some(Kem::X25519)), Kem::MlKem768X25519)?;
        Ok(Self { ml_kem, dh: DhPublicKey::X25519(x25519) })
    }

    /// The pair for [`Kem::MlKem1024P384`].
    ///
    /// # Errors
    /// [`Error::WrongType`] if `ml_kem` is not of ML-KEM-1024, or `p384` of another curve.
    pub fn ml_kem_1024_p384(ml_kem: ml_kem::PublicKey, p384: ec::PublicKey) -> Result<Self> {
        check(hybrid(ml_kem.parameters(), of_curve(p384.curve())), Kem::MlKem1024P384)?;
        Ok(Self { ml_kem, dh: DhPublicKey::Ec(p384) })
    }
}

/// A private key of ML-KEM and one of an elliptic curve, for [`Kem::MlKem768X25519`] or
/// [`Kem::MlKem1024P384`].
#[derive(Debug, Clone)]
pub struct HybridPrivateKey {
    pub(super) ml_kem: ml_kem::PrivateKey,
    pub(super) dh: DhPrivateKey,
}

impl HybridPrivateKey {
    /// The pair for [`Kem::MlKem768X25519`].
    ///
    /// # Errors
    /// [`Error::WrongType`] if `ml_kem` is not of ML-KEM-768.
    pub fn ml_kem_768_x25519(ml_kem: ml_kem::PrivateKey, x25519: x25519::PrivateKey) -> Result<Self> {
        check(hybrid(ml_kem.parameters(), Some(Kem::X25519)), Kem::MlKem768X25519)?;
        Ok(Self { ml_kem, dh: DhPrivateKey::X25519(x25519) })
    }

    /// The pair for [`Kem::MlKem1024P384`].
    ///
    /// # Errors
    /// [`Error::WrongType`] if `ml_kem` is not of ML-KEM-1024, or `p384` of another curve.
    pub fn ml_kem_1024_p384(ml_kem: ml_kem::PrivateKey, p384: ec::PrivateKey) -> Result<Self> {
        check(hybrid(ml_kem.parameters(), of_curve(p384.curve())), Kem::MlKem1024P384)?;
        Ok(Self { ml_kem, dh: DhPrivateKey::Ec(p384) })
    }

    /// The public keys that belong to them.
    #[must_use]
    pub fn public_key(&self) -> HybridPublicKey {
        HybridPublicKey { ml_kem: self.ml_kem.public_key(), dh: self.dh.public_key() }
    }
}

#[derive(Debug, Clone)]
pub(super) enum AnyPublicKey {
    Dh(DhPublicKey),
    MlKem(ml_kem::PublicKey),
    Hybrid(HybridPublicKey),
}

#[derive(Debug, Clone)]
pub(super) enum AnyPrivateKey {
    Dh(DhPrivateKey),
    MlKem(ml_kem::PrivateKey),
    Hybrid(HybridPrivateKey),
}

/// A public key for an agreement on a curve.
#[derive(Debug, Clone)]
pub(super) enum DhPublicKey {
    X25519(x25519::PublicKey),
    X448(x448::PublicKey),
    Ec(ec::PublicKey),
}

impl DhPublicKey {
    fn kem(&self) -> Option<Kem> {
        match self {
            Self::X25519(_) => Some(Kem::X25519),
            Self::X448(_) => Some(Kem::X448),
            Self::Ec(key) => of_curve(key.curve()),
        }
    }
}

/// A private key for an agreement on a curve.
#[derive(Debug, Clone)]
pub(super) enum DhPrivateKey {
    X25519(x25519::PrivateKey),
    X448(x448::PrivateKey),
    Ec(ec::PrivateKey),
}

impl DhPrivateKey {
    fn kem(&self) -> Option<Kem> {
        match self {
            Self::X25519(_) => Some(Kem::X25519),
            Self::X448(_) => Some(Kem::X448),
            Self::Ec(key) => of_curve(key.curve()),
        }
    }

    pub(super) fn public_key(&self) -> DhPublicKey {
        match self {
            Self::X25519(key) => DhPublicKey::X25519(key.public_key()),
            Self::X448(key) => DhPublicKey::X448(key.public_key()),
            Self::Ec(key) => DhPublicKey::Ec(key.public_key()),
        }
    }
}

macro_rules! from {
    ($($key:ty => $target:ident($make:expr);)*) => {
        $(impl From<$key> for $target {
            fn from(key: $key) -> Self {
                Self($make(key))
            }
        })*
    };
}

from! {
    x25519::PublicKey => PublicKey(|key| AnyPublicKey::Dh(DhPublicKey::X25519(key)));
    x448::PublicKey => PublicKey(|key| AnyPublicKey::Dh(DhPublicKey::X448(key)));
    ec::PublicKey => PublicKey(|key| AnyPublicKey::Dh(DhPublicKey::Ec(key)));
    ml_kem::PublicKey => PublicKey(AnyPublicKey::MlKem);
    HybridPublicKey => PublicKey(AnyPublicKey::Hybrid);
    x25519::PrivateKey => PrivateKey(|key| AnyPrivateKey::Dh(DhPrivateKey::X25519(key)));
    x448::PrivateKey => PrivateKey(|key| AnyPrivateKey::Dh(DhPrivateKey::X448(key)));
    ec::PrivateKey => PrivateKey(|key| AnyPrivateKey::Dh(DhPrivateKey::Ec(key)));
    ml_kem::PrivateKey => PrivateKey(AnyPrivateKey::MlKem);
    HybridPrivateKey => PrivateKey(AnyPrivateKey::Hybrid);
}

fn of_curve(curve: ec::Curve) -> Option<Kem> {
    match curve {
        ec::Curve::Secp256r1 => Some(Kem::P256),
        ec::Curve::Secp384r1 => Some(Kem::P384),
        ec::Curve::Secp521r1 => Some(Kem::P521),
        _ => None,
    }
}

fn of_ml_kem(parameters: ParameterSet) -> Option<Kem> {
    match parameters {
        ParameterSet::MlKem768 => Some(Kem::MlKem768),
        ParameterSet::MlKem1024 => Some(Kem::MlKem1024),
        ParameterSet::MlKem512 => None,
    }
}

fn hybrid(parameters: ParameterSet, dh: Option<Kem>) -> Option<Kem> {
    match (parameters, dh) {
        (ParameterSet::MlKem768, Some(Kem::X25519)) => Some(Kem::MlKem768X25519),
        (ParameterSet::MlKem1024, Some(Kem::P384)) => Some(Kem::MlKem1024P384),
        _ => None,
    }
}

fn check(got: Option<Kem>, wanted: Kem) -> Result<()> {
    if got == Some(wanted) {
        return Ok(());
    }
    Err(Error::WrongType(format!("Expected {} for KEM.{}", wanted.key_name(), wanted.name()).into()))
}
