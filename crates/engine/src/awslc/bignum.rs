//! Non-negative integers of any size: the BIGNUM family.

use core::cmp::Ordering;
use core::ffi::c_int;
use core::fmt;
use core::ptr::{self, NonNull};

use aws_lc_sys as c;
use zeroize::Zeroizing;

use crate::error::{EngineError, check, clear_queue};

/// A non-negative integer. Its memory is wiped when it is dropped, and `Debug` shows its size
/// alone.
///
/// The arithmetic takes a time that depends on the values. Use it on secrets only where that is
/// known to be harmless: while a key is made or taken apart by its owner, not in answer to messages
/// of others.
pub struct Bignum {
    raw: NonNull<c::BIGNUM>,
}

// SAFETY: a BIGNUM is plain memory that `Bignum` owns, and is bound to no thread.
unsafe impl Send for Bignum {}
// SAFETY: the methods that take `&self` only read.
unsafe impl Sync for Bignum {}

impl Bignum {
    /// Zero.
    ///
    /// # Panics
    /// If memory runs out.
    #[must_use]
    pub fn zero() -> Self {
        // SAFETY: takes nothing; returns an owned number or null.
        Self::owned(unsafe { c::BN_new() })
    }

    /// A small number.
    ///
    /// # Panics
    /// If memory runs out.
    #[must_use]
    pub fn from_word(word: u64) -> Self {
        let number = Self::zero();
        // SAFETY: the number is live.
        expect_memory(unsafe { c::BN_set_u64(number.as_mut_ptr(), word) });
        number
    }

    /// Another number of the same value.
    ///
    /// # Panics
    /// If memory runs out.
    #[must_use]
    pub fn copy(&self) -> Self {
        // SAFETY: the number is live.
        unsafe { Self::copy_of(self.as_ptr()) }
    }

    /// 2^`exponent`.
    ///
    /// # Panics
    /// If memory runs out.
    #[must_use]
    pub fn power_of_two(exponent: usize) -> Self {
        let number = Self::zero();
        // SAFETY: the number is live.
        expect_memory(unsafe { c::BN_set_bit(number.as_mut_ptr(), c_int::try_from(exponent).unwrap_or(c_int::MAX)) });
        number
    }

    /// The number whose big-endian form is `bytes`; leading zeros do not matter.
    ///
    /// # Panics
    /// If memory runs out.
    #[must_use]
    pub fn from_be_bytes(bytes: &[u8]) -> Self {
        // SAFETY: `bytes` is valid for reads of its length; null asks for a new number.
        Self::owned(unsafe { c::BN_bin2bn(bytes.as_ptr(), bytes.len(), ptr::null_mut()) })
    }

    /// The number whose little-endian form is `bytes`, in as many words as the bytes take.
    pub(crate) fn from_le_bytes(bytes: &[u8]) -> Self {
        // SAFETY: `bytes` is valid for reads of its length; null asks for a new number.
        Self::owned(unsafe { c::BN_le2bn(bytes.as_ptr(), bytes.len(), ptr::null_mut()) })
    }

    /// A copy of a number that belongs to someone else.
    ///
    /// # Safety
    /// `raw` is a live number.
    pub(crate) unsafe fn copy_of(raw: *const c::BIGNUM) -> Self {
        // SAFETY: the caller says that `raw` is live.
        Self::owned(unsafe { c::BN_dup(raw) })
    }

    /// A random number from 1 to `limit` - 1, all equally likely.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if there is none.
    pub fn random_below(limit: &Self) -> Result<Self, EngineError> {
        let number = Self::zero();
        // SAFETY: both are live.
        check(unsafe { c::BN_rand_range_ex(number.as_mut_ptr(), 1, limit.as_ptr()) }, EngineError::InvalidInput)?;
        Ok(number)
    }

    /// A random number of exactly `bits` bits: the highest of them is set.
    ///
    /// # Panics
    /// If `bits` is 0 or too large, or memory runs out.
    #[must_use]
    pub fn random(bits: usize) -> Self {
        let bits = c_int::try_from(bits).ok().filter(|&bits| bits > 0).expect("a number has at least one bit");
        let number = Self::zero();
        // SAFETY: the number is live.
        expect_memory(unsafe { c::BN_rand(number.as_mut_ptr(), bits, c::BN_RAND_TOP_ONE, c::BN_RAND_BOTTOM_ANY) });
        number
    }

    /// Whether the number is prime, by trial division and Miller-Rabin tests with `rounds` random
    /// bases: a composite number passes with a probability of at most 4^-`rounds`, no matter who
    /// chose it.
    ///
    /// # Panics
    /// If memory runs out, or without a round.
    #[must_use]
    pub fn is_prime(&self, rounds: usize) -> bool {
        let context = Context::new();
        let mut is_prime = 0;
        let rounds = c_int::try_from(rounds).ok().filter(|&rounds| rounds > 0).expect("a test has at least one round");
        // SAFETY: the number and the context are live; null says: no progress reports.
        expect_memory(unsafe {
            c::BN_primality_test(&raw mut is_prime, self.as_ptr(), rounds, context.as_ptr(), 1, ptr::null_mut())
        });
        is_prime == 1
    }

    /// The big-endian form, as short as can be; empty for zero.
    #[must_use]
    pub fn to_be_bytes(&self) -> Zeroizing<Vec<u8>> {
        // SAFETY: the number is live.
        let len = unsafe { c::BN_num_bytes(self.as_ptr()) } as usize;
        let mut bytes = Zeroizing::new(vec![0; len]);
        // SAFETY: the number is live, and `bytes` has room for the BN_num_bytes bytes that are
        // written.
        unsafe { c::BN_bn2bin(self.as_ptr(), bytes.as_mut_ptr()) };
        bytes
    }

    /// The big-endian form with leading zeros up to `len` bytes, in a time that depends on `len`
    /// alone.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the number does not fit.
    pub fn to_be_bytes_padded(&self, len: usize) -> Result<Zeroizing<Vec<u8>>, EngineError> {
        let mut bytes = Zeroizing::new(vec![0; len]);
        // SAFETY: the number is live, and `bytes` has room for `len` bytes.
        check(unsafe { c::BN_bn2bin_padded(bytes.as_mut_ptr(), len, self.as_ptr()) }, EngineError::InvalidInput)?;
        Ok(bytes)
    }

    /// The number of bits; 0 for zero.
    #[must_use]
    pub fn bits(&self) -> usize {
        // SAFETY: the number is live.
        unsafe { c::BN_num_bits(self.as_ptr()) as usize }
    }

    /// Whether the number is odd.
    #[must_use]
    pub fn is_odd(&self) -> bool {
        // SAFETY: the number is live.
        unsafe { c::BN_is_odd(self.as_ptr()) == 1 }
    }

    /// Whether the number is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        // SAFETY: the number is live.
        unsafe { c::BN_is_zero(self.as_ptr()) == 1 }
    }

    /// Whether the number is one.
    #[must_use]
    pub fn is_one(&self) -> bool {
        // SAFETY: the number is live.
        unsafe { c::BN_is_one(self.as_ptr()) == 1 }
    }

    /// `self + other`.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        // SAFETY: all three are live.
        self.compute(|out, _| unsafe { c::BN_add(out, self.as_ptr(), other.as_ptr()) })
    }

    /// The distance between the two.
    #[must_use]
    pub fn abs_diff(&self, other: &Self) -> Self {
        let (more, less) = if self < other { (other, self) } else { (self, other) };
        // SAFETY: all three are live.
        self.compute(|out, _| unsafe { c::BN_sub(out, more.as_ptr(), less.as_ptr()) })
    }

    /// `self - 1`.
    ///
    /// # Panics
    /// On zero.
    #[must_use]
    pub fn minus_one(&self) -> Self {
        assert!(!self.is_zero(), "there is no number below zero here");
        // SAFETY: all three are live; BN_value_one is a static.
        self.compute(|out, _| unsafe { c::BN_sub(out, self.as_ptr(), c::BN_value_one()) })
    }

    /// `self * other`.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Self {
        // SAFETY: all four are live.
        self.compute(|out, context| unsafe { c::BN_mul(out, self.as_ptr(), other.as_ptr(), context) })
    }

    /// `self / 2^bits`, rounded down.
    #[must_use]
    pub fn shift_right(&self, bits: usize) -> Self {
        let bits = c_int::try_from(bits).unwrap_or(c_int::MAX);
        // SAFETY: both are live.
        self.compute(|out, _| unsafe { c::BN_rshift(out, self.as_ptr(), bits) })
    }

    /// The number of zero bits below the lowest one bit.
    #[must_use]
    pub fn trailing_zeros(&self) -> usize {
        // SAFETY: the number is live.
        unsafe { c::BN_count_low_zero_bits(self.as_ptr()) as usize }
    }

    /// The quotient and the remainder of a division.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if `divisor` is zero.
    pub fn div_rem(&self, divisor: &Self) -> Result<(Self, Self), EngineError> {
        if divisor.is_zero() {
            return Err(EngineError::InvalidInput);
        }
        let remainder = Self::zero();
        // SAFETY: all five are live, and the quotient is another number than the remainder.
        let quotient = self.compute(|out, context| unsafe {
            c::BN_div(out, remainder.as_mut_ptr(), self.as_ptr(), divisor.as_ptr(), context)
        });
        Ok((quotient, remainder))
    }

    /// `self mod modulus`.
    ///
    /// # Errors
    /// As [`Self::div_rem`].
    pub fn rem(&self, modulus: &Self) -> Result<Self, EngineError> {
        Ok(self.div_rem(modulus)?.1)
    }

    /// The greatest common divisor.
    #[must_use]
    pub fn gcd(&self, other: &Self) -> Self {
        // SAFETY: all four are live.
        self.compute(|out, context| unsafe { c::BN_gcd(out, self.as_ptr(), other.as_ptr(), context) })
    }

    /// The inverse of `self` modulo `modulus`.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if there is none.
    pub fn mod_inverse(&self, modulus: &Self) -> Result<Self, EngineError> {
        // Modulo an odd number, AWS-LC finds out by itself that there is none.
        if modulus.is_zero() || modulus.is_one() || (!modulus.is_odd() && !self.gcd(modulus).is_one()) {
            return Err(EngineError::InvalidInput);
        }
        let context = Context::new();
        // SAFETY: the numbers and the context are live; null asks for a new number.
        let raw = unsafe { c::BN_mod_inverse(ptr::null_mut(), self.as_ptr(), modulus.as_ptr(), context.as_ptr()) };
        NonNull::new(raw).map(|raw| Self { raw }).ok_or_else(|| {
            clear_queue();
            EngineError::InvalidInput
        })
    }

    /// `self ^ exponent mod modulus`.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if `modulus` is zero.
    pub fn mod_exp(&self, exponent: &Self, modulus: &Self) -> Result<Self, EngineError> {
        let base = self.rem(modulus)?;
        // SAFETY: all five are live.
        Ok(self.compute(|out, context| unsafe {
            c::BN_mod_exp(out, base.as_ptr(), exponent.as_ptr(), modulus.as_ptr(), context)
        }))
    }

    /// `self ^ exponent mod modulus`, in a time that tells nothing of `exponent` but its length in
    /// words.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if `modulus` is even or zero, or `self` not below it.
    pub fn mod_exp_secret(&self, exponent: &Self, modulus: &Self) -> Result<Self, EngineError> {
        if !modulus.is_odd() || self >= modulus {
            return Err(EngineError::InvalidInput);
        }
        // SAFETY: all five are live; null asks for the Montgomery form to be computed.
        Ok(self.compute(|out, context| unsafe {
            let (base, exponent, modulus) = (self.as_ptr(), exponent.as_ptr(), modulus.as_ptr());
            c::BN_mod_exp_mont_consttime(out, base, exponent, modulus, context, ptr::null())
        }))
    }

    /// `self mod divisor`.
    ///
    /// # Panics
    /// If `divisor` is zero.
    #[must_use]
    pub fn rem_word(&self, divisor: u32) -> u32 {
        assert_ne!(divisor, 0, "division by zero");
        // SAFETY: the number is live. A remainder is less than the divisor, so it fits.
        unsafe { c::BN_mod_word(self.as_ptr(), divisor.into()) as u32 }
    }

    /// Whether the two are equal, in a time that depends on their lengths in words alone.
    pub(crate) fn equals_secret(&self, other: &Self) -> bool {
        // SAFETY: both are live.
        unsafe { c::BN_equal_consttime(self.as_ptr(), other.as_ptr()) == 1 }
    }

    pub(crate) fn as_ptr(&self) -> *const c::BIGNUM {
        self.raw.as_ptr()
    }

    pub(crate) fn as_mut_ptr(&self) -> *mut c::BIGNUM {
        self.raw.as_ptr()
    }

    /// Hands the number over to C.
    pub(crate) fn into_raw(self) -> *mut c::BIGNUM {
        let raw = self.raw.as_ptr();
        core::mem::forget(self);
        raw
    }

    fn owned(raw: *mut c::BIGNUM) -> Self {
        Self { raw: NonNull::new(raw).expect("out of memory for a number") }
    }

    /// Makes a new number that `operation` writes, which can only fail because there is no memory.
    pub(crate) fn compute(&self, operation: impl FnOnce(*mut c::BIGNUM, *mut c::BN_CTX) -> c_int) -> Self {
        let out = Self::zero();
        let context = Context::new();
        expect_memory(operation(out.as_mut_ptr(), context.as_ptr()));
        out
    }
}

impl Drop for Bignum {
    fn drop(&mut self) {
        // SAFETY: the number is live, and nobody uses it after this.
        unsafe { c::BN_clear_free(self.raw.as_ptr()) };
    }
}

impl PartialEq for Bignum {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Bignum {}

impl PartialOrd for Bignum {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Bignum {
    fn cmp(&self, other: &Self) -> Ordering {
        // SAFETY: both are live.
        unsafe { c::BN_cmp(self.as_ptr(), other.as_ptr()) }.cmp(&0)
    }
}

impl fmt::Debug for Bignum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bignum(<{} bits>)", self.bits())
    }
}

/// Precomputed values for arithmetic modulo one odd number. For public numbers only: times depend
/// on the values.
pub struct Modulus {
    raw: NonNull<c::BN_MONT_CTX>,
}

// SAFETY: the precomputed numbers are plain memory that `Modulus` owns, and are bound to no thread.
unsafe impl Send for Modulus {}
// SAFETY: the methods only read.
unsafe impl Sync for Modulus {}

/// A number that is raised to powers modulo a [`Modulus`].
#[derive(Debug)]
pub struct Base {
    /// The first, third, fifth … power, up to the greatest that fits a window, in Montgomery's
    /// form.
    odd_powers: Vec<Bignum>,
}

/// The bits of an exponent that are multiplied in at once.
const WINDOW: usize = 5;

impl Modulus {
    /// Arithmetic modulo `modulus`.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if it is even.
    pub fn new(modulus: &Bignum) -> Result<Self, EngineError> {
        let context = Context::new();
        // SAFETY: the number and the context are live; returns owned numbers or null.
        let raw = unsafe { c::BN_MONT_CTX_new_for_modulus(modulus.as_ptr(), context.as_ptr()) };
        NonNull::new(raw).map(|raw| Self { raw }).ok_or_else(|| {
            clear_queue();
            EngineError::InvalidInput
        })
    }

    /// `a ^ x * b ^ y`.
    ///
    /// Both exponents share their squarings (the trick of Straus and Shamir), so this takes little
    /// more than one power.
    #[must_use]
    pub fn power_product(&self, (a, x): (&Base, &Bignum), (b, y): (&Base, &Bignum)) -> Bignum {
        let context = Context::new();
        let powers = [(&a.odd_powers, windows(x)), (&b.odd_powers, windows(y))];
        let mut product: Option<Bignum> = None;
        for position in (0..x.bits().max(y.bits())).rev() {
            if let Some(product) = &product {
                self.multiply(product, product, product, &context);
            }
            for (powers, windows) in &powers {
                let Some(&digit) = windows.get(position).filter(|&&digit| digit != 0) else { continue };
                let power = &powers[usize::from(digit) / 2];
                match &product {
                    Some(product) => self.multiply(product, product, power, &context),
                    None => product = Some(power.copy()),
                }
            }
        }
        let Some(product) = product else { return Bignum::from_word(1) };
        // SAFETY: all are live.
        expect_memory(unsafe {
            c::BN_from_montgomery(product.as_mut_ptr(), product.as_ptr(), self.raw.as_ptr(), context.as_ptr())
        });
        product
    }

    /// Prepares a number less than the modulus for being raised to powers.
    #[must_use]
    pub fn base(&self, base: &Bignum) -> Base {
        let context = Context::new();
        let (first, square) = (Bignum::zero(), Bignum::zero());
        // SAFETY: all are live.
        expect_memory(unsafe {
            c::BN_to_montgomery(first.as_mut_ptr(), base.as_ptr(), self.raw.as_ptr(), context.as_ptr())
        });
        self.multiply(&square, &first, &first, &context);
        let mut powers = vec![first];
        while powers.len() < 1 << (WINDOW - 1) {
            let next = Bignum::zero();
            self.multiply(&next, &powers[powers.len() - 1], &square, &context);
            powers.push(next);
        }
        Base { odd_powers: powers }
    }

    /// `out = a * b`, all in Montgomery's form; `out` may be one of the factors.
    fn multiply(&self, out: &Bignum, a: &Bignum, b: &Bignum, context: &Context) {
        // SAFETY: all are live. C takes the same number for input and output.
        expect_memory(unsafe {
            let (out, context) = (out.as_mut_ptr(), context.as_ptr());
            c::BN_mod_mul_montgomery(out, a.as_ptr(), b.as_ptr(), self.raw.as_ptr(), context)
        });
    }
}

impl Drop for Modulus {
    fn drop(&mut self) {
        // SAFETY: the numbers are live, and nobody uses them after this.
        unsafe { c::BN_MONT_CTX_free(self.raw.as_ptr()) };
    }
}

impl fmt::Debug for Modulus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Modulus").finish_non_exhaustive()
    }
}

/// For each bit position of `exponent`: the odd digit of a window that ends there, or 0.
fn windows(exponent: &Bignum) -> Vec<u8> {
    let bytes = exponent.to_be_bytes();
    let bit = |position: usize| bytes[bytes.len() - 1 - position / 8] >> (position % 8) & 1;
    let mut digits = vec![0; exponent.bits()];
    let mut above = digits.len();
    while above > 0 {
        let top = above - 1;
        if bit(top) == 0 {
            above = top;
            continue;
        }
        let mut end = above.saturating_sub(WINDOW);
        while bit(end) == 0 {
            end += 1;
        }
        digits[end] = (end..above).rev().fold(0, |digit, position| digit << 1 | bit(position));
        above = end;
    }
    digits
}

/// Room for intermediate results, wiped when it is dropped.
pub(crate) struct Context(NonNull<c::BN_CTX>);

impl Context {
    pub(crate) fn new() -> Self {
        // SAFETY: takes nothing; returns an owned context or null.
        Self(NonNull::new(unsafe { c::BN_CTX_new() }).expect("out of memory for a number"))
    }

    pub(crate) fn as_ptr(&self) -> *mut c::BN_CTX {
        self.0.as_ptr()
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the context is live, and nobody uses it after this.
        unsafe { c::BN_CTX_free(self.0.as_ptr()) };
    }
}

pub(crate) fn expect_memory(result: c_int) {
    assert_eq!(result, 1, "out of memory for a number");
}
