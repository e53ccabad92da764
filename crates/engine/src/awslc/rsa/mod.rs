//! The RSA operation itself, without any padding: the RSA family.

mod generate;
mod limbs;
mod primes;

use core::fmt;
use core::ptr::{self, NonNull};

use aws_lc_sys as c;

use crate::awslc::bignum::Bignum;
use crate::error::{EngineError, check};
use crate::output::Output;

pub use generate::MIN_GENERATED_BITS;

/// The longest modulus that AWS-LC takes, in bits.
pub const MAX_BITS: usize = 16 * 1024;

/// The numbers of a private key, in the words of RFC 8017 §3.2: `dmp1` and `dmq1` are dP and dQ,
/// `iqmp` is qInv.
#[derive(Debug)]
#[allow(missing_docs)] // The names are the standard's own.
pub struct Numbers {
    pub n: Bignum,
    pub e: Bignum,
    pub d: Bignum,
    pub p: Bignum,
    pub q: Bignum,
    pub dmp1: Bignum,
    pub dmq1: Bignum,
    pub iqmp: Bignum,
}

/// A public key.
pub struct PublicKey {
    handle: Handle,
}

impl PublicKey {
    /// The key with modulus `n` and exponent `e`. With numbers that cannot work, it is
    /// [`Self::apply`] that fails.
    ///
    /// # Errors
    /// [`EngineError::Internal`] if memory runs out.
    pub fn new(n: Bignum, e: Bignum) -> Result<Self, EngineError> {
        let handle = Handle::empty()?;
        handle.set_key(n, e, None)?;
        Ok(Self { handle })
    }

    /// The modulus.
    #[must_use]
    pub fn n(&self) -> Bignum {
        self.handle.number(c::RSA_get0_n)
    }

    /// The exponent.
    #[must_use]
    pub fn e(&self) -> Bignum {
        self.handle.number(c::RSA_get0_e)
    }

    /// The modulus's length in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.handle.bits()
    }

    /// `input ^ e mod n` (RFC 8017 §5.1.1, §5.2.2). Input and output are as long as the modulus.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if `input` is not below n, a length is not the modulus's, or
    /// the key cannot work.
    pub fn apply<'a>(&self, input: &[u8], mut out: Output<'a>) -> Result<&'a mut [u8], EngineError> {
        let len = self.handle.len();
        if input.len() != len || out.len() != len {
            return Err(EngineError::InvalidInput);
        }
        let mut written = 0;
        // SAFETY: the key is live, `input` and `out` are valid for `len` bytes, of which
        // RSA_verify_raw writes all when it succeeds without padding. It changes the key only under
        // the key's own lock.
        unsafe {
            let result = c::RSA_verify_raw(
                self.handle.0.as_ptr(),
                &raw mut written,
                out.as_mut_ptr(),
                len,
                input.as_ptr(),
                len,
                c::RSA_NO_PADDING,
            );
            check(result, EngineError::InvalidInput)?;
            assert_eq!(written, len, "the result of RSA has another length than the modulus");
            Ok(out.assume_written())
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey(<{} bits>)", self.bits())
    }
}

/// A private key. Its numbers are wiped when it is dropped.
pub struct PrivateKey {
    handle: Handle,
}

impl PrivateKey {
    /// The key made of `numbers`, as they are. Only what the arithmetic rests on is checked here: n
    /// = p·q, n and so p and q odd, and every number in its range.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if such a check fails.
    pub fn new(numbers: Numbers) -> Result<Self, EngineError> {
        let Numbers { n, e, d, p, q, dmp1, dmq1, iqmp } = numbers;
        let in_range = n.is_odd() && p < n && q < n && d < n && dmp1 < p && dmq1 < q && iqmp < p;
        let has_zero = [&d, &dmp1, &dmq1, &iqmp].iter().any(|number| number.is_zero());
        if !in_range || has_zero || p.mul(&q) != n {
            return Err(EngineError::InvalidInput);
        }
        let handle = Handle::empty()?;
        handle.set_key(n, e, Some(d))?;
        let raw = handle.0.as_ptr();
        // SAFETY: the key is live and takes the numbers over; with none of them null the calls
        // cannot fail.
        unsafe {
            check(c::RSA_set0_factors(raw, p.into_raw(), q.into_raw()), EngineError::Internal)?;
            let result = c::RSA_set0_crt_params(raw, dmp1.into_raw(), dmq1.into_raw(), iqmp.into_raw());
            check(result, EngineError::Internal)?;
        }
        Ok(Self { handle })
    }

    /// Copies of the key's numbers.
    #[must_use]
    pub fn numbers(&self) -> Numbers {
        let number = |get| self.handle.number(get);
        Numbers {
            n: number(c::RSA_get0_n),
            e: number(c::RSA_get0_e),
            d: number(c::RSA_get0_d),
            p: number(c::RSA_get0_p),
            q: number(c::RSA_get0_q),
            dmp1: number(c::RSA_get0_dmp1),
            dmq1: number(c::RSA_get0_dmq1),
            iqmp: number(c::RSA_get0_iqmp),
        }
    }

    /// A copy of the private exponent.
    #[must_use]
    pub fn d(&self) -> Bignum {
        self.handle.number(c::RSA_get0_d)
    }

    /// The public key that belongs to it.
    ///
    /// # Errors
    /// [`EngineError::Internal`] if memory runs out.
    pub fn public_key(&self) -> Result<PublicKey, EngineError> {
        PublicKey::new(self.handle.number(c::RSA_get0_n), self.handle.number(c::RSA_get0_e))
    }

    /// The modulus's length in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.handle.bits()
    }

    /// `input ^ d mod n` (RFC 8017 §5.1.2, §5.2.1), blinded, in constant time. The result is
    /// verified with the public exponent before it is given out, so neither a fault nor an
    /// inconsistent key shows a wrong one.
    ///
    /// Input and output are as long as the modulus.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if `input` is not below n, or a length is not the modulus's;
    /// [`EngineError::Internal`] if the key is inconsistent. Then nothing of the result stays in
    /// `out`.
    pub fn apply<'a>(&self, input: &[u8], mut out: Output<'a>) -> Result<&'a mut [u8], EngineError> {
        let len = self.handle.len();
        if input.len() != len || out.len() != len {
            return Err(EngineError::InvalidInput);
        }
        if self.is_fixed_point(input)? {
            return Ok(out.copy_from(input));
        }
        let mut written = 0;
        // SAFETY: the key is live, `input` and `out` are valid for `len` bytes, of which
        // RSA_sign_raw writes all when it succeeds. It changes the key only under the key's own
        // lock.
        unsafe {
            let result = c::RSA_sign_raw(
                self.handle.0.as_ptr(),
                &raw mut written,
                out.as_mut_ptr(),
                len,
                input.as_ptr(),
                len,
                c::RSA_NO_PADDING,
            );
            if let Err(error) = check(result, EngineError::Internal) {
                out.wipe();
                return Err(error);
            }
            assert_eq!(written, len, "the result of RSA has another length than the modulus");
            Ok(out.assume_written())
        }
    }

    /// Whether `input` is 0, 1 or n - 1, which every odd exponent leaves as they are and which
    /// AWS-LC therefore refuses. Fails if it is n or more.
    fn is_fixed_point(&self, input: &[u8]) -> Result<bool, EngineError> {
        let input = Bignum::from_be_bytes(input);
        // SAFETY: the key is live and has a modulus; all numbers are only read.
        let order = unsafe { c::BN_cmp(input.as_ptr(), c::RSA_get0_n(self.handle.0.as_ptr())) };
        if order >= 0 {
            return Err(EngineError::InvalidInput);
        }
        Ok(input.is_zero() || input.is_one() || input == self.handle.number(c::RSA_get0_n).minus_one())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey(<{} bits>)", self.bits())
    }
}

/// An owned RSA object.
struct Handle(NonNull<c::RSA>);

// SAFETY: an RSA object is bound to no thread.
unsafe impl Send for Handle {}
// SAFETY: AWS-LC lets any number of threads use one key at once as long as none sets its numbers;
// they are set only while a `Handle` is built. What is computed later (Montgomery forms, blindings)
// is guarded by the object's own lock.
unsafe impl Sync for Handle {}

impl Handle {
    fn empty() -> Result<Self, EngineError> {
        // SAFETY: takes nothing; returns an owned object or null.
        NonNull::new(unsafe { c::RSA_new() }).map(Self).ok_or(EngineError::Internal)
    }

    /// Sets the numbers that every key has.
    fn set_key(&self, n: Bignum, e: Bignum, d: Option<Bignum>) -> Result<(), EngineError> {
        let d = d.map_or(ptr::null_mut(), Bignum::into_raw);
        // SAFETY: the object is live and takes the numbers over; as n and e are there, the call
        // cannot fail.
        unsafe {
            c::RSA_set_flags(self.0.as_ptr(), c::RSA_FLAG_LARGE_PUBLIC_EXPONENT);
            check(c::RSA_set0_key(self.0.as_ptr(), n.into_raw(), e.into_raw(), d), EngineError::Internal)
        }
    }

    fn bits(&self) -> usize {
        // SAFETY: the key is live and has a modulus.
        unsafe { c::RSA_bits(self.0.as_ptr()) as usize }
    }

    fn len(&self) -> usize {
        self.bits().div_ceil(8)
    }

    fn number(&self, get: unsafe extern "C" fn(*const c::RSA) -> *const c::BIGNUM) -> Bignum {
        // SAFETY: the key is live, and callers ask only for numbers that this kind of key has.
        unsafe { Bignum::copy_of(get(self.0.as_ptr())) }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the object is live, and nobody uses it after this. AWS-LC wipes all memory that
        // it frees.
        unsafe { c::RSA_free(self.0.as_ptr()) };
    }
}
