//! Argon2 (RFC 9106), the function to choose for passwords.

mod phc;

use core::fmt;

use blake2b_simd::Params;
use ironlatch_engine::argon2 as engine;
use zeroize::Zeroizing;

use super::{Kdf, check_len};
use crate::error::{Allowed, Input, Parameter};
use crate::secret::{SecretBytes, wipes_stack};
use crate::{Error, Output, Result};

/// The length of H0 and of the digests that H' is made of.
const DIGEST_LEN: usize = blake2b_simd::OUTBYTES;
const MIN_SALT: usize = 8;
const MIN_LENGTH: usize = 4;
const MAX_LANES: u32 = (1 << 24) - 1;

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The data chooses which memory is read.
    Argon2d,
    /// The memory that is read does not depend on the data.
    Argon2i,
    /// The first half pass as Argon2i, the rest as Argon2d. The one to choose.
    Argon2id,
}

impl Variant {
    /// The name in a PHC string.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Argon2d => "argon2d",
            Self::Argon2i => "argon2i",
            Self::Argon2id => "argon2id",
        }
    }

    fn engine(self) -> engine::Variant {
        match self {
            Self::Argon2d => engine::Variant::D,
            Self::Argon2i => engine::Variant::I,
            Self::Argon2id => engine::Variant::Id,
        }
    }
}

/// Which version of the function. They give different results, but for a single iteration of which
/// only the number differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// 1.0, of 2015: for hashes that were stored before 2016. It withstands trade-offs of memory
    /// for time less well.
    V10,
    /// 1.3, the one that RFC 9106 describes.
    #[default]
    V13,
}

impl Version {
    /// The number as `v=` in a PHC string has it, and as it is hashed.
    #[must_use]
    pub fn number(self) -> u32 {
        self.engine() as u32
    }

    /// The version that a PHC string names in `field`, `v=` and its number. The first strings had
    /// no such field, as there was but version 1.0.
    #[must_use]
    pub fn in_phc(field: Option<&str>) -> Option<Self> {
        match field {
            None | Some("v=16") => Some(Self::V10),
            Some("v=19") => Some(Self::V13),
            Some(_) => None,
        }
    }

    fn engine(self) -> engine::Version {
        match self {
            Self::V10 => engine::Version::V10,
            Self::V13 => engine::Version::V13,
        }
    }
}

/// The cost of a derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// The number of passes over the memory.
    pub iterations: u32,
    /// How many rows the memory has. They are filled in parallel.
    pub lanes: u32,
    /// The memory in KiB.
    pub memory_cost: u32,
}

/// Argon2 in one of its variants.
pub struct Argon2 {
    variant: Variant,
    version: Version,
    salt: Vec<u8>,
    length: usize,
    cost: Cost,
    associated_data: Vec<u8>,
    secret: Option<SecretBytes>,
}

impl Argon2 {
    /// Argon2 that gives `length` bytes.
    ///
    /// # Errors
    /// [`Error::Length`] for a salt under 8 bytes, a `length` under 4, and 4 GiB or more of either;
    /// [`Error::OutOfRange`] for no iterations, no lanes or more than 2²⁴ - 1 of them, and less
    /// memory than 8 KiB a lane.
    pub fn new(variant: Variant, salt: &[u8], length: usize, cost: Cost) -> Result<Self> {
        if salt.len() < MIN_SALT {
            return Err(Error::Length {
                what: Input::Salt,
                got: salt.len(),
                allowed: Allowed::AtLeast(MIN_SALT as u64),
            });
        }
        if length < MIN_LENGTH {
            return Err(Error::Length {
                what: Input::DerivedKey,
                got: length,
                allowed: Allowed::AtLeast(MIN_LENGTH as u64),
            });
        }
        if cost.iterations < 1 {
            return Err(Error::OutOfRange {
                what: Parameter::Iterations,
                got: cost.iterations.into(),
                allowed: Allowed::AtLeast(1),
            });
        }
        if !(1..=MAX_LANES).contains(&cost.lanes) {
            let allowed = Allowed::Between(1, MAX_LANES.into());
            return Err(Error::OutOfRange { what: Parameter::Lanes, got: cost.lanes.into(), allowed });
        }
        if cost.memory_cost / 8 < cost.lanes {
            let (got, allowed) = (cost.memory_cost.into(), Allowed::AtLeast(8 * u64::from(cost.lanes)));
            return Err(Error::OutOfRange { what: Parameter::Memory, got, allowed });
        }
        check_field(Input::Salt, salt.len())?;
        check_field(Input::DerivedKey, length)?;
        let version = Version::default();
        Ok(Self { variant, version, salt: salt.into(), length, cost, associated_data: Vec::new(), secret: None })
    }

    /// In another version than 1.3.
    #[must_use]
    pub fn with_version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// With data that the result also depends on.
    ///
    /// # Errors
    /// [`Error::Length`] for 4 GiB or more.
    pub fn with_associated_data(mut self, data: &[u8]) -> Result<Self> {
        check_field(Input::AssociatedData, data.len())?;
        self.associated_data = data.into();
        Ok(self)
    }

    /// Adds a secret that is stored apart from the hash, a "pepper".
    ///
    /// # Errors
    /// [`Error::Length`] for 4 GiB or more.
    #[wipes_stack]
    pub fn with_secret(mut self, secret: &[u8]) -> Result<Self> {
        check_field(Input::Secret, secret.len())?;
        self.secret = Some(SecretBytes::copy_from(secret));
        Ok(self)
    }

    /// H0 (§3.2 step 1).
    fn initial_hash(&self, password: &[u8]) -> Zeroizing<[u8; DIGEST_LEN]> {
        let mut hash = Wiped(Params::new().to_state());
        let number = |hash: &mut Wiped, number: u32| hash.update(&number.to_le_bytes());
        let field = |hash: &mut Wiped, field: &[u8]| {
            // `new` and the others have checked that the length fits.
            hash.update(&(field.len() as u32).to_le_bytes());
            hash.update(field);
        };
        number(&mut hash, self.cost.lanes);
        number(&mut hash, self.length as u32);
        number(&mut hash, self.cost.memory_cost);
        number(&mut hash, self.cost.iterations);
        number(&mut hash, self.version.number());
        number(&mut hash, self.variant.engine() as u32);
        field(&mut hash, password);
        field(&mut hash, &self.salt);
        field(&mut hash, self.secret.as_ref().map_or(&[], SecretBytes::expose));
        field(&mut hash, &self.associated_data);
        let mut digest = Zeroizing::new([0; DIGEST_LEN]);
        hash.finalize(&mut *digest);
        digest
    }
}

impl Kdf for Argon2 {
    fn length(&self) -> usize {
        self.length
    }

    #[wipes_stack(deep)]
    fn derive_into<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
        check_len(self, &out);
        check_field(Input::Password, key_material.len())?;
        let Cost { iterations, lanes, memory_cost } = self.cost;
        let mut matrix = engine::Matrix::new(memory_cost, lanes).ok_or_else(|| {
            let message = "Not enough memory to derive key. These parameters require";
            Error::OutOfMemory(format!("{message} {memory_cost}KiB of memory.").into())
        })?;
        let initial = self.initial_hash(key_material);
        let mut block = Zeroizing::new([0; engine::BLOCK_LEN]);
        for lane in 0..lanes {
            for index in 0..2u32 {
                long_hash(&[&*initial, &index.to_le_bytes(), &lane.to_le_bytes()], (&mut block[..]).into());
                matrix.push_start(&block);
            }
        }
        matrix.fill(self.variant.engine(), self.version.engine(), iterations);
        *block = matrix.last_blocks();
        Ok(long_hash(&[&*block], out))
    }
}

impl fmt::Debug for Argon2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2")
            .field("variant", &self.variant)
            .field("version", &self.version)
            .field("length", &self.length)
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

/// H' (§3.3), BLAKE2b with an output of any length.
fn long_hash<'a>(parts: &[&[u8]], out: Output<'a>) -> &'a mut [u8] {
    let len = out.len();
    let mut hash = Wiped(Params::new().hash_length(len.min(DIGEST_LEN)).to_state());
    // Lengths are below 2³²: `new` checks it, and a block is 1024.
    hash.update(&(len as u32).to_le_bytes());
    parts.iter().for_each(|part| hash.update(part));
    let mut digest = Zeroizing::new([0; DIGEST_LEN]);
    let mut writer = out.writer();
    hash.finalize(&mut digest[..len.min(DIGEST_LEN)]);
    while writer.remaining() > DIGEST_LEN {
        writer.push(&digest[..DIGEST_LEN / 2]);
        let next = writer.remaining().min(DIGEST_LEN);
        let mut hash = Wiped(Params::new().hash_length(next).to_state());
        hash.update(&*digest);
        hash.finalize(&mut digest[..next]);
    }
    writer.push(&digest[..writer.remaining()]);
    writer.finish()
}

/// A BLAKE2b state that is overwritten when it is dropped.
struct Wiped(blake2b_simd::State);

impl Wiped {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn finalize(&self, out: &mut [u8]) {
        out.copy_from_slice(self.0.finalize().as_bytes());
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0 = blake2b_simd::State::new();
        core::hint::black_box(&mut self.0);
    }
}

/// Whether the length fits the 32 bits that it is hashed as.
fn check_field(what: Input, len: usize) -> Result<()> {
    match u32::try_from(len) {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::Length { what, got: len, allowed: Allowed::AtMost(u32::MAX.into()) }),
    }
}
