//! HMAC over the hash functions of AWS-LC (RFC 2104, FIPS 198-1).

use core::ptr::NonNull;
use core::{fmt, ptr};

use aws_lc_sys::HMAC_CTX;

use crate::awslc::digest::{Algorithm, LONG};
use crate::error::check;
use crate::simd::sha512;
use crate::{EngineError, Output};

/// The HMAC of `data` under `key`, in one call.
///
/// # Errors
/// [`EngineError::Unsupported`] for an extendable-output function.
///
/// # Panics
/// If `out` has another length than the digest.
pub fn hmac<'a>(
    algorithm: Algorithm,
    key: &[u8],
    data: &[u8],
    mut out: Output<'a>,
) -> Result<&'a mut [u8], EngineError> {
    if algorithm.is_extendable() {
        return Err(EngineError::Unsupported);
    }
    assert_eq!(out.len(), algorithm.output_len(), "the output has another length than the digest");
    if data.len() >= LONG {
        let mut context = Context::new(algorithm, key)?;
        context.update(data);
        return Ok(context.finalize(out));
    }
    let mut written = 0;
    // SAFETY: `key` and `data` are valid for reads of their lengths, and `out` has the length that
    // HMAC writes.
    unsafe {
        let result = aws_lc_sys::HMAC(
            algorithm.as_ptr(),
            key.as_ptr().cast(),
            key.len(),
            data.as_ptr(),
            data.len(),
            out.as_mut_ptr(),
            &raw mut written,
        );
        check((!result.is_null()).into(), EngineError::Internal)?;
        assert_eq!(written as usize, out.len(), "the code has another length than expected");
        Ok(out.assume_written())
    }
}

/// A message authentication code in progress. It is wiped when it is dropped.
pub struct Context {
    /// On the heap, so that moving a `Context` leaves no copy of the keyed state behind.
    raw: NonNull<HMAC_CTX>,
    algorithm: Algorithm,
}

// SAFETY: an HMAC_CTX is flat memory that `Context` owns, and is bound to no thread.
unsafe impl Send for Context {}
// SAFETY: the methods that take `&self` only read.
unsafe impl Sync for Context {}

impl Context {
    /// The code of nothing yet, under a key of any length.
    ///
    /// # Errors
    /// [`EngineError::Unsupported`] for an extendable-output function.
    pub fn new(algorithm: Algorithm, key: &[u8]) -> Result<Self, EngineError> {
        if algorithm.is_extendable() {
            return Err(EngineError::Unsupported);
        }
        let context = Self::allocate(algorithm)?;
        // SAFETY: the context was just made, and `key` is valid for reads of its length.
        let result = unsafe {
            aws_lc_sys::HMAC_Init_ex(
                context.raw.as_ptr(),
                key.as_ptr().cast(),
                key.len(),
                algorithm.as_ptr(),
                ptr::null_mut(),
            )
        };
        check(result, EngineError::Internal)?;
        Ok(context)
    }

    fn allocate(algorithm: Algorithm) -> Result<Self, EngineError> {
        // SAFETY: takes nothing, and returns a context that `Context` owns, or null.
        let raw = unsafe { aws_lc_sys::HMAC_CTX_new() };
        Ok(Self { raw: NonNull::new(raw).ok_or(EngineError::Internal)?, algorithm })
    }

    /// Which hash function it is made of.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Takes `data` in.
    pub fn update(&mut self, data: &[u8]) {
        // SAFETY: `raw` is valid; this takes an address only.
        let state = unsafe { &raw mut (*self.raw.as_ptr()).md_ctx }.cast();
        // SAFETY: for an algorithm of that family, `md_ctx` holds an SHA512_CTX.
        match unsafe { sha512::head_len(self.algorithm.is_sha512(), state, data.len()) } {
            Some(head_len) => {
                let (head, long) = data.split_at(head_len);
                self.update_in_library(head);
                // SAFETY: as above; the head has filled the buffer up, so that it is empty now.
                let rest = unsafe { sha512::absorb(state, long) };
                self.update_in_library(rest);
            }
            None => self.update_in_library(data),
        }
    }

    fn update_in_library(&mut self, data: &[u8]) {
        // SAFETY: the context is initialised, and `data` is valid for reads of its length.
        let result = unsafe { aws_lc_sys::HMAC_Update(self.raw.as_ptr(), data.as_ptr(), data.len()) };
        assert_eq!(result, 1, "HMAC failed");
    }

    /// Writes the code of all that came in.
    ///
    /// # Panics
    /// If `out` has another length than the digest.
    pub fn finalize(mut self, out: Output<'_>) -> &mut [u8] {
        self.write_code(out)
    }

    /// Writes the code of all input so far, and restarts under the same key.
    ///
    /// # Panics
    /// If `out` has another length than the digest.
    pub fn finalize_reset<'a>(&mut self, out: Output<'a>) -> &'a mut [u8] {
        let code = self.write_code(out);
        // SAFETY: the context holds a key; without a new one it goes back to the state just after
        // that was set.
        let result =
            unsafe { aws_lc_sys::HMAC_Init_ex(self.raw.as_ptr(), ptr::null(), 0, ptr::null(), ptr::null_mut()) };
        assert_eq!(result, 1, "HMAC failed");
        code
    }

    fn write_code<'a>(&mut self, mut out: Output<'a>) -> &'a mut [u8] {
        assert_eq!(out.len(), self.algorithm.output_len(), "the output has another length than the digest");
        let mut written = 0;
        // SAFETY: the context is initialised, and `out` has the length that HMAC_Final writes.
        unsafe {
            let result = aws_lc_sys::HMAC_Final(self.raw.as_ptr(), out.as_mut_ptr(), &raw mut written);
            assert!(result == 1 && written as usize == out.len(), "HMAC failed");
            out.assume_written()
        }
    }
}

impl Clone for Context {
    fn clone(&self) -> Self {
        let copy = Self::allocate(self.algorithm).expect("memory for an HMAC");
        // SAFETY: both are contexts; the copy is flat.
        let result = unsafe { aws_lc_sys::HMAC_CTX_copy_ex(copy.raw.as_ptr(), self.raw.as_ptr()) };
        assert_eq!(result, 1, "HMAC failed");
        copy
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: `raw` came from HMAC_CTX_new and is freed once. HMAC_CTX_free wipes it first.
        unsafe { aws_lc_sys::HMAC_CTX_free(self.raw.as_ptr()) };
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}
