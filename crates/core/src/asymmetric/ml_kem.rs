//! ML-KEM (FIPS 203): agreeing on a secret in a way that a quantum computer does not undo.
//!
//! Anyone with the public key can make a secret and a ciphertext that carries it; the private key
//! recovers the secret.
//!
//! ```
//! use ironlatch::asymmetric::ml_kem::{ParameterSet, PrivateKey};
//!
//! let key = PrivateKey::generate(ParameterSet::MlKem768)?;
//! let (secret, ciphertext) = key.public_key().encapsulate()?;
//! assert_eq!(key.decapsulate(&ciphertext)?, secret);
//! # Ok::<(), ironlatch::Error>(())
//! ```

use core::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use ironlatch_engine::{ml_kem as engine, rand};
use zeroize::Zeroizing;

use crate::error::{Allowed, Input};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

pub use engine::{ParameterSet, SEED_LEN, SHARED_SECRET_LEN};

/// The secret of [`SHARED_SECRET_LEN`] bytes that two sides share after an encapsulation.
pub type SharedSecret = Zeroizing<Vec<u8>>;

/// A private key: a seed of [`SEED_LEN`] bytes, kept with what is made from it. Copies share one
/// key in memory, which is wiped when the last of them is dropped.
#[derive(Clone)]
pub struct PrivateKey {
    inner: Arc<Private>,
}

struct Private {
    seed: Zeroizing<[u8; SEED_LEN]>,
    engine: engine::DecapsulationKey,
    public: PublicKey,
}

impl PrivateKey {
    /// A new private key.
    ///
    /// # Errors
    /// [`Error::Internal`] if memory runs out.
    #[wipes_stack(deep)]
    pub fn generate(parameters: ParameterSet) -> Result<Self> {
        Self::new(parameters, Zeroizing::new(rand::array()))
    }

    /// The private key made from a seed: d, then z (FIPS 203 §7.1).
    ///
    /// # Errors
    /// [`Error::Length`] if it has not [`SEED_LEN`] bytes.
    #[wipes_stack(deep)]
    pub fn from_bytes(parameters: ParameterSet, seed: &[u8]) -> Result<Self> {
        match seed.try_into() {
            Ok(seed) => Self::new(parameters, Zeroizing::new(seed)),
            Err(_) => Err(Error::Length {
                what: Input::Seed(parameters.name()),
                got: seed.len(),
                allowed: Allowed::Exactly(SEED_LEN as u64),
            }),
        }
    }

    /// The parameter set.
    #[must_use]
    pub fn parameters(&self) -> ParameterSet {
        self.inner.engine.parameters()
    }

    /// The seed.
    #[must_use]
    pub fn private_bytes(&self) -> &[u8; SEED_LEN] {
        &self.inner.seed
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        self.inner.public.clone()
    }

    /// The secret that `ciphertext` carries. One that was not made for this key, or was changed,
    /// gives a secret that nobody else has (implicit rejection, FIPS 203 §6.3): only what is done
    /// with the secret shows it.
    ///
    /// # Errors
    /// [`Error::Length`] if the ciphertext has another length than
    /// [`ParameterSet::ciphertext_len`].
    #[wipes_stack(deep)]
    pub fn decapsulate(&self, ciphertext: &[u8]) -> Result<SharedSecret> {
        let parameters = self.parameters();
        if ciphertext.len() != parameters.ciphertext_len() {
            return Err(Error::Length {
                what: Input::Ciphertext(parameters.name()),
                got: ciphertext.len(),
                allowed: Allowed::Exactly(parameters.ciphertext_len() as u64),
            });
        }
        Ok(Zeroizing::new(self.inner.engine.decapsulate(ciphertext)?.to_vec()))
    }

    fn new(parameters: ParameterSet, seed: Zeroizing<[u8; SEED_LEN]>) -> Result<Self> {
        let engine = engine::DecapsulationKey::from_seed(parameters, &seed)?;
        let public = PublicKey::from_bytes(parameters, &engine.public_bytes()?)?;
        Ok(Self { inner: Arc::new(Private { seed, engine, public }) })
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ml_kem::PrivateKey({:?}, <redacted>)", self.parameters())
    }
}

/// A public key. Copies share one key in memory.
#[derive(Clone)]
pub struct PublicKey {
    inner: Arc<Public>,
}

struct Public {
    bytes: Vec<u8>,
    engine: engine::EncapsulationKey,
}

impl PublicKey {
    /// The public key that `bytes` encode.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not [`ParameterSet::public_key_len`] of them;
    /// [`Error::InvalidValue`] if a coefficient is not reduced (FIPS 203 §7.2).
    pub fn from_bytes(parameters: ParameterSet, bytes: &[u8]) -> Result<Self> {
        let (name, len) = (parameters.name(), parameters.public_key_len());
        if bytes.len() != len {
            return Err(Error::Length {
                what: Input::PublicKey(name),
                got: bytes.len(),
                allowed: Allowed::Exactly(len as u64),
            });
        }
        let engine = engine::EncapsulationKey::new(parameters, bytes)
            .map_err(|_| Error::value(format!("these {len} bytes are no {name} public key")))?;
        Ok(Self { inner: Arc::new(Public { bytes: bytes.to_vec(), engine }) })
    }

    /// The parameter set.
    #[must_use]
    pub fn parameters(&self) -> ParameterSet {
        self.inner.engine.parameters()
    }

    /// The encoded key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.inner.bytes
    }

    /// A new secret, and the ciphertext that carries it to the owner of the private key.
    ///
    /// # Errors
    /// [`Error::Internal`] if memory runs out.
    #[wipes_stack(deep)]
    pub fn encapsulate(&self) -> Result<(SharedSecret, Vec<u8>)> {
        let mut ciphertext = vec![0; self.parameters().ciphertext_len()];
        let (_, secret) = self.inner.engine.encapsulate(Output::from(&mut ciphertext[..]))?;
        Ok((Zeroizing::new(secret.to_vec()), ciphertext))
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.parameters() == other.parameters() && self.as_bytes() == other.as_bytes()
    }
}

impl Eq for PublicKey {}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ml_kem::PublicKey({:?})", self.parameters())
    }
}
