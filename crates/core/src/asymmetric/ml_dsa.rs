//! ML-DSA (FIPS 204): signatures that a quantum computer does not forge.
//!
//! ```
//! use ironlatch::asymmetric::ml_dsa::{ParameterSet, PrivateKey};
//!
//! let key = PrivateKey::generate(ParameterSet::MlDsa65)?;
//! let signature = key.sign(b"to be signed", b"example v1")?;
//!
//! key.public_key().verify(b"to be signed", b"example v1", &signature)?;
//! assert!(key.public_key().verify(b"to be signed", b"another purpose", &signature).is_err());
//! # Ok::<(), ironlatch::Error>(())
//! ```

use core::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use ironlatch_engine::digest::{self, Algorithm};
use ironlatch_engine::{ml_dsa as engine, rand};
use zeroize::Zeroizing;

use crate::error::{Allowed, Input};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result, owned};

pub use engine::{MU_LEN, ParameterSet, SEED_LEN};

/// The longest context in bytes (FIPS 204 §5.2).
pub const MAX_CONTEXT_LEN: usize = 255;

/// A private key: a seed of [`SEED_LEN`] bytes, kept with what is made from it. Copies share one
/// key in memory, which is wiped when the last of them is dropped.
#[derive(Clone)]
pub struct PrivateKey {
    inner: Arc<Private>,
}

struct Private {
    seed: Zeroizing<[u8; SEED_LEN]>,
    engine: engine::PrivateKey,
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

    /// The private key made from a seed (FIPS 204 §6.1).
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

    /// Signs `message`. Returns the signature, [`ParameterSet::signature_len`] bytes. `context` and
    /// hedging are as in [`sign_into`](Self::sign_into).
    ///
    /// # Errors
    /// [`Error::Length`] if the context is longer than [`MAX_CONTEXT_LEN`].
    pub fn sign(&self, message: &[u8], context: &[u8]) -> Result<Vec<u8>> {
        owned(self.parameters().signature_len(), |out| self.sign_into(message, context, out))
    }

    /// Signs a message by its representative (see [`MuHasher`]). Returns the signature.
    ///
    /// # Errors
    /// [`Error::Length`] if `mu` has not [`MU_LEN`] bytes.
    pub fn sign_mu(&self, mu: &[u8]) -> Result<Vec<u8>> {
        owned(self.parameters().signature_len(), |out| self.sign_mu_into(mu, out))
    }

    /// Signs `message` into `out` of [`ParameterSet::signature_len`] bytes. `context` says what the
    /// signature is for; it may be empty. Signing is hedged: the same message gives another
    /// signature each time.
    ///
    /// # Errors
    /// [`Error::Length`] if the context is longer than [`MAX_CONTEXT_LEN`],
    /// [`Error::InvalidValue`] if `out` is of another length.
    #[wipes_stack(deep)]
    pub fn sign_into<'o>(&self, message: &[u8], context: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        self.sign_mu_into(&self.inner.public.mu(message, context)?, out)
    }

    /// Signs a message by its representative (see [`MuHasher`]), as [`sign_into`](Self::sign_into)
    /// signs a message.
    ///
    /// # Errors
    /// [`Error::Length`] if `mu` has not [`MU_LEN`] bytes, [`Error::InvalidValue`] if `out` is not
    /// as long as a signature.
    #[wipes_stack(deep)]
    pub fn sign_mu_into<'o>(&self, mu: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        Ok(self.inner.engine.sign(check_mu(mu)?, out)?)
    }

    fn new(parameters: ParameterSet, seed: Zeroizing<[u8; SEED_LEN]>) -> Result<Self> {
        let engine = engine::PrivateKey::from_seed(parameters, &seed)?;
        let public = PublicKey::from_bytes(parameters, &engine.public_bytes()?)?;
        Ok(Self { inner: Arc::new(Private { seed, engine, public }) })
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ml_dsa::PrivateKey({:?}, <redacted>)", self.parameters())
    }
}

/// A public key. Copies share one key in memory.
#[derive(Clone)]
pub struct PublicKey {
    inner: Arc<Public>,
}

struct Public {
    bytes: Vec<u8>,
    engine: engine::PublicKey,
    /// The hash of `bytes`, with which every message representative begins (FIPS 204 §6.2).
    tr: OnceLock<[u8; 64]>,
}

impl PublicKey {
    /// The public key that `bytes` encode.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not [`ParameterSet::public_key_len`] of them.
    pub fn from_bytes(parameters: ParameterSet, bytes: &[u8]) -> Result<Self> {
        let (name, len) = (parameters.name(), parameters.public_key_len());
        if bytes.len() != len {
            return Err(Error::Length {
                what: Input::PublicKey(name),
                got: bytes.len(),
                allowed: Allowed::Exactly(len as u64),
            });
        }
        let engine = engine::PublicKey::new(parameters, bytes)?;
        Ok(Self { inner: Arc::new(Public { bytes: bytes.to_vec(), engine, tr: OnceLock::new() }) })
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

    /// Verifies a signature of `message` for the purpose that `context` says.
    ///
    /// # Errors
    /// [`Error::BadSignature`] if it does not match; [`Error::Length`] if the context is
    /// longer than [`MAX_CONTEXT_LEN`].
    pub fn verify(&self, message: &[u8], context: &[u8], signature: &[u8]) -> Result<()> {
        self.verify_mu(&self.mu(message, context)?, signature)
    }

    /// Verifies a signature of a message by its representative (see [`MuHasher`]).
    ///
    /// # Errors
    /// [`Error::BadSignature`] if it does not match; [`Error::Length`] if `mu` has not
    /// [`MU_LEN`] bytes.
    pub fn verify_mu(&self, mu: &[u8], signature: &[u8]) -> Result<()> {
        self.inner.engine.verify(check_mu(mu)?, signature).map_err(|_| Error::BadSignature)
    }

    fn mu(&self, message: &[u8], context: &[u8]) -> Result<[u8; MU_LEN]> {
        let mut hasher = MuHasher::new(self, context)?;
        hasher.update(message);
        Ok(hasher.finalize())
    }

    fn tr(&self) -> &[u8; 64] {
        self.inner.tr.get_or_init(|| {
            let mut tr = [0; 64];
            digest::digest(Algorithm::Shake256, &self.inner.bytes, Output::from(&mut tr[..]));
            tr
        })
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
        write!(f, "ml_dsa::PublicKey({:?})", self.parameters())
    }
}

/// Makes the representative of a message, µ (FIPS 204 §6.2), piece by piece: for messages that are
/// not in one place, and for those who hash far from the private key.
#[derive(Debug, Clone)]
pub struct MuHasher {
    state: digest::Context,
}

impl MuHasher {
    /// Starts the representative of an empty message, under the public key of the signer.
    ///
    /// # Errors
    /// [`Error::Length`] if the context is longer than [`MAX_CONTEXT_LEN`].
    pub fn new(key: &PublicKey, context: &[u8]) -> Result<Self> {
        let Some(context_len) = u8::try_from(context.len()).ok() else {
            return Err(Error::Length {
                what: Input::Context,
                got: context.len(),
                allowed: Allowed::AtMost(MAX_CONTEXT_LEN as u64),
            });
        };
        let mut state = digest::Context::new(Algorithm::Shake256);
        state.update(key.tr());
        // Zero stands for a message that is not hashed before (FIPS 204 §5.2).
        state.update(&[0, context_len]);
        state.update(context);
        Ok(Self { state })
    }

    /// Hashes `data` on.
    pub fn update(&mut self, data: &[u8]) {
        self.state.update(data);
    }

    /// The representative of all that came in.
    #[must_use]
    pub fn finalize(self) -> [u8; MU_LEN] {
        let mut mu = [0; MU_LEN];
        self.state.finalize(Output::from(&mut mu[..]));
        mu
    }
}

fn check_mu(mu: &[u8]) -> Result<&[u8; MU_LEN]> {
    mu.try_into().map_err(|_| Error::Length {
        what: Input::Mu,
        got: mu.len(),
        allowed: Allowed::Exactly(MU_LEN as u64),
    })
}
