//! SLH-DSA (FIPS 205): signatures that rest on a hash function alone.
//!
//! Keys are short, signatures long (8 to 50 KB), signing takes long, and only the hash function has
//! to hold: use it for signatures that must be verifiable for decades.
//!
//! ```
//! use ironlatch::asymmetric::slh_dsa::{ParameterSet, PrivateKey};
//!
//! let key = PrivateKey::generate(ParameterSet::Sha2_128f)?;
//! let signature = key.sign(b"to be signed", b"example v1")?;
//!
//! key.public_key().verify(b"to be signed", b"example v1", &signature)?;
//! assert!(key.public_key().verify(b"something else", b"example v1", &signature).is_err());
//! # Ok::<(), ironlatch::Error>(())
//! ```

mod hashing;
mod parameters;
mod trees;

use core::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use ironlatch_engine::{ct, rand};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::Message;
use crate::error::{Allowed, Input};
use crate::hash::HashAlgorithm;
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};
use hashing::{Hashing, MAX_N};

pub use parameters::ParameterSet;

/// The longest context in bytes (FIPS 205 §10.2).
pub const MAX_CONTEXT_LEN: usize = 255;

/// A private key. Copies share one key in memory, which is wiped when the last of them is dropped.
#[derive(Clone)]
pub struct PrivateKey {
    inner: Arc<Private>,
}

struct Private {
    /// The secret seed, the secret for randomizers, the public seed and the root, of n bytes each
    /// (FIPS 205 §9.1).
    bytes: Zeroizing<Vec<u8>>,
    public: PublicKey,
}

impl PrivateKey {
    /// A new private key. With a set whose name ends in `s` this takes some milliseconds.
    ///
    /// # Errors
    /// None at present.
    #[wipes_stack(deep)]
    pub fn generate(parameters: ParameterSet) -> Result<Self> {
        let mut seeds = Zeroizing::new([0; 3 * MAX_N]);
        rand::fill(Output::from(&mut seeds[..]));
        let n = parameters.shape().n;
        Ok(Self::from_seeds(parameters, &seeds[..3 * n]))
    }

    /// The private key that `bytes` encode (FIPS 205 §9.1).
    ///
    /// # Errors
    /// [`Error::Length`] if there are not [`ParameterSet::private_key_len`] of them,
    /// [`Error::InvalidValue`] if the root is not the one that belongs to the seeds.
    #[wipes_stack(deep)]
    pub fn from_bytes(parameters: ParameterSet, bytes: &[u8]) -> Result<Self> {
        let (name, len) = (parameters.name(), parameters.private_key_len());
        if bytes.len() != len {
            return Err(Error::Length {
                what: Input::PrivateKey(name),
                got: bytes.len(),
                allowed: Allowed::Exactly(len as u64),
            });
        }
        let key = Self::from_seeds(parameters, &bytes[..len / 4 * 3]);
        if !bool::from(key.inner.bytes.ct_eq(bytes)) {
            return Err(Error::value(format!("these {len} bytes are no {name} private key: the halves do not match")));
        }
        Ok(key)
    }

    /// The parameter set.
    #[must_use]
    pub fn parameters(&self) -> ParameterSet {
        self.inner.public.parameters()
    }

    /// The encoded key.
    #[must_use]
    pub fn private_bytes(&self) -> &[u8] {
        &self.inner.bytes
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        self.inner.public.clone()
    }

    /// Signs `message`. `context` says what the signature is for; it may be empty. Signing is
    /// hedged: the same message gives another signature each time (FIPS 205 §10.2).
    ///
    /// # Errors
    /// [`Error::Length`] if the context is longer than [`MAX_CONTEXT_LEN`].
    #[wipes_stack(deep)]
    pub fn sign(&self, message: &[u8], context: &[u8]) -> Result<Vec<u8>> {
        self.sign_parts(&[&prefix(PURE, context)?, context, message], Randomness::Fresh)
    }

    /// Like [`sign`](Self::sign), but the same message gives the same signature: for when there is
    /// no randomness. An attacker who can make the machine err while it signs has an easier time
    /// with such signatures.
    ///
    /// # Errors
    /// As for [`sign`](Self::sign).
    #[wipes_stack(deep)]
    pub fn sign_deterministic(&self, message: &[u8], context: &[u8]) -> Result<Vec<u8>> {
        self.sign_parts(&[&prefix(PURE, context)?, context, message], Randomness::None)
    }

    /// Signs the hash of a message: HashSLH-DSA (FIPS 205 §10.2.2), which another signature is than
    /// [`sign`](Self::sign)'s.
    ///
    /// # Errors
    /// [`Error::Length`] if the context is longer than [`MAX_CONTEXT_LEN`] or a digest has a wrong
    /// length; [`Error::Unsupported`] if the standard does not allow the hash function.
    #[wipes_stack(deep)]
    pub fn sign_hash(&self, message: Message<'_>, context: &[u8]) -> Result<Vec<u8>> {
        let (identifier, digest) = prehash(message)?;
        self.sign_parts(&[&prefix(HASHED, context)?, context, &identifier, &digest], Randomness::Fresh)
    }

    /// Like [`sign_hash`](Self::sign_hash), but the same message gives the same signature.
    ///
    /// # Errors
    /// As for [`sign_hash`](Self::sign_hash).
    #[wipes_stack(deep)]
    pub fn sign_hash_deterministic(&self, message: Message<'_>, context: &[u8]) -> Result<Vec<u8>> {
        let (identifier, digest) = prehash(message)?;
        self.sign_parts(&[&prefix(HASHED, context)?, context, &identifier, &digest], Randomness::None)
    }

    /// FIPS 205 §9.1, algorithm 18: from the secret seed, the secret for randomizers and the public
    /// seed.
    fn from_seeds(parameters: ParameterSet, seeds: &[u8]) -> Self {
        let n = parameters.shape().n;
        let mut bytes = Zeroizing::new(Vec::with_capacity(4 * n));
        bytes.extend_from_slice(seeds);
        let hashing = Hashing::new(parameters, &seeds[2 * n..]);
        bytes.extend_from_slice(&trees::root(&hashing, &seeds[..n])[..n]);
        let public = PublicKey { parameters, inner: Arc::new(Public { bytes: bytes[2 * n..].to_vec(), hashing }) };
        Self { inner: Arc::new(Private { bytes, public }) }
    }

    /// FIPS 205 §9.2, algorithm 19.
    fn sign_parts(&self, message: &[&[u8]], randomness: Randomness) -> Result<Vec<u8>> {
        let hashing = &self.inner.public.inner.hashing;
        let n = hashing.shape.n;
        let [secret, for_randomizers, seed, root] = core::array::from_fn(|part| &self.inner.bytes[part * n..][..n]);
        ct::classify(secret);
        ct::classify(for_randomizers);
        let mut random = [0; MAX_N];
        match randomness {
            Randomness::Fresh => drop(rand::fill(Output::from(&mut random[..n]))),
            Randomness::None => random[..n].copy_from_slice(seed),
        }
        let randomizer = hashing.randomizer(for_randomizers, &random[..n], message)?;
        let mut signature = Vec::with_capacity(self.parameters().signature_len());
        // It stands in the signature, and with the message it says which leaves sign.
        ct::declassify_bytes(&randomizer);
        signature.extend_from_slice(&randomizer[..n]);
        let digest = Digest::new(hashing, &randomizer[..n], root, message);
        let key = trees::fors_sign(hashing, secret, &digest.for_fors, digest.tree, digest.leaf, &mut signature);
        ct::declassify_bytes(&key);
        trees::hypertree_sign(hashing, secret, &key, digest.tree, digest.leaf, &mut signature);
        Ok(signature)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "slh_dsa::PrivateKey({:?}, <redacted>)", self.parameters())
    }
}

/// A public key. Copies share one key in memory.
#[derive(Clone)]
pub struct PublicKey {
    parameters: ParameterSet,
    inner: Arc<Public>,
}

struct Public {
    /// The public seed and the root.
    bytes: Vec<u8>,
    hashing: Hashing,
}

impl PublicKey {
    /// The public key that `bytes` encode (FIPS 205 §9.1).
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
        let hashing = Hashing::new(parameters, &bytes[..len / 2]);
        Ok(Self { parameters, inner: Arc::new(Public { bytes: bytes.to_vec(), hashing }) })
    }

    /// The parameter set.
    #[must_use]
    pub fn parameters(&self) -> ParameterSet {
        self.parameters
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
        self.verify_parts(&[&prefix(PURE, context)?, context, message], signature)
    }

    /// Verifies a signature of the hash of a message: HashSLH-DSA.
    ///
    /// # Errors
    /// As for [`verify`](Self::verify), and those of [`PrivateKey::sign_hash`].
    pub fn verify_hash(&self, message: Message<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
        let (identifier, digest) = prehash(message)?;
        self.verify_parts(&[&prefix(HASHED, context)?, context, &identifier, &digest], signature)
    }

    /// FIPS 205 §9.3, algorithm 20.
    fn verify_parts(&self, message: &[&[u8]], signature: &[u8]) -> Result<()> {
        let invalid = || Error::BadSignature;
        if signature.len() != self.parameters.signature_len() {
            return Err(invalid());
        }
        let hashing = &self.inner.hashing;
        let shape = hashing.shape;
        let root = &self.inner.bytes[shape.n..];
        let (randomizer, rest) = signature.split_at(shape.n);
        let (fors, hypertree) = rest.split_at(shape.k * (1 + shape.a) * shape.n);
        let digest = Digest::new(hashing, randomizer, root, message);
        let key = trees::fors_key(hashing, fors, &digest.for_fors, digest.tree, digest.leaf);
        let reached = trees::hypertree_root(hashing, hypertree, &key, digest.tree, digest.leaf);
        if reached[..shape.n] == *root { Ok(()) } else { Err(invalid()) }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.parameters == other.parameters && self.as_bytes() == other.as_bytes()
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
        write!(f, "slh_dsa::PublicKey({:?})", self.parameters)
    }
}

#[derive(Clone, Copy)]
enum Randomness {
    Fresh,
    /// The public seed in its place (FIPS 205 §9.2).
    None,
}

/// A message's digest in its parts (FIPS 205 §9.2, lines 6 to 10).
struct Digest {
    for_fors: Vec<u8>,
    tree: u64,
    leaf: u32,
}

impl Digest {
    fn new(hashing: &Hashing, randomizer: &[u8], root: &[u8], message: &[&[u8]]) -> Self {
        let shape = hashing.shape;
        let digest = hashing.message_digest(randomizer, root, message);
        let (for_fors, rest) = digest.split_at(shape.fors_digest_len());
        let (tree, leaf) = rest.split_at(shape.tree_index_len());
        let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let (tree_bits, leaf_bits) = (shape.h - shape.tree_height(), shape.tree_height());
        Self {
            for_fors: for_fors.to_vec(),
            tree: number(tree) & (u64::MAX >> (64 - tree_bits)),
            leaf: (number(leaf) & ((1 << leaf_bits) - 1)) as u32,
        }
    }
}

/// The prefix of the context of a message that is signed itself (FIPS 205 §10.2.1).
const PURE: u8 = 0;
/// The prefix of the context of a message that is signed by its hash (FIPS 205 §10.2.2).
const HASHED: u8 = 1;

fn prefix(kind: u8, context: &[u8]) -> Result<[u8; 2]> {
    match u8::try_from(context.len()) {
        Ok(len) => Ok([kind, len]),
        Err(_) => Err(Error::Length {
            what: Input::Context,
            got: context.len(),
            allowed: Allowed::AtMost(MAX_CONTEXT_LEN as u64),
        }),
    }
}

/// The object identifier of the hash function in DER, and the digest.
fn prehash(message: Message<'_>) -> Result<([u8; 11], Vec<u8>)> {
    let (Message::Whole(algorithm, _) | Message::Digest(algorithm, _)) = message;
    let last = match algorithm {
        HashAlgorithm::Sha256 => 1,
        HashAlgorithm::Sha384 => 2,
        HashAlgorithm::Sha512 => 3,
        HashAlgorithm::Sha224 => 4,
        HashAlgorithm::Sha512_224 => 5,
        HashAlgorithm::Sha512_256 => 6,
        HashAlgorithm::Sha3_224 => 7,
        HashAlgorithm::Sha3_256 => 8,
        HashAlgorithm::Sha3_384 => 9,
        HashAlgorithm::Sha3_512 => 10,
        HashAlgorithm::Shake128 { digest_size: 32 } => 11,
        HashAlgorithm::Shake256 { digest_size: 64 } => 12,
        _ => {
            return Err(Error::unsupported(
                crate::error::Unsupported::Hash,
                "HashSLH-DSA takes SHA-2, SHA-3, SHAKE128 with 32 bytes and SHAKE256 with 64",
            ));
        }
    };
    Ok(([6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, last], message.digest()?))
}
