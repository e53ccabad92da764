//! Diffie-Hellman over finite fields (PKCS #3, ANSI X9.42, NIST SP 800-56A). For compatibility: new
//! programs take X25519.
//!
//! ```no_run
//! use ironlatch::asymmetric::dh::Parameters;
//!
//! let parameters = Parameters::generate(2, 2048)?;
//! let (alice, bob) = (parameters.generate_private_key()?, parameters.generate_private_key()?);
//! assert_eq!(alice.exchange(&bob.public_key())?, bob.exchange(&alice.public_key())?);
//! # Ok::<(), ironlatch::Error>(())
//! ```

mod generate;
mod groups;

use core::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use ironlatch_engine::bignum::Bignum;
use zeroize::Zeroizing;

use super::number::bounded;
use crate::error::{Allowed, Parameter};
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// The shortest prime modulus that is taken, in bits. (Safe are 2048 and more.)
pub const MIN_BITS: usize = 512;
/// The longest prime modulus that is taken, in bits: longer ones would hold the program up.
pub const MAX_BITS: usize = 10_000;

/// The numbers of a group, big-endian, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ParameterComponents {
    /// The prime modulus.
    pub p: Vec<u8>,
    /// The generator.
    pub g: Vec<u8>,
    /// The order of the generator, a prime. Without one, (p - 1) / 2 has to be prime.
    pub q: Option<Vec<u8>>,
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

/// Refuses what no group has, before the work of testing its primes: a p of `p_bits` bits, fewer
/// than [`MIN_BITS`], and a generator under 2.
///
/// # Errors
/// [`NumberSize`](Error::NumberSize) for such a p, [`OutOfRange`](Error::OutOfRange) for such a
/// generator.
pub fn check_sizes(p_bits: usize, generator: u64) -> Result<()> {
    if generator < 2 {
        let (what, allowed) = (Parameter::Generator, Allowed::AtLeast(2));
        return Err(Error::OutOfRange { what, got: generator, allowed });
    }
    if p_bits < MIN_BITS {
        let allowed = Allowed::AtLeast(MIN_BITS as u64);
        return Err(Error::NumberSize { algorithm: "Diffie-Hellman", number: "p", got: p_bits, allowed });
    }
    Ok(())
}

/// A group: what both sides of an exchange have in common. It is known to be sound: all primes were
/// tested.
#[derive(Debug, Clone)]
pub struct Parameters {
    group: Arc<groups::Group>,
}

impl Parameters {
    /// A new group with a safe prime of `bits` bits, and 2 or 5 for the generator of the subgroup
    /// of prime order.
    ///
    /// This takes minutes where `bits` is large. The groups of RFC 7919 and RFC 3526 are as good
    /// and there at once.
    ///
    /// # Errors
    /// [`KeySize`](Error::KeySize) for less than [`MIN_BITS`] or more than [`MAX_BITS`],
    /// [`OutOfRange`](Error::OutOfRange) for another generator.
    pub fn generate(generator: u32, bits: usize) -> Result<Self> {
        if !(MIN_BITS..=MAX_BITS).contains(&bits) {
            let allowed = Allowed::Between(MIN_BITS as u64, MAX_BITS as u64);
            return Err(Error::KeySize { algorithm: "Diffie-Hellman", got: bits, allowed });
        }
        // The prime is -1 modulo this, so that the generator is a square.
        let step = match generator {
            2 => 24,
            5 => 60,
            _ => {
                let (what, allowed) = (Parameter::Generator, Allowed::OneOf(&[2, 5]));
                return Err(Error::OutOfRange { what, got: generator.into(), allowed });
            }
        };
        let group = groups::Group::of_safe_prime(generate::safe_prime(bits, step), Bignum::from_word(generator.into()));
        Ok(Self { group: Arc::new(group) })
    }

    /// The group of these numbers.
    ///
    /// The primes are tested, but for the well-known ones of RFC 3526 and RFC 7919; for those q is
    /// filled in.
    ///
    /// # Errors
    /// [`NumberSize`](Error::NumberSize) and [`OutOfRange`](Error::OutOfRange) as for
    /// [`check_sizes`] and for numbers of more than [`MAX_BITS`] bits,
    /// [`InvalidValue`](Error::InvalidValue) if they are no group.
    pub fn from_components(components: &ParameterComponents) -> Result<Self> {
        let ParameterComponents { p, g, q } = components;
        let q = q.as_ref().map(|q| number("q", q)).transpose()?;
        let group = groups::Group::check(number("p", p)?, number("g", g)?, q)?;
        Ok(Self { group: Arc::new(group) })
    }

    /// The numbers of the group.
    #[must_use]
    pub fn components(&self) -> ParameterComponents {
        let group = &self.group;
        ParameterComponents { p: bytes(&group.p), g: bytes(&group.g), q: group.q.as_ref().map(bytes) }
    }

    /// Whether the group came without an order: the one that [`components`](Self::components) tells
    /// of a well-known group may have been filled in. Such a group is written as PKCS #3 has it.
    pub(crate) fn came_without_order(&self) -> bool {
        !self.group.order_was_given
    }

    /// The length of p in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.group.p.bits()
    }

    /// A new key in the group.
    ///
    /// # Errors
    /// [`Internal`](Error::Internal) if memory runs out.
    #[wipes_stack(deep)]
    pub fn generate_private_key(&self) -> Result<PrivateKey> {
        let x = self.group.random_exponent()?;
        let y = self.group.g.mod_exp_secret(&x, &self.group.p)?;
        Ok(PrivateKey::new(self.clone(), y, x))
    }

    /// Whether keys of both groups go together: p and g are the same, and no different q is known.
    fn matches(&self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.group, &other.group) {
            return true;
        }
        let (ours, theirs) = (&self.group, &other.group);
        let same_order = match (&ours.q, &theirs.q) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        ours.p == theirs.p && ours.g == theirs.g && same_order
    }
}

impl PartialEq for Parameters {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.group, &other.group) || self.components() == other.components()
    }
}

impl Eq for Parameters {}

impl Hash for Parameters {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.components().hash(state);
    }
}

/// A public key. Its number is checked when a key is exchanged with it.
#[derive(Debug, Clone)]
pub struct PublicKey {
    parameters: Parameters,
    y: Arc<Bignum>,
}

impl PublicKey {
    /// The key made of these numbers.
    ///
    /// # Errors
    /// [`InvalidValue`](Error::InvalidValue) if they are no group,
    /// [`NumberSize`](Error::NumberSize) if a number is absurdly large.
    pub fn from_components(components: &PublicComponents) -> Result<Self> {
        let y = Arc::new(number("y", &components.y)?);
        Ok(Self { parameters: Parameters::from_components(&components.parameters)?, y })
    }

    /// The numbers that the key is made of.
    #[must_use]
    pub fn components(&self) -> PublicComponents {
        PublicComponents { parameters: self.parameters.components(), y: bytes(&self.y) }
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
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.y == other.y && self.parameters == other.parameters
    }
}

impl Eq for PublicKey {}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.components().hash(state);
    }
}

/// A private key. Copies share one key in memory, which is wiped when the last of them is dropped.
#[derive(Clone)]
pub struct PrivateKey {
    parameters: Parameters,
    y: Arc<Bignum>,
    x: Arc<Bignum>,
}

impl PrivateKey {
    /// The key made of these numbers. Whether the public number belongs to the private one is not
    /// checked.
    ///
    /// # Errors
    /// [`InvalidValue`](Error::InvalidValue) if they are no group,
    /// [`NumberSize`](Error::NumberSize) if a number is absurdly large.
    #[wipes_stack(deep)]
    pub fn from_components(components: &PrivateComponents) -> Result<Self> {
        let (y, x) = (number("y", &components.public.y)?, number("x", &components.x)?);
        Ok(Self::new(Parameters::from_components(&components.public.parameters)?, y, x))
    }

    /// The key with the private number `x`, whose public one is computed.
    ///
    /// # Errors
    /// [`InvalidValue`](Error::InvalidValue) if the group is none,
    /// [`NumberSize`](Error::NumberSize) if a number is absurdly large.
    #[wipes_stack(deep)]
    pub fn from_private_number(parameters: &ParameterComponents, x: &[u8]) -> Result<Self> {
        let x = number("x", x)?;
        let parameters = Parameters::from_components(parameters)?;
        let y = parameters.group.g.mod_exp_secret(&x, &parameters.group.p)?;
        Ok(Self::new(parameters, y, x))
    }

    /// The numbers that the key is made of.
    #[must_use]
    #[wipes_stack]
    pub fn components(&self) -> PrivateComponents {
        PrivateComponents { public: self.public_key().components(), x: self.x.to_be_bytes() }
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
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey { parameters: self.parameters.clone(), y: self.y.clone() }
    }

    /// The secret that both sides share, as long as p, with leading zeros (SP 800-56A §5.7.1.1).
    /// Derive keys from it; do not use it as one.
    ///
    /// # Errors
    /// [`InvalidValue`](Error::InvalidValue) if the peer's key is of another group, its number is
    /// not an element of the group, or the secret would be one that anybody can guess.
    #[wipes_stack(deep)]
    pub fn exchange(&self, peer: &PublicKey) -> Result<Zeroizing<Vec<u8>>> {
        if !self.parameters.matches(&peer.parameters) {
            return Err(Error::value("Error computing shared key: the keys are of different groups."));
        }
        let group = &self.parameters.group;
        if !group.is_element(&peer.y) {
            return Err(Error::value("Error computing shared key: the peer's number is not an element of the group."));
        }
        let shared = peer.y.mod_exp_secret(&self.x, &group.p)?;
        if !group.is_in_range(&shared) {
            return Err(Error::value("Error computing shared key: it would be no secret."));
        }
        Ok(shared.to_be_bytes_padded(self.bits().div_ceil(8))?)
    }

    fn new(parameters: Parameters, y: Bignum, x: Bignum) -> Self {
        Self { parameters, y: Arc::new(y), x: Arc::new(x) }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("bits", &self.bits()).finish_non_exhaustive()
    }
}

/// The number in `bytes`, unless it is too long for any number of a key.
fn number(name: &'static str, bytes: &[u8]) -> Result<Bignum> {
    bounded("Diffie-Hellman", name, bytes, MAX_BITS)
}

fn bytes(number: &Bignum) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}
