//! DSA (FIPS 186-4; withdrawn for new signatures by FIPS 186-5). For compatibility: new programs
//! take Ed25519 or ECDSA.
//!
//! ```
//! use ironlatch::asymmetric::{Message, dsa::Parameters};
//! use ironlatch::hash::HashAlgorithm::Sha256;
//!
//! let key = Parameters::generate(1024)?.generate_private_key()?;
//! let signature = key.sign(Message::Whole(Sha256, b"to be signed"))?;
//!
//! key.public_key().verify(Message::Whole(Sha256, b"to be signed"), &signature)?;
//! assert!(key.public_key().verify(Message::Whole(Sha256, b"other"), &signature).is_err());
//! # Ok::<(), ironlatch::Error>(())
//! ```

use core::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use ironlatch_engine::EngineError;
use ironlatch_engine::bignum::Bignum;
use ironlatch_engine::dsa as engine;
use zeroize::Zeroizing;

use super::Message;
use super::dss_signature;
use super::number::bounded;
use crate::error::Allowed;
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// The lengths of p, in bits, with which groups are made.
pub const SIZES: [usize; 4] = [1024, 2048, 3072, 4096];

/// The numbers of a group (FIPS 186-4 §4.1), big-endian, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ParameterComponents {
    /// The prime modulus.
    pub p: Vec<u8>,
    /// The prime order of the subgroup.
    pub q: Vec<u8>,
    /// The generator of the subgroup.
    pub g: Vec<u8>,
}

/// The numbers of a public key, big-endian, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PublicComponents {
    /// The group.
    pub parameters: ParameterComponents,
    /// g ^ x mod p.
    pub y: Vec<u8>,
}

/// The numbers of a private key, big-endian, without leading zeros. The secret one is wiped when it
/// is dropped.
#[derive(Clone)]
pub struct PrivateComponents {
    /// The public half.
    pub public: PublicComponents,
    /// The private number.
    pub x: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for PrivateComponents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateComponents").field("public", &self.public).finish_non_exhaustive()
    }
}

/// How much of given numbers is checked. That p and q are prime is never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checks {
    /// That the lengths are the standard's (p as in [`SIZES`]) and that the public number belongs
    /// to the private one.
    Full,
    /// The checks that keep the arithmetic sound and its time bounded, as for key files: old ones
    /// hold shorter keys. Whether the public number belongs to the private one is checked before
    /// the first signature.
    Soundness,
}

/// A group: what keys share that are made with one another.
#[derive(Debug, Clone)]
pub struct Parameters {
    engine: Arc<engine::Numbers>,
}

impl Parameters {
    /// A new group with a p of `bits` bits: 1024, 2048, 3072 or 4096. Its q has 160 bits for the
    /// first, 256 for the others.
    ///
    /// # Errors
    /// [`KeySize`](Error::KeySize) for another length.
    pub fn generate(bits: usize) -> Result<Self> {
        if !SIZES.contains(&bits) {
            return Err(Error::KeySize {
                algorithm: "DSA",
                got: bits,
                allowed: Allowed::OneOf(&[1024, 2048, 3072, 4096]),
            });
        }
        Ok(Self { engine: Arc::new(engine::Numbers::generate(bits, if bits < 2048 { 160 } else { 256 })?) })
    }

    /// The group of these numbers.
    ///
    /// # Errors
    /// [`NumberSize`](Error::NumberSize) if a number has too many bits, or p or q a size that the
    /// standard does not have; [`InvalidValue`](Error::InvalidValue) if the other checks fail.
    pub fn from_components(components: &ParameterComponents, checks: Checks) -> Result<Self> {
        let ParameterComponents { p, q, g } = components;
        let numbers = engine::Numbers { p: number("p", p)?, q: number("q", q)?, g: number("g", g)? };
        if checks == Checks::Full && !SIZES.contains(&numbers.p.bits()) {
            let allowed = Allowed::OneOf(&[1024, 2048, 3072, 4096]);
            return Err(Error::NumberSize { algorithm: "DSA", number: "p", got: numbers.p.bits(), allowed });
        }
        if !engine::Q_BITS.contains(&numbers.q.bits()) {
            let allowed = Allowed::OneOf(&[160, 224, 256]);
            return Err(Error::NumberSize { algorithm: "DSA", number: "q", got: numbers.q.bits(), allowed });
        }
        if checks == Checks::Full && (numbers.g.is_one() || numbers.g >= numbers.p) {
            return Err(Error::value("g, p don't satisfy 1 < g < p."));
        }
        if !numbers.are_sound() {
            return Err(Error::value(format!(
                "these numbers are no DSA group: p and q must be odd, q and g less than p, p of at most {} bits",
                engine::MAX_BITS
            )));
        }
        Ok(Self { engine: Arc::new(numbers) })
    }

    /// The numbers of the group.
    #[must_use]
    pub fn components(&self) -> ParameterComponents {
        let engine::Numbers { p, q, g } = &*self.engine;
        ParameterComponents { p: bytes(p), q: bytes(q), g: bytes(g) }
    }

    /// The length of p in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.engine.p.bits()
    }

    /// A new key in the group.
    ///
    /// # Errors
    /// [`Internal`](Error::Internal) if memory runs out.
    #[wipes_stack(deep)]
    pub fn generate_private_key(&self) -> Result<PrivateKey> {
        let engine = Arc::new(engine::PrivateKey::generate(Arc::clone(&self.engine))?);
        Ok(PrivateKey { parameters: self.clone(), engine })
    }
}

impl PartialEq for Parameters {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.engine, &other.engine) || self.components() == other.components()
    }
}

impl Eq for Parameters {}

impl Hash for Parameters {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.components().hash(state);
    }
}

/// A public key. Copies share one key in memory.
#[derive(Debug, Clone)]
pub struct PublicKey {
    parameters: Parameters,
    engine: Arc<engine::PublicKey>,
}

impl PublicKey {
    /// The key made of these numbers.
    ///
    /// # Errors
    /// [`InvalidValue`](Error::InvalidValue) if the checks fail.
    pub fn from_components(components: &PublicComponents, checks: Checks) -> Result<Self> {
        let parameters = Parameters::from_components(&components.parameters, checks)?;
        let y = number("y", &components.y)?;
        let engine = engine::PublicKey::new(Arc::clone(&parameters.engine), y).map_err(|_| outside("y", "p"))?;
        Ok(Self { parameters, engine: Arc::new(engine) })
    }

    /// The numbers that the key is made of.
    #[must_use]
    pub fn components(&self) -> PublicComponents {
        PublicComponents { parameters: self.parameters.components(), y: bytes(self.engine.y()) }
    }

    /// The group.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The length of p in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.parameters.bits()
    }

    /// Verifies a signature in DER (FIPS 186-4 §4.7).
    ///
    /// # Errors
    /// [`BadSignature`](Error::BadSignature) if it does not match or is malformed;
    /// [`Length`](Error::Length) if a digest has another length than its hash function's.
    pub fn verify(&self, message: Message<'_>, signature: &[u8]) -> Result<()> {
        let digest = message.digest()?;
        let invalid = || Error::BadSignature;
        let (r, s) = dss_signature::decode(signature).map_err(|_| invalid())?;
        self.engine.verify(&digest, r, s).map_err(|_| invalid())
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.engine, &other.engine) || self.components() == other.components()
    }
}

impl Eq for PublicKey {}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.components().hash(state);
    }
}

/// A private key. Copies share one key in memory, which is wiped when the last of them is dropped.
#[derive(Debug, Clone)]
pub struct PrivateKey {
    parameters: Parameters,
    engine: Arc<engine::PrivateKey>,
}

impl PrivateKey {
    /// A new key in a new group: see [`Parameters::generate`].
    ///
    /// # Errors
    /// Those of [`Parameters::generate`].
    #[wipes_stack(deep)]
    pub fn generate(bits: usize) -> Result<Self> {
        Parameters::generate(bits)?.generate_private_key()
    }

    /// The key made of these numbers.
    ///
    /// # Errors
    /// [`InvalidValue`](Error::InvalidValue) if the checks fail.
    #[wipes_stack(deep)]
    pub fn from_components(components: &PrivateComponents, checks: Checks) -> Result<Self> {
        let parameters = Parameters::from_components(&components.public.parameters, checks)?;
        let key = Self::new(parameters, &components.x, Some(number("y", &components.public.y)?))?;
        if checks == Checks::Full && !key.engine.is_consistent() {
            return Err(Error::value("y must be equal to (g ** x % p)."));
        }
        Ok(key)
    }

    /// The key with the private number `x`. Its public one is computed when it is first needed.
    ///
    /// # Errors
    /// [`InvalidValue`](Error::InvalidValue) if the checks fail.
    #[wipes_stack(deep)]
    pub fn from_private_number(parameters: &ParameterComponents, x: &[u8], checks: Checks) -> Result<Self> {
        Self::new(Parameters::from_components(parameters, checks)?, x, None)
    }

    /// The numbers that the key is made of.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn components(&self) -> PrivateComponents {
        let public = PublicComponents { parameters: self.parameters.components(), y: bytes(self.engine.y()) };
        PrivateComponents { public, x: self.private_number() }
    }

    /// The private number, big-endian, without leading zeros.
    #[must_use]
    #[wipes_stack]
    pub fn private_number(&self) -> Zeroizing<Vec<u8>> {
        self.engine.x().to_be_bytes()
    }

    /// The group.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The length of p in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.parameters.bits()
    }

    /// The public key that belongs to it.
    ///
    /// # Panics
    /// If memory runs out.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn public_key(&self) -> PublicKey {
        let engine = Arc::new(self.engine.public_key());
        PublicKey { parameters: self.parameters.clone(), engine }
    }

    /// Signs (FIPS 186-4 §4.6). The signature is DER, and its length varies by some bytes.
    ///
    /// # Errors
    /// [`Length`](Error::Length) if a digest has another length than its hash function's,
    /// [`InvalidValue`](Error::InvalidValue) if the numbers of the key do not belong together: they
    /// are not those of a group, or the public number is another key's.
    #[wipes_stack(deep)]
    pub fn sign(&self, message: Message<'_>) -> Result<Vec<u8>> {
        let digest = message.digest()?;
        self.engine.sign(&digest).map_err(|error| match error {
            EngineError::InvalidInput => {
                let cause = "p, q and g are not those of a DSA group, or y is not g ** x % p";
                Error::value(format!("DSA signing failed: the numbers of this key do not belong together: {cause}"))
            }
            other => other.into(),
        })
    }

    fn new(parameters: Parameters, x: &[u8], y: Option<Bignum>) -> Result<Self> {
        let x = number("x", x)?;
        if x.is_zero() || x >= parameters.engine.q {
            return Err(outside("x", "q"));
        }
        let engine = engine::PrivateKey::new(Arc::clone(&parameters.engine), x, y).map_err(|_| outside("y", "p"))?;
        Ok(Self { parameters, engine: Arc::new(engine) })
    }
}

/// The number in `bytes`, unless it is too long for any number of a key.
fn number(name: &'static str, bytes: &[u8]) -> Result<Bignum> {
    bounded("DSA", name, bytes, engine::MAX_BITS)
}

fn bytes(number: &Bignum) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

fn outside(number: &str, modulus: &str) -> Error {
    Error::value(format!("{number} must be > 0 and < {modulus}."))
}
