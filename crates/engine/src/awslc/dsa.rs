//! DSA: the EVP_PKEY family with keys of that type.
//!
//! The bindings to AWS-LC leave its DSA family out, so keys go in and out as DER.

use core::ffi::{c_int, c_long};
use core::fmt;
use core::ptr::{self, NonNull};
use std::sync::{Arc, OnceLock};

use aws_lc_sys as c;
use zeroize::Zeroizing;

use crate::awslc::bignum::{Base, Bignum, Modulus};
use crate::error::{EngineError, check, clear_queue};

/// The longest prime p that AWS-LC takes, in bits.
pub const MAX_BITS: usize = 10_000;

/// The lengths of the prime q that AWS-LC takes, in bits (FIPS 186-4 §4.2).
pub const Q_BITS: [usize; 3] = [160, 224, 256];

/// The numbers of a group, in the words of FIPS 186-4 §4.1.
#[derive(Debug)]
#[allow(missing_docs)] // The names are the standard's own.
pub struct Numbers {
    pub p: Bignum,
    pub q: Bignum,
    pub g: Bignum,
}

impl Numbers {
    /// A new group with a p of `bits` bits and a q of `q_bits`, one of [`Q_BITS`].
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if `bits` is less than 512, no multiple of 64, or more than
    /// [`MAX_BITS`].
    pub fn generate(bits: usize, q_bits: usize) -> Result<Self, EngineError> {
        if !(512..=MAX_BITS).contains(&bits) || !bits.is_multiple_of(64) || !Q_BITS.contains(&q_bits) {
            return Err(EngineError::InvalidInput);
        }
        // SAFETY: takes no key; returns an owned context or null.
        let context = Context::owned(unsafe { c::EVP_PKEY_CTX_new_id(c::EVP_PKEY_DSA, ptr::null_mut()) })?;
        let mut group = ptr::null_mut();
        // SAFETY: the context is live and of the type of DSA; the lengths fit; `group` takes an
        // owned key.
        let group = unsafe {
            check(c::EVP_PKEY_paramgen_init(context.0.as_ptr()), EngineError::Internal)?;
            let (bits, q_bits) = (bits as c_int, q_bits as c_int);
            check(c::EVP_PKEY_CTX_set_dsa_paramgen_bits(context.0.as_ptr(), bits), EngineError::InvalidInput)?;
            check(c::EVP_PKEY_CTX_set_dsa_paramgen_q_bits(context.0.as_ptr(), q_bits), EngineError::InvalidInput)?;
            check(c::EVP_PKEY_paramgen(context.0.as_ptr(), &raw mut group), EngineError::Internal)?;
            Handle::owned(group)?
        };
        // Only whole keys can be written as DER.
        let context = Context::of(&group)?;
        let mut key = ptr::null_mut();
        // SAFETY: the context is live and holds a group; `key` takes an owned key.
        let key = unsafe {
            check(c::EVP_PKEY_keygen_init(context.0.as_ptr()), EngineError::Internal)?;
            check(c::EVP_PKEY_keygen(context.0.as_ptr(), &raw mut key), EngineError::Internal)?;
            Handle::owned(key)?
        };
        key.group()
    }

    /// Whether the arithmetic can work with these numbers, and within a bounded time. That p and q
    /// are prime and g has the order q is not checked.
    #[must_use]
    pub fn are_sound(&self) -> bool {
        let Self { p, q, g } = self;
        let (p_bits, q_bits) = (p.bits(), q.bits());
        p_bits <= MAX_BITS && Q_BITS.contains(&q_bits) && p.is_odd() && q.is_odd() && q < p && !g.is_zero() && g < p
    }

    fn to_der(&self) -> [Zeroizing<Vec<u8>>; 3] {
        [integer(&self.p), integer(&self.q), integer(&self.g)]
    }
}

/// A public key.
///
/// Verification has no secrets, and AWS-LC's computes its two powers one after the other; so it is
/// done here.
#[derive(Debug)]
pub struct PublicKey {
    group: Arc<Numbers>,
    y: Bignum,
    prepared: OnceLock<Prepared>,
}

/// Values that the first verification computes for later ones: arithmetic modulo p, and g and y for
/// it.
#[derive(Debug)]
struct Prepared {
    modulus: Modulus,
    g: Base,
    y: Base,
}

impl PublicKey {
    /// The key `y` in `group`.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the group is not sound, or `y` not between 0 and p.
    pub fn new(group: Arc<Numbers>, y: Bignum) -> Result<Self, EngineError> {
        if !group.are_sound() || y.is_zero() || y >= group.p {
            return Err(EngineError::InvalidInput);
        }
        Ok(Self { group, y, prepared: OnceLock::new() })
    }

    /// The number y.
    #[must_use]
    pub fn y(&self) -> &Bignum {
        &self.y
    }

    /// Verifies the signature `r`, `s`, big-endian, of the leftmost bits of `digest`, as many as q
    /// has (FIPS 186-4 §4.7).
    ///
    /// # Errors
    /// [`EngineError::Rejected`] if it does not match.
    pub fn verify(&self, digest: &[u8], r: &[u8], s: &[u8]) -> Result<(), EngineError> {
        let q = &self.group.q;
        let (r, s) = (Bignum::from_be_bytes(r), Bignum::from_be_bytes(s));
        if r.is_zero() || r >= *q || s.is_zero() || s >= *q {
            return Err(EngineError::Rejected);
        }
        // With a q that is not prime there may be no inverse.
        let w = s.mod_inverse(q).map_err(|_| EngineError::Rejected)?;
        let z = Bignum::from_be_bytes(&digest[..digest.len().min(q.bits() / 8)]);
        let (u1, u2) = (z.mul(&w).rem(q)?, r.mul(&w).rem(q)?);
        let Prepared { modulus, g, y } = self.prepared()?;
        let v = modulus.power_product((g, &u1), (y, &u2)).rem(q)?;
        if v == r { Ok(()) } else { Err(EngineError::Rejected) }
    }

    fn prepared(&self) -> Result<&Prepared, EngineError> {
        if let Some(prepared) = self.prepared.get() {
            return Ok(prepared);
        }
        let modulus = Modulus::new(&self.group.p)?;
        let (g, y) = (modulus.base(&self.group.g), modulus.base(&self.y));
        Ok(self.prepared.get_or_init(|| Prepared { modulus, g, y }))
    }
}

/// A private key. Its number is wiped when it is dropped.
pub struct PrivateKey {
    group: Arc<Numbers>,
    x: Bignum,
    /// The public number that came with the key.
    claimed: Option<Bignum>,
    /// The public number that belongs to x. A power takes much longer than all else about a key.
    computed: OnceLock<Bignum>,
    /// AWS-LC's form of the key, once a signature has been asked for.
    handle: OnceLock<Handle>,
}

impl PrivateKey {
    /// The key `x` in `group`. With `claimed` it is one that came with this public number, which is
    /// compared when [`is_consistent`](Self::is_consistent) asks, and before the first signature.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the group is not sound, `x` is not between 0 and q, or
    /// `claimed` not between 0 and p.
    pub fn new(group: Arc<Numbers>, x: Bignum, claimed: Option<Bignum>) -> Result<Self, EngineError> {
        let outside = |y: &Bignum| y.is_zero() || *y >= group.p;
        if !group.are_sound() || x.is_zero() || x >= group.q || claimed.as_ref().is_some_and(outside) {
            return Err(EngineError::InvalidInput);
        }
        Ok(Self { group, x, claimed, computed: OnceLock::new(), handle: OnceLock::new() })
    }

    /// A new key in `group`: a random x between 0 and q (FIPS 186-4 §B.1.2).
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the group is not sound.
    pub fn generate(group: Arc<Numbers>) -> Result<Self, EngineError> {
        if !group.are_sound() {
            return Err(EngineError::InvalidInput);
        }
        let x = Bignum::random_below(&group.q)?;
        let key = Self::new(group, x, None)?;
        key.computed();
        Ok(key)
    }

    /// The private number x.
    #[must_use]
    pub fn x(&self) -> &Bignum {
        &self.x
    }

    /// The public number y: the one that came with the key, or else the one that belongs to x.
    #[must_use]
    pub fn y(&self) -> &Bignum {
        self.claimed.as_ref().unwrap_or_else(|| self.computed())
    }

    /// The key of the public number.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        // Not made by `new`: with numbers that are no group, y can be 0, and verifies nothing.
        PublicKey { group: Arc::clone(&self.group), y: self.y().copy(), prepared: OnceLock::new() }
    }

    /// Whether the public number is the one that belongs to x.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        self.y() == self.computed()
    }

    /// A signature in DER of the leftmost bits of `digest`, as many as q has.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the numbers of the key do not belong together, so that
    /// there is no signature, or the public number verifies none.
    pub fn sign(&self, digest: &[u8]) -> Result<Vec<u8>, EngineError> {
        let handle = self.handle()?;
        let context = Context::of(handle)?;
        let mut len = handle.signature_len()?;
        let mut signature = vec![0; len];
        // SAFETY: the context is live and holds a private key; `digest` is valid for reads of its
        // length, and `signature` for writes of `len` bytes, the most that a signature has.
        unsafe {
            check(c::EVP_PKEY_sign_init(context.0.as_ptr()), EngineError::Internal)?;
            let start = signature.as_mut_ptr();
            let result = c::EVP_PKEY_sign(context.0.as_ptr(), start, &raw mut len, digest.as_ptr(), digest.len());
            check(result, EngineError::InvalidInput)?;
        }
        signature.truncate(len);
        Ok(signature)
    }

    fn computed(&self) -> &Bignum {
        let Numbers { p, g, .. } = &*self.group;
        self.computed.get_or_init(|| g.mod_exp_secret(&self.x, p).expect("p is odd and g below it, or there is no key"))
    }

    fn handle(&self) -> Result<&Handle, EngineError> {
        if let Some(handle) = self.handle.get() {
            return Ok(handle);
        }
        if !self.is_consistent() {
            return Err(EngineError::InvalidInput);
        }
        let [p, q, g] = self.group.to_der();
        let der = element(SEQUENCE, &[&VERSION, &p, &q, &g, &integer(self.y()), &integer(&self.x)]);
        let len = c_long::try_from(der.len()).map_err(|_| EngineError::InvalidInput)?;
        let mut start = der.as_ptr();
        // SAFETY: `start` is valid for reads of `len` bytes; null asks for a new key, owned or
        // null.
        let handle = unsafe {
            let key = c::d2i_PrivateKey(c::EVP_PKEY_DSA, ptr::null_mut(), &raw mut start, len);
            Handle::owned(key)?
        };
        Ok(self.handle.get_or_init(|| handle))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").finish_non_exhaustive()
    }
}

/// An owned key of the type of DSA.
struct Handle(NonNull<c::EVP_PKEY>);

// SAFETY: a key is bound to no thread.
unsafe impl Send for Handle {}
// SAFETY: AWS-LC lets any number of threads use one key at once as long as none changes it, and
// nobody does after a `Handle` is built. What is computed later (Montgomery forms) is guarded by
// the object's own lock.
unsafe impl Sync for Handle {}

impl Handle {
    /// # Safety
    /// `raw` is null, for a call that failed, or a key that the caller owns.
    unsafe fn owned(raw: *mut c::EVP_PKEY) -> Result<Self, EngineError> {
        NonNull::new(raw).map(Self).ok_or_else(|| {
            clear_queue();
            EngineError::InvalidInput
        })
    }

    fn signature_len(&self) -> Result<usize, EngineError> {
        // SAFETY: the key is live.
        let len = unsafe { c::EVP_PKEY_size(self.0.as_ptr()) };
        usize::try_from(len).map_err(|_| EngineError::Internal)
    }

    /// The numbers of the group that a private key is in.
    fn group(&self) -> Result<Numbers, EngineError> {
        let mut start = ptr::null_mut();
        // SAFETY: the key is live; null asks for memory that is owned from here on.
        let len = unsafe { c::i2d_PrivateKey(self.0.as_ptr(), &raw mut start) };
        let len = usize::try_from(len).map_err(|_| EngineError::Internal)?;
        let der = Memory(NonNull::new(start).ok_or(EngineError::Internal)?);
        let (mut whole, mut contents) = (c::CBS { data: ptr::null(), len: 0 }, c::CBS { data: ptr::null(), len: 0 });
        // SAFETY: the memory is valid for reads of `len` bytes.
        unsafe { c::CBS_init(&raw mut whole, der.0.as_ptr(), len) };
        // SAFETY: both are initialised, and point into `der`, which is alive.
        let result =
            unsafe { c::CBS_get_asn1(&raw mut whole, &raw mut contents, c::CBS_ASN1_SEQUENCE as c::CBS_ASN1_TAG) };
        check(result, EngineError::Internal)?;
        let mut next = || {
            let number = Bignum::zero();
            // SAFETY: `contents` points into `der`, which is alive, and the number is live.
            let result = unsafe { c::BN_parse_asn1_unsigned(&raw mut contents, number.as_mut_ptr()) };
            check(result, EngineError::Internal)?;
            Ok::<_, EngineError>(number)
        };
        let _version = next()?;
        Ok(Numbers { p: next()?, q: next()?, g: next()? })
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the key is live, and nobody uses it after this. AWS-LC wipes all memory that it
        // frees.
        unsafe { c::EVP_PKEY_free(self.0.as_ptr()) };
    }
}

/// An operation with a key.
struct Context(NonNull<c::EVP_PKEY_CTX>);

impl Context {
    fn of(key: &Handle) -> Result<Self, EngineError> {
        // SAFETY: the key is live, and the context takes a reference of its own; returns an owned
        // context or null.
        Self::owned(unsafe { c::EVP_PKEY_CTX_new(key.0.as_ptr(), ptr::null_mut()) })
    }

    fn owned(raw: *mut c::EVP_PKEY_CTX) -> Result<Self, EngineError> {
        NonNull::new(raw).map(Self).ok_or(EngineError::Internal)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the context is live, and nobody uses it after this.
        unsafe { c::EVP_PKEY_CTX_free(self.0.as_ptr()) };
    }
}

/// Memory of AWS-LC's.
struct Memory(NonNull<u8>);

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the memory was allocated by AWS-LC, which wipes what it frees, and nobody uses it
        // after this.
        unsafe { c::OPENSSL_free(self.0.as_ptr().cast()) };
    }
}

const INTEGER: u8 = 0x02;
const SEQUENCE: u8 = 0x30;

/// The version of a private key, 0, in DER.
const VERSION: [u8; 3] = [INTEGER, 1, 0];

fn integer(number: &Bignum) -> Zeroizing<Vec<u8>> {
    let octets = number.to_be_bytes();
    let sign: &[u8] = if octets.first().is_none_or(|first| first & 0x80 != 0) { &[0] } else { &[] };
    element(INTEGER, &[sign, &octets])
}

/// An element of DER with `parts` for contents (X.690 §8.1), in memory that is wiped.
fn element(tag: u8, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let len: usize = parts.iter().map(|part| part.len()).sum();
    let octets = len.to_be_bytes();
    let octets = &octets[octets.iter().take_while(|&&octet| octet == 0).count()..];
    // All of it is set aside first, so the buffer never moves, and leaves no copy of a key behind.
    let mut der = Zeroizing::new(Vec::with_capacity(len + octets.len() + 2));
    der.push(tag);
    match len {
        0..=0x7f => der.push(len as u8),
        _ => {
            der.push(0x80 | octets.len() as u8);
            der.extend_from_slice(octets);
        }
    }
    for part in parts {
        der.extend_from_slice(part);
    }
    der
}
