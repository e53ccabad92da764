//! Block ciphers in their modes, and stream ciphers: the EVP_CIPHER family.

use core::ffi::c_int;
use core::ptr::{self, NonNull};

use aws_lc_sys as c;

use crate::error::{EngineError, check};
use crate::output::Output;

/// The longest piece handed to C at once: lengths are `int` there. A multiple of every block size.
const LONGEST_PIECE: usize = 1 << 30;

/// A cipher with its key length and its mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it: cipher, key length in bits, mode.
pub enum Algorithm {
    Aes128Cbc,
    Aes192Cbc,
    Aes256Cbc,
    Aes128Ctr,
    Aes192Ctr,
    Aes256Ctr,
    Aes128Ecb,
    Aes192Ecb,
    Aes256Ecb,
    Aes128Gcm,
    Aes192Gcm,
    Aes256Gcm,
    Aes128Cfb,
    Aes192Cfb,
    Aes256Cfb,
    Aes128Cfb8,
    Aes192Cfb8,
    Aes256Cfb8,
    Aes128Ofb,
    Aes192Ofb,
    Aes256Ofb,
    /// With two keys of 32 bytes in one, and at most 16 MiB in one call.
    Aes256Xts,
    DesCbc,
    DesEde3Cbc,
    Rc2Cbc,
    Rc2Cbc40,
    Rc4,
}

/// Which way a [`Context`] works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From plaintext to ciphertext.
    Encrypt,
    /// From ciphertext to plaintext.
    Decrypt,
}

impl Algorithm {
    /// The key's length in bytes.
    #[must_use]
    pub fn key_len(self) -> usize {
        // SAFETY: `as_ptr` gives a static table; the call only reads it.
        unsafe { c::EVP_CIPHER_key_length(self.as_ptr()) as usize }
    }

    /// The nonce's length in bytes (for GCM the usual one), 0 where there is none.
    #[must_use]
    pub fn iv_len(self) -> usize {
        // SAFETY: as in `key_len`.
        unsafe { c::EVP_CIPHER_iv_length(self.as_ptr()) as usize }
    }

    /// The block's length in bytes; 1 for stream ciphers and stream modes.
    #[must_use]
    pub fn block_len(self) -> usize {
        // SAFETY: as in `key_len`.
        unsafe { c::EVP_CIPHER_block_size(self.as_ptr()) as usize }
    }

    fn is_gcm(self) -> bool {
        matches!(self, Self::Aes128Gcm | Self::Aes192Gcm | Self::Aes256Gcm)
    }

    fn as_ptr(self) -> *const c::EVP_CIPHER {
        // SAFETY: these take nothing and return pointers to static tables.
        unsafe {
            match self {
                Self::Aes128Cbc => c::EVP_aes_128_cbc(),
                Self::Aes192Cbc => c::EVP_aes_192_cbc(),
                Self::Aes256Cbc => c::EVP_aes_256_cbc(),
                Self::Aes128Ctr => c::EVP_aes_128_ctr(),
                Self::Aes192Ctr => c::EVP_aes_192_ctr(),
                Self::Aes256Ctr => c::EVP_aes_256_ctr(),
                Self::Aes128Ecb => c::EVP_aes_128_ecb(),
                Self::Aes192Ecb => c::EVP_aes_192_ecb(),
                Self::Aes256Ecb => c::EVP_aes_256_ecb(),
                Self::Aes128Gcm => c::EVP_aes_128_gcm(),
                Self::Aes192Gcm => c::EVP_aes_192_gcm(),
                Self::Aes256Gcm => c::EVP_aes_256_gcm(),
                Self::Aes128Cfb => c::EVP_aes_128_cfb128(),
                Self::Aes192Cfb => c::EVP_aes_192_cfb128(),
                Self::Aes256Cfb => c::EVP_aes_256_cfb128(),
                Self::Aes128Cfb8 => c::EVP_aes_128_cfb8(),
                Self::Aes192Cfb8 => c::EVP_aes_192_cfb8(),
                Self::Aes256Cfb8 => c::EVP_aes_256_cfb8(),
                Self::Aes128Ofb => c::EVP_aes_128_ofb(),
                Self::Aes192Ofb => c::EVP_aes_192_ofb(),
                Self::Aes256Ofb => c::EVP_aes_256_ofb(),
                Self::Aes256Xts => c::EVP_aes_256_xts(),
                Self::DesCbc => c::EVP_des_cbc(),
                Self::DesEde3Cbc => c::EVP_des_ede3_cbc(),
                Self::Rc2Cbc => c::EVP_rc2_cbc(),
                Self::Rc2Cbc40 => c::EVP_rc2_40_cbc(),
                Self::Rc4 => c::EVP_rc4(),
            }
        }
    }
}

/// A cipher at work. It adds and removes no padding; its key is wiped when it is dropped.
#[derive(Debug)]
pub struct Context {
    raw: NonNull<c::EVP_CIPHER_CTX>,
    algorithm: Algorithm,
    /// How many bytes of an unfinished block the context holds back.
    held: usize,
}

// SAFETY: a context is plain memory that only `&mut self` methods change, and AWS-LC ties none of
// it to a thread.
unsafe impl Send for Context {}
// SAFETY: no method changes a context through `&self`.
unsafe impl Sync for Context {}

impl Context {
    /// A context for `key` and `iv` (nonce, counter block; empty where the mode has none).
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the key's or the nonce's length is not one that `algorithm`
    /// takes.
    pub fn new(algorithm: Algorithm, direction: Direction, key: &[u8], iv: &[u8]) -> Result<Self, EngineError> {
        let iv_fits = if algorithm.is_gcm() { !iv.is_empty() } else { iv.len() == algorithm.iv_len() };
        if !iv_fits || (algorithm != Algorithm::Rc4 && key.len() != algorithm.key_len()) {
            return Err(EngineError::InvalidInput);
        }
        // SAFETY: takes nothing; returns an owned context or null.
        let raw = NonNull::new(unsafe { c::EVP_CIPHER_CTX_new() }).ok_or(EngineError::Internal)?;
        let context = Self { raw, algorithm, held: 0 };
        let encrypt = c_int::from(direction == Direction::Encrypt);
        let cipher = algorithm.as_ptr();
        // SAFETY: the context is live, `cipher` a static table. With null key and nonce only the
        // cipher is set; the nonce's and the key's lengths are set next (RC4 takes any key, GCM any
        // nonce), and only then are `key` and `iv` read, whose lengths were checked against, or set
        // to, what the cipher reads.
        unsafe {
            let raw = context.raw.as_ptr();
            check(
                c::EVP_CipherInit_ex(raw, cipher, ptr::null_mut(), ptr::null(), ptr::null(), encrypt),
                EngineError::Internal,
            )?;
            if algorithm.is_gcm() {
                let len = c_int::try_from(iv.len()).map_err(|_| EngineError::InvalidInput)?;
                let set = c::EVP_CIPHER_CTX_ctrl(raw, c::EVP_CTRL_AEAD_SET_IVLEN, len, ptr::null_mut());
                check(set, EngineError::InvalidInput)?;
            }
            if algorithm == Algorithm::Rc4 {
                let len = u32::try_from(key.len()).map_err(|_| EngineError::InvalidInput)?;
                check(c::EVP_CIPHER_CTX_set_key_length(raw, len), EngineError::InvalidInput)?;
            }
            let iv = if iv.is_empty() { ptr::null() } else { iv.as_ptr() };
            check(
                c::EVP_CipherInit_ex(raw, ptr::null(), ptr::null_mut(), key.as_ptr(), iv, encrypt),
                EngineError::InvalidInput,
            )?;
            check(c::EVP_CIPHER_CTX_set_padding(raw, 0), EngineError::Internal)?;
        }
        Ok(context)
    }

    /// How many bytes [`update`](Self::update) gives for `len` bytes of input: whole blocks only.
    #[must_use]
    pub fn output_len(&self, len: usize) -> usize {
        let block = self.algorithm.block_len();
        (self.held + len) / block * block
    }

    /// How many bytes of an unfinished block are held back.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held
    }

    /// Processes `input` into `out`, which is [`output_len`](Self::output_len) bytes long.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the mode takes no more data under one nonce.
    ///
    /// # Panics
    /// If `out` is of another length.
    pub fn update<'o>(&mut self, input: &[u8], mut out: Output<'o>) -> Result<&'o mut [u8], EngineError> {
        let expected = self.output_len(input.len());
        assert_eq!(out.len(), expected, "the output is not as long as the result");
        let mut written = 0;
        for piece in input.chunks(LONGEST_PIECE) {
            let mut piece_len = 0;
            // SAFETY: `piece` is at most 2^30 bytes. Over all pieces C writes `expected` bytes, the
            // whole blocks in what was held and given, to `out`, which is exactly that long and
            // overlaps no input, being exclusive.
            let result = unsafe {
                let to = out.as_mut_ptr().add(written);
                c::EVP_CipherUpdate(self.raw.as_ptr(), to, &raw mut piece_len, piece.as_ptr(), piece.len() as c_int)
            };
            if let Err(error) = check(result, EngineError::InvalidInput) {
                out.wipe();
                return Err(error);
            }
            written += piece_len as usize;
        }
        assert_eq!(written, expected, "the cipher wrote another length than it should");
        self.held = (self.held + input.len()) % self.algorithm.block_len();
        // SAFETY: `written == out.len()`.
        Ok(unsafe { out.assume_written() })
    }

    /// Restarts with another nonce of the same length under the same key.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if its length is another, or a block is unfinished.
    pub fn reset(&mut self, iv: &[u8]) -> Result<(), EngineError> {
        if self.algorithm.is_gcm() || iv.len() != self.algorithm.iv_len() || self.held != 0 {
            return Err(EngineError::InvalidInput);
        }
        // SAFETY: the context is live; null cipher and key keep the ones it has, -1 its direction;
        // `iv` is as long as C reads.
        let result = unsafe {
            let raw = self.raw.as_ptr();
            c::EVP_CipherInit_ex(raw, ptr::null(), ptr::null_mut(), ptr::null(), iv.as_ptr(), -1)
        };
        check(result, EngineError::Internal)
    }

    /// Feeds associated data to an authenticated mode.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the mode has none or takes no more.
    pub fn update_aad(&mut self, aad: &[u8]) -> Result<(), EngineError> {
        if !self.algorithm.is_gcm() {
            return Err(EngineError::InvalidInput);
        }
        for piece in aad.chunks(LONGEST_PIECE) {
            let mut len = 0;
            // SAFETY: a null output tells an authenticated mode that this is associated data:
            // nothing is written.
            let result = unsafe {
                let raw = self.raw.as_ptr();
                c::EVP_CipherUpdate(raw, ptr::null_mut(), &raw mut len, piece.as_ptr(), piece.len() as c_int)
            };
            check(result, EngineError::InvalidInput)?;
        }
        Ok(())
    }

    /// Ends an unauthenticated mode.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if a block is unfinished.
    pub fn finish(self) -> Result<(), EngineError> {
        if self.held == 0 { Ok(()) } else { Err(EngineError::InvalidInput) }
    }

    /// Ends an authenticated encryption and gives the 16-byte tag.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the mode gives none.
    pub fn finish_tag(mut self) -> Result<[u8; 16], EngineError> {
        self.finish_raw(EngineError::InvalidInput)?;
        let mut tag = [0; 16];
        // SAFETY: the context is live, and C writes exactly the 16 bytes that it is told of.
        let result =
            unsafe { c::EVP_CIPHER_CTX_ctrl(self.raw.as_ptr(), c::EVP_CTRL_AEAD_GET_TAG, 16, tag.as_mut_ptr().cast()) };
        check(result, EngineError::InvalidInput)?;
        Ok(tag)
    }

    /// Ends an authenticated decryption by comparing the tag, in constant time, with `tag` of 1 to
    /// 16 bytes.
    ///
    /// # Errors
    /// [`EngineError::Rejected`] if the tag is another, [`EngineError::InvalidInput`] if its length
    /// is not allowed.
    pub fn verify_tag(mut self, tag: &[u8]) -> Result<(), EngineError> {
        if !self.algorithm.is_gcm() || tag.is_empty() || tag.len() > 16 {
            return Err(EngineError::InvalidInput);
        }
        // SAFETY: the context is live; C copies `tag.len()` bytes, at most 16, and writes nothing
        // through the pointer.
        let result = unsafe {
            let from = tag.as_ptr().cast_mut().cast();
            c::EVP_CIPHER_CTX_ctrl(self.raw.as_ptr(), c::EVP_CTRL_AEAD_SET_TAG, tag.len() as c_int, from)
        };
        check(result, EngineError::InvalidInput)?;
        self.finish_raw(EngineError::Rejected)
    }

    fn finish_raw(&mut self, error: EngineError) -> Result<(), EngineError> {
        let mut rest = [0u8; 32];
        let mut len = 0;
        // SAFETY: the context is live, and what C may write at the end is shorter than a block, at
        // most 16 bytes.
        let result = unsafe { c::EVP_CipherFinal_ex(self.raw.as_ptr(), rest.as_mut_ptr(), &raw mut len) };
        check(result, error)
    }
}

impl Clone for Context {
    fn clone(&self) -> Self {
        // SAFETY: takes nothing; returns an owned context or null.
        let raw = NonNull::new(unsafe { c::EVP_CIPHER_CTX_new() }).expect("memory for a cipher");
        let copy = Self { raw, algorithm: self.algorithm, held: self.held };
        // SAFETY: both contexts are live; the copy owns what it gets.
        let result = unsafe { c::EVP_CIPHER_CTX_copy(copy.raw.as_ptr(), self.raw.as_ptr()) };
        assert_eq!(result, 1, "copying a cipher failed");
        copy
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the context is owned and freed once. AWS-LC wipes all that it frees.
        unsafe { c::EVP_CIPHER_CTX_free(self.raw.as_ptr()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hex_literal::hex;

    fn run(algorithm: Algorithm, direction: Direction, key: &[u8], iv: &[u8], input: &[u8]) -> Vec<u8> {
        let mut context = Context::new(algorithm, direction, key, iv).unwrap();
        let mut out = vec![0; context.output_len(input.len())];
        context.update(input, Output::from(&mut out[..])).unwrap();
        out
    }

    /// NIST SP 800-38A F.2.1, F.5.1.
    #[test]
    fn aes_128_cbc_and_ctr() {
        let key = hex!("2b7e151628aed2a6abf7158809cf4f3c");
        let plaintext = hex!("6bc1bee22e409f96e93d7e117393172a");
        let iv = hex!("000102030405060708090a0b0c0d0e0f");
        let cbc = run(Algorithm::Aes128Cbc, Direction::Encrypt, &key, &iv, &plaintext);
        assert_eq!(cbc, hex!("7649abac8119b246cee98e9b12e9197d"));
        let counter = hex!("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        let ctr = run(Algorithm::Aes128Ctr, Direction::Encrypt, &key, &counter, &plaintext);
        assert_eq!(ctr, hex!("874d6191b620e3261bef6864990db6ce"));
        assert_eq!(run(Algorithm::Aes128Cbc, Direction::Decrypt, &key, &iv, &cbc), plaintext);
    }

    /// The old ciphers are there: RFC 6229 for RC4 with a 40-bit key, RFC 2268 §5 for RC2 with a
    /// 128-bit key.
    #[test]
    fn old_ciphers() {
        let stream = run(Algorithm::Rc4, Direction::Encrypt, &hex!("0102030405"), &[], &[0; 16]);
        assert_eq!(stream, hex!("b2396305f03dc027ccc3524a0a1118a8"));
        let key = hex!("88bca90e90875a7f0f79c384627bafb2");
        let block = run(Algorithm::Rc2Cbc, Direction::Encrypt, &key, &[0; 8], &[0; 8]);
        assert_eq!(block, hex!("2269552ab0f85ca6"));
        let des = run(Algorithm::DesCbc, Direction::Encrypt, &hex!("0123456789abcdef"), &[0; 8], b"Now is t");
        assert_eq!(des, hex!("3fa40e8a984d4815"));
        let ede =
            run(Algorithm::DesEde3Cbc, Direction::Encrypt, &hex!("0123456789abcdef").repeat(3), &[0; 8], b"Now is t");
        assert_eq!(ede, des);
    }

    #[test]
    fn holds_back_unfinished_blocks() {
        let mut context = Context::new(Algorithm::Aes256Ecb, Direction::Encrypt, &[0; 32], &[]).unwrap();
        assert_eq!(context.output_len(15), 0);
        context.update(&[0; 15], Output::from([0u8; 0].as_mut_slice())).unwrap();
        assert_eq!((context.held(), context.output_len(1), context.output_len(17)), (15, 16, 32));
        assert_eq!(context.finish(), Err(EngineError::InvalidInput));
    }

    #[test]
    fn gcm_tag_is_checked() {
        let (key, nonce) = ([7; 32], [9; 12]);
        let mut context = Context::new(Algorithm::Aes256Gcm, Direction::Encrypt, &key, &nonce).unwrap();
        context.update_aad(b"header").unwrap();
        let mut sealed = [0; 5];
        context.update(b"hello", Output::from(&mut sealed[..])).unwrap();
        let tag = context.finish_tag().unwrap();
        for flip in [false, true] {
            let mut context = Context::new(Algorithm::Aes256Gcm, Direction::Decrypt, &key, &nonce).unwrap();
            context.update_aad(b"header").unwrap();
            let mut opened = [0; 5];
            context.update(&sealed, Output::from(&mut opened[..])).unwrap();
            let mut tag = tag;
            tag[15] ^= u8::from(flip);
            assert_eq!(context.verify_tag(&tag), if flip { Err(EngineError::Rejected) } else { Ok(()) });
            assert_eq!(&opened, b"hello");
        }
    }

    #[test]
    fn wrong_lengths_are_refused() {
        for (key, iv) in [(15, 16), (16, 15), (32, 16), (16, 0)] {
            let made = Context::new(Algorithm::Aes128Cbc, Direction::Encrypt, &vec![0; key], &vec![0; iv]);
            assert_eq!(made.err(), Some(EngineError::InvalidInput));
        }
        assert!(Context::new(Algorithm::Aes128Gcm, Direction::Encrypt, &[0; 16], &[]).is_err());
        assert!(Context::new(Algorithm::Rc4, Direction::Encrypt, &[], &[]).is_err());
    }
}
