//! The key types. Copies share one key in memory, which is wiped when the last of them is dropped.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use ironlatch_engine::rsa as engine;

use super::checks::{self, Checks};
use super::{PrivateComponents, PublicComponents, recover};
use crate::Result;
use crate::secret::wipes_stack;

/// A public key: a modulus and an exponent.
#[derive(Debug, Clone)]
pub struct PublicKey {
    pub(super) engine: Arc<engine::PublicKey>,
}

impl PublicKey {
    /// The key made of these numbers.
    ///
    /// # Errors
    /// [`InvalidValue`](crate::Error::InvalidValue) if they cannot be a public key, or are so large
    /// that using it would hold the program up: see `docs/rsa-key-checks.md`.
    pub fn from_components(components: &PublicComponents) -> Result<Self> {
        let n = checks::number("n", &components.n)?;
        let e = checks::number("e", &components.e)?;
        checks::public(&n, &e)?;
        Ok(Self { engine: Arc::new(engine::PublicKey::new(n, e)?) })
    }

    /// The numbers that the key is made of.
    #[must_use]
    pub fn components(&self) -> PublicComponents {
        PublicComponents { n: self.engine.n().to_be_bytes().to_vec(), e: self.engine.e().to_be_bytes().to_vec() }
    }

    /// The length of the modulus in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.engine.bits()
    }

    /// The length of the modulus in bytes, which is that of signatures and ciphertexts.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bits().div_ceil(8)
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

/// A private key, with its primes and what the Chinese remainder theorem wants.
#[derive(Debug, Clone)]
pub struct PrivateKey {
    pub(super) engine: Arc<engine::PrivateKey>,
}

impl PrivateKey {
    /// The key made of these numbers.
    ///
    /// # Errors
    /// [`InvalidValue`](crate::Error::InvalidValue) if the checks fail.
    #[wipes_stack(deep)]
    pub fn from_components(components: &PrivateComponents, checks: Checks) -> Result<Self> {
        Self::from_numbers(numbers(components)?, checks)
    }

    /// Like [`from_components`](Self::from_components), for numbers from a file. Their private
    /// exponent may be larger than necessary: RFC 8017 §3.2 allows any that works. One that is not
    /// below the modulus is replaced by the smallest.
    pub(crate) fn from_file_components(components: &PrivateComponents, checks: Checks) -> Result<Self> {
        let mut numbers = numbers(components)?;
        if numbers.d >= numbers.n {
            checks::public(&numbers.n, &numbers.e)?;
            if checks == Checks::Full && !checks::is_consistent(&numbers) {
                return Err(checks::unfit());
            }
            let PrivateComponents { public, p, q, .. } = components;
            let smallest = recover::private_exponent(&public.e, p, q).map_err(|_| checks::unfit())?;
            numbers.d = checks::number("d", &smallest)?;
        }
        Self::from_numbers(numbers, checks)
    }

    /// The numbers that the key is made of.
    #[must_use]
    #[wipes_stack]
    pub fn components(&self) -> PrivateComponents {
        let engine::Numbers { n, e, d, p, q, dmp1, dmq1, iqmp } = self.engine.numbers();
        PrivateComponents {
            public: PublicComponents { n: n.to_be_bytes().to_vec(), e: e.to_be_bytes().to_vec() },
            d: d.to_be_bytes(),
            p: p.to_be_bytes(),
            q: q.to_be_bytes(),
            dmp1: dmp1.to_be_bytes(),
            dmq1: dmq1.to_be_bytes(),
            iqmp: iqmp.to_be_bytes(),
        }
    }

    /// The public key that belongs to it.
    ///
    /// # Panics
    /// If memory runs out.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        let engine = self.engine.public_key().expect("out of memory for a public key");
        PublicKey { engine: Arc::new(engine) }
    }

    /// The length of the modulus in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.engine.bits()
    }

    /// The length of the modulus in bytes, which is that of signatures and ciphertexts.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bits().div_ceil(8)
    }

    pub(super) fn from_numbers(numbers: engine::Numbers, checks: Checks) -> Result<Self> {
        checks::public(&numbers.n, &numbers.e)?;
        if checks == Checks::Full && !checks::is_consistent(&numbers) {
            return Err(checks::unfit());
        }
        let engine = engine::PrivateKey::new(numbers).map_err(|_| checks::unfit())?;
        Ok(Self { engine: Arc::new(engine) })
    }
}

/// The numbers in `components`, unless one is too large for any key.
fn numbers(components: &PrivateComponents) -> Result<engine::Numbers> {
    let number = |name, bytes: &[u8]| checks::number(name, bytes);
    Ok(engine::Numbers {
        n: number("n", &components.public.n)?,
        e: number("e", &components.public.e)?,
        d: number("d", &components.d)?,
        p: number("p", &components.p)?,
        q: number("q", &components.q)?,
        dmp1: number("dmp1", &components.dmp1)?,
        dmq1: number("dmq1", &components.dmq1)?,
        iqmp: number("iqmp", &components.iqmp)?,
    })
}
