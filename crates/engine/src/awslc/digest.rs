//! Hash functions: the `EVP_MD` family.

use core::mem::MaybeUninit;
use core::{fmt, ptr};

use aws_lc_sys::{EVP_MD, EVP_MD_CTX};

use crate::Output;
use crate::simd::sha512;

/// A hash function that AWS-LC has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // The names are the standards' own.
pub enum Algorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512_224,
    Sha512_256,
    Sha3_224,
    Sha3_256,
    Sha3_384,
    Sha3_512,
    Shake128,
    Shake256,
}

impl Algorithm {
    /// The length of the result in bytes; 0 for the extendable-output functions, which have none of
    /// their own.
    #[must_use]
    pub fn output_len(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 | Self::Sha512_224 | Self::Sha3_224 => 28,
            Self::Sha256 | Self::Sha512_256 | Self::Sha3_256 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 => 64,
            Self::Shake128 | Self::Shake256 => 0,
        }
    }

    /// Whether the caller chooses the length of the result.
    #[must_use]
    pub fn is_extendable(self) -> bool {
        matches!(self, Self::Shake128 | Self::Shake256)
    }

    /// Whether it is SHA-512 or one of its truncations, whose state is an `SHA512_CTX`.
    pub(crate) fn is_sha512(self) -> bool {
        matches!(self, Self::Sha384 | Self::Sha512 | Self::Sha512_224 | Self::Sha512_256)
    }

    /// AWS-LC's description of the function.
    pub(crate) fn as_ptr(self) -> *const EVP_MD {
        // SAFETY: these functions take nothing and return the address of a static.
        unsafe {
            match self {
                Self::Md5 => aws_lc_sys::EVP_md5(),
                Self::Sha1 => aws_lc_sys::EVP_sha1(),
                Self::Sha224 => aws_lc_sys::EVP_sha224(),
                Self::Sha256 => aws_lc_sys::EVP_sha256(),
                Self::Sha384 => aws_lc_sys::EVP_sha384(),
                Self::Sha512 => aws_lc_sys::EVP_sha512(),
                Self::Sha512_224 => aws_lc_sys::EVP_sha512_224(),
                Self::Sha512_256 => aws_lc_sys::EVP_sha512_256(),
                Self::Sha3_224 => aws_lc_sys::EVP_sha3_224(),
                Self::Sha3_256 => aws_lc_sys::EVP_sha3_256(),
                Self::Sha3_384 => aws_lc_sys::EVP_sha3_384(),
                Self::Sha3_512 => aws_lc_sys::EVP_sha3_512(),
                Self::Shake128 => aws_lc_sys::EVP_shake128(),
                Self::Shake256 => aws_lc_sys::EVP_shake256(),
            }
        }
    }

    fn check_len(self, len: usize) {
        assert!(self.is_extendable() || len == self.output_len(), "the output has another length than the digest");
    }
}

/// From this length on, the time to set up a [`Context`] for one call is too small to measure.
pub(crate) const LONG: usize = 2048;

/// The hash of `data`, in one call.
///
/// # Panics
/// If `out` has another length than the digest, unless the function is extendable; if memory runs
/// out.
pub fn digest<'a>(algorithm: Algorithm, data: &[u8], mut out: Output<'a>) -> &'a mut [u8] {
    algorithm.check_len(out.len());
    if algorithm.is_extendable() || data.len() >= LONG {
        let mut context = Context::new(algorithm);
        context.update(data);
        return context.finalize(out);
    }
    let mut written = 0;
    // SAFETY: `data` is valid for reads of its length. `out` has exactly the length that the
    // function writes.
    unsafe {
        let result = aws_lc_sys::EVP_Digest(
            data.as_ptr().cast(),
            data.len(),
            out.as_mut_ptr(),
            &raw mut written,
            algorithm.as_ptr(),
            ptr::null_mut(),
        );
        assert!(result == 1 && written as usize == out.len(), "out of memory while hashing");
        out.assume_written()
    }
}

/// A hash in progress. It is wiped when it is dropped.
pub struct Context {
    /// Holds pointers to the heap only, none into itself: it may be moved.
    raw: EVP_MD_CTX,
    algorithm: Algorithm,
}

// SAFETY: an EVP_MD_CTX owns what it points to, apart from static descriptions, and is bound to no
// thread.
unsafe impl Send for Context {}
// SAFETY: the methods that take `&self` only read.
unsafe impl Sync for Context {}

impl Context {
    /// A hash of nothing yet.
    ///
    /// # Panics
    /// If memory runs out.
    #[must_use]
    pub fn new(algorithm: Algorithm) -> Self {
        let mut raw = MaybeUninit::uninit();
        // SAFETY: `raw` is valid for writes, and EVP_MD_CTX_init writes all of it. From then on
        // `Context` owns it, and EVP_DigestInit_ex may fail only if there is no memory.
        unsafe {
            aws_lc_sys::EVP_MD_CTX_init(raw.as_mut_ptr());
            let mut context = Self { raw: raw.assume_init(), algorithm };
            let result = aws_lc_sys::EVP_DigestInit_ex(&raw mut context.raw, algorithm.as_ptr(), ptr::null_mut());
            assert_eq!(result, 1, "out of memory while hashing");
            context
        }
    }

    /// Which function this is.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Hashes `data` on.
    ///
    /// # Panics
    /// If [`squeeze`](Self::squeeze) has been called.
    pub fn update(&mut self, data: &[u8]) {
        let state = self.raw.md_data.cast();
        // SAFETY: for an algorithm of that family, `md_data` is an SHA512_CTX in AWS-LC, whose
        // version is pinned.
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
        // SAFETY: the context was initialised by `new`, and `data` is valid for reads of its
        // length.
        let result = unsafe { aws_lc_sys::EVP_DigestUpdate(&raw mut self.raw, data.as_ptr().cast(), data.len()) };
        assert_eq!(result, 1, "input after output");
    }

    /// Writes the hash of all that came in.
    ///
    /// # Panics
    /// If `out` has another length than the digest, unless the function is extendable.
    pub fn finalize(mut self, mut out: Output<'_>) -> &mut [u8] {
        self.algorithm.check_len(out.len());
        if self.algorithm.is_extendable() {
            return self.squeeze(out);
        }
        let mut written = 0;
        // SAFETY: the context is initialised and `out` has exactly the length that the function
        // writes.
        unsafe {
            let result = aws_lc_sys::EVP_DigestFinal_ex(&raw mut self.raw, out.as_mut_ptr(), &raw mut written);
            assert!(result == 1 && written as usize == out.len(), "the digest has another length than expected");
            out.assume_written()
        }
    }

    /// Writes the next `out.len()` bytes of an extendable-output function's result. It can be
    /// called again for more.
    ///
    /// # Panics
    /// If the function is not extendable.
    pub fn squeeze<'a>(&mut self, mut out: Output<'a>) -> &'a mut [u8] {
        assert!(self.algorithm.is_extendable(), "only an extendable-output function can be squeezed");
        if !out.is_empty() {
            // SAFETY: the context is initialised, and `out` is valid for writes of its length.
            let result = unsafe { aws_lc_sys::EVP_DigestSqueeze(&raw mut self.raw, out.as_mut_ptr(), out.len()) };
            assert_eq!(result, 1, "an extendable-output function failed");
        }
        // SAFETY: EVP_DigestSqueeze wrote every byte, or there is none.
        unsafe { out.assume_written() }
    }
}

impl Clone for Context {
    fn clone(&self) -> Self {
        let mut raw = MaybeUninit::uninit();
        // SAFETY: `raw` is valid for writes, and EVP_MD_CTX_init writes all of it. `self.raw` is
        // initialised, and the copy may fail only if there is no memory.
        unsafe {
            aws_lc_sys::EVP_MD_CTX_init(raw.as_mut_ptr());
            let mut copy = Self { raw: raw.assume_init(), algorithm: self.algorithm };
            let result = aws_lc_sys::EVP_MD_CTX_copy_ex(&raw mut copy.raw, &raw const self.raw);
            assert_eq!(result, 1, "out of memory while copying a hash");
            copy
        }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: `raw` was initialised by EVP_MD_CTX_init. The state lies in memory of
        // OPENSSL_malloc, which OPENSSL_free wipes.
        unsafe { aws_lc_sys::EVP_MD_CTX_cleanup(&raw mut self.raw) };
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    #[test]
    fn one_shot_and_streamed_agree() {
        let expected = hex!("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let mut out = [0; 32];
        assert_eq!(digest(Algorithm::Sha256, b"abc", Output::from(&mut out[..])), expected);
        let mut context = Context::new(Algorithm::Sha256);
        context.update(b"a");
        let copy = context.clone();
        context.update(b"bc");
        assert_eq!(context.finalize(Output::from(&mut out[..])), expected);
        assert_ne!(copy.finalize(Output::from(&mut out[..])), expected);
    }

    #[test]
    fn squeezing_in_pieces_gives_the_same_bytes() {
        let mut whole = [0; 300];
        digest(Algorithm::Shake128, b"abc", Output::from(&mut whole[..]));
        let mut context = Context::new(Algorithm::Shake128);
        context.update(b"abc");
        let mut pieces = Vec::new();
        for len in [0, 1, 170, 129] {
            let mut piece = vec![0; len];
            context.squeeze(Output::from(&mut piece[..]));
            pieces.extend(piece);
        }
        assert_eq!(pieces, whole);
    }

    #[test]
    #[should_panic(expected = "another length")]
    fn a_short_output_is_refused() {
        digest(Algorithm::Sha1, b"", Output::from(&mut [0; 19][..]));
    }
}
